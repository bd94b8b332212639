"""`catalogue/queries.yaml`, or any file of its form: test sentences, each with what the bot must make of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.authoring.conditions import value_of
from bot.authoring.fields import EMPTY_LIST, Model, ReadingContext, Shape, read_model
from bot.authoring.files import ContentFile
from bot.authoring.models.dates import BAD_DATE
from bot.authoring.problems import Fault
from bot.authoring.shapes import NOT_A_NUMBER, FlagField, choice, list_of, matching, one_or_many, scalar, section, text
from bot.authoring.yaml_nodes import Node, ScalarNode
from bot.core.attributes import AGE, DISABILITY, NEED, PERIOD, PERSON, PLACE, SCHEDULE

BAD_CLOCK = Fault(
    "bad_clock",
    '«{name}» non è un\'ora. Scrivi per esempio "18:30", tra virgolette.',
    '“{name}” is not a time of the day. Write for example "18:30", in quotes.',
)

#: The attribute that stands for dangers among the declared names.
DANGER_ATTRIBUTE = "urgent"
ClockField = Annotated[str, matching(r"(?:[01]\d|2[0-4]):[0-5]\d", BAD_CLOCK, 'ora, tra virgolette: "18:30"')]
_AGE = re.compile(r"\d{1,3}(?:\.\d{1,4})?", re.ASCII)
_OLDEST = 120


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "mo"
    TUESDAY = "tu"
    WEDNESDAY = "we"
    THURSDAY = "th"
    FRIDAY = "fr"
    SATURDAY = "sa"
    SUNDAY = "su"


class Plain(StrEnum):
    """The expected result of a sentence without a need or danger: nothing, or a person."""

    NOTHING = "nothing"
    HUMAN = "human"


def _age(node: ScalarNode, context: ReadingContext) -> float | None:
    if _AGE.fullmatch(node.text) and float(node.text) <= _OLDEST:
        return float(node.text)
    context.problems.add(NOT_A_NUMBER, node.mark, name=node.text, low=0, high=_OLDEST)
    return None


def _date(node: ScalarNode, context: ReadingContext) -> dt.date | None:
    try:
        return dt.date.fromisoformat(node.text)
    except ValueError:
        context.problems.add(BAD_DATE, node.mark, name=node.text)
        return None


def _first(found: Iterable[str]) -> str:
    return next(iter(found), "")


_PLAIN = choice(Plain)
AgesField = Annotated[tuple[float, ...], one_or_many(scalar(_age, "età in anni: 7, 1.5"))]
DaysField = Annotated[frozenset[str], one_or_many(choice(Weekday)).then(frozenset)]
RightNeedsField = Annotated[frozenset[str], one_or_many(value_of(NEED)).then(frozenset)]


@dataclass(frozen=True)
class Times(Model):
    """The part of the week that a sentence states; parts that it does not state are empty."""

    days: Annotated[DaysField, "I giorni."] = frozenset()
    start: Annotated[ClockField, "Da che ora.", "from"] = ""
    end: Annotated[ClockField, "Fino a che ora.", "until"] = ""


@dataclass(frozen=True)
class StatedPeriod(Model):
    """The days that a sentence asks for; an end that it leaves open is empty."""

    first: Annotated[dt.date | None, scalar(_date, "data: 2026-12-13"), "Il primo giorno.", "from"] = None
    last: Annotated[dt.date | None, scalar(_date, "data: 2026-12-13"), "L'ultimo giorno.", "to"] = None


@dataclass(frozen=True)
class Stated(Model):
    """The values that a sentence states of the person to be helped."""

    #: Ages in years.
    ages: Annotated[AgesField, "Le età.", AGE] = ()
    place: Annotated[str, one_or_many(value_of(PLACE)).then(_first), "Il comune.", PLACE] = ""
    person: Annotated[str, one_or_many(value_of(PERSON)).then(_first), "Di chi si parla.", PERSON] = ""
    times: Annotated[Times | None, section(Times), "Quando serve.", SCHEDULE] = None
    period: Annotated[StatedPeriod | None, section(StatedPeriod), "In che giorni serve.", PERIOD] = None
    disability: Annotated[FlagField, "Si dice che ha una disabilità.", DISABILITY] = False


@dataclass(frozen=True)
class Findings(Model):
    """The expected result of a sentence: needs of which any is right, the id of a danger, a wish for a person, or nothing."""

    needs: Annotated[RightNeedsField, "I bisogni: uno qualsiasi va bene.", "need"] = frozenset()
    urgent: Annotated[str, one_or_many(value_of(DANGER_ATTRIBUTE)).then(_first), "Il pericolo, di urgent.yaml."] = ""
    human: bool = False
    nothing: bool = False

    def find_faults(self, context: ReadingContext) -> None:
        """Record a fault if the expected result names nothing."""
        if not self.node.entries:
            context.problems.add(EMPTY_LIST, self.mark, name=self.key)


def _read_findings(node: Node, name: str, context: ReadingContext) -> Findings | None:
    if not isinstance(node, ScalarNode):
        return read_model(Findings, node, name, context)
    plain = _PLAIN.parse(node, context)
    return Findings(human=plain is Plain.HUMAN, nothing=plain is Plain.NOTHING)


_FINDINGS = Shape(
    _read_findings,
    "nothing, human, oppure campi",
    {"anyOf": [_PLAIN.schema, section(Findings).schema]},
    blank=Findings(),
    models={"": Findings},
)


@dataclass(frozen=True, kw_only=True)
class Query(Model):
    """A test sentence with its expected result."""

    identified_by: ClassVar = "say"

    kind: Annotated[str, text(40), "Il gruppo in cui si contano i risultati."]
    say: Annotated[str, text(2_000), "La frase, come la scriverebbe una persona."]
    finds: Annotated[Findings, _FINDINGS, "Che cosa il bot deve trovare."]
    stated: Annotated[Stated, section(Stated), "Che cosa la frase dice della persona.", "slots"] = Stated()


QUERIES_FILE = ContentFile(
    "catalogue/queries.yaml",
    list_of(section(Query), may_be_empty=True),
    "Le frasi di prova: che cosa scrivono le persone, e che cosa il bot deve capire.",
    may_be_missing=True,
)
