"""What else follows from what became of a call: marks for what was delivered, and news for a case of what was not."""

from __future__ import annotations

import structlog

from bot.tg.board import pin
from bot.tg.relay import Relay
from bot.tg.updates import Due, What, due
from bot.usecases.ports import Accepted, Blocked, Kind, Moved, Refused, Result, Timer, TopicLost, Unit

log = structlog.get_logger("bot")

#: Why a card cannot be changed: it is not there any more.
_GONE = ("not found", "can't be edited")


class Results:
    """Follows results (`Sender.follow`). What concerns a case becomes an update of its citizen's lane, by a timer."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def __call__(self, unit: Unit, result: Result, now: float) -> None:
        """What follows, in the transaction that records the result."""
        call, number = result.call, result.call.case
        if isinstance(result.outcome, Moved):
            # Telegram's own news of it may be lost: the cases get places anew all the same.
            move_cases(unit, call.chat, now)
        if number is None:
            return
        first = call.keys[0] if call.keys else ""
        found: Due | None = None
        match result.outcome:
            case Accepted() as outcome if call.kind is Kind.MESSAGE:
                self._relay.delivered(unit, call.keys, now)
                if first.startswith("card:") and "message_thread_id" in call.params and outcome.message_id is not None:
                    unit.outbox.put(pin(call.chat, outcome.message_id), now)
            case TopicLost():
                found = Due(What.GONE, number, gone=call.params.get("message_thread_id", 0))
            case Refused(error) if first.startswith("card:") and any(words in error.lower() for words in _GONE):
                found = Due(What.GONE, number, gone=call.params.get("message_id", 0))
            case Refused(error) if first and call.method != "createForumTopic":
                found = Due(What.REFUSED, number, key=_original(call.keys), error=error)
            case Blocked():
                found = Due(What.UNREACHABLE, number, key=_original(call.keys))
            case _:
                pass
        if found is not None and (case := unit.cases.get(number)) is not None:
            unit.timers.set(Timer(f"result:{call.id}", now, case.chat, due(found)))


def move_cases(unit: Unit, group: int, now: float) -> None:
    """A group has another id: its messages are out of reach, and its cases get places anew."""
    unit.relays.forget_chat(group)
    for case in unit.cases.of_group(group):
        unit.timers.set(Timer(f"moved:{case.number}", now, case.chat, due(Due(What.MOVED, case.number))))


def _original(keys: tuple[str, ...]) -> str:
    """The message that a call carries over."""
    return next((one for one in keys if one.partition(":")[0].lstrip("-").isdecimal()), "")
