"""Municipalities outside the territory as answers to "where do you live": "Opera", "abito a Lodi Vecchio".

Only a whole answer counts: in a sentence "opera" is an ordinary word. A town called like a word ("nave", "campagna") counts
after "a" or "di"; alone it counts only if it is near; if far, the bot asks. A greeting ("salve") never counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.language.data import ITALIAN, municipalities, word_set, word_table
from bot.language.meaning.phrases import courtesy_of, phrase_of
from bot.language.text.normalise import words
from bot.language.text.numerals import in_digits
from bot.language.text.spelling import is_real_word
from bot.language.text.utterance import Utterance

_FILE = "places"
_AROUND, _BEFORE = word_set(ITALIAN, _FILE, "around_a_town"), word_set(ITALIAN, _FILE, "before_a_town")
_WELL_KNOWN = word_set(ITALIAN, _FILE, "well_known")
_SHORTENED = word_table(ITALIAN, _FILE, "shortened")
#: Codes of the provinces around; of two towns whose names begin alike, that of the first province counts.
_NEAR_PROVINCES = ("MI", "LO", "MB", "CR", "PV", "BG")
#: Letters of the beginning of a name that stands for it: "Cologno".
_SHORTEST = 5
#: Endings of the forms of an Italian word, of which a name has one only: "nave, navi", "lago, laghi".
_ENDINGS = ("a", "e", "i", "o", "hi", "he")


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality outside the territory, with its official name."""

    name: str
    #: The text is the whole name of a town nearby, or a name of several words: it is no misspelt other one.
    is_certain: bool = False
    #: The text is an ordinary word too.
    is_doubtful: bool = False


def town_outside(said: Utterance) -> Town | None:
    """Return the Italian municipality whose name the whole text is; None if it is none."""
    spelt, names, start = [_SHORTENED.get(word, word) for word in said.words], _names(), 0
    while start < len(spelt) and spelt[start] in _AROUND and " ".join(spelt[start:]) not in names:
        start += 1
    text = " ".join(spelt[start:])
    is_ordinary = not (start > 0 and spelt[start - 1] in _BEFORE) and _is_ordinary(text)
    if not (name := names.get(text)):
        return Town(_beginnings()[text]) if text in _beginnings() and not is_ordinary else None
    is_near = municipalities(ITALIAN)[name] in _NEAR_PROVINCES
    if not is_ordinary:
        return Town(name, is_certain=is_near or " " in text)
    is_number = in_digits(text) != text
    if start > 0 or is_number or phrase_of(said) is not None or courtesy_of(said) is not None:
        return None
    return Town(name, is_doubtful=not is_near and text not in _WELL_KNOWN)


def _is_ordinary(text: str) -> bool:
    """Return True for a number, or a word that has other inflected forms, as "nave" and "lago" have and names have not."""
    if " " in text:
        return False
    stem = text[:-1].removesuffix("h")
    forms = (stem + ending for ending in _ENDINGS)
    return in_digits(text) != text or (is_real_word(text) and any(form != text and is_real_word(form) for form in forms))


@cache
def _names() -> Mapping[str, str]:
    return {" ".join(words(name)): name for name in municipalities(ITALIAN)}


@cache
def _beginnings() -> Mapping[str, str]:
    """Return abbreviations of nearby towns with their full names: "cologno", "cologno m." → "Cologno Monzese"."""
    near = sorted(
        (
            (_NEAR_PROVINCES.index(province), name)
            for name, province in municipalities(ITALIAN).items()
            if province in _NEAR_PROVINCES
        ),
        reverse=True,
    )
    found: dict[str, str] = {}
    for _, name in near:
        spelt = words(name)
        found |= {text: name for end in range(1, len(spelt)) if len(text := " ".join(spelt[:end])) >= _SHORTEST}
        initials = (_SHORTENED.get(word[0], word[0]) for word in spelt[1:])
        found |= {" ".join((spelt[0], *initials)): name} if len(spelt) > 1 else {}
    return found
