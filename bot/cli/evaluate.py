"""`python -m bot evaluate`: how well the bot understands test sentences."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot import installation
from bot.authoring.load import read_content
from bot.authoring.measure import QueryResult, evaluate_queries, query_figures, reliability, right_slots
from bot.authoring.models.queries import Query
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.core.content import Content
from bot.errors import ContentError
from bot.home import HOME
from bot.language.meaning.understand import MeaningReader
from bot.language.text.utterance import Utterance
from bot.staff_language import current_language, translate

_WIDE = 150


def evaluate_understanding(
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help=translate("Altri file di frasi di prova."))] = None,
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    queries: Annotated[
        list[Path] | None,
        typer.Option(
            "--queries", metavar="FILE", help=translate("Un file di frasi di prova."), show_default="catalogue/queries.yaml"
        ),
    ] = None,
    as_json: JsonOption = False,
    worst: Annotated[bool, typer.Option("--worst", help=translate("Mostra anche le frasi capite male."))] = False,
) -> None:
    """Print figures on how well the bot understands test sentences."""
    files, today = [*(queries or []), *(more or [])], (moment_of(now) or installation.local_now()).date()
    print_figures(content, files, today, as_json=as_json, worst=worst)


def print_figures(root: Path, files: Sequence[Path], today: dt.date, *, as_json: bool, worst: bool) -> None:
    """Print the figures of the sentences in `files`, or of the content's own. Raises ContentError for faults in any file."""
    content = _content(root)
    problems = Problems(current_language())
    queries = read_queries(root, content, problems, files)
    if len(problems):
        raise ContentError([str(problem) for problem in problems.errors])
    results = _results(queries, installation.teacher_of(installation.settings_of(root))(content, today), today)
    found: dict[str, Any] = query_figures(results, content.vocabulary)
    if as_json:
        if worst:
            found["worst"] = [_as_dict(one, content) for one in results if not _all_right(one, content)]
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console(width=_WIDE, highlight=False)
    _show(console, found)
    console.print(translate("probabilità detta e giusta: {bins}").format(bins=_bins(results)), markup=False)
    if worst:
        for one in results:
            if not _all_right(one, content):
                console.print(_failure(one, content), markup=False, soft_wrap=True)


def _show(console: Console, found: Mapping[str, Any]) -> None:
    console.print(table(found))
    for line in lines(found):
        console.print(line, markup=False)


def _bins(results: Sequence[QueryResult]) -> str:
    """Return the table of reliability in one line."""
    return " · ".join(f"{percent(said)} → {percent(right)} ({count})" for count, said, right in reliability(results))


def _results(queries: Sequence[Query], understanding: MeaningReader, today: dt.date) -> list[QueryResult]:
    progress = Console(stderr=True)
    shown = track(queries, translate("frasi di prova"), console=progress, transient=True, disable=not progress.is_terminal)
    return evaluate_queries(shown, lambda text: understanding.read(Utterance(text), today), time.perf_counter)


def _content(root: Path) -> Content:
    source = read_content(root, current_language())
    if source.content is None:
        raise ContentError([str(problem) for problem in source.problems.errors])
    return source.content


def table(found: Mapping[str, Any]) -> Table:
    """Return the figures of understanding by kind (needs, dangers, values …) as a table."""
    written = Table(translate("tipo"), translate("frasi"), "recall@1", "recall@3", "MRR")
    for kind, row in found["kinds"].items():
        mrr = "" if row["mrr"] is None else f"{row['mrr']:.3f}"
        written.add_row(kind, str(row["n"]), percent(row["recall@1"]), percent(row["recall@3"]), mrr)
    return written


def lines(found: Mapping[str, Any]) -> list[str]:
    """Return the figures that are not in the table, one line each."""
    urgent, slots, ms, danger = found["urgent"], found["slots"], found["ms"], found["danger"]
    attributes = ", ".join(f"{name} {percent(share)}" for name, share in slots.items() if name != "heard")
    heard = ", ".join(f"{name} {count}" for name, count in slots["heard"].items())
    outside, human = found["out_of_scope"], found["human"]
    return [
        translate("fuori ambito: {share} riconosciute su {count}").format(share=percent(outside["found"]), count=outside["n"]),
        translate("in ambito rifiutate: {share}").format(share=percent(found["false_escalation"])),
        translate("urgenti: {share} riconosciute su {count} ({any} di un tipo qualsiasi)").format(
            share=percent(urgent["found"]), count=urgent["n"], any=percent(urgent["any"])
        ),
        translate("falsi allarmi: {share} su {count}").format(share=percent(urgent["false"]), count=urgent["false_n"]),
        translate("pericoli: {sure} sicuri, {likely} probabili, {quiet} con i numeri accanto, {brushed} senza aiuto").format(
            sure=percent(danger["sure"]),
            likely=percent(danger["likely"]),
            quiet=percent(danger["quiet"]),
            brushed=danger["brushed_off"],
        ),
        translate("errore di calibrazione: {error}").format(error=percent(found["calibration"])),
        translate("vuole una persona: {share} su {count}").format(share=percent(human["found"]), count=human["n"]),
        translate("attributi giusti: {attributes}").format(attributes=attributes),
        translate("attributi sentiti e non detti (frasi): {attributes}").format(attributes=heard),
        "" if ms["p50"] is None else translate("tempo per frase: mediana {p50:.1f} ms, 95° percentile {p95:.1f} ms").format(**ms),
    ]


def percent(share: float | None) -> str:
    """Return a share between 0 and 1 as a percentage in text."""
    return "–" if share is None else f"{share:.1%}".replace(".", translate(","))


def _all_right(one: QueryResult, content: Content) -> bool:
    if not one.is_right:
        return False
    return not one.query.finds.needs or all(right_slots(one.query.stated, one.meaning.slots, content.vocabulary).values())


def _as_dict(one: QueryResult, content: Content) -> dict[str, object]:
    heard, got = one.meaning, right_slots(one.query.stated, one.meaning.slots, content.vocabulary)
    return {
        "kind": one.query.kind,
        "say": one.query.say,
        "outcome": heard.kind.value,
        "right": one.is_right,
        "expected": sorted(one.query.finds.needs) or one.query.finds.urgent or ("human" if one.query.finds.human else "nothing"),
        "danger": heard.danger.danger if heard.danger is not None else "",
        "tier": heard.danger.tier.value if heard.danger is not None else "",
        "variant": heard.danger.variant if heard.danger is not None else "",
        "intent": heard.intent,
        "probability": round(heard.probability, 3),
        "topic": heard.topic,
        "needs": [[found.need, round(found.probability, 3)] for found in heard.needs[:5]],
        "slots": {name: [str(value) for value in values] for name, values in heard.slots.items()},
        "wrong_slots": [name for name, right in got.items() if not right] if one.query.finds.needs else [],
    }


def _failure(one: QueryResult, content: Content) -> str:
    row = _as_dict(one, content)
    found = " ".join(f"{need}:{p:.2f}" for need, p in row["needs"])  # type: ignore[attr-defined]
    wrong = row["wrong_slots"]
    parts = [f"{one.query.mark.line} {one.query.kind}: {one.query.say!r}"]
    if not one.is_right:
        understood = f"{row['outcome']} {row['danger']}{row['topic']}{row['intent']} {found}"
        parts.append(
            translate("   voluto {expected}, capito {understood}").format(expected=row["expected"], understood=understood)
        )
    if wrong:
        message = translate("   attributi sbagliati {names}: detti {stated}, sentiti {heard}")
        parts.append(message.format(names=wrong, stated=one.query.stated, heard=row["slots"]))
    return "\n".join(parts)
