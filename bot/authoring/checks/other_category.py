"""Services that stand in a category in which none of their needs is."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import NEED

OTHER_CATEGORY = Fault(
    "other_category",
    "la categoria è «{name}», ma i bisogni del servizio stanno in: {options}. Quale è giusta?",
    "the category is “{name}”, and the needs of the service are in: {options}. Which is right?",
    Severity.WARNING,
)


@rule
def other_category(context: CheckContext) -> None:
    """Record services whose category is that of none of their needs."""
    terms = context.content.vocabulary[NEED].terms
    for service in context.source.services:
        categories = sorted({category for need in service.needs if (category := terms[need].category)})
        if categories and service.category not in categories:
            context.problems.add(
                OTHER_CATEGORY, service.mark_of("category"), name=service.category, options=", ".join(categories)
            )
