"""The unit of work: one transaction with its repositories."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

import sqlalchemy as sa

from bot.core.tally import LedgerRow
from bot.json_types import Json
from bot.storage.audit import SqlAudit
from bot.storage.cases import SqlCases, SqlMessageRefs
from bot.storage.confirmations import SqlConfirmations
from bot.storage.content_versions import SqlContentVersions
from bot.storage.desk_states import SqlDeskStates
from bot.storage.inbox import SqlInbox
from bot.storage.outbox import SqlOutbox
from bot.storage.outbox_statements import REPLIES
from bot.storage.personal_data import SqlPersonalData
from bot.storage.shared_statements import converted, inserting, new_budget
from bot.storage.tables import budget, chat, ledger, timer
from bot.storage.unread import SqlUnreadSentences
from bot.usecases.queues import QueueCounts, Timer

#: The channel on which processes tell each other that there is work (PostgreSQL).
CHANNEL = "bot_work"

#: Says which process it is: its own work it knows of.
_NOTIFY = sa.select(sa.func.pg_notify(sa.bindparam("channel"), sa.bindparam("by")))
#: Seconds: the time of a record is kept to the day.
_DAY = 86400.0
_LIST_DUE = (
    sa.select(timer.c.kind, timer.c.due_at, timer.c.lane, timer.c.payload)
    .where(timer.c.due_at <= sa.bindparam("now"))
    .order_by(timer.c.due_at)
    .limit(100)
)
_REMOVE = timer.delete().where(timer.c.kind == sa.bindparam("of_kind"), timer.c.due_at == sa.bindparam("at"))
_NEXT_DUE_AT = sa.select(sa.func.min(timer.c.due_at))
_CLEAR = timer.delete().where(timer.c.kind == sa.bindparam("of_kind"))
_HAS_KEY = sa.select(ledger.c.id).where(ledger.c.key == sa.bindparam("of_key"))
_ROWS = (
    sa.select(ledger.c.at, ledger.c.kind, ledger.c.key, ledger.c.payload)
    .where(
        ledger.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        ledger.c.at >= sa.bindparam("since"),
        ledger.c.at < sa.bindparam("until"),
    )
    .order_by(ledger.c.at, ledger.c.id)
)
_COUNT_CHATS = sa.select(sa.func.count()).select_from(chat)
_LOCK_COOLDOWN = sa.select(budget.c.next_at).where(budget.c.name == sa.bindparam("key")).with_for_update()
_SET_COOLDOWN = budget.update().where(budget.c.name == sa.bindparam("key")).values(next_at=sa.bindparam("at"))


class SqlLedger:
    """The ledger in SQL; see `ports.Ledger`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        #: Records that are not written yet, by key: the newest of a batch is.
        self._unwritten: dict[str, dict[str, Json]] = {}

    def flush(self) -> None:
        """Write the collected records in one statement."""
        if self._unwritten:
            self._connection.execute(_put_record(self._connection.dialect.name), list(self._unwritten.values()))
            self._unwritten.clear()

    def record(self, kind: str, event: Mapping[str, Json], now: float) -> None:
        """Add an event."""
        self._connection.execute(ledger.insert(), {"kind": kind, "payload": json.dumps(event), "at": now})

    def rows(self, kinds: Collection[str], since: float, until: float) -> Iterator[LedgerRow]:
        """Yield the rows of some kinds between two times, the oldest first."""
        values = {"kinds": list(kinds), "since": since, "until": until}
        for at, kind, key, payload in self._connection.execute(_ROWS, values, execution_options={"yield_per": 5000}):
            yield LedgerRow(at, kind, key or "", payload)

    def has(self, key: str) -> bool:
        """Return True if there is a record under a key."""
        return key in self._unwritten or self._connection.execute(_HAS_KEY, {"of_key": key}).first() is not None

    def file(self, kind: str, record: str, now: float) -> None:
        """Store a record without a key. Its number is random, below those of all others, which are counted up."""
        row = {"id": -secrets.randbits(62) - 1, "kind": kind, "payload": record, "at": now - now % _DAY}
        self._connection.execute(ledger.insert(), row)

    def put(self, key: str, kind: str, record: str, now: float) -> None:
        """Store a record under a key, replacing an earlier one but keeping that one's time."""
        self._unwritten[key] = {"key": key, "kind": kind, "payload": record, "at": now - now % _DAY}


