"""The explanation of one offer for a profile: its verdict and the reasons. The verdicts on all offers are in `matching.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.attributes import DISABILITY, PLACE, SCHEDULE
from bot.core.conditions import Profile, Reason, Truth, Value, evaluate
from bot.core.services import AccessRequirement, Offer, Requirement, StatedRequirement, access_by_disability, holds

#: One profile for each person to be helped (`Vocabulary.people`), at least one. They differ in age and what follows from it.
People = tuple[Profile, ...]


class Verdict(StrEnum):
    """The result of matching an offer with a profile."""

    FITS = "fits"
    TO_CHECK = "to_check"
    DOES_NOT_FIT = "does_not_fit"


_VERDICTS = {Truth.TRUE: Verdict.FITS, Truth.UNKNOWN: Verdict.TO_CHECK, Truth.FALSE: Verdict.DOES_NOT_FIT}


class RequirementKind(StrEnum):
    """The kinds of requirement that an offer has: eligibility, need, place, hours, accessibility."""

    ELIGIBILITY = "eligibility"
    NEED = "need"
    PLACE = "place"
    HOURS = "hours"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason for a verdict, and the kind of requirement it belongs to."""

    requirement: RequirementKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on one offer and its reasons: the requirements that fail, or are undecided, or, if the offer fits, are met."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the attributes that decided the verdict, each once."""
        return tuple(dict.fromkeys(finding.reason.attribute for finding in self.findings))


def explain(offer: Offer, people: People) -> Explanation:
    """Return the verdict on an offer with its reasons. An offer fits if it fits at least one of the people."""
    requirements = offer.requirements()
    verdicts = [min(holds(requirement, person) for requirement in requirements) for person in people]
    result = max(verdicts)
    concerned = [person for person, verdict in zip(people, verdicts, strict=True) if verdict == result]
    if result is Truth.FALSE:
        # Of several people, only the reasons of those with the fewest failing requirements are given.
        failing = [sum(holds(requirement, person) is Truth.FALSE for requirement in requirements) for person in concerned]
        concerned = [person for person, count in zip(concerned, failing, strict=True) if count == min(failing)]
    findings: dict[Finding, tuple[Value, ...]] = {}
    for requirement in requirements:
        for person in concerned:
            if holds(requirement, person) == result:
                for finding in _findings(requirement, person, result):
                    alike = replace(finding, reason=replace(finding.reason, values=()))
                    values = dict.fromkeys((*findings.get(alike, ()), *finding.reason.values))
                    findings[alike] = tuple(values)
    merged = (replace(alike, reason=replace(alike.reason, values=values)) for alike, values in findings.items())
    return Explanation(_VERDICTS[result], tuple(merged))


def _findings(requirement: Requirement, profile: Profile, result: Truth) -> Iterator[Finding]:
    match requirement:
        case StatedRequirement(attribute, accepted):
            known = profile.get(attribute)
            if known is not None:
                kind = RequirementKind.HOURS if attribute == SCHEDULE else RequirementKind.NEED
                yield Finding(kind, Reason(attribute, result, known.values, frozenset() if accepted is None else accepted))
        case AccessRequirement():
            for one, truth in access_by_disability(requirement, profile):
                if truth == result:
                    yield Finding(RequirementKind.ACCESS, Reason(DISABILITY, truth, (one,), frozenset()))
        case _:
            for reason in evaluate(requirement, profile).reasons:
                yield Finding(RequirementKind.PLACE if reason.attribute == PLACE else RequirementKind.ELIGIBILITY, reason)
