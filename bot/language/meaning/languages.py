"""The language of a text, among those that have a file `small_words.yaml`, and the needs that it names in it.

Where the script does not tell, the small words do: a language is recognised by words that every sentence has and Italian has
not. This knows fewer languages than a model of a hundred of them, and is not misled by short or misspelt Italian.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache

import Stemmer

from bot.language.data import ITALIAN, languages, phrases, word_set
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: ISO 639-1 codes of the languages in which needs can have names.
FOREIGN_LANGUAGES = tuple(code for code in languages("small_words") if code != ITALIAN)
_SCRIPTS = {
    code: re.compile(f"[{''.join(characters)}]")
    for code in FOREIGN_LANGUAGES
    if (characters := phrases(code, "small_words", "characters"))
}
#: Small words of each language. A word of two languages counts for both; Italian ones count for Italian too.
_SMALL_WORDS = {code: word_set(code, "small_words", "small_words") for code in FOREIGN_LANGUAGES if code not in _SCRIPTS}
_ITALIAN_WORDS = word_set(ITALIAN, "small_words", "small_words")
#: So many words decide; fewer are taken for the language of the chat.
_ENOUGH = 3
#: So many different words must not be Italian.
_OWN = 2
#: A foreign language must have so much more of the words than Italian.
_CLEARLY = 0.15
#: The share of a name, by rarity of its words, that must stand in a text.
_MOSTLY = 0.5
#: Letters of a word that are compared where there is no stemmer: endings change for number and case.
_COMPARED = 5


def language_of(said: Utterance) -> str:
    """Return the ISO 639-1 code of a text's language; if the text is too short to tell, the code of the chat's language."""
    for code, script in _SCRIPTS.items():
        if len(script.findall(said.text)) * 2 > sum(c.isalpha() for c in said.text):
            return code
    words = [word for word in said.words if not word.isdigit()]
    if len(words) < _ENOUGH:
        return said.language
    italian = sum(word in _ITALIAN_WORDS for word in words) / len(words)
    shares = {code: sum(word in known for word in words) / len(words) for code, known in _SMALL_WORDS.items()}
    best = max(shares, key=lambda code: shares[code])
    own = len(_SMALL_WORDS[best].intersection(words) - _ITALIAN_WORDS)
    if shares[best] >= italian + _CLEARLY and own >= _OWN:
        return best
    return ITALIAN if italian > 0 else said.language


class ForeignNames:
    """The names of needs in languages other than Italian. Immutable after construction."""

    def __init__(self, names: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """Index `names`, which gives for each need its names by language."""
        self._names: dict[str, list[tuple[frozenset[str], str, str]]] = {}
        counts: dict[str, dict[str, int]] = {}
        for need, each in names.items():
            for language, name in ((language, name) for language, written in each.items() for name in written):
                said = normalise(name)
                words = _stems(said.split(), language) - _stems(
                    phrases(language, "small_words", "small_words_in_names"), language
                )
                self._names.setdefault(language, []).append((words, said.replace(" ", ""), need))
                for word in words:
                    counts.setdefault(language, {})[word] = counts.get(language, {}).get(word, 0) + 1
        self._rare = {language: {word: 1 / count for word, count in each.items()} for language, each in counts.items()}

    def scores(self, said: Utterance, language: str) -> Mapping[str, float]:
        """Return the needs named in a text with a score: the share of the name's words, or 2 for a name in another script."""
        together, words = "".join(said.words), _stems(said.words, language)
        rare = self._rare.get(language, {})
        scores: dict[str, float] = {}
        for name, whole, need in self._names.get(language, ()):
            stands = bool(whole) and not whole.isascii() and whole in together
            mass = math.fsum(rare[word] for word in name)
            share = math.fsum(rare[word] for word in name & words) / mass if mass else 0.0
            score = 2.0 if stands else share if share >= _MOSTLY else 0.0
            if score > scores.get(need, 0.0):
                scores[need] = score
        return scores


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    """Return the Snowball stemmer of a language, set to keep no cache; None if the language has none."""
    try:
        return Stemmer.Stemmer(language, 0)
    except KeyError:
        return None


def _stems(words: Iterable[str], language: str) -> frozenset[str]:
    stemmer = _stemmer(language)
    return frozenset(stemmer.stemWords(list(words)) if stemmer is not None else (word[:_COMPARED] for word in words))
