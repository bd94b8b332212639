"""Checks of the words of each language, `bot/language/<language>/<file>.yaml`, for the people who edit them.

The files belong to the package. What keeps the bot from starting at all (a list that is missing, YAML that cannot be read) is
told by the loader, `language/data.py`, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import bot.language
from bot.authoring.problems import Fault, Mark, Problems
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.language.templates import is_well_formed
from bot.language.text.normalise import normalise

LANGUAGE_NOT_LISTS = Fault(
    "language_not_lists",
    "qui servono elenchi con un nome, per esempio «kin: [mamma, papà]».",
    "lists with a name are needed here, for example “kin: [mamma, papà]”.",
)
LANGUAGE_UNKNOWN_LIST = Fault(
    "language_unknown_list",
    "nessuno legge l'elenco «{name}».",
    "nothing reads the list “{name}”.",
)
LANGUAGE_EMPTY = Fault(
    "language_empty",
    "questa riga è vuota. Scrivi una parola o cancellala.",
    "this line is empty. Write a word or delete it.",
)
LANGUAGE_REPEATED = Fault(
    "language_repeated",
    "«{name}» c'è già alla riga {line}. Lasciala una volta sola.",
    "“{name}” is already in line {line}. Keep it once.",
)
LANGUAGE_UNKNOWN_REFERENCE = Fault(
    "language_unknown_reference",
    "«<{name}>» rimanda a un elenco che non c'è.",
    "“<{name}>” refers to a list that is not there.",
)
LANGUAGE_BAD_TEMPLATE = Fault(
    "language_bad_template",
    "in «{name}» le parentesi o i segni non stanno bene insieme.",
    "the brackets or signs of “{name}” do not fit together.",
)
LANGUAGE_CONTRADICTION = Fault(
    "language_contradiction",
    "«{name}» vuol dire già «{meaning}» in {place}. Una parola ha un significato solo.",
    "“{name}” already means “{meaning}” in {place}. A word has one meaning only.",
)

#: The folder of the languages.
LANGUAGE_FOLDER = Path(bot.language.__file__).parent
#: Files of which an entry stands in one list only: each list is a meaning.
_ONE_MEANING = frozenset({"phrases"})
#: Tables that are read together, so a word means one thing in all of them.
_READ_TOGETHER = frozenset({("abbreviations", "abbreviations"), ("dialect", "words")})
#: A list that a template names, of the same file or of another; and what only templates have.
_REFERENCE = re.compile(r"<(?:(\w+)\.)?([\w/]+)>")
#: A string in code, on one line: formatting leaves double quotes only.
_STRING = re.compile(r'"([^"\n]+)"')
_NOTATION = re.compile(r"[({<|]")


def check_language(problems: Problems, folder: Path = LANGUAGE_FOLDER) -> None:
    """Record the problems of every file of words in a folder of languages."""
    known = frozenset(_strings(folder))
    paths = sorted(folder.glob("*/*.yaml"))
    roots = {path: parse(f"bot/language/{path.relative_to(folder).as_posix()}", path.read_bytes(), problems) for path in paths}
    names = {f"{path.parent.name}/{path.stem}": _names(root) for path, root in roots.items()}
    meanings: dict[str, tuple[str, Mark]] = {}
    for path, root in roots.items():
        if root is None:
            continue
        if not isinstance(root, MapNode):
            problems.add(LANGUAGE_NOT_LISTS, root.mark)
            continue
        entries = [entry for _, node in root.entries for each in _lists(node) for entry in each]
        read = (
            known | {entry.text for entry in entries} | {name for entry in entries for _, name in _REFERENCE.findall(entry.text)}
        )
        places: dict[str, Mark] = {}
        for name, node in root.entries:
            if name.text not in read:
                problems.add(LANGUAGE_UNKNOWN_LIST, name.mark, name=name.text, among=known)
            for each in _lists(node):
                _check_list(each, places if path.stem in _ONE_MEANING else {}, problems)
            if isinstance(node, MapNode) and (path.stem, name.text) in _READ_TOGETHER:
                _check_table(node, meanings, problems)
        for entry in entries:
            _check_template(entry, path, names, known, problems)


def _check_list(entries: Iterable[ScalarNode], places: dict[str, Mark], problems: Problems) -> None:
    """Record entries that are empty, and that were in a list before."""
    for entry in entries:
        said = entry.text if re.search(r"[({<|/-]", entry.text) else normalise(entry.text) or entry.text
        if not said:
            problems.add(LANGUAGE_EMPTY, entry.mark)
        elif said in places:
            problems.add(LANGUAGE_REPEATED, entry.mark, name=entry.text, line=places[said].line)
        places.setdefault(said, entry.mark)


def _check_template(
    entry: ScalarNode, path: Path, names: Mapping[str, Iterable[str]], known: Iterable[str], problems: Problems
) -> None:
    """Record brackets of a template that do not match, and blanks (`<list>` or `<file.list>`) that refer to no list.

    `names` are the lists of each file ("<language>/<file>"). A blank without a file may also be one of `known`, the words that
    stand in the code, since code may fill it.
    """
    if _NOTATION.search(entry.text) and not is_well_formed(entry.text):
        problems.add(LANGUAGE_BAD_TEMPLATE, entry.mark, name=entry.text)
    for other, name in _REFERENCE.findall(entry.text):
        lists = names.get(f"{path.parent.name}/{other or path.stem}", ())
        if name not in lists and (other or name not in known):
            problems.add(LANGUAGE_UNKNOWN_REFERENCE, entry.mark, name=f"{other}.{name}" if other else name, among=lists)


def _check_table(table: MapNode, meanings: dict[str, tuple[str, Mark]], problems: Problems) -> None:
    for word, meaning in table.entries:
        text = meaning.text if isinstance(meaning, ScalarNode) else ""
        other, mark = meanings.setdefault(word.text, (text, word.mark))
        if mark != word.mark:
            problems.add(LANGUAGE_CONTRADICTION, word.mark, name=word.text, meaning=other, place=str(mark))


def _lists(node: Node) -> Iterator[list[ScalarNode]]:
    """Yield the lists of a node: one list, the lists of a group, or the meanings of a table, each alone."""
    match node:
        case ListNode(items):
            yield [item for item in items if isinstance(item, ScalarNode)]
        case MapNode(entries):
            for _, value in entries:
                yield from _lists(value)
        case ScalarNode():
            yield [node]


def _names(root: Node | None) -> frozenset[str]:
    """Return the names of the lists of a file, and of those in its groups."""
    entries = root.entries if isinstance(root, MapNode) else ()
    groups = {f"{name.text}/{inner.text}" for name, node in entries if isinstance(node, MapNode) for inner, _ in node.entries}
    return frozenset(name.text for name, _ in entries) | groups


def _strings(folder: Path) -> Iterator[str]:
    """Yield the words of all strings in the code that reads the lists, to find lists that no code names."""
    for path in sorted(folder.rglob("*.py")):
        for written in _STRING.findall(path.read_text(encoding="utf-8")):
            yield from re.findall(r"\w+", written)
