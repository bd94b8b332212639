"""The sheet of a survey: one person's answers, stored without anything that identifies the person. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.core.attributes import Vocabulary, encode
from bot.core.flow import Flow
from bot.core.interview import Answer, AnswerKind
from bot.core.masking import mask

#: The codes of answers without a value.
DOES_NOT_KNOW, SKIPPED, DECLINED = "?", "-", "!"
_CODES = {AnswerKind.UNKNOWN: DOES_NOT_KNOW, AnswerKind.SKIPPED: SKIPPED, AnswerKind.DECLINED: DECLINED}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers of one person to a survey, by attribute; questions that were not asked are absent."""

    flow: str
    answers: Mapping[str, tuple[str, ...]]


def sheet_of(flow: Flow, answers: Mapping[str, Answer], counting: Collection[str], vocabulary: Vocabulary) -> Sheet:
    """Return a survey's answers as a sheet, in the order of the questions; personal data in free text is masked.

    Only answers to the attributes in `counting` are kept.
    """
    found: dict[str, tuple[str, ...]] = {}
    for question in flow.questions:
        answer = answers.get(question.fills)
        if answer is not None and question.fills in counting:
            free = not vocabulary[question.fills].terms
            values = (encode(value) for value in answer.values)
            texts = tuple(mask(text) if free else text for text in values)
            found[question.fills] = (_CODES[answer.kind],) if answer.kind in _CODES else texts
    return Sheet(flow.id, found)


def dump_sheet(sheet: Sheet) -> str:
    """Return a sheet as JSON."""
    return json.dumps({"flow": sheet.flow, "answers": sheet.answers}, ensure_ascii=False, separators=(",", ":"))


def load_sheet(text: str) -> Sheet:
    """Return the sheet that `dump_sheet` wrote. Raises ValueError, KeyError, TypeError or AttributeError for any other text."""
    written = json.loads(text)
    return Sheet(written["flow"], {attribute: tuple(values) for attribute, values in written["answers"].items()})
