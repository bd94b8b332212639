"""The cases, and where their messages are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any as Json

import sqlalchemy as sa

from bot.core.case import Case
from bot.core.casefile import dump, load
from bot.storage.statements import inserting, only
from bot.storage.tables import case, chat, relay

_OPEN = case.insert().returning(case.c.id)
_OF_CHAT_NOW = chat.update().where(chat.c.id == sa.bindparam("lane")).values(case_id=sa.bindparam("number"))
_SAVE = (
    case.update()
    .where(case.c.id == sa.bindparam("number"))
    .values(
        desk=sa.bindparam("at_desk"),
        reason=sa.bindparam("why"),
        state=sa.bindparam("stands"),
        record=sa.bindparam("text"),
    )
)
_RESOLVED = case.c.state != sa.literal_column("'resolved'")
_GET = sa.select(case.c.record).where(case.c.id == sa.bindparam("number"))
_UNRESOLVED = sa.select(case.c.record).where(_RESOLVED).order_by(case.c.opened_at)
_BUSY = sa.select(case.c.desk, sa.func.count().label("cases")).where(_RESOLVED, case.c.desk.is_not(None)).group_by(case.c.desk)
_OF_CHAT = sa.select(case.c.record).where(case.c.chat == sa.bindparam("lane")).order_by(case.c.id)
_SINCE = sa.select(case.c.record).where(case.c.opened_at >= sa.bindparam("at")).order_by(case.c.opened_at, case.c.id)
_COUNT_OPEN = sa.select(sa.func.count()).select_from(case).where(_RESOLVED)

_FIND = sa.select(relay.c.message_id).where(relay.c.key == sa.bindparam("known_as"))
_FIND_ALL = sa.select(relay.c.key, relay.c.message_id).where(relay.c.key.in_(sa.bindparam("keys", expanding=True)))
_KEYS = sa.select(relay.c.key).where(relay.c.chat == sa.bindparam("of"), relay.c.message_id == sa.bindparam("number"))
_ABOUT = sa.select(relay.c.message_id, relay.c.lane, relay.c.case_id).where(
    relay.c.chat == sa.bindparam("of"), relay.c.message_id.in_(sa.bindparam("messages", expanding=True))
)
_FORGET = relay.delete().where(relay.c.key == sa.bindparam("known_as"))
_FORGET_CHAT = relay.delete().where(relay.c.chat == sa.bindparam("of"))
_OLD = sa.select(relay.c.key).where(relay.c.at < sa.bindparam("before")).limit(sa.bindparam("most"))
_PURGE = relay.delete().where(relay.c.key.in_(_OLD))


@cache
def _record(dialect: str) -> sa.Insert:
    """A message, which may have been sent twice: the last one counts."""
    new = inserting(dialect, relay)
    return new.on_conflict_do_update(
        index_elements=[relay.c.key],
        set_={"chat": new.excluded.chat, "message_id": new.excluded.message_id, "at": new.excluded.at},
    )


class SqlCases:
    """See `ports.Cases`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, case: Case) -> Case:
        """Keeps a new case; its chat's row is locked."""
        row = {"chat": case.chat, "desk": case.desk or None, "reason": case.reason.value, "state": case.state.value}
        number = int(self._connection.execute(_OPEN, row | {"opened_at": case.opened_at}).scalar_one())
        opened = replace(case, number=number)
        self.save(opened)
        self._connection.execute(_OF_CHAT_NOW, {"lane": case.chat, "number": number})
        return opened

    def save(self, case: Case) -> None:
        """Keeps what a case has become."""
        values = {"number": case.number, "at_desk": case.desk or None, "why": case.reason.value, "stands": case.state.value}
        self._connection.execute(_SAVE, values | {"text": dump(case)})

    def get(self, number: int) -> Case | None:
        """A case by its number; none for one of a time when only its reason was kept."""
        text = self._connection.execute(_GET, {"number": number}).scalar()
        return load(text) if text else None

    def list_untaken(self) -> Sequence[Case]:
        """All cases that nobody has taken."""
        return [case for case in self._read(_UNRESOLVED) if case.manager is None]

    def list_open_in_group(self, group: int) -> Sequence[Case]:
        """The cases of a group that are not resolved."""
        return [case for case in self._read(_UNRESOLVED) if case.group == group]

    def count_by_desk(self) -> Mapping[str, int]:
        """How many cases each desk has."""
        return {row.desk: row.cases for row in self._connection.execute(_BUSY)}

    def list_of_chat(self, chat: int) -> Sequence[Case]:
        """All cases of a citizen."""
        return self._read(_OF_CHAT, lane=chat)

    def list_since(self, at: float) -> Sequence[Case]:
        """The cases that were opened since a time."""
        return self._read(_SINCE, at=at)

    def count_open(self) -> int:
        """How many are not resolved."""
        return int(self._connection.execute(_COUNT_OPEN).scalar_one())

    def _read(self, statement: sa.Select[Json], **values: float) -> list[Case]:
        return [load(text) for text in self._connection.execute(statement, values).scalars() if text]


class SqlMessageRefs:
    """See `ports.Relays`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def record(self, keys: Sequence[str], messages: Sequence[int], *, case: int, lane: int, chat: int, at: float) -> None:
        """What messages are known as: each by one key, or the last by all that are left over."""
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
        """The message or topic that is known as `key`."""
        return only(self._connection.execute(_FIND, {"known_as": key}).scalar(), int)

    def find_all(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Those of some keys that are known."""
        found = self._connection.execute(_FIND_ALL, {"keys": list(keys)}) if keys else ()
        return {row.key: row.message_id for row in found}

    def keys_of(self, chat: int, message: int) -> Sequence[str]:
        """What a message is known as."""
        return list(self._connection.execute(_KEYS, {"of": chat, "number": message}).scalars())

    def lane_of(self, chat: int, messages: Sequence[int]) -> int | None:
        """The citizen's chat."""
        found = self._about(chat, messages)
        return found[0] if found else None

    def case_of(self, chat: int, messages: Sequence[int]) -> int | None:
        """The number of the case."""
        found = self._about(chat, messages)
        return found[1] if found else None

    def _about(self, chat: int, messages: Sequence[int]) -> tuple[int, int] | None:
        if not messages:
            return None
        rows = self._connection.execute(_ABOUT, {"of": chat, "messages": list(messages)}).all()
        found = {row.message_id: (row.lane, row.case_id) for row in rows}
        return next((found[message] for message in messages if message in found), None)

    def forget(self, key: str) -> None:
        """What was known as `key` is gone."""
        self._connection.execute(_FORGET, {"known_as": key})

    def forget_chat(self, chat: int) -> None:
        """All messages of a chat are out of reach."""
        self._connection.execute(_FORGET_CHAT, {"of": chat})

    def purge(self, before: float, most: int) -> int:
        """Forgets what came before a time."""
        return self._connection.execute(_PURGE, {"before": before, "most": most}).rowcount
