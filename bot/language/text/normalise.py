"""Typed text in one standard form: lower case, no accents, single spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Characters of a text that are read; nobody types more on a phone.
MAX_TEXT_CHARACTERS = 2_000

#: Labels whose words are kept; a content has some hundreds.
_REMEMBERED_LABELS = 4096

#: A letter of Chinese, which is written without spaces: its words are found within others.
WITHOUT_SPACES = re.compile(r"[\u4e00-\u9fff]")

_NOT_WORD = re.compile(r"[\W_]+")
#: No Italian word has a letter three times in a row: "siii", "aiutooo".
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
#: No character before this one stands on top of another.
_FIRST_COMBINING = "\u0300"
_APOSTROPHE_OR_SPACE = re.compile(r"[\s'’‘`´ʼ]+")


def normalise(text: str) -> str:
    """Return the words of a text in lower case and without accents, joined by single spaces: "C'è già?" → "c e gia".

    Reads the first `MAX_TEXT_CHARACTERS` characters; works for any script and takes time linear in the length.
    """
    return _NOT_WORD.sub(" ", _DRAWN_OUT.sub(r"\1", _folded(text))).strip()


@lru_cache(_REMEMBERED_LABELS)
def normalise_label(label: str) -> str:
    """Return the words of a button's label as `normalise` does. Labels are the same for everybody, so they are remembered."""
    return normalise(label)


def words(text: str) -> list[str]:
    """Return the words of a text, normalised."""
    return normalise(text).split()


def plain(text: str) -> str:
    """Return a text normalised but with the punctuation that numbers, dates and hours need. Apostrophes become spaces."""
    return _APOSTROPHE_OR_SPACE.sub(" ", _folded(text.replace("½", " e mezzo"))).strip()


def _folded(text: str) -> str:
    text = text[:MAX_TEXT_CHARACTERS]
    if text.isascii():
        return text.lower()
    # Half a character (a lone surrogate) is none, and libraries take it for an error. One character can decompose into eighteen.
    decomposed = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode())[:MAX_TEXT_CHARACTERS].casefold()
    if decomposed.isascii():
        return decomposed
    return "".join([c for c in decomposed if c < _FIRST_COMBINING or not unicodedata.combining(c)])
