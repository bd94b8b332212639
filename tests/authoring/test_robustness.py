"""Whatever a file holds: reading and checking never raise, and every problem points at a place that the file has."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.check import check
from bot.authoring.load import read_content
from bot.authoring.problems import Problem
from tests.builders import TEXTS, TODAY, content_folder, tries

PROJECT = Path(__file__).parent.parent.parent
FILES = (
    "catalogue/attributes.yaml",
    "catalogue/needs.yaml",
    "catalogue/places.yaml",
    "catalogue/services/servizi.yaml",
    "flows/cerca.yaml",
    "flows/famiglia.yaml",
    TEXTS,
)
SHIPPED = (
    "catalogue/attributes.yaml",
    "catalogue/needs.yaml",
    "catalogue/services/giovani.yaml",
    "flows/trova-servizio.yaml",
    TEXTS,
)

#: Characters that mean something in YAML, in our own notations, or nothing visible at all.
NASTY = "\t\r\n {}[]()<>:;,.-+*&!|>%@`'\"\\#?=~/_^$0159azàè€🙂\x00\x07\x7f\ufeff\u00a0\u200b\u2028\x85\ufffd"

#: How one edit changes a text at a place; the character is not always used.
Edit = Callable[[str, int, str], str]


def delete_line(text: str, at: int, _: str) -> str:
    """A text without one of its lines."""
    lines = text.splitlines(keepends=True)
    del lines[at % len(lines) : at % len(lines) + 1]
    return "".join(lines)


def repeat_line(text: str, at: int, _: str) -> str:
    """A text with a line twice."""
    lines = text.splitlines(keepends=True)
    lines.insert(at % len(lines), lines[at % len(lines)])
    return "".join(lines)


def move_line(text: str, at: int, _: str) -> str:
    """A text with a line at its end."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines, lines.pop(at % len(lines))])


def insert(text: str, at: int, character: str) -> str:
    """A text with a character more."""
    at %= len(text)
    return text[:at] + character + text[at:]


def insert_line(text: str, at: int, character: str) -> str:
    """A text with a line more."""
    lines = text.splitlines(keepends=True)
    lines.insert(at % len(lines), character * 3 + "\n")
    return "".join(lines)


def delete(text: str, at: int, _: str) -> str:
    """A text with a character less."""
    at %= len(text)
    return text[:at] + text[at + 1 :]


def repeat(text: str, at: int, _: str) -> str:
    """A text with a character twice."""
    at %= len(text)
    return text[:at] + text[at] + text[at:]


def cut(text: str, at: int, _: str) -> str:
    """The beginning of a text."""
    return text[: at % len(text)]


EDITS: tuple[Edit, ...] = (delete_line, repeat_line, move_line, insert, insert_line, delete, repeat, cut)

edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 50_000), st.sampled_from(NASTY)), min_size=1, max_size=6)


def edited(text: str, changes: list[tuple[Edit, int, str]]) -> str:
    """A text after some edits."""
    for change, at, character in changes:
        text = change(text, at, character) if text else text
    return text


def is_inside(problem: Problem, root: Path) -> bool:
    """Whether a problem's place is one that its file has, the end of every line included."""
    path, mark = root / problem.mark.file, problem.mark
    if not path.is_file():
        return (mark.line, mark.column) == (1, 1)
    text = path.read_bytes().decode("utf-8-sig", "replace") if path.stat().st_size < 5_000_000 else ""
    # Editors disagree about what else ends a line; any of them will do here.
    for ends in ("\n", "\r\n|[\r\n]", "\r\n|[\r\n\x85\u2028\u2029]"):
        lines = re.split(ends, text)
        if mark.line <= len(lines) and mark.column <= len(lines[mark.line - 1]) + 1:
            return mark.line >= 1 and mark.column >= 1
    return False


def problems_of(root: Path) -> list[Problem]:
    """The problems of a folder, after it was found that each has a sentence and a place."""
    source = read_content(root)
    report = check(source, TODAY)
    found = [*report.errors, *report.warnings]
    assert [problem for problem in found if not is_inside(problem, root)] == []
    assert all(problem.message.strip() and "\x00" not in problem.message for problem in found)
    assert source.content is not None or report.errors
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests of this module; each puts back what it changes."""
    return content_folder(tmp_path_factory.mktemp("content"))


def with_file(root: Path, name: str, data: bytes) -> list[Problem]:
    """The problems of a folder while one of its files holds `data`."""
    path = root / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(data)
    try:
        return problems_of(root)
    finally:
        path.unlink() if before is None else path.write_bytes(before)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A folder for one test."""
    yield content_folder(tmp_path / "content")
    shutil.rmtree(tmp_path / "content")


