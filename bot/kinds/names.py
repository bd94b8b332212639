"""Kinds whose values are terms with an id and a label: choices, needs, municipalities."""

from __future__ import annotations

import datetime as dt

from bot.core.attributes import CATEGORY, Attribute, Form
from bot.core.conditions import Comparable, Hours, Span, Value
from bot.kinds.kind import AttributeKind, Sentences, inside_sentence
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance


class NamedKind(AttributeKind):
    """A kind whose values are terms, or categories of terms ("@anziani")."""

    form = Form.NAMES

    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return the written id as the value; whether it exists is checked elsewhere."""
        return (written,)

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for the id of a term or of a category."""
        if isinstance(value, str) and value.startswith(CATEGORY):
            return value.removeprefix(CATEGORY) in attribute.categories
        return value in attribute.terms

    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return the ids of values for comparison; a category is replaced by all its terms."""
        names: set[str] = set()
        for value in map(str, values):
            names.add(value)
            if value.startswith(CATEGORY):
                names |= attribute.in_category(value.removeprefix(CATEGORY))
        return frozenset(names)

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the terms that the text names, or those it may mean."""
        return reader.read_names(attribute, said)

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return the label of a term or a category; for one that no longer exists, its id."""
        assert not isinstance(value, Span | Hours)
        terms = attribute.categories if value.startswith(CATEGORY) else attribute.terms
        term = terms.get(value.removeprefix(CATEGORY))
        return term.label if term is not None else value

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the people whom the accepted terms describe, in words, in the order of the vocabulary."""
        assert isinstance(accepted, frozenset)
        labels = [inside_sentence(term.described or term.label) for term in attribute.terms.values() if term.id in accepted]
        return sentences.join("or_word", labels or sorted(accepted))
