"""Needs that no service answers."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import PLACE, Place

UNSERVED_NEED = Fault(
    "unserved_need", "nessun servizio risponde al bisogno «{name}».", "no service answers the need “{name}”.", Severity.WARNING
)
UNCOVERED_PLACES = Fault(
    "uncovered_places",
    "per il bisogno «{name}» non c'è niente per chi abita a: {places}.",
    "for the need “{name}” there is nothing for people who live in: {places}.",
    Severity.WARNING,
)


@rule
def unserved_need(context: CheckContext) -> None:
    """Record needs that no service answers, or none for the residents of some municipality."""
    places = context.content.vocabulary.attributes[PLACE].terms.values()
    core = [place for place in places if isinstance(place, Place) and place.core]
    for need, mark in context.source.needs.items():
        serving = [offer.location.serves for offer in context.content.offers if need in offer.service.needs]
        if not serving:
            context.problems.add(UNSERVED_NEED, mark, name=need)
        elif missing := [p.label for p in core if not any(serves is None or p.id in serves for serves in serving)]:
            context.problems.add(UNCOVERED_PLACES, mark, name=need, places=", ".join(missing))
