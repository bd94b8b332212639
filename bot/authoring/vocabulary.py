"""`attributes.yaml`, `needs.yaml` and `places.yaml` → the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.authoring.conditions import read_condition, read_values
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import Fields, as_mapping, check_id, scalars
from bot.authoring.hours import read_hours
from bot.authoring.problems import Mark, Problems
from bot.authoring.topics import sentences
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode
from bot.core import hours
from bot.core.attributes import (
    AGE,
    DISABILITY,
    FAMILY,
    NEED,
    PERSON,
    PLACE,
    SCHEDULE,
    Attribute,
    Place,
    Term,
    Vocabulary,
)
from bot.core.conditions import Span
from bot.kinds.kind import AttributeKind, YamlForm
from bot.kinds.registry import KINDS
from bot.language.meaning.languages import FOREIGN_LANGUAGES
from bot.language.text.normalise import normalise

_FIXED = {
    PERSON: "choice",
    AGE: "age",
    NEED: "need",
    FAMILY: "choice",
    DISABILITY: "choice",
    SCHEDULE: "schedule",
    PLACE: "place",
}
_PERSONS = ("bambino", "ragazzo", "adulto", "anziano", "famiglia", "azienda")
_LONGEST_LABEL = 40
#: The terms of the other files, None for a file that cannot be read, and their categories.
_Listed = Mapping[YamlForm, tuple[dict[str, Term] | None, dict[str, Term]]]


@dataclass(frozen=True)
class Files:
    """The nodes of the three files; None for one that could not be read."""

    attributes: Node | None
    needs: Node | None
    places: Node | None


def read_vocabulary(files: Files, problems: Problems) -> tuple[Vocabulary, DeclaredNames]:
    """The vocabulary without what has a fault, and all words that were declared."""
    words = DeclaredNames()
    categories, needs = _read_needs(files.needs, words, problems)
    places = _read_places(files.places, words, problems)
    listed: _Listed = {YamlForm.NEEDS: (needs, categories), YamlForm.PLACES: (places, {})}
    declared = as_mapping(files.attributes, problems) if files.attributes is not None else None
    if declared is None:
        words.open("attributes")
        return Vocabulary({}), words
    for key, node in declared.entries:
        words.attributes[key.text] = _read_attribute(key, node, listed, words, problems)
    for key, node in declared.entries:
        attribute = words.attributes[key.text]
        if attribute is not None and isinstance(node, MapNode):
            words.attributes[key.text] = _with_implications(attribute, node, words, problems)
    _check_fixed(declared, words, problems)
    return Vocabulary(words.sound()), words


def _read_attribute(key: ScalarNode, node: Node, listed: _Listed, words: DeclaredNames, problems: Problems) -> Attribute | None:
    before = len(problems)
    check_id(key, problems)
    mapping = as_mapping(node, problems)
    if mapping is None:
        words.open(key.text)
        return None
    fields = Fields(mapping, problems)
    kind = _read_kind(key, fields, words, problems)
    if kind is None:
        return None
    label = (
        fields.text("label", required=True, longest=_LONGEST_LABEL)
        if kind.yaml not in listed
        else fields.text("label") or key.text
    )
    multiple, sensitive = fields.flag("multiple"), fields.flag("sensitive")
    terms: dict[str, Term] = {}
    categories: dict[str, Term] = {}
    if kind.yaml in (YamlForm.VALUES, YamlForm.WINDOWS):
        values = fields.mapping("values", required=True)
        terms = _read_terms(key.text, values, words, problems, window=kind.yaml is YamlForm.WINDOWS)
    elif kind.yaml in listed:
        if fields.node("values") is not None:
            problems.add("values_elsewhere", fields.mark_of("values"), name=key.text)
        found, categories = listed[kind.yaml]
        if found is None:
            words.open(key.text)
        terms = found or {}
        words.declare(key.text, words.values(kind.name))
    attribute = Attribute(key.text, kind, label, terms, multiple, sensitive, categories=categories)
    if kind.yaml is YamlForm.BANDS:
        bands = (value for scalar in fields.scalars("bands") for value in read_values(scalar, attribute, words, problems))
        attribute = replace(attribute, bands=tuple(band for band in bands if isinstance(band, Span)))
    fields.done()
    return attribute if len(problems) == before else None


def _read_kind(key: ScalarNode, fields: Fields, words: DeclaredNames, problems: Problems) -> AttributeKind | None:
    """The type of an attribute. None if it has a fault: what else belongs to it depends on the type, and is not looked at."""
    scalar = fields.scalar("type", required=True)
    kind = KINDS.get(scalar.text) if scalar is not None else None
    if scalar is not None and kind is None:
        problems.add("not_one_of", scalar.mark, name=scalar.text, options=", ".join(KINDS), among=list(KINDS))
    needed = _FIXED.get(key.text)
    if kind is not None and needed is not None and kind.name != needed:
        problems.add("fixed_kind", fields.mark_of("type"), name=key.text, kind=needed)
        kind = None
    if kind is None:
        for name in ("label", "multiple", "sensitive", "values", "bands"):
            fields.node(name)
        fields.done()
        words.open(key.text)
    return kind


def _read_terms(
    attribute: str, values: MapNode | None, words: DeclaredNames, problems: Problems, *, window: bool
) -> dict[str, Term]:
    if values is None:
        words.open(attribute)
        return {}
    words.declare(attribute, (key.text for key, _ in values.entries))
    names = _Names(problems)

    def term(key: ScalarNode, fields: Fields) -> Term:
        found = Term(
            key.text, fields.text("label", required=True, longest=_LONGEST_LABEL), fields.texts("also"), none=fields.flag("none")
        )
        fields.node("implied_by")
        found = replace(found, described=fields.text("described", longest=_LONGEST_LABEL))
        if window and (opening := read_hours(fields.scalar("hours", required=True), problems)) is not None:
            found = replace(found, window=opening, slots=hours.week(opening))
        names.note(fields.mark, found)
        return found

    return _each(values, problems, term)


def _with_implications(attribute: Attribute, node: MapNode, words: DeclaredNames, problems: Problems) -> Attribute:
    values = node.get("values")
    terms = dict(attribute.terms)
    for key, value in values.entries if isinstance(values, MapNode) else ():
        if isinstance(value, MapNode) and (implied := value.get("implied_by")) is not None and key.text in terms:
            terms[key.text] = replace(terms[key.text], implied_by=read_condition(implied, words, problems))
    return replace(attribute, terms=terms)


def _read_needs(node: Node | None, words: DeclaredNames, problems: Problems) -> tuple[dict[str, Term], dict[str, Term] | None]:
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        words.open("categories")
        return {}, None
    fields = Fields(mapping, problems)
    listed = fields.mapping("categories", required=True)
    taxonomy = fields.mapping("needs", required=True)
    fields.done()
    if listed is None:
        words.open("categories")
    known = [key.text for key, _ in listed.entries] if listed else []
    words.categories = known
    names = _Names(problems)

    def category(key: ScalarNode, fields: Fields) -> Term:
        found = Term(key.text, fields.text("label", required=True, longest=_LONGEST_LABEL), fields.texts("also"))
        names.note(fields.mark, found)
        return found

    def need(key: ScalarNode, fields: Fields) -> Term:
        found = Term(
            key.text,
            fields.text("label", required=True, longest=_LONGEST_LABEL),
            fields.texts("also"),
            category=read_category(fields, words, problems),
            sensitive=fields.flag("sensitive"),
            examples=sentences(fields, "examples", problems),
            translated=_read_translated(fields.mapping("translated"), problems),
        )
        fields.text("code")
        names.note(fields.mark, found)
        return found

    categories = _each(listed, problems, category) if listed else {}
    if taxonomy is None:
        return categories, None
    words.declare(_FIXED[NEED], (key.text for key, _ in taxonomy.entries))
    words.needs = {key.text: key.mark for key, _ in taxonomy.entries}
    return categories, _each(taxonomy, problems, need)


def _read_translated(mapping: MapNode | None, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Names in other languages, by language."""
    found: dict[str, tuple[str, ...]] = {}
    for key, node in mapping.entries if mapping is not None else ():
        if key.text not in FOREIGN_LANGUAGES:
            options = ", ".join(FOREIGN_LANGUAGES)
            problems.add("not_one_of", key.mark, name=key.text, options=options, among=FOREIGN_LANGUAGES)
        else:
            found[key.text] = tuple(scalar.text for scalar in scalars(node, key.text, problems))
    return found


