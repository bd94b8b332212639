"""One deliberately broken file for every rule, and what staff are told of it, word for word.

A case is a folder of `tests/broken/`, named after the code of its message (and `--` a variant): its files replace or join
those of `tests/content/`. What cannot be a file there (a missing folder, an unreadable file, the bot's own sentences, which
live in `flows/texts.yaml`) is made by a small function below, with what is expected beside it.
"""

from __future__ import annotations

import shutil
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.check import check
from bot.authoring.load import read_content
from bot.authoring.problems import FAULTS, NEAREST
from bot.authoring.yaml_faults import SYNTAX_HELP
from tests.builders import SMALL, TEXTS, TODAY, content_folder, told

BROKEN = Path(__file__).parent.parent / "broken"
CASES = sorted(folder.name for folder in BROKEN.iterdir() if folder.is_dir())
IN_ENGLISH = [case for case in CASES if (BROKEN / case / "expected.en.txt").exists()]

#: A function that breaks a correct folder.
Breaks = Callable[[Path], None]


def changed(name: str, old: str, new: str) -> Breaks:
    """Replaces a piece of a file."""

    def change(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def written(name: str, data: bytes) -> Breaks:
    """Writes a file."""

    def write(root: Path) -> None:
        (root / name).write_bytes(data)

    return write


def removed(*names: str) -> Breaks:
    """Removes files or folders."""

    def remove(root: Path) -> None:
        for name in names:
            shutil.rmtree(root / name) if (root / name).is_dir() else (root / name).unlink()

    return remove


def renamed(old: str, new: str) -> Breaks:
    """Renames a file."""

    def rename(root: Path) -> None:
        (root / old).rename(root / new)

    return rename


def one_text_more(root: Path) -> None:
    """Adds a sentence that the bot never says."""
    with (root / TEXTS).open("a", encoding="utf-8") as file:
        file.write("salut: Ciao!\n")


def a_folder(name: str) -> Breaks:
    """Makes a folder where a file is expected."""

    def make(root: Path) -> None:
        (root / name).mkdir()

    return make


PLACEHOLDER = (
    "{texts}:{progress}:11: nel testo «progress» non si può usare {{WORD}}. Parole possibili: number, total. Forse «number»?"
)

MADE: dict[str, tuple[Breaks, str]] = {
    "missing_folder": (
        removed("flows"),
        "flows:1:1: manca la cartella. I contenuti stanno in due cartelle: flows e catalogue.",
    ),
    "missing_folder--catalogue": (
        removed("catalogue"),
        "catalogue:1:1: manca la cartella. I contenuti stanno in due cartelle: flows e catalogue.",
    ),
    "missing_file": (
        removed("catalogue/places.yaml"),
        "catalogue/places.yaml:1:1: manca questo file. Copialo dal catalogo di esempio e adattalo.",
    ),
    "missing_file--attributes": (
        removed("catalogue/attributes.yaml"),
        "catalogue/attributes.yaml:1:1: manca questo file. Copialo dal catalogo di esempio e adattalo.",
    ),
    "missing_file--urgent": (
        removed("catalogue/urgent.yaml"),
        "catalogue/urgent.yaml:1:1: manca questo file. Copialo dal catalogo di esempio e adattalo.",
    ),
    "missing_file--texts": (
        removed(TEXTS),
        "flows/texts.yaml:1:1: manca questo file. Copialo dal catalogo di esempio e adattalo.",
    ),
    "no_files": (
        removed("catalogue/services/servizi.yaml"),
        "catalogue/services:1:1: nella cartella non c'è nessun file .yaml. Serve almeno un file.",
    ),
    "no_files--flows": (
        removed("flows/cerca.yaml", "flows/famiglia.yaml"),
        "flows:1:1: nella cartella non c'è nessun file .yaml. Serve almeno un file.",
    ),
    "yml_ending--texts": (
        renamed(TEXTS, "flows/texts.yml"),
        "flows/texts.yml:1:1: il nome finisce in .yml e il file non viene letto. Cambialo in .yaml.",
    ),
    "yml_ending--out-of-scope": (
        renamed("catalogue/out_of_scope.yaml", "catalogue/out_of_scope.yml"),
        "catalogue/out_of_scope.yml:1:1: il nome finisce in .yml e il file non viene letto. Cambialo in .yaml.",
    ),
    "yml_ending--attributes": (
        renamed("catalogue/attributes.yaml", "catalogue/attributes.yml"),
        "catalogue/attributes.yml:1:1: il nome finisce in .yml e il file non viene letto. Cambialo in .yaml.",
    ),
    "unreadable": (
        a_folder("catalogue/services/altri.yaml"),
        (
            "catalogue/services/altri.yaml:1:1: il file non si può leggere. "
            "Controlla che sia un file di testo e che i permessi siano giusti."
        ),
    ),
    "too_large": (
        written("catalogue/services/tutti.yaml", b"# " + b"x" * 2_500_000),
        "catalogue/services/tutti.yaml:1:1: il file è troppo grande: 2,5 MB, il massimo è 1 MB. Dividilo in più file.",
    ),
    "not_utf8": (
        written("catalogue/services/prova.yaml", "# Servizi di Dresano\n- id: città".encode("latin-1")),
        "catalogue/services/prova.yaml:2:11: il file non è scritto in UTF-8. Salvalo di nuovo scegliendo la codifica UTF-8.",
    ),
    "not_utf8--utf16": (
        written("catalogue/services/prova.yaml", "- id: prova\n".encode("utf-16")),
        "catalogue/services/prova.yaml:1:1: il file non è scritto in UTF-8. Salvalo di nuovo scegliendo la codifica UTF-8.",
    ),
    "not_utf8--after-a-mark": (
        written("catalogue/services/prova.yaml", b"\xef\xbb\xbf# Servizi\n- id: citt\xe0"),
        "catalogue/services/prova.yaml:2:11: il file non è scritto in UTF-8. Salvalo di nuovo scegliendo la codifica UTF-8.",
    ),
    "control_character": (
        written("catalogue/services/prova.yaml", b"- id: pro\x07va\n"),
        "catalogue/services/prova.yaml:1:10: c'è un carattere invisibile (U+0007). Cancellalo e riscrivi la parola.",
    ),
    "control_character--null": (
        written("flows/prova.yaml", b"flow: prova\ntitle: \x00\n"),
        "flows/prova.yaml:2:8: c'è un carattere invisibile (U+0000). Cancellalo e riscrivi la parola.",
    ),
    "empty_value--text": (
        changed(TEXTS, "\nyes_answer: Sì\n", "\nyes_answer:\n"),
        "{texts}:{line}:1: «yes_answer» è vuoto. Scrivi un valore o togli la riga.",
    ),
    "unknown_text": (
        one_text_more,
        "{texts}:{last}:1: il bot non usa il testo «salut».",
    ),
    "unknown_text--misspelt": (
        changed(TEXTS, "\nyes_answer: Sì\n", "\nyes_answer: Sì\nyes_anser: Sì\n"),
        "{texts}:{next}:1: il bot non usa il testo «yes_anser». Forse «yes_answer»?",
    ),
    "missing_text": (
        changed(TEXTS, "\nyes_answer: Sì\n", "\n"),
        "{texts}:{first}:1: manca il testo «yes_answer».",
    ),
    "unknown_placeholder": (
        changed(TEXTS, "progress: Domanda {number} di circa {total}", "progress: Domanda {numero} di circa {total}"),
        PLACEHOLDER.replace("WORD", "numero"),
    ),
    "unknown_placeholder--format": (
        changed(TEXTS, "progress: Domanda {number} di circa {total}", 'progress: "Domanda {number:>9} di circa {total}"'),
        PLACEHOLDER.replace("WORD", "number:>9"),
    ),
    "no_placeholder": (
        changed(TEXTS, "\nyes_answer: Sì\n", '\nyes_answer: "Sì, {nome}"\n'),
        "{texts}:{line}:13: il testo «yes_answer» è fisso: non può contenere {{nome}}.",
    ),
    "bad_braces": (
        changed(TEXTS, "\nyes_answer: Sì\n", '\nyes_answer: "Sì, {nome"\n'),
        "{texts}:{line}:13: nel testo «yes_answer» le graffe non sono in coppia. Scrivi {{{{ per una graffa vera.",
    ),
    "too_long--text": (
        changed(TEXTS, "\nyes_answer: Sì\n", f"\nyes_answer: {'Sì ' * 700}\n"),
        "{texts}:{line}:13: il testo ha 2099 caratteri, al massimo 2000. Accorcialo.",
    ),
    "expected_mapping--texts": (
        written(TEXTS, b"- ciao\n"),
        "flows/texts.yaml:1:1: qui servono dei campi, uno per riga: «nome: valore».",
    ),
    "expected_text--text": (
        changed(TEXTS, "\nyes_answer: Sì\n", "\nyes_answer: [Sì]\n"),
        "{texts}:{line}:13: qui serve un valore semplice, non un elenco né dei campi.",
    ),
}


def expectation(sentence: str) -> str:
    """The sentence with the lines at which the project's `flows/texts.yaml` has some keys."""
    if "{texts}" not in sentence:
        return sentence
    lines = (SMALL.parent.parent / TEXTS).read_text(encoding="utf-8").splitlines()
    keys = [line.split(":")[0] for line in lines]
    line = keys.index("yes_answer") + 1
    first = next(number for number, text in enumerate(lines, 1) if text and not text.startswith("#"))
    progress = keys.index("progress") + 1
    return sentence.format(texts=TEXTS, line=line, next=line + 1, last=len(lines) + 1, first=first, progress=progress)


def code_of(case: str) -> str:
    """The code that a case is for."""
    return case.partition("--")[0]


def copied(case: str, root: Path) -> Path:
    """The correct content with the broken files of a case."""
    content_folder(root)
    shutil.copytree(BROKEN / case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected*.txt"))
    return root


#: Messages about `config.yaml` alone, and about test sentences; their cases are in `test_settings.py` and `test_queries.py`.
OF_SETTINGS = {"bad_address", "bad_chat_id", "bad_manager", "bad_promise", "bad_secret", "desk_twice"}
OF_QUERIES = {"bad_clock", "query_is_example"}
#: Messages about the words of languages, which belong to the package; their cases are in `test_check_language.py`.
OF_LANGUAGE = {code for code in FAULTS if code.startswith("language_")}


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_the_content_that_the_cases_break_is_correct(tmp_path: Path) -> None:
    assert told(content_folder(tmp_path)) == []


@pytest.mark.parametrize("case", CASES)
def test_staff_are_told_what_is_wrong_with_a_broken_file(case: str, tmp_path: Path) -> None:
    root = copied(case, tmp_path)
    assert told(root) == lines(BROKEN / case / "expected.txt")
    source = read_content(root)
    check(source, TODAY)
    assert {problem.code for problem in source.problems} == {code_of(case)}


@pytest.mark.parametrize("case", IN_ENGLISH)
def test_staff_are_told_in_english_where_they_want_it(case: str, tmp_path: Path) -> None:
    assert told(copied(case, tmp_path), "en") == lines(BROKEN / case / "expected.en.txt")


@pytest.mark.parametrize("case", MADE)
def test_staff_are_told_what_is_wrong_with_a_broken_folder(case: str, tmp_path: Path) -> None:
    break_it, sentence = MADE[case]
    root = content_folder(tmp_path)
    break_it(root)
    assert told(root) == [expectation(sentence)]
    assert {problem.code for problem in read_content(root).problems} == {code_of(case)}


def test_one_fault_gives_one_problem() -> None:
    assert [case for case in CASES if len(lines(BROKEN / case / "expected.txt")) != 1] == []


def test_every_message_has_a_case_and_every_case_a_message() -> None:
    assert {code_of(case) for case in (*CASES, *MADE)} == set(FAULTS) - OF_SETTINGS - OF_QUERIES - OF_LANGUAGE


def test_every_explanation_of_syntax_has_a_case() -> None:
    said = " ".join(lines(BROKEN / case / "expected.txt")[0] for case in CASES if code_of(case) == "yaml_syntax")
    assert [topic for topic, help in SYNTAX_HELP.items() if help["it"] not in said] == []


def test_there_are_cases_enough_to_be_believed() -> None:
    assert len(CASES) + len(MADE) >= 60
    assert len(IN_ENGLISH) >= 15


def test_every_explanation_of_syntax_is_in_both_languages() -> None:
    assert {topic for topic, help in SYNTAX_HELP.items() if set(help) == {"it", "en"}} == set(SYNTAX_HELP)


SENTENCES = {"nearest": NEAREST, **{code: {"it": fault.it, "en": fault.en} for code, fault in FAULTS.items()}}


@pytest.mark.parametrize("sentences", SENTENCES.values(), ids=SENTENCES)
def test_a_message_says_the_same_things_in_both_languages(sentences: dict[str, str]) -> None:
    parts = {
        language: {name for _, name, _, _ in string.Formatter().parse(said) if name is not None}
        for language, said in sentences.items()
    }
    assert parts["it"] == parts["en"]
    assert set(sentences) == {"it", "en"}
