"""Italian number words as digits, also elided ("ottant'anni"), inside other words ("ottantenne") and misspelt ("quatro")."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

from bot.language.data import ITALIAN, any_word, word_table
from bot.language.text.spelling import Speller

_NUMBERS = {word: int(number) for word, number in word_table(ITALIAN, "numbers", "numbers").items()}
_ONES = {word: number for word, number in _NUMBERS.items() if number < 10}
_TENS = {word: number for word, number in _NUMBERS.items() if number >= 20}
#: All numbers below 100; tens lose their last vowel before another: "ventuno", "ventotto".
_BELOW_100 = _NUMBERS | {
    (ten[:-1] if one[0] in "uo" else ten) + one: tens + number for ten, tens in _TENS.items() for one, number in _ONES.items()
}
#: Shorter number words are not compared with misspelt ones.
_SHORTEST_FUZZY = 5
#: From this length on two errors are allowed.
_LONG = 8
_SPELLER = Speller(word for word in _BELOW_100 if len(word) >= _SHORTEST_FUZZY)
#: "Ottant'anni", "trentacinquenne", "una sessantina": tens and what follows them lose their last vowel.
_ELIDED = {word[:-1]: number for word, number in _BELOW_100.items() if number > 10} | {"cent": 100}
#: "Treenne", "novenne": only so are small numbers parts of words.
_BEGIN_AGES = {word: int(number) for word, number in word_table(ITALIAN, "numbers", "begin_ages").items()}
_IN_A_WORD = re.compile(rf"\b([a-z]{{3,}}?)(enn[ei]|ina)\b|\b([a-z]{{3,10}}nt|cent|vent|{'|'.join(sorted(_BEGIN_AGES))})(?= ann)")
# text2num leaves small numbers that stand alone as words; "uno" is left, since it is an article too.
_SMALL = {"zero": "0", "due": "2", "tre": "3"}
_SMALL_WORD = re.compile(rf"\b(?:{'|'.join(_SMALL)})\b")
#: "Sei gentile", "chi sei": not the number six.
_YOU_ARE = re.compile(
    rf"\b{any_word(ITALIAN, 'numbers', 'you_are')}\b|^sei (?=[a-z])(?!{any_word(ITALIAN, 'numbers', 'after_six')}\b)"
)
_MISSPELT = re.compile(r"^[a-z]{4,20}$|\b[a-z]{4,20}(?= (?:an|mes|mez)[a-z]{0,3}\b)")


def in_digits(plain: str) -> str:
    """Return plain text (`normalise.plain`) with number words as digits: "trentuno" → "31", "terza" → "3°".

    "Uno" stays a word.
    """
    # Half a character (a lone surrogate) is an error to the library.
    whole = plain.encode("utf-8", "ignore").decode()
    said = alpha2digit(_YOU_ARE.sub(" ", whole), "it").replace("ª", "°").replace("º", "°")
    said = _SMALL_WORD.sub(lambda m: _SMALL[m[0]], said)
    return _IN_A_WORD.sub(_open, said)


def guess_numbers(plain: str) -> str:
    """Return plain text with misspelt number words as digits, before a unit of age or where the text has nothing else."""
    return _MISSPELT.sub(lambda m: _nearest(m[0]), plain)


def _open(match: re.Match[str]) -> str:
    word, ending, elided = match.groups()
    number = _ELIDED.get(elided or word.removeprefix("ultra"))
    if number is None and (elided or ending.startswith("enn")):
        number = _BEGIN_AGES.get(elided or word)
    if number is None:
        return match[0]
    over = "oltre " if word and word.startswith("ultra") else ""
    return f"{over}{number} anni" if ending and ending.startswith("enn") else f"{over}{number}"


def _nearest(word: str) -> str:
    near, _ = _SPELLER.nearest(word, 1 if len(word) < _LONG else 2)
    return str(_BELOW_100[near]) if near in _BELOW_100 and len(near) >= _SHORTEST_FUZZY else word
