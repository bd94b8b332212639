"""`python -m bot check --facts`: all claims about the real world, with their source and dates; as text or JSON."""

from __future__ import annotations

import datetime as dt
import json

import typer

from bot.authoring.facts import Fact, facts_in
from bot.authoring.source import Source
from bot.staff_language import translate


def print_facts(source: Source, *, as_json: bool) -> None:
    """Print every claim of the content, by entry, and how many have a source and a date."""
    found = facts_in(source)
    if as_json:
        typer.echo(json.dumps([_as_json(fact) for fact in found], ensure_ascii=False, indent=2))
        return
    entry = ""
    for fact in found:
        if fact.entry != entry:
            entry = fact.entry
            typer.echo(f"{entry}  ({_dates(fact)})")
        typer.echo(f"  {fact.mark.file}:{fact.mark.line}  {fact.kind}: {fact.value}")
    complete = sum(bool(fact.source) and (fact.collected or fact.checked) is not None for fact in found)
    counted = translate("{count} affermazioni, {complete} con fonte e data")
    typer.echo(counted.format(count=len(found), complete=complete))


def _dates(fact: Fact) -> str:
    parts = [translate("fonte: {source}").format(source=fact.source or translate("non scritta"))]
    if fact.collected is not None:
        parts.append(translate("raccolto il {date}").format(date=fact.collected.isoformat()))
    if fact.checked is not None:
        parts.append(translate("controllato il {date} ({by})").format(date=fact.checked.isoformat(), by=fact.checked_by))
    if fact.recheck is not None:
        parts.append(translate("da ricontrollare entro il {date}").format(date=fact.recheck.isoformat()))
    return "; ".join(parts)


def _as_json(fact: Fact) -> dict[str, object]:
    return {
        "entry": fact.entry,
        "kind": fact.kind,
        "value": fact.value,
        "file": fact.mark.file,
        "line": fact.mark.line,
        "source": fact.source,
        "collected": _written(fact.collected),
        "checked": _written(fact.checked),
        "checked_by": fact.checked_by,
        "recheck": _written(fact.recheck),
    }


def _written(date: dt.date | None) -> str | None:
    return date.isoformat() if date is not None else None
