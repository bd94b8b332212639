"""Typed hours: "dopo le 18:30", "dalle 8 alle 16", "sabato mattina" → opening_hours expressions.

The text is first written in one way (`canonical`): clock times as digits, days and parts of the day as the rules spell them.
It is then read from left to right into groups of days and windows: "dopo le 18 | e il sabato mattina".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.conditions import Hours
from bot.language.text.normalise import plain
from bot.language.text.numerals import in_digits

#: Minutes from midnight, from and until.
_Window = tuple[int, int]

_NOON, _MIDNIGHT = 12 * 60, 24 * 60
#: When only one end is said, the day lasts from six in the morning to ten at night; a day without hours from eight to eight.
_FIRST, _LAST = 6 * 60, 22 * 60
_WHOLE_DAY = (8 * 60, 20 * 60)
#: Earlier hours are of the afternoon: people leave work after eight ("esco alle sei"), and nothing opens before six.
_LEAVING, _OPENING = 8 * 60, 6 * 60
#: How long an hour lasts of which no end is said ("alle 17"), and help before an early start ("comincio alle 6").
_HOUR, _BEFORE_WORK = 60, 120
#: From this hour on "dalle 20 alle 6" lasts until the morning.
_EVENING_SHIFT = 18 * 60

DAYS = {
    "lunedi": "Mo", "lun": "Mo", "martedi": "Tu", "mart": "Tu", "mar": "Tu", "mercoledi": "We", "merc": "We", "mer": "We",
    "giovedi": "Th", "giov": "Th", "gio": "Th",
    "venerdi": "Fr", "ven": "Fr", "sabato": "Sa", "sabati": "Sa", "sab": "Sa", "domenica": "Su", "domeniche": "Su", "dom": "Su",
    "weekend": "Sa-Su", "week end": "Sa-Su", "fine settimana": "Sa-Su", "tutti i giorni": "Mo-Su", "ogni giorno": "Mo-Su",
    "domenicale": "Su", "domenicali": "Su", "feriali": "Mo-Fr", "in settimana": "Mo-Fr", "giorni lavorativi": "Mo-Fr",
}  # fmt: skip
_WEEKEND = {"Sa", "Su", "Sa-Su"}
WORKDAYS = "Mo-Fr"
_MORNING, _AFTERNOON, _EVENING = (8 * 60, 13 * 60), (13 * 60, 18 * 60), (18 * 60, 22 * 60)
_NIGHT, _LUNCH, _ALL_DAY = (22 * 60, 7 * 60), (12 * 60, 14 * 60 + 30), (8 * 60, 18 * 60)
PARTS = {
    "mattina presto": (7 * 60, 8 * 60 + 30), "mattina": _MORNING, "mattine": _MORNING, "mattino": _MORNING, "matt": _MORNING,
    "pausa pranzo": _LUNCH, "pomeriggio": _AFTERNOON, "pomeriggi": _AFTERNOON, "pom": _AFTERNOON, "sera": _EVENING,
    "sere": _EVENING, "serale": _EVENING, "notte": _NIGHT, "notti": _NIGHT, "tutto il giorno": _ALL_DAY,
    "tutta la giornata": _ALL_DAY,
}  # fmt: skip

# --- Rules over canonical text, tried in this order where a word begins

_CLOCK = r"(\d{1,2})(?::(\d\d))?(?![\d:°]| ?(?:anni|mesi|settiman|giorn|or[ae]\b|minut|volt|figli|bambin|person|km|euro))"
_AT = r"(?: (?:le|l|ore|h|alle|all|ale|verso|circa))*"
_WORDS = r"(?: [a-z]+){0,4}?"
_NAMES = "|".join(DAYS)
_RULES = {
    kind: re.compile(rule)
    for kind, rule in {
        "between": rf"(?:dalle|dale|dall|da|tra|fra|ore){_AT} {_CLOCK} ?(?:-|–|alle|all|ale|a|e|fino a|fino){_AT} ?{_CLOCK}",
        "range": rf"{_CLOCK} ?[-–/] ?{_CLOCK}(?![/-])",
        "open": rf"(?:dalle|dale|dall){_AT} {_CLOCK}|{_CLOCK} in (?:poi|avanti|su)\b",
        "after": rf"(?:dopo|doppo|(?:esc[oe]|usci|finisc|stacc|torn[oa]|rientr)[a-z]*{_WORDS}){_AT} {_CLOCK}",
        "until": rf"fino{_AT} {_CLOCK}",
        "before": rf"(?:prima (?:delle|dell)|entro{_WORDS}|(?:cominci|inizi|attacc)[a-z]+{_WORDS}){_AT} {_CLOCK}",
        "at": rf"(?:alle|all|ale|verso le|ore|h) {_CLOCK}|{_CLOCK} (?=di (?:sera|mattina|notte))|(\d{{1,2}}):(\d\d)(?![\d:])",
        "days": rf"({_NAMES})(?: ?- ?| al? )({_NAMES})\b",
        "day": rf"({_NAMES})\b",
        "part": rf"({'|'.join(PARTS)})\b",
    }.items()
}
_OF_EVENING = re.compile(r"\d (?:di|della|del) (?:sera|pomeriggio)\b")
_BEGINS = re.compile(r"(?<![a-z0-9:.,/-])[a-z0-9]")
_AND = re.compile(r"(?:\b(?:e|o|oppure|ma|anche)|,)(?: (?:il|la|di|anche|al))*$")


@dataclass
class _Group:
    """Days, and what was said of their hours."""

    days: list[str] = field(default_factory=list)
    clocks: list[_Window] = field(default_factory=list)
    parts: list[_Window] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether the name of a part of the day, or of a day of the weekend, would not say it all."""
        return bool(self.clocks) or bool(self.days and self.parts) or not _WEEKEND.issuperset(self.days)

    def hours(self) -> Iterator[Hours]:
        """What is open to the others is narrowed by the clock: "la sera, dopo le 20"."""
        days = ",".join(dict.fromkeys(self.days)) or WORKDAYS
        for start, end in self.clocks or self.parts or [_WHOLE_DAY]:
            yield Hours(f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}")