def read_category(fields: Fields, words: DeclaredNames, problems: Problems) -> str:
    """The required field `category`."""
    scalar = fields.scalar("category", required=True)
    if scalar is None:
        return ""
    if scalar.text not in words.categories and not words.is_open("categories"):
        problems.add("unknown_category", scalar.mark, name=scalar.text, among=words.categories)
    return scalar.text


def _read_places(node: Node | None, words: DeclaredNames, problems: Problems) -> dict[str, Term] | None:
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        return None
    words.declare(_FIXED[PLACE], (key.text for key, _ in mapping.entries))
    names = _Names(problems)

    def place(key: ScalarNode, fields: Fields) -> Term:
        found = Place(
            key.text,
            fields.text("name", required=True, longest=_LONGEST_LABEL),
            fields.texts("also"),
            istat=fields.text("istat", required=True, longest=6),
            postal_code=fields.text("postal_code", required=True, longest=5),
            latitude=fields.number("latitude", -90, 90),
            longitude=fields.number("longitude", -180, 180),
            core=fields.flag("core"),
        )
        names.note(fields.mark, found)
        return found

    return _each(mapping, problems, place)


def _each(mapping: MapNode, problems: Problems, read: Callable[[ScalarNode, Fields], Term]) -> dict[str, Term]:
    """One term for every entry, by id."""
    terms: dict[str, Term] = {}
    for key, node in mapping.entries:
        check_id(key, problems)
        inner = as_mapping(node, problems)
        if inner is not None:
            fields = Fields(inner, problems)
            terms[key.text] = read(key, fields)
            fields.done()
    return terms


class _Names:
    """Notices when a word stands for two values of one attribute."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._owners: dict[str, str] = {}

    def note(self, mark: Mark, term: Term) -> None:
        for name, written in {normalise(name): name for name in (term.label, *term.also)}.items():
            owner = self._owners.setdefault(name, term.id)
            if owner != term.id and name:
                self._problems.add("same_name", mark, name=written, other=owner)


def _check_fixed(declared: MapNode, words: DeclaredNames, problems: Problems) -> None:
    """The attributes and values that the bot knows by name. What is missing is taken as known from here on."""
    for id, kind in _FIXED.items():
        if declared.get(id) is None:
            problems.add("fixed_attribute", declared.mark, name=id, kind=kind)
            words.attributes[id] = None
            words.open(id)
    person = declared.get(PERSON)
    values = person.get("values") if isinstance(person, MapNode) else None
    if isinstance(values, MapNode) and not words.is_open(PERSON):
        missing = [value for value in _PERSONS if value not in words.values(PERSON)]
        for value in missing:
            problems.add("fixed_value", values.mark, name=value, attribute=PERSON)
        words.declare(PERSON, missing)
