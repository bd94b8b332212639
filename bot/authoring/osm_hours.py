"""Hours that staff write in opening_hours syntax: small slips are mended, and oddities are found.

Parts that the syntax allows but few people mean get a `Doubt`; where libraries differ, their meaning is that of the
`opening_hours` package for JavaScript, which most maps use.
"""

from __future__ import annotations

import re

from bot.authoring.hours_rules import Doubt
from bot.core import hours

#: The words of opening_hours syntax; what has no other is in it. "Mar" alone is a Tuesday.
_WORD = re.compile(
    r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|off|closed|open|unknown|easter"
    r"|sunrise|sunset|dawn|dusk|days?|year)\b"
)
_QUOTED = re.compile(r'"[^"]*"')
_CLOCK = re.compile(
    r"(\b[A-Z][a-z]{2} |\bweek )?(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?(?![\d:.])"
)
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_SPACED_DAYS = re.compile(rf"({_DAY})(?:(,) +| +(-) +)(?={_DAY}\b)")
_SUN = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")
_SAYS_WHEN = re.compile(rf'\d:|24/7$|"|off|closed|unknown|\+|{_SUN.pattern}')
_OPEN_END = re.compile(r"\d{2}:\d{2}\+")
_ADDED_CLOSING = re.compile(r"(?<=[\d\"]),\s*([^;,]*\b(?:off|closed)\b)")


def is_osm(written: str) -> bool:
    """Return True if every word of a text belongs to opening_hours syntax."""
    bare = _QUOTED.sub("", written)
    found = set(_WORD.findall(bare))
    return found != {"Mar"} and not re.search(r"[^\W\d_]", _WORD.sub("", bare)) and bool(found or "24/7" in bare)


def mended(written: str) -> str:
    """Return an expression with slips corrected that can mean only one thing: "Mo-Fr 8-12", "Mo, Tu", "Mo - Fr"."""
    expression = _SPACED_DAYS.sub(lambda m: m[1] + (m[2] or m[3]), written)
    # Hours after "||" hold where no others do, as those after a comma; a note there is one of what stands before.
    expression = re.sub(r"\s*\|\|\s*(?=[^\"|]*\d:)", ", ", expression)
    expression = re.sub(r'(?<![\s"])\s*\|\|\s*(?:unknown\s*)?"', ' "altrimenti: ', expression)
    try:
        hours.week(expression)
    except hours.HoursError:
        expression = _CLOCK.sub(_clock, expression).strip()
    return expression


def _clock(match: re.Match[str]) -> str:
    """Return a range of hours in full ("8-12" → "08:00-12:00"); "Aug 10-20" and "week 10-20" are dates and stay."""
    if match[1]:
        return match[0]
    return f"{int(match[2]):02}:{match[3] or '00'}-{int(match[4]):02}:{match[5] or '00'}"


def oddities(written: str) -> tuple[Doubt, ...]:
    """Return a doubt for each part of hours that the syntax allows and few people mean."""
    bare = _QUOTED.sub('""', written)
    doubts = [Doubt(found, found.replace("+", "-24:00"), "non si sa fino a che ora") for found in _OPEN_END.findall(bare)]
    if sun := _SUN.search(bare):
        doubts.append(Doubt(sun[0], "sempre alla stessa ora", "un'ora diversa ogni giorno"))
    if "SH" in bare:
        doubts.append(Doubt("SH", "come gli altri giorni", "le vacanze scolastiche, di cui il bot non sa le date"))
    if "||" in bare:
        doubts.append(Doubt("||", "solo ciò che sta prima", "anche ciò che sta dopo"))
    doubts += [Doubt(f", {found}", f"; {found}", "un orario che si aggiunge") for found in _ADDED_CLOSING.findall(bare)]
    for rule in (part.strip() for part in bare.split(";")):
        if rule.startswith("24/7") and rule != bare.strip():
            doubts.append(Doubt("24/7", "sempre aperto, tranne ciò che è scritto dopo", "sempre aperto"))
        elif rule and not _SAYS_WHEN.search(rule) and all(span[1] for span in _CLOCK.finditer(rule)):
            doubts.append(Doubt(rule, f"{rule} 00:00-24:00", f"{rule} senza orario"))
    return tuple(doubts)
