"""`attributes.yaml`, `needs.yaml` and `places.yaml` → the vocabulary, and the names that all other content may use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.authoring.declared_names import ALL_ATTRIBUTES, ALL_CATEGORIES, DeclaredNames
from bot.authoring.fields import ReadingContext
from bot.authoring.models.attributes import ATTRIBUTES_FILE, FIXED_KINDS, Listed, written_kind
from bot.authoring.models.needs import NEEDS_FILE
from bot.authoring.models.places import PLACES_FILE
from bot.authoring.models.terms import check_names
from bot.authoring.problems import Fault, Problems
from bot.authoring.yaml_nodes import MapNode, Node
from bot.core.attributes import PERSON, Vocabulary
from bot.kinds.kind import AttributeKind, YamlForm

FIXED_ATTRIBUTE = Fault(
    "fixed_attribute",
    "manca l'attributo «{name}», di tipo {kind}: il bot ne ha bisogno.",
    "the attribute “{name}” of type {kind} is missing: the bot needs it.",
)
FIXED_VALUE = Fault(
    "fixed_value",
    "manca il valore «{name}» di «{attribute}»: il bot ne ha bisogno.",
    "the value “{name}” of “{attribute}” is missing: the bot needs it.",
)

_PERSONS = ("bambino", "ragazzo", "adulto", "anziano", "famiglia", "azienda")


@dataclass(frozen=True)
class VocabularyNodes:
    """The nodes of the vocabulary's three files; None for one that could not be read."""

    attributes: Node | None
    needs: Node | None
    places: Node | None


def read_vocabulary(nodes: VocabularyNodes, problems: Problems) -> tuple[Vocabulary, ReadingContext]:
    """Return the vocabulary without faulty parts, and the context with all declared names, in which other files are read."""
    context = ReadingContext(problems, collect_names(nodes))
    needs = NEEDS_FILE.meaning(nodes.needs, context)
    places = PLACES_FILE.meaning(nodes.places, context)
    check_names(context, places or {})
    categories = {id: category.term() for id, category in needs.categories.items()} if needs is not None else {}
    listed: Listed = {
        YamlForm.NEEDS: ({id: need.term() for id, need in needs.needs.items()} if needs is not None else {}, categories),
        YamlForm.PLACES: ({id: place.term() for id, place in (places or {}).items()}, {}),
    }
    written = ATTRIBUTES_FILE.meaning(nodes.attributes, context)
    sound = {id: fields for id, fields in (written or {}).items() if fields.is_sound}
    attributes = {id: fields.attribute(context, listed) for id, fields in sound.items()}
    context = replace(context, names=context.names.with_attributes(attributes))
    # What implies a value speaks of other attributes: only now all of them are known.
    attributes = {id: fields.with_implications(attributes[id], context) for id, fields in sound.items()}
    if isinstance(nodes.attributes, MapNode):
        _check_fixed(nodes.attributes, problems)
    return Vocabulary(attributes), replace(context, names=context.names.with_attributes(attributes))


def collect_names(nodes: VocabularyNodes) -> DeclaredNames:
    """Return all names that the files declare, faulty ones too, before the attributes themselves are read."""
    categories = _keys(nodes.needs, "categories")
    attributes = nodes.attributes if isinstance(nodes.attributes, MapNode) else None
    values = {
        key.text: _declared_values(node, written_kind(node, key.text), nodes)
        for key, node in (attributes.entries if attributes is not None else ())
    }
    unreadable = {id for id, declared in values.items() if declared is None}
    unreadable |= {ALL_CATEGORIES} if categories is None else set()
    if attributes is None:
        unreadable.add(ALL_ATTRIBUTES)
    else:
        # What the bot knows by name is taken as declared: that it is missing is told once.
        unreadable |= FIXED_KINDS.keys() - values.keys()
        values = {**values, **dict.fromkeys(FIXED_KINDS.keys() - values.keys())}
        values[PERSON] = dict.fromkeys([*(values[PERSON] or ()), *_PERSONS])
    return DeclaredNames(
        dict.fromkeys(values),
        categories or (),
        {id: declared for id, declared in values.items() if declared is not None},
        frozenset(unreadable),
    )


def _declared_values(node: Node, kind: AttributeKind | None, nodes: VocabularyNodes) -> Collection[str] | None:
    """Return the ids of the values that an attribute declares; None if they cannot be known."""
    match kind.yaml if kind is not None else None:
        case None:
            return None
        case YamlForm.NEEDS:
            return _keys(nodes.needs, "needs")
        case YamlForm.PLACES:
            return _keys(nodes.places)
        case YamlForm.VALUES | YamlForm.WINDOWS:
            return _keys(node, "values")
        case _:
            return ()


def _keys(node: Node | None, *path: str) -> Collection[str] | None:
    """Return the keys of a mapping, or of the mapping under a name inside it; None if there is no such mapping."""
    for name in path:
        node = node.get(name) if isinstance(node, MapNode) else None
    return [key.text for key, _ in node.entries] if isinstance(node, MapNode) else None


def _check_fixed(declared: MapNode, problems: Problems) -> None:
    """Record attributes and values that the bot's code refers to and that are not declared."""
    for id, kind in FIXED_KINDS.items():
        if declared.get(id) is None:
            problems.add(FIXED_ATTRIBUTE, declared.mark, name=id, kind=kind)
    person = declared.get(PERSON)
    values = person.get("values") if isinstance(person, MapNode) and written_kind(person, PERSON) is not None else None
    if isinstance(values, MapNode):
        for value in _PERSONS:
            if values.get(value) is None:
                problems.add(FIXED_VALUE, values.mark, name=value, attribute=PERSON)
