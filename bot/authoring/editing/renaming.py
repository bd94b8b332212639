"""Renaming of a thing everywhere in the content: at its declaration, in conditions, in texts, in test sentences.

Only the name itself changes; every other byte of every file stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.authoring.declared_names import ATTRIBUTE_NAME, CATEGORY_NAME, DeclaredNames
from bot.authoring.fields import NameUse, ReadingContext
from bot.authoring.files import read_file
from bot.authoring.load import read_content
from bot.authoring.models.attributes import ATTRIBUTES_FILE, FIXED_KINDS
from bot.authoring.models.flows import FLOW_FILES
from bot.authoring.models.needs import NEEDS_FILE
from bot.authoring.models.places import PLACES_FILE
from bot.authoring.models.queries import DANGER_ATTRIBUTE, QUERIES_FILE
from bot.authoring.models.services import SERVICE_FILES
from bot.authoring.models.topics import OUT_OF_SCOPE_FILE, URGENT_FILE
from bot.authoring.problems import Mark, Problems, nearest
from bot.authoring.shapes import is_identifier
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from bot.core.attributes import NEED, PERSON, PLACE
from bot.core.danger_texts import mention_of
from bot.errors import UsageError
from bot.staff_language import translate

#: Divides the attribute from its value in the name of a value: "famiglia/coppia".
_OF = "/"


class NameKind(StrEnum):
    """The kinds of things that staff can rename."""

    SERVICE = "service"
    NEED = "need"
    PLACE = "place"
    CATEGORY = "category"
    ATTRIBUTE = "attribute"
    VALUE = "value"
    DANGER = "danger"
    TOPIC = "topic"
    FLOW = "flow"


@dataclass(frozen=True)
class Renaming:
    """The text of every file in which a name changes, and how often it changes in each."""

    files: Mapping[str, str]
    counts: Mapping[str, int]


def renamed(root: Path, kind: NameKind, old: str, new: str, more_uses: Iterable[NameUse] = ()) -> Renaming:
    """Return the files with a name changed everywhere; `more_uses` are uses in files outside the content, such as settings.

    The name of a value is that of its attribute and its own: "famiglia/coppia". Raises UsageError for a name that is not there,
    for one that is taken or that the bot knows by name, and for content with errors.
    """
    source = read_content(root)
    if source.content is None:
        raise UsageError(translate("I contenuti hanno errori: correggili prima, con «check»."))
    attribute, old = old.split(_OF, 1) if kind is NameKind.VALUE and _OF in old else ("", old)
    new = new.removeprefix(attribute + _OF)
    declared = dict(_declared(root, kind, attribute))
    _refuse(kind, attribute, old, new, declared)
    names = DeclaredNames.of(source.content.vocabulary, {DANGER_ATTRIBUTE: source.content.dangers})
    queries = ReadingContext(Problems(), names)
    QUERIES_FILE.read(root, queries)
    used = _USED_AS.get(kind, attribute)
    uses = {use.mark for use in (*source.uses, *queries.uses, *more_uses) if used and (use.kind, use.name) == (used, old)}
    marks = sorted(uses | {declared[old]}, reverse=True)
    texts: dict[str, str] = {}
    counts: dict[str, int] = {}
    for mark in marks:
        text = texts.get(mark.file) or (root / mark.file).read_bytes().decode("utf-8")
        texts[mark.file] = _with_name(text, mark, new)
        counts[mark.file] = counts.get(mark.file, 0) + 1
    if kind is NameKind.SERVICE:
        _rename_mentions(root, old, new, texts, counts)
    return Renaming(dict(sorted(texts.items())), dict(sorted(counts.items())))


#: Under what the uses of a kind are recorded; those of a value under its attribute.
_USED_AS: Mapping[NameKind, str] = {
    NameKind.NEED: NEED,
    NameKind.PLACE: PLACE,
    NameKind.CATEGORY: CATEGORY_NAME,
    NameKind.ATTRIBUTE: ATTRIBUTE_NAME,
    NameKind.DANGER: DANGER_ATTRIBUTE,
    NameKind.SERVICE: "",
    NameKind.TOPIC: "",
    NameKind.FLOW: "",
}


def _refuse(kind: NameKind, attribute: str, old: str, new: str, declared: Collection[str]) -> None:
    if old not in declared:
        message = translate("«{name}» non c'è.").format(name=f"{attribute}{_OF}{old}" if attribute else old)
        if near := nearest(old, declared):
            message += " " + translate("Forse «{name}»?").format(name=near)
        raise UsageError(message)
    if new in declared:
        raise UsageError(translate("«{name}» c'è già. Scegli un altro nome.").format(name=new))
    if not is_identifier(new):
        message = translate("«{name}» non va bene come nome: solo lettere minuscole senza accenti, numeri e trattini.")
        raise UsageError(message.format(name=new))
    if (kind is NameKind.ATTRIBUTE and old in FIXED_KINDS) or attribute == PERSON:
        raise UsageError(translate("«{name}» ha un nome fisso: il bot lo conosce così.").format(name=old))


def _declared(root: Path, kind: NameKind, attribute: str) -> Iterator[tuple[str, Mark]]:
    """Yield all declared names of a kind, each with its place."""
    mappings = {
        NameKind.NEED: (NEEDS_FILE.path, "needs"),
        NameKind.CATEGORY: (NEEDS_FILE.path, "categories"),
        NameKind.PLACE: (PLACES_FILE.path,),
        NameKind.ATTRIBUTE: (ATTRIBUTES_FILE.path,),
        NameKind.VALUE: (ATTRIBUTES_FILE.path, attribute, "values"),
        NameKind.DANGER: (URGENT_FILE.path,),
    }
    if kind in mappings:
        file, *path = mappings[kind]
        yield from _keys(root, file, *path)
        return
    pattern, field = {
        NameKind.TOPIC: (OUT_OF_SCOPE_FILE.path, "id"),
        NameKind.SERVICE: (SERVICE_FILES.path, "id"),
        NameKind.FLOW: (FLOW_FILES.path, "flow"),
    }[kind]
    for found in sorted(root.glob(pattern)):
        yield from _ids(root, found.relative_to(root).as_posix(), field)


def _keys(root: Path, file: str, *path: str) -> Iterator[tuple[str, Mark]]:
    node = read_file(root, file, Problems())
    for name in path:
        node = node.get(name) if isinstance(node, MapNode) else None
    yield from ((key.text, key.mark) for key, _ in node.entries) if isinstance(node, MapNode) else ()


def _ids(root: Path, file: str, field: str) -> Iterator[tuple[str, Mark]]:
    node = read_file(root, file, Problems())
    entries: tuple[Node | None, ...] = node.items if isinstance(node, ListNode) else (node,)
    for entry in entries:
        id = entry.get(field) if isinstance(entry, MapNode) else None
        if isinstance(id, ScalarNode):
            yield id.text, id.mark


#: A name as it is written: in quotes, or up to what cannot belong to it.
_WRITTEN = re.compile(r"""(?P<quote>['"])(?P<quoted>[^'"]*)(?P=quote)|(?P<bare>[^,\]}:#\n]+?)(?=\s*(?:[,\]}]|:|\s#|\r?\n|$))""")


def _with_name(text: str, mark: Mark, new: str) -> str:
    """Return a text with the name at a place changed, in its quotes if it has any."""
    start = _index(text, mark)
    found = _WRITTEN.match(text, start)
    assert found is not None, mark
    group = "quoted" if found["quote"] else "bare"
    return text[: found.start(group)] + new + text[found.end(group) :]


def _index(text: str, mark: Mark) -> int:
    start = 0
    for _ in range(mark.line - 1):
        start = text.index("\n", start) + 1
    is_marked = mark.line == 1 and text.startswith("\ufeff")
    return start + mark.column - 1 + is_marked


def _rename_mentions(root: Path, old: str, new: str, texts: dict[str, str], counts: dict[str, int]) -> None:
    """Change references to a service, such as `{numero:…}`, in the texts of all files."""
    for path in (*root.glob("flows/*.yaml"), *root.glob("catalogue/**/*.yaml")):
        name = path.relative_to(root).as_posix()
        text = texts.get(name) or path.read_bytes().decode("utf-8")
        changed, count = mention_of(old).subn(rf"\g<1>{new}\g<2>", text)
        if count:
            texts[name], counts[name] = changed, counts.get(name, 0) + count
