"""One turn of a conversation: what came in and the session → the new session, one message, and effects. Pure.

A turn has three steps: what came in is read as an action (`interpret.py`), the action changes the session (`_Steps`), and the
session is shown (`screens/`). Buttons and typed words meet in the action, so everything can be done either way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.core.attributes import CATEGORY, NEED, PLACE, Form, Kind, form_of
from bot.core.case import CaseReason
from bot.core.flow import Question
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.core.replies import Action, Choice, Reply, Verb
from bot.dialogue.apply import answered, is_possible, toggled
from bot.dialogue.cases.citizen_turns import Handoff
from bot.dialogue.cases.sharing import sensitive_answers
from bot.dialogue.effects import Effect, News, StepResult
from bot.dialogue.interpret import WHICH_ONE, Answers, Aside, Attachment, Command, Incoming, Listener, Press, Text
from bot.dialogue.position import flow_of
from bot.dialogue.screens.render import Renderer
from bot.dialogue.sentences import Sentence, applied, is_sentence, said_back
from bot.dialogue.session import Screen, Session
from bot.dialogue.text_keys import TEXTS
from bot.dialogue.world import World
from bot.language.meaning.phrases import courtesy, phrase
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import MAX_TEXT_CHARACTERS
from bot.language.text.utterance import Utterance

#: After so many messages in a row that were not understood a person is offered.
MOST_MISUNDERSTOOD = 2


class Manner(StrEnum):
    """How a channel that can change its messages shows a reply."""

    NEW = "new"
    #: In the place of the message whose button was pressed.
    IN_PLACE = "in_place"
    #: Not at all: what is in front says it already.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn leads to."""

    session: Session
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()
    manner: Manner = Manner.NEW
    #: What the message of before becomes, if its question was answered.
    answered_question: Reply | None = None
    #: What answers a press that changes nothing; by default that it changes nothing.
    toast: str = ""


#: Buttons that mean the same at any time; the others belong to the interview they were shown in.
TIMELESS = {
    Verb.START, Verb.RESTART, Verb.HELP, Verb.HUMAN, Verb.OFFER_HUMAN, Verb.NO_HUMAN, Verb.CARD, Verb.CALENDAR, Verb.MAP,
    Verb.LEAVE, Verb.HELPED, Verb.SHARE,
}  # fmt: skip
#: Buttons that change the message they are on.
_IN_PLACE = {Verb.TOGGLE, Verb.WIDEN, Verb.PAGE, Verb.CARD}


def turn(world: World, session: Session, incoming: Incoming, now: dt.datetime) -> Turn:
    """One turn. Total: whatever comes in gets one message, or none where a person is talking.

    `now` (local time) turns birth years into ages.
    """
    session = _fitted(session, world)
    steps = _Steps(world, session, now)
    asked = steps.listener.open_question()
    step = steps.take(incoming)
    if isinstance(incoming, Text) and sensitive_answers(world, step.session) != sensitive_answers(world, session):
        # What is sensitive is an answer, which is shared only if the citizen agrees; as words it would be shared all the same.
        step = replace(step, session=replace(step.session, recent_texts=session.recent_texts))
    shown = Renderer(step.session, world)
    if step.silent:
        return Turn(step.session, (), step.effects, Manner.NOTHING, toast=step.toast)
    reply = step.instead or shown.message(step.notice)
    if step.offers_correction:
        reply = _with_change(reply, world)
    settled = shown.settled(asked) if asked is not None and _is_settled(asked, session, shown) else None
    return Turn(step.session, (reply,), step.effects, _manner(incoming, session, step), settled)


def _is_settled(asked: Question, before: Session, shown: Renderer) -> bool:
    """Whether a question was answered, and something else is in front now."""
    interview = shown.session.interview
    assert before.interview is not None
    if interview is None or interview.number != before.interview.number or asked.fills not in interview.answers:
        return False
    here = shown.position
    open_now = here.question.fills if here is not None and here.question is not None else None
    return interview.answers[asked.fills].kind is not AnswerKind.DRAFT and open_now != asked.fills


def _manner(incoming: Incoming, before: Session, step: StepResult) -> Manner:
    match incoming:
        case Press(action):
            if step.session == before and not step.notice and step.instead is None:
                return Manner.NOTHING
            back_to_list = action.verb is Verb.LIST and before.screen is Screen.CARD
            return Manner.IN_PLACE if (action.verb in _IN_PLACE or back_to_list) and not step.notice else Manner.NEW
        case Attachment(album=album) if album and album == before.last_album_id:
            return Manner.NOTHING
        case _:
            return Manner.NEW


