"""Planned faults: which of the next calls fail, and how.

A fault is chosen by method, chat, count or any predicate, and is used up in the order in which faults were set. What a fault does
to the call is the server's business; how a broken connection looks is that of `request.py` and `http.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.fake_telegram import errors
from bot.fake_telegram.errors import ApiError
from bot.fake_telegram.parameters import JsonObject


class Break(StrEnum):
    """The ways in which a call fails without an answer from Telegram."""

    #: The caller waits in vain; Telegram never saw the call.
    TIMEOUT = "timeout"
    #: The caller waits in vain; Telegram did what was asked.
    TIMEOUT_AFTER = "timeout_after"
    #: The connection breaks before Telegram saw the call.
    NETWORK = "network"
    #: Telegram did what was asked; the answer is not JSON.
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class CallFault:
    """A fault of a call: an error that Telegram answers, or a break."""

    error: ApiError | None = None
    breaks: Break | None = None

    @property
    def accepted(self) -> bool:
        """Return True if Telegram carries out the call in spite of the fault."""
        return self.breaks in {Break.TIMEOUT_AFTER, Break.MALFORMED}

    @classmethod
    def retry_after(cls, seconds: int) -> CallFault:
        """Make a fault of error 429, with the seconds to wait."""
        return cls(errors.too_many_requests(seconds))

    @classmethod
    def blocked(cls) -> CallFault:
        """Make a fault of error 403: the user blocked the bot."""
        return cls(errors.forbidden("bot was blocked by the user"))

    @classmethod
    def bad_request(cls, reason: str) -> CallFault:
        """Make a fault of error 400 with any description, given without its prefix."""
        return cls(errors.bad_request(reason))

    @classmethod
    def server_error(cls, code: int = 500, description: str = "Internal Server Error") -> CallFault:
        """Make a fault of a server error (5xx), or of any other code."""
        return cls(ApiError(code, description))

    @classmethod
    def timeout(cls) -> CallFault:
        """Make a fault in which no answer comes and the call is not carried out."""
        return cls(breaks=Break.TIMEOUT)

    @classmethod
    def timeout_after(cls) -> CallFault:
        """Make a fault in which the call is carried out but no answer comes."""
        return cls(breaks=Break.TIMEOUT_AFTER)

    @classmethod
    def network(cls) -> CallFault:
        """Make a fault in which no connection is made and the call is not carried out."""
        return cls(breaks=Break.NETWORK)

    @classmethod
    def malformed(cls) -> CallFault:
        """Make a fault in which the call is carried out but its answer is not JSON."""
        return cls(breaks=Break.MALFORMED)


@dataclass(slots=True)
class _Plan:
    method: str | None
    fault: CallFault
    chat: int | None
    when: Callable[[str, Mapping[str, object]], bool] | None
    #: None: for ever.
    left: int | None


@dataclass(slots=True)
class Faults:
    """The planned faults, in their order."""

    _plans: list[_Plan] = field(default_factory=list)

    def next(
        self,
        method: str | None,
        fault: CallFault,
        *,
        chat: int | None = None,
        count: int | None = 1,
        when: Callable[[str, Mapping[str, object]], bool] | None = None,
    ) -> None:
        """Set a fault for the next call of a method, or of any method (None).

        `chat` and `when` (given the method's name and raw parameters) narrow the calls; `count` is how many fail: with None, all
        until `clear`.
        """
        self._plans.append(_Plan(method and method.lower(), fault, chat, when, count))

    def take(self, method: str, parameters: JsonObject) -> CallFault | None:
        """Return the fault that is planned for a call and count it as used; None if there is none."""
        for plan in self._plans:
            if (
                plan.method in {None, method.lower()}
                and (plan.chat is None or str(parameters.get("chat_id")) == str(plan.chat))
                and (plan.when is None or plan.when(method, parameters))
            ):
                if plan.left is not None:
                    plan.left -= 1
                    if plan.left <= 0:
                        self._plans.remove(plan)
                return plan.fault
        return None

    def clear(self) -> None:
        """Cancel all planned faults."""
        self._plans.clear()
