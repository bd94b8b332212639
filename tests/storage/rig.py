"""A store that plain functions can use, and short words for what tests put into it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa

from bot.storage.schema import Database
from bot.storage.tables import chat, inbox, metadata, outbox, recipient
from bot.usecases.calls import Accepted, CallKind, ClaimedCall, Limits, Outgoing
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate

T = TypeVar("T")

#: As fast as it goes.
UNLIMITED = Limits(None, None, None)


class Rig:
    """An open store, with a loop of its own."""

    def __init__(self, database: Database, bot: int = 1, ring: Callable[[], None] = lambda: None) -> None:
        self.database = database
        self.store = database.store(bot, ring)
        self.store.open()
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Ends the store; again, nothing happens."""
        if self._runner is not None:
            self.store.close()
            self._runner.close()
            self._runner = None  # type: ignore[assignment]

    # --- Transactions

    def do(self, function: Callable[[Unit], T]) -> T:
        """Runs a function in a transaction."""
        return self._runner.run(self.store.do(function))

    def together(self, *functions: Callable[[Unit], Json]) -> list[Json]:
        """Runs functions that arrive at the same moment; what they return or raise."""

        async def gathered() -> list[Json]:
            return await asyncio.gather(*(self.store.do(function) for function in functions), return_exceptions=True)

        return self._runner.run(gathered())

    def recover(self, now: float = 0.0) -> int:
        """Finds what ended processes left."""
        return self._runner.run(self.store.recover(now))

    # --- The inbox

    def receive(self, *updates: NewUpdate, now: float = 0.0) -> int:
        return self.do(lambda unit: unit.inbox.receive(updates, now))

    def handle(self, now: float = 0.0, most: int = 100, session: str | None = None) -> list[int]:
        """Claims and is done; the ids of the updates."""

        def handled(unit: Unit) -> list[int]:
            claimed = unit.inbox.claim(now, most)
            for waiting in claimed:
                unit.inbox.mark_done(waiting, session, now)
            return [waiting.update_id for waiting in claimed]

        return self.do(handled)

    def peek(self, now: float = 0.0, most: int = 100) -> Sequence[QueuedUpdate]:
        """What a claim would return."""
        return self.do(lambda unit: unit.inbox.claim(now, most))

    def set_aside(self, update_id: int, now: float = 0.0) -> QueuedUpdate:
        """Claims an update and sets it aside."""

        def aside(unit: Unit) -> QueuedUpdate:
            (one,) = [waiting for waiting in unit.inbox.claim(now, 100) if waiting.update_id == update_id]
            unit.inbox.quarantine(one, "ValueError: no", now)
            return one

        return self.do(aside)

    # --- The outbox

    def put(self, *calls: Outgoing, now: float = 0.0) -> None:
        """Each in a transaction of its own."""
        for call in calls:
            self.do(lambda unit, call=call: unit.outbox.put(call, now))

    def claim(self, now: float = 0.0, most: int = 100, limits: Limits = UNLIMITED) -> Sequence[ClaimedCall]:
        return self.do(lambda unit: unit.outbox.claim(now, most, limits))

    def accept(self, call: ClaimedCall, message_id: int | None = None, now: float = 0.0) -> None:
        def accept(unit: Unit) -> None:
            if unit.outbox.still_owned([call.id]):
                unit.outbox.mark_accepted(call, sent(message_id), now)

        self.do(accept)

    def send_all(self, now: float = 0.0) -> list[str]:
        """Claims and accepts until nothing is left; the words in the order in which they went."""
        said = []
        while calls := self.claim(now):
            for call in calls:
                said.append(words(call))
                self.accept(call, call.id, now)
        return said

    # --- Rows

    def rows(self, table: sa.Table, *columns: str) -> list[tuple[Json, ...]]:
        """Columns of all rows, in order."""
        chosen = [table.c[name] for name in columns]
        with self.database.engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(sa.select(*chosen)))

    def clear(self) -> None:
        """Empties all tables."""
        with self.database.engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())

    def check_counters(self) -> None:
        """What lanes and recipients count is what the queues hold."""
        with self.database.engine.connect() as connection:
            lanes = {row.id: row.waiting for row in connection.execute(sa.select(chat.c.id, chat.c.waiting))}
            waiting = _by(connection, inbox.c.lane, inbox.c.state == "waiting")
            to_send = {row.id: (row.to_send, row.messages, row.sending) for row in connection.execute(sa.select(recipient))}
            open_calls = outbox.c.state.in_(["waiting", "sending"])
            calls = _by(connection, outbox.c.chat, open_calls)
            messages = _by(connection, outbox.c.chat, open_calls & (outbox.c.kind == "message"))
            sending = _by(connection, outbox.c.chat, outbox.c.state == "sending")
        assert lanes == {lane: waiting.get(lane, 0) for lane in lanes | waiting}
        assert to_send == {one: (calls.get(one, 0), messages.get(one, 0), bool(sending.get(one, 0))) for one in to_send | calls}
        assert set(sending.values()) <= {1}


def _by(connection: sa.Connection, column: sa.Column[int], condition: sa.ColumnElement[bool]) -> dict[int, int]:
    counted = connection.execute(sa.select(column, sa.func.count()).where(condition).group_by(column))
    return {row[0]: row[1] for row in counted}


def update(update_id: int, lane: int = 7, payload: str = "{}") -> NewUpdate:
    """An update of a lane."""
    return NewUpdate(update_id, lane, payload)


def message(chat: int, text: str) -> Outgoing:
    """A new message."""
    return Outgoing(chat, CallKind.MESSAGE, "sendMessage", {"text": text})


def edit(chat: int, message_id: int, text: str, kind: CallKind = CallKind.EDIT) -> Outgoing:
    """A change of a message."""
    return Outgoing(chat, kind, "editMessageText", {"message_id": message_id, "text": text})


def tidy(chat: int, message_id: int, text: str) -> Outgoing:
    """What an older message becomes."""
    return edit(chat, message_id, text, CallKind.CLEANUP)


def leave(chat: int) -> Outgoing:
    """What nobody waits for."""
    return Outgoing(chat, CallKind.BEST_EFFORT, "leaveChat", {})


def sent(*message_ids: int | None) -> Accepted:
    """Telegram's yes, with the ids of the messages that came of a call."""
    return Accepted(tuple(one for one in message_ids if one is not None))


def words(call: ClaimedCall) -> str:
    """What a call says."""
    return str(call.params.get("text", call.method))
