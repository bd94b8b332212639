"""The states of the desks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import sqlalchemy as sa

from bot.core.desk_state import DeskState, dump_desk_state, load_desk_state
from bot.storage.sealing import RowText, is_of_row
from bot.storage.shared_statements import inserting
from bot.storage.tables import desk_state

_LIST = sa.select(desk_state.c.desk, desk_state.c.record)
_GET = sa.select(desk_state.c.record).where(desk_state.c.desk == sa.bindparam("of_desk"))
_LOCK = _GET.with_for_update()


class SqlDeskStates:
    """The states of the desks in SQL; see `ports.DeskStates`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, desk: str) -> DeskState:
        """Return the state of a desk."""
        return _state_of(desk, self._connection.execute(_GET, {"of_desk": desk}).scalar())

    def list_all(self) -> Mapping[str, DeskState]:
        """Return the states by the ids of the desks."""
        return {row.desk: _state_of(row.desk, row.record) for row in self._connection.execute(_LIST)}

    def change(self, desk: str, change: Callable[[DeskState], DeskState]) -> DeskState:
        """Change the state of a desk, whose row is locked, and return it."""
        state = _state_of(desk, self._connection.execute(_LOCK, {"of_desk": desk}).scalar())
        changed = change(state)
        if changed != state:
            row = {"desk": desk, "record": RowText.of(desk, dump_desk_state(changed))}
            self._connection.execute(_upsert(self._connection.dialect.name), row)
        return changed


def _state_of(desk: str, record: str | None) -> DeskState:
    """Return the state of a desk from its stored text; an empty state if there is none, or if it is that of another desk."""
    return load_desk_state(record) if record and is_of_row(record, desk) else DeskState()


@cache
def _upsert(dialect: str) -> sa.Insert:
    new = inserting(dialect, desk_state)
    return new.on_conflict_do_update(index_elements=[desk_state.c.desk], set_={"record": new.excluded.record})
