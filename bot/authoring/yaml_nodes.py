"""YAML text → nodes that know their file, line and column. Scalars stay text; the shapes of fields decide what they mean.

Only the plain part of YAML is allowed: mappings, lists and scalars. Anchors, aliases, tags, duplicate keys, several documents,
tabs, and files too large or too deep are errors, so nothing is ever silently replaced, repeated or dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import yaml

from bot.authoring import yaml_faults
from bot.authoring.problems import Mark, Problems

#: Bytes of one file; the shipped catalogue's largest is a tenth of it.
LARGEST_FILE = 1_000_000
#: Lists and mappings inside each other; content needs about six.
DEEPEST = 20

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u2060\ufeff\ufffe\uffff]")
_TAB = re.compile(r"^[ ]*\t", re.MULTILINE)


class ScalarNode(NamedTuple):
    """A scalar as it is written, without quotes; a key without a value has an empty scalar."""

    text: str
    mark: Mark
    #: The note that follows on the same line after "#".
    comment: str = ""
    #: The lines over which a text without quotes goes on.
    lines: int = 1


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list with its entries."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping of keys to values; no key occurs twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    mark: Mark

    def get(self, key: str) -> Node | None:
        """Return the value of a key; None if there is no such key."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def key_mark(self, key: str) -> Mark:
        """Return the place of a key; if there is no such key, the place of the mapping."""
        return next((name.mark for name, _ in self.entries if name.text == key), self.mark)


Node = ScalarNode | ListNode | MapNode


def parse(file: str, data: bytes, problems: Problems) -> Node | None:
    """Return the nodes of a file; None if it has an error, which is then recorded in `problems`.

    A syntax error is the only one reported of its file; errors of use (anchors, duplicate keys …) are all reported.
    """
    text = _decode(file, data, problems)
    if text is None:
        return None
    before = len(problems)
    try:
        builder = _Builder(file, problems, text)
        node = builder.document(iter(yaml.CSafeLoader(text).get_event, None))
    except yaml.MarkedYAMLError as error:
        if unmerged := _UNMERGED.search(text):
            what = yaml_faults.SYNTAX_HELP["versions"][problems.language]
            problems.add(yaml_faults.YAML_SYNTAX, _mark_at(file, text, unmerged.start()), what=what)
            return None
        topic = _topic(error)
        place = error.problem_mark or error.context_mark
        opened = error.context_mark
        if topic in _TOLD_AT_START and opened is not None and place is not None and opened.line != place.line:
            place = opened
        mark = Mark(file, min(place.line, text.count("\n")) + 1, place.column + 1) if place else Mark(file)
        if place is not None and (start := _start_of_long_quote(text, place.index)) is not None:
            problems.add(
                yaml_faults.YAML_SYNTAX, _mark_at(file, text, start), what=yaml_faults.SYNTAX_HELP["quote"][problems.language]
            )
            return None
        above, line = ("", *text.split("\n"))[mark.line - 1 : mark.line + 1]
        if _topic_of_line(above) in ("dash", "space_after_dash"):
            # A dash of Word, or one without a space, is part of a text for libyaml, which stumbles over the line after it.
            mark, line = Mark(file, mark.line - 1, 1), above
        topic = _topic_of_line(line) or ("no_dash" if topic == "no_colon" and _is_entry_beside(above, line) else topic)
        problems.add(yaml_faults.YAML_SYNTAX, mark, what=yaml_faults.SYNTAX_HELP[topic][problems.language])
        return None
    return node if len(problems) == before else None


def _decode(file: str, data: bytes, problems: Problems) -> str | None:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.add(yaml_faults.NOT_UTF8, _mark_at(file, data[: error.start].decode("utf-8", "replace"), None))
        return None
    if tab := _TAB.search(text):
        problems.add(yaml_faults.TAB, _mark_at(file, text[: tab.end() - 1], None))
        return None
    if control := _CONTROL.search(text):
        problems.add(yaml_faults.CONTROL_CHARACTER, _mark_at(file, text, control.start()), code=f"U+{ord(control.group()):04X}")
        return None
    return text


