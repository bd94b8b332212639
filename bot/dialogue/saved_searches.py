"""Saved searches: the stored form of a search whose citizen wants to hear what is new in it. Pure.

A search is stored as its interview, so that it finds what the citizen would find today. Sensitive answers are not stored. The
messages, and alerts on single services, are in `alerts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.attributes import NEED
from bot.core.flow import Purpose
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.core.services import Offer, State
from bot.dialogue.cases.sharing import sensitive_answers
from bot.dialogue.context import Context
from bot.dialogue.intents import Statement
from bot.dialogue.session import AlertStage, SavedSearch, Session
from bot.dialogue.statements import statement_text
from bot.dialogue.world import World

#: Saved searches of one chat, and offers that one may find: a wider search is narrowed first.
MOST_SEARCHES, _MOST_OFFERS = 5, 60
#: Days before the end of applications in which they are about to close.
CLOSING_DAYS = 7


def stage_of(world: World, offer: Offer) -> AlertStage:
    """Return the stage that applications for an offer have reached on the world's date."""
    if world.dated.standings[offer.id].state not in (State.OPEN, State.WAITING_LIST):
        return AlertStage.KNOWN
    today = world.dated.date
    last = offer.last_day_to_apply(today)
    return AlertStage.CLOSING if last is not None and (last - today).days < CLOSING_DAYS else AlertStage.OPEN


def can_be_saved(context: Context) -> bool:
    """Return True if the open search states what is looked for, in answers that may be stored."""
    is_sensitive = NEED in sensitive_answers(context.world, context.session)
    return context.flow.purpose is Purpose.MATCH and bool(_kept_answers(context)) and not is_sensitive


def saved_search(context: Context) -> SavedSearch | None:
    """Return the open search as a saved search, with the offers that it finds today; None if it finds too many."""
    interview = context.session.interview
    assert interview is not None
    kept = Interview(interview.flow, interview.number, _kept_answers(context), pace=Pace.STOPPED)
    search = SavedSearch(kept, context.now.date(), context.session.wish)
    stages = stages_today(context, search)
    return replace(search, stages=stages) if len(stages) <= _MOST_OFFERS else None


def _kept_answers(context: Context) -> Mapping[str, Answer]:
    interview, sensitive = context.session.interview, sensitive_answers(context.world, context.session)
    answers = interview.answers if interview is not None else {}
    return {id: one for id, one in answers.items() if one.kind is AnswerKind.VALUE and id not in sensitive}


def found_offers(context: Context, search: SavedSearch) -> list[Offer]:
    """Return the offers that a saved search finds today; if it names an activity ("nuoto"), only those that offer it."""
    inner = context.with_session(replace(context.session, interview=search.interview, wish=search.words))
    if inner.position is None:
        return []
    found = list(inner.index.members(inner.position.match.remaining))
    return [one for one in found if one.service.id in inner.named] if inner.named or inner.missing else found


def stages_today(context: Context, search: SavedSearch) -> dict[str, AlertStage]:
    """Return, by id, the offers that a saved search finds today, each with the stage of its applications."""
    return {offer.id: stage_of(context.world, offer) for offer in found_offers(context, search)}


def news_of(context: Context, search: SavedSearch) -> dict[str, AlertStage]:
    """Return the offers of a saved search that are new, now take applications, or are about to close: by id, with their stage."""
    return {id: stage for id, stage in stages_today(context, search).items() if stage > search.stages.get(id, -1)}


def without_past(context: Context, search: SavedSearch) -> SavedSearch:
    """Return a saved search that forgets offers which are gone, and lowers the stage of offers whose applications have closed."""
    today = stages_today(context, search)
    return replace(search, stages={id: min(stage, today[id]) for id, stage in search.stages.items() if id in today})


def search_text(context: Context, search: SavedSearch) -> str:
    """Return a saved search in words: "nuoto · 7 anni · Melegnano"."""
    answers = {id: one.values for id, one in search.interview.answers.items()}
    stated = statement_text(context, Statement(answers))
    needs = map(str, answers.get(NEED, ()))
    named = dict.fromkeys(word for need in needs for word in context.world.activities.telling(search.words, need))
    return " · ".join([*(word for word in named if word.lower() not in stated.lower()), stated])


def with_search(session: Session, search: SavedSearch) -> Session:
    """Return a session with a saved search added, or replacing an earlier form of it.

    If there are too many, the oldest is dropped.
    """
    others = without_search(session, search.number).saved_searches
    return replace(session, saved_searches=(*others, search)[-MOST_SEARCHES:])


def without_search(session: Session, number: int) -> Session:
    """Return a session without one of its saved searches."""
    return replace(session, saved_searches=tuple(one for one in session.saved_searches if one.number != number))
