"""A typed text in every form that its readers need: normalised, spelt, as words, as tokens.

Each form is computed once, when first asked for. No form says what the text means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from bot.language.data import ITALIAN
from bot.language.templates import space_out
from bot.language.text.normalise import MAX_TEXT_CHARACTERS, normalise, plain
from bot.language.text.numerals import in_digits
from bot.language.text.tokens import standard_words_of, write_out

_T = TypeVar("_T")


@dataclass(frozen=True)
class Utterance:
    """A text as somebody typed it, with its language; equal to another with the same text and language."""

    #: The text as it was typed, without a limit.
    raw: str
    #: ISO 639-1 code of the language of the chat.
    language: str = ITALIAN
    _forms: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def form(self, write: Callable[[Utterance], _T]) -> _T:
        """Return the result of the function `write` on this text; it is computed once and kept."""
        if write not in self._forms:
            self._forms[write] = write(self)
        found: _T = self._forms[write]
        return found

    @cached_property
    def text(self) -> str:
        """Return the part of the text that is read: its first `MAX_TEXT_CHARACTERS`."""
        return self.raw[:MAX_TEXT_CHARACTERS]

    @cached_property
    def normalised(self) -> str:
        """Return the words in lower case, without accents, joined by single spaces: "E' già l'ora" → "e gia l ora"."""
        return normalise(self.raw)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words of the normalised text."""
        return tuple(self.normalised.split())

    @cached_property
    def plain(self) -> str:
        """Return the text in lower case and without accents, with the punctuation that numbers, dates and hours need."""
        return plain(self.raw)

    @cached_property
    def plain_digits(self) -> str:
        """Return the plain text with number words as digits: "ottant'anni" → "80 anni"."""
        return in_digits(self.plain)

    @cached_property
    def spaced(self) -> str:
        """Return the plain text as templates search it: words and signs apart, abbreviations and dialect written out."""
        return " ".join(write_out(space_out(self.plain).split()))

    @cached_property
    def spaced_digits(self) -> str:
        """Return the spaced text with number words as digits: "x 2 fioeu, quatter" → ". per 2 figli , quatter ."."""
        return " ".join(write_out(space_out(self.plain_digits).split()))

    @cached_property
    def numbered_words(self) -> tuple[str, ...]:
        """Return the words of the normalised text with number words as digits: "due gemelli" → "2", "gemelli".

        Dialect and abbreviations are kept: "sordi" may be money, and a disability; "sn donato" is no verb.
        """
        return tuple(in_digits(self.normalised).split())

    @cached_property
    def standard_words(self) -> tuple[str, ...]:
        """Return the words without abbreviations and dialect, and without numbers that are no names: "nn" → "non"."""
        return tuple(standard_words_of(self.normalised))
