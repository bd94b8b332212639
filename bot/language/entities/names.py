"""Names of values found in typed text: exact, inflected, with other small words, joined, divided, or misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.language.data import ITALIAN, word_set, word_table
from bot.language.text.spelling import Speller, is_real_word, sound
from bot.language.text.stems import root
from bot.language.text.utterance import Utterance

#: Words of a text that are compared with names.
WORDS_READ = 24
#: Words that names and answers have or leave out alike: "aiuto per i compiti", "è in carrozzina".
SMALL = word_set(ITALIAN, "stop_words", "small")
#: Words that people say around what they want.
_ASKING = word_set(ITALIAN, "stop_words", "asking")
_KEPT = word_set(ITALIAN, "stop_words", "small", "asking", "common")
#: Misspelt words are compared from this length on: almost any shorter word is close to another …
_SHORTEST_FUZZY = 4
#: … up to this length what they may mean is asked, not taken …
_DOUBTFUL = 5
#: … and from these lengths on a word with two errors is asked about, and taken.
_LONG, _VERY_LONG = 8, 10
#: Letters that a name written together begins with.
_BEGINNING = 3
#: Words of names that are written in short: "s. giuliano".
_SHORTENED = word_table(ITALIAN, "places", "shortened")
#: Of so many letters one may differ in a word that sounds like a name: "mazzata" is no "Masate".
_LETTERS_AN_ERROR = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text: the positions of its words, and the values it can stand for, mostly one."""

    start: int
    end: int
    values: tuple[str, ...]
    #: A short word was misspelt: another may have been meant.
    doubtful: bool = False
    #: A word was misspelt.
    guessed: bool = False
    #: The stems of the words that the name has, however they are spelt in the text.
    stems: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.end - self.start


