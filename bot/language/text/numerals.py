"""Italian number words as digits, also elided ("ottant'anni"), inside other words ("ottantenne") and misspelt ("quatro")."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA
from text_to_num import alpha2digit

_ONES = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_TEENS = ("dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove")
_TENS = ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
_VALUES = (
    {one: number for number, one in enumerate(_ONES, start=1)}
    | {teen: number for number, teen in enumerate(_TEENS, start=10)}
    | {ten: 10 * number for number, ten in enumerate(_TENS, start=2)}
    | {
        (ten[:-1] if one[0] in "uo" else ten) + one: 10 * number + unit
        for number, ten in enumerate(_TENS, start=2)
        for unit, one in enumerate(_ONES, start=1)
    }
)
#: Shorter number words are not compared with misspelt ones.
_SHORTEST_FUZZY = 5
#: From this length on two errors are allowed.
_LONG = 8
_COMPARED = [word for word in _VALUES if len(word) >= _SHORTEST_FUZZY]
#: "Ottant'anni", "trentacinquenne", "una sessantina": tens and what follows them lose their last vowel.
_ELIDED = {word[:-1]: number for word, number in _VALUES.items() if number > 10} | {"cent": 100}
#: "Treenne", "novenne": only so are small numbers parts of words.
_YOUNG = {"tre": 3, "quattr": 4, "cinqu": 5, "sei": 6, "sett": 7, "nov": 9, "dec": 10}
_IN_A_WORD = re.compile(r"\b([a-z]{3,}?)(enn[ei]|ina)\b|\b((?:[a-z]{3,10}nt|cent|vent))(?= ann)")
# text2num leaves small numbers that stand alone as words; "uno" is left, since it is an article too.
_SMALL = {"zero": "0", "due": "2", "tre": "3"}
_SMALL_WORD = re.compile(r"\b(?:zero|due|tre)\b")
#: "Sei gentile", "chi sei": not the number six.
_YOU_ARE = re.compile(
    r"\b(?:tu|chi|dove) sei\b|"
    r"^sei (?=[a-z])(?!(?:ed?|o|ai?|ann[io]|mes[ie]|giorni|settimane|compiuti|circa|di|il|la|lui|lei|mi[oa])\b)"
)
_MISSPELT = re.compile(r"^[a-z]{4,20}$|\b[a-z]{4,20}(?= (?:an|mes|mez)[a-z]{0,3}\b)")


def in_digits(said: str) -> str:
    """Plain text (`normalise.plain`) with number words as digits: "trentuno" → "31", "terza" → "3°". "Uno" stays a word."""
    said = alpha2digit(_YOU_ARE.sub(" ", said), "it").replace("ª", "°").replace("º", "°")
    said = _SMALL_WORD.sub(lambda m: _SMALL[m[0]], said)
    return _IN_A_WORD.sub(_opened, said)


def guessed(said: str) -> str:
    """The same with misspelt number words as digits: where a unit of age follows, or where they are all that is said."""
    return _MISSPELT.sub(lambda m: _nearest(m[0]), said)


def _opened(match: re.Match[str]) -> str:
    word, ending, elided = match.groups()
    number = _ELIDED.get(elided or word.removeprefix("ultra"))
    if number is None and ending and ending.startswith("enn"):
        number = _YOUNG.get(word)
    if number is None:
        return match[0]
    over = "oltre " if word and word.startswith("ultra") else ""
    return f"{over}{number} anni" if ending and ending.startswith("enn") else f"{over}{number}"


def _nearest(word: str) -> str:
    most = 1 if len(word) < _LONG else 2
    best = process.extractOne(word, _COMPARED, scorer=OSA.distance, score_cutoff=most)
    return str(_VALUES[best[0]]) if best is not None and best[0][0] == word[0] else word
