"""The stored form of effects that are done in a later transaction than the turn that caused them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import get_args

from pydantic import TypeAdapter

from bot.dialogue.effects import Effect

_KINDS: dict[str, type[Effect]] = {kind.__name__: kind for kind in get_args(Effect)}


def dump_effects(effects: Sequence[Effect]) -> str:
    """Return effects as JSON, each with its kind."""
    return json.dumps([[type(one).__name__, TypeAdapter(type(one)).dump_python(one, mode="json")] for one in effects])


def load_effects(text: str) -> tuple[Effect, ...]:
    """Return the effects that `dump_effects` wrote. Raises ValueError, TypeError or KeyError for any other text."""
    return tuple(TypeAdapter(_KINDS[kind]).validate_python(fields) for kind, fields in json.loads(text))
