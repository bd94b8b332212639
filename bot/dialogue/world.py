"""All that a turn depends on beside the session: content as seen on a date, and the names in it. Frozen."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot.core.attributes import Place
from bot.core.content import Content, DatedContent
from bot.core.flow import Flow, Purpose
from bot.core.interview import Answer, Interview, Pace, Position, position
from bot.core.privacy import NO_NOTICE, PrivacyNotice
from bot.core.services import Offer
from bot.core.topics import IntentId
from bot.dialogue.activities import Activities
from bot.dialogue.card_sentences import CardWords
from bot.dialogue.phrasing import Phrasing
from bot.language.data import ITALIAN
from bot.language.entities.references import REFERENCE_WORDS
from bot.language.entities.slots import SlotReader
from bot.language.entities.values import AnswerReader
from bot.language.meaning.intent_examples import IntentExamples
from bot.language.meaning.understand import MeaningReader
from bot.language.text.normalise import normalise
from bot.language.text.tokens import Tokenizer

#: Positions that a world remembers: many citizens stand at the same place.
_REMEMBERED_POSITIONS = 2000
#: Questions that are asked of any service. ("Isee" and "carrozzina" of the others are also looked for themselves.)
_ASKED_OF_ANY = [
    IntentId.ABOUT_COST,
    IntentId.ABOUT_PLACE,
    IntentId.ABOUT_HOURS,
    IntentId.ABOUT_PERIOD,
    IntentId.ABOUT_APPLY,
    IntentId.ABOUT_ROOM,
    IntentId.ABOUT_AGE,
    IntentId.ABOUT_CONTACT,
    IntentId.ABOUT_PROVIDER,
    IntentId.ABOUT_PRECEDENCE,
]
#: Digits of the name of a notice's version.
_VERSION_DIGITS = 8


#: Content and a day → the reader of meanings that the content teaches.
Teacher = Callable[[Content, dt.date], MeaningReader]


@dataclass(frozen=True)
class World:
    """The content of a date and the readers made from it. It never changes; slow parts are made when first needed."""

    content: Content
    dated: DatedContent
    #: Phrasings by language (ISO 639-1); Italian, the language of the content, is always there.
    phrasings: Mapping[str, Phrasing]
    #: There are desks that a chat can be handed to.
    is_staffed: bool = True
    #: The reader that the same content taught on another day, which takes a second.
    learnt: MeaningReader | None = None
    #: The reader of values of the same content on another day.
    values: SlotReader | None = None
    #: The maker of a reader of meanings, which may have kept what a content taught; by default one that learns anew.
    teach: Teacher = MeaningReader
    #: The facts of the notice on data protection.
    notice: PrivacyNotice = NO_NOTICE

    @classmethod
    def on(
        cls,
        content: Content,
        date: dt.date,
        *,
        is_staffed: bool = True,
        learnt: MeaningReader | None = None,
        values: SlotReader | None = None,
        teach: Teacher = MeaningReader,
        notice: PrivacyNotice = NO_NOTICE,
    ) -> World:
        """Return the world of a date. A new one is made at midnight and when content changes."""
        phrasings = {ITALIAN: Phrasing(content.texts, content.vocabulary, ITALIAN)}
        return cls(content, content.on(date), phrasings, is_staffed, learnt, values, teach, notice)

    def with_content(self, content: Content) -> World:
        """Return the world of the same day for content in which only facts differ, no words: what was learnt is reused."""
        if content is self.content:
            return self
        learnt, values = self.readers
        return replace(self, content=content, dated=content.on(self.dated.date), learnt=learnt, values=values)

    @property
    def readers(self) -> tuple[MeaningReader | None, SlotReader | None]:
        """Return the readers of meanings and of values, None for each that is not made yet."""
        return self.__dict__.get("understanding", self.learnt), self.__dict__.get("slot_reader", self.values)

    @property
    def phrasing(self) -> Phrasing:
        """Return the phrasing for managers, in the language of the content."""
        return self.phrasings[ITALIAN]

    def phrasing_in(self, language: str) -> Phrasing:
        """Return the phrasing for the chats in a language; the Italian one if there is no other."""
        return self.phrasings.get(language, self.phrasing)

    @cached_property
    def understanding(self) -> MeaningReader:
        """Return the reader of meanings; it is trained on the content when first asked for."""
        return self.learnt or self.teach(self.content, self.dated.date)

    @cached_property
    def slot_reader(self) -> SlotReader:
        """Return the reader of the values that a sentence states."""
        return self.values or SlotReader(self.content.vocabulary)

    @property
    def answer_reader(self) -> AnswerReader:
        """Return the reader of typed answers."""
        return self.slot_reader.answers

    @cached_property
    def notice_version(self) -> str:
        """Return a text that identifies the current privacy notice.

        If facts or sentences change, so does it, and citizens see it again.
        """
        told = [text for key, text in sorted(self.content.texts.items()) if key.startswith(("privacy_", "first_notice"))]
        return hashlib.sha256(repr((self.notice, told)).encode()).hexdigest()[:_VERSION_DIGITS]

    @cached_property
    def intent_examples(self) -> IntentExamples:
        """Return the reader of short texts to the bot itself and about shown offers, which compares them with examples."""
        return IntentExamples(self.content.intents)

    @cached_property
    def asking_words(self) -> Tokenizer:
        """Return the known words for correcting the spelling of questions about shown offers.

        Words of questions come first, then words of the content.
        """
        vocabulary, examples = self.content.vocabulary, self.intent_examples.words
        terms = [term for each in vocabulary.attributes.values() for term in each.terms.values()]
        # Hardly anybody means a town outside the network.
        terms.sort(key=lambda term: isinstance(term, Place) and not term.core)
        named = [phrase for danger in self.content.dangers.values() for phrase in danger.phrases]
        named += [name for topic in self.content.topics.values() for name in (topic.label, *topic.also)]
        named += [name for term in terms for name in (term.label, *term.also)]
        written = [*self.service_names.values(), *map(normalise, named)]
        words = dict.fromkeys((*examples, *sorted(REFERENCE_WORDS), *(word for text in written for word in text.split())))
        return Tokenizer((word for word in words if word.isalpha()), {})

    @cached_property
    def card_words(self) -> CardWords:
        """Return the words on the service cards of this date, with their rarity."""
        return CardWords(self.dated.offers.values())

    @cached_property
    def service_names(self) -> Mapping[str, str]:
        """Return the name of each service by its id, normalised, with a space on either side."""
        return {service.id: f" {normalise(service.name)} " for service in self.content.services}

    @cached_property
    def activities(self) -> Activities:
        """Return the index of the activities that the services of this date offer."""
        asked = (self.content.intents[intent].also for intent in _ASKED_OF_ANY if intent in self.content.intents)
        return Activities(self.dated.offers.values(), self.content.vocabulary, itertools.chain(*asked))

    @cached_property
    def first_flow(self) -> Flow:
        """Return the flow that /start begins: of the flows that find services, the one with most offers."""
        finding = [flow for flow in self.content.flows.values() if flow.purpose is Purpose.MATCH]
        return max(finding, key=lambda flow: len(self.dated.index(flow).offers))

    @property
    def flows(self) -> Sequence[Flow]:
        """Return all flows, the first one first."""
        return [self.first_flow, *(flow for flow in self.content.flows.values() if flow is not self.first_flow)]

    def flow(self, interview: Interview | None) -> Flow:
        """Return the flow of an interview; the first flow if there is none, or if it is gone."""
        return self.content.flows.get(interview.flow if interview else "", self.first_flow)

    def position(self, interview: Interview) -> Position:
        """Return the position of an interview; the latest results are cached."""
        return self._position(interview.flow, interview.focus, interview.pace, tuple(interview.answers.items()))

    @cached_property
    def _position(self) -> Callable[[str, str | None, Pace, tuple[tuple[str, Answer], ...]], Position]:
        """Return the cached function behind `position`, which threads may share."""

        @lru_cache(_REMEMBERED_POSITIONS)
        def derived(flow: str, focus: str | None, pace: Pace, answers: tuple[tuple[str, Answer], ...]) -> Position:
            interview = Interview(flow, answers=dict(answers), focus=focus, pace=pace)
            return position(interview, self.flow(interview), self.dated.index(self.flow(interview)))

        return derived

    def flow_of_command(self, command: str) -> Flow | None:
        """Return the flow with a command; None if there is none."""
        return next((flow for flow in self.content.flows.values() if flow.command == command), None)

    def offer_linked(self, ids: Collection[str]) -> Offer | None:
        """Return the offer of a service that a link names, at the municipality it names; the first one if it names none."""
        found = [offer for offer in self.dated.offers.values() if offer.service.id in ids]
        return next((offer for offer in found if offer.location.place in ids), found[0] if found else None)
