"""Regular expressions for the words of Italian hours, made from `words/it.yaml`; they are matched against plain texts."""

from __future__ import annotations

import re

from bot.authoring.calendar_words import FEASTS, MONTH_WORDS, alternatives, table_words


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])" + alternatives(table_words(name)))


DAY_MEANINGS, DAY_GROUPS, ORDINALS, UNSURE = (
    table_words("days"),
    table_words("groups"),
    table_words("ordinals"),
    table_words("unsure"),
)
ARTICLE = r"(?:(?:da|dal|dalla|il|la|i|le|di|del|della|nei|nel|ogni|tutti i|tutte le|solo il|solo la)\s+)*"
DAY_WORD = alternatives(DAY_MEANINGS)
DAY = re.compile(rf"{ARTICLE}(?<![a-z])({DAY_WORD})")
DAY_TO = re.compile(rf"\s*(-|>|/|al(?=\s)|alla(?=\s)|a(?=\s)|fino al(?=\s)|fino a(?=\s))\s*(?:il\s+|la\s+)?({DAY_WORD})")
GROUP = _pattern("groups")
ORDINAL = alternatives(ORDINALS)
NTH = re.compile(rf"(?:(?:il|la|i|le|ogni|tutti i|l')\s*)?({ORDINAL}(?:\s*(?:,|e il|e la|ed il|e|ed|o|/|-)\s*{ORDINAL})*)\s*")
FEAST = re.compile(rf"(?:(?:il giorno di|nel giorno di|nei giorni di|a|il|per|la)\s+)?({alternatives(FEASTS)})")
CLOSED, EXCEPT, ALWAYS_OPEN, NEXT_DAY = _pattern("closed"), _pattern("except"), _pattern("always"), _pattern("next_day")
BREAK = _pattern("break")
#: The form of hours that hold for a part of the year only: what "orario estivo" without dates lacks.
SEASON = "dal 15 giugno al 15 settembre lun-ven 8:00-14:00"
#: The form of a day that is closed: what "festa patronale" without a date lacks.
SINGLE_DAY = "7 ottobre chiuso"
IGNORED, UNSURE_WORD, NEGATION = _pattern("ignored"), _pattern("unsure"), _pattern("negations")
#: A number to phone, after "su appuntamento".
_PHONE = r"(?:\s*,?\s*(?:tel\.?|cell\.?|telefonando|chiamando|al|allo|il|numero|n\.)[\s:]*)+[+\d][\d /.-]{4,}\d"
NOTE = re.compile(
    rf"(?<![a-z])(?:{alternatives(table_words('note_leads'))}\s+)*{alternatives(table_words('notes'))}"
    rf"(?:\s+{alternatives(table_words('note_tails'))})*(?:{_PHONE})?"
    rf"|(?<![a-z])(?=tel|cell){_PHONE}"
)
LAST_ENTRY = re.compile(rf"{_pattern('last_entries').pattern}\s*(?:(?:alle|ore|fino|h)\.?\s*)*")
APART, MORE = re.compile(r"\s*,?\s*" + alternatives(table_words("apart"))), _pattern("more")
ONLY, INCLUDED = _pattern("only"), _pattern("included")
ALSO = re.compile(rf"{_pattern('also').pattern}\s+")
PART = {name: _pattern(name) for name in ("morning", "afternoon", "evening")}
SENTENCE_END = re.compile(r"(?:;|\||\.(?=\s|$))[\s;.]*")
SEPARATOR = re.compile(r"(?:[,:&+/-]|\be\b|\bed\b|\boppure\b|\bpoi\b|\bnonche\b)\s*")
QUOTED = re.compile(r'"([^"]*)"')
#: Three days with slashes: there the slash lists days, it does not span them.
SLASHED_DAYS = re.compile(rf"{DAY_WORD}\s*/\s*{DAY_WORD}\s*/\s*{DAY_WORD}")
DASHED_DAYS = re.compile(rf"{DAY_WORD}\s*-\s*{DAY_WORD}\s*-\s*{DAY_WORD}")
FROM_DATE = re.compile(r"(?:dalla|dal|da)\s|dall'")
HEADING_END = re.compile(r"\s*\)?\s*:(?=\s)\s*")
BRACKETED = re.compile(r"\[(-?\d(?:,-?\d)*)\]")
OF_MONTH = re.compile(r"\s*(?:di ogni mese|del mese|di ciascun mese|del me\.)")
LONE_CLOCK = re.compile(
    r"(?:dalle|fino alle|alle|sino alle|prima delle|dopo le|ore)\s*(?:ore\s*)?\d|\d{1,2}(?:[:.]\d\d)?\s*(?:$|[,;])"
)
MARCH = re.compile(r"Mar\.?\s+(?:off|closed)\b")
#: "mar" is a Tuesday, but not beside a month: "mar-ott", "gen-mar".
_MONTH = alternatives(MONTH_WORDS)
MARCH_TO = re.compile(rf"(?:da\s+)?mar\.?\s*(?:-|\ba\b)\s*({_MONTH})")
TO_MARCH = re.compile(rf"(?:da\s+)?({_MONTH})\s*(?:-|\ba\b)\s*mar(?![a-z])\.?")
_DIGIT = re.compile(r"\d")
_TELLING = ("days", "groups", "months", "closed", "except", "feasts", "break")
_OTHERS = (
    "ordinals", "always", "next_day", "morning", "afternoon", "evening", "more", "apart", "also", "ignored", "unsure",
    "only", "included",
)  # fmt: skip
#: What holds one of these says when hours hold, or that there are none.
TELLING = re.compile("|".join(_pattern(name).pattern for name in _TELLING))
#: Words of which a misspelling must never pass for a word that means nothing.
TELLING_WORDS = [
    word
    for name in ("days", "groups", "months", "closed", "except")
    for word in table_words(name)
    if word.isalpha() and len(word) > 3
]
KNOWN = {
    word.strip("'")
    for name in (*_TELLING, *_OTHERS, "notes", "note_leads", "note_tails", "clock", "minutes", "months")
    for entry in table_words(name)
    for word in re.findall(r"[a-z']+", entry)
} | {"ore", "h", "dalle", "dalla", "dal", "da", "al", "alle", "alla", "e", "ed", "o"}


def is_meaningful(words: str) -> bool:
    """Return True if words are more than a label: they contain digits, days, dates, closures or a known note."""
    return any(pattern.search(words) for pattern in (_DIGIT, TELLING, NOTE))
