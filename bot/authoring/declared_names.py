"""The names that content declares, collected before the content that uses them is read.

A name whose declaration has a fault still counts as declared, so that one fault gives one error and not another wherever the name
is used. If a whole list cannot be read, any name may be in it, and none is reported as unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from bot.core.attributes import Attribute, Vocabulary
from bot.kinds.registry import kind_of

#: The kinds of names that are no values of an attribute.
ATTRIBUTE_NAME, CATEGORY_NAME = "attribute", "category"
#: Stand for whole files among the unreadable lists.
ALL_ATTRIBUTES, ALL_CATEGORIES = "attributes", "categories"


@dataclass(frozen=True)
class DeclaredNames:
    """The declared names of attributes, of their values and of categories. An attribute with a fault is `None`."""

    attributes: Mapping[str, Attribute | None] = field(default_factory=dict)
    categories: Collection[str] = ()
    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    #: Lists that cannot be read: an attribute's id, `ALL_ATTRIBUTES` or `ALL_CATEGORIES`.
    unreadable: frozenset[str] = frozenset()

    @classmethod
    def of(cls, vocabulary: Vocabulary, more: Mapping[str, Collection[str]] | None = None) -> DeclaredNames:
        """Return the names in a vocabulary; `more` adds values, by the name of the attribute that they belong to."""
        values = {attribute.id: tuple(attribute.terms) for attribute in vocabulary.attributes.values()}
        return cls(vocabulary.attributes, tuple(vocabulary.categories), {**values, **(more or {})})

    def has_attribute(self, id: str) -> bool:
        """Return True if an attribute is declared, or could be in a list that cannot be read."""
        return id in self.attributes or ALL_ATTRIBUTES in self.unreadable

    def has_category(self, id: str) -> bool:
        """Return True if a category is declared, or could be in a list that cannot be read."""
        return id in self.categories or ALL_CATEGORIES in self.unreadable

    def has_value(self, attribute: str, value: str) -> bool:
        """Return True if a value of an attribute is declared, or could be in a list that cannot be read."""
        return not self.unreadable.isdisjoint((ALL_ATTRIBUTES, attribute)) or value in self.values_of(attribute)

    def values_of(self, attribute: str) -> Collection[str]:
        """Return the declared values of an attribute."""
        declared = self.attributes.get(attribute)
        return self.values.get(attribute) or (kind_of(declared).value_ids(declared) if declared is not None else ())

    def with_attributes(self, read: Mapping[str, Attribute]) -> DeclaredNames:
        """Return the names with the attributes added that have now been read without a fault."""
        return replace(self, attributes={**self.attributes, **read})


#: Before anything is declared.
NO_NAMES = DeclaredNames()
