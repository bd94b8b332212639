"""What else follows from what became of a call: marks for what was delivered, and news for a case of what was not."""

from __future__ import annotations

import structlog

from bot.tg.case_messages import MIRROR, pin
from bot.tg.forwarding import Forwarding
from bot.tg.updates import InternalEvent, InternalEventKind, internal_payload
from bot.usecases.calls import Accepted, Blocked, CallKind, CallOutcome, CallResult, ClaimedCall, Moved, Refused, TopicLost
from bot.usecases.ports import Timer, Unit

log = structlog.get_logger("bot")

#: Why a card cannot be changed: it is not there any more.
_GONE = ("not found", "can't be edited")


class DeliveryResults:
    """Follows results (`Sender.follow`). What concerns a case becomes an update of its citizen's lane, by a timer."""

    def __init__(self, forwarding: Forwarding) -> None:
        self._forwarding = forwarding

    def __call__(self, unit: Unit, result: CallResult, now: float) -> None:
        """What follows, in the transaction that records the result."""
        call, number = result.call, result.call.case
        if isinstance(result.outcome, Moved):
            rehome_cases(unit, call.chat, now)
        if number is None:
            return
        if isinstance(result.outcome, Accepted):
            self._arrived(unit, call, result.outcome, now)
        found = _news(call, result.outcome, number)
        if found is not None and (case := unit.cases.get(number)) is not None:
            unit.timers.set(Timer(f"result:{call.id}", now, case.chat, internal_payload(found)))

    def _arrived(self, unit: Unit, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """Marks what was carried over, joined to other words perhaps; a card in a topic is pinned there."""
        first = _first(call)
        if call.kind is CallKind.MESSAGE or (call.kind is CallKind.EDIT and first.startswith(MIRROR)):
            self._forwarding.mark_delivered(unit, call.keys, now)
        if (
            call.kind is CallKind.MESSAGE
            and first.startswith("card:")
            and "message_thread_id" in call.params
            and outcome.message_id
        ):
            unit.outbox.put(pin(call.chat, outcome.message_id), now)


def _news(call: ClaimedCall, outcome: CallOutcome, number: int) -> InternalEvent | None:
    """What its case hears of a call."""
    first = _first(call)
    match outcome:
        case TopicLost():
            return InternalEvent(InternalEventKind.GONE, number, lost_message=call.params.get("message_thread_id", 0))
        case Refused(error) if first.startswith("card:") and _is_gone(error):
            return InternalEvent(InternalEventKind.GONE, number, lost_message=call.params.get("message_id", 0))
        case Refused(error) if first.startswith(MIRROR) and _is_gone(error):
            return InternalEvent(InternalEventKind.LOST, number, key=_original(call.keys), error=error, merge_key=first)
        case Refused(error) if first and call.method != "createForumTopic":
            return InternalEvent(InternalEventKind.REFUSED, number, key=_original(call.keys), error=error)
        case Blocked():
            return InternalEvent(InternalEventKind.UNREACHABLE, number, key=_original(call.keys))
        case _:
            return None


def _first(call: ClaimedCall) -> str:
    return call.keys[0] if call.keys else ""


def _is_gone(error: str) -> bool:
    return any(words in error.lower() for words in _GONE)


def rehome_cases(unit: Unit, old: int, now: float) -> None:
    """A group has another id: its messages are out of reach, and its cases get places anew, each in its citizen's lane."""
    unit.message_refs.forget_chat(old)
    for case in unit.cases.list_open_in_group(old):
        event = InternalEvent(InternalEventKind.MOVED, case.number)
        unit.timers.set(Timer(f"moved:{case.number}", now, case.chat, internal_payload(event)))


def _original(keys: tuple[str, ...]) -> str:
    """The message that a call carries over."""
    return next((one for one in keys if one.partition(":")[0].lstrip("-").isdecimal()), "")
