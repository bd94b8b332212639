"""Several wishes in one sentence, each with its own values: "il nido per il piccolo di 1 anno e una badante per mia mamma di 84".

A sentence is divided where another need is named, or a person of another generation. Two children with one need are one wish.
The need of each part is found in `bot/language/meaning/`. The words are in `wishes.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.language.data import ITALIAN, word_set
from bot.language.templates import Templates, space_out
from bot.language.text.normalise import plain
from bot.language.text.tokens import write_out

_FILE = "wishes"
#: The sign for the name of a need in a part.
_NEED = "#"
#: Longer texts tell a story, and are one wish.
_MOST_CHARACTERS = 400
_JOINTS = "|".join(sorted(word_set(ITALIAN, _FILE, "joints")))
_BOUNDARY = re.compile(rf"[.;:,!?\n]+\s*(?:(?:{_JOINTS})\s+)*|\s(?:(?:{_JOINTS})\s+)+", re.IGNORECASE)
_WISH, _TOLD = Templates(_FILE, "wish"), Templates(_FILE, "told")
_GENERATIONS = {name: Templates(_FILE, name) for name in ("child", "grown_up")}

#: Returns the needs that words name: the positions of the first and after the last word of each, and its id.
NeedFinder = Callable[[Sequence[str]], Sequence[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of a sentence, with the needs and the generations of people that it names."""

    start: int
    end: int
    needs: frozenset[str]
    people: frozenset[str]
    is_wish: bool


def parted_wishes(text: str, find_needs: NeedFinder) -> tuple[str, ...]:
    """Return the parts of a text that ask for different needs or for people of different generations; else the whole text."""
    if len(text) > _MOST_CHARACTERS:
        return (text,)
    starts, ends = [0], []
    needs: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    is_wish, end = False, 0
    for clause in _clauses(text, find_needs):
        is_other = bool(clause.needs and needs and clause.needs.isdisjoint(needs)) or bool(
            clause.people and people and clause.people.isdisjoint(people)
        )
        if clause.start and clause.is_wish and is_wish and is_other:
            starts.append(clause.start)
            ends.append(end)
            needs, people = clause.needs, clause.people
        else:
            needs, is_wish = needs | clause.needs, is_wish or clause.is_wish
            people |= clause.people if clause.is_wish else frozenset()
        end = clause.end
    return tuple(text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True))


def _clauses(text: str, find_needs: NeedFinder) -> Iterator[_Clause]:
    boundaries = [boundary.span() for boundary in _BOUNDARY.finditer(text)]
    starts, ends = [0, *(end for _, end in boundaries)], [*(start for start, _ in boundaries), len(text)]
    for start, end in zip(starts, ends, strict=True):
        spaced = space_out(plain(text[start:end]))
        words = write_out(spaced.split())
        named = find_needs(words)
        marked = list(words)
        for first, last, _ in sorted(named, reverse=True):
            marked[first:last] = [_NEED]
        asked = " ".join(marked)
        needs = frozenset(need for *_, need in named) if not _TOLD.occur_in(asked) else frozenset()
        people = frozenset(name for name, templates in _GENERATIONS.items() if templates.occur_in(" ".join(words)))
        yield _Clause(start, end, needs, people, is_wish=_WISH.occur_in(asked))