@tries(60)
@given(name=st.sampled_from(FILES), data=st.binary(max_size=300))
def test_random_bytes_in_a_file_are_a_problem_and_nothing_worse(root: Path, name: str, data: bytes) -> None:
    assert with_file(root, name, data)


@tries(60)
@given(name=st.sampled_from(FILES), text=st.text(max_size=300))
def test_random_text_in_a_file_is_a_problem_and_nothing_worse(root: Path, name: str, text: str) -> None:
    assert with_file(root, name, text.encode("utf-8", "surrogatepass"))


@tries(60)
@given(name=st.sampled_from(FILES), text=st.text(NASTY, max_size=80))
def test_random_punctuation_in_a_file_is_a_problem_and_nothing_worse(root: Path, name: str, text: str) -> None:
    assert with_file(root, name, text.encode())


@tries(60)
@given(name=st.sampled_from(FILES), changes=edits)
def test_a_file_that_was_edited_at_random_never_makes_reading_fail(
    root: Path, name: str, changes: list[tuple[Edit, int, str]]
) -> None:
    with_file(root, name, edited((root / name).read_text(encoding="utf-8"), changes).encode())


@tries(60)
@given(name=st.sampled_from(SHIPPED), changes=edits)
def test_a_shipped_file_that_was_edited_at_random_never_makes_reading_fail(
    root: Path, name: str, changes: list[tuple[Edit, int, str]]
) -> None:
    with_file(root, name, edited((PROJECT / name).read_text(encoding="utf-8"), changes).encode())


@tries(60)
@given(
    field=st.sampled_from(["id", "need", "eligibility", "accessibility", "apply", "valid", "assured", "website", "locations"]),
    written=st.one_of(
        st.text(NASTY + "MoFr0123456789", max_size=30),
        st.from_regex(r"(?a:\d{4}-\d\d-\d\d)", fullmatch=True),
        st.from_regex(r"\{from: (?a:\d{4}-)?(?a:\d\d-\d\d), until: (?a:\d{4}-)?(?a:\d\d-\d\d)\}", fullmatch=True),
        st.from_regex(
            r"\[\{place: melegnano, dates: \[(?a:\d{4}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d)\]\}\]", fullmatch=True
        ),
        st.from_regex(r"\{eta: [<>]?(?a:\d{1,7})m?[-+]?(?a:\d{0,7})m?\}", fullmatch=True),
        st.from_regex(
            r"\[\{place: dresano, hours: '(Mo|lun|PH|Dec)[-, ]?(Fr|ven|24)? (?a:\d{1,2})[:.]?(00)?-(?a:\d{1,2})[;,]?( off)?'\}\]",
            fullmatch=True,
        ),
    ),
)
def test_whatever_stands_in_a_field_of_a_service_never_makes_reading_fail(root: Path, field: str, written: str) -> None:
    plain = {"id": "prova", "name": "Prova", "organization": "Ente", "category": "famiglia", "need": "asilo-nido"}
    plain |= {"summary": "Una prova.", "locations": "[{place: dresano}]", field: written}
    text = "- " + "\n  ".join(f"{name}: {value}" for name, value in plain.items()) + "\n"
    with_file(root, "catalogue/services/prova.yaml", text.encode())


