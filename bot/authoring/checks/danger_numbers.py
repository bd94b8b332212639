"""Answers in a danger: the services that they name, and the number that each of them needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.topics import DangerFields, DangerTextsFields, VariantFields
from bot.authoring.problems import Fault, Mark
from bot.authoring.source import Source
from bot.core import hours
from bot.core.danger_texts import ReferenceKind, daily_hours, references_in
from bot.core.services import Service

UNKNOWN_SERVICE = Fault(
    "unknown_service",
    "«{name}» non è un servizio con orari del catalogo.",
    "“{name}” is not a service of the catalogue with hours.",
)
UNKNOWN_REFERENCE = Fault(
    "unknown_reference",
    "di «{service}» non si può scrivere {{{name}}}: o non esiste, o nella scheda manca. Si può scrivere: {options}.",
    "of “{service}” one cannot write {{{name}}}: it does not exist, or the entry lacks it. Possible: {options}.",
)
BAD_REFERENCE = Fault(
    "bad_reference",
    "le graffe non vanno bene. Scrivi così: {{numero:nazionale-1522}}.",
    "the braces are wrong. Write it like this: {{numero:nazionale-1522}}.",
)
TYPED_NUMBER = Fault(
    "typed_number",
    "il numero «{name}» va preso dalla scheda: {{numero:identificativo-del-servizio}}.",
    "the number “{name}” must come from the entry: {{numero:id-of-the-service}}.",
)
NO_NUMBER = Fault(
    "no_number",
    "qui manca un numero che risponde sempre: il 112, o quello di un servizio aperto 24 ore su 24.",
    "a number is missing here that always answers: 112, or that of a service that is open day and night.",
)

#: The number for every emergency, which needs no entry.
_EMERGENCY = "112"
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_REFERENCE = re.compile(r"\{\w+:[\w-]+\}")
_TYPED = re.compile(r"\d(?:[ .-]?\d){2,}")


@rule
def danger_numbers(context: CheckContext) -> None:
    """Record answers to dangers that have no number, a typed number, or a service that does not exist."""
    services = context.content.services_by_id
    facts_of = cache(lambda name: _facts(services[name]))
    for mark, text in _answers(context.source):
        for braces in _BRACES.findall(text):
            if not _REFERENCE.fullmatch(braces):
                context.problems.add(BAD_REFERENCE, mark)
        for reference in references_in(text):
            service = services.get(reference.service)
            if service is None or not service.locations[0].opening:
                context.problems.add(UNKNOWN_SERVICE, mark, name=reference.service, among=services)
            elif reference.kind not in (facts := facts_of(service.id)):
                options = ", ".join(facts)
                context.problems.add(
                    UNKNOWN_REFERENCE, mark, name=reference.kind, service=service.id, options=options, among=facts
                )
        plain = _BRACES.sub("", text)
        for number in _TYPED.findall(plain):
            if number != _EMERGENCY:
                context.problems.add(TYPED_NUMBER, mark, name=number)
        if _EMERGENCY not in _TYPED.findall(plain) and not any(_names_number(line, context) for line in text.splitlines()):
            context.problems.add(NO_NUMBER, mark)


def _answers(source: Source) -> Iterator[tuple[Mark, str]]:
    """Yield every answer in a danger, with its place."""
    for danger in source.dangers:
        parts: tuple[DangerFields | VariantFields, ...] = (danger, *danger.variants.values())
        for part in parts:
            answers: tuple[DangerFields | VariantFields | DangerTextsFields, ...] = (part, *part.translated.values())
            for fields in answers:
                yield fields.mark_of("say"), fields.say
                if fields.gently:
                    yield fields.mark_of("gently"), fields.gently


def _facts(service: Service) -> list[str]:
    """Return which facts of a service (number, website, hours) an answer can refer to."""
    location = service.locations[0]
    there = {
        ReferenceKind.NUMBER: location.contacts.phone,
        ReferenceKind.WEBSITE: location.contacts.website,
        ReferenceKind.HOURS: daily_hours(location),
        ReferenceKind.CLOSED: "always",
    }
    return [kind.value for kind, fact in there.items() if fact]


def _names_number(line: str, context: CheckContext) -> bool:
    """Return True if a line of an answer refers to a telephone number, and only to services that are open day and night.

    At other hours the bot leaves out a line about a service that is closed.
    """
    references = list(references_in(line))
    services = [context.content.services_by_id.get(reference.service) for reference in references]
    always = all(one is not None and hours.week(one.locations[0].opening or "off") == hours.WHOLE_WEEK for one in services)
    return always and any(reference.kind == ReferenceKind.NUMBER for reference in references)
