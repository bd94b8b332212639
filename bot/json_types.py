"""The type of values that JSON holds."""

from __future__ import annotations

from typing import Any, TypeAlias

#: A value of JSON: None, bool, number, text, list or mapping. Any, since checkers cannot follow its depth.
Json: TypeAlias = Any