def _fitted(session: Session, world: World) -> Session:
    """The session as far as content still knows it."""
    interview = session.interview
    if interview is None:
        return session
    if interview.flow not in world.content.flows:
        interview = replace(interview, flow=world.first_flow.id)
    return replace(session, interview=interview.keep_valid(world.content.vocabulary))


class _Steps:
    """The steps of one turn."""

    def __init__(self, world: World, session: Session, now: dt.datetime) -> None:
        self.world = world
        self.session = session
        self.now = now
        self.say = world.phrasing.say
        self.listener = Listener(world, session, now)
        self.understood = Meaning(MeaningKind.NOT_UNDERSTOOD)

    def take(self, incoming: Incoming) -> StepResult:
        handoff = Handoff(self.world, self.session, self.now)
        if isinstance(incoming, News):
            return handoff.told(incoming)
        self.session = replace(self.session, awaiting_confirmation=False)
        if isinstance(incoming, Text | Command | Attachment):
            self.session = handoff.session = handoff.forgotten()
        if isinstance(incoming, Text):
            self.understood = self._heard(incoming.text)
            self.session = self.session.remember_text(incoming.text)
            handoff = Handoff(self.world, self.session, self.now)
            if self.understood.danger:
                handoff.session = replace(self._begun(), recent_texts=self.session.recent_texts)
                return handoff.alarmed(self.world.content.dangers[self.understood.danger], sure=self.understood.sure)
        if (step := handoff.takes(incoming)) is not None:
            return step
        match incoming:
            case Press(action, interview):
                return self._press(action, interview)
            case Command(name, argument):
                return self._command(name, argument)
            case Attachment():
                return self._attachment(incoming)
            case Text(text):
                return self._text(text)

    # --- What came in

    def _press(self, action: Action, interview: int | None) -> StepResult:
        """A button; one of an earlier interview says so, and shows where the citizen is now."""
        if interview is not None and action.verb not in TIMELESS and interview != self.session.interview_count:
            return StepResult(self._begun(), self.say("old_button"))
        if interview is not None and action.verb in (Verb.START, Verb.RESTART) and self._is_untouched(action.target):
            return StepResult(self.session)
        return self._understood(action) if is_possible(action, self.world) else self._not_understood()

    def _is_untouched(self, flow: str) -> bool:
        """Whether a new interview would be the one that is open: a button was pressed twice."""
        begun = self.session.interview
        same = begun is not None and (not flow or begun.flow == flow)
        kept = replace(Session(begun, interview_count=self.session.interview_count), **_lasting(self.session))
        return same and self.session == kept and not (begun and begun.answers)

    def _attachment(self, sent: Attachment) -> StepResult:
        """Something to play with is thanked for; of anything else that cannot be read, a person is offered."""
        seen = replace(self._begun(), last_album_id=sent.album)
        if sent.playful:
            return StepResult(seen, self.say("playful"))
        if seen.is_barred:
            return StepResult(seen, self.say("barred"))
        offered = replace(seen, handoff_reason=CaseReason.UNREADABLE).remember_attachment(sent.message, sent.kind)
        return StepResult(offered.show(Screen.HUMAN))

    def _command(self, name: str, argument: str = "") -> StepResult:
        if name == "start" and argument:
            return self._linked(argument)
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
        if name == "cerca":
            return self._search(argument)
        if name == "operatore":
            return self._understood(Action(Verb.HUMAN, CaseReason.ASKED))
        if name in verbs:
            return self._understood(Action(verbs[name]))
        return StepResult(self.session.show(Screen.HELP), self.say("unknown_command"))

    def _linked(self, argument: str) -> StepResult:
        """A link that was followed: the ids of a flow, a need, a municipality or a service, joined by two underscores."""
        parts = argument.split("__")
        known = [part for part in parts if part in self.world.content.flows]
        session = self._start(known[0] if known else self.world.first_flow.id).session
        assert session.interview is not None
        interview, asked = session.interview, {question.fills for question in flow_of(session, self.world).questions}
        heard = []
        for id in (NEED, PLACE):
            attribute = self.world.content.vocabulary.attributes.get(id)
            said = next((part for part in parts if attribute is not None and part in attribute.terms), None)
            if attribute is not None and said is not None and id in asked:
                interview = interview.answer(id, Answer(AnswerKind.VALUE, (said,)))
                heard.append(self.world.phrasing.value(attribute, said))
        session = replace(session, interview=interview)
        if (offer := self.world.offer_linked(parts)) is not None:
            return StepResult(replace(session, card=offer.id).show(Screen.CARD))
        return StepResult(session, self.say("heard", answer=", ".join(heard)) if heard else "")

    def _heard(self, text: str) -> Meaning:
        """What a text means, whatever was asked; of what was answered before, that of the first person counts."""
        if self.listener.is_plain(text[:MAX_TEXT_CHARACTERS]):
            return self.understood
        here = self.listener.shown.position
        known = here.people[0] if here is not None and here.people else {}
        return self.world.understanding.read(Utterance(text), self.now.date(), known)

    def _text(self, text: str) -> StepResult:
        if self.session.interview is None and self.session.screen in (Screen.INTERVIEW, Screen.CARD):
            started = self._start(self.world.first_flow.id)
            first = _Steps(self.world, started.session, self.now)
            first.understood = self.understood
            meant = None if courtesy(text) is not None else first.listener.meaning_of(text[:MAX_TEXT_CHARACTERS], self.understood)
            return started if meant is None else first._do(meant)
        if (polite := courtesy(text)) is not None:
            return StepResult(replace(self.session, misunderstandings=0), self.say(polite))
        meant = self.listener.meaning_of(text[:MAX_TEXT_CHARACTERS], self.understood)
        if isinstance(meant, Action) and not (meant.verb is Verb.HUMAN and phrase(text) is None and is_sentence(text)):
            # What only tells the bot what to do says nothing to a person.
            self.session = replace(self.session, recent_texts=self.listener.session.recent_texts)
        return self._not_understood() if meant is None else self._do(meant)

    def _do(self, meant: Action | Answers | Sentence | Aside) -> StepResult:
        match meant:
            case Sentence():
                return self._stated(meant)
            case Aside(topic):
                return self._aside(self.world.content.topics[topic].say)
            case Action():
                step = self._understood(meant)
                spoken = meant.verb is Verb.UNKNOWN and not step.notice
                return replace(step, notice=self.say("heard_unknown")) if spoken else step
            case Answers(shown_at_once=True):
                step = self._typed_answer(meant)
                assert step.session.interview is not None
                shown = replace(step.session.interview, pace=Pace.STOPPED)
                return replace(step, session=replace(step.session, interview=shown))
            case Answers(suggested=True):
                return StepResult(replace(self.session, suggestions=meant.values, suggested_attribute=meant.attribute))
            case Answers():
                return self._typed_answer(meant)

    def _aside(self, said: str) -> StepResult:
        """What the network does not do: whom to ask; the second time in a row a person is offered too."""
        count = self.session.misunderstandings + 1
        if count >= MOST_MISUNDERSTOOD and not self.session.is_barred:
            return StepResult(
                replace(self._begun(), misunderstandings=0, handoff_reason=CaseReason.ASKED).show(Screen.HUMAN), said
            )
        return StepResult(replace(self._begun(), misunderstandings=count), said)

    def _stated(self, sentence: Sentence) -> StepResult:
        """A sentence: what is understood is said back; of several needs one is chosen, and after that a person is offered."""
        asked_before = bool(self.listener.session.suggestions) and bool(sentence.choices)
        if asked_before and self.session.misunderstandings + 1 >= MOST_MISUNDERSTOOD:
            return self._not_understood()
        session = applied(
            sentence, replace(self._begun(), misunderstandings=int(asked_before)).show(Screen.INTERVIEW), self.world
        )
        if not sentence.answers:
            return StepResult(session)
        said = said_back(sentence, self.world)
        several = sentence.is_rich or NEED in sentence.answers
        if not several:
            return StepResult(session, self.say("heard", answer=said))
        key = "heard_search" if NEED in sentence.answers else "heard_all"
        return StepResult(replace(session, awaiting_confirmation=True), self.say(key, answers=said), offers_correction=True)

    def _search(self, words: str) -> StepResult:
        """A new search for what somebody types."""
        started = self._start(self.world.first_flow.id)
        if not words:
            return replace(started, notice=self.say("search_how"))
        first = _Steps(self.world, started.session, self.now)
        return first.take(Text(words))

    # --- What it changes

    def _not_understood(self) -> StepResult:
        count = self.session.misunderstandings + 1
        if count >= MOST_MISUNDERSTOOD:
            if self.session.is_barred:
                return StepResult(replace(self.session, misunderstandings=0), self.say("not_understood"))
            offered = replace(self.session, misunderstandings=0, handoff_reason=CaseReason.NOT_UNDERSTOOD)
            return StepResult(offered.show(Screen.HUMAN), self._in_their_language())
        notice = self._in_their_language() or f"{self.say('not_understood')} {self._hint()}"
        return StepResult(replace(self.session, misunderstandings=count, suggestions=(), suggested_attribute=""), notice)

    def _in_their_language(self) -> str:
        """To somebody who does not write Italian: that there are buttons, and people; nothing to others."""
        key = f"foreign_{self.understood.language}"
        return self.say(key) if key in TEXTS else ""

    def _hint(self) -> str:
        question = self.listener.open_question()
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

    def _understood(self, action: Action) -> StepResult:
        self.session = replace(self.session, misunderstandings=0, suggestions=(), suggested_attribute="")
        match action.verb:
            case Verb.START:
                return self._start(action.target or self.world.first_flow.id)
            case Verb.RESTART:
                started = self._start(flow_of(self.session, self.world).id)
                return replace(started, notice=self.say("restarted"))
            case Verb.HELP | Verb.CHANGE:
                return StepResult(self.session.show(Screen.HELP if action.verb is Verb.HELP else Screen.CHANGES))
            case Verb.HUMAN | Verb.OFFER_HUMAN | Verb.NO_HUMAN | Verb.SHARE | Verb.HELPED | Verb.LEAVE:
                return Handoff(self.world, self.session, self.now).wanted(action)
            case Verb.LIST:
                return StepResult(self._begun().show(Screen.INTERVIEW))
            case Verb.PAGE:
                return StepResult(replace(self._begun(), page=int(action.target[:4])).show(Screen.INTERVIEW))
            case Verb.CARD:
                return self._card(action.target)
            case Verb.CALENDAR | Verb.MAP:
                return self._attached(action)
            case _:
                return self._in_interview(action)

    def _start(self, flow: str) -> StepResult:
        session, number = self.session, self.session.interview_count + 1
        begun = Session(Interview(flow, number), interview_count=number)
        return StepResult(replace(begun, **_lasting(session)))

    def _begun(self) -> Session:
        return self.session if self.session.interview is not None else self._start(self.world.first_flow.id).session

    def _card(self, offer: str) -> StepResult:
        if offer not in self.world.dated.offers:
            return StepResult(self._begun().show(Screen.INTERVIEW), self.say("card_gone"))
        return StepResult(replace(self.session, card=offer).show(Screen.CARD))

    def _attached(self, action: Action) -> StepResult:
        """Give an offer's dates or its place and change nothing; or show its card if it has none any more."""
        offer = self.world.dated.offers.get(action.target)
        if offer is None:
            return self._card(action.target)
        given = self.listener.shown.attached(offer, action.verb, self.now)
        if given is None:
            return replace(self._card(offer.id), notice=self.say("card_changed"))
        return StepResult(self.session, instead=given)

    def _in_interview(self, action: Action) -> StepResult:
        session = self._begun()
        assert session.interview is not None
        interview = session.interview
        changed = answered(interview, action, self.world, self.listener.shown.position)
        notice = self.say("first_question") if action.verb is Verb.BACK and changed == interview else ""
        if action.verb is Verb.REOPEN and action.value == WHICH_ONE:
            notice = self.say(WHICH_ONE)
        return StepResult(replace(session, interview=changed, page=0, card="").show(Screen.INTERVIEW), notice)

    def _typed_answer(self, meant: Answers) -> StepResult:
        session = replace(self._begun(), misunderstandings=0, page=0, card="")
        assert session.interview is not None
        attribute = self.world.content.vocabulary[meant.attribute]
        first = meant.values[0]
        if attribute.kind is Kind.NEED and isinstance(first, str) and first.startswith(CATEGORY):
            return StepResult(replace(session, interview=toggled(session.interview, attribute, first)).show(Screen.INTERVIEW))
        changed = session.interview.answer(attribute.id, Answer(AnswerKind.VALUE, meant.values))
        said = self.world.phrasing.values(attribute, meant.values)
        notice = "" if form_of(attribute.kind) is Form.NONE else self.say("heard", answer=said)
        return StepResult(replace(session, interview=changed).show(Screen.INTERVIEW), notice)


def _with_change(reply: Reply, world: World) -> Reply:
    """With the way to what was answered, so that it can be corrected."""
    if any(choice.action.verb is Verb.CHANGE for row in reply.rows for choice in row):
        return reply
    change = (Choice(world.phrasing.say("correct_button"), Action(Verb.CHANGE)),)
    return replace(reply, rows=(*reply.rows[:-1], change, *reply.rows[-1:]))


def _lasting(session: Session) -> dict[str, Any]:
    """What a new interview leaves as it is."""
    return {
        "case_state": session.case_state,
        "closed_at": session.closed_at,
        "is_barred": session.is_barred,
        "recent_texts": session.recent_texts,
    }
