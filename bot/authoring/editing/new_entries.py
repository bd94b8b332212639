"""A new service, need, municipality, topic or flow: asked field by field, checked, and written into its file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.authoring.calendar_words import plain_characters
from bot.authoring.editing.writing import as_entry, as_text, entry_model, field_yaml, indented, model_yaml
from bot.authoring.fields import Field, Model, ReadingContext, fields_of
from bot.authoring.load import read_content
from bot.authoring.models.flows import FlowFields
from bot.authoring.models.needs import NEEDS_FILE, NeedFields
from bot.authoring.models.places import PLACES_FILE, PlaceFields
from bot.authoring.models.services import ServiceFields
from bot.authoring.models.topics import OUT_OF_SCOPE_FILE, TopicFields
from bot.authoring.problems import Problems
from bot.authoring.shapes import IDENTIFIER, LONGEST_ID
from bot.authoring.yaml_nodes import MapNode, parse
from bot.core.content import Content
from bot.errors import UsageError
from bot.staff_language import translate


class EntryKind(StrEnum):
    """A kind of entry that can be added."""

    SERVICE = "service"
    NEED = "need"
    FLOW = "flow"
    PLACE = "place"
    TOPIC = "topic"


@dataclass(frozen=True)
class Entry:
    """A new entry: its id, the file that holds it, and the whole text of that file with it."""

    id: str
    file: str
    text: str


#: The values of an entry by the names of its fields: a line of text, or entries inside it.
Values = dict[str, object]
#: From a question to the answer, one line; "" to leave it out.
Ask = Callable[[str], str]
Say = Callable[[str], None]

_MODELS: Mapping[EntryKind, type[Model]] = {
    EntryKind.SERVICE: ServiceFields,
    EntryKind.NEED: NeedFields,
    EntryKind.FLOW: FlowFields,
    EntryKind.PLACE: PlaceFields,
    EntryKind.TOPIC: TopicFields,
}
#: The id, where it is the name of the entry and no field.
_KEY = Field("id", "id", IDENTIFIER, "Il nome unico.", "")
#: The fields whose words make an id, the likeliest first.
_NAMED_BY = ("name", "title", "label")
_YES = frozenset({"s", "si", "sì", "y", "yes"})


@dataclass(frozen=True)
class EntryForm:
    """The questions to ask for a new entry of one kind, and the data needed to check the answers."""

    kind: EntryKind
    context: ReadingContext
    taken: frozenset[str]
    today: dt.date

    def asked(self, ask: Ask, say: Say) -> Values:
        """Ask all questions and return the answers; a wrong answer is explained, and its question asked again."""
        model = _MODELS[self.kind]
        fields = [field for field in _in_order(model) if field.name not in ("id", "flow")]
        names = [field for field in fields if field.name in _NAMED_BY][:1]
        values: Values = {}
        for field in names:
            self._ask_field(field, values, ask, say)
        id_name = "flow" if self.kind is EntryKind.FLOW else "id"
        id_field = fields_of(model).get(id_name, _KEY)
        self._ask_field(id_field, values, ask, say, default=self.free_id(str(values.get(names[0].name, ""))))
        for field in sorted((field for field in fields if field not in names), key=lambda field: not field.is_required):
            self._ask_field(field, values, ask, say)
        return values

    def _ask_field(self, field: Field, values: Values, ask: Ask, say: Say, default: str = "") -> None:
        if (model := entry_model(field)) is not None:
            values[field.name] = list(self._entries(field, model, ask, say))
            return
        if not field.description or (field.shape.models and field.shape.schema.get("type") == "object"):
            return
        default = self.today.isoformat() if field.name == "assured" else default
        hint = translate("Invio: {default}").format(default=default) if default else translate("Invio: niente")
        question = f"{field.description} ({field.name}{'' if field.is_required and not default else f'; {hint}'})"
        while True:
            answer = ask(question).strip() or default
            if not answer and field.is_required:
                say(translate("Serve una risposta."))
            elif not answer:
                return
            elif faults := list(self._faults(field, answer)):
                for fault in faults:
                    say(fault)
            else:
                values[field.name] = answer
                return

    def _entries(self, field: Field, model: type[Model], ask: Ask, say: Say) -> Iterator[Values]:
        say(field.description)
        while True:
            values: Values = {}
            for inner in _in_order(model):
                self._ask_field(inner, values, ask, say)
            yield values
            if plain_characters(ask(translate("Un'altra voce? (sì/no)"))).strip() not in _YES:
                return

    def _faults(self, field: Field, answer: str) -> Iterator[str]:
        """Yield sentences about the faults of one answer."""
        problems = Problems(self.context.problems.language)
        try:
            text = as_text({field.name: field_yaml(field, answer)})
        except ValueError:
            yield translate("Non riesco a leggerlo: controlla parentesi e virgolette.")
            return
        node = parse("", text.encode(), problems)
        value = node.get(field.name) if isinstance(node, MapNode) else None
        if value is not None:
            field.shape.read(value, field.name, replace(self.context, problems=problems))
        yield from (problem.message for problem in problems.errors)
        if field.name in ("id", "flow") and answer in self.taken:
            yield translate("«{name}» c'è già. Scegli un altro nome.").format(name=answer)

    def free_id(self, name: str) -> str:
        """Return an unused id made from a name."""
        id = re.sub(r"[^a-z0-9]+", "-", plain_characters(name)).strip("-")[: LONGEST_ID - 3].strip("-")
        numbered = (f"{id}-{number}" for number in range(2, 99))
        return id if id not in self.taken else next(one for one in numbered if one not in self.taken)


def _in_order(model: type[Model]) -> list[Field]:
    """Return the fields of a model, with those that it shares with other models last."""
    return sorted(fields_of(model).values(), key=lambda field: field.attribute not in model.__annotations__)


def form_of(root: Path, kind: EntryKind, today: dt.date) -> EntryForm:
    """Return the form of a new entry. Raises UsageError for content with errors."""
    source = read_content(root)
    if source.content is None:
        raise UsageError(translate("I contenuti hanno errori: correggili prima, con «check»."))
    return EntryForm(kind, ReadingContext(Problems(), source.names), frozenset(_taken(source.content, kind)), today)


def _taken(content: Content, kind: EntryKind) -> Iterator[str]:
    match kind:
        case EntryKind.SERVICE:
            yield from content.services_by_id
        case EntryKind.NEED:
            yield from content.vocabulary.needs
        case EntryKind.FLOW:
            yield from content.flows
        case EntryKind.PLACE:
            yield from content.vocabulary["comune"].terms
        case EntryKind.TOPIC:
            yield from content.topics


def new_entry(root: Path, kind: EntryKind, values: Mapping[str, object], file: str = "") -> Entry:
    """Return a new entry with these values, and the text of its file with it, unchecked. `file` is where a service is added.

    Raises UsageError if it has no id, or values that are no YAML.
    """
    id = str(values.get("flow" if kind is EntryKind.FLOW else "id", ""))
    if not id:
        raise UsageError(translate("Manca il campo «{name}».").format(name="id"))
    try:
        return _entry(root, kind, id, values, file)
    except ValueError as error:
        raise UsageError(translate("Non riesco a leggerlo: controlla parentesi e virgolette.")) from error


def _entry(root: Path, kind: EntryKind, id: str, values: Mapping[str, object], file: str) -> Entry:
    model = _MODELS[kind]
    rest = {name: value for name, value in values.items() if name != "id"}
    match kind:
        case EntryKind.SERVICE:
            file = file or f"catalogue/services/{values.get('category', 'nuovi')}.yaml"
            return Entry(id, file, _appended(root, file, as_entry(model_yaml(model, values)), gap="\n"))
        case EntryKind.TOPIC:
            return Entry(id, OUT_OF_SCOPE_FILE.path, _appended(root, OUT_OF_SCOPE_FILE.path, as_entry(model_yaml(model, values))))
        case EntryKind.NEED:
            text = as_text({id: model_yaml(model, rest)})
            return Entry(id, NEEDS_FILE.path, _with_need(root, indented(text)))
        case EntryKind.PLACE:
            text = as_text({id: model_yaml(model, rest, in_braces=True)})
            return Entry(id, PLACES_FILE.path, _appended(root, PLACES_FILE.path, text))
        case EntryKind.FLOW:
            return Entry(id, f"flows/{id}.yaml", as_text(model_yaml(model, values)))


def _appended(root: Path, file: str, entry: str, gap: str = "") -> str:
    path = root / file
    before = path.read_bytes().decode("utf-8").rstrip() if path.exists() else ""
    return f"{before}\n{gap}{entry}".lstrip("\n")


def _with_need(root: Path, entry: str) -> str:
    """Return the text of the file of needs with an entry added at the end of its needs."""
    text = (root / NEEDS_FILE.path).read_bytes().decode("utf-8")
    start = re.search(r"^needs:.*\n", text, re.MULTILINE)
    end = re.compile(r"^[^\s#]", re.MULTILINE).search(text, start.end()) if start else None
    if end is None:
        return f"{text.rstrip()}\n{entry}"
    return f"{text[: end.start()].rstrip()}\n{entry}\n{text[end.start() :]}"
