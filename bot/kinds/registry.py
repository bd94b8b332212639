"""All kinds of attribute, by their `type` in `attributes.yaml`: one for each module of this package that has a `KIND`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from bot import kinds
from bot.core.attributes import Attribute
from bot.kinds.kind import AttributeKind

#: The order in which staff read the kinds; others follow.
_ORDER = ("choice", "scale", "need", "age", "number", "yes_no", "place", "schedule", "period", "text")


def _kinds() -> Mapping[str, AttributeKind]:
    names = [module.name for module in iter_modules(kinds.__path__) if f"{kinds.__name__}.{module.name}" != __name__]
    modules = [import_module(f"{kinds.__name__}.{name}") for name in names]
    found = {kind.name: kind for module in modules if isinstance(kind := getattr(module, "KIND", None), AttributeKind)}
    return {name: found[name] for name in dict.fromkeys((*_ORDER, *found))}


KINDS = _kinds()


def kind_of(attribute: Attribute) -> AttributeKind:
    """Return the kind of an attribute, with all that this package knows of it."""
    return KINDS[attribute.kind.name]
