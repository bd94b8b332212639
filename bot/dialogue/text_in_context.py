"""A typed text, the message that it answers, and its meanings: what the readers of texts read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from bot.core.attributes import PLACE, Attribute
from bot.core.replies import Reply
from bot.dialogue.context import Context
from bot.dialogue.intents import DoubtfulAnswer, PlainIntent, Statement, TypedAnswer
from bot.dialogue.named_needs import with_named_service, with_served_needs, without_unserved_need
from bot.dialogue.shown import Shown, shown_offers
from bot.dialogue.statements import statement_of
from bot.kinds.registry import kind_of
from bot.language.entities.outside_towns import town_outside
from bot.language.entities.references import spelt, wants_something
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.meaning.understand import Meaning
from bot.language.text.utterance import Utterance

#: From so many words on a text is a sentence rather than the answer to a question.
_SENTENCE_WORDS = 4


@dataclass(frozen=True)
class TextInContext:
    """A typed text, the message that it answers, and the meaning that it has by itself."""

    context: Context
    #: The message that the citizen has in front.
    front: Reply
    utterance: Utterance
    meaning: Meaning
    #: Every button has a key that can be typed.
    shows_keys: bool = False

    @property
    def is_sentence(self) -> bool:
        """Return True if the text is long enough to be more than an answer."""
        return len(self.utterance.text.split()) >= _SENTENCE_WORDS and not self.is_town

    @cached_property
    def is_town(self) -> bool:
        """Return True if the text is just the name of a municipality, and a municipality is asked for."""
        is_asked = self.attribute is not None and self.attribute.id == PLACE
        return is_asked and town_outside(self.utterance) is not None

    @property
    def attribute(self) -> Attribute | None:
        """Return the attribute that the question in front asks for; None where the citizen was not shown it."""
        question = self.context.question if not self.context.is_question_unseen else None
        return self.context.world.content.vocabulary[question.fills] if question is not None else None

    @cached_property
    def shown(self) -> Shown:
        """Return the offers that the citizen has in front."""
        return shown_offers(self.context, self.front)

    @cached_property
    def spelt(self) -> TextInContext:
        """Return the text with misspelt words corrected and its meaning read anew; the same object if nothing is misspelt."""
        said = spelt(self.utterance, self.context.world.asking_words)
        if said is self.utterance:
            return self
        meaning = self.context.world.understanding.read(said, self.context.now.date(), self.context.known)
        return replace(self, utterance=said, meaning=meaning)

    @cached_property
    def phrase(self) -> Phrase | None:
        """Return the standard phrase that the whole text is ("non lo so", "indietro"); None if it is none."""
        return phrase_of(self.utterance)

    @cached_property
    def answer(self) -> TypedAnswer | DoubtfulAnswer | None:
        """Return the text read as an answer to the open question, sure or doubtful; None if it answers nothing."""
        if self.attribute is None:
            return None
        today, reader = self.context.now.date(), self.context.world.answer_reader
        reading = kind_of(self.attribute).read(self.attribute, self.utterance, today, reader)
        if reading.values:
            found = TypedAnswer(self.attribute.id, reading.values)
            return found if not self.is_sentence else with_served_needs(self.context, self.utterance, self.meaning, found)
        return DoubtfulAnswer(self.attribute.id, reading.suggestions) if reading.suggestions else None

    @cached_property
    def statement(self) -> Statement | None:
        """Return the values that the text states; None for a bare "sì", "no" or "non lo so", which state nothing."""
        if self.phrase is not None:
            return None
        context, said = self.context, self.utterance
        meaning = with_named_service(context, said, self.meaning)
        activities = context.world.activities.words(said.standard_words)
        statement = statement_of(context, meaning, is_wish=wants_something(said), activities=activities)
        return without_unserved_need(context, said, meaning, statement)


Reader = Callable[[TextInContext], PlainIntent | None]