@cache
def _put_record(dialect: str) -> sa.Insert:
    new = inserting(dialect, ledger)
    return new.on_conflict_do_update(index_elements=[ledger.c.key], set_={"payload": new.excluded.payload})


class SqlTimers:
    """The timers in SQL; see `ports.Timers`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def set(self, timer: Timer) -> None:
        """Set the timer of a kind, replacing one that is set already."""
        row = {"kind": timer.kind, "due_at": timer.due_at, "lane": timer.lane, "payload": timer.payload}
        self._connection.execute(_set_timer(self._connection.dialect.name), row)

    def clear(self, kind: str) -> None:
        """Remove the timer of a kind ("case:12", a kind for each case or chat), if one is set."""
        self._connection.execute(_CLEAR, {"of_kind": kind})

    def list_due(self, now: float) -> Sequence[Timer]:
        """Return the timers whose time has come, the first ones first."""
        return [Timer(*row) for row in self._connection.execute(_LIST_DUE, {"now": now})]

    def remove(self, timer: Timer) -> bool:
        """Remove a timer. Return False if it is gone or was set anew meanwhile."""
        return bool(self._connection.execute(_REMOVE, {"of_kind": timer.kind, "at": timer.due_at}).rowcount)

    def next_at(self) -> float | None:
        """Return the time of the next timer; None if none is set."""
        return converted(self._connection.execute(_NEXT_DUE_AT).scalar(), float)


@cache
def _set_timer(dialect: str) -> sa.Insert:
    new = inserting(dialect, timer)
    changed = {name: new.excluded[name] for name in ("due_at", "lane", "payload")}
    return new.on_conflict_do_update(index_elements=[timer.c.kind], set_=changed)


class SqlCooldowns:
    """The pauses after warnings and hints, in SQL; see `ports.Cooldowns`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def start(self, name: str, now: float, interval: float) -> bool:
        """Start a pause (seconds) that holds in all processes. Return False if one still lasts."""
        key = f"alert:{name}"
        self._connection.execute(new_budget(self._connection.dialect.name), {"name": key, "next_at": now})
        # A time further ahead than the interval was noted by a clock that was wrong.
        if now < self._connection.execute(_LOCK_COOLDOWN, {"key": key}).scalar_one() <= now + interval:
            return False
        self._connection.execute(_SET_COOLDOWN, {"key": key, "at": now + interval})
        return True


class SqlUnit:
    """A transaction with its repositories (see `ports.Unit`), built anew for each; `flush` makes the collected writes."""

    def __init__(self, connection: sa.Connection, bot: int, worker: int) -> None:
        self._connection = connection
        self._worker = worker
        self.cases = SqlCases(connection)
        self.message_refs = SqlMessageRefs(connection)
        self.desk_states = SqlDeskStates(connection)
        self.inbox = SqlInbox(connection, bot, self.message_refs)
        self.outbox = SqlOutbox(connection, worker, self.message_refs)
        self.ledger = SqlLedger(connection)
        self.unread = SqlUnreadSentences(connection)
        self.audit = SqlAudit(connection)
        self.personal_data = SqlPersonalData(connection, self.outbox)
        self.timers = SqlTimers(connection)
        self.cooldowns = SqlCooldowns(connection)
        self.content_versions = SqlContentVersions(connection)
        self.confirmations = SqlConfirmations(connection)

    def queue_counts(self) -> QueueCounts:
        """Return how much waits in the queues."""
        replies = [self._connection.execute(statement).one() for statement in REPLIES]
        return QueueCounts(
            inbox=self.inbox.depth(),
            outbox=self.outbox.depth(),
            quarantined=self.inbox.count_quarantined(),
            chats=int(self._connection.execute(_COUNT_CHATS).scalar_one()),
            open_cases=self.cases.count_open(),
            oldest_reply=min((float(oldest) for count, oldest in replies if count), default=0.0),
        )

    def flush(self) -> None:
        """Make the collected writes: lanes first, then chats to be called."""
        self.inbox.flush()
        self.outbox.flush()
        self.ledger.flush()
        if self._connection.dialect.name == "postgresql" and (self.inbox.received or self.outbox.queued):
            self._connection.execute(_NOTIFY, {"channel": CHANNEL, "by": str(self._worker)})
