"""Checks of the words of each language, `bot/language/<language>/<file>.yaml`, for the people who edit them.

The files belong to the package. What keeps the bot from starting at all (a list that is missing, YAML that cannot be read) is
told by the loader, `language/data.py`, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import bot.language
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.language.text.normalise import normalise

#: The folder of the languages.
LANGUAGE_FOLDER = Path(bot.language.__file__).parent
#: Files of which an entry stands in one list only: each list is a meaning.
_ONE_MEANING = frozenset({"phrases"})
#: Tables that are read together, so a word means one thing in all of them.
_READ_TOGETHER = frozenset({("abbreviations", "abbreviations"), ("dialect", "words")})
_REFERENCE = re.compile(r"<(\w+)>")


def check_language(problems: Problems, folder: Path = LANGUAGE_FOLDER) -> None:
    """Record the problems of every file of words in a folder of languages."""
    known = set(_strings(folder))
    meanings: dict[str, tuple[str, Mark]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        root = parse(f"bot/language/{path.relative_to(folder).as_posix()}", path.read_bytes(), problems)
        if root is None:
            continue
        if not isinstance(root, MapNode):
            problems.add("language_not_lists", root.mark)
            continue
        lists = {name.text: node for name, node in root.entries}
        references = {reference for entry in _entries(root) for reference in _REFERENCE.findall(entry.text)}
        places: dict[str, Mark] = {}
        for name, node in root.entries:
            if name.text not in known | references:
                problems.add("language_unknown_list", name.mark, name=name.text, among=known)
            for each in _lists(node):
                _check_list(each, places if path.stem in _ONE_MEANING else {}, lists, problems)
            if isinstance(node, MapNode) and (path.stem, name.text) in _READ_TOGETHER:
                _check_table(node, meanings, problems)


def _check_list(entries: Iterable[ScalarNode], places: dict[str, Mark], lists: Iterable[str], problems: Problems) -> None:
    """Record entries that are empty, that were in a list before, and that name a list which is not there."""
    for entry in entries:
        said = normalise(entry.text) or entry.text if not _REFERENCE.search(entry.text) and "-" not in entry.text else entry.text
        if not said:
            problems.add("language_empty", entry.mark)
        elif said in places:
            problems.add("language_repeated", entry.mark, name=entry.text, line=places[said].line)
        places.setdefault(said, entry.mark)
        for reference in _REFERENCE.findall(entry.text):
            if reference not in lists:
                problems.add("language_unknown_reference", entry.mark, name=reference, among=lists)


def _check_table(table: MapNode, meanings: dict[str, tuple[str, Mark]], problems: Problems) -> None:
    for word, meaning in table.entries:
        text = meaning.text if isinstance(meaning, ScalarNode) else ""
        other, mark = meanings.setdefault(word.text, (text, word.mark))
        if mark != word.mark:
            problems.add("language_contradiction", word.mark, name=word.text, meaning=other, place=str(mark))


def _lists(node: Node) -> Iterator[list[ScalarNode]]:
    """The lists of a node: one list, the lists of a group, or the meanings of a table, each alone."""
    match node:
        case ListNode(items):
            yield [item for item in items if isinstance(item, ScalarNode)]
        case MapNode(entries):
            for _, value in entries:
                yield from _lists(value)
        case ScalarNode():
            yield [node]


def _entries(root: MapNode) -> Iterator[ScalarNode]:
    return (entry for _, node in root.entries for each in _lists(node) for entry in each)


def _strings(folder: Path) -> Iterator[str]:
    """The words of every string in the code that reads the lists: a list whose name is none of them is read by nobody."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"\w+", node.value)
