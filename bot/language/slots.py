"""Values in a text that answers no open question, whichever attribute they belong to.

For now only texts that are nothing but a value: "San Donato", "8 anni", "autismo". Whole sentences are not taken apart.
"""

from __future__ import annotations

import datetime as dt
import re

from bot.core.attributes import CATEGORY, Kind, Place, Vocabulary
from bot.core.conditions import Value
from bot.language.ages import ages
from bot.language.normalise import normalise
from bot.language.times import hours

#: An age is said as one, or is a bare number that is no button's.
_AGE = re.compile(r"\b(?:ann[io]|mes[ei])\b|^\d{1,3}$")
_MOST_WORDS = 5


class Slots:
    """Finds values of any attribute of a vocabulary. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._named: dict[str, dict[str, Value]] = {}
        self._sensitive = {
            normalise(name): need.id
            for need in vocabulary.needs.values()
            for name in (need.label, *need.also)
            if need.sensitive and " " in normalise(name)
        }
        self._schedules = [attribute.id for attribute in vocabulary.attributes.values() if attribute.kind is Kind.SCHEDULE]
        self._ages = [attribute.id for attribute in vocabulary.attributes.values() if attribute.kind is Kind.AGE]
        for attribute in vocabulary.attributes.values():
            for term in attribute.terms.values():
                if not term.none:
                    codes = (term.postal_code,) if isinstance(term, Place) else ()
                    for name in (term.label, *term.also, *codes):
                        self._named.setdefault(normalise(name), {}).setdefault(attribute.id, term.id)
            for category in vocabulary.categories.values() if attribute.kind is Kind.NEED else ():
                self._named.setdefault(normalise(category.label), {}).setdefault(attribute.id, CATEGORY + category.id)

    def read(self, text: str, today: dt.date) -> dict[str, tuple[Value, ...]]:
        """The values that the whole text may be, by attribute. `today` turns birth years into ages."""
        said = normalise(text)
        found: dict[str, tuple[Value, ...]] = {id: (value,) for id, value in self._named.get(said, {}).items()}
        if _AGE.search(said) and len(said.split()) <= _MOST_WORDS and (spans := ages(text, today)):
            found |= dict.fromkeys(self._ages, spans)
        if not found and any(character.isdigit() for character in said) and len(said.split()) <= _MOST_WORDS:
            windows = hours(text)
            found |= dict.fromkeys(self._schedules, windows) if windows else {}
        return found

    def sensitive_need(self, text: str) -> str | None:
        """The sensitive need of which a name of several words stands in the text: "mio marito mi picchia"."""
        said = f" {normalise(text)} "
        return next((need for name, need in self._sensitive.items() if f" {name} " in said), None)
