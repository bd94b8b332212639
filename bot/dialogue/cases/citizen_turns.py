"""A person takes over: what the citizen can do about it, and what the bot says meanwhile. Pure.

While a person answers, the bot says nothing but this: that they write to a person, and the number to call in danger.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.core.case import REOPEN_SECONDS, CaseReason, CaseState, TranscriptEntry
from bot.core.replies import Action, Verb
from bot.core.topics import Danger
from bot.dialogue.cases.citizen_screens import case_reply, case_screen
from bot.dialogue.cases.sharing import facts_of
from bot.dialogue.effects import (
    Effect,
    ForwardToManager,
    LeaveCase,
    News,
    NewsKind,
    OpenCase,
    RateCase,
    ReopenCase,
    Share,
    StepResult,
)
from bot.dialogue.interpret import Attachment, Command, Incoming, Press, Text
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World
from bot.language.meaning.phrases import courtesy
from bot.language.text.normalise import normalise

#: From so many minutes on the time of day is said.
_MANY_MINUTES = 60


class Handoff:
    """The steps of one turn that are about a person."""

    def __init__(self, world: World, session: Session, now: dt.datetime) -> None:
        self.world = world
        self.session = session
        self.now = now
        self.say = world.phrasing.say

    # --- Asking for a person

    def wanted(self, action: Action) -> StepResult:
        """A person is wanted, offered, or turned down; it is said what they may see, or whether they helped."""
        if action.verb is Verb.SHARE:
            return self._shared(action)
        if action.verb is Verb.HELPED:
            return self._rated(action)
        if action.verb is Verb.LEAVE:
            return self._left()
        if action.verb is Verb.NO_HUMAN:
            return StepResult(replace(self.session, attachments=()).show(Screen.INTERVIEW), self.say("no_human"))
        if action.verb is Verb.OFFER_HUMAN:
            reason = action.target or CaseReason.ASKED
            return StepResult(replace(self.session, handoff_reason=reason).show(Screen.HUMAN))
        if self.session.is_barred:
            return StepResult(self.session.show(Screen.INTERVIEW), self.say("barred"))
        called = replace(self.session, handoff_reason=CaseReason(action.target))
        if self.session.case_state == CaseState.RESOLVED and self._closed_lately():
            return self._reopened(ReopenCase(forwards_message=False))
        if self._is_open():
            return StepResult(called.show(Screen.CASE))
        if self.world.staffed and (self.session.recent_texts or facts_of(self.world, self.session)):
            return StepResult(called.show(Screen.SHARE))
        return self._opened(called, Share.NOTHING, attachments=called.attachments)

    def _is_open(self) -> bool:
        """Whether a person was asked for already; where nobody can answer, that is so while it is in front."""
        if not self.world.staffed:
            return self.session.screen is Screen.CASE
        return self.session.has_person

    def _shared(self, action: Action) -> StepResult:
        """It was said what the person may see."""
        if self.session.screen is not Screen.SHARE:
            return StepResult(self.session)
        share = Share(action.target)
        return self._opened(self.session, share, attachments=self.session.attachments if share is not Share.NOTHING else ())

    def _opened(
        self, session: Session, share: Share, danger: str = "", attachments: tuple[TranscriptEntry, ...] = ()
    ) -> StepResult:
        reason = CaseReason.URGENT if danger else CaseReason(session.handoff_reason)
        # What is said about it depends on who is there: it comes as news.
        waiting = replace(session, handoff_reason=reason, case_state=CaseState.WAITING, attachments=()).show(Screen.CASE)
        return StepResult(waiting, effects=(OpenCase(reason, share, danger, attachments),), silent=True)

    # --- Danger

    def alarmed(self, danger: Danger, *, sure: bool) -> StepResult:
        """Somebody may be in danger: the number at once, and a person; when it is not sure, gently."""
        session = self.session
        if session.has_person:
            said = danger.say if sure else danger.gently
            reply = case_reply(session, self.world, said) if sure or session.case_state == CaseState.WAITING else None
            return StepResult(
                session,
                effects=(ForwardToManager(danger.id, numbers_given=reply is not None),),
                instead=reply,
                silent=reply is None,
            )
        if not sure:
            offered = replace(session, handoff_reason=CaseReason.URGENT).show(Screen.HUMAN)
            return StepResult(offered, danger.gently)
        if session.is_barred:
            return StepResult(session, danger.say)
        return self._opened(session, Share.PLAIN, danger.id)

    # --- While a person is waited for, or answers

    def takes(self, incoming: Incoming) -> StepResult | None:
        """What is for the person, or about them; None for what the bot goes on with."""
        session = self.session
        if isinstance(incoming, Command) and incoming.name == "esci" and session.case_state:
            return self._left()
        if session.case_state == CaseState.ASSIGNED:
            return self._answered_by_person(incoming)
        if isinstance(incoming, Press) and incoming.action.verb is Verb.LEAVE:
            return self._left()
        if session.case_state == CaseState.WAITING and session.screen is Screen.CASE:
            return self._waiting(incoming)
        if session.case_state == CaseState.RESOLVED and session.screen in (Screen.HELPED, Screen.COMMENT):
            return self._after(incoming)
        return None

    def _answered_by_person(self, incoming: Incoming) -> StepResult:
        match incoming:
            case Press(Action(Verb.LEAVE)):
                return self._left()
            case Press():
                return StepResult(self.session, silent=True, toast=self.say("with_person"))
            case Command():
                return StepResult(self.session.show(Screen.CASE))
            case Text(text) if self._is_button(text):
                return self._left()
            case _:
                return StepResult(self.session, effects=(ForwardToManager(),), silent=True)

    def _waiting(self, incoming: Incoming) -> StepResult | None:
        match incoming:
            case Text(text) if not self._is_button(text):
                return StepResult(self.session, effects=(ForwardToManager(),), silent=True)
            case Attachment():
                return StepResult(self.session, effects=(ForwardToManager(),), silent=True)
            case _:
                return None

    def _reopened(self, effect: ReopenCase) -> StepResult:
        return StepResult(replace(self.session, case_state=CaseState.WAITING).show(Screen.CASE), effects=(effect,), silent=True)

    def _closed_lately(self) -> bool:
        closed = self.session.closed_at
        return not closed or (self.now - dt.datetime.fromisoformat(closed)).total_seconds() <= REOPEN_SECONDS

    def forgotten(self) -> Session:
        """The session without a case that was closed long ago: what is written now is for the bot."""
        session = self.session
        if session.case_state != CaseState.RESOLVED or self._closed_lately():
            return session
        done = replace(session, case_state="", closed_at="")
        return done.show(Screen.INTERVIEW) if session.screen in (Screen.HELPED, Screen.COMMENT) else done

    def _after(self, incoming: Incoming) -> StepResult | None:
        """The case was closed: whether it helped, some words about it, or something that was left out."""
        match incoming:
            case Text(text) if self.session.screen is Screen.COMMENT and not self._is_button(text):
                done = replace(self.session, case_state="").show(Screen.INTERVIEW)
                return StepResult(done, self.say("comment_thanks"), (RateCase(words=text),))
            case Text(text) if courtesy(text) is not None:
                return StepResult(self.session, self.say(str(courtesy(text))))
            case Text(text) if self._is_button(text) or self._is_yes_or_no(text):
                return None
            case Text() | Attachment(playful=False):
                return self._reopened(ReopenCase())
            case _:
                return None

    def _is_button(self, text: str) -> bool:
        shown = case_screen(self.session, self.world)
        return normalise(text) in {normalise(choice.label) for row in shown.rows for choice in row}

    def _is_yes_or_no(self, text: str) -> bool:
        said = normalise(text)
        return said in {normalise(self.say(key)) for key in ("yes_answer", "no_answer")} or said in ("si", "no")

    def _left(self) -> StepResult:
        """Back to the bot; what was said is not for whoever is asked for next."""
        effects: tuple[Effect, ...] = (LeaveCase(),) if self.session.has_person else ()
        return StepResult(
            replace(self.session, case_state="", recent_texts=()).show(Screen.INTERVIEW), self.say("left_case"), effects
        )

    def _rated(self, action: Action) -> StepResult:
        """Whether it helped; then there is room for some words."""
        if self.session.screen is not Screen.HELPED:
            return StepResult(self.session)
        return StepResult(self.session.show(Screen.COMMENT), effects=(RateCase(action.target),))

    # --- News

    def told(self, news: News) -> StepResult:
        """What has become of the case, in the citizen's words."""
        session, say = self.session, self.say
        match news.kind:
            case NewsKind.OPENED | NewsKind.REOPENED:
                # What was said before has been handed over: the next case begins without it.
                waiting = replace(session, case_state=CaseState.WAITING if self.world.staffed else "", recent_texts=()).show(
                    Screen.CASE
                )
                return StepResult(waiting, instead=case_reply(waiting, self.world, self._opening(news)))
            case NewsKind.TAKEN:
                taken = replace(session, case_state=CaseState.ASSIGNED).show(Screen.CASE)
                text = say("case_taken", name=news.name)
                return StepResult(taken, instead=case_reply(taken, self.world, text))
            case NewsKind.PASSED:
                waiting = replace(session, case_state=CaseState.WAITING).show(Screen.CASE)
                text = f"{say('case_passed')} {self._promise(news)}".strip()
                return StepResult(waiting, instead=case_reply(waiting, self.world, text))
            case NewsKind.CLOSED:
                closed = replace(
                    session,
                    case_state=CaseState.RESOLVED,
                    closed_at=self.now.isoformat(),
                    handoff_reason=news.name,
                    recent_texts=(),
                )
                return StepResult(closed.show(Screen.HELPED))
            case NewsKind.BARRED:
                return StepResult(replace(session, case_state="", is_barred=True).show(Screen.INTERVIEW), say("barred"))
            case NewsKind.UNBARRED:
                return StepResult(replace(session, is_barred=False), silent=True)

    def _opening(self, news: News) -> str:
        said = self.world.content.dangers
        danger = said[news.danger].say if news.danger in said else ""
        if not self.world.staffed:
            return f"{danger}\n\n{self.say('case_kept_urgent')}" if danger else self.say("case_kept")
        if danger:
            opened = self.say("case_opened_urgent")
        else:
            opened = self.say("case_reopened" if news.kind is NewsKind.REOPENED else "case_opened")
        return f"{danger}\n\n{opened} {self._promise(news)}".strip()

    def _promise(self, news: News) -> str:
        """Who answers and by when, as honestly as it is known."""
        say, words = self.say, self.world.phrasing
        if news.nobody:
            return say("promise_nobody")
        if news.opens is not None:
            return say("promise_later", when=words.moment(news.opens, self.now))
        ahead = ""
        if news.ahead:
            ahead = say("queue_one") if news.ahead == 1 else say("queue_many", count=news.ahead)
        if news.by is None:
            return ahead
        minutes = max(1, round((news.by - self.now).total_seconds() / 60))
        soon = (
            say("promise_minutes", minutes=minutes) if minutes < 60 else say("promise_by", when=words.moment(news.by, self.now))
        )
        return f"{soon} {ahead}".strip()
