"""The calendar file of an offer (iCalendar, RFC 5545). Pure: the same offer at the same time gives the same file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import icalendar

from bot.core.hours import TIMEZONE
from bot.core.services import Offer, Window
from bot.dialogue.phrasing import Phrasing


def has_dates(offer: Offer, today: dt.date) -> bool:
    """Return True if an offer's calendar file would have at least one entry today."""
    return next(_dates(offer, today), None) is not None


def calendar(offer: Offer, title: str, where: str, phrasing: Phrasing, now: dt.datetime) -> str:
    """Return the calendar file of an offer: its events, and the days on which its season and its enrolment open and end.

    `now` is local, without a zone. Every entry has an alarm the day before.
    """
    written = icalendar.Calendar()
    written.add("prodid", "-//Social Point//IT")
    written.add("version", "2.0")
    for key, start, end in _dates(offer, now.date()):
        entry = icalendar.Event()
        entry.add("uid", f"{offer.id}-{key or 'event'}-{start:%Y%m%dT%H%M}@social-point")
        entry.add("dtstamp", now.replace(tzinfo=TIMEZONE).astimezone(dt.UTC))
        entry.add("dtstart", start)
        entry.add("dtend", end)
        entry.add("summary", phrasing.say(key, name=title) if key else title)
        if where:
            entry.add("location", where)
        opens = "" if offer.location.events or not offer.location.opening else phrasing.when(offer)
        entry.add("description", "\n".join(filter(None, (offer.service.summary, opens))))
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry["summary"])
        alarm.add("trigger", -dt.timedelta(days=1))
        entry.add_component(alarm)
        written.add_component(entry)
    written.add_missing_timezones()
    text: bytes = written.to_ical()
    return text.decode()


def _dates(offer: Offer, today: dt.date) -> Iterator[tuple[str, dt.date, dt.date]]:
    """Yield for each calendar entry the text key of its name ("" for event dates), its start and its end.

    The end of whole days is the day after the last.
    """
    for event in offer.location.events:
        if event.last_day >= today:
            yield "", event.start.replace(tzinfo=TIMEZONE), event.end.replace(tzinfo=TIMEZONE)
    for opens, closes, window in (
        ("calendar_opens", "calendar_closes", offer.service.valid),
        ("calendar_apply", "calendar_apply_ends", offer.service.apply),
    ):
        if window is not None and (days := _next(window, today)) is not None:
            for key, day in ((opens, days[0]), (closes, days[1])):
                if day >= today:
                    yield key, day, day + dt.timedelta(days=1)


def _next(window: Window, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the occurrence of a window that is open now or opens next; None if it is over."""
    return min((days for days in window.around(today) if days[1] >= today), default=None)
