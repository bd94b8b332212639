"""The meaning of a text, whatever was asked: a danger, a wish for a person, needs and values, something out of scope, or nothing.

The order is that of DESIGN.md, section 8. The answer to an open question is no concern of this file (`entities/values.py`);
everything here is decided from the text, and from what is known already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from bot.core.attributes import PLACE
from bot.core.conditions import Profile, Value
from bot.core.content import Content
from bot.language.data import ITALIAN, word_set
from bot.language.entities.slots import SlotReader, tags_of
from bot.language.meaning.arrays import Floats
from bot.language.meaning.calibration import calibrate
from bot.language.meaning.classifier import Classifier, Features
from bot.language.meaning.danger import DangerAlert, DangerReader
from bot.language.meaning.eligibility import EligibilityPrior
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.meaning.features import features_of
from bot.language.meaning.languages import ForeignNames, language_of
from bot.language.meaning.person_requests import asks_for_person, mentions_person, request_evidence
from bot.language.meaning.phrases import phrase_evidence
from bot.language.meaning.search import Search
from bot.language.meaning.sentence_vectors import Vectors
from bot.language.meaning.training_data import training_data_of
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP, Token, Tokenizer, standard_words
from bot.language.text.utterance import Utterance


class MeaningKind(StrEnum):
    """The kind of a meaning, which says what the bot should do."""

    #: Say the number to call, at once.
    URGENT = "urgent"
    #: Offer a person.
    HUMAN = "human"
    #: Go on with the first of the needs; or ask which of them is meant.
    NEED = "need"
    CHOOSE = "choose"
    #: Say whom to ask instead.
    OUT_OF_SCOPE = "out_of_scope"
    #: Nothing but values: the answer to a question, or a beginning.
    VALUES = "values"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need that may be meant, with its probability."""

    need: str
    probability: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a text. Immutable."""

    kind: MeaningKind
    #: The values that it states, by attribute, in the form of an answer.
    slots: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    #: The needs that may be meant, the likeliest first.
    needs: tuple[Candidate, ...] = ()
    #: The id of the danger, and whether it is sure; when it is not, it is asked gently.
    danger: str = ""
    is_sure: bool = False
    #: The id of the topic out of scope.
    topic: str = ""
    #: ISO 639-1.
    language: str = ITALIAN


#: The weights of the three scores of a text.
_BY_EXAMPLES, _BY_WORDS, _BY_NAMES = 1.0, 0.013, 0.1
#: The weight of the vector of a sentence beside its words, where there is one.
_BY_VECTOR = np.float32(1.0)
#: How little single examples are trusted.
_RIDGE = 0.5
#: From this score on a need is named, even in a text of another language.
_NAMED_SCORE = 1.0
#: How much less a need counts of which no service is for the person.
_MISMATCH_PENALTY = np.float32(0.15)
#: From this probability on the only need that is named is the one that is meant.
_LIKELY = 0.25
#: Words around values; a text that has no others asks for nothing.
_WORDS_OF_VALUES = STOP | word_set(ITALIAN, "stop_words", "around_values")
#: A text in which every word is less like any known one than this means nothing.
_GUESS = 0.75
#: Letters of a word that says something.
_SHORTEST = 3
#: Below this probability of the best need, a request for a person in one clause is what a whole text is about.
_NAMED_BESIDE = 0.6
#: So many candidates are handed out, and so many are explained.
_MOST, _MOST_EXPLAINED = 6, 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """A meaning with what led to it."""

    meaning: Meaning
    tokens: Sequence[Token]
    alert: DangerAlert | None


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The needs that a text may mean, and whether it means one at all."""

    kind: MeaningKind
    needs: tuple[Candidate, ...] = ()
    topic: str = ""


