"""Content published while the bot runs, and the command that does it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.load import read_content
from bot.authoring.publish import read_files
from bot.cli.main import run_command_line
from bot.errors import ContentError
from bot.fake_telegram import TOKEN, FakeRequest, FakeTelegram
from bot.publishing import publish_files, starting_content, undo
from bot.service import BotProcess
from bot.settings import Settings, Telegram
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.usecases.publishing import ContentFollower
from bot.wiring import build_parts
from tests.builders import content_folder
from tests.storage.conftest import database, kind, open_store
from tests.storage.rig import Rig
from tests.storage.test_content_versions import edited, store
from tests.test_service import running, until

__all__ = ["database", "kind", "open_store"]

Typed = Callable[..., tuple[int, str, str]]
NONSENSE = "zzz qqq www"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return content_folder(tmp_path / "content")


# --- A bot that runs


@pytest.mark.asyncio
async def test_a_running_bot_takes_up_what_is_published_and_what_is_taken_back(tmp_path: Path, folder: Path) -> None:
    telegram, settings = FakeTelegram(clock=time.time, local=True), Settings(telegram=Telegram(token=TOKEN))
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    database.migrate()
    start = starting_content(edited(folder, "Prima."), settings, database, time.time())
    api = api_of(TOKEN, "https://telegram.test", FakeRequest(telegram), FakeRequest(telegram))
    process = BotProcess(await build_parts(settings, start.content, database, api, version=start.version))
    # The command has a process, and a database object, of its own.
    beside = Database(f"sqlite:///{tmp_path}/bot.db")
    async with running(process):
        for person, (sentence, change) in enumerate(
            (
                ("Prima.", lambda: None),
                ("Dopo.", lambda: publish_files(beside, settings, read_files(edited(folder, "Dopo.")), time.time())),
                ("Prima.", lambda: undo(beside, settings, time.time())),
            )
        ):
            await asyncio.to_thread(change)
            await until(lambda said=sentence: process.parts.worlds(time.time()).content.texts["not_understood"] == said)
            anna = telegram.user(100 + person, "Anna")
            anna.starts()
            anna.says(NONSENSE)
            await until(lambda who=anna: len(who.chat.from_bot) == 2)
            assert anna.chat.last.text.startswith(sentence)
    beside.engine.dispose()


async def follow(follower: ContentFollower[str]) -> None:
    await follower.step()
    await follower.step()


def test_two_workers_take_up_the_newest_version_each_once(database: Database, open_store: Callable[..., Rig]) -> None:
    workers = [open_store(database)] + [open_store(Database(database.url.render_as_string(False)))] * (database.kind != "sqlite")
    store(database, "a", "b", "c")
    for rig in workers:
        loaded: list[str] = []
        swapped: list[str] = []
        follower = ContentFollower(rig.store, 1, lambda text, loaded=loaded: loaded.append(text) or text, swapped.append)
        rig._runner.run(follow(follower))
        assert loaded == swapped == ["files of c"]
        assert follower.number == 3


def test_a_version_that_cannot_be_loaded_is_left_and_not_tried_again(rig: Rig) -> None:
    tried, swapped = [], []

    def load(text: str) -> str:
        tried.append(text)
        if text == "files of bad":
            raise ContentError(["flows/a.yaml:1:1: no"])
        return text

    follower = ContentFollower(rig.store, 0, load, swapped.append)
    store(rig.database, "bad")
    rig._runner.run(follow(follower))
    store(rig.database, "good")
    rig._runner.run(follow(follower))
    assert (tried, swapped) == (["files of bad", "files of good"], ["files of good"])


@pytest.fixture
def rig(database: Database, open_store: Callable[..., Rig]) -> Rig:
    return open_store(database)


# --- The command


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types `python -m bot publish …`: the exit code, the output, and the errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{tmp_path}/bot.db")
        monkeypatch.setattr(sys, "argv", ["bot", "publish", *map(str, arguments)])
        code = 0
        try:
            run_command_line()
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return run


def test_publishing_says_the_version_and_what_changes(typed: Typed, folder: Path) -> None:
    assert typed("--list") == (0, "Nessuna versione pubblicata.\n", "")
    code, said, _ = typed(folder, "--reason", "Si comincia")
    assert (code, said) == (0, "Pubblicata la versione 1. Il bot la usa tra pochi secondi.\n")
    edited(folder, "Non capisco.")
    assert typed(folder, "--compare")[1] == "«not_understood»: da «Scusami, non ho capito.» a «Non capisco.».\n"
    code, said, _ = typed(folder, "--json")
    assert json.loads(said)["version"] == 2
    assert json.loads(said)["changes"] == ["«not_understood»: da «Scusami, non ho capito.» a «Non capisco.»."]
    code, said, _ = typed("--undo")
    assert said.splitlines()[1] == "  «not_understood»: da «Non capisco.» a «Scusami, non ho capito.»."
    code, said, _ = typed("--list", "--json")
    assert [(one["version"], one["reason"], one["restores"]) for one in json.loads(said)] == [
        (3, "Ritorno alla versione 1", 1), (2, "", None), (1, "Si comincia", None),
    ]  # fmt: skip


def test_the_first_comparison_says_how_much_there_is_in_one_line(typed: Typed, folder: Path) -> None:
    code, said, _ = typed(folder, "--compare")
    assert code == 0
    assert said.startswith("Prima pubblicazione: servizi ")
    assert len(said.splitlines()) == 1
    content = read_content(folder, "it").content
    assert content is not None
    asked = sum(len(flow.questions) for flow in content.flows.values())
    assert f"servizi {len(content.services)}, bisogni {len(content.vocabulary.needs)}, domande {asked}," in said
    typed(folder)
    assert typed(folder, "--compare")[1] == "Non cambia niente.\n"


def test_errors_are_printed_with_their_places_and_nothing_is_published(typed: Typed, folder: Path) -> None:
    (folder / "flows/cerca.yaml").write_text("flow: [")
    code, said, error = typed(folder)
    assert (code, said) == (1, "")
    assert error.startswith("flows/cerca.yaml:1:")
    assert typed("--list")[1] == "Nessuna versione pubblicata.\n"


@pytest.mark.parametrize("arguments", [("--undo", "--list"), ("--undo", "--compare"), (".", "--undo")])
def test_two_things_at_once_are_refused(typed: Typed, arguments: tuple[str, ...]) -> None:
    assert typed(*arguments)[0] == 2
