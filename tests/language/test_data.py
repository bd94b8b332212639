"""The words of the languages: as sets, tables and patterns."""

from __future__ import annotations

import re

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
        for function in (
            data.phrases,
            data.word_set,
            data.word_table,
            data.word_groups,
            data.alternation,
            data.pattern,
            data._file,
        ):
            function.cache_clear()

    return write


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


@pytest.mark.parametrize(
    ("entry", "matching", "others"),
    [
        ("figli-", ["figlio", "figlie", "figli"], ["figli a", "fili"]),
        ("stanco/a", ["stanco", "stanca"], ["stanche", "stanc"]),
        ("l'altro/a nonn-", ["l altro nonno", "l altra nonna"], ["l altro"]),
        ("vicin- di casa", ["vicino di casa", "vicini di casa"], ["vicino"]),
        ("mio/a/ei", ["mio", "mia", "miei"], ["mi", "mioa", "mie"]),
        ("mi (potete) chiamare", ["mi chiamare", "mi potete chiamare"], ["mi potete", "mi  chiamare"]),
        ("(mi) passate (per favore)", ["passate", "mi passate", "passate per favore"], ["mi"]),
        ("parlare con <person>", ["parlare con uno", "parlare con qualcuno altra"], ["parlare con"]),
        ("parlare (con <person>)", ["parlare", "parlare con uno"], ["parlare uno"]),
        ("vorrei ... voce", ["vorrei voce", "vorrei sentire una voce"], ["vorreivoce", "vorrei uno due tre quattro cinque voce"]),
        ("Papà", ["papa"], ["papà"]),
    ],
)
def test_an_entry_says_by_its_notation_which_words_it_is(written, entry, matching, others):
    written(f'near: ["{entry}"]\nperson: [uno, qualcun- altro/a]')
    found = re.compile(data.alternation("xx", "kin", "near"))
    assert all(found.fullmatch(text) for text in matching)
    assert not any(found.fullmatch(text) for text in others)


def test_a_pattern_has_the_words_of_lists_in_it(written):
    written("child: [figli-, bimbo/a, bambin- piccol-]\nage: [anni, mesi]")
    found = data.pattern("xx", r"\b<kin.child> di (?P<n>\d+) <kin.age>\b")
    assert found.search("mio bimbo di 4 anni")["n"] == "4"
    assert found.search("la mia bambina piccola di 8 mesi")["n"] == "8"
    assert found.search("mia nonna di 80 anni") is None


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
