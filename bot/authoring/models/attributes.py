"""`catalogue/attributes.yaml`: the attributes, each with the fields of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from bot.authoring.conditions import UnreadConditionField, read_condition, read_values
from bot.authoring.fields import Model, ReadingContext, Schema, Shape, read_model
from bot.authoring.files import ContentFile
from bot.authoring.hours import HoursField
from bot.authoring.models.terms import LabelField, TermFields, check_names
from bot.authoring.problems import Fault
from bot.authoring.shapes import FlagField, TextField, choice, map_of, one_or_many, scalar, section
from bot.authoring.yaml_nodes import MapNode, Node, ScalarNode
from bot.core import hours
from bot.core.attributes import AGE, DISABILITY, FAMILY, NEED, PERSON, PLACE, SCHEDULE, Attribute, Term
from bot.core.conditions import Span
from bot.kinds.kind import AttributeKind, YamlForm
from bot.kinds.registry import KINDS

FIXED_KIND = Fault(
    "fixed_kind", "l'attributo «{name}» deve essere di tipo {kind}.", "the attribute “{name}” must be of type {kind}."
)
VALUES_ELSEWHERE = Fault(
    "values_elsewhere",
    "i valori di «{name}» stanno in un altro file: togli «values» da qui.",
    "the values of “{name}” are kept in another file: remove “values” here.",
)

#: The attributes that the bot knows by name, and their kinds.
FIXED_KINDS = {
    PERSON: "choice",
    AGE: "age",
    NEED: "need",
    FAMILY: "choice",
    DISABILITY: "choice",
    SCHEDULE: "schedule",
    PLACE: "place",
}

KindField = Annotated[AttributeKind, choice(KINDS).then(KINDS.__getitem__)]
BandsField = Annotated[tuple[ScalarNode, ...], one_or_many(scalar(lambda node, _: node, "intervallo: 6-10, 65+, <3"))]
#: Values that another file declares, and their categories, by the form of the kinds that have them.
Listed = Mapping[YamlForm, tuple[Mapping[str, Term], Mapping[str, Term]]]
#: A field that is known, and not looked at.
_IGNORED: Shape[Node] = Shape(lambda node, _name, _context: node, "", {})


@dataclass(frozen=True, kw_only=True)
class ValueFields(TermFields):
    """The fields of a value that a choice attribute lists."""

    described: Annotated[LabelField, "Chi descrive, dopo «il servizio è per …». Senza, il testo del pulsante."] = ""
    none: Annotated[FlagField, "«Nessuna di queste»: scelto, esclude gli altri."] = False
    implied_by: Annotated[UnreadConditionField, "La condizione da cui segue da sé, senza chiederlo."] = None

    def term(self) -> Term:
        """Return the value as a term, without the condition that implies it."""
        return self.make(Term, id=self.key, implied_by=None)


@dataclass(frozen=True, kw_only=True)
class ScheduleValueFields(ValueFields):
    """The fields of a named part of the week, a value of a schedule attribute."""

    window: Annotated[HoursField, "La parte della settimana che vuol dire.", "hours"]

    def term(self) -> Term:
        """Return the part of the week as a term, without the condition that implies it."""
        return replace(super().term(), slots=hours.week(self.window))


@dataclass(frozen=True, kw_only=True)
class AttributeFields(Model):
    """The fields that attributes of every kind have."""

    kind: Annotated[KindField, "Il tipo: decide come si chiede e come si risponde.", "type"]
    label: Annotated[LabelField, "Il nome, come lo leggono le persone."]
    multiple: Annotated[FlagField, "Si possono dare più risposte."] = False
    sensitive: Annotated[FlagField, "È un dato delicato (GDPR, art. 9): si può non rispondere, e non si conserva."] = False

    def attribute(self, context: ReadingContext, listed: Listed) -> Attribute:  # noqa: ARG002 - for other kinds
        """Return the attribute without implications; `listed` are the values that another file declares."""
        return self.make(Attribute, id=self.key, terms={})

    def with_implications(self, attribute: Attribute, context: ReadingContext) -> Attribute:  # noqa: ARG002 - of a choice
        """Return the attribute; in kinds with listed values also with the conditions (`implied_by`) from which these follow."""
        return attribute


@dataclass(frozen=True, kw_only=True)
class ChoiceFields(AttributeFields):
    """An attribute whose values are listed with it."""

    values: Annotated[dict[str, ValueFields], map_of(section(ValueFields)), "I valori, nell'ordine dei pulsanti."]

    def find_faults(self, context: ReadingContext) -> None:
        """Record a word that is a name of two values."""
        check_names(context, self.values)

    def attribute(self, context: ReadingContext, listed: Listed) -> Attribute:
        """Return the attribute with its values."""
        return replace(super().attribute(context, listed), terms={id: value.term() for id, value in self.values.items()})

    def with_implications(self, attribute: Attribute, context: ReadingContext) -> Attribute:
        """Return the attribute with the conditions (`implied_by`) from which its values follow."""
        implied = {
            id: replace(attribute.terms[id], implied_by=read_condition(value.implied_by, context))
            for id, value in self.values.items()
            if value.implied_by is not None
        }
        return replace(attribute, terms={**attribute.terms, **implied})


@dataclass(frozen=True, kw_only=True)
class ScheduleFields(ChoiceFields):
    """An attribute whose values are listed parts of the week."""

    values: Annotated[  # type: ignore[assignment]
        dict[str, ScheduleValueFields], map_of(section(ScheduleValueFields)), "Le parti della settimana."
    ]


@dataclass(frozen=True, kw_only=True)
class BandFields(AttributeFields):
    """An attribute whose values are spans of numbers."""

    bands: Annotated[BandsField, "Gli intervalli offerti come pulsanti."] = ()

    def find_faults(self, context: ReadingContext) -> None:
        """Record bands that are no spans."""
        self.attribute(context, {})

    def attribute(self, context: ReadingContext, listed: Listed) -> Attribute:  # noqa: ARG002 - for other kinds
        """Return the attribute with its bands."""
        attribute = self.make(Attribute, id=self.key, terms={}, bands=())
        bands = [value for node in self.bands for value in read_values(node, attribute, context)]
        return replace(attribute, bands=tuple(band for band in bands if isinstance(band, Span)))


@dataclass(frozen=True, kw_only=True)
class ListedFields(AttributeFields):
    """An attribute whose values another file declares."""

    label: Annotated[TextField, "Il nome, come lo leggono le persone. Senza, quello dell'attributo."] = ""
    values: Annotated[Node | None, _IGNORED, ""] = None

    def find_faults(self, context: ReadingContext) -> None:
        """Record values listed here that belong in the other file."""
        if self.values is not None:
            context.problems.add(VALUES_ELSEWHERE, self.mark_of("values"), name=self.key)

    def attribute(self, context: ReadingContext, listed: Listed) -> Attribute:  # noqa: ARG002 - for other kinds
        """Return the attribute with the values of the other file."""
        terms, categories = listed[self.kind.yaml]
        return self.make(Attribute, id=self.key, label=self.label or self.key, terms=terms, categories=categories)


@dataclass(frozen=True, kw_only=True)
class KindlessFields(Model):
    """The fields of an attribute whose kind is faulty. They depend on the kind, so the others are not checked."""

    kind: Annotated[KindField, "", "type"]
    label: Annotated[Node | None, _IGNORED, ""] = None
    multiple: Annotated[Node | None, _IGNORED, ""] = None
    sensitive: Annotated[Node | None, _IGNORED, ""] = None
    values: Annotated[Node | None, _IGNORED, ""] = None
    bands: Annotated[Node | None, _IGNORED, ""] = None

    def find_faults(self, context: ReadingContext) -> None:
        """Record a kind that differs from the one that the bot's code expects of this attribute."""
        needed = FIXED_KINDS.get(self.key)
        if needed is not None and self.text_of("type") in KINDS:
            context.problems.add(FIXED_KIND, self.mark_of("type"), name=self.key, kind=needed)


