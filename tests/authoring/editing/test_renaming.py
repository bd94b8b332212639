"""Another name for something: everywhere, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.authoring.editing.drafts import errors_after, write
from bot.authoring.editing.renaming import NameKind, renamed
from bot.cli.main import commands
from bot.errors import UsageError
from tests.builders import content_folder

RENAMINGS = [
    (NameKind.NEED, "doposcuola", "dopo-la-scuola"),
    (NameKind.PLACE, "melegnano", "marignano"),
    (NameKind.CATEGORY, "famiglia", "famiglie"),
    (NameKind.SERVICE, "nido-prova", "nido-vero"),
    (NameKind.VALUE, "famiglia/genitore-solo", "famiglia/genitore"),
    (NameKind.DANGER, "violenza", "botte"),
    (NameKind.FLOW, "cerca", "trova"),
]


@pytest.mark.parametrize(("kind", "old", "new"), RENAMINGS)
def test_a_name_is_changed_everywhere_and_back_to_the_letter(kind: NameKind, old: str, new: str, tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    there = renamed(root, kind, old, new)
    assert errors_after(root, there.files) == ()
    write(root, there.files)
    write(root, renamed(root, kind, new, old).files)
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_conditions_of_desks_and_mentions_in_texts_follow(tmp_path: Path) -> None:
    urgent = "catalogue/urgent.yaml"
    root = content_folder(
        tmp_path, {"config.yaml": "desks:\n  - {id: uno, chat_id: -100, when: {bisogno: 'doposcuola'}} # mio\n"}
    )
    text = (root / urgent).read_text(encoding="utf-8")
    (root / urgent).write_text(text.replace("Chiama il 112.", "Chiama il 112, guarda {sito:nido-prova}", 1), encoding="utf-8")
    assert "{sito:nido-vero}" in renamed(root, NameKind.SERVICE, "nido-prova", "nido-vero").files.get(urgent, "")
    code, said = run("rename", "need", "doposcuola", "dopo", "--content", str(root))
    assert code == 0
    assert "config.yaml: cambiato 1 volte" in said
    assert "when: {bisogno: 'dopo'}} # mio" in (root / "config.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        (NameKind.NEED, "doposcuol", "x", "Forse «doposcuola»?"),
        (NameKind.NEED, "doposcuola", "asilo-nido", "c'è già"),
        (NameKind.NEED, "doposcuola", "Dopo Scuola", "solo lettere minuscole"),
        (NameKind.ATTRIBUTE, "eta", "anni", "nome fisso"),
        (NameKind.VALUE, "persona/bambino", "persona/bimbo", "nome fisso"),
    ],
)
def test_a_name_that_cannot_change_is_refused(kind: NameKind, old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        renamed(content_folder(tmp_path), kind, old, new)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, list(arguments))
    return result.exit_code, result.output
