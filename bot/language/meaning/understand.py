"""The meaning of a text by itself: a danger, a wish for a person, needs and values, a topic out of scope, or nothing.

Answers to an open question are read elsewhere (`entities/values.py`); everything here is decided from the text, and from what is
known already.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

import numpy as np

from bot.core.conditions import Profile, Value
from bot.core.content import Content
from bot.core.topics import DangerReport, DangerTier, IntentId
from bot.language.data import ITALIAN
from bot.language.meaning.arrays import Floats
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.meaning.languages import language_of
from bot.language.meaning.learnt import LearntState, learn
from bot.language.meaning.person_requests import request_evidence
from bot.language.meaning.phrases import phrase_evidence, without_courtesies
from bot.language.meaning.sentence_vectors import Encoder, VectorsUnavailable
from bot.language.meaning.signs import CLAUSE_END, WORDS_OF_VALUES, SignReader, TextReading
from bot.language.meaning.training_data import ClassGroup, training_data_of, usual_answers
from bot.language.text.tokens import STOP, standard_words
from bot.language.text.utterance import Utterance


class MeaningKind(StrEnum):
    """The kinds of meaning, on which the bot's reaction depends."""

    #: Say the number to call, at once or gently.
    URGENT = "urgent"
    #: Offer a person.
    HUMAN = "human"
    #: Answer what is said to the bot itself.
    INTENT = "intent"
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
    #: The danger that it tells of; one that is only quiet leaves the kind as it is.
    danger: DangerReport | None = None
    #: The id of the topic out of scope, or of the intent.
    topic: str = ""
    intent: str = ""
    #: ISO 639-1.
    language: str = ITALIAN
    #: The probability of this meaning, from 0 to 1.
    probability: float = 0.0


#: The probabilities from which a danger is said to be one, and is asked about.
_SURE, _LIKELY = 0.6, 0.18
#: The same for asking where the likeliest need is one of people in such danger: "se esco mi mena".
_LIKELY_BESIDE_NEED = 0.03
#: The probability from which a need is gone on with unasked, a canned answer is given, or an intent is answered.
_ASSERTED = 0.5
#: The probability that a name alone means the need or topic that it names.
_NAMED = 0.9
#: So many known words are in a text that may quietly tell of danger.
_FEWEST_WORDS = 2
#: The likeness to a taught word from which one that is all a text says may tell of danger.
_ALIKE = 0.85
#: The probability from which a person is offered: nobody is harmed by that.
_OFFERED = 0.2
#: A text that asks for a need in one of its clauses, and in the rest tells of the person, is no stranger to us.
_ALSO_VALUES = 0.25
#: Where one thing that is said ends, and so many are looked at by themselves.
_CLEAR_CLAUSE = 0.9
#: The probability that a clause gives to a text that is of something else: enough for a question.
_MAY_BE = 0.5
_MOST_CLAUSES = 6
#: The probability from which the only need that is named is the one that is meant.
_LIKELY_NEED = 0.25
#: Under this probability of the likeliest need, some need must be likelier than none: many that are all unlikely are a guess.
_SHOWN = 0.15
#: Under this one no need is offered, however likely all are together: neutral words with the numbers help more than a guess.
_GUESSED, _NEVER = 0.08, 2.0
#: So many candidates are handed out, and so many are explained.
_MOST, _MOST_EXPLAINED = 6, 3


