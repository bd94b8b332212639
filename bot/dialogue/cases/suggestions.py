"""Suggestions for the managers of a case: services and canned replies that suit its citizen. Pure.

The services are those that a manager's search would find (`proposals.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.conditions import Profile
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases.proposals import find_offers
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.utterance import Utterance

#: Services and canned replies on a card.
_MAX_OFFERS, _MAX_REPLIES = 3, 2


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The ids of the offers and the names of the canned replies that suit a citizen, best first."""

    offers: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


def find_suggestions(world: World, session: Session, texts: Sequence[str], replies: Mapping[str, str]) -> Suggestions:
    """Return services and canned replies that suit a citizen's words and answers, best first. Takes milliseconds."""
    words, here = ". ".join(texts), position_of(session, world)
    known = here.people[0] if here is not None and here.people else {}
    if not words and not known:
        return Suggestions()
    best: dict[str, str] = {}
    # Without any answers, the services that suit the citizen are just all services.
    searches = ([words] if words else []) + ([""] if known else [])
    for searched in searches:
        for offer in find_offers(world, session, searched, world.understanding).offers:
            best.setdefault(offer.service.id, offer.id)
    return Suggestions(tuple(best.values())[:_MAX_OFFERS], tuple(_fitting_replies(world, known, words, replies))[:_MAX_REPLIES])


def _fitting_replies(world: World, known: Profile, words: str, replies: Mapping[str, str]) -> Iterator[str]:
    """Yield canned replies whose name is a word of the citizen, then those named like a fact not known of them."""
    spoken = {stem(word) for word in normalise(words).split()}
    called = {name: stem(normalise(name)) for name in replies}
    yield from (name for name in replies if called[name] in spoken)
    stated = {*known, *world.understanding.read(Utterance(words), world.dated.date).slots}
    unknown = {stem(normalise(one.label)) for one in world.content.vocabulary.attributes.values() if one.id not in stated}
    yield from (name for name in replies if called[name] in unknown and called[name] not in spoken)


def reply_preview(world: World, name: str, text: str) -> Reply:
    """Return for managers a canned reply before it is sent, with the button that sends it."""
    send = Choice(world.phrasing.say("send_offer_button"), Action(Verb.MANAGE, "r", name))
    return Reply((Run(text),), ((send,),))