@dataclass(frozen=True)
class _Noon:
    """Which half of the day was named beside clock times: "alle 6 di mattina", "alle 6 di sera"."""

    morning: bool
    evening: bool

    def passed(self, time: int, earliest: int) -> int:
        """A time before `earliest` is of the afternoon, unless the morning was named; "0:30" is always of the night."""
        if self.evening and not self.morning:
            earliest = _NOON
        return time + _NOON if _HOUR <= time < (0 if self.morning else earliest) else time


def hours(text: str) -> tuple[Hours, ...]:
    """The hours stated in an answer; empty when there are none. Without a day, working days are meant."""
    return tuple(dict.fromkeys(window for group in _groups(text) for window in group.hours()))


def is_exact(text: str) -> bool:
    """Whether an answer states hours that names such as "mattina" or "sabato" cannot say: "sabato mattina", "dopo le 20"."""
    return any(group.exact for group in _groups(text))


def _groups(text: str) -> list[_Group]:
    said = canonical(text)
    noon = _Noon("mattin" in said, _OF_EVENING.search(said) is not None)
    groups = [_Group()]
    end = 0
    for begin in _BEGINS.finditer(said):
        if begin.start() < end:
            continue
        found = next(((kind, m) for kind, rule in _RULES.items() if (m := rule.match(said, begin.start()))), None)
        if found is None:
            continue
        kind, match = found
        anew = _AND.search(said[end : match.start()].rstrip()) is not None
        end = match.end()
        last = groups[-1]
        if kind in ("days", "day"):
            if (last.clocks or last.parts) and (last.days or (anew and kind == "day")):
                groups.append(_Group())
            groups[-1].days.append("-".join(DAYS[name] for name in match.groups()))
            continue
        window = PARTS[match[1]] if kind == "part" else _window(kind, match, noon)
        if window is None:
            continue
        if anew and last.days and not last.clocks and not last.parts:
            groups.append(_Group())
        (groups[-1].parts if kind == "part" else groups[-1].clocks).append(window)
    return [group for group in groups if group.days or group.clocks or group.parts]


def _window(kind: str, match: re.Match[str], noon: _Noon) -> _Window | None:
    """The window of a rule that names clock times; None for times that no clock shows."""
    times = [_minutes(hour, minute) for hour, minute in _pairs(match)]
    if None in times:
        return None
    first, last = times[0] or 0, times[-1] or 0
    match kind:
        case "between" | "range":
            start = noon.passed(first, _OPENING)
            end = noon.passed(last, 0)
            end = end + _NOON if end <= start and end < _NOON and start < _EVENING_SHIFT else end
            start %= _MIDNIGHT
            return (start, end) if start != end else None
        case "after" | "open":
            start = noon.passed(first, _LEAVING if kind == "after" else _OPENING)
            return (start, _LAST if start < _LAST else _MIDNIGHT) if start < _MIDNIGHT else None
        case "until" | "before":
            end = noon.passed(first, _LEAVING if kind == "until" else _OPENING)
            return (_FIRST if end > _FIRST else end - _BEFORE_WORK, end) if end >= _BEFORE_WORK else None
        case _:
            start = noon.passed(first, _OPENING)
            return (start, start + _HOUR) if start + _HOUR <= _MIDNIGHT else None


def _pairs(match: re.Match[str]) -> Iterator[tuple[str, str | None]]:
    groups = match.groups()
    return ((hour, minute) for hour, minute in zip(groups[::2], groups[1::2], strict=True) if hour is not None)