class MeaningReader:
    """Reads the meaning of texts, as a content has taught it. Immutable after construction, which takes a second."""

    def __init__(self, content: Content, today: dt.date, vectors: Vectors | None = None) -> None:
        """`today` is the day on which the ages in examples are read; days later it makes no difference."""
        self._vectors = vectors
        self._data = data = training_data_of(content)
        self._search = Search(data.search_entries())
        written = (word for word in data.known_words if word.isalpha())
        self._tokenizer = Tokenizer(written, data.joined_names, data.words_spelt_right)
        self._content = content
        self._eligibility = EligibilityPrior(content)
        self._slots = SlotReader(content.vocabulary, data.words_spelt_right)
        self._places = _place_words(content)
        self._foreign = ForeignNames({need.id: need.translated for need in content.vocabulary.needs.values()})
        sentences = [
            (number, self._tokens(typed), sentence)
            for (number, sentence), typed in zip(data.examples(), data.example_words, strict=True)
        ]
        # Half of the sentences are enough to calibrate by, and take far less time.
        judged = sentences[::2]
        self._classifier = self._train((*sentences[1::2], *judged), len(judged), today)
        left_out = self._classifier.left_out
        owners = np.array([number for number, _, _ in judged], dtype=np.intp)
        named = data.first_danger
        ours = np.flatnonzero(owners < named)
        fused = [self._fuse(left_out[i, :named], judged[i][1]) for i in ours]
        scores = np.array(fused, dtype=np.float32).reshape(-1, named)
        self._calibration = calibrate(scores, owners[ours], len(data.needs))
        self._dangers = DangerReader(data.dangers, left_out, owners, named, self._tokenizer)

    def read(self, said: Utterance, today: dt.date, known: Profile = MappingProxyType({})) -> Meaning:
        """Return what a text means on a day. `known` is what was answered before.

        Reads the first `MAX_TEXT_CHARACTERS`; takes time linear in them; never raises.
        """
        return self._read(said, today, known).meaning

    def explain(self, said: Utterance, today: dt.date, known: Profile = MappingProxyType({})) -> tuple[Evidence, ...]:
        """Return the lines of content and of language data that decided what a text means, the strongest first."""
        if (phrase := phrase_evidence(said)) is not None:
            return (phrase,)
        reading = self._read(said, today, known)
        meaning, first_topic = reading.meaning, len(self._data.needs)
        match meaning.kind:
            case MeaningKind.HUMAN:
                return request_evidence(said)
            case MeaningKind.URGENT if reading.alert is not None and reading.alert.evidence is not None:
                return (reading.alert.evidence,)
            case MeaningKind.URGENT:
                classes = [self._data.classes.index(meaning.danger, self._data.first_danger)]
            case MeaningKind.OUT_OF_SCOPE:
                classes = [self._data.classes.index(meaning.topic, first_topic)]
            case MeaningKind.NEED | MeaningKind.CHOOSE:
                shown = 1 if meaning.kind is MeaningKind.NEED else _MOST_EXPLAINED
                classes = [self._data.classes.index(one.need) for one in meaning.needs[:shown]]
            case _:
                classes = []
        features = features_of(reading.tokens, tags_of(meaning.slots))
        return tuple(one for number in classes for one in self._evidence_of(number, reading.tokens, features, today))

    def _evidence_of(self, number: int, tokens: Sequence[Token], features: Features, today: dt.date) -> Iterator[Evidence]:
        """Yield the name of a class that stands in a text, and the example of the class that is most like it."""
        owner = self._data.classes[number]
        if number in self._search.exact_names(tokens):
            stems = {name for token in tokens for name, _ in token.stems} | {stem(word) for word in STOP}
            names = [one for one in self._data.written_names[number] if stems.issuperset(map(stem, standard_words(one)))]
            if names:
                yield Evidence(EvidenceKind.NAME, owner, max(names, key=len))
        scored = [
            (
                self._classifier.likeness(
                    features, features_of(self._tokens(standard_words(one)), self._slots.tags(Utterance(one), today))
                ),
                one,
            )
            for one in self._data.sentences[number]
        ]
        likeness, sentence = max(scored, default=(0.0, ""))
        if likeness > 0:
            yield Evidence(EvidenceKind.EXAMPLE, owner, sentence)

    def _train(self, sentences: Sequence[tuple[int, list[Token], str]], judged: int, today: dt.date) -> Classifier:
        """Return a classifier of names, phrases and sentences; the last sentences are judged."""
        classes, features, texts = [], [], []
        for number, row in self._data.keyword_rows():
            features.append(features_of([Token(word, ((stem(word), 1.0),)) for word in row], ()))
            classes.append(number)
            texts.append(" ".join(row))
        for number, tokens, sentence in sentences:
            features.append(features_of(tokens, self._slots.tags(Utterance(sentence), today)))
            classes.append(number)
            texts.append(sentence)
        vectors = _BY_VECTOR * self._vectors(texts) if self._vectors is not None else None
        return Classifier(features, classes, len(self._data.sentences), ridge=_RIDGE, left_out=judged, vectors=vectors)

    def _read(self, said: Utterance, today: dt.date, known: Profile) -> _Reading:
        tokens = self._tokens(said.standard_words)
        spoken = language_of(said)
        slots = self._slots.stated(said, today)
        vector = _BY_VECTOR * self._vectors([said.text])[0] if self._vectors is not None else None
        scores = self._classifier.scores(features_of(tokens, tags_of(slots)), vector)
        ranked = self._rank(scores[: self._data.first_danger], tokens, said, spoken, {**known, **self._profile(slots)})
        alert = self._dangers.read(said, tokens, scores, self._harmless_need_probability(ranked.needs))
        if alert is not None and not alert.is_sure and not _is_known(tokens):
            alert = None

        def reading(kind: MeaningKind, topic: str = "") -> _Reading:
            danger, sure = (alert.danger, alert.is_sure) if alert is not None and kind is MeaningKind.URGENT else ("", False)
            return _Reading(Meaning(kind, slots, ranked.needs, danger, sure, topic, spoken), tokens, alert)

        # Who asks for a person, and may be in danger, is best helped by one.
        named = ranked.needs[0].probability if ranked.needs else 0.0
        wants_person = asks_for_person(said) or (named < _NAMED_BESIDE and mentions_person(said))
        if wants_person and not (alert and alert.is_sure):
            return reading(MeaningKind.HUMAN)
        # A text that is only like danger is so in words that were taught, and those are Italian.
        if alert is not None and (alert.is_sure or spoken == ITALIAN):
            return reading(MeaningKind.URGENT)
        if slots and (ranked.kind is MeaningKind.NOT_UNDERSTOOD or _WORDS_OF_VALUES.issuperset(token.word for token in tokens)):
            return reading(MeaningKind.VALUES)
        return reading(ranked.kind, ranked.topic)

    def _harmless_need_probability(self, needs: Sequence[Candidate]) -> float:
        """Return the probability of a need that danger does not bring with it, as it does violence or despair."""
        return needs[0].probability if needs and not self._content.vocabulary.needs[needs[0].need].sensitive else 0.0

    def _tokens(self, said: Sequence[str]) -> list[Token]:
        """Return the tokens of a text, but for places: where somebody lives says nothing of what they need."""
        return self._tokenizer.tokens([word for word in said if word not in self._places])

    def _profile(self, slots: Mapping[str, tuple[Value, ...]]) -> Profile:
        return {name: self._content.vocabulary.known(name, values) for name, values in slots.items()}

    def _fuse(self, by_examples: Floats, tokens: Sequence[Token]) -> Floats:
        """Return one score for each need and topic."""
        by_words, by_names = self._search.bm25(tokens), self._search.name_scores(tokens)
        fused: Floats = _BY_EXAMPLES * by_examples + _BY_WORDS * by_words + _BY_NAMES * by_names
        return fused

    def _rank(self, by_examples: Floats, tokens: Sequence[Token], said: Utterance, language: str, profile: Profile) -> _Ranked:
        translated = self._foreign.found(said, language) if language != ITALIAN else ()
        if translated:
            needs = tuple(Candidate(need, 1.0 / len(translated)) for need in translated[:_MOST])
            return _Ranked(MeaningKind.NEED if len(needs) == 1 else MeaningKind.CHOOSE, needs)
        if not _is_known(tokens):
            return _Ranked(MeaningKind.NOT_UNDERSTOOD)
        count = len(self._data.needs)
        if language != ITALIAN and float(self._search.name_scores(tokens)[:count].max(initial=0.0)) < _NAMED_SCORE:
            return _Ranked(MeaningKind.NOT_UNDERSTOOD)
        fused = self._fuse(by_examples, tokens)
        fused[:count] -= _MISMATCH_PENALTY * self._eligibility.mismatch(profile)
        decision = self._calibration.decide(fused)
        order = [int(number) for number in np.argsort(-fused[:count])[:_MOST]]
        # A need that is named as it is called is meant rather than one like it.
        named = [number for number in self._search.exact_names(tokens) if number < count]
        is_named = len(named) == 1 and float(decision.probabilities[named[0]]) >= _LIKELY
        if is_named:
            order.sort(key=lambda number: number != named[0])
        needs = tuple(Candidate(self._data.needs[number], float(decision.probabilities[number])) for number in order)
        if decision.topic >= 0:
            return _Ranked(MeaningKind.OUT_OF_SCOPE, needs, self._data.topics[decision.topic])
        if not decision.is_in_scope:
            return _Ranked(MeaningKind.NOT_UNDERSTOOD, needs)
        return _Ranked(MeaningKind.NEED if decision.is_sure or is_named else MeaningKind.CHOOSE, needs)


def _is_known(tokens: Sequence[Token]) -> bool:
    """Return True if a text has a word that is known, or much like one."""
    return any(weight >= _GUESS for token in tokens if len(token.word) >= _SHORTEST for _, weight in token.stems)


def _place_words(content: Content) -> frozenset[str]:
    """Return the words of the names of municipalities."""
    places = content.vocabulary.attributes.get(PLACE)
    terms = places.terms.values() if places is not None else ()
    return frozenset(word for term in terms for name in (term.label, *term.also) for word in standard_words(name)) - STOP
