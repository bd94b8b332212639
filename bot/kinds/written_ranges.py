"""Ranges of numbers as people write them → the short form of `spans.parse_range`: "dai 3 ai 5 anni" → "3-5"."""

from __future__ import annotations

import re

_DASHES = str.maketrans("–—−‒", "----", "€\u00a0")
_UNITS = re.compile(r"\s*\b(?:anni|anno|euro|compiuti|di età|d'età)\b\.?")
_MONTHS = re.compile(r"(\d)\s*(?:mesi|mese)\b")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:\.\d{3})+)(?![\d])")
#: "15.000,01" and "3,5"; "6,10" may be two numbers.
_DECIMALS = re.compile(r"(?<=\.\d{3}),(?=\d)|(?<=\d),(?=\d(?!\d))")
_MILA = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mila\b|k\b)")
_N = r"(\d+(?:\.\d+)?m?)"
_WORDS = (
    *("zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici", "tredici"),
    *("quattordici", "quindici", "sedici", "diciassette", "diciotto"),
)
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_WHOLE = {"maggiorenni": "18+", "maggiorenne": "18+", "minorenni": "<18", "minorenne": "<18"}
#: "18 anni compiuti" has no end; "3 mesi - 3 anni" says the unit of both ends.
_REACHED = re.compile(r"(?:\w+\s+)??(\d+)\s+(?:anni\s+)?(?:già\s+)?compiuti(?:\s+in (?:su|poi))?")
_BOTH_UNITS = re.compile(r"(?:dai|da|tra i|tra|fra i|fra)?\s*(\d+)\s*mes[ei]\s*(?:-|/|ai|agli|a|e i|e gli|e)\s*(\d+)\s*ann[io]")
#: Words around numbers, each with the form that it means; "fino a 3" may or may not hold 3 and stays unread.
_FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (rf"(?:da|dai|dagli|tra|tra i|fra|fra i|tra gli)\s+{_N}\s*(?:-|a|ai|agli|e|e i|e gli)\s+{_N}", r"\1-\2"),
        (rf"{_N}\s+(?:a|ai|agli)\s+{_N}", r"\1-\2"),
        (r"(\d{1,2})\s*/\s*(\d{1,2}m?)", r"\1-\2"),
        (
            rf"(?:non superiore a|al massimo|massimo|max)\s+{_N}|fino a(?:i|gli)?\s+{_N}\s+(?:compresi|compreso|inclusi)",
            r"0-\1\2",
        ),
        (rf"(?:over|non inferiore a|minimo)\s+{_N}", r"\1+"),
        (rf"(?:a partire |compiuti )?(?:da|dai|dagli|almeno)\s+{_N}(?:\s+(?:in su|in poi|e oltre|o più))?", r"\1+"),
        (rf"{_N}\s+(?:e oltre|in su|e più|o più|in poi)", r"\1+"),
        (rf"(?:sotto|sotto i|sotto gli|meno di|minor[ei] di|inferior[ei] a|under)\s+{_N}", r"<\1"),
    )
)


def short_range(written: str) -> str:
    """Return a range in its short form: "dai 3 ai 5 anni" → "3-5"; other texts only with dashes, units and numbers tidied."""
    text = written.translate(_DASHES).lower().strip()
    text = _WORD.sub(lambda m: str(_WORDS.index(m[1])), text) if " " in text else text
    if text in _WHOLE or _REACHED.fullmatch(text):
        return _WHOLE.get(text) or _REACHED.sub(r"\1+", text)
    if m := _BOTH_UNITS.fullmatch(text):
        return f"{m[1]}m-{int(m[2]) * 12}m"
    text = _MONTHS.sub(r"\1m", _UNITS.sub("", text)).strip()
    text = _DECIMALS.sub(";", text)
    text = _THOUSANDS.sub(lambda m: m[1] + m[2].replace(".", ""), text).replace(";", ".")
    text = _MILA.sub(lambda m: f"{float(m[1]) * 1000:g}", text)
    for pattern, form in _FORMS:
        if pattern.fullmatch(text):
            return pattern.sub(form, text)
    return text