def _start_of_long_quote(text: str, position: int) -> int | None:
    """Return where a quoted text begins that ends at a position and spans several lines; else None.

    Most likely its closing quotation mark is missing.
    """
    if text[position - 1 : position] != '"':
        return None
    start = text.rfind('"', 0, position - 1)
    is_value = start >= 0 and text[:start].rstrip(" ").endswith((":", "-", ",", "[", "{"))
    return start if is_value and "\n" in text[start:position] else None


def _mark_at(file: str, text: str, position: int | None) -> Mark:
    before = text if position is None else text[:position]
    return Mark(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


class _Builder:
    def __init__(self, file: str, problems: Problems, text: str) -> None:
        self._file = file
        self._lines = text.split("\n")
        self._last = len(self._lines) - 1
        self._problems = problems
        self._too_deep = False

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the root node of the only document; for an empty file or a second document, record an error and return None."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problems.add(yaml_faults.SEVERAL_DOCUMENTS, self._mark(event))
                    return None
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent):
                root = self._node(event, events, 1)
                if self._too_deep:
                    return None
        if root is None or (isinstance(root, ScalarNode) and not root.text):
            self._problems.add(yaml_faults.EMPTY_FILE, Mark(self._file))
            return None
        return root

    def _mark(self, event: yaml.Event) -> Mark:
        place = event.start_mark
        assert place is not None
        # What is missing at the very end is told at the last line: there a person can look.
        line = min(self._last, place.line)
        return Mark(self._file, line + 1, place.column + 1)

    def _comment(self, event: yaml.ScalarEvent) -> str:
        """Return the comment on the line of an unquoted scalar, since its writer may have meant it as part of the text."""
        end = event.end_mark
        if event.style or end is None or end.line > self._last or not event.value:
            return ""
        rest = self._lines[end.line][end.column :].lstrip(" ")
        return rest[1:].strip() if rest.startswith("#") else ""

    def _lines_of(self, event: yaml.ScalarEvent) -> int:
        """Return the number of lines of a scalar without quotes; 1 for any other."""
        if event.style or event.start_mark is None or event.end_mark is None:
            return 1
        return event.end_mark.line - event.start_mark.line + 1

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        mark = self._mark(event)
        if depth > DEEPEST:
            if not self._too_deep:
                self._problems.add(yaml_faults.TOO_DEEP, mark, limit=DEEPEST)
            self._too_deep = True
            return ScalarNode("", mark)
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            if not event.style and event.value.count('"') % 2:
                self._problems.add(yaml_faults.LONE_QUOTE, mark)
            text = event.value.strip()
            if not event.style and _LONE_CURLY_QUOTE.fullmatch(text):
                self._problems.add(yaml_faults.CURLY_QUOTE, mark)
            quoted = _CURLY_QUOTES.fullmatch(text) if not event.style else None
            return ScalarNode(
                (quoted[1] or quoted[2]).strip() if quoted else text, mark, self._comment(event), self._lines_of(event)
            )
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            fault = yaml_faults.ALIAS if isinstance(event, yaml.AliasEvent) else yaml_faults.ANCHOR
            self._problems.add(fault, mark, name=event.anchor)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._problems.add(yaml_faults.TAG, mark, name=event.tag.replace("tag:yaml.org,2002:", "!!"))
        match event:
            case yaml.SequenceStartEvent():
                return ListNode(tuple(self._items(events, depth)), mark)
            case yaml.MappingStartEvent():
                return MapNode(tuple(self._entries(events, depth)), mark)
            case _:
                return ScalarNode("", mark)

    def _items(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent) or self._too_deep:
                return
            yield self._node(event, events, depth + 1)

    def _entries(self, events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, Mark] = {}
        again: list[ScalarNode] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent) or self._too_deep:
                self._tell_repeated(again, seen)
                return
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1) if not self._too_deep else key
            if not isinstance(key, ScalarNode):
                self._problems.add(yaml_faults.KEY_NOT_TEXT, key.mark)
            elif key.text == "<<":
                self._problems.add(yaml_faults.MERGE, key.mark)
            elif key.text in seen:
                again.append(key)
            else:
                seen[key.text] = key.mark
                yield key, value

    def _tell_repeated(self, keys: list[ScalarNode], seen: dict[str, Mark]) -> None:
        """Record keys that a mapping has twice; if there are many, the likely cause is the missing dash of a new entry."""
        fault = yaml_faults.MISSING_DASH if len(keys) >= _ENTRY_KEYS else yaml_faults.DUPLICATE_KEY
        for key in keys[:1] if fault is yaml_faults.MISSING_DASH else keys:
            self._problems.add(fault, key.mark, key=key.text, line=seen[key.text].line)


