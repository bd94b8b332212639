"""The check of a content folder: all rules are applied to it, and its figures and readability are measured."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import fmean

from bot.authoring.checks.hard_to_read import citizen_texts
from bot.authoring.checks.registry import CheckContext, apply_rules
from bot.authoring.problems import Problem
from bot.authoring.readability import gulpease
from bot.authoring.source import Source
from bot.core.content import Content


@dataclass(frozen=True)
class CheckReport:
    """The result of a check; figures and readability are empty if the content has errors."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    counts: dict[str, int]
    gulpease: dict[str, float]
    #: Hints on the meaning of hours and dates in words; nothing to do.
    hints: tuple[Problem, ...] = ()


def check(source: Source, today: dt.date) -> CheckReport:
    """Check a content folder by all rules, and return the report."""
    problems, content = source.problems, source.content
    if content is None:
        return CheckReport(problems.errors, problems.warnings, {}, {})
    apply_rules(CheckContext(content, source, today))
    indexes = [index for _, text in citizen_texts(source) if (index := gulpease(text)) is not None]
    readability = {"min": round(min(indexes), 1), "mean": round(fmean(indexes), 1)} if indexes else {}
    return CheckReport(problems.errors, problems.warnings, counts(content), readability, problems.hints)


def counts(content: Content) -> dict[str, int]:
    """Return how many needs, services, offers, flows and questions a content has."""
    return {
        "needs": len(content.vocabulary.needs),
        "services": len(content.services),
        "services_stable": sum(not service.is_seasonal for service in content.services),
        "offers": len(content.offers),
        "offers_seasonal": sum(offer.service.is_seasonal for offer in content.offers),
        "flows": len(content.flows),
        "questions": sum(len(flow.questions) for flow in content.flows.values()),
    }
