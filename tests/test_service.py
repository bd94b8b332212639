"""The running bot: its start, its end, and whole conversations over HTTP with the process that `python -m bot run` is."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any as Json

import httpx
import pytest
import uvicorn

from bot.core.desks import Desk
from bot.errors import UsageError
from bot.fake_telegram import TOKEN, CallFault, FakeRequest, FakeTelegram, Person
from bot.fake_telegram.http import asgi
from bot.service import BotProcess
from bot.settings import Mode, Settings, Telegram, Webhook
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.wiring import build_parts
from tests.builders import content_folder
from tests.conftest import PROJECT
from tests.tg.conftest import folder, stage
from tests.tg.harness import Stage

__all__ = ["folder", "stage"]

CHILD = "Un bambino o una bambina"
#: Seconds after which something that should have happened has not.
_PATIENCE = 180.0


# --- In this process: the start, with the real loops


Made = Callable[..., Coroutine[Json, Json, BotProcess]]


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram(clock=time.time, local=True)


@pytest.fixture
def made(stage: Stage, tmp_path: Path, telegram: FakeTelegram) -> Made:
    """Makes bots on one database."""

    async def make(token: str = TOKEN, desks: tuple[Desk, ...] = (), **more: Json) -> BotProcess:
        database = Database(f"sqlite:///{tmp_path}/bot.db")
        database.migrate()
        api = api_of(token, "https://telegram.test", FakeRequest(telegram), FakeRequest(telegram))
        settings = Settings(telegram=Telegram(token=token, **more), desks=desks)
        return BotProcess(await build_parts(settings, stage.content, database, api))

    return make


async def until(condition: Callable[[], object]) -> None:
    """Waits for something to happen."""
    async with asyncio.timeout(_PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another part
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(process: BotProcess) -> AsyncIterator[None]:
    """A bot that runs, and ends when it is told to."""
    stop = asyncio.Event()
    task = asyncio.create_task(process.run(stop))
    yield
    stop.set()
    await task


async def greeted(telegram: FakeTelegram) -> Person:
    """Somebody who has written to the bot, and was answered."""
    anna = telegram.user(7, "Anna")
    anna.starts()
    await until(lambda: anna.chat.from_bot)
    return anna


@pytest.mark.asyncio
async def test_a_bot_that_runs_introduces_itself_answers_and_ends_when_it_is_told(made: Made, telegram: FakeTelegram) -> None:
    async with running(await made()):
        anna = await greeted(telegram)
        anna.presses(anna.chat.last, CHILD)
        await until(lambda: "Quanti anni ha?" in anna.chat.last.text)
        await until(lambda: telegram.counts["deleteMyCommands"])
    commands = telegram.profile.commands
    private = next(commands[key] for key in commands if "all_private_chats" in key[0] and key[1] == "it")
    registered = {command["command"] for command in private}
    assert registered == {
        "servizi",
        "eventi",
        "start",
        "cerca",
        "indietro",
        "modifica",
        "operatore",
        "aiuto",
        "avvisi",
        "privacy",
        "sondaggio_famiglie",
        "sondaggio_lavoro",
    }
    assert telegram.profile.descriptions["it"].startswith("Ciao! Ti aiuto a trovare servizi")
    assert telegram.profile.short_descriptions[""] == telegram.profile.short_descriptions["it"]
    polls = [call.parameters for call in telegram.calls if call.method == "getUpdates"]
    assert all("message" in str(params["allowed_updates"]) for params in polls)


@pytest.mark.asyncio
async def test_a_wrong_token_is_said_in_a_sentence(made: Made) -> None:
    with pytest.raises(UsageError, match=r"^Telegram non riconosce il token\. Copialo di nuovo da @BotFather"):
        await made(token="123456:another-token-that-telegram-does-not-know")


@pytest.mark.asyncio
async def test_a_webhook_without_an_address_is_said_in_a_sentence(made: Made) -> None:
    process = await made(mode=Mode.WEBHOOK, webhook=Webhook(port=free_port()))
    with pytest.raises(UsageError, match=r"^Con telegram\.mode: webhook serve l'indirizzo telegram\.webhook\.url"):
        await process.run(asyncio.Event())


@pytest.mark.asyncio
async def test_an_address_that_telegram_does_not_take_is_said_in_a_sentence(made: Made, telegram: FakeTelegram) -> None:
    telegram.faults.next("setWebhook", CallFault.bad_request("bad webhook: an HTTPS URL must be provided for webhook"))
    process = await made(mode=Mode.WEBHOOK, webhook=Webhook(url="http://bot.example/x", port=free_port()))
    with pytest.raises(UsageError, match=r"^Telegram non accetta l'indirizzo telegram\.webhook\.url: Bad webhook: "):
        await process.run(asyncio.Event())


@pytest.mark.asyncio
async def test_a_port_in_use_is_said_in_a_sentence(made: Made) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = await made(webhook=Webhook(port=taken.getsockname()[1]))
        with pytest.raises(UsageError, match="non si può usare"):
            await process.run(asyncio.Event())


@pytest.mark.asyncio
async def test_a_second_bot_on_the_same_file_is_kept_out(made: Made, tmp_path: Path) -> None:
    """Locks of a file hold between processes: this one is held by another."""
    holder = "import fasteners, sys; l = fasteners.InterProcessLock(sys.argv[1]); l.acquire(); print('held', flush=True); input()"
    command = [sys.executable, "-c", holder, str(tmp_path / "bot.db.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:  # noqa: ASYNC220 - it only waits
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match=r"^Il database è già in uso da un altro bot\."):
            await made()
        other.communicate(b"\n")


@pytest.mark.asyncio
async def test_telegram_is_waited_for_at_the_start(made: Made, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tg.api._FIRST_PAUSE", 0.001)
    telegram.faults.next("getMe", CallFault.network(), count=2)
    telegram.faults.next("getMe", CallFault.server_error(), count=1)
    telegram.faults.next("deleteWebhook", CallFault.timeout(), count=2)
    async with running(await made()):
        await greeted(telegram)


@pytest.mark.asyncio
async def test_a_server_that_knows_no_webhooks_is_polled_all_the_same(made: Made, telegram: FakeTelegram) -> None:
    telegram.faults.next("deleteWebhook", CallFault.server_error(404, "Not Found"))
    async with running(await made()):
        await greeted(telegram)


@pytest.mark.asyncio
async def test_a_webhook_that_was_set_is_taken_away_when_the_bot_polls(made: Made, telegram: FakeTelegram) -> None:
    telegram.call("setWebhook", {"url": "https://old.example/x"})
    async with running(await made()):
        await greeted(telegram)
    assert telegram.updates.webhook is None


@pytest.mark.asyncio
async def test_what_telegram_refuses_of_the_introduction_keeps_nobody_waiting(made: Made, telegram: FakeTelegram) -> None:
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription", "deleteMyCommands", "getChatMember"):
        telegram.faults.next(method, CallFault.bad_request("BOT_COMMAND_INVALID"), count=None)
    async with running(await made(desks=(Desk("principale", -1001),))):
        await until(lambda: telegram.counts["deleteMyCommands"])
        await greeted(telegram)


# --- Another process, over HTTP


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(telegram: FakeTelegram) -> Iterator[str]:
    """The in-memory Telegram over HTTP; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(asgi(telegram), log_config=None, access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class Process:
    """`python -m bot run` and the people who write to it, over HTTP."""

    def __init__(self, content: Path, address: str, folder: Path, **environment: str) -> None:
        self._content = content
        self.people = httpx.Client(base_url=address, timeout=30)
        self.log = folder / "bot.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
            "BOT_TOKEN": TOKEN,
            "BOT_TELEGRAM__BASE_URL": address,
            "BOT_DATABASE__URL": f"sqlite:///{folder}/bot.db",
            "BOT_LOG__LEVEL": "debug",
            **environment,
        }

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--content", str(self._content)],
                cwd=PROJECT,
                env=self._environment,
                stderr=log,
                stdout=log,
            )

    def stop(self) -> int:
        """Tells it to stop; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=_PATIENCE)

    def end(self) -> None:
        """Makes sure that it is gone."""
        self.people.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def does(self, person: int, step: str, **body: Json) -> None:
        self.people.post(f"/fake/user/{person}/{step}", json=body).raise_for_status()

    def heard(self, person: int) -> list[Json]:
        messages = self.people.get(f"/fake/chat/{person}").json()["messages"]
        return [message for message in messages if message["from_bot"]]

    def front(self, person: int, words: str) -> Json:
        """The newest message of the bot, once it holds these words."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()
            heard = self.heard(person)
            if heard and words in heard[-1].get("text", ""):
                return heard[-1]
            time.sleep(0.02)
        raise AssertionError(f"{words!r} was not heard, but {heard[-1:]}\n{self.log.read_text()}")

    def presses(self, person: int, button: str, words: str) -> Json:
        """Presses a button of the newest message and hears the answer."""
        self.does(person, "presses", message_id=self.heard(person)[-1]["message_id"], button=button)
        return self.front(person, words)


