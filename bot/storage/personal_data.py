"""The personal data of citizens in all tables: found or erased for one citizen, and deleted when its time is over."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bot.core.ledger import RowKind
from bot.storage.outbox import SqlOutbox
from bot.storage.shared_statements import NOTHING
from bot.storage.tables import case, chat, inbox, ledger, outbox, recipient, relay, timer
from bot.usecases.calls import CallKind
from bot.usecases.queues import ALERT_TIMER

_LIST_COPIES = (
    sa.select(relay.c.chat, relay.c.message_id, relay.c.case_id)
    .where(relay.c.lane == sa.bindparam("of_lane"))
    .order_by(relay.c.message_id)
)
_IS_WAITING = outbox.c.state == sa.literal_column("'waiting'")
_CALLS_OF = (
    sa.select(outbox.c.id, outbox.c.chat, outbox.c.kind)
    .where(
        _IS_WAITING,
        sa.or_(
            outbox.c.chat == sa.bindparam("to"),
            outbox.c.case_id.in_(sa.select(case.c.id).where(case.c.chat == sa.bindparam("to"))),
        ),
    )
    .order_by(outbox.c.chat)
)
_LOCK_RECIPIENTS = (
    sa.select(recipient.c.id)
    .where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)))
    .order_by(recipient.c.id)
    .with_for_update()
)
_DROP_CALLS = outbox.delete().where(outbox.c.id.in_(sa.bindparam("calls", expanding=True)), _IS_WAITING)
_UNCOUNT_CALLS = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        to_send=recipient.c.to_send - sa.bindparam("calls", type_=sa.Integer),
        messages=recipient.c.messages - sa.bindparam("new", type_=sa.Integer),
    )
)
_OF_LANE: sa.BindParameter[int] = sa.bindparam("of_lane")
_IS_SET_ASIDE = sa.and_(inbox.c.lane == _OF_LANE, inbox.c.state == "quarantined")
_LIST_SET_ASIDE = sa.select(inbox.c.payload).where(_IS_SET_ASIDE).order_by(inbox.c.id)
_ERASE = (
    inbox.delete().where(_IS_SET_ASIDE),
    relay.delete().where(relay.c.lane == _OF_LANE),
    timer.delete().where(timer.c.lane == _OF_LANE),
    chat.update().where(chat.c.id == _OF_LANE).values(case_id=None),
    # The day, reason and desk of a case stay, without a link to anybody.
    case.update().where(case.c.chat == _OF_LANE).values(chat=0, record="", state="resolved"),
)
_ERASE_CASE = (
    relay.delete().where(relay.c.case_id == sa.bindparam("number")),
    chat.update().where(chat.c.case_id == sa.bindparam("number")).values(case_id=None),
    case.update().where(case.c.id == sa.bindparam("number")).values(chat=0, record="", state="resolved"),
)
_BEFORE, _MOST = sa.bindparam("before", type_=sa.Double), sa.bindparam("most", type_=sa.Integer)
#: In the words of the index. Chats below 0 are groups.
_SILENT = sa.and_(chat.c.waiting == NOTHING, sa.text("chat.id > 0"), chat.c.heard_at < _BEFORE)
_HAS_ALERTS = sa.exists().where(timer.c.kind == sa.literal(ALERT_TIMER) + sa.cast(chat.c.id, sa.String(20)))
_OPEN_CASE = sa.exists().where(case.c.id == chat.c.case_id, case.c.state != "resolved")
_LIST_SILENT = (
    sa.select(chat.c.id)
    .where(_SILENT, ~_OPEN_CASE, ~_HAS_ALERTS)
    .order_by(chat.c.heard_at)
    .limit(_MOST)
    .with_for_update(of=chat, skip_locked=True)
)
_DELETE_CHATS = chat.delete().where(chat.c.id.in_(sa.bindparam("lanes", expanding=True)), chat.c.waiting == 0)
_IS_AT_REST = sa.and_(recipient.c.to_send == NOTHING, ~recipient.c.sending)
_LOCK_AT_REST = (
    sa.select(recipient.c.id)
    .where(recipient.c.id.in_(sa.bindparam("lanes", expanding=True)), _IS_AT_REST)
    .order_by(recipient.c.id)
    .with_for_update(skip_locked=True)
)
_DELETE_RECIPIENTS = recipient.delete().where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)))
_OLD_QUARANTINED = (
    sa.select(inbox.c.id).where(inbox.c.state == sa.literal_column("'quarantined'"), inbox.c.received_at < _BEFORE).limit(_MOST)
)
#: In the words of the index.
_IS_SURVEY = sa.text("kind IN ('sheet', 'seal')")
_OLDEST_EVENTS = (
    sa.select(ledger.c.id, ledger.c.at)
    .where(ledger.c.id > 0, ledger.c.kind.not_in([RowKind.SHEET, RowKind.SEAL]))
    .order_by(ledger.c.id)
    .limit(_MOST)
)
_OLD_SHEETS = sa.select(ledger.c.id).where(_IS_SURVEY, ledger.c.at < _BEFORE).limit(_MOST)
_DELETE_EVENTS = ledger.delete().where(ledger.c.id.in_(sa.bindparam("events", expanding=True)))
#: Keys of the ledger are a name, a dot, a number: "/" is the character after the dot.
_IS_OF_NAME = sa.and_(ledger.c.key >= sa.bindparam("first"), ledger.c.key < sa.bindparam("end"))
_LIST_EVENTS = sa.select(ledger.c.payload).where(_IS_OF_NAME).order_by(ledger.c.id)
_UNLINK_EVENTS = ledger.update().where(_IS_OF_NAME).values(key=None)


class SqlPersonalData:
    """The personal data in SQL; see `ports.PersonalData`."""

    def __init__(self, connection: sa.Connection, calls: SqlOutbox) -> None:
        self._connection = connection
        self._calls = calls
        #: True if a citizen's data was erased.
        self.has_erased = False

    def list_copies(self, lane: int, case: int | None = None) -> Sequence[tuple[int, int]]:
        """Return the messages that are about a citizen's cases, or about one of them, each as its chat and number."""
        rows = self._connection.execute(_LIST_COPIES, {"of_lane": lane}).all()
        return [(row.chat, row.message_id) for row in rows if case is None or row.case_id == case]

    def list_events(self, pseudonyms: Sequence[str]) -> Sequence[str]:
        """Return the events that the ledger has under some names of a citizen."""
        return [text for one in pseudonyms for text in self._connection.execute(_LIST_EVENTS, _keys_of(one)).scalars()]

    def list_set_aside(self, lane: int) -> Sequence[str]:
        """Return the updates of a lane that could not be handled."""
        return list(self._connection.execute(_LIST_SET_ASIDE, {"of_lane": lane}).scalars())

    def erase(self, lane: int, pseudonyms: Sequence[str]) -> None:
        """Erase the data of a citizen, whose chat is locked, except the session; further locks are taken in order."""
        self.has_erased = True
        for one in pseudonyms:
            self._connection.execute(_UNLINK_EVENTS, _keys_of(one))
        self._drop_calls(lane)
        for statement in _ERASE:
            self._connection.execute(statement, {"of_lane": lane})

    def _drop_calls(self, lane: int) -> None:
        """Delete the queued calls to a citizen or about their cases."""
        self._calls.flush()
        chats = sorted({row.chat for row in self._connection.execute(_CALLS_OF, {"to": lane})})
        if not chats:
            return
        self._connection.execute(_LOCK_RECIPIENTS, {"chats": chats})
        rows = self._connection.execute(_CALLS_OF, {"to": lane}).all()
        self._connection.execute(_DROP_CALLS, {"calls": [row.id for row in rows]})
        for to in chats:
            kinds = [row.kind for row in rows if row.chat == to]
            self._connection.execute(_UNCOUNT_CALLS, {"to": to, "calls": len(kinds), "new": kinds.count(CallKind.MESSAGE)})

    def erase_case(self, number: int) -> None:
        """Erase a case except its day, reason and desk, and the references to its messages; its chat is locked."""
        for statement in _ERASE_CASE:
            self._connection.execute(statement, {"number": number})

    def purge_sessions(self, before: float, most: int) -> int:
        """Delete chats that were silent since a time and have no alert and no open case, at most so many. Return how many."""
        lanes = list(self._connection.execute(_LIST_SILENT, {"before": before, "most": most}).scalars())
        if lanes:
            self._connection.execute(_DELETE_CHATS, {"lanes": lanes})
            at_rest = list(self._connection.execute(_LOCK_AT_REST, {"lanes": lanes}).scalars())
            self._connection.execute(_DELETE_RECIPIENTS, {"chats": at_rest})
        return len(lanes)

    def purge_quarantined(self, before: float, most: int) -> int:
        """Delete updates set aside that were received before a time, at most so many. Return how many."""
        old = inbox.delete().where(inbox.c.id.in_(_OLD_QUARANTINED))
        return self._connection.execute(old, {"before": before, "most": most}).rowcount

    def purge_ledger(self, before: float, most: int) -> int:
        """Delete the oldest events of the ledger from before a time, at most so many. Return how many."""
        old = [row.id for row in self._connection.execute(_OLDEST_EVENTS, {"most": most}) if row.at < before]
        if old:
            self._connection.execute(_DELETE_EVENTS, {"events": old})
        return len(old)

    def purge_surveys(self, before: float, most: int) -> int:
        """Delete answers to surveys from before a time, with the marks of who has answered, at most so many. Return how many."""
        old = ledger.delete().where(ledger.c.id.in_(_OLD_SHEETS))
        return self._connection.execute(old, {"before": before, "most": most}).rowcount


def _keys_of(pseudonym: str) -> dict[str, str]:
    return {"first": f"{pseudonym}.", "end": f"{pseudonym}/"}
