"""`FakeTelegram`: a Bot API in memory, for tests, the preview and demonstrations.

Two faces of one state: `call` is what the bot sees (methods, limits, refusals, as the real server), and `user`, `group` and
`channel`, with what they return, are what people do. Everything the bot said is readable in `chat(id).messages`. It has no
clock, randomness, sleeps or sockets of its own: two runs with the same steps are the same to the byte. It is not a client: how
a call reaches it is `request.py` or `http.py`, and waiting for updates is `polling.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.fake_telegram import chats, editing, errors, profile, sending
from bot.fake_telegram.errors import ApiError
from bot.fake_telegram.faults import Break, CallFault, Faults
from bot.fake_telegram.groups import Group
from bot.fake_telegram.limits import Meter, Rates
from bot.fake_telegram.parameters import JsonObject, method_named, parse_parameters
from bot.fake_telegram.people import Anonymous, Channel, Person
from bot.fake_telegram.state import CHANNEL_RIGHTS, RIGHTS, Chat, Member, Message, User
from bot.fake_telegram.switchboard import Switchboard, Upload

#: Every method, by its proper name.
METHODS = sending.SENDING_METHODS | editing.EDITING_METHODS | chats.CHAT_METHODS | profile.PROFILE_METHODS

#: The token of demonstrations; anything with its shape does.
TOKEN = "123456:fake-token-for-tests-and-demonstrations"  # noqa: S105 - it opens nothing


class ManualClock:
    """A clock that only moves when told to; starts on 16 June 2025, 08:00 UTC."""

    def __init__(self, start: float = 1_750_060_800) -> None:
        self.seconds = float(start)

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """An answer to the bot: a status and bytes (of a malformed answer too), or a connection that breaks."""

    code: int = 200
    body: bytes = b""
    breaks: Break | None = None

    @property
    def json(self) -> JsonObject:
        """Return the body as JSON."""
        return json.loads(self.body)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the bot made: raw parameters, and the status it got (0 if none)."""

    method: str
    parameters: JsonObject
    code: int


class FakeTelegram(Switchboard):
    """A Telegram with one bot in it."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Callable[[], float] | None = None,
        limits: bool | Rates = False,
        local: bool = False,
        username: str = "social_point_bot",
    ) -> None:
        """Create a Telegram without chats.

        `limits` enforces the documented rates, or others; `local` allows webhooks by plain HTTP, like a local Bot API server.
        """
        super().__init__(token, clock or ManualClock(), local=local, username=username)
        self.meter = Meter(limits if isinstance(limits, Rates) else Rates()) if limits else None
        self.faults = Faults()
        #: Every call in order.
        self.calls: list[Call] = []

    # -- the bot's side -------------------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        parameters: Mapping[str, object] | None = None,
        files: Mapping[str, Upload] | None = None,
        *,
        token: str | None = None,
    ) -> ApiResponse:
        """Answer one call of the bot, as the Bot API would."""
        given = dict(parameters or {})
        if token is not None and token != self.token:
            return refusal_response(errors.unauthorized())
        name = method_named(method)
        if name is None:
            return self._note(method, given, refusal_response(errors.not_found()))
        fault = self.faults.take(name, given)
        if fault and not fault.accepted:
            return self._note(name, given, _failure(fault))
        answer = self._run(name, given, files or {})
        if fault and answer.code == 200:
            answer = _failure(fault)
        return self._note(name, given, answer)

    def _run(self, name: str, given: JsonObject, files: Mapping[str, Upload]) -> ApiResponse:
        self.uploads = files
        try:
            parsed = parse_parameters(name, given, files)
            if self.meter and name in sending.METERED_METHODS:
                count = len(parsed.get("media") or parsed.get("message_ids") or [1])
                self.meter.admit(self.known(parsed["chat_id"]).id, count, self.clock())
            result = METHODS[name](self, parsed)
        except ApiError as error:
            return refusal_response(error)
        finally:
            self.uploads = {}
        return success_response(result)

    def _note(self, method: str, given: JsonObject, answer: ApiResponse) -> ApiResponse:
        self.calls.append(Call(method, given, 0 if answer.breaks else answer.code))
        return answer

    @property
    def counts(self) -> Counter[str]:
        """Return the number of calls of each method."""
        return Counter(call.method for call in self.calls)

    # -- people's side --------------------------------------------------------------------------------------------------

    def user(
        self, id: int, first_name: str = "", language_code: str = "it", *, last_name: str = "", username: str = ""
    ) -> Person:
        """Return the person with an id, created if new; the bot can write to them only after they have written to it."""
        if id not in self.users:
            self.users[id] = User(id, first_name or f"Persona {id}", last_name, username, language_code)
        return Person(self, self.users[id])

    def group(
        self,
        id: int,
        title: str,
        *,
        forum: bool = False,
        basic: bool = False,
        username: str = "",
        admins: Sequence[Person] = (),
        members: Sequence[Person] = (),
        bot: str = "administrator",
        rights: Sequence[str] = RIGHTS,
    ) -> Group:
        """Return a new supergroup (or basic group) with its people; the first administrator owns it.

        `bot` is the bot's status in it: `left` if it is not there yet.
        """
        chat = Chat(id, "group" if basic else "supergroup", title, username, forum)
        chat.members[self.bot.id] = Member(self.bot, bot, frozenset(rights) if bot == "administrator" else frozenset())
        for index, person in enumerate(admins):
            chat.members[person.id] = Member(person.user, "administrator" if index else "creator", frozenset(RIGHTS))
        for person in members:
            chat.members[person.id] = Member(person.user)
        self.chats[id] = chat
        return Group(self, chat)

    def anonymous_admin(self, group: Group) -> Anonymous:
        """Return an administrator who writes anonymously in a group's name."""
        return Anonymous(self, self.anonymous, group.chat)

    def channel(self, id: int, title: str, *, username: str = "") -> Channel:
        """Return a new channel in which the bot may post."""
        chat = Chat(id, "channel", title, username)
        chat.members[self.bot.id] = Member(self.bot, "administrator", frozenset((*RIGHTS, *CHANNEL_RIGHTS)))
        self.chats[id] = chat
        return Channel(self, self.channel_bot, chat)

    def chat(self, id: int) -> Chat:
        """Return a chat by its id; a person's private chat has the person's id."""
        return self.chats[id]

    @property
    def said(self) -> list[Message]:
        """Return all messages of the bot in all chats, chat by chat."""
        return self.sent()

    def redeliver(self, *update_ids: int) -> None:
        """Deliver old updates once more, in this order, even if they were confirmed."""
        self.updates.redeliver(update_ids)


def success_response(result: object) -> ApiResponse:
    """Return the answer to a call that was carried out."""
    return ApiResponse(200, _dump({"ok": True, "result": result}))


def refusal_response(error: ApiError) -> ApiResponse:
    """Return the answer to a call that was refused."""
    body: JsonObject = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return ApiResponse(error.code, _dump(body))


def _failure(fault: CallFault) -> ApiResponse:
    if fault.error:
        return refusal_response(fault.error)
    if fault.breaks is Break.MALFORMED:
        return ApiResponse(200, b'{"ok":true,"result":', fault.breaks)
    return ApiResponse(0, b"", fault.breaks)


def _dump(body: JsonObject) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
