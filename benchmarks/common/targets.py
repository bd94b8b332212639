"""The targets of `targets.yaml`, and which of them a figure misses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _targets() -> dict[str, dict[str, float]]:
    text = (Path(__file__).parent.parent / "targets.yaml").read_text(encoding="utf-8")
    targets: dict[str, dict[str, float]] = yaml.safe_load(text)
    return targets


def missed(target: str, figure: float, label: str = "") -> list[str]:
    """Return a sentence about the figure if it misses a target, else nothing. `label` says which figure it is."""
    limits = _targets()[target]
    name = f"{label}: {target}" if label else target
    if figure > limits.get("at_most", figure):
        return [f"{name} is {figure:.4g}, at most {limits['at_most']:g} wanted"]
    if figure < limits.get("at_least", figure):
        return [f"{name} is {figure:.4g}, at least {limits['at_least']:g} wanted"]
    return []
