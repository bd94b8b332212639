"""A Bot API that records: hands out updates by polling or webhook, and keeps every message that it accepted.

It is lean, so that the bot and not this is what works, and treats updates as Telegram does: by polling an update is acknowledged
by asking for later ones; by webhook with a 2xx, and a chat's next update is posted only after that. Updates that are not
acknowledged come again. Beyond that it makes trouble on purpose, see `Trouble`.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.json_types import Json

TOKEN = "4242:chaos-of-two-hundred-kills"  # noqa: S105 - of no bot
BOT = {"id": 4242, "is_bot": True, "first_name": "Chaos", "username": "chaos_bot"}
#: Connections on which updates are posted, as the bot asks for in setWebhook.
POSTS = 40
#: Updates in an answer to getUpdates.
_MOST_UPDATES = 100
#: Seconds until a post is given up, and until it is tried again.
_POST_TIMEOUT, _POST_AGAIN = 20.0, 0.1
_REASONS = {200: "OK", 404: "Not Found", 409: "Conflict"}


@dataclass(frozen=True)
class Trouble:
    """Shares of calls and updates at which something goes wrong."""

    #: Acknowledged updates that are delivered once more.
    redelivered: float = 0.01
    #: Deliveries whose answer is lost: of getUpdates on its way to the bot, of a post on its way from it.
    lost_delivery: float = 0.005
    #: Calls that take effect while the connection breaks before the answer, and that break before they take effect.
    dropped_after: float = 0.005
    dropped_before: float = 0.003
    #: Calls that take effect and are answered after the bot has given up.
    held: float = 0.0
    #: Seconds that a call takes: from, to; and one that is held.
    latency: tuple[float, float] = (0.01, 0.12)
    hold: float = 17.0


NO_TROUBLE = Trouble(0.0, 0.0, 0.0, 0.0, 0.0, (0.0, 0.001))


@dataclass(frozen=True, slots=True)
class Update:
    """An update on its way to the bot."""

    id: int
    chat: int
    raw: Mapping[str, Json]


@dataclass(slots=True)
class Sent:
    """A message that was accepted."""

    chat: int
    message_id: int
    #: Its text and the number of the interview that its buttons belong to.
    text: str
    interview: int | None
    #: The process that sent it, counted from 0, and whether that was kept from hearing that it was accepted.
    life: int
    unheard: bool
    at: float


@dataclass
class Telegram:
    """The server. Start it with `open`, hand it updates with `release`, tell it with `began` which process is the bot's."""

    trouble: Trouble
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    #: The messages without doubles: chat, text, interview.
    answered: set[tuple[int, str, int | None]] = field(default_factory=set)
    #: Acknowledged updates, in the order of that.
    acknowledged: list[int] = field(default_factory=list)
    redelivered: int = 0
    unheard: int = 0
    edits: int = 0
    #: Calls by method.
    calls: Counter[str] = field(default_factory=Counter)
    posts_refused: int = 0
    #: Calls that were accepted and are not answered yet.
    in_flight: int = 0

    def __post_init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._message_id = 1000
        self._life = -1
        self._ready = asyncio.Event()
        self._worked = asyncio.Event()
        self._updates: dict[int, Update] = {}
        #: Polling: what is not acknowledged, in order; wakes who waits for it.
        self._pending: deque[Update] = deque()
        self._arrived = asyncio.Event()
        self._said = asyncio.Event()
        self._poll = 0
        #: Webhook: what is not acknowledged of each chat, the chats that a post can be made for, and where to.
        self._lanes: dict[int, deque[Update]] = {}
        self._free: asyncio.Queue[int] = asyncio.Queue()
        self._address: tuple[str, int, str] | None = None
        self._secret = ""

    async def open(self, *, webhook: bool) -> None:
        """Starts to serve."""
        self._webhook = webhook
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 22, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]
        if webhook:
            for _ in range(POSTS):
                self._start(self._post_updates())

    async def close(self) -> None:
        """Ends."""
        for task in list(self._tasks):
            task.cancel()
        if self._server is not None:
            self._server.close()

    def url_for(self, life: int) -> str:
        """The root that a process of the bot calls: each has its own, so that it is known who sent what."""
        return f"http://127.0.0.1:{self.port}/life{life}"

    def begin(self, life: int) -> None:
        """A process of the bot is being started; earlier ones have ended."""
        self._life = life
        self._ready.clear()
        self._worked.clear()

    async def began(self) -> None:
        """Returns when the process takes updates."""
        await self._ready.wait()

    async def worked(self) -> float:
        """Returns when the process has sent its first message, with the time of that."""
        await self._worked.wait()
        return next(one.at for one in reversed(self.sent) if one.life == self._life)

    async def caught_up(self, count: int, seconds: float) -> None:
        """Returns when so many updates are acknowledged and answered, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self.answered) < count or len(self.acknowledged) < count:
                    self._said.clear()
                    await self._said.wait()

    def killed(self) -> None:
        """The process has ended: nothing is posted until the next one."""
        self._ready.clear()

    def release(self, updates: Sequence[Update]) -> None:
        """People have written."""
        for update in updates:
            self._updates[update.id] = update
            if not self._webhook:
                self._pending.append(update)
                continue
            lane = self._lanes.setdefault(update.chat, deque())
            lane.append(update)
            if len(lane) == 1:
                self._free.put_nowait(update.chat)
        self._arrived.set()

    # --- The server

    def _start(self, work: Json) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the benchmark ends.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *lines = head.split("\r\n")
                length = next((int(one[15:]) for one in lines if one[:15].lower() == "content-length:"), 0)
                params = _parameters((await reader.readexactly(length)).decode())
                life, _, method = line.split(" ")[1].removeprefix("/life").split("/")
                answer = await self._answer(int(life), method, params)
                if answer is None:
                    break
                status, body = answer
                content = json.dumps(body).encode()
                writer.write(
                    f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        writer.transport.abort()

    async def _answer(self, life: int, method: str, params: Mapping[str, str]) -> tuple[int, Json] | None:
        """Status and body; None where the connection breaks."""
        self.calls[method] += 1
        match method:
            case "getUpdates":
                return await self._get_updates(life, params)
            case "sendMessage" | "editMessageText":
                return await self._change(life, method, params)
            case "getMe":
                return _ok(BOT)
            case "setWebhook":
                at = urlsplit(params["url"])
                self._address, self._secret = (str(at.hostname), int(at.port or 80), at.path), params["secret_token"]
                self._mark_ready(life)
                return _DONE
            case _:
                return _DONE

    def _mark_ready(self, life: int) -> None:
        if life == self._life:
            self._ready.set()

    async def _get_updates(self, life: int, params: Mapping[str, str]) -> tuple[int, Json] | None:
        self._mark_ready(life)
        self._poll += 1
        mine, offset = self._poll, int(params.get("offset", "0"))
        self._acknowledge_until(offset - 1)
        until = time.monotonic() + float(params.get("timeout", "0"))
        while not self._pending and (left := until - time.monotonic()) > 0:
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), left)
            if mine != self._poll:
                return 409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"}
        if self._hit(self.trouble.lost_delivery):
            return None
        found = [self._pending[at] for at in range(min(_MOST_UPDATES, len(self._pending)))]
        again = [self._again() for _ in found if self.acknowledged and self._hit(self.trouble.redelivered)]
        return _ok([update.raw for update in (*again, *found)])

    def _again(self) -> Update:
        self.redelivered += 1
        return self._updates[self.chance.choice(self.acknowledged)]

    def _acknowledge_until(self, last: int) -> None:
        """Acknowledge what was delivered up to an update; nothing, if none that waits has this id."""
        if any(update.id == last for update in self._pending):
            while self._pending:
                update = self._pending.popleft()
                self._acknowledge(update)
                if update.id == last:
                    break

    def _acknowledge(self, update: Update) -> None:
        self.acknowledged.append(update.id)
        self._said.set()

    async def _change(self, life: int, method: str, params: Mapping[str, str]) -> tuple[int, Json] | None:
        """A message that is sent or edited: it takes effect at once, and the answer takes its time."""
        trouble = self.trouble
        if self._hit(trouble.dropped_before):
            return None
        drop = self._hit(trouble.dropped_after)
        hold = not drop and self._hit(trouble.held)
        message_id = int(params.get("message_id", "0"))
        if method == "sendMessage":
            self._message_id += 1
            message_id = self._message_id
            interview = _interview(params.get("reply_markup", ""))
            self.sent.append(
                Sent(int(params["chat_id"]), message_id, params["text"], interview, life, drop or hold, time.monotonic())
            )
            self.answered.add((int(params["chat_id"]), params["text"], interview))
            self.unheard += drop or hold
            self._said.set()
            if life == self._life:
                self._worked.set()
        else:
            self.edits += 1
        self.in_flight += 1
        try:
            await asyncio.sleep(trouble.hold if hold else self.chance.uniform(*trouble.latency))
        finally:
            self.in_flight -= 1
        if drop:
            return None
        chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "Ada"}
        return _ok({"message_id": message_id, "date": int(time.time()), "chat": chat, "text": params["text"]})

    def _hit(self, share: float) -> bool:
        return self.chance.random() < share

    # --- Webhook

    async def _post_updates(self) -> None:
        """One connection on which updates are posted."""
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while True:
            chat = await self._free.get()
            await self._ready.wait()
            lane = self._lanes[chat]
            update = lane[0]
            connection, status = await self._post(connection, update)
            if status == 200:
                lane.popleft()
                self._acknowledge(update)
                if lane:
                    self._free.put_nowait(chat)
                if self._hit(self.trouble.redelivered):
                    connection, _ = await self._post(connection, self._again())
            else:
                self.posts_refused += status is not None
                await asyncio.sleep(_POST_AGAIN)
                self._free.put_nowait(chat)

    async def _post(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None, update: Update
    ) -> tuple[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None, int | None]:
        """The connection, if it can be used again, and the status of the answer, if there was one."""
        assert self._address is not None
        host, port, path = self._address
        content = json.dumps(update.raw).encode()
        request = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: {len(content)}\r\n\r\n"
        ).encode() + content
        reader: asyncio.StreamReader | None = None
        writer: asyncio.StreamWriter | None = None
        try:
            reader, writer = connection if connection is not None else await asyncio.open_connection(host, port)
            writer.write(request)
            await writer.drain()
            if not self._hit(self.trouble.lost_delivery):
                async with asyncio.timeout(_POST_TIMEOUT):
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                    length = head.partition("content-length:")[2].partition("\r\n")[0]
                    await reader.readexactly(int(length or 0))
                if "connection: close" not in head:
                    return (reader, writer), int(head.split(" ")[1])
                writer.close()
                return None, int(head.split(" ")[1])
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass
        if writer is not None:
            writer.transport.abort()
        return None, None


def _parameters(body: str) -> dict[str, str]:
    """Return the parameters of a call, posted as JSON or as a form, as the fields of a form."""
    if not body.startswith("{"):
        return {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in json.loads(body).items()}


def _ok(result: Json) -> tuple[int, Json]:
    return 200, {"ok": True, "result": result}


_DONE = 200, {"ok": True, "result": True}


def _interview(markup: str) -> int | None:
    """The number of the interview that the buttons of a message carry: a tag of six, a letter, the number in hex."""
    rows = json.loads(markup)["inline_keyboard"] if markup else []
    data = next((button["callback_data"] for row in rows for button in row if "callback_data" in button), None)
    return None if data is None else int(data[7:].partition(":")[0], 16)


def message(id: int, chat: int, text: str) -> Update:
    """Somebody wrote."""
    return Update(id, chat, {"update_id": id, "message": {**_shell(id, chat), "from": _person(chat), "text": text}})


def press(id: int, chat: int, data: str) -> Update:
    """Somebody pressed a button."""
    shown = {**_shell(1, chat), "from": BOT, "text": "?"}
    query = {"id": str(id), "from": _person(chat), "message": shown, "chat_instance": "1", "data": data}
    return Update(id, chat, {"update_id": id, "callback_query": query})


def _shell(id: int, chat: int) -> dict[str, Json]:
    return {"message_id": id, "date": 1_790_000_000, "chat": {"id": chat, "type": "private", "first_name": "Ada"}}


def _person(chat: int) -> dict[str, Json]:
    return {"id": chat, "is_bot": False, "first_name": "Ada"}
