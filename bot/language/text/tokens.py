"""Tokens: the words of a text with the stems that a search compares.

Abbreviations and dialect are written out. A misspelt word becomes several words, each with a weight; none is chosen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.language.data import ITALIAN, any_word, phrases, word_set, word_table
from bot.language.text.normalise import normalise
from bot.language.text.spelling import Speller, is_real_word, sound
from bot.language.text.stems import stem

#: Words of a text that are read; nobody types more in one message.
MOST_WORDS = 120
#: A greeting that is written in two words.
_IN_TWO_WORDS = re.compile(rf"\b{any_word(ITALIAN, 'abbreviations', 'in_two_words')}\b")
#: Words as people shorten them on a phone, or say them in dialect, with what they stand for.
_WRITTEN_OUT = {**word_table(ITALIAN, "abbreviations", "abbreviations"), **word_table(ITALIAN, "dialect", "words")}
#: Words that tell nothing of what is asked for.
STOP = word_set(ITALIAN, "stop_words", "small", "asking", "courtesy", "others", "lombard")
#: Letters of a word that is surely written in short.
_SHORT_LETTERS = 3
#: Unknown words from this length on are compared with known ones …
_SHORTEST = 5
#: … and from this one on with two errors.
_LONG = 8
#: So many known words a misspelt one may be.
_MOST_MEANT = 3
#: The weights of a known word that sounds the same or has lost its apostrophe, of the word itself when content has both, and of a
#: known word that lacks a space before another.
_SAME_SOUND, _AS_WRITTEN, _HALF = 0.95, 0.5, 0.9
#: The weight that a known word loses, by the share of its letters that differ.
_LOSS = 1.2
#: Articles and the like that lose their apostrophe, or their space, before a word: "lasilo", "dellaffitto", "permia".
_ELIDED = phrases(ITALIAN, "stop_words", "elided")
#: Shorter words are not looked for after it, nor are two pieces put together to less.
_SHORTEST_PART, _SHORTEST_WHOLE = 4, 5
_WORD = re.compile(r"[a-z]+")
_LETTERS_AND_DIGITS, _GAP = re.compile(r"[a-z0-9]+"), re.compile(r"\s{2,}")
#: Letters of a text of single letters; of words that may be glued together; words of such a text; letters of one of them.
_SPACED_LETTERS, _GLUED, _MOST_GLUED, _LONGEST = 5, 14, 3, 20
_VOWELS = "aeiouh"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: as typed, and the stems that it may stand for, each with a weight from 0 to 1."""

    word: str
    stems: tuple[tuple[str, float], ...]


def write_out_short(words: Iterable[str]) -> tuple[str, ...]:
    """Return normalised words with the shortest chat abbreviations written out: "nn" → "non", "x" → "per"."""
    return tuple(_WRITTEN_OUT.get(word, word) if len(word) <= _SHORT_LETTERS else word for word in words)


def write_out(words: Iterable[str]) -> list[str]:
    """Return normalised words with abbreviations and dialect replaced by standard Italian: "nn" → "non", "danee" → "soldi"."""
    return [_WRITTEN_OUT.get(word, word) for word in words]


def standard_words(text: str) -> list[str]:
    """Return the words of a text, normalised, with abbreviations and dialect replaced: "nn so" → "non", "so".

    Of numbers only those that can be names are kept: "730", "1522". Reads `MOST_WORDS` words.
    """
    return standard_words_of(normalise(text))


def standard_words_of(normalised: str) -> list[str]:
    """Return the same as `standard_words`, for a text that is already normalised."""
    words = _IN_TWO_WORDS.sub(lambda words: words[0].replace(" ", ""), normalised).split()[:MOST_WORDS]
    return write_out(word for word in words if not word[0].isdigit() or 3 <= len(word) <= 4)