class Names:
    """The names of the values of one attribute. Immutable after construction."""

    def __init__(self, names: Iterable[tuple[str, str]], spelt_right: frozenset[str] = frozenset()) -> None:
        """Index (name, value) pairs; `spelt_right` are other correct words, which are never taken for misspelt names."""
        self._spelt_right = spelt_right
        self._exact: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._joined: dict[str, tuple[str, ...]] = {}
        self._sounds: dict[str, tuple[str, ...]] = {}
        #: The stems of names by how they sound, and by how they are written in one word.
        self._spoken: dict[str, tuple[str, ...]] = {}
        self._with_word: dict[str, dict[tuple[str, ...], str]] = {}
        spelt: dict[str, None] = {}
        self._longest = 1
        for name, value in names:
            said = split_name(name)
            content = _content(said)
            if not content:
                continue
            stems = tuple(root(word) for word in content)
            _add(self._exact, " ".join(content), value)
            _add(self._stems, " ".join(stems), value)
            spoken, joined = " ".join(sound(part) for part in stems), root("".join(said))
            _add(self._sounds, spoken, value)
            self._spoken.setdefault(spoken, stems)
            _add(self._joined, joined, value)
            self._spoken.setdefault(joined, stems)
            for part in stems:
                self._with_word.setdefault(part, {}).setdefault(stems, value)
            spelt |= dict.fromkeys(content)
            self._longest = max(self._longest, len(content))
        #: Every beginning of whole words of a name, as it is written, in stems and as it sounds: no other is looked at.
        self._beginnings = {
            " ".join(key.split()[:end])
            for keys in (self._exact, self._stems, self._sounds)
            for key in keys
            for end in range(1, len(key.split()) + 1)
        }
        self._joined_beginnings = {joined[:_BEGINNING] for joined in self._joined}
        self.words = frozenset(spelt)
        compared = [word for word in spelt if len(word) >= _DOUBTFUL and word.isalpha()]
        #: The words that begin with some letters.
        self._begun: dict[str, set[str]] = {}
        for word in compared:
            for end in range(_DOUBTFUL, len(word)):
                self._begun.setdefault(word[:end], set()).add(word)
        self._anagrams = {"".join(sorted(word)): word for word in reversed(compared)}
        self._spellings = Speller(compared)
        self._spellings_joined = Speller(name for name in self._joined if len(name) >= _LONG - 1 and not name.isdigit())

    def within(self, said: Sequence[str], *, sentence: bool = False) -> list[Found]:
        """Return the names that occur in a text, in their order; of overlapping names the longest counts.

        Reads `WORDS_READ` words of an answer, or the whole of a `sentence`, in which names may also be spelt as they sound.
        """
        spelt, unsure = self._respelt(said if sentence else said[:WORDS_READ])
        found: list[Found] = []
        content = [position for position, word in enumerate(spelt) if word not in SMALL] or list(range(len(spelt)))
        roots = [root(word) for word in spelt]
        sounds = [sound(root(word)) if sentence and len(word) > _DOUBTFUL else "" for word in said[: len(spelt)]]
        for first in range(len(content)):
            for last in range(first, min(first + self._longest, len(content))):
                places = content[first : last + 1]
                written = " ".join([spelt[position] for position in places])
                stemmed = " ".join([roots[position] for position in places])
                is_long = all(sounds[position] for position in places)
                spoken = " ".join([sounds[position] for position in places]) if is_long else ""
                if self._beginnings.isdisjoint((written, stemmed, spoken)):
                    break
                stems = stemmed.split()
                values = self._exact.get(written) or self._stems.get(stemmed)
                guessed = any(spelt[position] != said[position] and said[position] not in _SHORTENED for position in places)
                doubtful = first == last and places[0] in unsure
                if spoken and (guessed or not values):
                    heard = self._sounds.get(spoken)
                    is_real = all(is_real_word(said[position]) for position in places)
                    if heard and (is_real or not _are_close([root(said[position]) for position in places], self._spoken[spoken])):
                        heard = None
                    stems = list(self._spoken[spoken]) if heard else stems
                    long = all(len(said[position]) >= _LONG - 1 for position in places)
                    values, guessed, doubtful = (heard, not long, False) if heard else (values, guessed, doubtful)
                if values:
                    found.append(Found(places[0], places[-1] + 1, values, doubtful, guessed, tuple(stems)))
        found += self._written_together(spelt)
        taken: set[int] = set()
        kept = []
        for one in sorted(found, key=lambda f: (-len(f), f.start)):
            if taken.isdisjoint(range(one.start, one.end)):
                kept.append(one)
                taken.update(range(one.start, one.end))
        return sorted(kept, key=lambda f: f.start)

    def like(self, said: Sequence[str]) -> tuple[str, ...]:
        """Return the values of the name that the whole text equals with at most two letters wrong."""
        text = root("".join(said[:WORDS_READ]))
        if len(text) < _LONG or any(c.isdigit() for c in text) or all(map(is_real_word, said[:WORDS_READ])):
            return ()
        meant, _ = self._spellings_joined.nearest(text, 1 if len(text) < _VERY_LONG else 2)
        return self._joined.get(meant, ())

    def around(self, said: Sequence[str], most: int) -> tuple[str, ...]:
        """Return the values of names that contain all words of a text ("giuliano"); names with the fewest other words first."""
        spelt, unsure = self._respelt(said[:WORDS_READ])
        if unsure or _KEPT.issuperset(spelt):
            return ()
        content = {root(word) for word in spelt if word not in SMALL and word not in _ASKING}
        each = [self._with_word.get(word, {}) for word in content]
        scores: dict[str, tuple[float, bool]] = {}
        for name, value in min(each, key=len).items():
            if content.issubset(name):
                scores[value] = max(scores.get(value, (0.0, False)), (len(content) / len(name), name[0] in content))
        return tuple(sorted(scores, key=lambda value: scores[value], reverse=True)[:most])

    def _written_together(self, spelt: Sequence[str]) -> Iterable[Found]:
        """Yield names written as one word or as several: "baby sitter", "dopo scuola", "sangiuliano"."""
        for start in range(len(spelt)):
            for end in range(start + 1, min(start + 4, len(spelt)) + 1):
                together = "".join(spelt[start:end])
                if len(together) <= _DOUBTFUL or together[:_BEGINNING] not in self._joined_beginnings:
                    continue
                joined = root(together)
                values = self._joined.get(joined)
                if values and spelt[start] not in SMALL:
                    yield Found(start, end, values, stems=self._spoken[joined])

    def _respelt(self, said: Sequence[str]) -> tuple[list[str], set[int]]:
        """Return the words of a text corrected to words of names, and the positions where the correction is doubtful."""
        spelt, unsure = [], set()
        for position, word in enumerate(said):
            meant, errors = self._nearest(word)
            spelt.append(meant)
            if errors and (len(word) <= _DOUBTFUL or (errors > 1 and len(word) < _VERY_LONG)):
                unsure.add(position)
        return spelt, unsure

    def _nearest(self, word: str) -> tuple[str, int]:
        """Return the word of any name that is closest to a word, and how many letters differ."""
        if _SHORTENED.get(word) in self.words:
            return _SHORTENED[word], 0
        if len(word) < _SHORTEST_FUZZY or not word.isalpha() or word in self.words or word in _KEPT:
            return word, 0
        if root(word) in self._with_word or word in self._spelt_right or is_real_word(word):
            return word, 0
        if len(word) > _DOUBTFUL and (same := self._anagrams.get("".join(sorted(word)))) is not None and same[0] == word[0]:
            return same, 1
        near, errors = self._spellings.nearest(word, 1 if len(word) < _LONG else 2)
        return (near, errors) if errors else self._cut_short(word)

    def _cut_short(self, word: str) -> tuple[str, int]:
        """Return the only word of a name that begins with a word ("melegn", "pesch") and 1; otherwise the word itself and 0."""
        begun = self._begun.get(word, ())
        return (next(iter(begun)), 1) if len(begun) == 1 else (word, 0)


def _are_close(said: Sequence[str], stems: Sequence[str]) -> bool:
    """Return True if words that sound alike are also written much alike."""
    pairs = zip(said, stems, strict=True)
    return all(OSA.distance(one, other) <= max(1, len(other) // _LETTERS_AN_ERROR) for one, other in pairs)


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, ...]:
    """Return the words of a declared name, cached; not for typed text, which must not be kept in memory."""
    return Utterance(name).numbered_words


def _content(said: Sequence[str]) -> list[str]:
    return [word for word in said if word not in SMALL] or list(said)


def _add(index: dict[str, tuple[str, ...]], key: str, value: str) -> None:
    if value not in index.get(key, ()):
        index[key] = (*index.get(key, ()), value)
