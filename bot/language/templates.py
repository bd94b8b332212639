"""Templates of phrases, as staff write them in the files of a language, found in texts.

Notation, beside that of the words in `data.py` ("figli-", "mio/a/ei"):

    -ana              every word with this ending
    _                 any word
    ...               up to four words, whatever they are
    (gia|quasi)       what may be missing
    {di|per conto di} one of these
    <n>               what code knows and reads; <kin>, <people.kin>: an entry of that list, of the same file or another
    x*                x as often as five times
    !x  ?x            not followed by x, followed by x; at the beginning of a group: unless it is x
    ,                 a sign; <sign> is any of them, and also begins and ends every text

Templates are found at whole words in texts of which words and signs are one space apart (`space_out`). What a template means is a
concern of those who look for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from bot.errors import LanguageDataError
from bot.language.data import ITALIAN, phrases, word_groups
from bot.language.text.normalise import plain

#: A word, a sign, or a number as it is written: an ordinal, a clock time, a date, a decimal.
_TOKEN = re.compile(r"\d+(?:[.:/-]\d+|,\d{1,2}(?![\d:]))*[°^]?|[^\W\d_]+[°^]?|[^\w\s]")
_DASH = re.compile(r"(?<=\d) ?[-–] ?(?=\d)")
#: A smiley ends a clause, as a full stop does.
_PICTURE = re.compile(r"[^\w\s\x00-\xff€–’]+")
#: Parentheses part as commas do.
_SIGNS = str.maketrans({"(": ",", ")": ",", "–": "-", "^": "°"})
_NOTATION = re.compile(r"[({|})*!?]|<[\w./]+>|[^\s({|})*!?<>]+|[<>]")
#: The end of a beginning, "figli-", and other endings in place of a last letter, "stanco/a".
_ENDINGS = re.compile(r"-$|[^\W\d_](?:/[^\W\d_]+)+$")
#: Notation that stands for many words.
_ANY = {"_": "[a-z]+", "...": "[a-z]+(?: [a-z]+){0,3}", "<number>": r"\d+", "<sign>": r"[.,;:!?-]"}
_MOST_REPEATS = 5
_LOOKAHEADS = {"!": "?!", "?": "?="}
_CLOSED_BY = {"(": ")", "{": "}"}
#: The mark in place of a part that has been read: no template has it.
TAKEN_MARK = "|"


def space_out(text: str) -> str:
    """Return a plain text (as `normalise.plain` makes it) with words and signs one space apart, between two full stops.

    "figlia (8), 18.30" → ". figlia , 8 , , 18.30 ."
    """
    return f". {' '.join(_TOKEN.findall(_PICTURE.sub('.', _DASH.sub('-', text))))} .".translate(_SIGNS)


def is_well_formed(template: str) -> bool:
    """Return True if the brackets and signs of a template are balanced; names in it are not checked."""
    blanks = dict.fromkeys(re.findall(r"<([\w./]+)>", template), ".")
    try:
        _Compiler(ITALIAN, blanks, frozenset()).expression(template, "")
    except LanguageDataError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Blank:
    """A filled blank of a template: its name, the text found for it, and where that text begins."""

    name: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class TemplateMatch:
    """A place in a text where a template was found."""

    #: The list that has the template, and the template as it is written there.
    list_name: str
    template: str
    #: The whole text that was searched, and where in it the template is.
    text: str
    start: int
    end: int
    #: The blanks that are filled, in their order.
    blanks: tuple[Blank, ...]

    def all(self, *names: str) -> list[str]:
        """Return the texts found for the blanks with these names, in their order."""
        return [blank.text for blank in self.blanks if blank.name in names]

    def first(self, *names: str) -> str:
        """Return the text of the first filled blank among these names; "" if none is filled."""
        return next(iter(self.all(*names)), "")

    @property
    def before(self) -> str:
        """Return the part of the text before the match."""
        return self.text[: self.start]

    @property
    def found(self) -> str:
        """Return the part of the text that the template matched."""
        return self.text[self.start : self.end]


class Templates:
    """The templates of some lists, compiled into one pattern at first use. Immutable."""

    def __init__(
        self,
        file: str,
        *names: str,
        blanks: Mapping[str, str] = MappingProxyType({}),
        captured: Iterable[str] = (),
        language: str = ITALIAN,
    ) -> None:
        """Choose the lists of templates: `names` are lists of a file, or "group/list".

        `blanks` gives regular expressions for blanks by name; `captured` are lists of words that can also be used as blanks.
        """
        self._file, self._names, self._language = file, names, language
        self._blanks, self._captured = blanks, frozenset(captured)

    def occur_in(self, text: str) -> bool:
        """Return True if at least one template is found in a spaced text."""
        return self._compiled[0].search(text) is not None

    def find_all(self, text: str) -> Iterator[TemplateMatch]:
        """Yield the templates found in a spaced text, from left to right; none overlaps another."""
        return map(self._found, self._compiled[0].finditer(text))

    def remove_from(self, text: str) -> str:
        """Return a spaced text without the parts that the templates match."""
        return self._compiled[0].sub(lambda match: TAKEN_MARK * len(match[0]), text)

    def replace_in(self, text: str, write: Callable[[TemplateMatch], str]) -> str:
        """Return a spaced text in which each match is replaced by what the function `write` makes of it."""
        return self._compiled[0].sub(lambda match: write(self._found(match)), text)

    def rewrite(self, text: str) -> str:
        """Return a spaced text with each match replaced by its list's name: "e mezza", of the list "e 30", becomes "e 30"."""
        return self.replace_in(text, lambda match: match.list_name.rpartition("/")[2])

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], Sequence[_Group]]:
        compiler = _Compiler(self._language, self._blanks, self._captured)
        found = []
        for name in self._names:
            for template in compiler.entries(self._file, name):
                compiler.groups.append(_Group(name, template))
                found.append(f"({compiler.expression(template, self._file)})")
        return re.compile(rf"(?<!\S)(?:{'|'.join(found)})(?!\S)"), compiler.groups

    def _found(self, match: re.Match[str]) -> TemplateMatch:
        origin, blanks = _Group(""), []
        for number, group in enumerate(self._compiled[1], 1):
            if match.start(number) >= 0:
                if group.template:
                    origin = group
                else:
                    blanks.append(Blank(group.name, match[number], match.start(number)))
        return TemplateMatch(origin.name, origin.template, match.string, match.start(), match.end(), tuple(blanks))


