"""The words of the languages: as sets, tables and patterns."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bot.errors import LanguageDataError
from bot.language import data


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a file of the language "xx", which is then read instead of the package's."""

    def write(text: str) -> None:
        folder = tmp_path / "xx"
        folder.mkdir(exist_ok=True)
        (folder / "kin.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(data, "files", lambda _: tmp_path)
        forget()

    def forget() -> None:
        for one in (data.phrases, data.word_set, data.word_table, data.word_groups, data._file):
            one.cache_clear()

    yield write
    forget()


def test_every_scalar_is_a_word(written):
    written("answers: [no, sì, 5, 'on', ~]")
    assert data.phrases("xx", "kin", "answers") == ("no", "sì", "5", "on", "~")


def test_words_are_normalised_and_lists_joined(written):
    written("near: [Mamma, papà]\nfar: [l'altro nonno]")
    assert data.word_set("xx", "kin", "near", "far") == {"mamma", "papa", "l altro nonno"}


def test_a_table_says_what_a_word_means(written):
    written("words:\n  nn: non\n  xké: perché")
    assert dict(data.word_table("xx", "kin", "words")) == {"nn": "non", "xke": "perche"}


def test_a_group_holds_lists_by_their_names(written):
    written("ideas:\n  paying: [bollett, affitt]")
    assert data.word_groups("xx", "kin", "ideas") == {"paying": ("bollett", "affitt")}


def test_any_word_of_a_list_is_found_the_longest_first(written):
    written("near: [zia, zia acquisita, Papà]")
    assert re.findall(data.any_word("xx", "kin", "near"), "una zia acquisita, una zia e papa") == ["zia acquisita", "zia", "papa"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("far: [zio]", "xx/kin.yaml: the list «near» is missing."),
        ("near: zio", "xx/kin.yaml: «near» must be a list."),
        ("- zio", "xx/kin.yaml: the file must hold lists by their names."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file(written, text, message):
    written(text)
    with pytest.raises(LanguageDataError) as error:
        data.phrases("xx", "kin", "near")
    assert str(error.value) == message


def test_broken_yaml_is_told_with_its_line(written):
    written("near: [zio")
    with pytest.raises(LanguageDataError, match=r"(?s)^xx/kin\.yaml: .*line 1"):
        data.phrases("xx", "kin", "near")


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(LanguageDataError, match=r"^it/unheard_of\.yaml: the file is missing\.$"):
        data.phrases("it", "unheard_of", "words")


def test_languages_are_those_that_have_a_file():
    assert "it" in data.languages("dialect")
    assert data.languages("unheard_of") == ()


def test_words_that_cannot_be_read_are_told_in_one_line_when_the_bot_starts():
    broken = (
        "import sys; from bot.language import data; from bot.errors import LanguageDataError\n"
        "def fail(language, file): raise LanguageDataError('it/kin.yaml: it is broken')\n"
        "data._file = fail; from bot.cli.main import run_command_line; run_command_line()"
    )
    result = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "bot/language/it/kin.yaml: it is broken\n")
