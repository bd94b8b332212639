"""The claims about the real world that content makes: telephones, hours, addresses and numbers of real bodies, with their source.

Entries marked as examples claim nothing. Answers in a danger take their numbers from entries, and so do not claim them again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.authoring.models.services import ServiceFields
from bot.authoring.models.topics import TopicFields
from bot.authoring.problems import Mark
from bot.authoring.source import Source


class FactKind(StrEnum):
    """A kind of claim."""

    PHONE = "telefono"
    WEBSITE = "sito"
    EMAIL = "email"
    HOURS = "orari"
    ADDRESS = "indirizzo"
    SENTENCE = "frase"


@dataclass(frozen=True)
class Fact:
    """A claim about the real world: its text, its place in a file, its source, and when it was or must next be checked."""

    entry: str
    kind: FactKind
    value: str
    mark: Mark
    source: str
    collected: dt.date | None
    #: The day on which the body itself was asked, and by whom: the network, for its own entries.
    checked: dt.date | None
    checked_by: str
    recheck: dt.date | None


#: The number that everybody knows, and what is quoted: examples of words.
_NO_CLAIM = re.compile(r"\b112\b|«[^»]*»")
_SENTENCE = re.compile(r"[^.!?]*\d[^.!?]*(?:[.](?=\d)[^.!?]*)*[.!?]?")


def facts_in(source: Source) -> tuple[Fact, ...]:
    """Return every claim of the content, by entry."""
    services = [fact for service in source.services if not service.example for fact in _of_service(service)]
    topics = [fact for topic in source.topics for fact in _of_text(topic, "say", topic.say)]
    return (*services, *topics)


def _of_service(service: ServiceFields) -> Iterator[Fact]:
    for name, kind in (("phone", FactKind.PHONE), ("website", FactKind.WEBSITE), ("email", FactKind.EMAIL)):
        if service.is_written(name):
            yield _fact(service, kind, getattr(service, name), service.mark_of(name))
    for location in service.locations:
        written = (
            ("phone", FactKind.PHONE, location.phone),
            ("website", FactKind.WEBSITE, location.website),
            ("email", FactKind.EMAIL, location.email),
            ("hours", FactKind.HOURS, location.opening),
            ("address", FactKind.ADDRESS, location.address),
        )
        for name, kind, value in written:
            if location.is_written(name):
                yield _fact(service, kind, value, location.mark_of(name))
    for name in ("summary", "cost", "how_to_apply"):
        yield from _of_text(service, name, getattr(service, name))


def _of_text(fields: ServiceFields | TopicFields, name: str, text: str) -> Iterator[Fact]:
    """Yield the sentences of a text that contain a number, except the emergency number."""
    for sentence in _SENTENCE.findall(text):
        if re.search(r"\d", _NO_CLAIM.sub("", sentence)):
            yield _fact(fields, FactKind.SENTENCE, sentence.strip(), fields.mark_of(name))


def _fact(fields: ServiceFields | TopicFields, kind: FactKind, value: str, mark: Mark) -> Fact:
    checked = fields.assured if isinstance(fields, ServiceFields) else None
    by = "rete" if checked is not None else ""
    return Fact(fields.id, kind, value, mark, fields.source, fields.collected, checked, by, fields.recheck)
