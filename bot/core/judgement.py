"""Judgements: for many offers at once, which of them fail some requirements or leave them unknown, as bit sets. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judgement:
    """For some requirements, four bit sets of offers.

    Those with at least one and at least two failed, and so for unknown ones.
    """

    failed_1: int = 0
    failed_2plus: int = 0
    unknown_1: int = 0
    unknown_2plus: int = 0

    def and_also(self, other: Judgement) -> Judgement:
        """Return the judgement by these requirements and those of another judgement together."""
        failed_2plus = self.failed_2plus | other.failed_2plus | (self.failed_1 & other.failed_1)
        unknown_2plus = self.unknown_2plus | other.unknown_2plus | (self.unknown_1 & other.unknown_1)
        return Judgement(self.failed_1 | other.failed_1, failed_2plus, self.unknown_1 | other.unknown_1, unknown_2plus)
