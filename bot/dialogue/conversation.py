"""One turn of a conversation: what came in and the session → the new session, one message, and effects. Pure.

A turn has three steps: what came in is read as an action (`_meant`), the action changes the session (`_Steps`), and the
session is shown (`render.py`). Buttons and typed words meet in the action, so everything can be done either way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from bot.core.attributes import CATEGORY, Attribute, Form, Kind, decode, encode, form_of
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.flow import Question
from bot.core.interview import Answer, Interview, Pace, Reply, narrowed
from bot.core.replies import Action, Choice, Verb
from bot.core.replies import Reply as Message
from bot.dialogue.render import Renderer, flow_of, has_toggles
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World
from bot.language.normalise import LONGEST, normalise
from bot.language.phrases import Phrase, phrase

#: After so many messages in a row that were not understood a person is offered.
MOST_MISUNDERSTOOD = 2
#: Similarity (0-100) from which typed words are those of a button.
_SAME_LABEL = 85.0


#: What phrases do: to the open question, and anywhere.
_OF_QUESTION = {
    Phrase.UNKNOWN: Verb.UNKNOWN,
    Phrase.DECLINE: Verb.DECLINE,
    Phrase.SKIP: Verb.SKIP,
    Phrase.DONE: Verb.CONFIRM,
}
_ANYWHERE = {
    Phrase.SHOW: Action(Verb.SHOW),
    Phrase.DONE: Action(Verb.SHOW),
    Phrase.BACK: Action(Verb.BACK),
    Phrase.CHANGE: Action(Verb.CHANGE),
    Phrase.RESTART: Action(Verb.RESTART),
    Phrase.HELP: Action(Verb.HELP),
    Phrase.HUMAN: Action(Verb.HUMAN, CaseReason.ASKED),
}


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed."""

    action: Action


@dataclass(frozen=True, slots=True)
class Command:
    """A command, without its slash, and what follows it."""

    name: str
    argument: str = ""


Incoming = Text | Press | Command


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Effect: a Social Manager is wanted."""

    reason: CaseReason


Effect = OpenCase


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn leads to."""

    session: Session
    replies: tuple[Message, ...]
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """A session on its way, and what is said above the next message."""

    session: Session
    notice: str = ""
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answers:
    """Typed values for the open question: as the answer, or as what may have been meant."""

    attribute: str
    values: tuple[Value, ...]
    suggested: bool = False


_Meaning = Action | _Answers | None


def turn(world: World, session: Session, incoming: Incoming, now: dt.datetime) -> Turn:
    """One turn. Total: whatever comes in gets one message; `now` (local time) turns birth years into ages."""
    session = _fitted(session, world)
    step = _Steps(world, session, now).take(incoming)
    return Turn(step.session, (Renderer(step.session, world).message(step.notice),), step.effects)


def _fitted(session: Session, world: World) -> Session:
    """The session as far as content still knows it."""
    interview = session.interview
    if interview is None:
        return session
    if interview.flow not in world.content.flows:
        interview = replace(interview, flow=world.first_flow.id)
    return replace(session, interview=interview.fitted_to(world.content.vocabulary))


