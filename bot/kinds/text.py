"""`text`: free text, as the answer to a question of a survey.

    idee:
      type: text
      label: Idee

There are no conditions on it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata

from bot.core.attributes import Attribute, Form
from bot.core.conditions import Comparable, Value
from bot.core.replies import Expects
from bot.kinds.kind import AttributeKind, Sentences
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance


class TextKind(AttributeKind):
    """Free text."""

    name = "text"
    form = Form.NONE
    expects = Expects.NUMBER
    is_free_text = True

    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return the text."""
        return (written,)

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for any text."""
        return isinstance(value, str)

    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return texts in the form for conditions, although no condition can use free text."""
        return frozenset(map(str, values))

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the text in one line, without control characters."""
        printable = (" " if unicodedata.category(c).startswith("C") else c for c in said.text)
        line = " ".join("".join(printable).split())
        return Reading((line,)) if line else Reading()

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return the text."""
        return str(value)

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return an empty text: there are no conditions on free text."""
        return ""


KIND = TextKind()
