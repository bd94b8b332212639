"""`python -m bot chat`: the bot in a terminal, with buttons as numbers or words; colours for people, plain for pipes."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import rich.text
import typer
from rich.console import Console

from bot import installation
from bot.authoring.evidence_marks import mark_of
from bot.cli.chat_json import JsonChat
from bot.cli.options import ContentOption, NowOption, moment_of
from bot.console.x_ray import evidence_in_words, reason_in_words
from bot.core.conditions import Known
from bot.core.interview import Position
from bot.core.matching import Match
from bot.core.replies import Reply
from bot.dialogue.effects import ForwardToManager, OpenCase
from bot.dialogue.incoming import Command, Incoming, News, NewsKind, Text, parse_line
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import World
from bot.home import HOME
from bot.language.text.utterance import Utterance
from bot.staff_language import translate

#: Offers named for each verdict in an x-ray.
_NAMED = 5

XRayOption = Annotated[
    bool, typer.Option("--x-ray", help=translate("Dopo ogni messaggio mostra profilo, offerte rimaste e perché."))
]


JsonLinesOption = Annotated[
    bool, typer.Option("--json", help=translate("Per ogni riga scritta, una riga di JSON: per i programmi che provano il bot."))
]


def chat_in_terminal(
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    x_ray: XRayOption = False,
    as_json: JsonLinesOption = False,
) -> None:
    """Hold a conversation in the terminal until the input ends."""
    moment = moment_of(now)
    world = installation.world_of(content, moment or installation.local_now())
    if as_json:
        typed = (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
        for told in JsonChat(world, lambda: moment or installation.local_now()).lines(typed):
            print(told, flush=True)
        return
    Terminal(world, lambda: moment or installation.local_now(), x_ray=content if x_ray else None).run()


class Terminal:
    """A conversation in a terminal."""

    def __init__(self, world: World, now: Callable[[], dt.datetime], *, x_ray: Path | None) -> None:
        """Prepare a conversation; `x_ray` is the content folder whose lines explain each message, None for no explanations."""
        self._world = world
        self._now = now
        self._x_ray = x_ray
        self._is_interactive = sys.stdin.isatty() and sys.stdout.isatty()
        self._console = Console(highlight=False, soft_wrap=not self._is_interactive, no_color=not self._is_interactive)
        self._session = Session()

    def run(self) -> None:
        """Greet, then answer line by line until the input ends."""
        self._handle(Command("start"))
        for line in self._lines():
            if not self._is_interactive:
                self._print(f"> {line}\n")
            self._handle(parse_line(line, shows_keys=True))

    def _lines(self) -> Iterator[str]:
        while True:
            if self._is_interactive:
                self._console.print("[bold cyan]>[/] ", end="")
            sys.stdout.flush()
            line = sys.stdin.buffer.readline()
            if not line:
                return
            yield line.decode("utf-8", "replace").rstrip("\r\n")

    def _handle(self, incoming: Incoming) -> None:
        # What a restart would find is what the next turn begins with.
        session = load_session(dump_session(self._session), self._world.content.vocabulary)
        result = turn(self._world, session, incoming, self._now())
        self._session = result.session
        for reply in result.replies:
            self._show(reply)
        self._show_effects(result, incoming)
        if self._x_ray is not None:
            read = evidence_lines(self._world, incoming.text, self._now(), self._x_ray) if isinstance(incoming, Text) else ()
            for text in (*x_ray_lines(self._world, self._session), *read):
                self._print(text, style="dim")
            self._print("")

    def _show(self, reply: Reply) -> None:
        text = rich.text.Text()
        for run in reply.text:
            text.append(run.text, style="bold" if run.bold else None)
        self._print(text)
        for key, choice in reply.typed_keys():
            mark = "✓ " if choice.chosen else ""
            self._print(rich.text.Text.assemble((f"{key}. ", "cyan"), f"{mark}{choice.label}"))
        self._print("")

    def _show_effects(self, result: Turn, incoming: Incoming) -> None:
        say = self._world.phrasing.say
        for effect in result.effects:
            match effect:
                case OpenCase(reason, _, danger):
                    self._print(say("case_line", reason=say(f"reason_{reason.value}")) + "\n", style="yellow")
                    # Nobody waits behind a terminal.
                    self._handle(News(NewsKind.OPENED, danger=danger))
                case ForwardToManager() if isinstance(incoming, Text):
                    self._print(say("relay_line", words=incoming.text) + "\n", style="yellow")
                case _:
                    pass

    def _print(self, text: str | rich.text.Text, style: str = "") -> None:
        # Typed text is echoed: characters that steer a terminal are not passed on.
        shown = text if isinstance(text, rich.text.Text) else rich.text.Text(text, style=style)
        if self._is_interactive:
            self._console.print(shown)
        else:
            sys.stdout.write("".join(c for c in shown.plain if c >= " " or c == "\n") + "\n")


def evidence_lines(world: World, text: str, now: dt.datetime, root: Path) -> Iterator[str]:
    """Yield lines that name the content and language data by which a text was understood, each with its place."""
    for evidence in world.understanding.explain(Utterance(text), now.date()):
        mark = mark_of(evidence, root)
        line = translate("  capito da: {place}: {evidence}")
        yield line.format(place=mark or evidence.owner, evidence=evidence_in_words(evidence))


def x_ray_lines(world: World, session: Session) -> Iterator[str]:
    """Yield lines that explain the bot's last message: the profile, the offers by verdict, and why the next question is asked."""
    here = position_of(session, world)
    if here is None:
        yield translate("radiografia: nessuna ricerca aperta")
        return
    yield translate("radiografia")
    yield translate("  profilo: {profile}").format(profile=_profile(world, here))
    index = world.dated.index(flow_of(session, world))
    match = here.match
    excluded = len(index.offers) - match.remaining.bit_count()
    counted = translate("  offerte: {fits} adatte, {to_check} da verificare, {excluded} escluse")
    yield counted.format(fits=match.fits.bit_count(), to_check=match.to_check.bit_count(), excluded=excluded)
    for line, part in (
        (translate("  prime adatte: {offers}"), Match(match.fits, 0, 0, 0)),
        (translate("  prime da verificare: {offers}"), Match(0, match.to_check, match.nearly_fits, 0)),
    ):
        best = index.best(part, here.people, _NAMED)
        if best:
            yield line.format(offers=", ".join(offer.id for offer in best))
    question = here.question.fills if here.question is not None else translate("risultati")
    yield translate("  prossima: {question} ({reason})").format(question=question, reason=reason_in_words(here.reason))


def _profile(world: World, here: Position) -> str:
    said: dict[str, None] = {}
    for person in here.people:
        for name, known in person.items():
            said[f"{name} = {_known(world, name, known)}"] = None
    return "; ".join(said) or translate("vuoto")


def _known(world: World, name: str, known: Known | None) -> str:
    if known is None:
        return translate("non lo sa")
    return world.phrasing.values(world.content.vocabulary[name], known.values)
