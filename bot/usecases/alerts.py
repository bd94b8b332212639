"""The times at which alerts are checked: once for each subscriber on every working day, spread over the morning.

A check is an update of the citizen's lane, so it has its effect once, and the message about all news is the only one of the
day. Spread over three hours, 100,000 subscribers take a third of what Telegram lets a bot send; after a morning without the bot
or without Telegram, people in conversation are served first, and what is left at night waits for the next working day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Protocol

from bot.core.case import CaseState
from bot.core.hours import is_open
from bot.core.ledger import RowKind
from bot.dialogue.alerts import after_news, alert_news, drop_past
from bot.dialogue.context import Context
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.session import Session
from bot.usecases.case_posts import CasePosts
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer

#: The begin of looks on a working day, the seconds over which they are spread, and the hours of a late look.
_FIRST_HOUR, _SPREAD_SECONDS = 9, 3 * 3600
#: They end a minute before 20:00: a call that begins in the last moment is heard after it.
_HOURS = "Mo-Fr 08:00-19:59; PH off"


def is_rest(local: dt.datetime) -> bool:
    """Return True at night, at weekends and on holidays, when the bot sends nobody a message that they did not just ask for."""
    return not is_open(_HOURS, local)


class AlertTimers(Protocol):
    """The part of a channel that makes the timers of alerts, as updates of a citizen's lane."""

    def alert_timer(self, chat: int, at: float) -> Timer:
        """Return the timer of the next check of a citizen's alerts."""


class AlertChecks:
    """Checks the alerts of citizens: sets the times of the checks, and finds the news about awaited offers and saved searches."""

    def __init__(self, posts: CasePosts, timers: AlertTimers) -> None:
        self._posts = posts
        self._timers = timers

    def after_turn(self, unit: Unit, chat: int, before: Session, session: Session, now: float) -> None:
        """Set the time of the next check when a citizen has set a first alert; clear it when they have stopped the last."""
        if session.has_alerts != before.has_alerts:
            self._schedule(unit, chat, session, now)

    def look(self, unit: Unit, chat: int, session: Session, now: float, *, is_blocked: bool) -> tuple[Session, News | None]:
        """Check a citizen's alerts. Return the session without alerts that are too old, and the news to tell them, if any."""
        local = self._posts.local(now)
        context = Context(self._posts.world(now), session, local)
        session = drop_past(context)
        news = alert_news(context.with_session(session))
        may_be_told = not is_rest(local) and not is_blocked and session.case_state is not CaseState.ASSIGNED
        if news.offers and may_be_told:
            unit.ledger.record(RowKind.ALERT, {"offers": news.offers}, now)
            self._schedule(unit, chat, after_news(session, news), now)
            return session, News(NewsKind.OPENING)
        self._schedule(unit, chat, session, now)
        return session, None

    def _schedule(self, unit: Unit, chat: int, session: Session, now: float) -> None:
        timer = self._timers.alert_timer(chat, now + self._wait(chat, self._posts.local(now)))
        if session.has_alerts:
            unit.timers.set(timer)
        else:
            unit.timers.clear(timer.kind)

    def _wait(self, chat: int, local: dt.datetime) -> float:
        """Return the seconds until the time at which this citizen is checked on the next working morning."""
        spread = int.from_bytes(hashlib.sha256(str(chat).encode()).digest()[:4]) % _SPREAD_SECONDS
        morning = local.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0) + dt.timedelta(seconds=spread)
        while morning <= local or is_rest(morning):
            morning += dt.timedelta(days=1)
        return (morning - local).total_seconds()
