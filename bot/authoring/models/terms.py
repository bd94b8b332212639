"""The fields of every named value, in whichever file: a label and other ways to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from bot.authoring.fields import Model, ReadingContext
from bot.authoring.problems import Fault, Mark
from bot.authoring.shapes import TextsField, text
from bot.authoring.yaml_nodes import ListNode, ScalarNode
from bot.language.text.normalise import normalise

SAME_NAME = Fault(
    "same_name",
    "«{name}» vuol dire già «{other}» ({place}). Una parola può indicare una cosa sola.",
    "“{name}” already means “{other}” ({place}). A word can stand for one thing only.",
)

LabelField = Annotated[str, text(40)]


@dataclass(frozen=True, kw_only=True)
class TermFields(Model):
    """A named value: a choice, a need, a category, a municipality."""

    label: Annotated[LabelField, "Il testo del pulsante."]
    also: Annotated[TextsField, "Altri modi di dirlo, come li scrivono le persone."] = ()


def check_names(context: ReadingContext, *terms: Mapping[str, TermFields]) -> None:
    """Record every word that is a name of two of these terms."""
    owners: dict[str, tuple[str, TermFields]] = {}
    for id, term in (item for group in terms for item in group.items()):
        for name, written in {normalise(name): name for name in (term.label, *term.also)}.items():
            owner, other = owners.setdefault(name, (id, term))
            if owner != id and name:
                place = f"{other.mark.file}:{other.mark.line}"
                context.problems.add(SAME_NAME, _mark_of(term, name), name=written, other=owner, place=place)


def _mark_of(term: TermFields, name: str) -> Mark:
    """Return the place where a name of a term is written."""
    also = term.node.get("also")
    for node in also.items if isinstance(also, ListNode) else (also, term.node.get("label"), term.node.get("name")):
        if isinstance(node, ScalarNode) and normalise(node.text) == name:
            return node.mark
    return term.mark
