"""A folder → content, or every problem of every file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.authoring.load import load_content, read_content
from bot.errors import ContentError
from tests.builders import content_folder, told

PROJECT = Path(__file__).parent.parent.parent


def test_the_shipped_content_has_no_problem() -> None:
    assert told(PROJECT) == []


def test_a_folder_is_read_into_one_value(tmp_path: Path) -> None:
    content = load_content(content_folder(tmp_path))
    assert [flow.id for flow in content.flows.values()] == ["cerca", "famiglia"]
    assert len(content.services) == 5
    assert content.texts["yes_answer"] == "Sì"


def test_content_with_errors_is_refused_with_all_of_them(tmp_path: Path) -> None:
    root = content_folder(tmp_path, {"flows/a.yaml": "", "flows/b.yaml": "", "catalogue/services/c.yaml": ""})
    with pytest.raises(ContentError) as refused:
        load_content(root)
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "catalogue/services/c.yaml",
        "flows/a.yaml",
        "flows/b.yaml",
    ]


def test_every_file_tells_its_own_faults_at_once(tmp_path: Path) -> None:
    root = content_folder(tmp_path, {"flows/a.yaml": "a: b: c", "catalogue/services/b.yaml": "- {id: A}", "flows/c.yml": ""})
    assert {problem.mark.file for problem in read_content(root).problems} == {
        "flows/a.yaml",
        "catalogue/services/b.yaml",
        "flows/c.yml",
    }


def test_services_may_be_spread_over_files(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    text = (root / "catalogue/services/servizi.yaml").read_text(encoding="utf-8")
    head, *services = text.split("\n- ")
    for number, service in enumerate(services):
        (root / f"catalogue/services/{number}.yaml").write_text(f"- {service}", encoding="utf-8")
    (root / "catalogue/services/servizi.yaml").unlink()
    assert head
    assert len(load_content(root).services) == 5


@pytest.mark.parametrize("name", ["flows/.nascosto.yaml", "flows/leggimi.md", "catalogue/services/.yaml~"])
def test_other_files_are_left_alone(tmp_path: Path, name: str) -> None:
    assert told(content_folder(tmp_path, {name: "\t&"})) == []


def test_canned_replies_are_read_and_may_be_left_out(tmp_path: Path) -> None:
    assert load_content(content_folder(tmp_path / "a")).replies == {}
    assert load_content(
        content_folder(tmp_path / "b", {"flows/replies.yaml": "saluto: Ciao!\nisee: Serve l'ISEE.\n"})
    ).replies == {
        "saluto": "Ciao!",
        "isee": "Serve l'ISEE.",
    }


@pytest.mark.parametrize("name", ["flows/Prova.YAML", "catalogue/services/prova.yaml.txt", "flows/vecchi/prova.yaml"])
def test_a_file_that_looks_like_content_and_is_not_read_is_told(tmp_path: Path, name: str) -> None:
    assert len(told(content_folder(tmp_path, {name: "flow: prova\n"}))) == 1


def test_without_services_the_rest_is_still_read(tmp_path: Path) -> None:
    root = content_folder(tmp_path, {"flows/prova.yaml": ""})
    shutil.rmtree(root / "catalogue/services")
    assert [problem.code for problem in read_content(root).problems] == ["missing_folder", "empty_file"]


def test_problems_are_told_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    assert told(content_folder(tmp_path, {"flows/prova.yaml": ""}), "en") == [
        "flows/prova.yaml:1:1: the file is empty. Write the content or delete the file."
    ]
