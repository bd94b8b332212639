"""`scale`: how much, on a few steps in order, as a question of a survey.

    carico:
      type: scale
      label: Peso della cura
      values:
        "1": {label: Per niente}
        "2": {label: Poco}
        "3": {label: Abbastanza}
        "4": {label: Molto}

A condition names steps by their ids: `carico: ["3", "4"]`. The steps of several questions make a matrix: one attribute each.
"""

from __future__ import annotations

import datetime as dt

from bot.core.attributes import Attribute
from bot.core.replies import Expects
from bot.kinds.kind import YamlForm
from bot.kinds.names import NamedKind
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance


class ScaleKind(NamedKind):
    """Steps in order. A typed number is the id of a step."""

    name = "scale"
    yaml = YamlForm.VALUES
    expects = Expects.NUMBER

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the step that a number or the words of its label name."""
        number = said.plain_digits.strip().rstrip(".")
        return Reading((number,)) if number in attribute.terms else super().read(attribute, said, today, reader)


KIND = ScaleKind()