class _Steps:
    """The steps of one turn."""

    def __init__(self, world: World, session: Session, now: dt.datetime) -> None:
        self.world = world
        self.session = session
        self.now = now
        self.say = world.words.say
        self.shown = Renderer(session, world)

    def take(self, incoming: Incoming) -> _Step:
        match incoming:
            case Press(action):
                return self._understood(action) if self._is_possible(action) else self._not_understood()
            case Command(name, _):
                return self._command(name)
            case Text(text):
                return self._text(text)

    # --- What came in

    def _command(self, name: str) -> _Step:
        verbs = {
            "start": Verb.START,
            "aiuto": Verb.HELP,
            "help": Verb.HELP,
            "indietro": Verb.BACK,
            "modifica": Verb.CHANGE,
            "ricomincia": Verb.RESTART,
        }
        flow = self.world.flow_of_command(name)
        if flow is not None:
            return self._understood(Action(Verb.START, flow.id))
        if name == "operatore":
            return self._understood(Action(Verb.HUMAN, CaseReason.ASKED))
        if name in verbs:
            return self._understood(Action(verbs[name]))
        return _Step(self.session.show(Screen.HELP), self.say("unknown_command"))

    def _text(self, text: str) -> _Step:
        if self.session.interview is None:
            started = self._start(self.world.first_flow.id)
            first = _Steps(self.world, started.session, self.now)
            meant = first._meant(text[:LONGEST])
            return started if meant is None else first._do(meant)
        meant = self._meant(text[:LONGEST])
        return self._not_understood() if meant is None else self._do(meant)

    def _do(self, meant: Action | _Answers) -> _Step:
        if isinstance(meant, Action):
            step = self._understood(meant)
            spoken = meant.verb is Verb.UNKNOWN and not step.notice
            return replace(step, notice=self.say("heard_unknown")) if spoken else step
        if meant.suggested:
            return _Step(replace(self.session, suggestions=meant.values, suggested_for=meant.attribute))
        return self._typed_answer(meant)

    def _meant(self, text: str) -> _Meaning:
        """What a text means here: a button, a phrase, an answer to the open question, the words of a button misspelt."""
        shown = self.shown.message()
        return (
            self._button(text, shown)
            or self._several_buttons(text, shown)
            or self._phrase(text, shown)
            or self._answer(text)
            or self._button_like(text, shown)
        )

    def _open_question(self) -> Question | None:
        """The question in front of the citizen."""
        here = self.shown.position
        return here.question if here is not None and self.session.screen is Screen.INTERVIEW else None

    def _button(self, text: str, shown: Message) -> Action | None:
        said = normalise(text)
        for key, choice in shown.keyed():
            if said and said in (key, normalise(choice.label)):
                return choice.action
        return None

    def _several_buttons(self, text: str, shown: Message) -> _Answers | None:
        """Several numbers, "1, 3" or "1 e 3", in a multiple choice."""
        keys = dict(shown.keyed())
        typed = [word for word in normalise(text).split() if word != "e"]
        chosen = [keys[word].action for word in typed if word in keys and keys[word].action.verb is Verb.TOGGLE]
        if len(typed) < 2 or len(chosen) != len(typed):
            return None
        attribute = self.world.content.vocabulary[chosen[0].target]
        values = dict.fromkeys(decode(attribute.kind, action.value) for action in chosen)
        return _Answers(attribute.id, tuple(values)) if has_toggles(attribute) else None

    def _phrase(self, text: str, shown: Message) -> Action | None:
        question = self._open_question()
        meant = phrase(text)
        if meant in (Phrase.YES, Phrase.NO):
            return self._yes_or_no(shown, question.fills if question else "", yes=meant is Phrase.YES)
        if question is not None and meant in _OF_QUESTION:
            return Action(_OF_QUESTION[meant], question.fills)
        if meant is Phrase.UNKNOWN and self.session.screen in (Screen.INTERVIEW, Screen.CARD):
            # Before results, "I do not know" is a call for somebody who helps to choose.
            return Action(Verb.OFFER_HUMAN)
        return _ANYWHERE.get(meant) if meant is not None else None

    def _yes_or_no(self, shown: Message, attribute: str, *, yes: bool) -> Action | None:
        """Yes or no to what the bot itself proposed: a person, or what may have been meant."""
        offered = [choice.action for row in shown.rows for choice in row]
        human = next((a for a in offered if a.verb is Verb.HUMAN and a.target != CaseReason.ASKED), None)
        if self.session.screen is Screen.HUMAN or human is not None:
            return (human or Action(Verb.HUMAN, CaseReason.ASKED)) if yes else Action(Verb.NO_HUMAN)
        if yes and self.session.suggestions and self.session.suggested_for == attribute:
            return Action(Verb.ANSWER, attribute, encode(self.session.suggestions[0]))
        return None

    def _answer(self, text: str) -> _Answers | None:
        question = self._open_question()
        if question is None:
            return None
        attribute = self.world.content.vocabulary[question.fills]
        reading = self.world.lexicon.read(attribute, text, self.now.date())
        if reading.values:
            return _Answers(attribute.id, reading.values)
        return _Answers(attribute.id, reading.suggestions, suggested=True) if reading.suggestions else None

    def _button_like(self, text: str, shown: Message) -> Action | None:
        labels: dict[str, Choice] = {normalise(choice.label): choice for row in shown.rows for choice in row}
        best = process.extractOne(normalise(text), list(labels), scorer=fuzz.ratio, score_cutoff=_SAME_LABEL)
        return labels[best[0]].action if best else None

    def _is_possible(self, action: Action) -> bool:
        """Whether a button still means something: content may have changed since it was shown."""
        vocabulary = self.world.content.vocabulary
        match action.verb:
            case Verb.ANSWER | Verb.TOGGLE:
                declared = vocabulary.attributes.get(action.target)
                if declared is None:
                    return False
                try:
                    return vocabulary.is_valid(action.target, decode(declared.kind, action.value))
                except ValueError:
                    return False
            case Verb.CONFIRM | Verb.UNKNOWN | Verb.SKIP | Verb.DECLINE | Verb.REOPEN | Verb.WIDEN:
                return action.target in vocabulary.attributes
            case Verb.START:
                return not action.target or action.target in self.world.content.flows
            case Verb.PAGE:
                return action.target.isdecimal()
            case Verb.HUMAN:
                return action.target in list(CaseReason)
            case _:
                return True

    # --- What it changes

    def _not_understood(self) -> _Step:
        count = self.session.misunderstood + 1
        if count >= MOST_MISUNDERSTOOD:
            offered = replace(self.session, misunderstood=0, human=CaseReason.NOT_UNDERSTOOD)
            return _Step(offered.show(Screen.HUMAN))
        notice = f"{self.say('not_understood')} {self._hint()}"
        return _Step(replace(self.session, misunderstood=count, suggestions=(), suggested_for=""), notice)

    def _hint(self) -> str:
        question = self._open_question()
        if question is None:
            return self.say("hint_buttons")
        keys = {
            Kind.AGE: "hint_age",
            Kind.NUMBER: "hint_number",
            Kind.PLACE: "hint_place",
            Kind.SCHEDULE: "hint_schedule",
            Kind.NEED: "hint_need",
        }
        return self.say(keys.get(self.world.content.vocabulary[question.fills].kind, "hint_buttons"))

    def _understood(self, action: Action) -> _Step:
        self.session = replace(self.session, misunderstood=0, suggestions=(), suggested_for="")
        match action.verb:
            case Verb.START:
                return self._start(action.target or self.world.first_flow.id)
            case Verb.RESTART:
                started = self._start(flow_of(self.session, self.world).id)
                return replace(started, notice=self.say("restarted"))
            case Verb.HELP | Verb.CHANGE:
                return _Step(self.session.show(Screen.HELP if action.verb is Verb.HELP else Screen.CHANGES))
            case Verb.HUMAN:
                reason = CaseReason(action.target)
                called = replace(self.session, human=reason).show(Screen.CASE)
                return _Step(called, effects=(OpenCase(reason),))
            case Verb.OFFER_HUMAN:
                return _Step(replace(self.session, human=CaseReason.ASKED).show(Screen.HUMAN))
            case Verb.NO_HUMAN:
                return _Step(self.session.show(Screen.INTERVIEW), self.say("no_human"))
            case Verb.LIST:
                return _Step(self._begun().show(Screen.INTERVIEW))
            case Verb.PAGE:
                return _Step(replace(self._begun(), page=int(action.target[:4])).show(Screen.INTERVIEW))
            case Verb.CARD:
                return self._card(action.target)
            case _:
                return self._in_interview(action)

    def _start(self, flow: str) -> _Step:
        number = self.session.interviews + 1
        return _Step(Session(Interview(flow, number), interviews=number))

    def _begun(self) -> Session:
        return self.session if self.session.interview is not None else self._start(self.world.first_flow.id).session

    def _card(self, offer: str) -> _Step:
        if offer not in self.world.dated.offers:
            return _Step(self._begun().show(Screen.INTERVIEW), self.say("card_gone"))
        return _Step(replace(self.session, card=offer).show(Screen.CARD))

    def _in_interview(self, action: Action) -> _Step:
        session = self._begun()
        assert session.interview is not None
        interview, attribute = session.interview, action.target
        changes: dict[Verb, Callable[[], Interview]] = {
            Verb.ANSWER: lambda: self._answered(interview, attribute, self._decoded(attribute, action.value)),
            Verb.TOGGLE: lambda: self._toggled(interview, attribute, self._decoded(attribute, action.value)),
            Verb.CONFIRM: lambda: _confirmed(interview, attribute),
            Verb.UNKNOWN: lambda: interview.answer(attribute, Answer(Reply.UNKNOWN)),
            Verb.SKIP: lambda: interview.answer(attribute, Answer(Reply.SKIPPED)),
            Verb.DECLINE: lambda: interview.answer(attribute, Answer(Reply.DECLINED)),
            Verb.REOPEN: lambda: interview.reopen(attribute),
            Verb.WIDEN: lambda: interview.clear(attribute),
            Verb.SHOW: lambda: replace(_undrafted(interview), pace=Pace.STOPPED, focus=None),
            Verb.MORE_QUESTIONS: lambda: replace(interview, pace=Pace.THOROUGH),
            Verb.BACK: lambda: self._back(interview),
        }
        changed = changes[action.verb]()
        notice = self.say("first_question") if action.verb is Verb.BACK and changed == interview else ""
        return _Step(replace(session, interview=changed, page=0, card="").show(Screen.INTERVIEW), notice)

    def _decoded(self, attribute: str, value: str) -> Value:
        return decode(self.world.content.vocabulary[attribute].kind, value)

    def _answered(self, interview: Interview, attribute: str, *values: Value) -> Interview:
        return interview.answer(attribute, Answer(Reply.VALUE, values))

    def _toggled(self, interview: Interview, attribute: str, value: Value) -> Interview:
        declared: Attribute = self.world.content.vocabulary[attribute]
        before = interview.answers.get(attribute)
        if declared.kind is Kind.NEED:
            return _drafted(interview, attribute, value)
        chosen = before.values if before is not None else ()
        none = {term.id for term in declared.terms.values() if term.none}
        chosen = tuple(v for v in chosen if v not in none)
        values = tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)
        return _drafted(interview, attribute, *values)

    def _back(self, interview: Interview) -> Interview:
        here = self.shown.position
        current = here.question.fills if here is not None and here.question is not None else None
        if current is not None and narrowed(interview) is not None:
            return interview.clear(current)
        return interview.back(current)

    def _typed_answer(self, meant: _Answers) -> _Step:
        session = replace(self._begun(), misunderstood=0, page=0, card="")
        assert session.interview is not None
        attribute = self.world.content.vocabulary[meant.attribute]
        first = meant.values[0]
        if attribute.kind is Kind.NEED and isinstance(first, str) and first.startswith(CATEGORY):
            return _Step(replace(session, interview=self._toggled(session.interview, attribute.id, first)).show(Screen.INTERVIEW))
        changed = self._answered(session.interview, attribute.id, *meant.values)
        said = self.world.words.values(attribute, meant.values)
        notice = "" if form_of(attribute.kind) is Form.NONE else self.say("heard", answer=said)
        return _Step(replace(session, interview=changed).show(Screen.INTERVIEW), notice)


def _drafted(interview: Interview, attribute: str, *values: Value) -> Interview:
    """With values that are not confirmed yet."""
    return replace(interview, answers={**interview.answers, attribute: Answer(Reply.DRAFT, values)})


def _confirmed(interview: Interview, attribute: str) -> Interview:
    """The draft, or the answer that was opened again, is the answer; nothing chosen is "does not know"."""
    before = interview.answers.get(attribute)
    values = before.values if before is not None else ()
    return interview.answer(attribute, Answer(Reply.VALUE, values) if values else Answer(Reply.UNKNOWN))


def _undrafted(interview: Interview) -> Interview:
    """Without what was not confirmed."""
    return replace(interview, answers={a: v for a, v in interview.answers.items() if v.reply is not Reply.DRAFT})
