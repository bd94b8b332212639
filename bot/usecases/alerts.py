"""The times of alerts: every subscriber is looked at once on each working day, in the morning, spread over hours.

A look is an update of the citizen's lane, so it has its effect once, and the message about all that has opened is the only one of
the day. Spread over three hours, 100,000 subscribers take a third of what Telegram lets a bot send.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Protocol

from bot.core.case import CaseState
from bot.core.hours import is_open
from bot.dialogue.alerts import ALERT_DAYS, opened_offers
from bot.dialogue.context import Context
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.session import Session
from bot.usecases.case_posts import CasePosts
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer

#: The begin of looks on a working day, the seconds over which they are spread, and the hours of a late look.
_FIRST_HOUR, _SPREAD_SECONDS = 9, 3 * 3600
_HOURS = "Mo-Fr 08:00-20:00; PH off"


class OpeningTimers(Protocol):
    """The timers of a channel, as updates of a lane."""

    def alert_timer(self, chat: int, at: float) -> Timer:
        """Return the timer of the next look at a citizen's alerts."""


class OpeningAlerts:
    """The alerts of citizens: the times at which they are looked at, and the news of offers that have opened."""

    def __init__(self, posts: CasePosts, timers: OpeningTimers) -> None:
        self._posts = posts
        self._timers = timers

    def after_turn(self, unit: Unit, chat: int, before: Session, session: Session, now: float) -> None:
        """Set the time of the next look when a citizen's first alert is set, and clear it with the last."""
        if bool(session.alerts) != bool(before.alerts):
            self._schedule(unit, chat, session, now)

    def look(self, unit: Unit, chat: int, session: Session, now: float, *, is_blocked: bool) -> tuple[Session, News | None]:
        """Return the session without alerts that are too old, and the news of offers that have opened."""
        local = self._posts.local(now)
        oldest = local.date() - dt.timedelta(days=ALERT_DAYS)
        session = replace(session, alerts=tuple(alert for alert in session.alerts if alert.since >= oldest))
        opened = opened_offers(Context(self._posts.world(now), session, local))
        may_be_told = is_open(_HOURS, local) and not is_blocked and session.case_state is not CaseState.ASSIGNED
        if opened and may_be_told:
            unit.ledger.record("alert", {"offers": [offer.id for offer in opened]}, now)
            left = [alert for alert in session.alerts if alert.offer not in {offer.id for offer in opened}]
            self._schedule(unit, chat, replace(session, alerts=tuple(left)), now)
            return session, News(NewsKind.OPENING)
        self._schedule(unit, chat, session, now)
        return session, None

    def _schedule(self, unit: Unit, chat: int, session: Session, now: float) -> None:
        timer = self._timers.alert_timer(chat, now + self._wait(chat, self._posts.local(now)))
        if session.alerts:
            unit.timers.set(timer)
        else:
            unit.timers.clear(timer.kind)

    def _wait(self, chat: int, local: dt.datetime) -> float:
        """Return the seconds until a citizen's time on the next working morning."""
        spread = int.from_bytes(hashlib.sha256(str(chat).encode()).digest()[:4]) % _SPREAD_SECONDS
        morning = local.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0) + dt.timedelta(seconds=spread)
        while morning <= local or not is_open(_HOURS, morning):
            morning += dt.timedelta(days=1)
        return (morning - local).total_seconds()
