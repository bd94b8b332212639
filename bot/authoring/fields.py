"""Reading the fields of a mapping: each asked for once, with its kind; what was not asked for is an unknown field.

Every method records what is wrong and goes on with a harmless value, so that one reading finds all faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from bot.authoring.problems import Mark, Problems, nearest
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode

E = TypeVar("E", bound=StrEnum)

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
#: Ids become part of callback data, of which Telegram takes 64 bytes.
_LONGEST_ID = 48
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_YES = frozenset({"yes", "true", "si", "sì"})
_NO = frozenset({"no", "false"})


class Fields:
    """The fields of one mapping while they are read."""

    def __init__(self, node: MapNode, problems: Problems) -> None:
        self.mark = node.mark
        self.problems = problems
        self._nodes = {key.text: value for key, value in node.entries}
        self._keys = {key.text: key for key, _ in node.entries}
        self._asked: dict[str, None] = {}
        self._missing: list[str] = []

    def mark_of(self, key: str) -> Mark:
        """Where a field's value stands; the mapping's own place if there is no such field."""
        node = self._nodes.get(key)
        return node.mark if node is not None else self.mark

    def marks(self) -> dict[str, Mark]:
        """Where every field's value stands."""
        return {key: node.mark for key, node in self._nodes.items()}

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """A field of any shape; None if absent or empty, which is an error for a field that is required or stands empty."""
        self._asked[key] = None
        node = self._nodes.get(key)
        if node is None:
            if required:
                self._missing.append(key)
            return None
        if isinstance(node, ScalarNode) and not node.text:
            self.problems.add("empty_value", self._keys[key].mark, name=key)
            return None
        return node

    def scalar(self, key: str, *, required: bool = False) -> ScalarNode | None:
        """A single value."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, ScalarNode):
            return node
        self.problems.add("expected_text", node.mark)
        return None

    def text(self, key: str, *, required: bool = False, longest: int = 500) -> str:
        """A text of at most `longest` characters; "" when absent."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return ""
        if len(scalar.text) > longest:
            self.problems.add("too_long", scalar.mark, length=len(scalar.text), limit=longest)
        return scalar.text

    def id(self, key: str) -> str:
        """A required identifier."""
        scalar = self.scalar(key, required=True)
        return scalar.text if scalar is not None and check_id(scalar, self.problems) else ""

    def scalars(self, key: str, *, required: bool = False) -> tuple[ScalarNode, ...]:
        """A value or a list of values."""
        node = self.node(key, required=required)
        return () if node is None else scalars(node, key, self.problems)

    def texts(self, key: str) -> tuple[str, ...]:
        """A value or a list of values, as text."""
        return tuple(scalar.text for scalar in self.scalars(key))

    def mapping(self, key: str, *, required: bool = False) -> MapNode | None:
        """A field that has fields of its own; at least one when it is required."""
        node = self.node(key, required=required)
        mapping = None if node is None else as_mapping(node, self.problems)
        if mapping is not None and required and not mapping.entries:
            self.problems.add("empty_list", mapping.mark, name=key)
        return mapping

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """The entries of a list."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        items = as_list(node, self.problems)
        if not items and isinstance(node, ListNode):
            self.problems.add("empty_list", node.mark, name=key)
        return items

    def flag(self, key: str) -> bool:
        """Yes or no; no when absent."""
        scalar = self.scalar(key)
        if scalar is None:
            return False
        said = scalar.text.casefold()
        if said not in _YES | _NO:
            self.problems.add("not_yes_no", scalar.mark, name=scalar.text)
        return said in _YES

    def choice(self, key: str, options: type[E], default: E | None = None) -> E | None:
        """One of the values of an enum; `default` when absent, and required when there is none."""
        scalar = self.scalar(key, required=default is None)
        if scalar is None:
            return default
        return one_of(scalar, options, self.problems) or default

    def matching(self, key: str, pattern: re.Pattern[str], code: str, *, required: bool = False) -> str:
        """A text of a form; `code` is the problem of any other. "" when absent."""
        scalar = self.scalar(key, required=required)
        if scalar is None or pattern.fullmatch(scalar.text):
            return scalar.text if scalar is not None else ""
        self.problems.add(code, scalar.mark, name=scalar.text)
        return ""

    def has_entries(self, key: str) -> bool:
        """Whether there is a field that is not an empty list."""
        node = self._nodes.get(key)
        self._asked[key] = None
        return node is not None and not (isinstance(node, ListNode) and not node.items)

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number between `low` and `high`."""
        scalar = self.scalar(key)
        if scalar is None:
            return default
        if scalar.text.isascii() and scalar.text.isdecimal() and low <= int(scalar.text) <= high:
            return int(scalar.text)
        self.problems.add("not_a_number", scalar.mark, name=scalar.text, low=low, high=high)
        return default

    def number(self, key: str, low: float, high: float) -> float:
        """A required number between `low` and `high`."""
        scalar = self.scalar(key, required=True)
        if scalar is None:
            return low
        value = float(scalar.text) if _NUMBER.fullmatch(scalar.text) else float("nan")
        if low <= value <= high:
            return value
        self.problems.add("not_a_number", scalar.mark, name=scalar.text, low=f"{low:g}", high=f"{high:g}")
        return low

    def done(self) -> None:
        """Reports the fields that nobody asked for, and those that are missing: a misspelt one is told once."""
        unknown = [scalar for key, scalar in self._keys.items() if key not in self._asked]
        for scalar in unknown:
            self.problems.add("unknown_field", scalar.mark, name=scalar.text, among=self._asked)
        misspelt = {nearest(scalar.text, self._asked) for scalar in unknown}
        for key in self._missing:
            if key not in misspelt:
                self.problems.add("missing_field", self.mark, name=key)

    def has(self, key: str) -> bool:
        """Whether a field is written, however it is filled."""
        return key in self._nodes


