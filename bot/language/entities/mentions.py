"""Names of values in a whole sentence: those that describe a person to be helped are told from all others.

"Mio figlio è sordo" describes him; "mio marito è sordo alle mie richieste", "lavoro con i sordi" and "non è sordo" do not.
A request for a benefit reserved to people with a disability ("il pass per i disabili", "la domanda per la 104") implies one.
The names are those of content; the words around them, which decide, are in `disability.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language.data import ITALIAN, phrases, word_groups, word_set
from bot.language.entities.names import SMALL, Found
from bot.language.templates import Templates
from bot.language.text.normalise import words
from bot.language.text.stems import root

_FILE = "disability"
#: A denial reaches so many words far, and one more over "più": "non è più in carrozzina".
_DENIAL_REACH = 3
_NO_MORE = "piu"
_YET = word_set(ITALIAN, _FILE, "yet")
_DENIALS, _BUT = word_set(ITALIAN, _FILE, "denials"), word_set(ITALIAN, _FILE, "but")
#: So many words around a name are looked at.
_WORDS_AROUND = 12
#: The sign for the name in the text around it.
_NAME = "#"
_BLANKS = {"name": _NAME, "percent": r"\d{1,3}"}


def _stems(text: str) -> frozenset[str]:
    return frozenset(root(word) for word in words(text))


def _listed_stems(*names: str) -> frozenset[str]:
    return frozenset(root(word) for word in word_set(ITALIAN, _FILE, *names))


def _templates(*names: str) -> Templates:
    return Templates(_FILE, *names, blanks=_BLANKS)


_NOT_ALONE, _SLOWNESS = _listed_stems("not_alone"), _listed_stems("slowness")
_GIVEN, _HAD_NAMES = _listed_stems("given"), _listed_stems("given", "of_a_person")
_FRAIL = {_stems(name) for name in phrases(ITALIAN, _FILE, "frail")}
_SLOW, _HAD, _HAD_BY_A_PERSON = _templates("slow"), _templates("had"), _templates("had_by_a_person")
_NOT_OF_SENSES, _NOT_OF_SOMEBODY = _templates("not_of_senses"), _templates("not_of_somebody")
_FIGURES = {start: _templates(f"figures/{start}") for start in word_groups(ITALIAN, _FILE, "figures")}


def mentioned(found: Sequence[Found], said: Sequence[str], none: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values whose names (`found` in a sentence) describe a person to be helped.

    `none` are the ids of values that mean "no disability".
    """
    kept = [
        one
        for one in found
        if one.values != none and not one.doubtful and _is_said_of_somebody(one, said) and not is_denied(one, said, found, none)
    ]
    return tuple(value for value in certain(kept) if value not in none)


def _is_said_of_somebody(one: Found, said: Sequence[str]) -> bool:
    named = frozenset(one.stems)
    text = _around(one, said)
    if named in _FRAIL or (len(named) == 1 and named <= _NOT_ALONE and not (named == _SLOWNESS and _SLOW.occur_in(text))):
        return False
    if named <= _HAD_NAMES and not _HAD.occur_in(text) and (named <= _GIVEN or not _HAD_BY_A_PERSON.occur_in(text)):
        return False
    if len(one) > 1 and (_NOT_OF_SENSES.occur_in(text) or not _YET.isdisjoint(said[one.start : one.end])):
        return False
    if any(part.startswith(start) and figure.occur_in(text) for part in named for start, figure in _FIGURES.items()):
        return False
    return not _NOT_OF_SOMEBODY.occur_in(text)


def _around(one: Found, said: Sequence[str]) -> str:
    """Return the words around a name, with a sign in place of the name; small words that begin the name count as before it."""
    written = said[one.start : one.end]
    begin = one.start + next((at for at, word in enumerate(written) if word not in SMALL), 0)
    before, after = said[max(one.start - _WORDS_AROUND, 0) : begin], said[one.end : one.end + _WORDS_AROUND]
    return " ".join((".", *before, _NAME, *after, "."))


def is_denied(one: Found, said: Sequence[str], found: Sequence[Found], none: tuple[str, ...]) -> bool:
    """Return True if a name is negated: "non è in carrozzina"; not in "non vede", which is a name, nor in "no, è cieco"."""
    if one.values == none:
        return False
    named = {position for other in found if other.values != none for position in range(other.start, other.end)}
    reach = _DENIAL_REACH + (_NO_MORE in said[max(one.start - _DENIAL_REACH, 0) : one.start])
    for position in range(one.start - 1, max(one.start - 1 - reach, -1), -1):
        if said[position] in _BUT:
            return False
        if said[position] in _DENIALS and position not in named:
            return said[position] != "no" or position == one.start - 1
    return False


def values_of(found: Iterable[Found]) -> tuple[str, ...]:
    """Return all values that some names can stand for."""
    return tuple(dict.fromkeys(value for one in found for value in one.values))


def certain(found: Iterable[Found]) -> tuple[str, ...]:
    """Return the values of those names that have only one meaning."""
    return values_of(one for one in found if len(one.values) == 1)
