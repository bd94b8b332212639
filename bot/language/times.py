"""Typed hours: "dopo le 18:30", "dalle 8 alle 16", "sabato mattina" → opening_hours expressions."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

from bot.core.conditions import Hours
from bot.language.normalise import LONGEST

_DAYS = {
    "lunedi": "Mo", "martedi": "Tu", "mercoledi": "We", "giovedi": "Th", "venerdi": "Fr", "sabato": "Sa", "domenica": "Su",
    "weekend": "Sa-Su", "week end": "Sa-Su", "fine settimana": "Sa-Su", "tutti i giorni": "Mo-Su", "ogni giorno": "Mo-Su",
}  # fmt: skip
_PARTS = {
    "mattin": ("08:00", "13:00"),
    "pomeriggi": ("13:00", "18:00"),
    "ser[ae]": ("18:00", "22:00"),
    "notte": ("22:00", "07:00"),
}
#: When only one end is said, the day is taken to last from six in the morning to ten at night.
_FIRST, _LAST = "06:00", "22:00"

#: "Esco alle sei" is said of the evening: after work, earlier hours are hours of the afternoon.
_NOON_FROM = "08:00"

_CLOCK = r"(?:le |l'|ore )?(\d{1,2})(?:(?:[:.,]| e )(\d{1,2}|mezz[oa]|un quarto))?"
_FROM_TO = re.compile(rf"\b(?:dalle|dall'|tra|fra)\s*{_CLOCK}\s*(?:alle|all'|e|-|fino alle|a)\s*{_CLOCK}")
_AFTER = re.compile(rf"\b(dalle|dall'|dopo|esco|finisco|stacco|torno|rientro)\s*(?:dal lavoro\s*)?(?:alle |all'|verso )?{_CLOCK}")
_BEFORE = re.compile(
    rf"\b(?:prima del|prima|entro|fino al|comincio|inizio|entro al|attacco)\s*(?:a lavorare\s*)?(?:alle |all'|le |l')?{_CLOCK}"
)


def hours(text: str) -> tuple[Hours, ...]:
    """The hours stated in an answer; empty when there are none. Without a day, working days are meant."""
    said = text[:LONGEST].casefold().replace("’", "'")
    for accented, plain in zip("àèéìòù", "aeeiou", strict=True):
        said = said.replace(accented, plain)
    said = alpha2digit(said.replace(" e mezza", ":30").replace(" e un quarto", ":15"), "it")
    said = said.replace(" :30", ":30").replace(" :15", ":15")
    days = ",".join(code for word, code in _DAYS.items() if word in said) or "Mo-Fr"
    windows = _windows(said)
    if not windows and days != "Mo-Fr":
        windows = [("08:00", "20:00")]
    return tuple(Hours(f"{days} {start}-{end}") for start, end in windows)


def _windows(said: str) -> list[tuple[str, str]]:
    if match := _FROM_TO.search(said):
        start, end = _time(match[1], match[2]), _time(match[3], match[4])
        if start and end and start != end:
            return [(start, end)]
    if (match := _AFTER.search(said)) and (start := _time(match[2], match[3])):
        if not match[1].startswith("dall") and "mattin" not in said and start < _NOON_FROM:
            start = f"{int(start[:2]) + 12}{start[2:]}"
        if start < _LAST:
            return [(start, _LAST)]
    if (match := _BEFORE.search(said)) and (end := _time(match[1], match[2])) and end > _FIRST:
        return [(_FIRST, end)]
    return [window for part, window in _PARTS.items() if re.search(rf"\b{part}", said)]


def _time(hour: str, minute: str | None) -> str | None:
    minutes = 30 if minute and minute.startswith("mezz") else 15 if minute == "un quarto" else int(minute or 0)
    if int(hour) > 24 or minutes > 59 or (int(hour) == 24 and minutes):
        return None
    return f"{int(hour):02}:{minutes:02}"
