"""When help is needed, as a whole sentence says it: "esco alle 18:30", "il nido chiude alle 16 e io stacco alle 18".

An answer to the question about hours says windows and nothing else (`times.py`). A sentence tells a life: the end of one thing
and the end of another leave a gap between them, and that gap is when help is needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.conditions import Hours
from bot.language.entities.times import DAYS, PARTS, WORKDAYS, canonical

#: Minutes from midnight.
_NOON, _MIDNIGHT, _HOUR = 12 * 60, 24 * 60, 60
#: When only one end is said.
_FIRST, _LAST = 6 * 60, 22 * 60
#: Help before work is needed for as long as until school begins.
_BEFORE_SCHOOL = 150
#: Earlier hours are of the afternoon: at the end of a day's work, and otherwise.
_LEAVING, _OPENING = 8 * 60, 6 * 60
#: Who works until then needs help until then, not after it.
_LATE = 20 * 60


class _Role(Enum):
    """What happens at a time."""

    END_OF_DAY = auto()
    START_OF_DAY = auto()
    UNTIL = auto()
    SOME = auto()


@dataclass(frozen=True, slots=True)
class _Point:
    at: int
    time: int
    role: _Role


#: Names of days that stand for something else in a sentence, or are too short to be sure.
_NO_DAYS = frozenset(
    {"mart", "merc", "giov", "mar", "mer", "gio", "dom", "ven", "sab", "lun", "tutti i giorni", "ogni giorno", "in settimana"}
)
_NAMED = "|".join(sorted((name for name in DAYS if name not in _NO_DAYS), key=len, reverse=True))
_SHORT = f"lun|mart|mar|merc|mer|giov|gio|ven|sab|dom|{_NAMED}"
_PARTS = "|".join(sorted(PARTS, key=len, reverse=True))

_NO_UNIT = (
    r"(?! ?(?:anni|mesi|settiman|giorn|or[ae]\b|minut|volt|figli|bimb|bambin|person|km|euro|€|%|elementar|media|superior|"
    r"°|ragazz|dipendent))"
)
_CLOCK = rf"(\d{{1,2}})(?::(\d\d))?(?![\d°]|[:.,/]\d){_NO_UNIT}"
#: "Dopo 19", "fino 18".
_BARE_POINTS = {"dopo": "dopo le", "fino": "fino alle"}
_BARE_POINT = re.compile(rf"\b(dopo|fino) (?=(?:[7-9]|1\d|2[0-3])\b(?::\d\d)?(?![\d°]|[:.,/]\d){_NO_UNIT})")
_HALF_OF_DAY = r"(?: (?:di|del|della|la) (sera|pomeriggio|mattina|mattino|notte)| (sera|pomeriggio|mattina|mattino)\b)?"
_BETWEEN = re.compile(
    rf"\b(?:(?:dalle|dale|dall|da|tra|fra|ore|orario)(?: (?:le|l|ore|circa))* |(?<=[a-z] )(?=\d{{1,2}}(?::\d\d)? ?[-–] ?\d))"
    rf"{_CLOCK}{_HALF_OF_DAY} ?(?:-|–|alle|all|ale|a|e|fino a|fino|fin)(?: (?:le|l|ore|alle|all|ale|circa))* "
    rf"?{_CLOCK}{_HALF_OF_DAY}"
)
#: Two hours without a word between them, after what has hours: "mercoledì 14 18", "ho il turno 14-22", "pausa pranzo 13-14".
_BARE_WINDOW = re.compile(
    rf"\b(?P<has>(?:turn[oi]|lavor[oa])(?: (?!per\b|di\b|da\b|con\b)[a-z]+){{0,2}}|"
    rf"(?:pausa pranzo|dalle|dale|ore|h|orario|{_SHORT}|{_PARTS})\b\.?),? \(?"
    rf"(?P<from>\d{{1,2}}(?::\d\d)?)(?P<to> ?[-–/] ?| )(?P<until>{_CLOCK})(?! ?[/-])"
)
_POINT = re.compile(
    rf"\b(?:(?P<word>alle|ale|all|dalle|dale|dall|le|ore|h|delle|dell|verso le|per le)(?: (?:ore|h|circa|le))*|"
    rf"(?P<verb>esc[oe]|torn[oa]|lavoro|finisc[oe]|fini[tr]e?|stacc[oa]|chiude)(?: dal lavoro| da scuola| scuola| "
    rf"lavoro| asilo)?) {_CLOCK}{_HALF_OF_DAY}|"
    rf"(?<![\d:.,/])(\d{{1,2}}):(\d\d)(?![\d:]){_HALF_OF_DAY}|"
    rf"(?<![\d:.,/])(\d{{1,2}})(?= (?:di (?:sera|mattina|pomeriggio|notte)|sera)\b){_HALF_OF_DAY}"
)
_ENDING = re.compile(
    r"\b(?:dopo|doppo|esc[oea]\w*|usci\w*|finisc\w*|fini\w*|stacc\w*|torn\w*|rientr\w*|chiud\w*|termin\w*|smont\w*|"
    r"smett\w*|libera?o?|"
    r"riesco|arriv\w*|suon\w*|riprend\w*|lasci\w*|in poi|scapp\w*)\b"
)
_STARTING = re.compile(
    r"\b(?:cominc\w*|iniz\w*|attacc\w*|timbr\w*|entr[oai]\w*|mont[oa]|parto|part[ie]\w*|svegli\w*|prendo servizio|treno|"
    r"lasciarl\w*|portarl\w*|accompagn\w*|consegn\w*|apr[eo]\w*|campanella|lezion[ei]|esco di casa|usc\w* di casa)\b"
)
#: "Prima elementare" and "entro in turno" are no ends.
_UNTIL = re.compile(
    r"\b(?:(?:prima(?! (?:elem|medi|super|lice|prima|class))|entro(?! (?:in|al|a)\b)|fino|fin|massimo)(?: [a-z]+){0,2}|"
    r"(?:mai|non) (?:dopo|oltre))$"
)
#: What ends when somebody is at work until then; and when it is others who keep a child until then.
_AT_WORK = re.compile(r"\b(?:lavor[oia]\w*|turno|ufficio|negozio|impegnat[oa]|servizio|reparto|fabbrica|occupat[oa])\b")
_TO = re.compile(r"\bfino?\b")
_CLAUSE = re.compile(r"[,.;!?()]| e | ma | mentre | pero | che ")
_DAY_RANGE = re.compile(rf"\b(?:dal |da )?(?<!-)({_SHORT})(?: ?- ?| al? )({_SHORT})\b(?!-)")
#: Short names in a row are days: "lun mer ven", "mar e gio".
_DAYS_IN_A_ROW = re.compile(rf"\b(?:{_SHORT})(?:(?:\.?,? ?[/-] ?|\.?,? (?:ed? |o )?|[.,])(?:{_SHORT})\b)+")
_ANY_DAY = re.compile(rf"\b(?:{_SHORT})\b")
_DAY = re.compile(rf"(?<!scorso )\b({_NAMED})\b(?! (?:scors|prossim))")
_SHORT_DAY = re.compile(
    r"\b(sab|lun|merc|giov|dom(?=\.| (?:mattina|pomeriggio|sera|matt|pom|e)\b|$)|(?:mer|gio|ven)(?=\.| (?:mattina|pomeriggio|"
    r"sera|matt|pom)|$)|(?:mar|mer|gio|ven|dom)(?=,? (?:\d{1,2}(?::\d| ?-)|(?:dalle|dale|dopo|alle|ore|h)\b)))\b"
)
_EVERY_DAY = re.compile(
    r"\b(?:tutti i giorni|ogni giorno)(?: (?:anche|solo|dalle|dale|dall|alle|all|dopo|fino|tra|fra|prima|le|delle|h|ore)){1,4}"
    r" \d|\d (?:di [a-z]+ )?(?:tutti i giorni|ogni giorno)\b"
)
_PART = re.compile(rf"(?<!ieri )(?<!buona )(?<!domani )(?<!questa )\b({_PARTS})\b")
_COUNTED_PART = re.compile(
    r"\b(?:\d+|un|una|qualche|due|tre|alcuni|alcune) (?:pomeriggi|mattine|mattina|sere|sera|pomeriggio|notti|notte)\b"
)
#: A window without minutes begins so, or hours are spoken of elsewhere.
_SPEAKS_OF_HOURS = re.compile(r"(?:dalle|dale|dall|ore|orario|(?:tra|fra) le)\b")
_OF_HOURS = re.compile(r"\b(?:ore|orari|orario|lun|lunedi|mattin|pomerigg)")
#: One of them now and then is not when help is needed each week.
_COUNTED_WEEKEND = re.compile(r"\b(?:un|qualche|due) (?:weekend|week end|fine settimana)\b")
#: When somebody wakes up, or writes, is not when help is needed.
_AWAKE = re.compile(
    r"\b(?:(?:mi|si|ci) svegli[a-z]*|scriv[a-z]+(?: [a-z]+){0,4}) (?:alle|verso le|all) \d{1,2}(?::\d\d)?(?: di "
    r"(?:notte|mattina))?"
)
#: Where somebody is fetched, help ends.
_FETCHED = re.compile(r"\b(?:vengo|veniamo|passo|passiamo|viene) a (?:ri)?prend[a-z]+(?: [a-z]+){0,3}$")
#: Hours of which the evening is spoken are of the evening.
_OF_EVENING = re.compile(r"\bdopo cena\b|\bserat[ae]\b")
_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
#: Parts of the day, as values of the attribute that staff declare.
_VALUES = {
    "mattina presto": "mattina-presto", "mattina": "mattina", "mattine": "mattina", "mattino": "mattina", "pomeriggio": (
        "pomeriggio"
    ),
    "pomeriggi": "pomeriggio", "sera": "sera", "sere": "sera", "serale": "sera", "notte": "notte", "notti": "notte",
}  # fmt: skip
_ALL_DAY = re.compile(r"\bdalla mattina alla sera\b", re.IGNORECASE)
_MINUTES = re.compile(r"\b((?:alle|ale|dalle|dale|le|ore|delle) \d{1,2}) e ([0-5]\d)(?! ?(?:anni|mesi|euro))\b")


def hours_stated(text: str) -> tuple[tuple[Hours, ...], tuple[str, ...]]:
    """When help is needed: exact windows, or else the names of parts of the day and of days of the weekend."""
    said = _MINUTES.sub(r"\1:\2", canonical(_ALL_DAY.sub(" ", text)))
    said = _BARE_POINT.sub(lambda m: f"{_BARE_POINTS[m[1]]} ", said)
    said = _BARE_WINDOW.sub(_in_words, _COUNTED_WEEKEND.sub(" ", _AWAKE.sub(" ", said)))
    days, weekend = _days(said)
    clocks = _windows(said)
    if clocks:
        written = ",".join(days) or ("Mo-Su" if _EVERY_DAY.search(said) else WORKDAYS)
        return tuple(dict.fromkeys(_hours(written, start, end) for start, end in clocks)), ()
    said = _COUNTED_PART.sub(" ", said)
    parts = list(dict.fromkeys(_PART.findall(said)))
    if days and parts:
        return tuple(_hours(",".join(days), *PARTS[part]) for part in parts[:1]), ()
    if weekend:
        return (), weekend
    if days:
        return (_hours(",".join(days), 8 * 60, 20 * 60),), ()
    return (), tuple(dict.fromkeys(_VALUES[part] for part in parts if part in _VALUES))


def _hours(days: str, start: int, end: int) -> Hours:
    return Hours(f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}")


def _in_words(match: re.Match[str]) -> str:
    """A window of bare hours with the words that belong to it; what is no window, or may be a date, as it is."""
    start, end = _minutes(*_split(match["from"])), _minutes(*_split(match["until"]))
    is_date = "/" in match["to"] and ":" not in match[0] and not _SPEAKS_OF_HOURS.match(match["has"])
    if start is None or end is None or is_date or (match["has"].startswith(("turn", "lavor")) and end < _NOON):
        return match[0]
    if match["to"] == " " and end <= start:
        return match[0]
    return f"{match['has']} dalle {match['from']} alle {match['until']}"


def _split(clock: str) -> tuple[str, str | None]:
    hour, _, minute = clock.partition(":")
    return hour, minute or None


def _days(said: str) -> tuple[list[str], tuple[str, ...]]:
    """The days named, in the order of the week; and, when they are all of the weekend, their names."""
    found: set[str] = set()
    for match in _DAY_RANGE.finditer(said):
        start, end = (_WEEK.index(DAYS[name][:2]) for name in match.groups())
        found |= set(_WEEK[start : end + 1])
    rest = _DAY_RANGE.sub(" ", said)
    named = [match[1] for match in (*_DAY.finditer(rest), *_SHORT_DAY.finditer(rest))]
    named += [name for row in _DAYS_IN_A_ROW.finditer(rest) for name in _ANY_DAY.findall(row[0])]
    for name in named:
        first, _, last = DAYS[name].partition("-")
        found |= set(_WEEK[_WEEK.index(first) : _WEEK.index(last or first) + 1])
    days = [day for day in _WEEK if day in found]
    weekend = {"Sa": "sabato", "Su": "domenica"}
    return days, tuple(weekend[day] for day in days) if days and set(days) <= set(weekend) else ()


def _windows(said: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _BETWEEN.finditer(said):
        window = _between(match, said)
        if window is not None:
            found.append(window)
    if found:
        return found
    points = [point for match in _POINT.finditer(said) if (point := _point(match, said)) is not None]
    if not points:
        return []
    if len(points) >= 2:
        times = sorted({_settled(point, points) for point in points[:3]})
        if len(times) >= 2:
            return [(times[0], times[-1])]
    point = points[0]
    if point.role is _Role.UNTIL:
        return [(_FIRST if point.time > _FIRST else 0, point.time)] if point.time else []
    if point.role is _Role.START_OF_DAY:
        return [(point.time, min(point.time + _BEFORE_SCHOOL, _MIDNIGHT))]
    return [(point.time, _LAST if point.time < _LAST else _MIDNIGHT)] if point.time < _MIDNIGHT else []


def _settled(point: _Point, points: Sequence[_Point]) -> int:
    """Beside a time of the afternoon, six or seven without more is of the evening."""
    late = any(other.time >= _NOON + _HOUR for other in points)
    early = any(other.role is _Role.START_OF_DAY for other in points)
    return (
        point.time + _NOON
        if late and not early and point.time < _LEAVING and point.role is not _Role.START_OF_DAY
        else point.time
    )


def _between(match: re.Match[str], said: str) -> tuple[int, int] | None:
    first, last = _minutes(match[1], match[2]), _minutes(match[5], match[6])
    if first is None or last is None or first == last:
        return None
    if (
        match[2] is None
        and match[6] is None
        and not _SPEAKS_OF_HOURS.match(match[0])
        and (not _OF_HOURS.search(said) or last <= first)
    ):
        # "0-3", "da 3 a 6": numbers, unless hours are spoken of.
        return None
    evening = (match[3] or match[4] or match[7] or match[8] or "") in ("sera", "pomeriggio")
    morning = (match[3] or match[4] or "") in ("mattina", "mattino")
    start = (
        first + _NOON if first < _OPENING and first >= _HOUR and not morning and last < _OPENING * 2 and last <= _NOON else first
    )
    start = (
        first + _NOON
        if evening and first < _NOON and (match[3] or match[4] or last < first + 1 or last < _NOON) and first >= _HOUR
        else start
    )
    end = last + _NOON if last <= start and last + _NOON > start and last < _NOON and not (start >= _NOON + 6 * _HOUR) else last
    if evening and end < _NOON and end + _NOON > start:
        end += _NOON
    start %= _MIDNIGHT
    return (start, end) if start != end else None


def _point(match: re.Match[str], said: str) -> _Point | None:
    groups = match.groups()
    word, hour, minute, half = _first(groups)
    time = _minutes(hour, minute)
    if time is None:
        return None
    clause_start = 0
    before = said[max(0, match.start() - 60) : match.start()]
    for cut in _CLAUSE.finditer(before):
        clause_start = cut.end()
    clause = before[clause_start:].strip()
    if word == "le" and not clause.endswith(("dopo", "doppo", "verso", "per", "entro", "circa", "tra", "fra", "oltre")):
        return None
    if _FETCHED.search(f"{clause} {word or ''}".strip().removesuffix(f" {word}")):
        return _Point(match.start(), _of_day(time, half, _Role.END_OF_DAY), _Role.UNTIL)
    if not half and _HOUR * 6 <= time < _NOON and _OF_EVENING.search(said):
        half = "sera"
    if _UNTIL.search(f"{before.strip()} {word or ''}".strip().removesuffix(f" {word}")):
        late = _TO.search(f"{clause} {word or ''}") is not None
        end = _of_day(time, half, _Role.END_OF_DAY)
        if late and end < _LATE and _AT_WORK.search(clause):
            return _Point(match.start(), end, _Role.END_OF_DAY)
        return _Point(match.start(), _of_day(time, half, _Role.END_OF_DAY if late else _Role.UNTIL), _Role.UNTIL)
    starting = [m.start() for m in _STARTING.finditer(clause)]
    ending = [m.start() for m in _ENDING.finditer(f"{clause} {word or ''}")]
    if starting and (not ending or starting[-1] >= ending[-1]):
        role = _Role.START_OF_DAY
    else:
        role = _Role.END_OF_DAY if ending else _Role.SOME
    return _Point(match.start(), _of_day(time, half, role), role)


def _first(groups: Sequence[str | None]) -> tuple[str, str, str | None, str]:
    """The word before the clock, its hour and minute, and the half of the day, of whichever form was found."""
    word = groups[0] or groups[1] or ""
    for at in (2, 6):
        if groups[at] is not None:
            return word if at == 2 else "", groups[at] or "", groups[at + 1], groups[at + 2] or groups[at + 3] or ""
    return "", groups[10] or "", None, groups[11] or groups[12] or ""


def _of_day(time: int, half: str, role: _Role) -> int:
    if not _HOUR <= time < _NOON or half in ("mattina", "mattino"):
        return time
    if half in ("sera", "pomeriggio") or (half == "notte" and time >= _LEAVING):
        return time + _NOON
    if half == "notte" or role is _Role.START_OF_DAY:
        return time
    return time + _NOON if time < (_LEAVING if role is _Role.END_OF_DAY else _OPENING) else time


def _minutes(hour: str, minute: str | None) -> int | None:
    time = int(hour) * 60 + int(minute or 0)
    return time if int(minute or 0) < 60 and time <= _MIDNIGHT else None
