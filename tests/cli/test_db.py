"""`python -m bot db` as it is typed: what it says, its exit codes, and no word of anybody."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any as Json

import pytest

from bot.cli.main import run_command_line
from bot.storage.schema import Database
from bot.storage.sqlite import SqliteStore
from bot.usecases.calls import CallbackAnswer, CallKind, Outgoing
from bot.usecases.inbound import Dispatcher, receive
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate
from tests.builders import a_case

PROJECT = Path(__file__).parent.parent.parent
WORDS = "sono Anna Bianchi, mio figlio"


@dataclass(frozen=True)
class Typed:
    """A command as it ended."""

    code: int
    said: str
    error: str

    @property
    def all(self) -> str:
        """Everything that can be read."""
        return self.said + self.error


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "bot.db"


@pytest.fixture
def db(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Typed]:
    """Types `python -m bot db …` with this database, or another one. What no command expects is raised."""
    for name in os.environ:
        if name.startswith("BOT_"):
            monkeypatch.delenv(name)

    def typed(*arguments: object, url: str | None = None) -> Typed:
        monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{file}" if url is None else url)
        monkeypatch.setattr(sys, "argv", ["bot", "db", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_command_line()
        return Typed(int(ended.value.code or 0), *capsys.readouterr())

    return typed


Db = Callable[..., Typed]


@pytest.fixture
def database(file: Path) -> Database:
    """The same database, with its tables."""
    database = Database(f"sqlite:///{file}")
    database.migrate()
    return database


def put_in(database: Database, function: Callable[[Unit], object]) -> None:
    database.once(function)
    database.engine.dispose()


def some_of_everything(unit: Unit) -> None:
    unit.inbox.receive([NewUpdate(one, one, "{}") for one in (1, 2, 3)], 1_800_000_000.0)
    unit.outbox.put(Outgoing(7, CallKind.MESSAGE, "sendMessage", {"text": WORDS}), 1.0)
    unit.cases.open(a_case(7, opened_at=1.0))


def is_one_sentence(typed: Typed) -> bool:
    """Told to whom typed it, once, in words."""
    return typed.code == 2 and typed.error.strip() != "" and typed.error.strip().count("\n") == 0 and typed.said == ""


# --- status and migrate -----------------------------------------------------------------------------------------------


def test_a_database_that_is_not_there_yet_has_no_version_and_is_not_made_by_looking(db: Db, file: Path) -> None:
    shown = db("status")
    assert shown.code == 0
    assert "tabelle alla versione: nessuna" in shown.said
    assert not file.exists()


def test_migrate_makes_the_tables_and_again_changes_nothing(db: Db, file: Path) -> None:
    first, second = db("migrate"), db("migrate")
    assert (first.code, second.code) == (0, 0)
    assert first.said == second.said
    assert first.said.startswith("tabelle alla versione: ")
    assert file.exists()


def test_status_tells_what_waits(db: Db, database: Database) -> None:
    put_in(database, some_of_everything)
    said = db("status").said
    for line in (
        "messaggi da elaborare: 3",
        "messaggi da inviare: 1",
        "messaggi messi da parte: 0",
        "chat: 3",
        "richieste aperte: 1",
    ):
        assert line in said
    assert WORDS not in said


def test_status_as_json(db: Db, database: Database, file: Path) -> None:
    put_in(database, some_of_everything)
    found = json.loads(db("status", "--json").said)
    assert found.pop("revision") == found.pop("newest") != ""
    assert found == {
        "database": f"sqlite:///{file}",
        "inbox": 3,
        "outbox": 1,
        "quarantined": 0,
        "chats": 3,
        "open_cases": 1,
    }


def test_status_of_no_database_as_json(db: Db) -> None:
    found = json.loads(db("status", "--json").said)
    assert found["revision"] is None
    assert found["newest"]
    assert "inbox" not in found


# --- backup and restore -----------------------------------------------------------------------------------------------


def test_a_backup_is_restored_into_a_new_database(db: Db, database: Database, tmp_path: Path) -> None:
    put_in(database, some_of_everything)
    copy, other = tmp_path / "copia.jsonl.gz", f"sqlite:///{tmp_path / 'nuovo.db'}"
    made = db("backup", copy)
    assert made.code == 0
    assert f"righe salvate in {copy}" in made.said
    back = db("restore", copy, url=other)
    assert back.code == 0
    assert back.said.split()[0] == made.said.split()[0]
    before, after = (json.loads(db("status", "--json", url=url).said) for url in (None, other))
    assert {**before, "database": ""} == {**after, "database": ""}


def test_a_restore_into_a_database_in_use_is_refused(db: Db, database: Database, tmp_path: Path) -> None:
    put_in(database, some_of_everything)
    copy = tmp_path / "copia.jsonl.gz"
    db("backup", copy)
    refused = db("restore", copy)
    assert is_one_sentence(refused)
    assert "non è vuoto" in refused.error


@pytest.mark.parametrize(
    "content",
    [b"", b"ciao", gzip.compress(b""), gzip.compress(b'{"kind": "altro"}\n'), gzip.compress(b"ciao\n" * 500)[:-9]],
    ids=["empty", "no archive", "an empty archive", "something else", "cut"],
)
def test_what_is_no_backup_is_refused(db: Db, tmp_path: Path, content: bytes) -> None:
    copy = tmp_path / "copia.jsonl.gz"
    copy.write_bytes(content)
    refused = db("restore", copy)
    assert is_one_sentence(refused)
    assert str(copy) in refused.error


def test_a_backup_that_is_not_there_is_told(db: Db, tmp_path: Path) -> None:
    refused = db("restore", tmp_path / "manca.jsonl.gz")
    assert refused.code == 2
    assert "manca.jsonl.gz" in refused.error


def test_a_backup_into_a_folder_that_is_not_there_is_told(db: Db, database: Database, tmp_path: Path) -> None:
    database.engine.dispose()
    refused = db("backup", tmp_path / "manca" / "copia.jsonl.gz")
    assert is_one_sentence(refused)


# --- quarantine -------------------------------------------------------------------------------------------------------


async def set_aside(database: Database, errors: Sequence[Exception]) -> None:
    """Updates at which a handler fails until they are set aside, as when the bot runs."""
    now = [1_800_000_000.0]

    def handler(_: Unit, waiting: QueuedUpdate, __: float) -> Sequence[CallbackAnswer]:
        raise errors[waiting.update_id]

    store = database.store(1)
    assert isinstance(store, SqliteStore)
    store.open()
    await receive(store, [NewUpdate(one, one, json.dumps({"text": WORDS})) for one in range(len(errors))], now[0])
    dispatcher = Dispatcher(store, handler, lambda: now[0])
    while (due := await dispatcher.step()) is not None:
        now[0] = max(now[0], due)
    store.close()


def noted(error: Exception) -> Exception:
    error.add_note(WORDS)
    return error


class Worded(Exception):
    """An error that says nothing but what somebody wrote."""

    def __str__(self) -> str:
        return WORDS


ERRORS: dict[str, Exception] = {
    "in its message": ValueError(f"cannot read {WORDS}"),
    "over several lines": ValueError(f"cannot read\n{WORDS}"),
    "at length": ValueError(f"{WORDS} " * 1000),
    "as a key": KeyError(WORDS),
    "in a note": noted(ValueError("no")),
    "as an error of ours": Worded(),
    "before a colon": ValueError(f"\n{WORDS}: no"),
    "in a group": ExceptionGroup(WORDS, [ValueError(WORDS)]),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
async def test_the_list_of_the_quarantine_shows_no_words_of_anybody(db: Db, database: Database, error: Exception) -> None:
    await set_aside(database, [error])
    shown, as_json = db("quarantine", "list"), db("quarantine", "list", "--json")
    assert (shown.code, as_json.code) == (0, 0)
    assert type(error).__name__ in shown.said
    for word in WORDS.split():
        assert word not in shown.all
        assert word not in as_json.all


@pytest.mark.asyncio
async def test_the_list_of_the_quarantine_tells_what_was_set_aside(db: Db, database: Database) -> None:
    await set_aside(database, [ValueError("no"), KeyError("no")])
    shown = db("quarantine", "list")
    assert shown.said.splitlines()[-1] == "2 messaggi messi da parte"
    first, second = json.loads(db("quarantine", "list", "--json").said)
    assert (first["update_id"], second["update_id"]) == (0, 1)
    assert first["received"] == "2027-01-15T09:00:00+01:00"
    assert first["error"].startswith("ValueError")
    assert str(first["id"]) in shown.said
    assert json.loads(db("status", "--json").said)["quarantined"] == 2


def test_an_empty_quarantine(db: Db, database: Database) -> None:
    database.engine.dispose()
    assert db("quarantine", "list").said == "0 messaggi messi da parte\n"
    assert json.loads(db("quarantine", "list", "--json").said) == []


def waiting(db: Db) -> tuple[int, int]:
    found: dict[str, Json] = json.loads(db("status", "--json").said)
    return found["inbox"], found["quarantined"]


@pytest.mark.asyncio
async def test_all_or_some_are_retried(db: Db, database: Database) -> None:
    await set_aside(database, [ValueError("no")] * 3)
    ids = [row["id"] for row in json.loads(db("quarantine", "list", "--json").said)]
    one = db("quarantine", "retry", ids[1])
    assert (one.code, one.said) == (0, "1 messaggi di nuovo in coda\n")
    assert waiting(db) == (1, 2)
    unknown = db("quarantine", "retry", ids[0], 999)
    assert unknown.code == 1
    assert "1 numeri non sono tra quelli messi da parte" in unknown.error
    assert waiting(db) == (2, 1)
    assert db("quarantine", "retry").code == 0
    assert waiting(db) == (3, 0)
    assert db("quarantine", "retry").said == "0 messaggi di nuovo in coda\n"


@pytest.mark.parametrize("number", ["uno", "1.5", "99999999999999999999999"])
def test_what_is_no_number_of_a_message_is_refused(db: Db, database: Database, number: str) -> None:
    database.engine.dispose()
    refused = db("quarantine", "retry", number)
    assert refused.code in (1, 2)


# --- What cannot work -------------------------------------------------------------------------------------------------

COMMANDS = {
    "status": ["status"],
    "migrate": ["migrate"],
    "backup": ["backup", "{folder}/copia.jsonl.gz"],
    "list": ["quarantine", "list"],
    "retry": ["quarantine", "retry"],
}


@pytest.fixture(params=COMMANDS.values(), ids=COMMANDS.keys())
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    return [argument.format(folder=tmp_path) for argument in request.param]


@pytest.mark.parametrize(
    "url", ["bot.db", "mysql://utente:segreto@localhost/nome", "postgresql://utente:segreto@localhost:porta/nome"]
)
def test_a_wrong_address_is_told(db: Db, url: str) -> None:
    refused = db("status", url=url)
    assert is_one_sentence(refused)
    assert "database.url non va bene" in refused.error
    assert "segreto" not in refused.all


def test_a_server_that_is_not_there_is_told(db: Db, command: list[str]) -> None:
    refused = db(*command, url="postgresql://utente:segreto@127.0.0.1:1/nome")
    assert is_one_sentence(refused)
    assert "Il database non si può usare" in refused.error
    assert "segreto" not in refused.all


def test_a_folder_that_is_not_there_is_told(db: Db, command: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "manca"
    refused = db(*command, url=f"sqlite:///{folder}/bot.db")
    assert is_one_sentence(refused)
    assert refused.error.strip() == f"La cartella del database non esiste: {folder}. Creala, oppure cambia database.url."
    assert not folder.exists()


def test_a_folder_in_place_of_a_file_is_told(db: Db, command: list[str], tmp_path: Path) -> None:
    assert is_one_sentence(db(*command, url=f"sqlite:///{tmp_path}"))


def test_a_file_that_is_no_database_is_told(db: Db, command: list[str], file: Path) -> None:
    file.write_text("ciao\n" * 1000)
    refused = db(*command)
    assert is_one_sentence(refused)
    assert file.read_text() == "ciao\n" * 1000


def test_a_database_that_cannot_be_written_is_told(db: Db, file: Path) -> None:
    """Nothing is unwritable for root, but for folders in which nobody can make a file."""
    if os.geteuid() == 0:
        refused = db("migrate", url="sqlite:////proc/bot.db")
    else:
        db("migrate")
        file.chmod(0o400)
        file.parent.chmod(0o500)
        refused = db("quarantine", "retry")
        file.parent.chmod(0o700)
    assert is_one_sentence(refused)
    assert "non si può usare" in refused.error


@pytest.mark.parametrize("name", ["backup", "list", "retry"])
def test_tables_that_are_not_there_yet_are_told_with_what_to_do(db: Db, name: str, tmp_path: Path) -> None:
    refused = db(*(argument.format(folder=tmp_path) for argument in COMMANDS[name]))
    assert is_one_sentence(refused)
    assert "python -m bot db migrate" in refused.error


@pytest.mark.parametrize("name", ["migrate", "backup", "list", "retry"])
def test_tables_of_a_newer_version_are_left_alone(db: Db, database: Database, file: Path, name: str, tmp_path: Path) -> None:
    database.engine.dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    refused = db(*(argument.format(folder=tmp_path) for argument in COMMANDS[name]))
    assert is_one_sentence(refused)
    assert db("status").code == 0
    assert "9999" in db("status").said


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["backup"], ["restore"], ["quarantine"], ["status", "--nonsense"]])
def test_wrong_usage_exits_with_2(db: Db, arguments: list[str]) -> None:
    refused = db(*arguments)
    assert refused.code == 2


@pytest.mark.parametrize(
    "arguments", [["status"], ["migrate"], ["backup"], ["restore"], ["quarantine", "list"], ["quarantine", "retry"]]
)
def test_every_command_explains_itself_with_an_example(db: Db, arguments: list[str]) -> None:
    shown = db(*arguments, "--help")
    assert shown.code == 0
    assert "python -m bot db" in shown.said


@pytest.mark.parametrize(("url", "code"), [("sqlite:///{folder}/bot.db", 0), ("sqlite:///{folder}/manca/bot.db", 2)])
def test_a_command_is_a_process_that_ends_with_its_code(tmp_path: Path, url: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "db", "migrate"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "BOT_DATABASE__URL": url.format(folder=tmp_path)},
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert (done.stderr == "") == (code == 0)
