"""The consequences of the outcomes of calls: delivered messages are marked, undelivered ones become events of their case.

An event is set in the transaction that records the result, and handled in the lane of the case's citizen, in order with all else.
"""

from __future__ import annotations

from bot.core.case import Case
from bot.core.replies import Reply
from bot.tg.case_messages import MIRROR, WITHDRAWAL, pin
from bot.tg.forwarding import Forwarding
from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.updates import internal_payload
from bot.usecases.calls import Accepted, Blocked, CallKind, CallOutcome, CallResult, ClaimedCall, Moved, Refused, TopicLost
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer

#: Parts of Telegram's errors for a message that is not there any more, or whose number went with its old group.
_GONE = ("not found", "can't be edited", "identifier is not specified")


class DeliveryResults:
    """Applies the consequences of call results (`Sender.follow`), and handles the events that these set."""

    def __init__(self, posts: CasePosts, forwarding: Forwarding) -> None:
        self._posts = posts
        self._forwarding = forwarding

    def __call__(self, unit: Unit, result: CallResult, now: float) -> None:
        """Apply the consequences of a delivery result in the transaction that records it."""
        call, number = result.call, result.call.case
        if isinstance(result.outcome, Moved):
            rehome_cases(unit, call.chat, now)
        if number is None:
            return
        if isinstance(result.outcome, Accepted):
            self._mark(unit, call, result.outcome, now)
        event = _event_of(call, result.outcome, number)
        if event is not None and (case := unit.cases.get(number)) is not None:
            unit.timers.set(Timer(f"result:{call.id}", now, case.chat, internal_payload(event)))

    def _mark(self, unit: Unit, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """Mark the originals of forwarded messages that were delivered; pin a case card that was posted in a topic."""
        first = _first_key(call)
        if first.startswith(WITHDRAWAL):
            self._withdrawn(unit, call, now)
        elif call.kind is CallKind.MESSAGE or (call.kind is CallKind.EDIT and first.startswith(MIRROR)):
            self._forwarding.mark_delivered(unit, call.keys, now)
        is_card = call.kind is CallKind.MESSAGE and first.startswith("card:")
        if is_card and outcome.message_id and "message_thread_id" in call.params:
            unit.outbox.put(pin(call.chat, outcome.message_id), now)

    def _withdrawn(self, unit: Unit, call: ClaimedCall, now: float) -> None:
        case = unit.cases.get(call.case or 0)
        if case is not None:
            self._forwarding.show_withdrawn(unit, case, int(_first_key(call).rpartition(":")[2]), now)

    def handle(self, unit: Unit, case: Case, event: InternalEvent, now: float) -> Reply | None:
        """Repair a lost topic or message that an event reports, or tell the managers. Return a reply for the citizen, if any."""
        say = self._posts.world(now).phrasing.say
        chat, _, message = event.key.partition(":")
        to = int(message) if message.isdecimal() else 0
        match event.kind:
            case InternalEventKind.MOVED:
                self._posts.rehome(unit, case, unit.outbox.current_id(case.group), now)
            case InternalEventKind.GONE:
                self._posts.repair_place(unit, case, event.lost_message, now)
            case InternalEventKind.LOST if self._forwarding.repost_lost_words(unit, case, event.merge_key, now):
                pass
            case InternalEventKind.REFUSED if event.merge_key.startswith(WITHDRAWAL):
                self._posts.post(unit, case, plain_reply(say("desk_withdrawal_refused")), now, to=to)
            case InternalEventKind.REFUSED if chat == str(case.group):
                self._posts.post(unit, case, plain_reply(say("desk_refused", why=event.error)), now, to=to)
            case InternalEventKind.UNREACHABLE if chat == str(case.group):
                self._posts.post(unit, case, plain_reply(say("desk_citizen_blocked")), now, to=to)
            case InternalEventKind.UNREACHABLE if chat == str(case.chat):
                return plain_reply(say("undelivered"))
            case InternalEventKind.REFUSED | InternalEventKind.LOST if chat == str(case.chat):
                return plain_reply(say("refused_by_telegram"))
            case _:
                pass
        return None


def rehome_cases(unit: Unit, old: int, now: float) -> None:
    """Set an event for each open case of a group that became a supergroup: the case needs a new topic and card."""
    unit.message_refs.forget_chat(old)
    for case in unit.cases.list_open_in_group(old):
        event = InternalEvent(InternalEventKind.MOVED, case.number)
        unit.timers.set(Timer(f"moved:{case.number}", now, case.chat, internal_payload(event)))


def _event_of(call: ClaimedCall, outcome: CallOutcome, number: int) -> InternalEvent | None:
    """Return the event that a call's result causes for case `number`; None if it causes none."""
    first = _first_key(call)
    match outcome:
        case TopicLost():
            return InternalEvent(InternalEventKind.GONE, number, lost_message=call.params.get("message_thread_id", 0))
        case Refused(error) if first.startswith("card:") and _is_gone(error):
            return InternalEvent(InternalEventKind.GONE, number, lost_message=call.params.get("message_id", 0))
        case Refused(error) if first.startswith(MIRROR) and _is_gone(error):
            return InternalEvent(InternalEventKind.LOST, number, key=_original_key(call), error=error, merge_key=first)
        case Refused(error) if first.startswith(WITHDRAWAL):
            key = first.removeprefix(WITHDRAWAL)
            return InternalEvent(InternalEventKind.REFUSED, number, key=key, error=error, merge_key=first)
        case Refused(error) if first and call.method != "createForumTopic":
            return InternalEvent(InternalEventKind.REFUSED, number, key=_original_key(call), error=error)
        case Blocked():
            return InternalEvent(InternalEventKind.UNREACHABLE, number, key=_original_key(call))
        case _:
            return None


def _first_key(call: ClaimedCall) -> str:
    return call.keys[0] if call.keys else ""


def _original_key(call: ClaimedCall) -> str:
    """Return the key of the message that a call forwards, "chat:message"; empty if it forwards none."""
    return next((one for one in call.keys if one.partition(":")[0].lstrip("-").isdecimal()), "")


def _is_gone(error: str) -> bool:
    return any(words in error.lower() for words in _GONE)