def _minutes(hour: str, minute: str | None) -> int | None:
    time = int(hour) * 60 + int(minute or 0)
    return time if int(minute or 0) < 60 and time <= _MIDNIGHT else None


# --- Spelling

_SEAM = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_MINUTES = re.compile(r"(?<![\d:.,])(\d{1,2})(?: ?h ?|[.,])(\d\d)(?!\d|[.,:]\d)|(?<![\d:])(\d{1,2}) e (15|30|45)(?![\d:])")
#: "Dalle 16 30".
_SPACED_MINUTES = re.compile(
    rf"\b((?:alle|ale|dalle|dale|dopo le|ore|delle|{'|'.join(name for name in DAYS if ' ' not in name)}) \d{{1,2}}) (00|15|30|45)"
    r"(?![\d:.,/]| ?(?:-|–|(?:ann|mes|settiman|giorn|or[ae]\b|minut|volt|figl|bamb|bimb|person|km|euro)|[€%°]))"
)
#: "Dalle 830".
_GLUED_MINUTES = re.compile(r"\b((?:alle|ale|dalle|dale|le|ore) )(\d{1,2})(00|15|30|45)\b(?! ?(?:euro|€))")
_TO_THE_HOUR = re.compile(r"(?<![\d:])(\d{1,2}) meno 15\b")
_IN_DIGITS = {
    re.compile(rf"\b{words}\b"): digits
    for words, digits in {
        "e me[sz]{1,2}[oa]?": "e 30",
        "e (?:un )?quarto": "e 15",
        "e tre quarti": "e 45",
        "meno (?:un )?quarto": "meno 15",
        "(?:a |il )?mezzogiorno": "a 12",
        "(?:a |il )?mezzanotte": "a 24",
        "(all|dall|l) una": r"\1 13",
        "dalla mattina alla sera": "dalle 8 alle 20",
    }.items()
}
#: As people shorten them on a phone.
_SHORT = {"dp": "dopo", "dopp": "dopo", "dpo": "dopo", "d sera": "di sera", "d mattina": "di mattina", "d notte": "di notte",
          "d pomeriggio": "di pomeriggio", "x le": "per le", "dopole": "dopo le", "doppole": "dopo le", "finoalle": "fino alle",
          "fino le": "fino alle",
          "primadelle": "prima delle", "pome": "pomeriggio", "fine setimana": "fine settimana", "finesettimana": "fine settimana",
          "fine sett": "fine settimana"}  # fmt: skip
_SHORTENED = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b")
_HALF_PAST = re.compile(r"(\d) ?e ?me[sz]{1,2}[oa]\b")
_LONG_WORD = re.compile(r"[a-z]{5,}")
#: A doubled letter makes a greenhouse of the evening; nothing grows in it where only the evening is meant.
_GREENHOUSE = re.compile(
    r"\b(?:piant|fior|ort[oia]|ortagg|verdur|pomodor|giardin|coltiv|agric|vivai|effetto|gas|clima)|"
    r"\b(?:in|nella|nelle) serr[ae]\b"
)
_MISSPELT_EVENING = re.compile(r"\b(la|di|alla|ogni) serra\b")
#: The longest names may have two errors.
_LONG = 9
#: Shorter words are too like others: "serve" is no "sere".
_NAMES_OF_PEOPLE = frozenset({"domenico", "domenici"})
_RESPELT = tuple(word for word in (*DAYS, *PARTS) if len(word) > 4 and " " not in word)


def canonical(text: str) -> str:
    """Plain text with clock times as digits, and days and parts of the day spelt as the rules have them."""
    said = _SHORTENED.sub(lambda m: _SHORT[m[0]], plain(text))
    said = _HALF_PAST.sub(r"\1 e mezza", said)
    for words, digits in _IN_DIGITS.items():
        said = words.sub(digits, said)
    said = _MINUTES.sub(lambda m: f"{m[1] or m[3]}:{m[2] or m[4]}", in_digits(said))
    said = _SPACED_MINUTES.sub(r"\1:\2", _GLUED_MINUTES.sub(r"\1\2:\3", said))
    said = _SEAM.sub(" ", _TO_THE_HOUR.sub(lambda m: f"{(int(m[1]) - 1) % 24}:45", said))
    if "serra" in said and not _GREENHOUSE.search(said):
        said = _MISSPELT_EVENING.sub(r"\1 sera", said)
    return _LONG_WORD.sub(lambda m: _respelt(m[0]), said)


def _respelt(word: str) -> str:
    if word in _NAMES_OF_PEOPLE:
        return word
    best = process.extractOne(word, _RESPELT, scorer=OSA.distance, score_cutoff=2)
    if best is None or best[0][0] != word[0] or (best[1] > 1 and len(best[0]) < _LONG):
        return word
    return best[0]
