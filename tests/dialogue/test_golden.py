"""Golden conversations: each file of `golden/` is a whole conversation as a citizen reads it in the terminal.

The session is written down and read back between all turns. After a deliberate change of wording run
`UPDATE_GOLDEN=1 pytest tests/dialogue/test_golden.py`, and read the difference as a citizen would.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from bot.authoring.load import load_content
from bot.core.content import Content
from bot.core.privacy import NO_NOTICE, LegalBasis, PrivacyNotice
from bot.dialogue.effects import EraseData, ForwardToManager, OpenCase
from bot.dialogue.incoming import Command, Incoming, News, NewsKind, Text, parse_line
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import Teacher, World

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
CONVERSATIONS = sorted((HERE / "golden").glob("*.txt"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The project's words and flows, a survey, and the small catalogue of the table of what fits."""
    root = tmp_path_factory.mktemp("golden")
    shutil.copytree(PROJECT / "flows", root / "flows")
    shutil.copy(HERE / "sondaggio.yaml", root / "flows")
    shutil.copytree(PROJECT / "catalogue", root / "catalogue", ignore=shutil.ignore_patterns("services"))
    (root / "catalogue/services").mkdir()
    shutil.copy(PROJECT / "tests/fits/services.yaml", root / "catalogue/services")
    attributes = root / "catalogue/attributes.yaml"
    attributes.write_text(attributes.read_text() + (HERE / "attributi-sondaggio.yaml").read_text())
    return load_content(root)


def converse(content: Content, teach: Teacher, header: list[str], lines: list[str]) -> str:
    """The whole conversation, with what the citizen wrote behind "> "."""
    now = next(
        (dt.datetime.fromisoformat(line[7:]) for line in header if line.startswith("# now: ")), dt.datetime(2026, 11, 22, 10)
    )
    basis = next((LegalBasis(line[9:]) for line in header if line.startswith("# basis: ")), None)
    notice = PrivacyNotice("il Comune", "02 1234567", "dpo@example.org", basis) if basis is not None else NO_NOTICE
    world, session = World.on(content, now.date(), teach=teach, notice=notice), Session()
    written = [*header, ""]
    for line in ["/start", *lines]:
        written.append(f"> {line}")
        coming: list[Incoming] = [Command("start") if line == "/start" else parse_line(line, shows_keys=True)]
        while coming:
            what = coming.pop()
            result = turn(world, load_session(dump_session(session), content.vocabulary), what, now)
            session = result.session
            assert len(result.replies) <= 1
            for reply in result.replies:
                written += [
                    reply.plain,
                    *(f"  [{key}] {'✓ ' if one.chosen else ''}{one.label}" for key, one in reply.typed_keys()),
                ]
            for effect in result.effects:
                match effect:
                    case OpenCase(reason, share, danger):
                        written.append(f"  (caso: {reason.value}, condivide: {share.value})")
                        coming.append(News(NewsKind.OPENED, danger=danger))
                    case EraseData():
                        written.append("  (cancella tutto)")
                        coming.append(News(NewsKind.ERASED, remains=("erased_remains",)))
                    case ForwardToManager() if isinstance(what, Text):
                        written.append(f"  (alla persona: {what.text})")
                    case _:
                        written.append(f"  ({type(effect).__name__})")
        written.append("")
    return "\n".join(written)


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_a_conversation_reads_as_written(catalogue: Content, teach: Teacher, path: Path) -> None:
    expected = path.read_text()
    lines = expected.splitlines()
    header = [line for line in lines if line.startswith("# ")]
    spoken = [line[2:] for line in lines if line.startswith("> ") and line != "> /start"]
    written = converse(catalogue, teach, header, spoken)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(written)
    assert written == expected


def test_there_are_enough_conversations() -> None:
    assert len(CONVERSATIONS) >= 30
