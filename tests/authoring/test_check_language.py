"""The words of each language are checked like content: what is wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.checks.language import check_language
from bot.authoring.problems import Problems

#: The code that reads the lists.
READER = """
word_set("it", "kin", "near")
Templates("kin", "far", blanks={"n": "[0-9]+"})
YES, NO = "yes", "no"
word_table("it", "dialect", "words")
word_table("it", "abbreviations", "abbreviations")
"""


def told(folder: Path, language: str = "it", **files: str) -> list[str]:
    """Problems of files of the language "it"."""
    (folder / "it").mkdir()
    (folder / "reader.py").write_text(READER, encoding="utf-8")
    for name, text in files.items():
        (folder / "it" / f"{name}.yaml").write_text(text, encoding="utf-8")
    problems = Problems(language)
    check_language(problems, folder)
    return [str(problem) for problem in problems]


def test_the_words_of_all_languages_are_right():
    problems = Problems()
    check_language(problems)
    assert list(map(str, problems)) == []


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("kin", "near: [zio, Zìo]", "kin.yaml:1:13: «Zìo» c'è già alla riga 1. Lasciala una volta sola."),
        ("kin", "near: [zio, '']", "kin.yaml:1:13: questa riga è vuota. Scrivi una parola o cancellala."),
        ("kin", "near: [zio]\nnaer: [zia]", "kin.yaml:2:1: nessuno legge l'elenco «naer». Forse «near»?"),
        ("kin", "near: [<farr>]", "kin.yaml:1:8: «<farr>» rimanda a un elenco che non c'è."),
        ("kin", "near: [<kin.naer>]", "kin.yaml:1:8: «<kin.naer>» rimanda a un elenco che non c'è."),
        ("kin", "near: [(il zio]", "kin.yaml:1:8: in «(il zio» le parentesi o i segni non stanno bene insieme."),
        ("kin", 'near: ["{zio|zia}}"]', "kin.yaml:1:8: in «{zio|zia}}» le parentesi o i segni non stanno bene insieme."),
        ("kin", "- zio", "kin.yaml:1:1: qui servono elenchi con un nome, per esempio «kin: [mamma, papà]»."),
        (
            "kin",
            "near: [zio\n",
            "kin.yaml:1:7: la riga non è scritta bene: manca una virgola, un valore o la parentesi quadra chiusa «]».",
        ),
        ("phrases", "yes: [ok]\nno: [no, ok]", "phrases.yaml:2:10: «ok» c'è già alla riga 1. Lasciala una volta sola."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, file, text, problem):
    assert told(tmp_path, **{file: text}) == [f"bot/language/it/{problem}"]


def test_a_word_may_be_in_several_lists_that_are_no_meanings(tmp_path):
    assert told(tmp_path, kin="near: [zio, '<far>', <kin.far> di <n>]\nfar: [zio, zi-, zia]") == []


def test_a_word_means_one_thing_in_tables_that_are_read_together(tmp_path):
    table = "words:\n  omm: {}\n"
    found = told(tmp_path, dialect=table.format("uomo"), abbreviations="abbreviations:\n  omm: marito\n")
    place = "bot/language/it/abbreviations.yaml:2:3"
    assert (
        f"bot/language/it/dialect.yaml:2:3: «omm» vuol dire già «marito» in {place}. Una parola ha un significato solo." in found
    )


def test_a_language_is_checked_in_english_too(tmp_path):
    (problem,) = told(tmp_path, "en", kin="near: [zio, zio]")
    assert problem == "bot/language/it/kin.yaml:1:13: “zio” is already in line 1. Keep it once."