@dataclass(frozen=True, slots=True)
class _Group:
    """A captured group of a regular expression: a blank, or a whole template with the name of its list."""

    name: str
    template: str = ""


class _Compiler:
    """Translates templates into regular expressions, and keeps track of the groups that they capture."""

    def __init__(self, language: str, blanks: Mapping[str, str], captured: frozenset[str]) -> None:
        self._language, self._blanks, self._captured = language, blanks, captured
        self.groups: list[_Group] = []

    def entries(self, file: str, name: str) -> Sequence[str]:
        """Return the templates of a list, given as "list" or "group/list"."""
        group, _, key = name.rpartition("/")
        return word_groups(self._language, file, group)[key] if group else phrases(self._language, file, name)

    def expression(self, template: str, file: str) -> str:
        """Return the regular expression of a template of a file."""
        parts = _NOTATION.findall(template)
        try:
            found = self._choice(parts, file)
        except IndexError:
            parts = ["!"]
        if parts:
            raise LanguageDataError(f"{self._language}/{file}.yaml: the brackets and signs of «{template}» do not fit together.")
        return found

    def _choice(self, parts: list[str], file: str) -> str:
        """Translate alternatives up to their closing bracket, which is left unread."""
        found = [self._sequence(parts, file)]
        while parts[:1] == ["|"]:
            del parts[0]
            found.append(self._sequence(parts, file))
        return "|".join(found)

    def _sequence(self, parts: list[str], file: str) -> str:
        """Translate a sequence of words one space apart; an optional part includes its space."""
        found, begun = "", False
        while parts and parts[0] not in ("|", ")", "}"):
            part = parts.pop(0)
            space = " " if begun else ""
            if part in _LOOKAHEADS:
                found += rf"({_LOOKAHEADS[part]}{space}(?:{self._item(parts.pop(0), parts, file)})(?!\S))"
                continue
            item, least, most = self._item(part, parts, file), int(part not in ("(", "...")), 1
            if parts[:1] == ["*"]:
                del parts[0]
                most = _MOST_REPEATS
            after = "" if begun or least else " "
            times = "" if least == most else f"{{{least},{most}}}"
            found += f"(?:{space}(?:{item}){after}){times}"
            begun = begun or least > 0
        return found

    def _item(self, part: str, parts: list[str], file: str) -> str:
        if part in _CLOSED_BY:
            found = self._choice(parts, file)
            if parts.pop(0) != _CLOSED_BY[part]:
                raise IndexError(part)
            return found
        if part in _ANY:
            return _ANY[part]
        if len(part) == 1 or not part.startswith("<"):
            return _word(part) if any(map(str.isalpha, part)) else re.escape(part)
        name = part[1:-1]
        if name in self._blanks or name in self._captured:
            self.groups.append(_Group(name))
            return f"({self._blanks.get(name) or self._listed(name, file)})"
        return self._listed(name, file)

    def _listed(self, name: str, file: str) -> str:
        other, _, name = name.rpartition(".")
        entries = sorted(self.entries(other or file, name), key=len, reverse=True)
        return "|".join(self.expression(entry, other or file) for entry in entries)


def _word(word: str) -> str:
    if word.startswith("-"):
        return "[a-z]{2,}" + plain(word[1:])
    found = _ENDINGS.search(word)
    if found is None:
        return plain(word)
    endings = "[a-z]*" if found[0] == "-" else f"(?:{'|'.join(map(plain, found[0].split('/')))})"
    return plain(word[: found.start()]) + endings
