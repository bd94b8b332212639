"""Stems and roots of Italian words: the part shared by related words for searching and learning, by inflections for names.

A search wants all relatives of a word together: with roots alone it finds weak Italian worse, by three needs in a hundred. A name
wants its own forms and no relatives: with stems alone "pizza" names a need.
"""

from __future__ import annotations

import Stemmer

#: Letters of the shortest word that has an ending, and of the shortest root.
_SHORTEST, _SHORTEST_ROOT = 4, 3
_VOWELS = "aeiou"

#: Snowball's stemmer, without its cache.
_stemmer = Stemmer.Stemmer("italian", 0)


def stem(word: str) -> str:
    """Return the stem of a normalised word, shared by related verbs and nouns: "lavorare", "lavoro" → "lavor"."""
    found: str = _stemmer.stemWord(word)
    return found


def root(word: str) -> str:
    """Return a normalised word without its ending of number and gender: "figlio", "figlia", "figli" → "figl-"."""
    if len(word) < _SHORTEST or word[-1] not in _VOWELS:
        return word
    short = word[:-1].removesuffix("i").removesuffix("h")
    return f"{short}-" if len(short) >= _SHORTEST_ROOT else word