def laughs() -> bytes:
    """The "billion laughs": every line repeats the one above nine times."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "only spaces": b"   \n\n  ",
    "only a comment": b"# da scrivere",
    "only a dash": b"-",
    "a null": b"\x00",
    "nulls": b"\x00" * 10_000,
    "a file of another program": bytes(range(256)) * 40,
    "a lone surrogate": b"a: \xed\xa0\x80\n",
    "half a character": b"a: \xc3",
    "a mark of byte order alone": b"\xef\xbb\xbf",
    "two marks of byte order": b"\xef\xbb\xbf\xef\xbb\xbfa: b\n",
    "UTF-16": "a: b\n".encode("utf-16"),
    "UTF-32": "a: b\n".encode("utf-32"),
    "10 MB": b"- {id: x}\n" * 1_000_000,
    "brackets": b"[" * 10_000,
    "brackets line by line": b"[\n" * 10_000,
    "braces": b"{a: " * 10_000,
    "dashes": b"- " * 10_000,
    "questions": b"? " * 10_000,
    "stairs": "".join(f"{' ' * step}a:\n" for step in range(900)).encode(),
    "brackets that close": b"[" * 900 + b"]" * 900,
    "closing brackets": b"]" * 10_000,
    "a billion laughs": laughs(),
    "an anchor that holds itself": b"&a [*a]",
    "an unknown alias": b"*nessuno",
    "a tag of Python": b"!!python/object/apply:os.system [ls]",
    "a directive": b"%YAML 9.9\n---\na: b\n",
    "many documents": b"---\n" * 5_000,
    "a huge number": b"a: " + b"9" * 100_000,
    "a huge number as key": b"9" * 500 + b": a",
    "a huge list of numbers": b"[" + b"9999999999999999999, " * 2_000 + b"]",
    "a long key": b"k" * 1_000 + b": x",
    "a very long key": b"? " + b"k" * 200_000 + b"\n: x\n",
    "a key that is a list": b"[a, b]: c",
    "a key that is empty": b"'': a",
    "many keys": "".join(f"k{n}: x\n" for n in range(3_000)).encode(),
    "the same key many times": b"k: x\n" * 3_000,
    "many entries": b"- x\n" * 3_000,
    "one long line": b"a: " + b"parola " * 30_000,
    "a text that goes on": b"a: |\n" + b"  riga\n" * 5_000,
    "lines that end otherwise": b"a: b\r\nc: d\re: f\n",
    "a template": b"{{ nome }}: {% if x %}\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_file_is_a_problem_and_nothing_worse(root: Path, name: str, hostile: str) -> None:
    assert with_file(root, name, HOSTILE[hostile])


@pytest.mark.parametrize("name", FILES)
def test_a_folder_with_the_name_of_a_file_is_a_problem(own: Path, name: str) -> None:
    (own / name).unlink()
    (own / name).mkdir()
    assert problems_of(own)


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_another_ending_is_a_problem(own: Path, name: str) -> None:
    (own / name).rename((own / name).with_suffix(".yml"))
    assert problems_of(own)


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_itself_is_a_problem(own: Path, name: str) -> None:
    (own / name).unlink()
    (own / name).symlink_to((own / name).name)
    assert problems_of(own)


@pytest.mark.parametrize("name", ["flows", "catalogue", "catalogue/services"])
def test_a_folder_that_is_a_link_to_itself_or_a_file_is_a_problem(own: Path, name: str) -> None:
    said = [f"{name}:1:1: manca la cartella. I contenuti stanno in due cartelle: flows e catalogue."]
    shutil.rmtree(own / name)
    (own / name).symlink_to((own / name).name)
    assert [str(problem) for problem in problems_of(own)] == said
    (own / name).unlink()
    (own / name).write_text("a: b")
    assert [str(problem) for problem in problems_of(own)] == said


def test_a_folder_that_links_to_its_own_parent_is_read_once(own: Path) -> None:
    (own / "flows/flows").symlink_to(own / "flows")
    (own / "catalogue/services/tutto.yaml").symlink_to(own / "catalogue")
    assert [problem.code for problem in problems_of(own)] == ["unreadable"]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert [problem.code for problem in problems_of(tmp_path / "altrove")] == ["missing_folder", "missing_folder"]


def test_names_of_files_may_hold_anything(own: Path) -> None:
    for name in ("a\nb.yaml", "{name}.yaml", "«à» 🙂.yaml", " .yaml", "%s.yml"):
        (own / "catalogue/services" / name).write_text("", encoding="utf-8")
    assert len(problems_of(own)) == 5


def test_rules_after_a_semicolon_may_have_comments_with_a_semicolon(root: Path) -> None:
    hours = """'Mo 10:00-12:00 "prima; poi"; Tu 09:00-10:00'"""
    text = (root / "catalogue/services/servizi.yaml").read_text(encoding="utf-8").replace('"Mo-Fr 07:30-18:00"', hours)
    assert [problem.code for problem in with_file(root, "catalogue/services/servizi.yaml", text.encode())] == []


def test_a_rule_after_a_semicolon_that_means_nothing_alone_is_no_crash(root: Path) -> None:
    text = (root / "catalogue/services/servizi.yaml").read_text(encoding="utf-8").replace("Mo-Fr 07:30-18:00", "24/7; 2027")
    with_file(root, "catalogue/services/servizi.yaml", text.encode())


def test_a_message_quotes_only_the_beginning_of_what_is_very_long(root: Path) -> None:
    found = with_file(root, "flows/prova.yaml", b"flow: " + b"A" * 100_000 + b"\n")
    assert max(len(problem.message) for problem in found) < 1_000


def test_thousands_of_faults_are_all_told(own: Path) -> None:
    (own / "catalogue/services/prova.yaml").write_bytes(b"- {}\n" * 3_000)
    report = check(read_content(own), TODAY)
    # One fault that stands in every line is told once, with the number of lines.
    assert sum("È così in 3000 righe di questo file" in problem.message for problem in report.errors) == len(report.errors) > 1