#: The fields of an attribute, by the form in YAML of its kind.
FIELDS_OF_FORM: Mapping[YamlForm, type[AttributeFields]] = {
    YamlForm.PLAIN: AttributeFields,
    YamlForm.VALUES: ChoiceFields,
    YamlForm.WINDOWS: ScheduleFields,
    YamlForm.NEEDS: ListedFields,
    YamlForm.PLACES: ListedFields,
    YamlForm.BANDS: BandFields,
}
_FIELDS_OF_KIND = {name: FIELDS_OF_FORM[kind.yaml] for name, kind in KINDS.items()}


def written_kind(node: Node, id: str) -> AttributeKind | None:
    """Return the kind written for an attribute; None if it is missing or differs from what the bot's code expects."""
    written = node.get("type") if isinstance(node, MapNode) else None
    name = written.text if isinstance(written, ScalarNode) else ""
    return KINDS.get(name) if FIXED_KINDS.get(id, name) == name else None


def _read_attribute(node: Node, name: str, context: ReadingContext) -> AttributeFields | None:
    """Return the fields of an attribute; None if its kind has a fault."""
    kind = written_kind(node, name)
    found = read_model(_FIELDS_OF_KIND[kind.name] if kind is not None else KindlessFields, node, name, context)
    return found if isinstance(found, AttributeFields) else None


_SCHEMA: Schema = {
    "type": "object",
    "properties": {"type": choice(KINDS).schema},
    "required": ["type"],
    "allOf": [
        {"if": {"properties": {"type": {"const": name}}}, "then": section(fields).schema}
        for name, fields in _FIELDS_OF_KIND.items()
    ],
}
_ATTRIBUTE = Shape(
    _read_attribute, "attributo", _SCHEMA, models={f"type: {name}": fields for name, fields in _FIELDS_OF_KIND.items()}
)
ATTRIBUTES_FILE = ContentFile(
    "catalogue/attributes.yaml",
    map_of(_ATTRIBUTE, may_be_empty=True),
    "Il vocabolario: ogni cosa che il bot può sapere della persona da aiutare, per identificativo.",
)