@pytest.fixture
def process(folder: Path, tmp_path: Path, telegram: FakeTelegram) -> Iterator[Callable[..., Process]]:
    """Starts bots in processes of their own."""
    started: list[Process] = []
    content = tmp_path / "content"
    shutil.copytree(folder, content)
    # The numbers that are said in danger stand on these cards.
    shutil.copy(PROJECT / "catalogue/services/nazionali.yaml", content / "catalogue/services")
    with served(telegram) as address:

        def start(**environment: str) -> Process:
            one = Process(content, address, tmp_path, **environment)
            started.append(one)
            one.start()
            return one

        yield start
        for one in started:
            one.end()


#: Whoever writes in these tests: nothing of it may be in a log.
PERSON, NAME, WORDS = 912_345_678, "Zenobia", "parolasegretissima"


def converse(bot: Process) -> None:
    """A whole conversation, by buttons and by typing."""
    bot.does(PERSON, "starts", first_name=NAME)
    bot.front(PERSON, "Per chi cerchi un servizio?")
    bot.does(PERSON, "says", text=WORDS)
    bot.front(PERSON, "Scusami, non ho capito.")
    bot.presses(PERSON, CHILD, "Quanti anni ha?")
    bot.does(PERSON, "says", text="18 mesi")
    bot.front(PERSON, "In quale comune abiti?")
    bot.presses(PERSON, "Melegnano", "Di che aiuto hai bisogno?")
    bot.presses(PERSON, "Asilo nido", "Chi lo offre:")
    bot.does(PERSON, "sends", kind="voice")
    bot.front(PERSON, "Non posso ascoltare")
    bot.does(PERSON, "says", text="/operatore")
    bot.front(PERSON, "Va bene, ho salvato la tua richiesta.")


