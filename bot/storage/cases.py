"""The cases, and the references to their messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

import sqlalchemy as sa

from bot.core.case import Case
from bot.core.stored_case import dump_case, load_case
from bot.json_types import Json
from bot.storage.sealing import RowText, is_of_row
from bot.storage.shared_statements import converted, inserting
from bot.storage.tables import case, chat, relay

_INSERT = case.insert().returning(case.c.id)
_SET_CASE_OF_CHAT = chat.update().where(chat.c.id == sa.bindparam("lane")).values(case_id=sa.bindparam("number"))
_UPDATE = (
    case.update()
    .where(case.c.id == sa.bindparam("number"))
    .values(
        desk=sa.bindparam("at_desk"),
        reason=sa.bindparam("why"),
        state=sa.bindparam("stands"),
        changed_at=sa.bindparam("last_change"),
        record=sa.bindparam("text"),
    )
)
_IS_OPEN = case.c.state != sa.literal_column("'resolved'")
_GET = sa.select(case.c.id, case.c.record).where(case.c.id == sa.bindparam("number"))
_LIST_OPEN = sa.select(case.c.id, case.c.record).where(_IS_OPEN).order_by(case.c.opened_at)
_COUNT_BY_DESK = (
    sa.select(case.c.desk, sa.func.count().label("cases")).where(_IS_OPEN, case.c.desk.is_not(None)).group_by(case.c.desk)
)
_LIST_OF_CHAT = sa.select(case.c.id, case.c.record).where(case.c.chat == sa.bindparam("lane")).order_by(case.c.id)
_LIST_CHANGED = (
    sa.select(case.c.id, case.c.record).where(case.c.changed_at >= sa.bindparam("at")).order_by(case.c.opened_at, case.c.id)
)
_LIST_RESOLVED = (
    sa.select(case.c.id, case.c.record)
    .where(case.c.state == sa.literal_column("'resolved'"), case.c.desk == sa.bindparam("at_desk"))
    .order_by(case.c.id.desc())
    .limit(sa.bindparam("most"))
)
_COUNT_OPEN = sa.select(sa.func.count()).select_from(case).where(_IS_OPEN)

_FIND = sa.select(relay.c.message_id).where(relay.c.key == sa.bindparam("known_as"))
_FIND_ALL = sa.select(relay.c.key, relay.c.message_id).where(relay.c.key.in_(sa.bindparam("keys", expanding=True)))
_KEYS_OF_MESSAGE = sa.select(relay.c.key).where(relay.c.chat == sa.bindparam("of"), relay.c.message_id == sa.bindparam("number"))
_IS_OF_MESSAGES = sa.and_(relay.c.chat == sa.bindparam("of"), relay.c.message_id.in_(sa.bindparam("messages", expanding=True)))
_LANES_OF_MESSAGES = sa.select(relay.c.message_id, relay.c.lane).where(_IS_OF_MESSAGES)
_CASES_OF_MESSAGES = (
    sa.select(relay.c.message_id, case.c.id, case.c.record).join(case, case.c.id == relay.c.case_id).where(_IS_OF_MESSAGES)
)
_FORGET = relay.delete().where(relay.c.key == sa.bindparam("known_as"))
_FORGET_CHAT = relay.delete().where(relay.c.chat == sa.bindparam("of"))
_FORGETTABLE = (
    sa.select(relay.c.key).where(relay.c.at < sa.bindparam("before"), relay.c.key.not_like("topic:%")).limit(sa.bindparam("most"))
)
_DELETE_FORGETTABLE = relay.delete().where(relay.c.key.in_(_FORGETTABLE))


@cache
def _record(dialect: str) -> sa.Insert:
    """Return the statement that records a message reference; if a message was sent twice, the later number counts."""
    new = inserting(dialect, relay)
    return new.on_conflict_do_update(
        index_elements=[relay.c.key],
        set_={"chat": new.excluded.chat, "message_id": new.excluded.message_id, "at": new.excluded.at},
    )


class SqlCases:
    """The cases in SQL; see `ports.Cases`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        #: The numbers of cases that could not be read.
        self.unreadable: set[int] = set()

    def open(self, case: Case) -> Case:
        """Store a new case, whose chat's row is locked, and return it with its number."""
        row = {"chat": case.chat, "desk": case.desk or None, "reason": case.reason.value, "state": case.state.value}
        number = int(self._connection.execute(_INSERT, row | {"opened_at": case.opened_at}).scalar_one())
        opened = replace(case, number=number)
        self.save(opened)
        self._connection.execute(_SET_CASE_OF_CHAT, {"lane": case.chat, "number": number})
        return opened

    def save(self, case: Case) -> None:
        """Store a changed case."""
        values = {"number": case.number, "at_desk": case.desk or None, "why": case.reason.value, "stands": case.state.value}
        self._connection.execute(
            _UPDATE, values | {"last_change": case.changed_at, "text": RowText.of(case.number, dump_case(case))}
        )

    def get(self, number: int) -> Case | None:
        """Return a case by its number; None if it cannot be read, or is so old that only its reason was stored."""
        return next(iter(self._read(_GET, number=number)), None)

    def of_messages(self, chat: int, messages: Sequence[int]) -> Case | None:
        """Return the case that some messages of a group belong to; the first that belongs to one decides."""
        if not messages:
            return None
        rows = self._connection.execute(_CASES_OF_MESSAGES, {"of": chat, "messages": list(messages)}).all()
        found = {row.message_id: row for row in rows if row.record}
        return next((self._load(found[message]) for message in messages if message in found), None)

    def list_open(self) -> Sequence[Case]:
        """Return the cases that are not resolved, the oldest first."""
        return self._read(_LIST_OPEN)

    def list_open_in_group(self, group: int) -> Sequence[Case]:
        """Return the cases of a group that are not resolved."""
        return [case for case in self._read(_LIST_OPEN) if case.group == group]

    def count_by_desk(self) -> Mapping[str, int]:
        """Return the number of unresolved cases of each desk."""
        return {row.desk: row.cases for row in self._connection.execute(_COUNT_BY_DESK)}

    def list_of_chat(self, chat: int) -> Sequence[Case]:
        """Return all cases of a citizen, the oldest first."""
        return self._read(_LIST_OF_CHAT, lane=chat)

    def list_changed(self, since: float) -> Sequence[Case]:
        """Return the cases that something happened to since a time."""
        return self._read(_LIST_CHANGED, at=since)

    def list_resolved(self, desk: str, most: int) -> Sequence[Case]:
        """Return the newest resolved cases of a desk, at most so many."""
        return self._read(_LIST_RESOLVED, at_desk=desk, most=most)

    def count_open(self) -> int:
        """Return the number of unresolved cases."""
        return int(self._connection.execute(_COUNT_OPEN).scalar_one())

    def _read(self, statement: sa.Select[*tuple[Json, ...]], **values: float | str) -> list[Case]:
        found = [self._load(row) for row in self._connection.execute(statement, values) if row.record]
        return [case for case in found if case is not None]

    def _load(self, row: Json) -> Case | None:
        """Return the case in a row; None if it is damaged or of a later version. The row stays as it is."""
        if is_of_row(row.record, row.id):
            with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
                return load_case(row.record)
        self.unreadable.add(row.id)
        return None


