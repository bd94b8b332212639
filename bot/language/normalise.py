"""Typed text made comparable: lower case, no accents, no punctuation, single spaces."""

from __future__ import annotations

import re
import unicodedata

#: Nobody types more than this on a phone; what comes after it is not read.
LONGEST = 2_000

_NOT_WORD = re.compile(r"[^\w]+|_+")


def normalise(text: str) -> str:
    """The words of `text`, lower case and without accents, joined by single spaces.

    Reads the first `LONGEST` characters; works for any script and takes time linear in the length.
    """
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", letters).strip()


def words(text: str) -> list[str]:
    """The words of `text`, normalised."""
    return normalise(text).split()