class Tokenizer:
    """Turns words into tokens, using the words of a content. Immutable after construction."""

    def __init__(
        self, known: Iterable[str], joined: Mapping[str, tuple[str, ...]], spelt_right: frozenset[str] | None = None
    ) -> None:
        """Index the words of content (`known`) and the names written in one word (`joined`), with the words that form each name.

        Known words outside `spelt_right` may be examples of misspelt ones. A misspelt word is written as the first of the known
        words close to it.
        """
        self._places = {word: place for place, word in enumerate(dict.fromkeys(known))}
        self._known = frozenset(self._places)
        self._meanings: dict[str, tuple[tuple[str, float], ...]] = {word: ((stem(word), 1.0),) for word in self._known}
        self._known_stems = frozenset(stem(word) for word in self._known)
        self._joined = {name: words for name, words in joined.items() if len(words) > 1}
        self._sounds: dict[str, list[str]] = {}
        for word in (*sorted(self._known), *self._joined):
            if len(word) >= 3:
                self._sounds.setdefault(sound(word), []).append(word)
        if spelt_right is not None:
            self._meanings.update(self._corrections(self._known - spelt_right, spelt_right))
        self._speller = Speller(key for key in self._sounds if len(key) >= _SHORTEST - 1)

    def _corrections(self, unsure: Iterable[str], sure: frozenset[str]) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
        """Yield words of content that are misspelt, perhaps on purpose, each with the correct words it may stand for."""
        for word in unsure:
            right = [other for other in self._sounds.get(sound(word), ()) if other in sure and stem(other) != stem(word)]
            if right:
                yield word, tuple({**dict.fromkeys(map(stem, right), _SAME_SOUND), stem(word): _AS_WRITTEN}.items())

    def knows(self, word: str) -> bool:
        """Return True if a word, in this or another inflected form, occurs in content."""
        return word in self._known or stem(word) in self._known_stems

    def tokens(self, words: Sequence[str]) -> list[Token]:
        """Return the tokens of a text's words; two neighbouring words that form a name also give the token of that name."""
        found = [Token(word, self._stems_of(word)) for word in words]
        for first, second in pairwise(words):
            together = first + second
            if len(together) < _SHORTEST_WHOLE or (self.knows(first) and self.knows(second)):
                continue
            if together in self._known or together in self._joined:
                found.append(Token(together, self._stems_of(together)))
            elif len(together) >= _LONG and first not in STOP and (meant := self._stems_near(together, 1)):
                found.append(Token(together, tuple(meant)))
        return found

    def _stems_of(self, word: str) -> tuple[tuple[str, float], ...]:
        if word in self._meanings:
            return self._meanings[word]
        if stem(word) in self._known_stems or not _WORD.fullmatch(word):
            return ((stem(word), 1.0),)
        if word in self._joined:
            return tuple((stem(part), 1.0) for part in self._joined[word])
        if len(word) < 4:
            return ((stem(word), 1.0),)
        elided = self._without_article(word)
        if elided:
            return ((stem(elided), _SAME_SOUND),)
        near = self._stems_near(word, 1 if len(word) < _LONG else 2) if not is_real_word(word) else ()
        if near:
            return tuple(near)
        parts = self._two_words(word)
        return tuple((stem(part), _HALF) for part in parts) if parts else ((stem(word), 1.0),)

    def spelt(self, word: str) -> str:
        """Return the correct spelling of a normalised word: "secodo" → "secondo", "lultimo" → "l ultimo", "ke" → "che".

        A known word, a real one, and one that no known word is close to stays as it is.
        """
        word = _WRITTEN_OUT.get(word) or word
        if len(word) < 4 or self.knows(word) or is_real_word(word) or not _WORD.fullmatch(word):
            return word
        if rest := self._without_article(word):
            return f"{word.removesuffix(rest)} {rest}"
        swapped = f"{word[1]}{word[0]}{word[2:]}"
        alike: set[str] = {*self._sounds.get(sound(word), ()), *([swapped] if swapped in self._known else ())}
        alike |= {name for _, name in self._letters.close(word, word[0], 1)}
        if not alike and len(word) >= _LONG:
            alike = set(self._near(word, 2))
        first = min(alike, key=lambda name: self._places.get(name, len(self._places)), default="")
        return first or " ".join(self._two_words(word)) or word

    def parted(self, text: str) -> str:
        """Return a text with glued words divided and spaced letters joined.

        "HO82ANNI ABITOAMELEGNANO" → "ho 82 anni abito a melegnano", "A I U T O" → "AIUTO".
        """
        pieces = text.split()
        if len(pieces) >= _SPACED_LETTERS and all(len(piece) == 1 for piece in pieces):
            pieces = ["".join(part.split()) for part in _GAP.split(text.strip())]
        elif len(pieces) > _MOST_GLUED:
            return text
        parted = " ".join(self._pieces(piece) if len(piece) >= _GLUED else piece for piece in pieces)
        return text if parted.split() == text.split() else parted

    def _pieces(self, glued: str) -> str:
        """Return the words, as long as possible, of which a long string consists; the string itself if any part is no word."""
        word = normalise(glued)
        if not _LETTERS_AND_DIGITS.fullmatch(word) or self.knows(word) or is_real_word(word):
            return glued
        # The best way to part each beginning, with the sum of the squares of its lengths.
        best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
        for end in range(1, len(word) + 1):
            ways = [
                (best[at][0] + (end - at) ** 2, (*best[at][1], word[at:end]))
                for at in range(max(0, end - _LONGEST), end)
                if at in best and self._is_piece(word, at, end)
            ]
            if ways:
                best[end] = max(ways)
        return " ".join(best[len(word)][1]) if len(word) in best else glued

    def _is_piece(self, text: str, at: int, end: int) -> bool:
        """Return True if a part of a string is a word, or a complete number in it."""
        piece = text[at:end]
        if piece.isdigit():
            return not text[at - 1 : at].isdigit() and not text[end : end + 1].isdigit()
        if len(piece) == 1:
            return piece in STOP and piece in _VOWELS
        return piece in STOP or piece in self._known or is_real_word(piece)

    @cached_property
    def _letters(self) -> Speller:
        """Return the speller that compares known words by letters rather than by sound."""
        return Speller(self._places)

    def _stems_near(self, word: str, most: int) -> list[tuple[str, float]]:
        """Return the stems of known words that sound like a word, or nearly so, each with a weight."""
        found: dict[str, float] = {}
        for name, weight in self._near(word, most).items():
            for part in self._joined.get(name, (name,)):
                stemmed = stem(part)
                found[stemmed] = max(found.get(stemmed, 0.0), weight)
        return list(found.items())

    def _near(self, word: str, most: int) -> dict[str, float]:
        """Return known words that sound like a word, or else those with the fewest spelling errors, each with a weight."""
        key = sound(word)
        found = dict.fromkeys(self._sounds.get(key, ()), _SAME_SOUND)
        if found or len(key) < _SHORTEST - 1:
            return found
        near = self._speller.close(key, key[0], most)
        if not near and len(key) >= _SHORTEST:
            # A slip at the very beginning: "ssilo", "bido".
            others = sorted(self._speller.first_letters - {key[0]})
            near = sorted(one for first in others for one in self._speller.close(key, first, 1))
        for distance, name in near[:_MOST_MEANT]:
            if distance > near[0][0]:
                break
            weight = 1.0 - _LOSS * distance / max(len(key), len(name))
            found |= {each: max(found.get(each, 0.0), weight) for each in self._sounds[name]}
        return found

    def _without_article(self, word: str) -> str:
        """Return the known word glued to an article or preposition without apostrophe ("lultimo" → "ultimo"); "" for none."""
        rests = (word[len(first) :] for first in _ELIDED if word.startswith(first))
        return next((rest for rest in rests if len(rest) >= _SHORTEST_PART and rest[0] in _VOWELS and rest in self._known), "")

    def _two_words(self, word: str) -> tuple[str, ...]:
        """Return the two known words of which a word without a space consists; empty if it consists of none."""
        for cut in range(len(word) - 3, 2, -1):
            if word[:cut] in self._known and word[cut:] in self._known:
                return (word[:cut], word[cut:])
        return ()