class SqlMessageRefs:
    """The message references in SQL; see `ports.MessageRefs`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def record(self, keys: Sequence[str], messages: Sequence[int], *, case: int, lane: int, chat: int, at: float) -> None:
        """Record sent messages under their keys: a key for each message, and all keys left over for the last message."""
        rows = [
            {
                "key": key,
                "case_id": case,
                "lane": lane,
                "chat": chat,
                "message_id": messages[min(number, len(messages) - 1)],
                "at": at,
            }
            for number, key in enumerate(keys if messages else ())
        ]
        if rows:
            self._connection.execute(_record(self._connection.dialect.name), rows)

    def find(self, key: str) -> int | None:
        """Return the id of the message or topic known as `key`."""
        return converted(self._connection.execute(_FIND, {"known_as": key}).scalar(), int)

    def find_all(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Return the ids of those keys that are known."""
        found = self._connection.execute(_FIND_ALL, {"keys": list(keys)}) if keys else ()
        return {row.key: row.message_id for row in found}

    def keys_of(self, chat: int, message: int) -> Sequence[str]:
        """Return the keys of a message."""
        return list(self._connection.execute(_KEYS_OF_MESSAGE, {"of": chat, "number": message}).scalars())

    def lane_of(self, chat: int, messages: Sequence[int]) -> int | None:
        """Return the citizen's chat of the first of some messages that belongs to a case."""
        if not messages:
            return None
        rows = self._connection.execute(_LANES_OF_MESSAGES, {"of": chat, "messages": list(messages)}).all()
        lanes = {row.message_id: row.lane for row in rows}
        return next((lanes[message] for message in messages if message in lanes), None)

    def forget(self, key: str) -> None:
        """Forget the message known as `key`."""
        self._connection.execute(_FORGET, {"known_as": key})

    def forget_chat(self, chat: int) -> None:
        """Forget all messages of a chat."""
        self._connection.execute(_FORGET_CHAT, {"of": chat})

    def purge(self, before: float, most: int) -> int:
        """Delete references from before a time, at most so many. Return how many."""
        return self._connection.execute(_DELETE_FORGETTABLE, {"before": before, "most": most}).rowcount
