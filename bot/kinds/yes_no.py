"""`yes_no`: yes or no.

    automobile:
      type: yes_no
      label: Automobile

A condition names one of both: `automobile: sì`.
"""

from __future__ import annotations

import datetime as dt

from bot.core.attributes import NO, YES, Attribute
from bot.core.conditions import Comparable, Value
from bot.kinds.kind import Sentences
from bot.kinds.names import NamedKind
from bot.language.entities.values import AnswerReader, Reading
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.text.utterance import Utterance

#: The ways to write the values in YAML.
_WRITTEN = {"yes": YES, "true": YES, "si": YES, "sì": YES, "no": NO, "false": NO}


class YesNoKind(NamedKind):
    """Yes or no."""

    name = "yes_no"
    texts = "yes_answer no_answer"

    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return yes or no for "sì", "yes", "true" and the like; any other text unchanged."""
        return (_WRITTEN.get(written.casefold(), written),)

    def value_ids(self, attribute: Attribute) -> tuple[str, ...]:
        """Return the ids of the two values, yes and no."""
        return (YES, NO)

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for yes and no."""
        return value in self.value_ids(attribute)

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return yes or no if the text is, or begins with, a word for it."""
        meant = phrase_of(said) or phrase_of(Utterance("".join(said.words[:1])))
        return Reading((YES,)) if meant is Phrase.YES else Reading((NO,)) if meant is Phrase.NO else Reading()

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return "sì" or "no"."""
        return sentences.say("yes_answer" if value == YES else "no_answer")

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the accepted values of a condition in words: "sì", "no"."""
        assert isinstance(accepted, frozenset)
        values = (value for value in self.value_ids(attribute) if value in accepted)
        return sentences.join("or_word", [self.say_inside(attribute, value, sentences) for value in values])


KIND = YesNoKind()
