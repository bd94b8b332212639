"""Hours that are more than days and times, said back in the words of the card."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.hours import understood
from bot.authoring.problems import Fault, Severity
from bot.dialogue.hours_in_words import say_opening
from bot.dialogue.phrasing import Phrasing

HOURS_UNDERSTOOD = Fault("hours_understood", "ho capito: {what}.", "understood: {what}.", Severity.HINT)


@rule
def hours_understood(context: CheckContext) -> None:
    """Record a hint with the meaning of Italian hours that contain seasons, closures, n-th weekdays or notes."""
    phrasing = Phrasing(context.content.texts, context.content.vocabulary)
    for service in context.source.services:
        for location in service.locations:
            if location.opening and understood(location.text_of("hours")).needs_telling:
                words = say_opening(location.opening, context.today, phrasing)
                context.problems.add(HOURS_UNDERSTOOD, location.mark_of("hours"), what=words)
