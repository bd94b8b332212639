"""Typed text made comparable: lower case, no accents, single spaces; numbers in words as digits."""

from __future__ import annotations

import re
import unicodedata

from text_to_num import alpha2digit

#: Nobody types more than this on a phone; what comes after it is not read.
LONGEST = 2_000

_NOT_WORD = re.compile(r"[^\w]+|_+")
#: No Italian word has a letter three times in a row: "siii", "aiutooo".
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile(r"[’‘`´ʼ]")
_SPACES = re.compile(r"\s+")
# text2num leaves small numbers that stand alone as words; "uno" is left, since it is an article too.
_SMALL = {"zero": "0", "due": "2", "tre": "3"}
_SMALL_WORD = re.compile(r"\b(?:zero|due|tre)\b")
#: "Sei gentile", "chi sei": not the number six.
_YOU_ARE = re.compile(
    r"\b(?:tu|chi|dove) sei\b|^sei (?!(?:e|ed|o|a|ai|anni|mesi|compiuti|circa|giorni|settimane|di|il|la|lui|lei|mi[oa])\b)(?=[a-z])"
)


def normalise(text: str) -> str:
    """The words of `text`, lower case and without accents, joined by single spaces.

    Reads the first `LONGEST` characters; works for any script and takes time linear in the length.
    """
    return _DRAWN_OUT.sub(r"\1", _NOT_WORD.sub(" ", _folded(text)).strip())


def words(text: str) -> list[str]:
    """The words of `text`, normalised."""
    return normalise(text).split()


def plain(text: str) -> str:
    """Like `normalise`, with the punctuation that numbers, dates and hours need; apostrophes are spaces."""
    said = _folded(text.replace("½", " e mezzo"))
    return _SPACES.sub(" ", _APOSTROPHES.sub("'", said).replace("'", " ")).strip()


def in_digits(said: str) -> str:
    """Number words of plain text as digits: "trentuno" → "31", "terza" → "3a". "Uno" is not taken for a number."""
    said = _YOU_ARE.sub(" ", said)
    said = alpha2digit(said, "it").replace("ª", "a").replace("º", "o")
    return _SMALL_WORD.sub(lambda m: _SMALL[m[0]], said)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))
