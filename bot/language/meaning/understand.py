"""What a text means, whatever was asked: a danger, a wish for a person, needs and values, something out of scope, or nothing.

The order is that of DESIGN.md, section 8. The answer to an open question is no concern of this file (`entities/values.py`);
everything here is decided from the text, and from what is known already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from bot.core.attributes import PLACE
from bot.core.conditions import Profile, Value
from bot.core.content import Content
from bot.language.data import ITALIAN, word_set
from bot.language.entities.slots import SlotReader, tags_of
from bot.language.meaning.calibration import calibrated
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.danger import Alarms
from bot.language.meaning.eligibility import Fits
from bot.language.meaning.features import features_of
from bot.language.meaning.languages import ForeignNames, language_of
from bot.language.meaning.person_requests import asks_for_person, mentions_person
from bot.language.meaning.search import Search
from bot.language.meaning.sentence_vectors import Vectors
from bot.language.meaning.training_data import Lessons, lessons_of
from bot.language.text.normalise import MAX_TEXT_CHARACTERS
from bot.language.text.tokens import STOP, Token, Tokenizer, spelt, stem
from bot.language.text.utterance import Utterance

Scores = npt.NDArray[np.float32]


class MeaningKind(StrEnum):
    """What the bot should do."""

    #: Say the number to call, at once.
    URGENT = "urgent"
    #: Offer a person.
    HUMAN = "human"
    #: Go on with the first of the needs; or ask which one is meant.
    NEED = "need"
    CHOOSE = "choose"
    #: Say whom to ask instead.
    OUT_OF_SCOPE = "out_of_scope"
    #: Nothing but values: the answer to a question, or a beginning.
    VALUES = "values"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need, and how probable it is that it is meant."""

    need: str
    probability: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means. Immutable."""

    kind: MeaningKind
    #: The values that it states, by attribute, in the form of an answer.
    slots: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    #: The needs that may be meant, the likeliest first.
    needs: tuple[Candidate, ...] = ()
    #: The id of the danger, and whether it is sure; when it is not, it is asked gently.
    danger: str = ""
    sure: bool = False
    #: The id of the topic out of scope.
    topic: str = ""
    #: ISO 639-1.
    language: str = ITALIAN


#: How the three scores of a text are put together.
_BY_EXAMPLES, _BY_WORDS, _BY_NAMES = 1.0, 0.013, 0.1
#: How much the vector of a sentence counts beside its words, where there is one.
_BY_MEANING = 1.0
#: How little single examples are trusted.
_RIDGE = 0.5
#: From this score on a need is named, even in a text of another language.
_NAMED = 1.0
#: How much less a need counts of which no service is for the person.
_NOT_FOR = 0.15
#: From this probability on the only need that is named is the one that is meant.
_LIKELY = 0.25
#: Words around values; a text that has no others asks for nothing.
_OF_VALUES = STOP | word_set(ITALIAN, "stop_words", "around_values")
#: A text in which every word is less like any known one than this means nothing.
_GUESS = 0.75
#: Letters of a word that says something.
_SHORTEST = 3
#: Below this probability of the best need, a request for a person in one clause is what a whole text is about.
_NAMED_BESIDE = 0.6
#: So many candidates are handed out.
_MOST = 6


class MeaningReader:
    """Everything that content says of how people speak, ready to be used. Immutable after construction, which takes a second."""

    def __init__(self, content: Content, today: dt.date, vectors: Vectors | None = None) -> None:
        """`today` is the day on which the ages in examples are read; days later it makes no difference."""
        self._vectors = vectors
        lessons = lessons_of(content)
        self._needs, self._topics = lessons.needs, lessons.topics
        self._here = lessons.known
        self._search = Search(lessons.documents())
        written = (word for word in lessons.words if word.isalpha())
        self._tokenizer = Tokenizer(written, lessons.joined, lessons.words_spelt_right)
        self._vocabulary = content.vocabulary
        self._fits = Fits(content)
        self._slots = SlotReader(content.vocabulary, lessons.words_spelt_right)
        self._places = _place_words(content)
        self._foreign = ForeignNames({need.id: need.translated for need in content.vocabulary.needs.values()})
        sentences = [
            (number, self._tokens(typed), sentence)
            for (number, sentence), typed in zip(lessons.examples(), lessons.typed, strict=True)
        ]
        # Half of the sentences are enough to calibrate by, and take far less time.
        judged = sentences[::2]
        self._classifier = self._learnt(lessons, (*sentences[1::2], *judged), len(judged), today)
        left_out = self._classifier.left_out
        owners = np.array([number for number, _, _ in judged], dtype=np.intp)
        ours = np.flatnonzero(owners < self._here)
        fused = [self._fused(left_out[i, : self._here], judged[i][1]) for i in ours]
        scores = np.array(fused, dtype=np.float32).reshape(-1, self._here)
        self._calibration = calibrated(scores, owners[ours], len(self._needs))
        self._alarms = Alarms(lessons.dangers, left_out, owners, self._here, self._tokenizer)

    def _learnt(
        self, lessons: Lessons, sentences: Sequence[tuple[int, list[Token], str]], judged: int, today: dt.date
    ) -> Classifier:
        """A classifier taught with names, phrases and sentences; the last sentences are judged."""
        classes, features, texts = [], [], []
        for number, row in lessons.rows():
            features.append(features_of([Token(word, ((stem(word), 1.0),)) for word in row], ()))
            classes.append(number)
            texts.append(" ".join(row))
        for number, tokens, sentence in sentences:
            features.append(features_of(tokens, self._slots.tags(sentence, today)))
            classes.append(number)
            texts.append(sentence)
        vectors = np.float32(_BY_MEANING) * self._vectors(texts) if self._vectors is not None else None
        return Classifier(features, classes, len(lessons.sentences), ridge=_RIDGE, left_out=judged, vectors=vectors)

    def read(self, text: str, today: dt.date, known: Profile = MappingProxyType({}), language: str = ITALIAN) -> Meaning:
        """What `text` means on a day. `known` is what was answered before, `language` that of the chat.

        Reads the first `MAX_TEXT_CHARACTERS` characters; takes time linear in them; never raises.
        """
        text = text[:MAX_TEXT_CHARACTERS]
        tokens = self._tokens(spelt(text))
        spoken = language_of(text, language)
        slots = self._slots.stated(text, today)
        vector = np.float32(_BY_MEANING) * self._vectors([text])[0] if self._vectors is not None else None
        scores = self._classifier.scores(features_of(tokens, tags_of(slots)), vector)
        ranked = self._ranked(scores[: self._here], tokens, text, spoken, {**known, **self._profile(slots)})
        alarm = self._alarms.heard(text, tokens, scores, self._elsewhere(ranked.needs))
        alarm = alarm if alarm is not None and (alarm.sure or _is_known(tokens)) else None
        # Whoever asks for a person, and may be in danger, is best helped by one.
        named = ranked.needs[0].probability if ranked.needs else 0.0
        said = Utterance(text)
        if (asks_for_person(said) or (named < _NAMED_BESIDE and mentions_person(said))) and not (alarm and alarm.sure):
            return Meaning(MeaningKind.HUMAN, slots, ranked.needs, language=spoken)
        # What is only like danger is so in words that were taught, and those are Italian.
        if alarm is not None and (alarm.sure or spoken == ITALIAN):
            return Meaning(MeaningKind.URGENT, slots, ranked.needs, alarm.danger, alarm.sure, language=spoken)
        if slots and (ranked.kind is MeaningKind.NOT_UNDERSTOOD or _OF_VALUES.issuperset(token.word for token in tokens)):
            return Meaning(MeaningKind.VALUES, slots, ranked.needs, language=spoken)
        return Meaning(ranked.kind, slots, ranked.needs, topic=ranked.topic, language=spoken)

    def _elsewhere(self, needs: Sequence[Candidate]) -> float:
        """How probable a need is that danger does not bring with it, as it does violence or despair."""
        return needs[0].probability if needs and not self._vocabulary.needs[needs[0].need].sensitive else 0.0

    def _tokens(self, said: Sequence[str]) -> list[Token]:
        """The tokens of a text, but for places: where somebody lives says nothing of what they need."""
        return self._tokenizer.tokens([word for word in said if word not in self._places])

    def _profile(self, slots: Mapping[str, tuple[Value, ...]]) -> Profile:
        return {name: self._vocabulary.known(name, values) for name, values in slots.items()}

    def _fused(self, examples: Scores, tokens: Sequence[Token]) -> Scores:
        """One score for each need and topic."""
        found, named = self._search.bm25(tokens), self._search.names(tokens)
        fused: Scores = _BY_EXAMPLES * examples + _BY_WORDS * found + _BY_NAMES * named
        return fused

    def _ranked(self, examples: Scores, tokens: Sequence[Token], text: str, language: str, profile: Profile) -> _Ranked:
        translated = self._foreign.found(text, language) if language != ITALIAN else ()
        if translated:
            needs = tuple(Candidate(need, 1.0 / len(translated)) for need in translated[:_MOST])
            return _Ranked(MeaningKind.NEED if len(needs) == 1 else MeaningKind.CHOOSE, needs)
        if not _is_known(tokens):
            return _Ranked(MeaningKind.NOT_UNDERSTOOD)
        named = self._search.names(tokens)[: len(self._needs)]
        if language != ITALIAN and float(named.max(initial=0.0)) < _NAMED:
            return _Ranked(MeaningKind.NOT_UNDERSTOOD)
        fused = self._fused(examples, tokens)
        count = len(self._needs)
        fused[:count] -= np.float32(_NOT_FOR) * self._fits.against(profile)
        heard = self._calibration.heard(fused)
        order = np.argsort(-fused[:count])[:_MOST]
        # A need that is named as it is called is meant rather than one like it.
        named_whole = self._search.named(tokens) & set(range(count))
        likely = {number for number in named_whole if float(heard.probabilities[number]) >= _LIKELY}
        if len(named_whole) == 1 and likely:
            order = np.array(sorted((int(i) for i in order), key=lambda i: i not in likely), dtype=np.intp)
        needs = tuple(Candidate(self._needs[int(i)], float(heard.probabilities[i])) for i in order)
        if heard.topic >= 0:
            return _Ranked(MeaningKind.OUT_OF_SCOPE, needs, self._topics[heard.topic])
        if not heard.in_scope:
            return _Ranked(MeaningKind.NOT_UNDERSTOOD, needs)
        by_name = len(named_whole) == 1 and bool(likely)
        return _Ranked(MeaningKind.NEED if heard.sure or by_name else MeaningKind.CHOOSE, needs)


def _is_known(tokens: Sequence[Token]) -> bool:
    """Whether a text has a word that is known, or much like one."""
    return any(weight >= _GUESS for token in tokens if len(token.word) >= _SHORTEST for _, weight in token.stems)


def _place_words(content: Content) -> frozenset[str]:
    """The words of the names of municipalities."""
    places = content.vocabulary.attributes.get(PLACE)
    terms = places.terms.values() if places is not None else ()
    return frozenset(word for term in terms for name in (term.label, *term.also) for word in spelt(name)) - STOP


@dataclass(frozen=True, slots=True)
class _Ranked:
    kind: MeaningKind
    needs: tuple[Candidate, ...] = ()
    topic: str = ""
