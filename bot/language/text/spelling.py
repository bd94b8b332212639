"""Correction of spelling: known words close to a misspelt one by letters or by sound. Real Italian words are never corrected.

What a corrected word means is decided elsewhere: `tokens.py` weighs several, names of values take one or ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.data import ITALIAN, real_words

#: So many close words of one length are looked at.
_CLOSEST = 3
#: The list of real words has none shorter. A text of so many words of which a smaller share is real is noise in any language of
#: Latin letters: of random letters about 3 % are by chance, of Romanian and Spanish a third.
_SHORTEST_WORD, _MANY_WORDS, _REAL_SHARE = 4, 12, 0.12
#: Spellings that sound alike, each with the letters of which one must be there, and what is written instead.
_SOUNDS = tuple(
    (frozenset(letters), re.compile(pattern), written)
    for letters, pattern, written in (
        ("g", r"gl(?=i)", "l"),
        ("g", r"gn", "ni"),
        ("ckq", r"(?:ch|k)(?=[ei])|c?[kq]|ck|c(?![eih])", "K"),
        ("g", r"gh(?=[ei])", "G"),
        ("p", r"ph", "f"),
        ("p", r"^p(?=[sn])", ""),
        ("zx", r"[zx]", "s"),
        ("jy", r"[jy]", "i"),
        ("w", r"w", "v"),
        ("h", r"h", ""),
    )
)
#: Letters of a word that may be misspelt.
_LONG = 6
_DOUBLE = re.compile(r"(.)\1+")
_BEFORE_VOWEL = re.compile(r"i(?=[aeou])")
_BEFORE_LIP = re.compile(r"n(?=[pb])")


def sound(word: str) -> str:
    """Return a code for how a word sounds: equal for "squola" and "scuola", "filio" and "figlio", "kaza" and "casa"."""
    word = _DOUBLE.sub(r"\1", word)
    for letters, pattern, written in _SOUNDS:
        if not letters.isdisjoint(word):
            word = pattern.sub(written, word)
    return _BEFORE_LIP.sub("m", _BEFORE_VOWEL.sub("", _DOUBLE.sub(r"\1", word)))


def is_real_word(word: str) -> bool:
    """Return True if a normalised word is a real Italian one, and so no misspelling: "carrozzeria" is not "carrozzina"."""
    return word in real_words(ITALIAN)


def respelt(text: str, speller: Speller) -> str:
    """Return a text with its long unknown words replaced by known ones that differ by one letter: "bambbini" → "bambini"."""
    return " ".join(
        speller.nearest(word, 1)[0] if len(word) >= _LONG and not is_real_word(word) else word for word in text.split()
    )


def is_noise(said: Iterable[str], known: frozenset[str] = frozenset()) -> bool:
    """Return True if a text of many normalised words in Latin letters has hardly a real or `known` one."""
    long = [word for word in said if len(word) >= _SHORTEST_WORD and word.isascii() and word.isalpha()]
    real = sum(is_real_word(word) or word in known for word in long)
    return len(long) >= _MANY_WORDS and real < _REAL_SHARE * len(long)


class Speller:
    """Finds known words close to a misspelt one of the same first letter. Immutable after construction.

    Errors are counted in letters; two neighbours that changed places are one error.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Index non-empty words; either spellings or sound codes, to be compared with words of the same form."""
        self._words: dict[tuple[str, int], list[str]] = {}
        for word in words:
            self._words.setdefault((word[0], len(word)), []).append(word)
        self.first_letters = frozenset(first for first, _ in self._words)

    def nearest(self, word: str, most: int) -> tuple[str, int]:
        """Return the closest word with the same first letter and at most `most` errors, and how many it has.

        Words of the same length come first. Returns the word itself and 0 when no word is close, or it is known or a real one.
        """
        if is_real_word(word):
            return word, 0
        best, errors = word, most
        for length in sorted(range(len(word) - most, len(word) + most + 1), key=lambda length: abs(length - len(word))):
            near = process.extractOne(word, self._words.get((word[:1], length), ()), scorer=OSA.distance, score_cutoff=errors)
            if near is not None and (best == word or near[1] < errors):
                best, errors = near[0], int(near[1])
        return (best, errors) if best != word else (word, 0)

    def close(self, word: str, first: str, most: int) -> list[tuple[int, str]]:
        """Return the words that begin with `first` and have at most `most` errors, each with its errors, the closest first."""
        found: list[tuple[int, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            words = self._words.get((first, length), ())
            hits = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=_CLOSEST)
            found += [(int(errors), near) for near, errors, _ in hits]
        return sorted(found)
