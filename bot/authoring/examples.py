"""New example sentences, added to the files of a content folder to teach the bot. All other lines stay exactly as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from bot.authoring.models.intents import INTENTS_FILE
from bot.authoring.models.needs import NEEDS_FILE
from bot.authoring.models.topics import OUT_OF_SCOPE_FILE, URGENT_FILE
from bot.errors import UsageError
from bot.staff_language import translate

#: The files that have examples, in the order in which an id is looked for.
TAUGHT_FILES = (NEEDS_FILE.path, OUT_OF_SCOPE_FILE.path, INTENTS_FILE.path, URGENT_FILE.path)
#: The field of sentences that mean an entry, and of a danger's sentences that only look like it.
EXAMPLES, UNLIKE = "examples", "unlike"
#: The field of words that tell a danger alone.
PHRASES = "phrases"
#: The beginning of an owner whose sentence only looks like a danger: "unlike:violence".
_UNLIKE_MARK = f"{UNLIKE}:"


class ExampleFiles:
    """The files of a content folder that hold example sentences, and the sentences added to them."""

    def __init__(self, root: Path) -> None:
        """Read the files."""
        self._root = root
        self._texts = {path: (root / path).read_bytes().decode() for path in TAUGHT_FILES if (root / path).is_file()}
        self._before = dict(self._texts)

    def owners(self) -> Mapping[str, str]:
        """Return every id that can have examples, with its file; an id in two files belongs to the first."""
        found: dict[str, str] = {}
        for path, text in self._texts.items():
            for id, _ in _entries(text):
                found.setdefault(id, path)
        return found

    def add(self, owner: str, sentence: str, field: str = EXAMPLES) -> str:
        """Add an example sentence for an owner, and return its file; an example that exists already is not repeated.

        `owner` is the id of a need, a topic, an intent or a danger; with "unlike:" before it, of a danger that the sentence only
        looks like. Raises UsageError for an unknown id, and for a field that only dangers have.
        """
        id, field = owner.removeprefix(_UNLIKE_MARK), UNLIKE if owner.startswith(_UNLIKE_MARK) else field
        path = self.owners().get(id)
        if path is None or (field != EXAMPLES and path != URGENT_FILE.path):
            raise UsageError(translate("«{id}» non è un bisogno, un argomento, un'intenzione o un pericolo.").format(id=owner))
        self._texts[path] = with_example(self._texts[path], id, sentence, field)
        return path

    def changed(self) -> list[str]:
        """Return the files that have new examples."""
        return [path for path, text in self._texts.items() if text != self._before[path]]

    def changed_texts(self) -> Mapping[str, str]:
        """Return the new texts of the files that have new examples."""
        return {path: self._texts[path] for path in self.changed()}

    def write(self) -> None:
        """Write the changed files."""
        for path in self.changed():
            (self._root / path).write_bytes(self._texts[path].encode())

    def restore(self) -> None:
        """Write the files back as they were before the examples were added."""
        for path in self.changed():
            (self._root / path).write_bytes(self._before[path].encode())


def with_example(text: str, owner: str, sentence: str, field: str = EXAMPLES) -> str:
    """Return the text of a file with a sentence added to a list of an entry; unchanged if it is there already.

    Raises UsageError if the entry does not exist, or the field is no list.
    """
    node = next((node for id, node in _entries(text) if id == owner), None)
    if node is None:
        raise UsageError(translate("«{id}» non è un bisogno, un argomento, un'intenzione o un pericolo.").format(id=owner))
    written = yaml.safe_dump(sentence, default_style='"', allow_unicode=True, width=10_000).strip()
    fields = {str(key.value): (key, value) for key, value in node.value}
    if field not in fields:
        key, last = node.value[-1]
        if node.flow_style:
            at = node.end_mark.index - 1
            return f"{text[:at].rstrip()}, {field}: [{written}]{text[at:]}"
        indent = " " * key.start_mark.column
        return _inserted(text, _end_of(text, last), f"{indent}{field}:\n{indent}  - {written}\n")
    _, values = fields[field]
    if not isinstance(values, yaml.SequenceNode) or not values.value:
        raise UsageError(
            translate("«{field}» di «{id}» non è un elenco: aggiungi la frase nel file.").format(field=field, id=owner)
        )
    if any(str(one.value).split() == sentence.split() for one in values.value):
        return text
    if values.flow_style:
        end = values.value[-1].end_mark.index
        return f"{text[:end]}, {written}{text[end:]}"
    indent = " " * values.start_mark.column
    return _inserted(text, _end_of(text, values.value[-1]), f"{indent}- {written}\n")


def _entries(text: str) -> Iterator[tuple[str, yaml.MappingNode]]:
    """Yield the entries of a file by id, whether they stand in a list, in the mapping `needs`, or as keys of the whole file."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return
    if isinstance(root, yaml.SequenceNode):
        for item in root.value:
            if isinstance(item, yaml.MappingNode):
                id = next((str(value.value) for key, value in item.value if key.value == "id"), "")
                yield id, item
        return
    top = root.value if isinstance(root, yaml.MappingNode) else []
    inner = next((value.value for key, value in top if key.value == "needs" and isinstance(value, yaml.MappingNode)), top)
    yield from ((str(key.value), value) for key, value in inner if isinstance(value, yaml.MappingNode))


def _end_of(text: str, node: yaml.Node) -> int:
    """Return the position after the last line of a node; blank lines and comments below it are not part of it."""
    end = node.end_mark.index
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
        end = node.end_mark.index
    end = len(text[:end].rstrip()) if text[end - 1 : end].isspace() else end
    line = text.find("\n", end)
    return len(text) if line < 0 else line + 1


def _inserted(text: str, at: int, lines: str) -> str:
    head = text[:at] if text[:at].endswith("\n") else text[:at] + "\n"
    return head + lines + text[at:]
