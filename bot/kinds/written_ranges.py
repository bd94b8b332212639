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
#: Words around numbers, each with the form that it means; "fino a 3" may or may not hold 3 and stays unread.
_FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (rf"(?:da|dai|dagli|tra|tra i|fra|fra i|tra gli)\s+{_N}\s*(?:-|a|ai|agli|e|e i|e gli)\s+{_N}", r"\1-\2"),
        (rf"{_N}\s+(?:a|ai|agli)\s+{_N}", r"\1-\2"),
        (rf"(?:da|dai|dagli|almeno)\s+{_N}(?:\s+(?:in su|in poi|e oltre|o più))?", r"\1+"),
        (rf"{_N}\s+(?:e oltre|in su|e più|o più|in poi)", r"\1+"),
        (rf"(?:sotto|sotto i|sotto gli|meno di|minore di|inferiore a|under)\s+{_N}", r"<\1"),
    )
)


def short_range(written: str) -> str:
    """Return a range in its short form; a text that is no such range as it is, but for dashes, units and Italian numbers."""
    text = written.translate(_DASHES).lower().strip()
    text = _MONTHS.sub(r"\1m", _UNITS.sub("", text)).strip()
    text = _DECIMALS.sub(";", text)
    text = _THOUSANDS.sub(lambda m: m[1] + m[2].replace(".", ""), text).replace(";", ".")
    text = _MILA.sub(lambda m: f"{float(m[1]) * 1000:g}", text)
    for pattern, form in _FORMS:
        if pattern.fullmatch(text):
            return pattern.sub(form, text)
    return text
