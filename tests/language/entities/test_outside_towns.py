"""Towns outside the territory, as the answer to the question where somebody lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.attributes import Vocabulary
from bot.language.data import ITALIAN, municipalities
from bot.language.text.normalise import normalise
from tests.language.conftest import Read

PLACE = "comune"
NAMED = [
    ("Opera", "Opera"),
    ("sordio", "Sordio"),
    ("abito a Lodi Vecchio", "Lodi Vecchio"),
    ("Sesto San Giovanni", "Sesto San Giovanni"),
    ("sesto s. giovanni", "Sesto San Giovanni"),
    ("Sesto S.G.", "Sesto San Giovanni"),
    ("Borgo S.G.", "Borgo San Giovanni"),
    ("Cologno", "Cologno Monzese"),
    ("sono di Roma", "Roma"),
    ("bari", "Bari"),
    # Words, but after what stands before a town
    ("a Nave", "Nave"),
    ("abito a nave", "Nave"),
    ("siamo di Campagna", "Campagna"),
    ("comune di Lago", "Lago"),
    # Towns that begin or sound like one of the territory
    ("San Felice del Benaco", "San Felice del Benaco"),
    ("Bassano del Grappa", "Bassano del Grappa"),
    ("Lainate", "Lainate"),
]
ASKED_ABOUT = ["nave", "ponte", "paese", "vita"]
NO_TOWN = [
    "",
    "un'opera",
    "la nave",
    "in campagna",
    "al lago",
    "salve",
    "quindici",
    "cento",
    "terzo",
    "via Roma 3",
    "nido",
    "una cosa nave",
]


@pytest.mark.parametrize(("text", "town"), NAMED)
def test_a_whole_answer_names_a_town_outside(read: Read, text: str, town: str) -> None:
    assert read(PLACE, text).values == (f"~{town}",)


@pytest.mark.parametrize("text", ASKED_ABOUT)
def test_a_far_town_called_like_a_word_is_asked_about(read: Read, text: str) -> None:
    assert read(PLACE, text).values == ()
    assert read(PLACE, text).suggestions[-1] == f"~{text.title()}"


@pytest.mark.parametrize("text", NO_TOWN)
def test_words_are_no_towns(read: Read, text: str) -> None:
    assert not any(str(value).startswith("~") for value in (*read(PLACE, text).values, *read(PLACE, text).suggestions))


@pytest.mark.parametrize("write", [str, str.lower, str.upper, "abito a {}".format])
def test_every_municipality_around_is_known(read: Read, write: Callable[[str], str]) -> None:
    around = [name for name, province in municipalities(ITALIAN).items() if province in ("MI", "LO")]
    assert len(around) > 150
    assert [name for name in around if not read(PLACE, write(name)).values] == []


def test_every_italian_municipality_is_known_after_a_preposition(read: Read, vocabulary: Vocabulary) -> None:
    ours = set(vocabulary[PLACE].terms)
    found = {name: read(PLACE, f"abito a {name}").values for name in municipalities(ITALIAN)}
    # A far name of one word may be one of ours, misspelt; and two towns may be called alike.
    wrong = [name for name, values in found.items() if normalise(f"~{name}") not in map(normalise, map(str, values))]
    assert not [name for name in wrong if not ours.intersection(found[name])]
    assert len(wrong) < len(ours) + 45


def test_of_a_postal_code_of_several_all_are_offered(read: Read) -> None:
    assert len(read(PLACE, "20070").suggestions) == 4
