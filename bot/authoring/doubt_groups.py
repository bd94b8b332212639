"""Doubts of one kind in one file as a single line, so that a long list stays readable: an office that was away for a year."""

from __future__ import annotations

from collections.abc import Iterable

from bot.authoring.problems import Problem
from bot.staff_language import translate

#: Doubts of one kind in one file, from which on they are told in one line.
_MANY = 6
#: Names of entries that the line says, the first one's included.
_NAMES_SHOWN = 4


def grouped_lines(doubts: Iterable[Problem]) -> list[str]:
    """Return one line a doubt, in the order given; many of one kind in one file are one line, with count and first names."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for doubt in doubts:
        groups.setdefault((doubt.mark.file, doubt.code), []).append(doubt)
    lines: list[str] = []
    for found in groups.values():
        lines += [_one_line(found)] if len(found) >= _MANY else [str(doubt) for doubt in found]
    return lines


def _one_line(doubts: list[Problem]) -> str:
    """Return the first doubt with the number of its kind in the file, and where the first ones stand."""
    named = [
        translate("«{name}» (riga {line})").format(name=doubt.name, line=doubt.mark.line)
        if doubt.name
        else translate("riga {line}").format(line=doubt.mark.line)
        for doubt in doubts[:_NAMES_SHOWN]
    ]
    more = translate("In questo file dubbi così sono {count}: {named} … Per leggerli tutti: «check --all».").format(
        count=len(doubts), named=", ".join(named)
    )
    return f"{doubts[0]} {more}"
