"""The fields of every named value, in whichever file: a label and other ways to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from bot.authoring.fields import Model, ReadingContext
from bot.authoring.problems import Fault
from bot.authoring.shapes import TextsField, text
from bot.language.text.normalise import normalise

SAME_NAME = Fault(
    "same_name",
    "«{name}» vuol dire già «{other}». Una parola può indicare una cosa sola.",
    "“{name}” already means “{other}”. A word can stand for one thing only.",
)

LabelField = Annotated[str, text(40)]


@dataclass(frozen=True, kw_only=True)
class TermFields(Model):
    """A named value: a choice, a need, a category, a municipality."""

    label: Annotated[LabelField, "Il testo del pulsante."]
    also: Annotated[TextsField, "Altri modi di dirlo, come li scrivono le persone."] = ()


def check_names(context: ReadingContext, *terms: Mapping[str, TermFields]) -> None:
    """Record every word that stands for two of these terms."""
    owners: dict[str, str] = {}
    for id, term in (item for group in terms for item in group.items()):
        for name, written in {normalise(name): name for name in (term.label, *term.also)}.items():
            owner = owners.setdefault(name, id)
            if owner != id and name:
                context.problems.add(SAME_NAME, term.mark, name=written, other=owner)