def tells_nothing(log: Path) -> None:
    """The log holds neither the token, nor whoever wrote, nor what they wrote."""
    written = log.read_text()
    assert "running" in written
    for secret in (TOKEN, TOKEN.partition(":")[2], str(PERSON), NAME, WORDS, "18 mesi", "Melegnano"):
        assert secret not in written


def test_a_whole_conversation_by_polling(process: Callable[..., Process], telegram: FakeTelegram) -> None:
    bot = process(BOT_LOG__FORMAT="json")
    converse(bot)
    telegram.faults.next("sendMessage", CallFault.server_error())
    bot.does(PERSON, "says", text="continua")
    bot.front(PERSON, "Ho trovato un servizio adatto.")
    assert bot.stop() == 0
    tells_nothing(bot.log)
    assert '"event": "call_in_doubt"' in bot.log.read_text()
    assert telegram.counts["answerCallbackQuery"] == 3


def test_a_whole_conversation_by_webhook(process: Callable[..., Process], telegram: FakeTelegram) -> None:
    port = free_port()
    bot = process(
        BOT_LOG__FORMAT="console",
        BOT_TELEGRAM__MODE="webhook",
        BOT_TELEGRAM__WEBHOOK__URL=f"http://127.0.0.1:{port}/telegram/x",
        BOT_TELEGRAM__WEBHOOK__PORT=str(port),
    )
    converse(bot)
    health = httpx.get(f"http://127.0.0.1:{port}/health")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert "bot_updates_received_total" in httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert httpx.post(f"http://127.0.0.1:{port}/telegram/x", json={"update_id": 1}).status_code == 403
    assert bot.stop() == 0
    tells_nothing(bot.log)
    assert telegram.counts["getUpdates"] == 0
    hook = next(call.parameters for call in telegram.calls if call.method == "setWebhook")
    assert len(str(hook["secret_token"])) == 64


def test_told_to_stop_in_the_middle_it_ends_cleanly_and_the_next_one_goes_on(process: Callable[..., Process]) -> None:
    bot = process()
    people = range(5000, 5040)
    bot.does(4999, "starts")
    bot.front(4999, "Per chi cerchi un servizio?")
    for person in people:
        bot.does(person, "starts")
    assert bot.stop() == 0
    bot.start()
    for person in people:
        bot.front(person, "Per chi cerchi un servizio?")
    assert [len(bot.heard(person)) for person in people] == [1] * len(people)
    assert bot.stop() == 0


# --- What the command says when it cannot start


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot run` to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "run", "--content", str(content_folder(folder / "content"))],
        cwd=PROJECT,
        env={**clean, "BOT_DATABASE__URL": f"sqlite:///{folder}/bot.db", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == ("Manca il token del bot. Chiedilo a @BotFather su Telegram e dallo con la variabile BOT_TOKEN.\n")


@pytest.mark.parametrize("token", ["wrong", "123456:wrong", "ä", "a b", "123456:fake/../x"])
def test_with_a_wrong_token_it_says_so_in_one_sentence(tmp_path: Path, telegram: FakeTelegram, token: str) -> None:
    with served(telegram) as address:
        result = run(tmp_path, BOT_TOKEN=token, BOT_TELEGRAM__BASE_URL=address)
    assert result.returncode == 2
    assert result.stderr.startswith("Telegram non riconosce il token.")
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"BOT_DATABASE__URL": "sqlite:////nowhere/at/all/bot.db"}, "La cartella del database non esiste"),
        ({"BOT_DATABASE__URL": "mysql://x"}, "database.url"),
        ({"BOT_DATABASE__URL": "postgresql://127.0.0.1:1/x"}, "Il database non si può usare"),
        ({"BOT_TELEGRAM__MODE": "pigeon"}, "BOT_TELEGRAM__MODE"),
        ({"BOT_TELEGRAM__WEBHOOK__PORT": "99999"}, "BOT_TELEGRAM__WEBHOOK__PORT"),
        ({"BOT_TELEGRAM__UNKNOWN": "x"}, "unknown"),
    ],
    ids=["folder", "kind", "server", "mode", "port", "unknown"],
)
def test_with_wrong_settings_it_says_what_is_wrong(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    result = run(tmp_path, BOT_TOKEN=TOKEN, **environment)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert TOKEN not in result.stderr
    assert len(result.stderr.splitlines()) == 1
