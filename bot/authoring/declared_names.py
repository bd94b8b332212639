"""The words that content may use, while content is being read: also those that were declared with a fault.

A word with a fault is known, so that one fault gives one error and not one more wherever the word is used. When a whole file of
words cannot be read, nothing is said about words that it may hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bot.authoring.problems import Mark
from bot.core.attributes import Attribute
from bot.kinds.registry import kind_of


@dataclass
class DeclaredNames:
    """Attributes by id, `None` for one that was declared with a fault; and the ids of every value that was declared."""

    attributes: dict[str, Attribute | None] = field(default_factory=dict)
    categories: Collection[str] = ()
    #: Where each need is written.
    needs: Mapping[str, Mark] = field(default_factory=dict)
    _values: dict[str, dict[str, None]] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def declare(self, attribute: str, values: Iterable[str]) -> None:
        """Notes the values of an attribute, whether or not they have a fault."""
        self._values.setdefault(attribute, {}).update(dict.fromkeys(values))

    def open(self, name: str) -> None:
        """Notes that the words of `name` cannot be known: an attribute's id, "attributes" or "categories"."""
        self._open.add(name)

    def is_open(self, name: str) -> bool:
        """Whether any word must be taken for one of `name`."""
        return name in self._open

    def has_value(self, attribute: str, value: str) -> bool:
        """Whether a value was declared, or may have been."""
        return self.is_open("attributes") or self.is_open(attribute) or value in self.values(attribute)

    def values(self, attribute: str) -> Collection[str]:
        """The values of an attribute that were declared."""
        declared = self.attributes.get(attribute)
        return self._values.get(attribute) or (kind_of(declared).value_ids(declared) if declared is not None else ())

    def sound(self) -> Mapping[str, Attribute]:
        """The attributes without a fault."""
        return {id: attribute for id, attribute in self.attributes.items() if attribute is not None}
