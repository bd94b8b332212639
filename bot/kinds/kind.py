"""The kind of an attribute: everything that differs between a choice, an age, a municipality and so on.

A module of this package that defines `KIND` is a kind. It says how its values are written in YAML, offered as buttons, read from
typed text, put into words and stored. `names.py` and `spans.py` hold what several kinds share. The core knows kinds by
`core.attributes.Kind` only.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.core.attributes import Attribute, Entity, Form, Vocabulary, encode
from bot.core.conditions import Comparable, Profile, Value
from bot.core.flow import Question
from bot.core.interview import Answer, AnswerKind, Interview, Position
from bot.core.matching import Index
from bot.core.replies import Action, Choice, Expects, Verb
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance


class YamlForm(StrEnum):
    """The fields that a kind adds to an attribute in `attributes.yaml`."""

    #: No fields.
    PLAIN = "plain"
    #: `values`, each with its label.
    VALUES = "values"
    #: `values`, each with its label and its `hours`.
    WINDOWS = "windows"
    #: No fields: the values are those of `needs.yaml`, or of `places.yaml`.
    NEEDS = "needs"
    PLACES = "places"
    #: `bands`: the spans offered as buttons.
    BANDS = "bands"


class UnreadableValue(ValueError):
    """Raised for a value that is not written as its kind requires. `code` is that of a problem in `authoring/`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sentences(Protocol):
    """The bot's own sentences (`flows/texts.yaml`) in the language of a chat: `dialogue.phrasing.Phrasing`."""

    def say(self, key: str, **values: object) -> str:
        """Return the sentence of a key, with values in the place of its placeholders."""
        ...

    def join(self, key: str, parts: Sequence[str]) -> str:
        """Return parts as a list, "a, b e c", with the word of `key` before the last."""
        ...

    def date(self, date: dt.date) -> str:
        """Return a date with its year: "5 ottobre 2026"."""
        ...

    def day(self, date: dt.date) -> str:
        """Return a date without its year: "10 giugno"."""
        ...


def inside_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence: its first letter small, except in acronyms and names."""
    first = label.split(" ", 1)[0]
    return label if first[1:].lower() != first[1:] or first in _NAMES else label[:1].lower() + label[1:]


#: Labels that begin with a name.
_NAMES = frozenset({"Alzheimer"})


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The open question of an interview, with everything that its buttons depend on."""

    question: Question
    attribute: Attribute
    interview: Interview
    position: Position
    index: Index
    #: The number of buttons that values may take at once.
    room: int = 7

    @property
    def chosen(self) -> tuple[Value, ...]:
        """Return the values chosen so far: those of the draft, or of the answer that is being changed."""
        answer = self.interview.answers.get(self.attribute.id)
        return answer.values if answer is not None and answer.kind in (AnswerKind.DRAFT, AnswerKind.VALUE) else ()

    @property
    def category(self) -> str | None:
        """Return the category that was chosen and not confirmed; None if there is none."""
        return self.interview.category_draft(self.attribute.id)