class MeaningReader:
    """Reads the meaning of texts, trained on a content. Immutable after construction."""

    def __init__(
        self, content: Content, today: dt.date, encoder: Encoder | None = None, state: LearntState | None = None
    ) -> None:
        """Prepare the reader; ages in examples are read as on `today`. A few days' difference does not matter.

        Without a stored `state` the reader is trained on the content, which takes seconds.
        """
        self._data = data = training_data_of(content)
        self._encoder = encoder
        self._signs = SignReader(content, data)
        self.state = state or learn(data, self._signs, today, encoder)
        groups = self._signs.groups
        self._of_group = {group: np.flatnonzero(groups == group) for group in ClassGroup}
        answers = (word for answer in usual_answers(content) for word in standard_words(answer))
        self._value_words = WORDS_OF_VALUES.union(answers)
        self._is_harmless = ~np.isin(groups, (ClassGroup.DANGER, ClassGroup.UNLIKE))

    @cached_property
    def by_words(self) -> MeaningReader:
        """Return a reader that compares words only: quicker, and enough for managers, who know the names of services."""
        reader = copy.copy(self)
        reader._encoder = None  # noqa: SLF001 - another way to make one
        return reader

    def is_taught_by(self, content: Content) -> bool:
        """Return True if training on another content would give this same reader."""
        return self._signs.reads_by(content) and self._data == training_data_of(content)

    def read(self, said: Utterance, today: dt.date, known: Profile = MappingProxyType({})) -> Meaning:
        """Return the meaning of a text on a day; `known` are the answers given before.

        Reads the first `MAX_TEXT_CHARACTERS`; takes time linear in them; never raises.
        """
        reading = self._signs.read(without_courtesies(said), language_of(said), today)
        if not said.words:
            return Meaning(MeaningKind.NOT_UNDERSTOOD, language=reading.language)
        return self._meaning(reading, self._probabilities(reading, known))

    def _probabilities(self, reading: TextReading, known: Profile) -> Floats:
        likeness = self.state.classifier.likeness(reading.features, self._vector(reading.said))
        found: Floats = self.state.probabilities(self._signs.signs([reading], [likeness], known))[0]
        return found

    def parts(self, said: Utterance, today: dt.date) -> tuple[Floats, ...]:
        """Return for each class the score of a text by each kind of sign: examples, vectors, words, names and others."""
        reading = self._signs.read(said, language_of(said), today)
        likeness = self.state.classifier.likeness(reading.features, self._vector(said))
        return tuple(each[0] for each in self._signs.signs([reading], [likeness]).classes)

    def _vector(self, said: Utterance) -> Floats | None:
        """Return the sentence vector of a text; None if only words are compared, or the server of vectors does not answer."""
        if self._encoder is None:
            return None
        try:
            found: Floats = self._encoder([said.text.lower()])[0]
        except VectorsUnavailable:
            return None
        return found

    def _meaning(self, reading: TextReading, probabilities: Floats) -> Meaning:
        """Return the meaning of a text, given the probability of each class."""
        clearest, danger_mass = self._clearest_danger(reading, probabilities)
        # If it is no danger, it is one of the others, whatever it looks like.
        harmless = np.where(self._is_harmless, probabilities, 0)
        harmless /= max(float(harmless.sum()), 1e-9)
        best = {group: self._best(group, harmless) for group in ClassGroup}
        mass = {group: float(harmless[numbers].sum()) for group, numbers in self._of_group.items()}
        needs = self._candidates(harmless)
        danger = self._danger(reading, clearest, danger_mass, needs)

        def meaning(kind: MeaningKind, probability: float, *, topic: str = "", intent: str = "") -> Meaning:
            return Meaning(kind, reading.slots, needs, danger, topic, intent, reading.language, probability)

        if danger is not None and danger.tier is not DangerTier.QUIET:
            return meaning(MeaningKind.URGENT, danger_mass)
        intent, intent_probability = best[ClassGroup.INTENT]
        if self._wants_person(reading, harmless, needs):
            return meaning(MeaningKind.HUMAN, intent_probability)
        if intent_probability >= _ASSERTED:
            return meaning(MeaningKind.INTENT, intent_probability, intent=intent)
        if self._states_values_alone(reading):
            return meaning(MeaningKind.VALUES, mass[ClassGroup.NOTHING])
        if named := self._signs.needs_named_alone(reading):
            others = (candidate for candidate in needs if candidate.need not in named)
            needs = (*sorted(self._candidates_of(named, harmless), key=lambda one: -one.probability), *others)[:_MOST]
            return meaning(MeaningKind.NEED if len(named) == 1 else MeaningKind.CHOOSE, _NAMED)
        topic, topic_probability = best[ClassGroup.TOPIC]
        if needs and (needs[0].probability >= _ASSERTED or self._is_named(needs[0], reading)):
            return meaning(MeaningKind.NEED, needs[0].probability)
        # The answers of other offices are written in Italian.
        if topic_probability >= _ASSERTED and reading.language == ITALIAN:
            return meaning(MeaningKind.OUT_OF_SCOPE, topic_probability, topic=topic)
        if mass[ClassGroup.NEED] >= self._least_need(reading, needs) and self._says_something(reading):
            return meaning(MeaningKind.CHOOSE, needs[0].probability)
        kind = MeaningKind.VALUES if self._states_mostly_values(reading) else MeaningKind.NOT_UNDERSTOOD
        return meaning(kind, mass[ClassGroup.NOTHING] if kind is MeaningKind.VALUES else 1 - mass[ClassGroup.NEED])

    def _states_mostly_values(self, reading: TextReading) -> bool:
        """Return True if a text states values and little else: in "domani nevica a Paullo?" the snow is what is meant."""
        telling = [word for token in reading.tokens if (word := token.word) not in STOP and len(word) > 2]
        return bool(reading.slots) and sum(word in self._value_words for word in telling) * 2 > len(telling)

    def _least_need(self, reading: TextReading, needs: tuple[Candidate, ...]) -> float:
        """Return the probability of any need from which the likeliest are offered."""
        if not needs or needs[0].probability < _GUESSED:
            return _NEVER
        if needs[0].probability < _SHOWN:
            return _ASSERTED
        return _ALSO_VALUES if reading.slots else self.state.least_need

    def _says_something(self, reading: TextReading) -> bool:
        """Return True if a text can be compared with training texts: it has a vector, or at least one known word."""
        return self._encoder is not None or self._signs.known_words(reading) > 0

    @staticmethod
    def _states_values_alone(reading: TextReading) -> bool:
        """Return True if a text states values and nothing else."""
        return bool(reading.slots) and WORDS_OF_VALUES.issuperset(token.word for token in reading.tokens)

    def _clearest_danger(self, reading: TextReading, probabilities: Floats) -> tuple[Floats, float]:
        """Return the class probabilities of a text, or of that clause of it which most clearly tells of danger; and the danger's.

        A danger is not outweighed by the rest of the text: "vorrei un operatore, mio marito mi picchia". In a text about
        something else, a clause without a phrase of danger may only be a hint: "primo figlio, non so neanche come si respira".
        """
        numbers = self._of_group[ClassGroup.DANGER]
        mass = float(probabilities[numbers].sum())
        clauses = [clause for clause in CLAUSE_END.split(reading.said.text) if len(clause.split()) >= _FEWEST_WORDS]
        if mass >= _SURE or len(clauses) < 2:
            return probabilities, mass
        is_suspect = mass >= _LIKELY
        for clause in clauses[:_MOST_CLAUSES]:
            said = Utterance(clause, reading.said.language)
            own = self._signs.part(said, reading)
            found = self._probabilities(own, MappingProxyType({}))
            of_danger = float(found[numbers].sum())
            if of_danger < _CLEAR_CLAUSE:
                continue
            if not is_suspect and self._signs.exact_names(own).isdisjoint(numbers.tolist()):
                of_danger = _MAY_BE
            if of_danger >= mass:
                probabilities, mass = found, of_danger
        return probabilities, mass

    def _is_named(self, need: Candidate, reading: TextReading) -> bool:
        """Return True if a likely need is the only one whose full name occurs in a text."""
        return need.probability >= _LIKELY_NEED and self._signs.named_needs(reading) == {need.need}

    def _wants_person(self, reading: TextReading, probabilities: Floats, needs: tuple[Candidate, ...]) -> bool:
        """Return True if a text asks for a person.

        By likeness to such sentences, or by words for it, unless a need outweighs them.
        """
        number, request = self._data.number(ClassGroup.INTENT, IntentId.PERSON), self._signs.request(reading.said)
        person = float(probabilities[number]) if number >= 0 else 0.0
        need = needs[0].probability if needs else 0.0
        return person >= max(_OFFERED, need) or (request > 0 and need < request * _ASSERTED)

    def _best(self, group: ClassGroup, probabilities: Floats) -> tuple[str, float]:
        """Return the id of the likeliest class of a group, with its probability."""
        numbers = self._of_group[group]
        if not len(numbers):
            return "", 0.0
        number = int(numbers[probabilities[numbers].argmax()])
        return self._data.classes[number].id, float(probabilities[number])

    def _candidates_of(self, needs: Iterable[str], probabilities: Floats) -> list[Candidate]:
        numbers = [self._data.number(ClassGroup.NEED, need) for need in needs]
        return [Candidate(self._data.needs[number], max(float(probabilities[number]), _NAMED)) for number in numbers]

    def _candidates(self, probabilities: Floats) -> tuple[Candidate, ...]:
        of_needs = probabilities[: len(self._data.needs)]
        order = np.argsort(-of_needs, kind="stable")[:_MOST]
        return tuple(Candidate(self._data.needs[number], float(of_needs[number])) for number in order)

    def _danger_behind(self, needs: tuple[Candidate, ...], reading: TextReading) -> DangerReport | None:
        """Return the danger that somebody may be in who has one of the likeliest needs: "un centro antiviolenza"."""
        behind = self._data.dangers_behind
        likely = (one for place, one in enumerate(needs) if one.probability >= (_LIKELY_NEED if place else _SHOWN))
        found = next((behind[one.need] for one in likely if one.need in behind), None)
        return DangerReport(found, "", DangerTier.QUIET, reading.language) if found is not None else None

    def _tier(self, reading: TextReading, mass: float, *, is_beside_need: bool) -> DangerTier | None:
        """Return the certainty of a danger, given its probability and whether a likely need is one of people in danger.

        None if a text tells of no danger.
        """
        named = self._signs.needs_named_alone(reading)
        if named and self._data.dangers_behind.keys().isdisjoint(named):
            # Staff have said what this name means: "tenere i bambini", "fumo".
            return DangerTier.QUIET if mass >= self.state.quiet_danger else None
        # A word or two that are like nothing are not like danger either, and answers like "un bambino" tell of none.
        least = self.state.quiet_danger if self._signs.known_words(reading) >= _FEWEST_WORDS else _LIKELY
        if mass < least or self._states_values_alone(reading) or self._is_unknown_word(reading):
            return None
        likely = _LIKELY_BESIDE_NEED if is_beside_need and not named else _LIKELY
        if self._is_bare_word(reading):
            return DangerTier.LIKELY if mass >= _SURE else DangerTier.QUIET
        return DangerTier.SURE if mass >= _SURE else DangerTier.LIKELY if mass >= likely else DangerTier.QUIET

    def _is_bare_word(self, reading: TextReading) -> bool:
        """Return True if a text is a single word and no phrase of danger, so that it proves little: "taglio", "terra", "blu".

        Only in Italian: in other languages a word can be a whole sentence.
        """
        if len(set(reading.said.words)) > 1 or reading.language != ITALIAN or not reading.said.words[0].isascii():
            return False
        return self._signs.exact_names(reading).isdisjoint(self._of_group[ClassGroup.DANGER].tolist())

    def _is_unknown_word(self, reading: TextReading) -> bool:
        """Return True if a text is a single word unlike any training text, as a misspelt town is: "melgn"."""
        words, likeness = reading.said.words, [weight for token in reading.tokens for _, weight in token.stems]
        is_unlike = not self._signs.known_words(reading) or max(likeness, default=0.0) < _ALIKE
        return len(words) == 1 and words[0].isascii() and is_unlike

    def _danger(
        self, reading: TextReading, probabilities: Floats, mass: float, needs: tuple[Candidate, ...]
    ) -> DangerReport | None:
        """Return the likeliest danger that a text may tell of, with its likeliest variant; None without one."""
        behind = self._danger_behind(needs, reading)
        if (tier := self._tier(reading, mass, is_beside_need=behind is not None)) is None:
            return behind
        numbers, masses = self._of_group[ClassGroup.DANGER], dict[str, float]()
        for number in numbers:
            owner = self._data.classes[number].id
            masses[owner] = masses.get(owner, 0.0) + float(probabilities[number])
        likeliest = max(masses, key=lambda owner: masses[owner])
        own = [number for number in numbers if self._data.classes[number].id == likeliest]
        variant = self._data.classes[max(own, key=lambda number: float(probabilities[number]))].variant
        return DangerReport(likeliest, variant, tier, reading.language)

    def explain(self, said: Utterance, today: dt.date, known: Profile = MappingProxyType({})) -> tuple[Evidence, ...]:
        """Return the lines of content and of language data that decided what a text means, the strongest first."""
        if (phrase := phrase_evidence(said)) is not None:
            return (phrase,)
        reading = self._signs.read(without_courtesies(said), language_of(said), today)
        meaning = self._meaning(reading, self._probabilities(reading, known))
        if meaning.kind is MeaningKind.HUMAN and self._signs.request(said):
            return request_evidence(said)
        return tuple(one for number in self._deciding(meaning) for one in self._evidence_of(number, reading))

    def _deciding(self, meaning: Meaning) -> list[int]:
        """Return the numbers of the classes that a meaning belongs to."""
        number = self._data.number
        match meaning.kind:
            case MeaningKind.URGENT if meaning.danger is not None:
                return [number(ClassGroup.DANGER, meaning.danger.danger, meaning.danger.variant)]
            case MeaningKind.OUT_OF_SCOPE:
                return [number(ClassGroup.TOPIC, meaning.topic)]
            case MeaningKind.INTENT:
                return [number(ClassGroup.INTENT, meaning.intent)]
            case MeaningKind.HUMAN:
                return [number(ClassGroup.INTENT, IntentId.PERSON)]
            case MeaningKind.NEED | MeaningKind.CHOOSE:
                shown = 1 if meaning.kind is MeaningKind.NEED else _MOST_EXPLAINED
                return [number(ClassGroup.NEED, one.need) for one in meaning.needs[:shown]]
            case _:
                return []

    def _evidence_of(self, number: int, reading: TextReading) -> Iterator[Evidence]:
        """Yield a class's name that occurs in a text, and the training sentence that speaks most for the class."""
        owner = self._data.classes[number]
        if (name := self._signs.name_in(number, reading)) is not None:
            kind = EvidenceKind.PHRASE if owner.group is ClassGroup.DANGER else EvidenceKind.NAME
            yield Evidence(kind, owner.id, name)
        likeness = self.state.classifier.likeness(reading.features, self._vector(reading.said))
        row = self.state.classifier.evidence(likeness, number)
        if row >= 0 and self.state.texts[row].is_sentence:
            yield Evidence(EvidenceKind.EXAMPLE, owner.id, self.state.texts[row].text)
