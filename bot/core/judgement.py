"""The judgement of many offers at once by some of their requirements, as bit sets. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judgement:
    """The offers with at least one or two failed, and at least one or two unknown, of some requirements; as bit sets."""

    failed_1: int = 0
    failed_2plus: int = 0
    unknown_1: int = 0
    unknown_2plus: int = 0

    def and_also(self, other: Judgement) -> Judgement:
        """Return the judgement of both sets of requirements together."""
        failed_2plus = self.failed_2plus | other.failed_2plus | (self.failed_1 & other.failed_1)
        unknown_2plus = self.unknown_2plus | other.unknown_2plus | (self.unknown_1 & other.unknown_1)
        return Judgement(self.failed_1 | other.failed_1, failed_2plus, self.unknown_1 | other.unknown_1, unknown_2plus)
