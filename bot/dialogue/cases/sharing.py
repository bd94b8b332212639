"""Sharing: which answers and offers of a session managers may see on the card of a case. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.attributes import CATEGORY, NEED, PLACE
from bot.core.case import Case, SharedAnswer, ShownOffer
from bot.core.explanation import Verdict, explain
from bot.core.interview import Answer, AnswerKind
from bot.core.services import Offer
from bot.dialogue.effects import Share
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World

#: Offers that are named on a card.
_MAX_OFFERS = 5


def place_named(world: World, session: Session) -> str:
    """Return the name of the municipality that a citizen stated; "" if they stated none."""
    answer = session.interview.answers.get(PLACE) if session.interview is not None else None
    attribute = world.content.vocabulary.attributes.get(PLACE)
    if answer is None or attribute is None or answer.kind is not AnswerKind.VALUE:
        return ""
    return world.phrasing.values(attribute, answer.values)


def needs_to_record(world: World, session: Session) -> str:
    """Return the ids of a session's needs for the ledger, joined by spaces; a sensitive need as its category."""
    answer = session.interview.answers.get(NEED) if session.interview is not None else None
    found = []
    for need in answer.values if answer is not None and answer.kind is AnswerKind.VALUE else ():
        if isinstance(need, str):
            term = world.content.vocabulary.needs.get(need)
            found.append(f"{CATEGORY}{term.category}" if term is not None and term.sensitive else need)
    return " ".join(found)


def shared_facts(world: World, session: Session, share: Share = Share.ALL) -> tuple[SharedAnswer, ...]:
    """Return the answers that the citizen shares, the municipality first. For a sensitive need the need counts as sensitive."""
    answers = session.interview.answers if session.interview is not None else {}
    found = []
    for id in sorted(answers, key=lambda attribute: attribute != PLACE):
        attribute, answer = world.content.vocabulary.attributes.get(id), answers[id]
        if attribute is None or answer.kind is not AnswerKind.VALUE or share is Share.NOTHING:
            continue
        sensitive = attribute.sensitive or _names_sensitive(world, answer)
        if share is Share.ALL or not sensitive:
            found.append(SharedAnswer(attribute.label, world.phrasing.values(attribute, answer.values), sensitive))
    return tuple(found)


def has_sensitive_wish(world: World, session: Session) -> bool:
    """Return True if a remembered wish states a sensitive value, or may be for a sensitive need."""
    attributes = world.content.vocabulary.attributes
    values = [(id, values) for wish in session.wishes for id, values in (*wish.answers.items(), (NEED, wish.choices))]
    return any(
        id in attributes and (attributes[id].sensitive or _names_sensitive(world, Answer(AnswerKind.VALUE, said)))
        for id, said in values
    )


def shared_session(world: World, session: Session, share: Share) -> Session:
    """Return a session without the answers that are not shared."""
    interview = session.interview
    if interview is None or share is Share.NOTHING:
        return replace(session, interview=None)
    if share is Share.ALL:
        return session
    hidden = sensitive_answers(world, session)
    others = {id: answer for id, answer in interview.answers.items() if id not in hidden}
    return replace(session, interview=replace(interview, answers=others))


def session_on_card(world: World, case: Case, session: Session) -> Session:
    """Return the session of a case's citizen with only those answers that managers may know."""
    share = Share(case.share or Share.NOTHING)
    if session.interview_count != case.interview:
        return shared_session(world, session, Share.NOTHING)
    agreed = {fact.label for fact in case.facts if fact.sensitive}
    attributes = world.content.vocabulary.attributes
    is_more = any(attributes[id].label not in agreed for id in sensitive_answers(world, session))
    return shared_session(world, session, Share.PLAIN if is_more and share is Share.ALL else share)


def shared_offers(world: World, session: Session, share: Share) -> Sequence[ShownOffer]:
    """Return the offers shown to a citizen, or the nearest ones if none fits, each with the reason why it does not fit."""
    here = position_of(session, world)
    if here is None or here.question is not None or share is Share.NOTHING:
        return ()
    offers = _offers(world, session)
    if share is not Share.ALL:
        # An offer that only hidden answers lead to would give them away.
        without_hidden = _offers(world, shared_session(world, session, share))
        offers = [offer for offer in offers if offer in without_hidden]
    sensitive = {attribute.id for attribute in world.content.vocabulary.attributes.values() if attribute.sensitive}
    found = []
    for offer in offers:
        if offer.sensitive and share is not Share.ALL:
            continue
        explained = explain(offer, here.people)
        findings = () if explained.verdict is Verdict.FITS else explained.findings
        shared = [one for one in findings if share is Share.ALL or one.reason.attribute not in sensitive]
        found.append(
            ShownOffer(offer.service.name, world.phrasing.only_reason(shared, offer) or world.phrasing.attribute_names(shared))
        )
    return tuple(found)


def _offers(world: World, session: Session) -> Sequence[Offer]:
    here = position_of(session, world)
    if here is None:
        return ()
    index = world.dated.index(flow_of(session, world))
    return index.best(here.match, here.people, _MAX_OFFERS) or index.nearest(here.match, here.people, _MAX_OFFERS)


def sensitive_answers(world: World, session: Session) -> Mapping[str, Answer]:
    """Return the sensitive answers by attribute, drafts included."""
    answers = session.interview.answers if session.interview is not None else {}
    attributes = world.content.vocabulary.attributes
    return {
        id: answer
        for id, answer in answers.items()
        if id in attributes and answer.values and (attributes[id].sensitive or _names_sensitive(world, answer))
    }


def _names_sensitive(world: World, answer: Answer) -> bool:
    return any(_is_sensitive(world, value) for value in answer.values if isinstance(value, str))


def _is_sensitive(world: World, need: str) -> bool:
    vocabulary = world.content.vocabulary
    if need.startswith(CATEGORY):
        inside = [one for one in vocabulary.needs.values() if one.category == need.removeprefix(CATEGORY)]
        return bool(inside) and all(one.sensitive for one in inside)
    found = vocabulary.needs.get(need)
    return found is not None and found.sensitive
