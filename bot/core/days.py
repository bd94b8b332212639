"""The days that a citizen asks for, "il 13 dicembre", "a Natale", and how well an offer goes with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.core import hours, opening
from bot.core.attributes import PERIOD
from bot.core.conditions import Profile, Span
from bot.core.services import Offer

#: First and last days.
Days = tuple[tuple[dt.date, dt.date], ...]
#: A period without an end is looked at for so many days.
_FURTHEST_DAYS = 366
_DAYS_OF_A_WEEK = 7
#: Of a longer period so many days are looked at one by one.
_DAYS_LOOKED_AT = 45


def days_asked(profile: Profile, today: dt.date) -> Days:
    """Return the first and last days of the periods in which help is wanted, with days in the past cut off."""
    known, first, last = profile.get(PERIOD), today.toordinal(), today.toordinal() + _FURTHEST_DAYS
    spans = [span for span in known.values if isinstance(span, Span)] if known is not None else []
    days = [(int(max(span.low, first)), int(min(span.high - 1, last))) for span in spans]
    return tuple((dt.date.fromordinal(start), dt.date.fromordinal(end)) for start, end in days if start <= end)


def fit_of_days(offer: Offer, days: Days) -> int:
    """Return how well an offer suits the days asked for, as a rank: lower is better.

    0: the offer is for just these days, or no days were asked for; 1: it is open on them; 2: it is not.
    """
    if not days or (offer.service.is_seasonal and any(offer.takes_place(*some) for some in days)):
        return 0
    week, opens = offer.week, offer.location.opening
    if week is None:
        return 1
    if not offer.location.events and opens and not opening.is_regular(opens):
        return 1 if any(opening.is_open_on(opens, date) for date in _dates(days)) else 2
    return 1 if any(hours.has_day(week, weekday) for weekday in _weekdays(days)) else 2


def _dates(days: Days) -> Iterator[dt.date]:
    """Yield each day of some periods; of a long period only the first days, enough to cover n-th weekdays and closures."""
    for first, last in days:
        for number in range(min((last - first).days + 1, _DAYS_LOOKED_AT)):
            yield first + dt.timedelta(days=number)


def _weekdays(days: Days) -> frozenset[int]:
    return frozenset(
        (first.weekday() + number) % _DAYS_OF_A_WEEK
        for first, last in days
        for number in range(min((last - first).days + 1, _DAYS_OF_A_WEEK))
    )
