"""The supply beside the demand: whether services answer a need in a municipality, and at what hours. From the catalogue alone."""

from __future__ import annotations

from bot.core.attributes import AGE, PLACE, SCHEDULE
from bot.core.ledger import NeedEnd
from bot.dialogue.world import World
from bot.kinds.registry import kind_of


def gap_of(world: World, need: str, place: str) -> NeedEnd | None:
    """Return why people of a municipality find no service for a need; None if there is one for them."""
    answering = [offer for offer in world.content.offers if need in offer.service.needs]
    if not answering:
        return NeedEnd.MISSING
    if any(offer.location.serves is None or place in offer.location.serves for offer in answering):
        return None
    return NeedEnd.OTHER_PLACE


def open_windows(world: World, place: str, age: str) -> int:
    """Return in how many of the declared windows of hours a service is open to people of an age in a municipality."""
    vocabulary = world.content.vocabulary
    schedule, index = vocabulary.attributes.get(SCHEDULE), world.dated.index(world.first_flow)
    if schedule is None or AGE not in vocabulary.attributes:
        return 0
    stated = {
        PLACE: vocabulary.known(PLACE, (place,)),
        AGE: vocabulary.known(AGE, (kind_of(vocabulary[AGE]).decode(age),)),
    }
    matches = (index.match(vocabulary.people({**stated, SCHEDULE: vocabulary.known(SCHEDULE, (one,))})) for one in schedule.terms)
    return sum(bool(match.fits) for match in matches)
