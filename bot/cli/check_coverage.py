"""`python -m bot check --coverage`: whom the offers serve, where and when, and what no citizen reaches; as text, JSON or CSV."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import sys
from collections.abc import Iterator
from typing import Any

import typer

from bot.authoring.coverage import Cover, Coverage, DeadEnds, coverage, dead_ends
from bot.core.attributes import PLACE, Place, encode
from bot.core.conditions import Value
from bot.core.content import Content
from bot.staff_language import translate

#: The letters of covers in tables, those of their Italian names: Niente, Pieno, Da verificare, Adatta.
_LETTERS = {Cover.NOTHING: "N", Cover.FULL: "P", Cover.TO_CHECK: "V", Cover.FITS: "A"}
_HEADINGS = ("bisogno", "comune", "eta", "orario")


def print_coverage(content: Content, today: dt.date, *, as_json: bool, as_csv: bool) -> None:
    """Print the coverage of the twelve months from today, with progress on a terminal."""
    with typer.progressbar(length=len(content.vocabulary.needs), file=sys.stderr, label=translate("copertura")) as bar:
        found = coverage(content, today, lambda _done, _all: bar.update(1))
    ends = dead_ends(content, today)
    if as_csv:
        _print_csv(found)
    elif as_json:
        typer.echo(json.dumps(_as_json(found, ends), ensure_ascii=False))
    else:
        for line in _lines(content, found, ends):
            typer.echo(line)


def _rows(found: Coverage) -> Iterator[tuple[str, str, str, str, str]]:
    for need, place, age, time, covers in found.rows():
        yield need, _written(place), _written(age), _written(time), "".join(_LETTERS[cover] for cover in covers)


def _written(value: Value) -> str:
    return encode(value)


def _print_csv(found: Coverage) -> None:
    writer = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    writer.writerow((*_HEADINGS, *(f"{month:%Y-%m}" for month in found.months)))
    writer.writerows((*row[:4], *row[4]) for row in _rows(found))


def _as_json(found: Coverage, ends: DeadEnds) -> dict[str, Any]:
    cells: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for need, place, age, time, covers in _rows(found):
        cells.setdefault(need, {}).setdefault(place, {}).setdefault(age, {})[time] = covers
    return {
        "months": [f"{month:%Y-%m}" for month in found.months],
        "letters": {letter: cover.name.lower() for cover, letter in _LETTERS.items()},
        "cells": cells,
        "unreachable_offers": list(ends.offers),
        "questions_never_asked": [{"flow": flow, "ask": ask} for flow, ask in ends.questions],
        "dead_options": [{"flow": flow, "ask": ask, "value": _written(value)} for flow, ask, value in ends.options],
    }


def _lines(content: Content, found: Coverage, ends: DeadEnds) -> Iterator[str]:
    places = [place for place in content.vocabulary[PLACE].terms.values() if isinstance(place, Place)]
    core = [place for place in places if place.core] or places
    ids = {place.id: place.label for place in core}
    yield translate("Su {count} Comuni, per ogni età, orario e mese: quanto spesso c'è un'offerta.").format(count=len(ids))
    needs = content.vocabulary.needs
    for category, group in itertools.groupby(found.needs, lambda need: needs[need].category):
        yield f"\n{content.vocabulary.categories[category].label}"
        for need in group:
            share = {cover: round(100 * one) for cover, one in found.shares(need, ids).items()}
            line = translate("  {need}: adatta {fits}%, da verificare {check}%, piena {full}%, niente {nothing}%").format(
                need=needs[need].label,
                fits=share[Cover.FITS],
                check=share[Cover.TO_CHECK],
                full=share[Cover.FULL],
                nothing=share[Cover.NOTHING],
            )
            missing = [ids[place] for place in found.without(need, ids)]
            if len(missing) == len(ids):
                line += translate(". In nessun Comune")
            elif missing:
                line += translate(". Mai a: {places}").format(places=", ".join(missing))
            yield line
    yield ""
    yield from (translate("nessuno può arrivare all'offerta «{id}»").format(id=id) for id in ends.offers)
    yield from (translate("{flow}: la domanda «{ask}» non si fa mai").format(flow=flow, ask=ask) for flow, ask in ends.questions)
    for flow, ask, value in ends.options:
        sentence = translate("{flow}: dopo «{value}» alla domanda «{ask}» non resta nessuna offerta")
        yield sentence.format(flow=flow, ask=ask, value=_written(value))
    if not (ends.offers or ends.questions or ends.options):
        yield translate("Ogni offerta si può raggiungere, ogni domanda si fa, ogni risposta porta a qualcosa.")
