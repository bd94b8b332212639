"""The versions of content: whole, in order, taken back, and whatever kills the process that publishes."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.authoring.publish import digest_of, read_files
from bot.errors import ContentError, UsageError
from bot.publishing import files_of, publish_files, starting_content, undo
from bot.settings import Settings
from bot.storage.schema import Database
from bot.usecases.publishing import Publication, publish, restore_version
from bot.usecases.versions import ContentVersion, version_before
from tests.builders import NOW, content_folder
from tests.conftest import PROJECT

AT = NOW.timestamp()
SETTINGS = Settings()


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def versions(database: Database) -> list[ContentVersion]:
    return list(database.once(lambda unit: unit.content_versions.list()))


def store(database: Database, *contents: str, keep: int = 30) -> list[ContentVersion | None]:
    """Publishes texts that stand for content, one after the other."""
    return [database.once(lambda unit, one=one: publish(unit, Publication(one, f"files of {one}"), AT, keep)) for one in contents]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return content_folder(tmp_path / "content")


def edited(folder: Path, sentence: str) -> Path:
    """The folder with another sentence."""
    texts = folder / "flows/texts.yaml"
    lines = [line for line in texts.read_text().splitlines() if not line.startswith("not_understood:")]
    texts.write_text("\n".join([*lines, f"not_understood: {sentence}", ""]))
    return folder


def sentence_of(database: Database) -> str:
    """The sentence of the version that counts."""
    text = files_of(database, versions(database)[0].number)["flows/texts.yaml"].decode()
    return next(line for line in text.splitlines() if line.startswith("not_understood:")).partition(": ")[2]


def test_every_publication_is_in_the_audit(database: Database) -> None:
    store(database, "a", "b")
    database.once(lambda unit: restore_version(unit, 1, AT, reason="", author="ada"))
    entries = database.once(lambda unit: list(unit.audit.entries()))
    assert [(one.actor, one.act, one.object) for one in entries] == [
        ("program", "publish", "content:1"),
        ("program", "publish", "content:2"),
        ("console:ada", "restore", "content:3"),
    ]


# --- In order, and back


def test_versions_are_numbered_and_the_newest_counts(database: Database) -> None:
    assert versions(database) == []
    store(database, "a", "b")
    assert [(one.number, one.digest) for one in versions(database)] == [(2, "b"), (1, "a")]
    assert database.once(lambda unit: unit.content_versions.archive(1)) == "files of a"


def test_only_so_many_are_kept_and_always_the_newest(database: Database) -> None:
    store(database, "a", "b", "c", "d", keep=2)
    assert [one.number for one in versions(database)] == [4, 3]


def test_who_publishes_from_an_older_version_is_told_and_nothing_is_overwritten(database: Database) -> None:
    store(database, "a", "b")
    assert database.once(lambda unit: publish(unit, Publication("c", "c", follows=1), AT)) is None
    assert [one.digest for one in versions(database)] == ["b", "a"]
    assert database.once(lambda unit: publish(unit, Publication("c", "c", follows=2), AT)) is not None


def test_of_two_that_publish_at_once_from_the_same_version_one_wins(database: Database) -> None:
    store(database, "a")
    others = [Database(url_of(database)) for _ in range(4)]

    def work(number: int) -> ContentVersion | None:
        return others[number].once(lambda unit: publish(unit, Publication(str(number), "x", follows=1), AT))

    with ThreadPoolExecutor(4) as threads:
        published = [one for one in threads.map(work, range(4)) if one is not None]
    for other in others:
        other.engine.dispose()
    assert len(published) == 1
    assert [one.number for one in versions(database)] == [2, 1]


def test_going_back_twice_leads_two_steps_back(database: Database, folder: Path) -> None:
    for sentence in ("Uno.", "Due.", "Tre."):
        publish_files(database, SETTINGS, read_files(edited(folder, sentence)), AT)
    assert sentence_of(database) == "Tre."
    assert undo(database, SETTINGS, AT).restores == 2
    assert sentence_of(database) == "Due."
    undo(database, SETTINGS, AT)
    assert sentence_of(database) == "Uno."
    with pytest.raises(UsageError, match="Non c'è una versione precedente"):
        undo(database, SETTINGS, AT)
    undo(database, SETTINGS, AT, to=3)
    assert sentence_of(database) == "Tre."
    with pytest.raises(UsageError, match="La versione 99 non c'è"):
        undo(database, SETTINGS, AT, to=99)


def test_before_the_first_version_there_is_none() -> None:
    assert version_before([]) is None
    assert version_before([ContentVersion(1, AT, "a")]) is None


# --- Checked, or refused


def test_content_with_errors_is_refused_with_all_of_them_and_changes_nothing(database: Database, folder: Path) -> None:
    publish_files(database, SETTINGS, read_files(edited(folder, "Uno.")), AT)
    (folder / "flows/cerca.yaml").write_text("flow: [")
    (folder / "catalogue/urgent.yaml").write_text("violence: {lable: x}")
    with pytest.raises(ContentError) as refused:
        publish_files(database, SETTINGS, read_files(folder), AT)
    assert {problem.partition(":")[0] for problem in refused.value.problems} == {"flows/cerca.yaml", "catalogue/urgent.yaml"}
    assert len(versions(database)) == 1


def test_what_counts_already_is_not_published_again(database: Database, folder: Path) -> None:
    publish_files(database, SETTINGS, read_files(folder), AT, reason="  Orari \n estivi ", author="marta")
    with pytest.raises(UsageError, match="quelli della versione 1"):
        publish_files(database, SETTINGS, read_files(folder), AT)
    (one,) = versions(database)
    assert (one.reason, one.author, one.published_at) == ("Orari estivi", "marta", AT)


# --- The start of a bot


def test_a_start_publishes_the_folder_once(database: Database, folder: Path) -> None:
    assert starting_content(folder, SETTINGS, database, AT).version == 1
    assert starting_content(folder, SETTINGS, database, AT).version == 1
    assert starting_content(edited(folder, "Nuova."), SETTINGS, database, AT).version == 2


def test_a_start_with_a_broken_folder_goes_on_with_the_last_good_version(database: Database, folder: Path) -> None:
    publish_files(database, SETTINGS, read_files(edited(folder, "Buona.")), AT)
    (folder / "flows/cerca.yaml").write_text("flow: [")
    start = starting_content(folder, SETTINGS, database, AT)
    assert (start.version, start.content.texts["not_understood"]) == (1, "Buona.")


def test_a_start_after_going_back_stays_back(database: Database, folder: Path) -> None:
    for sentence in ("Uno.", "Due."):
        publish_files(database, SETTINGS, read_files(edited(folder, sentence)), AT)
    undo(database, SETTINGS, AT)
    start = starting_content(folder, SETTINGS, database, AT)
    assert (start.version, start.content.texts["not_understood"]) == (3, "Uno.")


def test_a_first_start_with_a_broken_folder_says_all_that_is_wrong(database: Database, folder: Path) -> None:
    (folder / "flows/cerca.yaml").write_text("flow: [")
    with pytest.raises(ContentError, match=r"flows/cerca\.yaml:1"):
        starting_content(folder, SETTINGS, database, AT)


# --- Killed at any step

#: For each number that it is given: a child publishes a folder, and is killed at that thing which it asks of the database.
PROGRAM = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from bot.authoring.publish import read_files
from bot.publishing import publish_files
from bot.settings import Settings
from bot.storage.schema import Database

def child(at):
    database, steps = Database(sys.argv[1]), 0

    def step(*_, **__):
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    for event in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(database.engine, event, step)
    publish_files(database, Settings(), read_files(Path(sys.argv[2])), 1_800_000_000.0)

for line in sys.stdin:
    pid = os.fork()
    if not pid:
        child(int(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


def test_a_kill_at_any_step_of_a_publication_leaves_one_whole_version(database: Database, folder: Path) -> None:
    good = dict(read_files(edited(folder, "Prima.")))
    publish_files(database, SETTINGS, good, AT)
    changed = dict(read_files(edited(folder, "Dopo.")))
    command = [sys.executable, "-c", PROGRAM, url_of(database), str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for at in range(1, 100):
            print(at, file=program.stdin, flush=True)
            code = int(program.stdout.readline())
            found = versions(database)
            files = files_of(database, found[0].number)
            assert digest_of(files) == found[0].digest
            if code == 0:
                break
            assert code == -signal.SIGKILL
            assert (len(found), files) == (1, good), "nothing counts before it is committed"
        program.stdin.close()
    assert (len(found), files) == (2, changed)
    assert at > 8
