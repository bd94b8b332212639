"""Costs: in words, or in fields: `{from: 45, until: 118, per: settimana, isee: yes, note: pasto compreso}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from bot.authoring.fields import Model, ReadingContext, Shape
from bot.authoring.problems import Fault
from bot.authoring.shapes import FlagField, scalar, section, text
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode

BAD_AMOUNT = Fault(
    "bad_amount",
    "«{name}» non è un importo. Scrivi solo il numero: 45, 1.200 o 12,50.",
    "“{name}” is not an amount. Write the number only: 45, 1.200 or 12,50.",
)
SWAPPED_COST = Fault(
    "swapped_cost",
    "il prezzo più basso ({low}) è più alto del più alto ({high}). Scambiali.",
    "the lowest price ({low}) is above the highest ({high}). Swap them.",
)
_AMOUNT = re.compile(r"(?:€\s*)?(\d{1,3}(?:\.\d{3})+|\d{1,7})(?:[,.](\d{1,2}))?\s*(?:€|euro)?", re.IGNORECASE)
FREE = "gratis"
#: The words before what a price is for: "al mese", "all'ora"; "a" before any other.
_PER = {
    **dict.fromkeys(("mese", "giorno", "pasto", "corso", "trimestre", "quadrimestre"), "al "),
    **dict.fromkeys(("anno", "ora", "incontro", "ingresso", "iscrizione"), "all'"),
}
#: Adjectives that say what a price is for.
_ADJECTIVES = {
    "orario": "ora",
    "oraria": "ora",
    "giornaliero": "giorno",
    "giornaliera": "giorno",
    "settimanale": "settimana",
    "mensile": "mese",
    "trimestrale": "trimestre",
    "annuale": "anno",
    "annua": "anno",
    "annuo": "anno",
}
_BEFORE_UNIT = re.compile(r"(?:al|allo|alla|all['’]|ogni|per|a)\s*(?<![a-z])(?=[a-zà-ù])|/\s*", re.IGNORECASE)


def _unit(written: str) -> str:
    """Return what a price is for, without the word before it: "al mese" and "mensile" → "mese"."""
    unit = _BEFORE_UNIT.sub("", written, count=1) if _BEFORE_UNIT.match(written) else written
    return _ADJECTIVES.get(unit.casefold(), unit)


def _amount(node: ScalarNode, context: ReadingContext) -> float | None:
    if m := _AMOUNT.fullmatch(node.text.strip()):
        return float(f"{m[1].replace('.', '')}.{m[2] or 0}")
    context.problems.add(BAD_AMOUNT, node.mark, name=node.text)
    return None


AMOUNT = scalar(_amount, "importo in euro: 45, 1.200 o 12,50", blank=0.0)


@dataclass(frozen=True, kw_only=True)
class CostFields(Model):
    """The cost of a service."""

    least: Annotated[float | None, AMOUNT, "Il prezzo più basso, in euro.", "from"] = None
    most: Annotated[float | None, AMOUNT, "Il prezzo più alto, in euro.", "until"] = None
    per: Annotated[str, text(40).then(_unit), "Per che cosa: ora, giorno, settimana, mese, anno, corso …"] = ""
    isee: Annotated[FlagField, "Se il prezzo dipende dall'ISEE."] = False
    note: Annotated[str, text(200), "Altro da sapere: pasto compreso."] = ""

    def find_faults(self, context: ReadingContext) -> None:
        """Record a price range whose end is below its start."""
        if self.least is not None and self.most is not None and self.most < self.least:
            context.problems.add(SWAPPED_COST, self.mark_of("from"), low=say_amount(self.least), high=say_amount(self.most))

    def words(self) -> str:
        """Return the cost in a phrase: "da 45 a 118 € a settimana, secondo l'ISEE"."""
        parts = [self._price(), "secondo l'ISEE" if self.isee else "", self.note]
        return ", ".join(part for part in parts if part)

    def _price(self) -> str:
        least, most = self.least, self.most
        if not least and not most and (least is not None or most is not None):
            return FREE
        if least is None and most is None:
            return ""
        if least is None or most is None:
            price = f"da {say_amount(least)} €" if least is not None else f"fino a {say_amount(most or 0)} €"
        else:
            price = f"{say_amount(least)} €" if least == most else f"da {say_amount(least)} a {say_amount(most)} €"
        return f"{price} {_PER.get(self.per, 'a ')}{self.per}" if self.per else price


def say_amount(amount: float) -> str:
    """Return an amount in Italian: "45", "1.200,50"."""
    written = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return written.translate(str.maketrans(",.", ".,"))


_WORDS = text()
_FIELDS = section(CostFields)


def _cost(node: Node, name: str, context: ReadingContext) -> str | None:
    if isinstance(node, MapNode):
        fields = _FIELDS.read(node, name, context)
        return fields.words() if fields is not None else None
    return _WORDS.read(node, name, context)


COST: Shape[str] = Shape(
    _cost, "testo, al massimo 500 caratteri, o campi", {"anyOf": [_WORDS.schema, _FIELDS.schema]}, "", _FIELDS.models
)
CostField = Annotated[str, COST]
