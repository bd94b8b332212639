"""What is wrong or doubtful in content that can be read: one small function a rule.

A rule takes the content with its places and the date, and records problems. What makes content unusable is an error; the
rest is a doubt for the people who write it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean

from bot.authoring.analysis import satisfiable
from bot.authoring.load import Source
from bot.authoring.problems import Mark, Problem, Problems
from bot.authoring.readability import LOWEST, gulpease
from bot.core.attributes import DISABILITY, PLACE, Place
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition, attributes_in
from bot.core.content import Content
from bot.core.services import STALE_AFTER, Access


@dataclass(frozen=True)
class CheckContext:
    """What a rule looks at, and where it puts what it finds."""

    content: Content
    source: Source
    today: dt.date
    problems: Problems


Rule = Callable[[CheckContext], None]
_RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Registers a rule."""
    _RULES.append(function)
    return function


@dataclass(frozen=True)
class Report:
    """The result of a check; counts and readability are of content without errors, and otherwise empty."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    counts: dict[str, int]
    gulpease: dict[str, float]


def check(source: Source, today: dt.date) -> Report:
    """Applies every rule."""
    problems, content = source.problems, source.content
    if content is None:
        return Report(problems.errors, problems.warnings, {}, {})
    for one in _RULES:
        one(CheckContext(content, source, today, problems))
    indexes = [index for _, text in texts(source) if (index := gulpease(text)) is not None]
    readability = {"min": round(min(indexes), 1), "mean": round(fmean(indexes), 1)} if indexes else {}
    return Report(problems.errors, problems.warnings, counts(content), readability)


def counts(content: Content) -> dict[str, int]:
    """How much content there is."""
    return {
        "needs": len(content.vocabulary.needs),
        "services": len(content.services),
        "services_stable": sum(not service.is_seasonal for service in content.services),
        "offers": len(content.offers),
        "offers_seasonal": sum(offer.service.is_seasonal for offer in content.offers),
        "flows": len(content.flows),
        "questions": sum(len(flow.questions) for flow in content.flows.values()),
    }


def texts(source: Source) -> Iterator[tuple[Mark, str]]:
    """Every text that citizens read, with its place."""
    for text, mark in source.texts.values():
        yield mark, text.replace("{", " ").replace("}", " ")
    for placed_flow in source.flows:
        for field, text in (("intro", placed_flow.flow.intro), ("thanks", placed_flow.flow.thanks)):
            yield placed_flow.fields.get(field, placed_flow.mark), text
        for question, written in zip(placed_flow.flow.questions, placed_flow.questions, strict=True):
            yield written.fields.get("ask", written.mark), question.ask
            yield written.fields.get("help", written.mark), question.help
    for placed in source.services:
        service = placed.service
        for field, text in (("summary", service.summary), ("cost", service.cost), ("how_to_apply", service.how_to_apply)):
            yield placed.fields.get(field, placed.mark), text


@rule
def hard_to_read(context: CheckContext) -> None:
    """A text that many people would have to read twice."""
    for mark, text in texts(context.source):
        index = gulpease(text)
        if index is not None and index < LOWEST:
            context.problems.warn("hard_to_read", mark, index=f"{index:.0f}", limit=f"{LOWEST:.0f}")


@rule
def unreachable(context: CheckContext) -> None:
    """An offer that no answers can reach, because its conditions contradict each other."""
    known: dict[Condition, bool] = {ALWAYS: True}
    for placed in context.source.services:
        condition = placed.service.eligibility
        if condition not in known:
            known[condition] = satisfiable(condition, context.content.vocabulary)
        if not known[condition]:
            context.problems.add("unreachable", placed.fields.get("eligibility", placed.mark))


@rule
def never_asked(context: CheckContext) -> None:
    """A question that no answers lead to."""
    for placed in context.source.flows:
        for question, written in zip(placed.flow.questions, placed.questions, strict=True):
            if not satisfiable(question.when, context.content.vocabulary):
                context.problems.add("never_asked", written.mark)


@rule
def question_twice(context: CheckContext) -> None:
    """Two questions for the same thing that can both be asked."""
    for placed in context.source.flows:
        questions = list(zip(placed.flow.questions, placed.questions, strict=True))
        for (first, first_written), (second, written) in itertools.combinations(questions, 2):
            if first.fills != second.fills:
                continue
            both, unanswered = All((first.when, second.when)), frozenset({first.fills})
            if satisfiable(both, context.content.vocabulary, unanswered):
                context.problems.add("question_twice", written.mark, name=second.fills, line=first_written.mark.line)


@rule
def not_asked_anywhere(context: CheckContext) -> None:
    """A condition on something that no flow asks."""
    asked = {question.fills for flow in context.content.flows.values() for question in flow.questions}
    known = {name for one in asked for name in context.content.vocabulary.attributes_affected_by(one)}
    for placed in context.source.services:
        for name in sorted(attributes_in(placed.service.eligibility) - known):
            context.problems.warn("not_asked_anywhere", placed.fields.get("eligibility", placed.mark), name=name)


@rule
def unserved_need(context: CheckContext) -> None:
    """A need that no service answers, or none for the residents of some municipality."""
    places = context.content.vocabulary.attributes[PLACE].terms.values()
    core = [place for place in places if isinstance(place, Place) and place.core]
    for need in context.content.vocabulary.needs:
        serving = [offer.location.serves for offer in context.content.offers if need in offer.service.needs]
        if not serving:
            context.problems.warn("unserved_need", context.source.needs[need], name=need)
        elif missing := [p.label for p in core if not any(serves is None or p.id in serves for serves in serving)]:
            context.problems.warn("uncovered_places", context.source.needs[need], name=need, places=", ".join(missing))


def _accepting(condition: Condition) -> Iterator[Atom]:
    """The atoms that let people in: those not under a *not*."""
    match condition:
        case Atom():
            yield condition
        case All(parts) | Any(parts):
            for part in parts:
                yield from _accepting(part)


@rule
def access_missing(context: CheckContext) -> None:
    """A service for a disability that does not say that it can be used with it."""
    for placed in context.source.services:
        service = placed.service
        for atom in _accepting(service.eligibility):
            if atom.attribute != DISABILITY or not isinstance(atom.accepted, frozenset):
                continue
            for name in sorted(atom.accepted):
                term = context.content.vocabulary[DISABILITY].terms[name]
                if not term.none and service.accessibility.get(name) not in (Access.YES, Access.ON_REQUEST):
                    context.problems.warn("access_missing", placed.fields.get("accessibility", placed.mark), name=name)


@rule
def outdated(context: CheckContext) -> None:
    """An entry that was not checked for long, or whose season is over for good."""
    for placed in context.source.services:
        service = placed.service
        if service.assured is not None and service.assured < context.today - STALE_AFTER:
            context.problems.warn("stale", placed.fields["assured"], date=service.assured.isoformat())
        last = [event.last_day for location in service.locations for event in location.events]
        if service.valid is not None and service.valid.is_over(context.today):
            end = service.valid.end
            context.problems.warn("season_over", placed.fields["valid"], date=end.on(end.year or context.today.year).isoformat())
        elif last and all(location.events for location in service.locations) and max(last) < context.today:
            context.problems.warn("season_over", placed.mark, date=max(last).isoformat())
