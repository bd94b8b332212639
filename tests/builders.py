"""Data for tests: a small vocabulary, services, profiles and citizens, each made by one function with plain arguments."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any as Json

from hypothesis import settings
from hypothesis import strategies as st

from bot.authoring.check import check
from bot.authoring.conditions import read_condition
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import ReadingContext
from bot.authoring.load import read_content
from bot.authoring.problems import Problems
from bot.authoring.yaml_nodes import Node, parse
from bot.core import hours
from bot.core.attributes import NO, YES, Attribute, Place, Term, Vocabulary, encode, years
from bot.core.case import Case, CaseReason
from bot.core.conditions import ALWAYS, Atom, Condition, Hours, Known, Span, Value, merge_spans
from bot.core.content import Content
from bot.core.flow import Flow, Question
from bot.core.interview import Answer, AnswerKind, Interview, Position
from bot.core.matching import Index
from bot.core.replies import Action, Reply, Verb
from bot.core.services import Event, Location, Service, State
from bot.dialogue.effects import Effect, OpenCase, ReopenCase
from bot.dialogue.incoming import Command, Incoming, News, NewsKind, Press, Text
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.kinds.registry import KINDS

#: The day on which tests take place: a Sunday.
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime.combine(TODAY, dt.time(10))
#: `THOROUGH=20 pytest` tries twenty times as many examples.
THOROUGH = int(os.environ.get("THOROUGH", "1"))


def tries(examples: int) -> settings:
    """How many examples a property is tried with."""
    return settings(max_examples=examples * THOROUGH)


# --- A small vocabulary -----------------------------------------------------------------------------------------------


def names(*accepted: str, of: str = "persona") -> Atom:
    """A condition on a choice."""
    return Atom(of, frozenset(accepted))


def aged(*spans: Span) -> Atom:
    """A condition on the age."""
    return Atom("eta", merge_spans(spans))


def _terms(**labels: str) -> dict[str, Term]:
    return {id.replace("_", "-"): Term(id.replace("_", "-"), label) for id, label in labels.items()}


def vocabulary(*more: Attribute) -> Vocabulary:
    """The seven fixed attributes with few values each, one attribute of every other kind, and `more`."""
    person = {
        "bambino": Term("bambino", "Un bambino", implied_by=aged(years(0, 11))),
        "ragazzo": Term("ragazzo", "Un ragazzo", implied_by=aged(years(11, 18))),
        "anziano": Term("anziano", "Una persona anziana", implied_by=aged(Span(65 * 12, float("inf")))),
        **_terms(adulto="Una persona adulta", famiglia="Tutta la famiglia", azienda="Un'azienda"),
    }
    places = {
        "melegnano": Place("melegnano", "Melegnano", latitude=45.3578, longitude=9.3236, core=True),
        "dresano": Place("dresano", "Dresano", latitude=45.373, longitude=9.3578, core=True),
        "milano": Place("milano", "Milano", latitude=45.4643, longitude=9.1895),
    }
    needs = {
        "nido": Term("nido", "Asilo nido", category="figli"),
        "doposcuola": Term("doposcuola", "Doposcuola", category="figli"),
        "badante": Term("badante", "Badante", category="cura"),
        "antiviolenza": Term("antiviolenza", "Centro antiviolenza", category="cura", sensitive=True),
    }
    week = {
        id: Term(id, label, window=window, slots=hours.week(window))
        for id, label, window in (
            ("mattina", "Mattina", "Mo-Fr 08:00-13:00"),
            ("pomeriggio", "Pomeriggio", "Mo-Fr 13:00-18:00"),
            ("sabato", "Sabato", "Sa 08:00-20:00"),
        )
    }
    categories = _terms(figli="Figli", cura="Cura")
    none = {"nessuna": Term("nessuna", "Nessuna", none=True)}
    bands = (years(0, 3), years(3, 6), years(6, 11), years(11, 18), years(18, 65), Span(65 * 12, float("inf")))
    declared = (
        Attribute("persona", KINDS["choice"], "Per chi", person),
        Attribute("eta", KINDS["age"], "Età", {}, multiple=True, bands=bands),
        Attribute("comune", KINDS["place"], "Comune", places),
        Attribute("bisogno", KINDS["need"], "Aiuto cercato", needs, categories=categories),
        Attribute("famiglia", KINDS["choice"], "Famiglia", {**_terms(sola="Sola", numerosa="Numerosa"), **none}, multiple=True),
        Attribute(
            "disabilita",
            KINDS["choice"],
            "Disabilità",
            {**_terms(motoria="Motoria", visiva="Della vista"), **none},
            multiple=True,
            sensitive=True,
        ),
        Attribute("orario", KINDS["schedule"], "Orario", week, multiple=True),
        Attribute("automobile", KINDS["yes_no"], "Automobile", {}),
        Attribute("figli", KINDS["number"], "Numero di figli", {}, bands=(Span(0, 1), Span(1, 3), Span(3, float("inf")))),
        Attribute("idee", KINDS["text"], "Idee", {}),
        *more,
    )
    return Vocabulary({attribute.id: attribute for attribute in declared})


def said(words: Vocabulary, **values: object) -> dict[str, Known | None]:
    """What was stated: one value or a list of values for each attribute, or None for "does not know"."""
    profile: dict[str, Known | None] = {}
    for attribute, value in values.items():
        several = value if isinstance(value, (list, tuple)) else [value]
        profile[attribute] = None if value is None else words.known(attribute, tuple(several))
    return profile


def stated_over(words: Vocabulary) -> st.SearchStrategy[dict[str, tuple[Value, ...] | None]]:
    """Random values, or "does not know", for any of the attributes, as citizens state them."""
    chosen: dict[str, st.SearchStrategy[tuple[Value, ...] | None]] = {}
    for attribute in words.attributes.values():
        chosen[attribute.id] = st.none() | _values_of(attribute).map(tuple)
    return st.fixed_dictionaries({}, optional=chosen)


def _values_of(attribute: Attribute) -> st.SearchStrategy[list[Value]]:
    one: st.SearchStrategy[Value]
    match attribute.kind.name:
        case "age" | "number":
            typed = st.builds(lambda low, length: Span(low, low + length), st.integers(0, 1200), st.sampled_from([1, 6, 12, 36]))
            one = st.sampled_from(attribute.bands) | typed
        case "period":
            today = TODAY.toordinal()
            one = st.builds(
                lambda first, length: Span(first, first + length), st.integers(today, today + 500), st.integers(1, 90)
            )
        case "yes_no":
            one = st.sampled_from([YES, NO])
        case "text":
            one = st.text(min_size=1, max_size=5)
        case "need":
            one = st.sampled_from([*attribute.terms, *("@" + category for category in attribute.categories)])
        case "schedule":
            one = st.sampled_from([*attribute.terms, Hours("Mo-Fr 18:30-22:00"), Hours("Sa-Su 22:00-02:00")])
        case _:
            one = st.sampled_from([*attribute.terms])
    return st.lists(one, min_size=1, max_size=3 if attribute.multiple else 1, unique=True)


# --- Services, offers, flows --------------------------------------------------------------------------------------------


def at(place: str | None = "melegnano", opening: str = "", serves: Iterable[str] | None = None, **more: Json) -> Location:
    """A location that takes anyone, unless `serves` names its residents."""
    return Location(
        place=place,
        serves=None if serves is None else frozenset(serves),
        opening=opening,
        week=hours.week(opening) if opening else None,
        **more,
    )


def event(start: str, end: str) -> Event:
    """A date of an event: "2026-12-13 15:00"."""
    return Event(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))


def service(id: str = "servizio", eligibility: Condition = ALWAYS, *locations: Location, **more: Json) -> Service:
    """A service for anyone, checked a month ago, at Melegnano, unless something else is said."""
    plain: dict[str, Json] = {
        "name": id.capitalize(),
        "organization": "Cooperativa",
        "category": "figli",
        "needs": ("nido",),
        "summary": "Un servizio.",
        "assured": TODAY - dt.timedelta(days=30),
    }
    return Service(id=id, locations=locations or (at(),), eligibility=eligibility, **{**plain, **more})


def question(fills: str, when: Condition = ALWAYS, **more: Json) -> Question:
    """A question about an attribute."""
    return Question(f"{fills}?", fills, when, **more)


def flow(*questions: Question | str, **more: Json) -> Flow:
    """A flow of questions; a name stands for a plain question about that attribute."""
    asked = tuple(question(one) if isinstance(one, str) else one for one in questions)
    return Flow(**{"id": "flusso", "title": "Flusso", "command": "flusso", "questions": asked, **more})


def content_of(*services: Service, words: Vocabulary | None = None, flows: Iterable[Flow] = ()) -> Content:
    """Content without texts: enough for everything but speaking."""
    return Content(words or vocabulary(), {one.id: one for one in flows}, services, {})


def index_of(*services: Service, words: Vocabulary | None = None, date: dt.date = TODAY) -> Index:
    """The index over the offers of some services."""
    dated = content_of(*services, words=words).on(date)
    return Index(tuple(dated.offers.values()), dated.standings, dated.content.vocabulary, date)


def state_of(one: Service, date: dt.date) -> State:
    """How the first offer of a service stands on a date."""
    return content_of(one).offers[0].standing(date).state


# --- Cases ------------------------------------------------------------------------------------------------------------


def a_case(chat: int = 7, reason: CaseReason = CaseReason.ASKED, opened_at: float = 0.0, **more: Json) -> Case:
    """A case of a chat that waits since it was opened, and has no number yet."""
    return Case(**{"number": 0, "chat": chat, "reason": reason, "opened_at": opened_at, "waiting_since": opened_at, **more})


# --- Citizens ---------------------------------------------------------------------------------------------------------


#: What somebody does, turn by turn: the number of an offered button, now and then a command.
steps = st.lists(st.integers(0, 9_999) | st.sampled_from([*range(9), "modifica"]), min_size=1, max_size=14)


def again(attribute: str, answer: Answer) -> Action:
    """What to press to give an answer once more while its question is open."""
    match answer.kind:
        case AnswerKind.UNKNOWN:
            return Action(Verb.UNKNOWN, attribute)
        case AnswerKind.SKIPPED:
            return Action(Verb.SKIP, attribute)
        case AnswerKind.DECLINED:
            return Action(Verb.DECLINE, attribute)
        case _ if len(answer.values) == 1:
            return Action(Verb.ANSWER, attribute, encode(answer.values[0]))
        case _:
            return Action(Verb.CONFIRM, attribute)


@dataclass(repr=False)
class Citizen:
    """Somebody who chats with the bot. Between any two turns the session is written down and read back.

    A case that is opened waits: that is told at once. `reply` is what the citizen has in front.
    """

    world: World
    session: Session = field(default_factory=Session)
    reply: Reply | None = None
    effects: tuple[Effect, ...] = ()
    #: Whether the last turn said anything.
    spoke: bool = True

    def do(self, incoming: Incoming) -> Citizen:
        """One turn on the day of the world; returns the same citizen."""
        result = turn(self.world, self.session, incoming, self.now)
        self.session = load_session(dump_session(result.session), self.world.content.vocabulary)
        assert self.session == result.session
        assert len(result.replies) <= 1
        if result.replies:
            (self.reply,) = result.replies
        for effect in result.effects:
            if isinstance(effect, OpenCase):
                self.do(News(NewsKind.OPENED, danger=effect.danger))
            elif isinstance(effect, ReopenCase):
                self.do(News(NewsKind.REOPENED))
        told = any(isinstance(effect, OpenCase | ReopenCase) for effect in result.effects)
        self.effects, self.spoke = result.effects, bool(result.replies) or told
        return self

    @property
    def now(self) -> dt.datetime:
        """Ten o'clock on the day of the world."""
        return dt.datetime.combine(self.world.dated.date, NOW.time())

    def press(self, verb: Verb, target: str = "", value: str = "") -> Citizen:
        """Presses a button, whether or not it is offered now."""
        return self.do(Press(Action(verb, target, value)))

    def type(self, text: str) -> Citizen:
        """Types something."""
        return self.do(Text(text))

    def command(self, name: str) -> Citizen:
        """Gives a command."""
        return self.do(Command(name))

    def walk(self, steps: Iterable[int | str], *without: Verb) -> Citizen:
        """Presses the offered button of every number, `without` those that do some things; words are commands."""
        for step in steps:
            if isinstance(step, str):
                self.command(step)
            else:
                offered = [action for action in self.offered if action.verb not in without]
                self.do(Press(offered[step % len(offered)]))
        return self

    @property
    def offered(self) -> list[Action]:
        """What the buttons in front of the citizen do."""
        assert self.reply is not None
        return [choice.action for row in self.reply.rows for choice in row]

    @property
    def interview(self) -> Interview:
        """The open interview."""
        assert self.session.interview is not None
        return self.session.interview

    @property
    def position(self) -> Position:
        """Where the open interview stands."""
        found = position_of(self.session, self.world)
        assert found is not None
        return found

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers so far."""
        return dict(self.interview.answers)

    def settle(self) -> Citizen:
        """Answers the question that was opened again, if there is one, as it was answered before."""
        interview = self.session.interview
        if interview is not None and interview.focus is not None:
            answer = interview.answers.get(interview.focus, Answer(AnswerKind.UNKNOWN))
            self.do(Press(again(interview.focus, answer)))
        return self

    def twin(self) -> Citizen:
        """Somebody else at the same point, who may go another way."""
        return replace(self)


# --- Content as files ---------------------------------------------------------------------------------------------------

HERE = Path(__file__).parent
#: A small, complete and correct content folder, without the bot's own sentences.
SMALL = HERE / "content"
TEXTS = "flows/texts.yaml"


def content_folder(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A copy of the small content with the project's sentences; `changes` replace, add or (None) remove files."""
    shutil.copytree(SMALL, root, dirs_exist_ok=True)
    shutil.copy(HERE.parent / TEXTS, root / TEXTS)
    for name, written in (changes or {}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if written is None:
            path.unlink()
        else:
            path.write_bytes(written if isinstance(written, bytes) else written.encode())
    return root


def told(root: Path, language: str = "it") -> list[str]:
    """What staff are told of a folder: the errors, then the doubts, then the hints. Content with errors is never handed out."""
    source = read_content(root, language)
    assert (source.content is None) == (len(source.problems) > 0)
    report = check(source, TODAY)
    doubts, hints = (f"dubbio {problem}" for problem in report.warnings), (f"nota {problem}" for problem in report.hints)
    return [*(str(problem) for problem in report.errors), *doubts, *hints]


def nodes(text: str | bytes, problems: Problems | None = None) -> Node | None:
    """The nodes of a file called "prova.yaml"."""
    return parse("prova.yaml", text.encode() if isinstance(text, str) else text, problems if problems is not None else Problems())


def reading(names: DeclaredNames | None = None) -> ReadingContext:
    """What content is read with that may use some names, or those of the small vocabulary; nothing is wrong yet."""
    return ReadingContext(Problems(), names or DeclaredNames.of(vocabulary()))


def condition(text: str, declared: Vocabulary | None = None) -> Condition:
    """A condition as staff write it; it must be right."""
    context = reading(DeclaredNames.of(declared) if declared is not None else None)
    read_it = read_condition(nodes(text, context.problems), context)
    assert [str(problem) for problem in context.problems] == []
    return read_it


def faults(text: str, names: DeclaredNames | None = None) -> list[str]:
    """What is wrong with a condition."""
    context = reading(names)
    read_condition(nodes(text, context.problems), context)
    return [str(problem) for problem in context.problems]