#: Repeated keys from which they are another entry.
_ENTRY_KEYS = 3
#: Messages of libyaml, each with the topic of `SYNTAX_HELP` that explains it to a person who does not know YAML.
_SYNTAX = (
    ("mapping values are not allowed", "colon"),
    ("did not find expected key", "indentation"),
    ("did not find expected '-' indicator", "indentation"),
    ("did not find expected ',' or '}'", "brace"),
    ("did not find expected ',' or ']'", "bracket"),
    ("did not find expected node content", "bracket"),
    ("found unexpected end of stream", "quote"),
    ("could not find expected ':'", "no_colon"),
    ("found character that cannot start any token", "special"),
    ("found unknown escape character", "escape"),
    ("found undefined tag handle", "special"),
    ("did not find expected alphabetic or numeric character", "special"),
    ("did not find expected comment or line break", "special"),
    ("found unexpected document indicator", "quote"),
)


#: Topics of what is not closed: shown where it was opened.
_TOLD_AT_START = frozenset({"brace", "bracket", "quote", "no_colon"})


#: A text in the quotation marks of Word, which mean those of YAML.
_CURLY_QUOTES = re.compile("[“”„]([^“”„]+)[“”]|‘([^‘’]+)’")
_LONE_CURLY_QUOTE = re.compile("[“”„][^“”„]*")
#: Lines that a merge of two versions leaves behind.
_UNMERGED = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
#: Signs in a line that explain it better than libyaml can, each with its topic.
_LINE_SIGNS = (
    (re.compile(r"\s*[–—•▪●‣]\s"), "dash"),
    (re.compile(r"[ \u00a0]*\u00a0|[^:\"']*:\u00a0|\s*-\u00a0"), "space"),
    (re.compile(r"\s*-[a-z_]+:(?:\s|$)"), "space_after_dash"),
    (re.compile(r"\s*(?:- )?[a-z_]+: +'[^']*'[^\W_]"), "apostrophe"),
    (re.compile(r"\s*(?:- )?[a-z_]+:[^\s:/][^:]*$"), "space_after_colon"),
    (re.compile(r"\s*(?:- )?[a-z_]+: +(?:\[[^\]]*\]|\{[^}]*\}) *[^\s#]"), "parenthesis"),
    (re.compile(r"[^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$"), "quote"),
)


def _is_entry_beside(above: str, line: str) -> bool:
    """Return True if the line above is an entry of a list, and the line is written beside it without a dash."""
    return above.lstrip(" ").startswith("- ") and line.index(line.lstrip(" ")) == above.index("-")


def _topic_of_line(line: str) -> str:
    """Return the topic of `SYNTAX_HELP` that a faulty line itself suggests; "" for none."""
    return next((topic for sign, topic in _LINE_SIGNS if sign.match(line)), "")


def _topic(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context or ''} {error.problem or ''}"
    return next((topic for words, topic in _SYNTAX if words in said), "other")
