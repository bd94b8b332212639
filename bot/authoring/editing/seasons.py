"""Copies of last year's seasonal services, with dates a year later that somebody must confirm.

A date moves to the same weekday; the first and last day of a month, and dates of enrolment, keep their number.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.authoring.calendar_words import read_periods
from bot.authoring.exchange.services import ServiceEntry, entries
from bot.authoring.load import read_content
from bot.authoring.models.dates import possible_days, say_day
from bot.authoring.models.services import ServiceFields
from bot.authoring.problems import Mark, Problems
from bot.authoring.shapes import LONGEST_ID
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.core.services import Day
from bot.errors import UsageError
from bot.staff_language import translate

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\s*[/.]\s*\d{1,2}\s*[/.]\s*\d{4}|\d{1,2}°? \w+ \d{4}")


@dataclass(frozen=True)
class Season:
    """The copied services, by the ids of the originals, and the texts of the files with them."""

    copies: Mapping[str, str]
    files: Mapping[str, str]


def next_season(root: Path, year: int | None, file: str = "", service: str = "") -> Season:
    """Return copies for `year` of the services that began in the year before: of one file, a single one, or all.

    Without a year, that after the dates of each service counts.

    Raises UsageError for content with errors.
    """
    source = read_content(root)
    if source.content is None:
        raise UsageError(translate("I contenuti hanno errori: correggili prima, con «check»."))
    written, copies = entries(root), dict[str, str]()
    files: dict[str, str] = {}
    for fields in source.services:
        entry, first = written[fields.id], _first_year(fields)
        if file not in ("", Path(entry.file).name) or service not in ("", fields.id) or first is None:
            continue
        id, begins = _id_in(fields.id, first + 1), first + 1
        if id in written or begins != (year or begins):
            continue
        copies[fields.id] = id
        text = files.get(entry.file) or (root / entry.file).read_bytes().decode("utf-8")
        old = _own_lines(entry.text)
        files[entry.file] = text.replace(old, f"{old}\n\n{_copy(entry, id, begins)}", 1)
    return Season(copies, files)


def _own_lines(text: str) -> str:
    """Return the text of an entry without the comments after it, which belong to the next entry."""
    return re.sub(r"(?:\n(?:#[^\n]*)?)+$", "", text)


def _id_in(id: str, year: int) -> str:
    """Return the id of a service for another year: "campo-2026" → "campo-2027"."""
    before = str(year - 1)
    return id.replace(before, str(year)) if before in id else f"{id[: LONGEST_ID - 5]}-{year}"


def _first_year(service: ServiceFields) -> int | None:
    """Return the year in which a service begins, if its dates have one."""
    windows = [service.valid, *(location.valid for location in service.locations)]
    years = [part.start.year for window in windows if window is not None for part in window.parts]
    years += [event.start.year for location in service.locations for event in location.events]
    return min((year for year in years if year is not None), default=None)


def _copy(entry: ServiceEntry, id: str, year: int) -> str:
    """Return the text of an entry moved a year on: new id, later dates, not confirmed, places no longer marked as full."""
    text = _own_lines(entry.text) + "\n"
    node = parse("", text.encode(), Problems())
    assert isinstance(node, ListNode)
    service = node.items[0]
    assert isinstance(service, MapNode)
    edits = dict(_edits(service, year, keeps_days=False)) | {_mark(service, "id"): id}
    lines = text.split("\n")
    for mark, new in sorted(edits.items(), reverse=True):
        lines[mark.line - 1] = _with_value(lines[mark.line - 1], mark.column - 1, new)
    name = f"  name: {service.get('name').text}" if isinstance(service.get("name"), ScalarNode) else ""  # type: ignore[union-attr]
    kept = [re.sub(r", availability: \w+", "", line) for line in lines if not re.match(r"  (?:assured|availability):", line)]
    kept = [line.replace(str(year - 1), str(year)) if line == name else line for line in kept]
    note = translate("# Date da confermare: copiate dal {year}. Poi scrivi «assured».").format(year=year - 1)
    return "\n".join([kept[0], f"  {note}", *kept[1:]]).rstrip("\n")


def _mark(mapping: MapNode, name: str) -> Mark:
    node = mapping.get(name)
    return node.mark if node is not None else mapping.mark


def _edits(node: MapNode, year: int, *, keeps_days: bool) -> Iterator[tuple[Mark, str]]:
    """Yield the places of the dates in a mapping, each with the text that replaces it."""
    for key, value in node.entries:
        match key.text, value:
            case "locations", ListNode():
                for location in value.items:
                    if isinstance(location, MapNode):
                        yield from _edits(location, year, keeps_days=keeps_days)
            case "valid" | "apply" | "dates", _:
                for scalar in _scalars(value):
                    later = _later_text(scalar.text, keeps_days=key.text == "apply")
                    if later != scalar.text:
                        yield scalar.mark, later


def _scalars(node: Node) -> Iterator[ScalarNode]:
    match node:
        case ScalarNode():
            yield node
        case ListNode():
            for item in node.items:
                yield from _scalars(item)
        case MapNode():
            for _, value in node.entries:
                yield from _scalars(value)


def _later_text(written: str, *, keeps_days: bool) -> str:
    """Return a written date, appointment or period a year later; one that recurs every year stays."""
    spans = read_periods(written) if not _DATE.fullmatch(written) else None
    if spans is not None and any(span.end.year for span in spans):
        days = [(_later(span.start, keeps_days=keeps_days), _later(span.end, keeps_days=keeps_days)) for span in spans]
        return " e ".join(say_day(first) if first == last else f"{say_day(first)} - {say_day(last)}" for first, last in days)

    def later(found: re.Match[str]) -> str:
        days = possible_days(found[0])
        if not days or days[0].year is None:
            return found[0]
        day = _later(days[0], keeps_days=keeps_days)
        return day.on(day.year or 0).isoformat() if found[0][4] == "-" else say_day(day)

    return _DATE.sub(later, written)


def _later(day: Day, *, keeps_days: bool) -> Day:
    if day.year is None:
        return day
    before, after = day.on(day.year), Day(day.month, day.day).on(day.year + 1)
    is_edge = before.day in (1, calendar.monthrange(before.year, before.month)[1])
    if not (keeps_days or is_edge):
        after -= dt.timedelta(days=(after.weekday() - before.weekday()) % 7)
    return Day(after.month, after.day, after.year)


#: A value of one line: in quotes, or up to what ends it.
_VALUE = re.compile(r"""(?P<quote>['"])[^'"]*(?P=quote)|[^,\]}#\n]+?(?=\s*(?:[,\]}]|\s#|$))""")


def _with_value(line: str, at: int, new: str) -> str:
    found = _VALUE.match(line, at)
    assert found is not None, line
    quote = found["quote"] or ""
    return line[:at] + quote + new + quote + line[found.end() :]
