"""Timed deletion of data whose lane must be locked: sensitive answers, old searches, the words of cases, and old cases.

Each is a timer of the citizen's lane. Whole sessions, quarantined updates and the ledger are deleted by `upkeep.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.core.case import Case
from bot.core.privacy import DAY_SECONDS, HOUR_SECONDS
from bot.dialogue.cases.sharing import has_sensitive_wish, sensitive_answers
from bot.dialogue.privacy import forgotten
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.usecases.case_posts import CasePosts
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer


class RetentionTimers(Protocol):
    """The part of a channel that makes the timers of deletion, as updates of a lane."""

    def silence_timer(self, chat: int, at: float) -> Timer:
        """Return the timer at which a silent citizen's sensitive answers are deleted."""

    def dormancy_timer(self, chat: int, at: float) -> Timer:
        """Return the timer at which a silent citizen's data is deleted, except their alerts."""

    def age_timer(self, case: Case, at: float) -> Timer:
        """Return the timer at which a resolved case loses its words, or is deleted."""


class DataAges:
    """The deletion of sensitive answers and old cases: sets the timers, and deletes when they are due."""

    def __init__(self, posts: CasePosts, timers: RetentionTimers) -> None:
        self._posts = posts
        self._timers = timers

    # --- Sensitive answers

    def after_turn(self, unit: Unit, chat: int, session: Session, now: float) -> None:
        """Restart the timers of silence: hours if the citizen has given a sensitive answer, days if they have alerts.

        Chats without alerts are deleted whole when they have been silent for so long.
        """
        world = self._posts.world(now)
        kept = world.notice.retention
        if kept.sensitive_hours and (sensitive_answers(world, session) or has_sensitive_wish(world, session)):
            unit.timers.set(self._timers.silence_timer(chat, now + kept.sensitive_hours * HOUR_SECONDS))
        if kept.session_days and session.has_alerts:
            unit.timers.set(self._timers.dormancy_timer(chat, now + kept.session_days * DAY_SECONDS))

    def without_sensitive(self, session: Session, now: float) -> Session:
        """Return a session without its sensitive answers, and without typed texts that may have contained them."""
        return forget_sensitive(self._posts.world(now), session)

    def only_alerts(self, unit: Unit, chat: int, session: Session, now: float) -> Session:
        """Return the session of a silent citizen reduced to their alerts, saved searches and consent.

        The number of interviews and the version of the notice are kept too, as is all that `forgotten` keeps.
        While a case is open the session is returned unchanged, and the timer is set again for a day later.
        """
        if session.has_open_case:
            unit.timers.set(self._timers.dormancy_timer(chat, now + DAY_SECONDS))
            return session
        rest = forgotten(session)
        return replace(
            rest,
            alerts=session.alerts,
            saved_searches=session.saved_searches,
            interview_count=session.interview_count,
            notice_version=session.notice_version,
            consent_version=session.consent_version,
        )

    # --- Cases

    def after_end(self, unit: Unit, case: Case, now: float) -> None:
        """Set the time at which a case that has just been resolved loses its words."""
        self._await_age(unit, case, now)

    def let_go(self, unit: Unit, case: Case, now: float) -> None:
        """Delete the words of an old resolved case and its topic; later everything but its day, reason and desk."""
        if case.is_open:
            return
        kept, age = self._posts.world(now).notice.retention, now - case.resolved_at
        if kept.case_days and age >= kept.case_days * DAY_SECONDS:
            unit.personal_data.erase_case(case.number)
            return
        if kept.case_words_days and age >= kept.case_words_days * DAY_SECONDS:
            copies = [message for chat, message in unit.personal_data.list_copies(case.chat, case.number) if chat == case.group]
            for outgoing in self._posts.channel.delete_case(case, unit.message_refs.find(case.topic), copies):
                unit.outbox.put(outgoing, now)
            unit.cases.save(without_words(case))
        self._await_age(unit, case, now)

    def _await_age(self, unit: Unit, case: Case, now: float) -> None:
        """Set the timer of the next deletion in a resolved case."""
        kept = self._posts.world(now).notice.retention
        ends = (case.resolved_at + days * DAY_SECONDS for days in (kept.case_words_days, kept.case_days) if days)
        if later := [end for end in ends if end > now]:
            unit.timers.set(self._timers.age_timer(case, min(later)))


def forget_sensitive(world: World, session: Session) -> Session:
    """Return a session without its sensitive answers and wishes, and without typed texts that may have contained them."""
    if has_sensitive_wish(world, session):
        session = replace(session, wish=(), wishes=(), recent_texts=())
    sensitive, interview = sensitive_answers(world, session), session.interview
    if not sensitive or interview is None:
        return session
    answers = {id: answer for id, answer in interview.answers.items() if id not in sensitive}
    return replace(session, interview=replace(interview, answers=answers), wish=(), recent_texts=(), card="", page=0)


def without_words(case: Case) -> Case:
    """Return a case without its texts: the citizen's answers and messages, offers shown, suggestions, and words on its outcome.

    Its number, times, desk, manager, needs, place, history and outcome are kept.
    """
    emptied = replace(case, facts=(), offers_shown=(), transcript=(), held_messages=(), mirror=None, albums=())
    return replace(emptied, suggested_offers=(), suggested_replies=(), outcome_words="")
