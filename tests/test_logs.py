"""What reaches the logs, and what never does: at DEBUG, in both formats, also when things go wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs
from bot.fake_telegram import TOKEN, CallFault, FakeRequest
from bot.settings import LogFormat, LogLevel
from bot.usecases.calls import CallbackAnswer
from bot.usecases.ports import Handler, Unit
from bot.usecases.queues import QueuedUpdate
from tests.tg.conftest import DESK, Open, folder, opened, sportello, stage
from tests.tg.harness import Scene

__all__ = ["folder", "opened", "stage"]

#: Whoever writes in these tests, and what.
PERSON, NAME, WORDS = 912_345_678, "Zenobia", "parolasegretissima"

BOTH = pytest.mark.parametrize("kind", [LogFormat.JSON, LogFormat.CONSOLE])
Written = Callable[[], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What was written; afterwards logs are as they were."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level
    yield lambda: capsys.readouterr().err
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    structlog.reset_defaults()


def begin(kind: LogFormat, level: LogLevel = LogLevel.DEBUG) -> structlog.stdlib.BoundLogger:
    """Sets logs up; a logger that knows of it."""
    logs.set_up(kind, level, TOKEN)
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("bot")
    return logger


def tells_nothing(text: str) -> None:
    for secret in (TOKEN, str(PERSON), NAME, WORDS, "un bambino"):
        assert secret not in text


# --- By themselves


def test_json_is_one_object_a_line(written: Written) -> None:
    begin(LogFormat.JSON).info("running", mode="polling")
    (line,) = written().splitlines()
    event = json.loads(line)
    assert (event["event"], event["mode"], event["level"], event["logger"]) == ("running", "polling", "info", "bot")
    assert event["timestamp"].endswith("Z")


def test_the_console_is_for_reading(written: Written) -> None:
    begin(LogFormat.CONSOLE).info("running", mode="polling")
    assert "running" in (text := written())
    assert not text.startswith("{")


def test_elsewhere_than_on_a_terminal_logs_are_json(written: Written) -> None:
    begin(LogFormat.AUTO).info("running")
    assert written().startswith("{")


@pytest.mark.parametrize(("level", "heard"), [(LogLevel.DEBUG, 3), (LogLevel.INFO, 2), (LogLevel.WARNING, 1)])
def test_only_what_was_asked_for_is_written(written: Written, level: LogLevel, heard: int) -> None:
    log = begin(LogFormat.JSON, level)
    log.debug("one")
    log.info("two")
    log.warning("three")
    assert len(written().splitlines()) == heard


@BOTH
def test_the_token_is_blotted_out_wherever_it_stands(written: Written, kind: LogFormat) -> None:
    log = begin(kind)
    log.info("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe", nested={"a": [TOKEN]})
    log.warning(TOKEN)
    logging.getLogger("httpx").warning("HTTP Request: GET https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("uvicorn.error").error("failed %s", {"token": TOKEN})
    text = written()
    assert TOKEN not in text
    assert text.count("<token>") == 5


@BOTH
def test_libraries_are_heard_from_warnings_on(written: Written, kind: LogFormat) -> None:
    begin(kind)
    for name in ("httpx", "httpcore.http11", "telegram.Bot", "telegram.ext", "sqlalchemy.engine", "asyncio", "uvicorn.access"):
        logging.getLogger(name).debug(WORDS)
        logging.getLogger(name).info(WORDS)
    assert written() == ""


@BOTH
def test_errors_come_without_traces_since_those_quote_what_people_wrote(written: Written, kind: LogFormat) -> None:
    log = begin(kind)
    try:
        int(WORDS)
    except ValueError:
        log.exception("failed")
        logging.getLogger("asyncio").exception("failed too")
    text = written()
    assert "failed too" in text
    assert WORDS not in text


# --- While the bot runs


async def busy(scene: Scene) -> None:
    """Somebody writes, presses, is refused, is slowed down, blocks the bot and asks for a person."""
    zenobia = scene.person(PERSON, NAME)
    faults = scene.telegram.faults
    await zenobia.starts()
    await zenobia.says(WORDS, "un bambino")
    for fault in (
        CallFault.retry_after(3),
        CallFault.server_error(),
        CallFault.timeout(),
        CallFault.network(),
        CallFault.malformed(),
    ):
        faults.next("sendMessage", fault)
        await zenobia.says(WORDS)
    faults.next("sendMessage", CallFault.bad_request(f"can't parse entities in {NAME}"))
    await zenobia.says("/start")
    for fault in (CallFault.server_error(), CallFault.server_error(409, "Conflict"), CallFault.malformed()):
        faults.next("getUpdates", fault)
        await zenobia.says("ciao")
    await zenobia.says("/operatore", "sì, va bene", WORDS)
    faults.next("sendMessage", CallFault.blocked())
    await zenobia.says("/aiuto")
    zenobia.person.blocks_bot()
    await scene.settle()
    zenobia.person.unblocks_bot()
    scene.telegram.updates.push("message", {"chat": {"id": PERSON, "type": "private"}, "text": [WORDS], "date": 1})
    await scene.settle()
    await scene.restart()
    await zenobia.says("/start")


@BOTH
@pytest.mark.asyncio
async def test_a_running_bot_tells_neither_who_wrote_nor_what(opened: Open, written: Written, kind: LogFormat) -> None:
    begin(kind)
    scene = await opened(desks=[DESK], before=sportello)
    await busy(scene)
    text = written()
    for event in ("call_in_doubt", "call_later", "case_opened", "update_quarantined", "chat_blocked"):
        assert event in text
    tells_nothing(text)


@BOTH
@pytest.mark.asyncio
async def test_a_fault_of_ours_is_told_by_its_place_only(opened: Open, written: Written, kind: LogFormat) -> None:
    def broken(handler: Handler) -> Handler:
        def handle(unit: Unit, waiting: QueuedUpdate, now: float) -> list[CallbackAnswer]:
            if WORDS in waiting.payload:
                raise RuntimeError(f"{NAME} {PERSON} said {WORDS} in {waiting.payload}")
            return list(handler(unit, waiting, now))

        return handle

    begin(kind)
    scene = await opened(handler=broken)
    zenobia = scene.person(PERSON, NAME)
    await zenobia.says("/start", WORDS, "un bambino")
    assert "Quanti anni ha?" in zenobia.front.text
    text = written()
    assert "update_failed" in text
    assert "update_quarantined" in text
    assert "RuntimeError" in text
    assert "test_logs.py:" in text
    tells_nothing(text)


class Cut(FakeRequest):
    """Answers break off, in the middle of what somebody wrote."""

    async def do_request(self, *args: object, **kwargs: object) -> tuple[int, bytes]:
        code, body = await super().do_request(*args, **kwargs)
        return code, body[:-2] if WORDS.encode() in body else body


@BOTH
@pytest.mark.asyncio
async def test_an_answer_that_breaks_off_is_not_quoted(opened: Open, written: Written, kind: LogFormat) -> None:
    begin(kind)
    scene = await opened()
    zenobia = scene.person(PERSON, NAME)
    await zenobia.starts()
    request = scene.parts.polling._api._request
    scene.parts.polling._api._request = (Cut(scene.telegram), request[1])
    zenobia.person.says(WORDS)
    await scene._poll()
    tells_nothing(written())
