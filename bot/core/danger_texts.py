"""The answer to a report of danger, with the numbers of the catalogue that answer at that moment. Pure.

An answer is read line by line. In a line `{numero:nazionale-1522}` stands for the telephone of a service, `{sito:…}` for its
website and `{orari:…}` for its daily hours: "9–24". A line that names the number or website of a service is said only while
that service answers; a line that begins with `{chiuso:…}` only while it does not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core import hours
from bot.core.content import Content
from bot.core.services import Location, Service
from bot.core.topics import Danger, DangerReport, DangerTexts, DangerTier

#: The language in which content is written, which every answer has.
_SOURCE_LANGUAGE = "it"
_REFERENCE = re.compile(r"\{(\w+):([\w-]*)\}")


class ReferenceKind(StrEnum):
    """The facts of a service that a line of an answer to a danger can name: its number, website or hours."""

    NUMBER = "numero"
    WEBSITE = "sito"
    HOURS = "orari"
    #: Nothing is written: the line is for the hours in which the service does not answer.
    CLOSED = "chiuso"


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of a service in an answer to a danger, as staff wrote it; the service need not exist."""

    kind: str
    service: str


def references_in(text: str) -> Iterator[Reference]:
    """Yield the mentions of services in an answer."""
    for match in _REFERENCE.finditer(text):
        yield Reference(match[1], match[2])


def mention_of(service: str) -> re.Pattern[str]:
    """Return the pattern of a mention of a service, with two groups: the text before and the text after the service's id."""
    return re.compile(rf"(\{{\w+:){re.escape(service)}(\}})")


def danger_text(content: Content, report: DangerReport, now: dt.datetime) -> str:
    """Return the answer to a report of danger in its language at a local time; Italian where it has no such language.

    The answer to a quiet report is one of the bot's own sentences.
    """
    if report.tier is DangerTier.QUIET:
        return content.texts.get(f"danger_quiet_{report.language}", content.texts["danger_quiet"])
    answer = _written_answer(content.dangers[report.danger], report)
    lines = (_filled_line(content, line, now) for line in answer.splitlines())
    return "\n".join(line for line in lines if line is not None)


def _written_answer(danger: Danger, report: DangerReport) -> str:
    """Return the answer to a danger as staff wrote it: that of the variant, and in the report's language, where these exist."""
    variant, is_sure = danger.variant(report.variant), report.tier is DangerTier.SURE
    levels = [level for level in (variant, danger) if level is not None]
    none = DangerTexts("", "")
    texts = [level.translated.get(report.language, none) for level in levels] if report.language != _SOURCE_LANGUAGE else []
    texts += [DangerTexts(level.say, level.gently) for level in levels]
    return next(answer for each in texts if (answer := each.say if is_sure else each.gently))


def _filled_line(content: Content, line: str, now: dt.datetime) -> str | None:
    """Return a line of an answer with the facts of the services that it names; None if the line does not apply at this moment."""
    for reference in references_in(line):
        service = content.services_by_id.get(reference.service)
        if service is None:
            return None
        if reference.kind != ReferenceKind.HOURS and answers_at(service, now) is (reference.kind == ReferenceKind.CLOSED):
            return None
    return _REFERENCE.sub(lambda match: _fact(content.services_by_id[match[2]], match[1]), line).strip()


def _fact(service: Service, kind: str) -> str:
    """Return the fact that replaces a mention of a service: its number, website or hours."""
    location = service.locations[0]
    match kind:
        case ReferenceKind.NUMBER:
            return location.contacts.phone
        case ReferenceKind.WEBSITE:
            return location.contacts.website.removeprefix("https://")
        case ReferenceKind.HOURS:
            return daily_hours(location)
        case _:
            return ""


def answers_at(service: Service, now: dt.datetime) -> bool:
    """Return True if a service is known to answer at a local time."""
    opening = service.locations[0].opening
    return bool(opening) and hours.is_open(opening, now)


def daily_hours(location: Location) -> str:
    """Return hours that are equal on every day in figures readable in any language, "9–24"; "" if days differ."""
    ranges = hours.day_ranges(location.week or 0)
    if len(ranges) != 1 or ranges[0][:2] != (0, 6):
        return ""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in ranges[0][2])


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}" if minutes % 60 else str(minutes // 60)