class AttributeKind(ABC):
    """A kind of attribute. Kinds have no state: there is one object of each, in `registry.KINDS`."""

    #: The `type` in `attributes.yaml`.
    name: str
    yaml: YamlForm = YamlForm.PLAIN
    #: The form in which conditions compare values.
    form: Form
    #: The entity that fills the attribute from a whole sentence.
    entity: Entity | None = None
    #: The form of typed answers: buttons have letters where a number is an answer.
    expects: Expects = Expects.WORDS
    #: Any text is an answer, and is not repeated to the citizen.
    is_free_text: bool = False
    #: The text keys that only this kind uses, written as in `dialogue/text_keys.py`.
    texts: str = ""
    #: Text key of the button that shows more values.
    more: str = "more_values_button"
    #: Text key of the hint after an answer that was not understood.
    hint: str = "hint_buttons"

    # --- Values and conditions

    @abstractmethod
    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return the values that one written value in a condition, an option or a band stands for.

        Raises `UnreadableValue`. Names are not checked here.
        """

    def value_ids(self, attribute: Attribute) -> tuple[str, ...]:
        """Return the ids of all values that the attribute declares; empty for a kind without declared values."""
        return tuple(attribute.terms)

    @abstractmethod
    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True if `value` is a value of the attribute."""

    @abstractmethod
    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return values in the form in which conditions compare them."""

    # --- Stored form

    def decode(self, text: str) -> Value:
        """Return the value that `core.attributes.encode` turned into a text.

        Raises ValueError for a text that stands for no value.
        """
        return text

    # --- Buttons

    def choices(self, question: Question, attribute: Attribute, vocabulary: Vocabulary, profile: Profile) -> tuple[Value, ...]:
        """Return the values that a question can offer to the person of a profile."""
        return question.options or self.value_ids(attribute)

    def offered(self, asked: OpenQuestion) -> tuple[Value, ...]:
        """Return the values that the open question offers now, given the answers so far."""
        return self.choices(asked.question, asked.attribute, asked.index.vocabulary, asked.position.profile)

    def has_toggles(self, attribute: Attribute) -> bool:
        """Return True for a multiple choice: buttons add and remove values, and another one confirms them."""
        return attribute.multiple

    def buttons(
        self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences, *, are_suggested: bool = False
    ) -> tuple[tuple[Choice, ...], ...]:
        """Return the buttons for values, in groups that do not share rows. Suggested values answer with one press."""
        attribute, chosen = asked.attribute, asked.chosen
        buttons = []
        for value in values:
            term = attribute.terms.get(value) if isinstance(value, str) else None
            toggles = self.has_toggles(attribute) and not are_suggested and not (term is not None and term.none)
            action = Action(Verb.TOGGLE if toggles else Verb.ANSWER, attribute.id, encode(value))
            buttons.append(Choice(self.say_value(attribute, value, sentences), action, chosen=toggles and value in chosen))
        if not chosen:
            return (tuple(buttons),)
        key = "done_button" if self.has_toggles(attribute) else "keep_button"
        return tuple(buttons), (Choice(sentences.say(key), Action(Verb.CONFIRM, attribute.id)),)

    def hints(self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences) -> list[str]:
        """Return the lines of help below the open question, whose buttons are `values`."""
        hints = [asked.question.help] if asked.question.help else []
        if self.has_toggles(asked.attribute):
            hints.append(sentences.say("multiple_hint", done=sentences.say("done_button")))
        return hints

    # --- Answers

    @abstractmethod
    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the meaning of a typed answer. `today` turns birth years into ages. Never raises."""

    def answer(self, interview: Interview, attribute: Attribute, values: tuple[Value, ...]) -> Interview:
        """Return the interview after a typed answer."""
        return interview.answer(attribute.id, Answer(AnswerKind.VALUE, values))

    def toggle(self, interview: Interview, attribute: Attribute, value: Value) -> Interview:
        """Return the interview with a value added to a multiple choice, or removed from it."""
        before = interview.answers.get(attribute.id)
        none = {term.id for term in attribute.terms.values() if term.none}
        chosen = tuple(v for v in before.values if v not in none) if before is not None else ()
        return interview.draft(attribute.id, *(v for v in chosen if v != value), *(() if value in chosen else (value,)))

    # --- Wording

    def heard_key(self, values: tuple[Value, ...]) -> str:
        """Return the key of the sentence by which the bot repeats a typed answer; the sentence contains `{answer}`."""
        return "heard"

    @abstractmethod
    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return a value in the citizen's words, as on a button."""

    def say_inside(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return a value as it stands inside a sentence."""
        return inside_sentence(self.say_value(attribute, value, sentences))

    @abstractmethod
    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the values that a condition accepts in words, to follow "il servizio è per"; `brief` for a list of reasons."""
