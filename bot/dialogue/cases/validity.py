"""The question to a desk whether a service is still as its card says, and the texts after its answer. Pure."""

from __future__ import annotations

import datetime as dt

from bot.core.confirmation import Validity
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Service
from bot.dialogue.layout import rows_of
from bot.dialogue.world import World

#: The command of the question, and the answer that asks about another service first.
VALIDITY_COMMAND, LATER = "valido", "dopo"
#: Characters of an id that a button carries; the beginning of a longer one names it.
_ID_CHARACTERS = 40


def validity_question(world: World, service: Service, remaining: int) -> Reply:
    """Return the question about one service with a button for each answer.

    `remaining` is how many are still to be asked about.
    """
    say = world.phrasing.say
    checked = _checked(world, service.assured)
    where = ", ".join(dict.fromkeys(_place(world, one.place) for one in service.locations if one.place))
    text = say("valid_ask", name=service.name, where=f" ({where})" if where else "", checked=checked, count=remaining)
    first = [_answer(world, one, service) for one in (Validity.VALID, Validity.GONE)]
    second = [_answer(world, one, service) for one in (Validity.FULL, Validity.OPEN)]
    third = [_answer(world, Validity.CHANGED, service), _choice(say("valid_dopo"), LATER, service)]
    return Reply((Run(text),), rows_of(first, second, third))


def service_named(world: World, id: str) -> Service | None:
    """Return the service with an id; if a long id was cut, the only service whose id begins so. None for none."""
    services = world.content.services_by_id
    if id in services:
        return services[id]
    alike = [one for key, one in services.items() if len(id) == _ID_CHARACTERS and key.startswith(id)]
    return alike[0] if len(alike) == 1 else None


def _answer(world: World, answer: Validity, service: Service) -> Choice:
    return _choice(world.phrasing.say(f"valid_{answer.value}"), answer.value, service)


def _choice(label: str, word: str, service: Service) -> Choice:
    return Choice(label, Action(Verb.MANAGE, VALIDITY_COMMAND, f"{word} {service.id[:_ID_CHARACTERS]}"))


def _checked(world: World, day: dt.date | None) -> str:
    return world.phrasing.say("valid_checked", day=world.phrasing.date(day)) if day else world.phrasing.say("valid_never_checked")


def _place(world: World, id: str) -> str:
    place = world.content.vocabulary.place(id)
    return place.label if place is not None else id
