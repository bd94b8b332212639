"""Texts that many people would have to read twice."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Mark, Severity
from bot.authoring.readability import LOWEST, gulpease
from bot.authoring.source import Source

HARD_TO_READ = Fault(
    "hard_to_read",
    "testo difficile da leggere (Gulpease {index}, almeno {limit}). Usa frasi e parole più corte.",
    "text hard to read (Gulpease {index}, at least {limit}). Use shorter sentences and words.",
    Severity.WARNING,
)


@rule
def hard_to_read(context: CheckContext) -> None:
    """Record texts with a low index of readability."""
    for mark, text in citizen_texts(context.source):
        index = gulpease(text)
        if index is not None and index < LOWEST:
            context.problems.add(HARD_TO_READ, mark, index=f"{index:.0f}", limit=f"{LOWEST:.0f}")


def citizen_texts(source: Source) -> Iterator[tuple[Mark, str]]:
    """Return every text that citizens read, with its place."""
    for scalar in source.texts.values():
        yield scalar.mark, scalar.text.replace("{", " ").replace("}", " ")
    for flow in source.flows:
        yield flow.mark_of("intro"), flow.intro
        yield flow.mark_of("thanks"), flow.thanks
        for question in flow.questions:
            yield question.mark_of("ask"), question.ask
            yield question.mark_of("help"), question.help
    for service in source.services:
        for name, text in (("summary", service.summary), ("cost", service.cost), ("how_to_apply", service.how_to_apply)):
            yield service.mark_of(name), text
