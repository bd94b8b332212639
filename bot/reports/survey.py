"""The results of a survey: how often each answer was given, the sheets as data, and the code book that explains them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook

from bot.core.attributes import Attribute
from bot.core.flow import Flow
from bot.core.secrecy import Level
from bot.core.survey import DECLINED, DOES_NOT_KNOW, SKIPPED, Sheet
from bot.dialogue.world import World
from bot.json_types import Json
from bot.kinds.registry import kind_of
from bot.reports.files import csv_text, plain_cell
from bot.reports.report import Count
from bot.reports.words import HIDDEN

#: The codes of answers without a value, as the code book explains them.
_CODES = {DOES_NOT_KNOW: "non lo so", SKIPPED: "domanda saltata", DECLINED: "preferisce non dirlo", "": "domanda non fatta"}
#: The label of an answer that is not among those to choose from, or not any more; and of a question that is not asked any more.
_OTHER_ANSWER, _OLD_QUESTION = "{name} (altra risposta)", "{name} (domanda che non si fa più)"
#: Between the codes of several answers.
_AND = " "

_Cells = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """The results of a survey at a level of secrecy."""

    flow: Flow
    world: World
    sheets: Sequence[Sheet]
    level: Level

    @property
    def count(self) -> Count:
        """Return the number of people who answered; None if they are too few to be shown."""
        return self._protected([len(self.sheets)])[0]

    def tables(self) -> Mapping[str, list[tuple[str, str, Count]]]:
        """Return, for each question with answers to choose from, each answer with its code, its label and its count."""
        return {id: self._table(attribute) for id, attribute in self._attributes().items() if self._labels(attribute)}

    def as_json(self) -> dict[str, Json]:
        """Return the results for programs; hidden counts are null."""
        answers = {
            id: [{"code": code, "label": label, "count": count} for code, label, count in rows]
            for id, rows in self.tables().items()
        }
        return {"survey": self.flow.id, "level": self.level.name.lower(), "sheets": self.count, "answers": answers}

    def csv_files(self) -> Mapping[str, str]:
        """Return results, data and code book as CSV, by file name; no data where the sheets are too few to be shown."""
        files = {"risultati.csv": csv_text(self._result_rows()), "codici.csv": csv_text(self._code_rows())}
        return {**files, "dati.csv": csv_text(self._data_rows())} if self._shows_data else files

    def workbook(self) -> bytes:
        """Return results, data and code book as an Excel workbook."""
        book = Workbook()
        book.remove(book.worksheets[0])
        parts = {"risultati": self._result_rows(), "codici": self._code_rows()}
        for name, rows in {**parts, **({"dati": self._data_rows()} if self._shows_data else {})}.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append([plain_cell(one) for one in row])
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    @property
    def _shows_data(self) -> bool:
        """Return True if single sheets may be shown: inside the network, and only of enough people."""
        return self.level is Level.INSIDE and self.count is not None

    def _attributes(self) -> Mapping[str, Attribute]:
        vocabulary = self.world.content.vocabulary
        return {question.fills: vocabulary[question.fills] for question in self.flow.questions}

    def _old_questions(self) -> list[str]:
        """Return the attributes that some stored answers have but the survey no longer asks for."""
        asked = self._attributes()
        return sorted({id for sheet in self.sheets for id in sheet.answers if id not in asked})

    def _labels(self, attribute: Attribute) -> Mapping[str, str]:
        """Return the labels of an attribute's answers by id; empty for free text and numbers, which have no counts."""
        return {id: term.label for id, term in attribute.terms.items()} or {
            id: self.world.phrasing.value(attribute, id) for id in kind_of(attribute).value_ids(attribute)
        }

    def _table(self, attribute: Attribute) -> list[tuple[str, str, Count]]:
        given = Counter(code for sheet in self.sheets for code in sheet.answers.get(attribute.id, ()))
        labels = {**self._labels(attribute), **{code: label for code, label in _CODES.items() if code}}
        # A survey that is edited while it is open loses no answer that was given before.
        labels |= {code: _OTHER_ANSWER.format(name=code) for code in sorted(given) if code not in labels}
        codes = [code for code in labels if given[code] or code not in _CODES]
        counts = self._protected([given[code] for code in codes])
        return [(code, labels[code], count) for code, count in zip(codes, counts, strict=True)]

    def _protected(self, counts: Sequence[int]) -> list[Count]:
        """Return counts with small ones hidden.

        If only one is hidden, the smallest other is hidden too, or it could be computed.
        """
        least, step = self.level.value.least, self.level.value.rounding
        hidden = {at for at, count in enumerate(counts) if count < least}
        if len(hidden) == 1 and len(counts) > 1:
            hidden.add(min((at for at in range(len(counts)) if at not in hidden), key=lambda at: counts[at]))
        return [None if at in hidden else (count + step // 2) // step * step for at, count in enumerate(counts)]

    def _result_rows(self) -> Iterator[_Cells]:
        yield ("variabile", "domanda", "codice", "risposta", "quante")
        asked = {question.fills: question.ask for question in self.flow.questions}
        for id, rows in self.tables().items():
            for code, label, count in rows:
                yield (id, asked[id], code, label, HIDDEN if count is None else count)

    def _data_rows(self) -> Iterator[_Cells]:
        ids = (*self._attributes(), *self._old_questions())
        yield ids
        for sheet in self.sheets:
            yield tuple(_AND.join(sheet.answers.get(id, ())) for id in ids)

    def _code_rows(self) -> Iterator[_Cells]:
        """Yield the rows of the code book.

        Name, label and kind of each variable, and the label of each code (as SPSS has them).
        """
        yield ("variabile", "etichetta", "tipo", "codice", "significato")
        for question in self.flow.questions:
            attribute = self.world.content.vocabulary[question.fills]
            kind = f"{attribute.kind.name}{', più risposte' if attribute.multiple else ''}"
            labels = {**self._labels(attribute), **_CODES}
            labels |= {code: label for code, label, _ in self.tables().get(attribute.id, ()) if code not in labels}
            yield from ((attribute.id, question.ask, kind, code, label) for code, label in labels.items())
        for id in self._old_questions():
            yield (id, _OLD_QUESTION.format(name=id), "", "", "")