def as_mapping(node: Node, problems: Problems) -> MapNode | None:
    """A node that must be a mapping."""
    if isinstance(node, MapNode):
        return node
    problems.add("expected_mapping", node.mark)
    return None


def as_list(node: Node, problems: Problems) -> tuple[Node, ...]:
    """The entries of a node that must be a list."""
    if isinstance(node, ListNode):
        return node.items
    problems.add("expected_list", node.mark)
    return ()


def scalars(node: Node, name: str, problems: Problems) -> tuple[ScalarNode, ...]:
    """The values of a node that is a value or a list of values; an empty list is an error."""
    if isinstance(node, ScalarNode):
        return (node,)
    if isinstance(node, MapNode):
        problems.add("expected_texts", node.mark)
        return ()
    if not node.items:
        problems.add("empty_list", node.mark, name=name)
    found = []
    for item in node.items:
        if not isinstance(item, ScalarNode):
            problems.add("expected_text", item.mark)
        elif not item.text:
            problems.add("empty_value", item.mark, name=name)
        else:
            found.append(item)
    return tuple(found)


def one_of(scalar: ScalarNode, options: type[E], problems: Problems) -> E | None:
    """The value of an enum that a scalar names."""
    try:
        return options(scalar.text)
    except ValueError:
        names = [option.value for option in options]
        problems.add("not_one_of", scalar.mark, name=scalar.text, options=", ".join(names), among=names)
        return None


def check_id(scalar: ScalarNode, problems: Problems) -> bool:
    """Whether a scalar can be an identifier."""
    if not _ID.fullmatch(scalar.text):
        problems.add("bad_id", scalar.mark, name=scalar.text)
        return False
    if len(scalar.text) > _LONGEST_ID:
        problems.add("too_long", scalar.mark, length=len(scalar.text), limit=_LONGEST_ID)
        return False
    return True


def first_of_each(scalars: Iterable[ScalarNode]) -> tuple[str, ...]:
    """The texts of scalars, each once."""
    return tuple(dict.fromkeys(scalar.text for scalar in scalars))
