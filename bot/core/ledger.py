"""The ledger: the pseudonymous record of the needs that people express, and of the end of each. Pure.

One record for each search of a chat. It holds no words, no names and nothing sensitive: of a sensitive need the category, of a
person the municipality, an age band, who is to be helped and the hours wanted. A chat is known by a keyed hash that changes
every quarter, so that nobody's years can be put together, not even by whoever has the key and the ledger of one quarter.
Finding out what happened in a turn is in `dialogue/observation.py`; counting is in `core/tally.py`.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

#: The need of whoever asked for a thing that the network does not do; which one may be too personal to keep.
OTHER_OFFICE = "#"
#: The need of a search that named none.
NO_NEED = ""
#: Bytes of a pseudonym: two of a million chats are alike once in 10^16 quarters.
_PSEUDONYM_BYTES = 12


class RowKind(StrEnum):
    """The kinds of the ledger's rows: a search, or an event that identifies no chat and no person."""

    SEARCH = "search"
    #: Events of cases.
    CASE_OPENED = "case_opened"
    CASE_TAKEN = "case_taken"
    CASE_PASSED = "case_passed"
    CASE_FREED = "case_freed"
    CASE_ANSWERED = "case_answered"
    CASE_OUTCOME = "case_outcome"
    CASE_RESOLVED = "case_resolved"
    CASE_REOPENED = "case_reopened"
    CASE_RATED = "case_rated"
    CITIZEN_BARRED = "citizen_barred"
    #: News of saved searches and services were sent.
    ALERT = "alert"
    #: The answers to a survey, and the mark that somebody has answered it.
    SHEET = "sheet"
    SEAL = "seal"


class NeedEnd(StrEnum):
    """The ends of a need: met, not known, or the cause for which it was not met."""

    #: No results were reached.
    ABANDONED = "abandoned"
    #: A service that fits and takes applications was shown.
    MET = "met"
    #: All that was shown depends on something that the citizen did not say.
    TO_CHECK = "to_check"
    #: No service of the network answers the need.
    MISSING = "missing"
    NOT_ELIGIBLE = "not_eligible"
    FULL = "full"
    OUT_OF_SEASON = "out_of_season"
    OTHER_PLACE = "other_place"
    HOURS = "hours"
    NOT_UNDERSTOOD = "not_understood"
    #: The citizen wanted none of what was shown.
    REFUSED = "refused"
    #: A task of another office.
    OTHER_OFFICE = "other_office"


#: The ends of a need that the network did not serve.
UNMET = frozenset(NeedEnd) - {NeedEnd.ABANDONED, NeedEnd.MET, NeedEnd.TO_CHECK, NeedEnd.OTHER_OFFICE}


class Way(StrEnum):
    """The ways in which a citizen expresses the first need of a search, such as a button or typed words."""

    BUTTON = "button"
    SENTENCE = "sentence"
    SEARCH = "search"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """The record that the ledger keeps of one search, as far as it has gone."""

    #: The number of the interview in its chat, and the quarter in which it began: "2026Q4".
    number: int
    quarter: str
    flow: str
    way: Way = Way.BUTTON
    #: The attribute that is asked for; "" when the results are reached.
    question: str = ""
    #: ISO 639-1 code of the language that the citizen writes.
    language: str = "it"
    place: str = ""
    #: The first age, as its band is stored; who is to be helped; the window of hours that is wanted.
    age: str = ""
    person: str = ""
    hours: str = ""
    #: The end of each need, in the order in which they came. A category has its "@".
    needs: Mapping[str, NeedEnd] = field(default_factory=dict, hash=False)
    #: Services that were listed, opened, and saved to a calendar or a map.
    listed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    #: Messages that were not understood.
    unclear: int = 0
    #: The answer to "Ti è stato utile?": "yes" or "no".
    useful: str = ""


_DEFAULTS = {one.name: one.default for one in fields(SearchRecord)}


def quarter_of(date: dt.date) -> str:
    """Return the quarter of a date: "2026Q4"."""
    return f"{date.year}Q{(date.month + 2) // 3}"


def pseudonym(secret: bytes, chat: int, quarter: str) -> str:
    """Return the pseudonym of a chat in the ledger for one quarter: 16 letters, digits, "-" and "_"."""
    digest = hashlib.blake2b(f"{quarter}:{chat}".encode(), key=secret, digest_size=_PSEUDONYM_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()


def search_key(secret: bytes, chat: int, record: SearchRecord) -> str:
    """Return the key of a search in the ledger: the pseudonym of its chat, a dot, and the number of the search."""
    return f"{pseudonym(secret, chat, record.quarter)}.{record.number}"


def dump_search(record: SearchRecord) -> str:
    """Return a search as JSON without fields that have their default; its number is in the key."""
    values = ((name, getattr(record, name)) for name in _DEFAULTS if name != "number")
    written = {name: value for name, value in values if value and value != _DEFAULTS[name]}
    return json.dumps(written, separators=(",", ":"))


def load_search(key: str, text: str) -> SearchRecord:
    """Return the search record stored under a key. Raises ValueError, KeyError or TypeError if it cannot be read."""
    written = json.loads(text)
    needs = {need: NeedEnd(end) for need, end in written.pop("needs", {}).items()}
    for name in ("listed", "opened", "saved"):
        written[name] = tuple(written.get(name, ()))
    way = Way(written.pop("way", Way.BUTTON))
    return SearchRecord(int(key.rpartition(".")[2] or 0), needs=needs, way=way, **written)
