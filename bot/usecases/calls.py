"""Calls to Telegram: a call to be made, the outcome of one, and the limits for all. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.json_types import Json


class CallKind(StrEnum):
    """The kinds of calls; each says what becomes of a call in doubt, after a kill or a timeout."""

    #: A new message. In doubt it is sent again: better twice than never.
    MESSAGE = "message"
    #: An edit that somebody waits for. In doubt it is made again: the same edit twice is one.
    EDIT = "edit"
    #: A low-priority edit of an older message, made after new messages. In doubt it is made again. (As stored: "tidy".)
    CLEANUP = "tidy"
    #: A call that nobody waits for: leaving a group. In doubt it is dropped. (As stored: "act".)
    BEST_EFFORT = "act"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call to be made, before it is put into the outbox."""

    chat: int
    kind: CallKind
    #: The method of the Bot API, and its parameters without `chat_id`. A `message_ref` stands for a number not known yet.
    method: str
    params: Mapping[str, Json]
    #: The references of the messages that come of it; one message may have several.
    keys: tuple[str, ...] = ()
    #: The number of its case.
    case: int | None = None
    #: The name by which it can be changed until it is made (`Outbox.amend`); by default its first key.
    merge_key: str = ""
    #: Made before all queued calls of the same chat, which need it.
    before_others: bool = False
    #: Made before all others, of the same chat and of any.
    urgent: bool = False
    #: Made before those of other cases in its group, after what waits of its own case.
    hurried: bool = False
    #: Seconds that it waits, because more may be added to it (`Outbox.amend`).
    delay: float = 0.0
    #: Nobody waits for it: made after all others, and at no time of rest.
    is_announcement: bool = False


def message_ref(key: str) -> Json:
    """Return a placeholder for the number of a message or topic that may not be known yet; it is filled in when the call is made.

    If the number is still unknown then, the parameter is dropped.
    """
    return {MESSAGE_REF: key}


#: The key that marks a `message_ref` in stored parameters.
MESSAGE_REF = "known_as"


#: The parameters of a message that an edit replaces, and that go where the edit has none.
_SHOWN = ("text", "entities", "link_preview_options", "reply_markup")


def show_instead(params: dict[str, Json], edit: Mapping[str, Json]) -> None:
    """Replace, in the parameters of a message or edit that is still queued, its content by that of a newer edit."""
    for name in _SHOWN:
        params.pop(name, None)
    params.update({name: edit[name] for name in _SHOWN if name in edit})


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """A call taken from the outbox: it is being made, or is about to be."""

    id: int
    chat: int
    kind: CallKind
    method: str
    #: The parameters without `chat_id`, as JSON: they are sent as they lay in the outbox.
    payload: str
    created_at: float
    #: The number of failures, and of calls of which it is not known if Telegram accepted them.
    attempts: int
    unknown_outcomes: int
    keys: tuple[str, ...] = ()
    case: int | None = None

    @property
    def params(self) -> Mapping[str, Json]:
        """Return the parameters of the call as read from its JSON."""
        return json.loads(self.payload)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Outcome: Telegram accepted the call, with the numbers of the messages or of the topic that it created."""

    message_ids: tuple[int, ...] = ()

    @property
    def message_id(self) -> int | None:
        """Return the number of the last message created; None if there is none."""
        return self.message_ids[-1] if self.message_ids else None


@dataclass(frozen=True, slots=True)
class Refused:
    """Outcome: Telegram will never accept the call."""

    error: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Outcome: the call was not accepted, but may be after some seconds: calls came too fast, or there was no connection."""

    seconds: float
    error: str
    #: Telegram answered with RetryAfter, so the seconds are its own.
    rate: bool = False


@dataclass(frozen=True, slots=True)
class UnknownOutcome:
    """Outcome: it is not known whether Telegram accepted the call, after a timeout or a broken connection."""

    error: str
    #: The server answered that it failed, so it hardly accepted the call.
    server_failed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Outcome: the citizen has blocked the bot, or it was removed from the group; calls wait until it is let in again."""

    error: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Outcome: the group has become a supergroup with another id."""

    chat: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Outcome: another call must be made instead of this one, such as a new message in place of an edit."""

    kind: CallKind
    method: str
    params: Mapping[str, Json]
    error: str


@dataclass(frozen=True, slots=True)
class TopicLost:
    """Outcome: the topic of the case has been deleted."""

    error: str


CallOutcome = Accepted | Refused | RetryLater | UnknownOutcome | Blocked | Moved | Replacement | TopicLost


@dataclass(frozen=True, slots=True)
class CallResult:
    """A call with its outcome."""

    call: ClaimedCall
    outcome: CallOutcome


@dataclass(frozen=True, slots=True)
class Limits:
    """The rates at which Telegram may be called (Bot FAQ, "My bot is hitting limits"); None for no limit."""

    #: Calls a second, all together.
    overall: float | None = 30.0
    #: Calls a second to one chat.
    chat: float | None = 1.0
    #: Calls a minute to one group.
    group: int | None = 20
    #: Calls that a private chat is sent at once after a pause: Telegram "may allow short bursts", without a number.
    burst: int = 1


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """The answer to a press of a button, which Telegram accepts for a few seconds only."""

    callback_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class GroupLook:
    """A request to ask Telegram about a desk's group, because its administrators or the bot's rights may have changed."""

    chat: int


#: Made at once after the commit of the transaction that asks for it, and never queued.
DirectCall = CallbackAnswer | GroupLook


#: Makes a call; never raises.
Caller = Callable[[ClaimedCall], Awaitable[CallOutcome]]


def message_refs_in(params: Json) -> Iterator[str]:
    """Yield the message references in the parameters of a call."""
    if isinstance(params, dict):
        if MESSAGE_REF in params:
            yield params[MESSAGE_REF]
        else:
            for value in params.values():
                yield from message_refs_in(value)


def with_message_ids(params: Mapping[str, Json], numbers: Mapping[str, int]) -> dict[str, Json]:
    """Return parameters with message references replaced by the known numbers; parameters with an unknown one are dropped."""
    found: dict[str, Json] = {}
    for name, value in params.items():
        if isinstance(value, dict) and MESSAGE_REF in value:
            if value[MESSAGE_REF] in numbers:
                found[name] = numbers[value[MESSAGE_REF]]
        elif isinstance(value, dict) and any(isinstance(one, dict) and MESSAGE_REF in one for one in value.values()):
            # A reply to a message that is not there is no reply.
            if all(one[MESSAGE_REF] in numbers for one in value.values() if isinstance(one, dict) and MESSAGE_REF in one):
                found[name] = with_message_ids(value, numbers)
        else:
            found[name] = value
    return found
