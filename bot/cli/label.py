"""`python -m bot label`: shows how the bot reads sentences and why, and adds them as examples of what staff say they mean."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import installation
from bot.authoring.evidence_marks import mark_of
from bot.authoring.examples import ExampleFiles
from bot.authoring.load import read_content
from bot.cli.db import on_database
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.core.masking import Masked
from bot.dialogue.world import World
from bot.errors import ContentError, UsageError
from bot.home import HOME
from bot.json_types import Json
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.utterance import Utterance
from bot.reports.unread import grouped
from bot.staff_language import current_language, translate

#: Readings offered as answers.
_OFFERED = 3
#: Between a sentence and its meaning in a file.
_TAB = "\t"
_MASKS = re.compile("|".join(re.escape(one) for one in (*Masked, "[numero]")))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence whose meaning staff are asked for."""

    words: str
    #: The id that staff gave it already; "" if they did not.
    owner: str = ""
    people: int = 1


def label_sentences(
    file: Annotated[
        Path | None, typer.Argument(help=translate("Una frase per riga; dopo un tab, se si sa già, che cosa vuol dire."))
    ] = None,
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    from_ledger: Annotated[
        bool, typer.Option("--from-ledger", help=translate("Le frasi che il bot non ha capito, le più scritte per prime."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the bot's reading of sentences and its reasons, ask for their meaning, and write it as examples into the content."""
    if (file is None) == (not from_ledger):
        raise UsageError(translate("Scrivi un file di frasi, oppure --from-ledger."))
    moment = moment_of(now) or installation.local_now()
    world, examples = installation.world_of(content, moment), ExampleFiles(content)
    sentences = _from_file(file) if file is not None else _from_store(content, world, moment)
    is_asking = not as_json and sys.stdin.isatty()
    found = []
    for one in sentences:
        reading = _reading(world, one, moment, content)
        if not as_json:
            _print(reading)
        owner = one.owner or (_ask(reading, examples) if is_asking else "")
        if owner is None:
            break
        if owner:
            reading["written_to"] = examples.add(owner, _MASKS.sub(" ", one.words).strip())
            reading["as"] = owner
        found.append(reading)
    _write(content, examples)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif changed := examples.changed():
        typer.echo(translate("Esempi scritti in: {files}.").format(files=", ".join(changed)))


def _from_file(path: Path) -> list[_Sentence]:
    """Return the sentences of a file; lines that begin with "#" are comments. Raises UsageError for one that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(translate("Il file {path} non si legge.").format(path=path)) from error
    parts = [line.split(_TAB) for line in lines if line.strip() and not line.startswith("#")]
    return [_Sentence(one[0].strip(), one[1].strip() if len(one) > 1 else "") for one in parts if one[0].strip()]


def _from_store(content: Path, world: World, now: dt.datetime) -> Iterator[_Sentence]:
    """Yield stored sentences that were not understood, and still are not, those written by most people first."""
    kept = on_database(content, lambda unit: list(unit.unread.rows(0.0, float("inf"))))
    for group in grouped(kept):
        if world.understanding.read(Utterance(group.words), now.date()).kind is MeaningKind.NOT_UNDERSTOOD:
            yield _Sentence(group.words, people=group.people)


def _reading(world: World, one: _Sentence, now: dt.datetime, root: Path) -> dict[str, Json]:
    """Return the bot's reading of a sentence, with the lines that decided it."""
    said = Utterance(one.words)
    meaning = world.understanding.read(said, now.date())
    decided: list[Json] = []
    for evidence in world.understanding.explain(said, now.date()):
        mark = mark_of(evidence, root)
        place = f"{mark.file}:{mark.line}" if mark is not None else ""
        decided.append({"kind": evidence.kind.value, "of": evidence.owner, "line": evidence.text, "place": place})
    return {
        "say": one.words,
        "people": one.people,
        "outcome": meaning.kind.value,
        "probability": round(meaning.probability, 3),
        "meanings": [{"id": id, "probability": round(probability, 3)} for id, probability in _meanings(meaning)],
        "decided": decided,
    }


def _meanings(meaning: Meaning) -> Sequence[tuple[str, float]]:
    """Return the ids that a sentence may mean, each with its probability, the likeliest first."""
    needs = [(one.need, one.probability) for one in meaning.needs[:_OFFERED]]
    match meaning.kind:
        case MeaningKind.URGENT if meaning.danger is not None:
            return [(meaning.danger.danger, meaning.probability), *needs]
        case MeaningKind.OUT_OF_SCOPE:
            return [(meaning.topic, meaning.probability), *needs]
        case MeaningKind.INTENT:
            return [(meaning.intent, meaning.probability), *needs]
        case MeaningKind.HUMAN:
            return [("person", meaning.probability), *needs]
        case _:
            return needs


def _print(reading: dict[str, Json]) -> None:
    title = translate("«{words}» (persone: {people})").format(words=reading["say"], people=reading["people"])
    typer.echo(f"\n{title}")
    for number, one in enumerate(reading["meanings"], 1):
        typer.echo(f"  {number}. {one['id']}: {one['probability']:.0%}")
    for line in reading["decided"]:
        typer.echo("  " + translate("deciso da «{line}» {place}").format(line=line["line"], place=line["place"]))


def _ask(reading: dict[str, Json], examples: ExampleFiles) -> str | None:
    """Ask staff for the id that a sentence means, and return it; "" to skip the sentence, None to stop."""
    offered = [one["id"] for one in reading["meanings"]]
    while True:
        answer: str = typer.prompt(
            translate("Che cosa vuol dire? Un numero, un id, Invio per saltare, q per finire"), default=""
        ).strip()
        if answer.isdecimal() and 0 < int(answer) <= len(offered):
            return str(offered[int(answer) - 1])
        if answer in ("", "q"):
            return answer if not answer else None
        if answer.removeprefix("unlike:") in examples.owners():
            return answer
        typer.echo(translate("«{id}» non è un bisogno, un argomento, un'intenzione o un pericolo.").format(id=answer))


def _write(root: Path, examples: ExampleFiles) -> None:
    """Write the new examples; if the content then has errors, restore the files and raise ContentError."""
    if not examples.changed():
        return
    examples.write()
    errors = [str(problem) for problem in read_content(root, current_language()).problems.errors]
    if errors:
        examples.restore()
        raise ContentError(errors)
