"""The signs of a text's meaning: its likeness to each class, names in it, the person it is about. None of them decides alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.attributes import PLACE, Vocabulary
from bot.core.conditions import Profile, Value
from bot.core.content import Content
from bot.core.topics import IntentId
from bot.language.data import ITALIAN, word_set
from bot.language.entities.slots import SlotReader, tags_of
from bot.language.meaning.arrays import Floats
from bot.language.meaning.classifier import Features, Likeness
from bot.language.meaning.decision import Signs
from bot.language.meaning.eligibility import EligibilityPrior
from bot.language.meaning.features import features_of
from bot.language.meaning.languages import ForeignNames
from bot.language.meaning.person_requests import asks_for_person, mentions_person
from bot.language.meaning.search import Search
from bot.language.meaning.training_data import ClassGroup, TrainingData
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP, Token, Tokenizer, standard_words
from bot.language.text.utterance import Utterance

#: A request for a person in one of several clauses says less than one that is all there is.
_MENTIONED = 0.5
#: A word is known if it is this much like one of content.
_KNOWN = 0.75
#: A text is a name if so much of it is the name, and so much of the name is in it.
_NAMED_ALONE = 0.4
#: Letters of a word that says something.
_SHORTEST = 3
#: Words around values; a text that has no others asks for nothing.
WORDS_OF_VALUES = STOP | word_set(ITALIAN, "stop_words", "around_values")
#: The end of a clause.
CLAUSE_END = re.compile(r"[.,;!?\n()]+")

#: The weights of all signs in a content with few sentences: of classes, of strangeness, and of the groups but the first. They are
#: those that the shipped content teaches, rounded.
PRIOR_WEIGHTS = (10.0, 8.0, 0.3, 0.45, 0.4, 4.0, -2.0, 4.0, -1.0, -1.0, 0.0, 0.5, 0.5, 0.5, 0.5, 1.5)
#: The same of the gate of danger: of the log odds, of the sum of scores, and the constant.
GATE_PRIOR_WEIGHTS = (0.4, 7.0, -4.0)


@dataclass(frozen=True)
class TextReading:
    """A text with everything that the readers of meaning derive from it: words, values, language."""

    said: Utterance
    language: str
    tokens: Sequence[Token]
    slots: Mapping[str, tuple[Value, ...]]
    features: Features


class SignReader:
    """Computes the signs of texts from the words and services of a content. Immutable after construction."""

    def __init__(self, content: Content, data: TrainingData) -> None:
        self._data = data
        self._vocabulary = content.vocabulary
        self._search = Search(data.search_entries())
        written = (word for word in data.known_words if word.isalpha())
        self._tokenizer = Tokenizer(written, data.joined_names, data.words_spelt_right)
        self._slots = SlotReader(content.vocabulary, data.words_spelt_right)
        self._eligibility = EligibilityPrior(content)
        self._places = _place_words(content.vocabulary)
        self._foreign = ForeignNames(data.translated_names)
        groups = np.array([one.group for one in data.classes], dtype=np.intp)
        self.groups = groups
        self._is_danger = (groups == ClassGroup.DANGER).astype(np.float32)
        self._person = data.number(ClassGroup.INTENT, IntentId.PERSON)

    def reads_by(self, content: Content) -> bool:
        """Return True if a content has the same vocabulary and conditions of services as those this reader was built with."""
        return self._eligibility.has_conditions_of(content)

    def read(self, said: Utterance, language: str, today: dt.date) -> TextReading:
        """Return a text with its words and stated values, as of a day."""
        slots = self._slots.stated(said, today)
        told = self._without_residence(said, today) if PLACE in slots else said
        tokens = self._tokens(told.standard_words)
        return TextReading(told, language, tokens, slots, features_of(tokens, tags_of(slots)))

    def _without_residence(self, said: Utterance, today: dt.date) -> Utterance:
        """Return a text without clauses that only say where somebody lives: "tata. Abito a Paullo" → "tata"."""
        clauses = [clause for clause in CLAUSE_END.split(said.text) if clause.strip()]
        asking = [clause for clause in clauses if not self._is_residence(Utterance(clause, said.language), today)]
        return Utterance(". ".join(asking), said.language) if 0 < len(asking) < len(clauses) else said

    def _is_residence(self, said: Utterance, today: dt.date) -> bool:
        words = said.standard_words
        is_place = not self._places.isdisjoint(words) and WORDS_OF_VALUES.issuperset(one.word for one in self._tokens(words))
        return is_place and self._slots.stated(said, today).keys() == {PLACE}

    def part(self, said: Utterance, whole: TextReading) -> TextReading:
        """Return the reading of a part of a text; values are not read from the part."""
        tokens = self._tokens(said.standard_words)
        return TextReading(said, whole.language, tokens, {}, features_of(tokens, ()))

    def exact_names(self, reading: TextReading) -> frozenset[int]:
        """Return the numbers of the classes that have a full name or phrase in a text."""
        return self._search.exact_names(reading.tokens)

    def named_needs(self, reading: TextReading) -> frozenset[str]:
        """Return the needs whose full name occurs in a text."""
        needs = self._data.needs
        return frozenset(needs[number] for number in self.exact_names(reading) if number < len(needs))

    def needs_named_alone(self, reading: TextReading) -> tuple[str, ...]:
        """Return the needs whose name, even misspelt, is all that a text says; none if it names another class too."""
        scores = self._search.alone_scores(reading.tokens)
        named, needs = np.flatnonzero(scores >= max(_NAMED_ALONE, float(scores.max(initial=0.0)) / 2)), self._data.needs
        return tuple(needs[number] for number in named) if all(number < len(needs) for number in named) else ()

    def features_of(self, text: str, today: dt.date) -> Features:
        """Return the features of a training text."""
        return features_of(self._tokens(standard_words(text)), self._slots.tags(Utterance(text), today))

    def signs(self, readings: Sequence[TextReading], likenesses: Sequence[Likeness], known: Profile | None = None) -> Signs:
        """Return the signs of some texts for each class, as matrices; `known` are the answers given before."""
        rows = [self._signs_of(reading, known or {}) for reading in readings]
        classes = [np.array([one.scores for one in likenesses]), np.array([one.nearest for one in likenesses])]
        classes += [np.array([row[number] for row in rows]) for number in range(6)]
        strangeness = [
            (one.by_words, one.by_vector, self._unknown_share(reading.tokens))
            for one, reading in zip(likenesses, readings, strict=True)
        ]
        return Signs(tuple(each.astype(np.float32) for each in classes), np.array(strangeness, dtype=np.float32))

    def _signs_of(self, reading: TextReading, known: Profile) -> tuple[Floats, ...]:
        count = len(self._data.classes)
        words, names = self._search.bm25(reading.tokens), self._search.name_scores(reading.tokens)
        foreign, mismatch, request = (np.zeros(count, dtype=np.float32) for _ in range(3))
        if reading.language != ITALIAN:
            for need, score in self._foreign.scores(reading.said, reading.language).items():
                foreign[self._data.number(ClassGroup.NEED, need)] = score
        profile = {**known, **{name: self._vocabulary.known(name, values) for name, values in reading.slots.items()}}
        mismatch[: len(self._data.needs)] = self._eligibility.mismatch(profile)
        if self._person >= 0:
            request[self._person] = self.request(reading.said)
        danger_names = names * self._is_danger
        return words, names - danger_names, danger_names, foreign, mismatch, request

    def request(self, said: Utterance) -> float:
        """Return how clearly a text asks for a person: 1, 0.5 if only one of its clauses does, or 0."""
        return 1.0 if asks_for_person(said) else _MENTIONED if mentions_person(said) else 0.0

    def name_in(self, number: int, reading: TextReading) -> str | None:
        """Return the longest name of a class that occurs in a text; None if none does."""
        if number not in self.exact_names(reading):
            return None
        stems = {name for token in reading.tokens for name, _ in token.stems} | {stem(word) for word in STOP}
        names = [one for one in self._data.classes[number].names if stems.issuperset(map(stem, standard_words(one)))]
        return max(names, key=len, default=None)

    def known_words(self, reading: TextReading) -> int:
        """Return how many different known words with a meaning of their own a text has."""
        return len({token.word for token in _telling(reading.tokens) if self._is_known(token)})

    def _unknown_share(self, tokens: Sequence[Token]) -> float:
        """Return which share of the meaningful words of a text is unknown."""
        said = _telling(tokens)
        return 1.0 - sum(map(self._is_known, said)) / len(said) if said else 1.0

    def _is_known(self, token: Token) -> bool:
        """Return True if a word is known, close to a known one, or made of known ones."""
        return self._tokenizer.knows(token.word) or any(
            weight >= _KNOWN and self._search.has_stem(stem) for stem, weight in token.stems
        )

    def _tokens(self, words: Sequence[str]) -> list[Token]:
        """Return the tokens of a text without municipalities, since where somebody lives says nothing of their need."""
        return self._tokenizer.tokens([word for word in words if word not in self._places])


def _place_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the words of the names of municipalities."""
    places = vocabulary.attributes.get(PLACE)
    terms = places.terms.values() if places is not None else ()
    return frozenset(word for term in terms for name in (term.label, *term.also) for word in standard_words(name)) - STOP


def _telling(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens that are neither stop words nor too short."""
    return [token for token in tokens if len(token.word) >= _SHORTEST and token.word not in STOP]
