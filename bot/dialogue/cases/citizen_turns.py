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
from bot.dialogue.effects import Effect, LeaveCase, News, NewsKind, OpenCase, Rate, Relay, ReopenCase, Share, Step
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
        self.say = world.words.say

    # --- Asking for a person

    def wanted(self, action: Action) -> Step:
        """A person is wanted, offered, or turned down; it is said what they may see, or whether they helped."""
        if action.verb is Verb.SHARE:
            return self._shared(action)
        if action.verb is Verb.HELPED:
            return self._rated(action)
        if action.verb is Verb.LEAVE:
            return self._left()
        if action.verb is Verb.NO_HUMAN:
            return Step(replace(self.session, sent=()).show(Screen.INTERVIEW), self.say("no_human"))
        if action.verb is Verb.OFFER_HUMAN:
            reason = action.target or CaseReason.ASKED
            return Step(replace(self.session, human=reason).show(Screen.HUMAN))
        if self.session.barred:
            return Step(self.session.show(Screen.INTERVIEW), self.say("barred"))
        called = replace(self.session, human=CaseReason(action.target))
        if self.session.case == CaseState.RESOLVED and self._closed_lately():
            return self._reopened(ReopenCase(carried=False))
        if self._is_open():
            return Step(called.show(Screen.CASE))
        if self.world.staffed and (self.session.said or facts_of(self.world, self.session)):
            return Step(called.show(Screen.SHARE))
        return self._opened(called, Share.NOTHING, kept=called.sent)

    def _is_open(self) -> bool:
        """Whether a person was asked for already; where nobody can answer, that is so while it is in front."""
        if not self.world.staffed:
            return self.session.screen is Screen.CASE
        return self.session.has_person

    def _shared(self, action: Action) -> Step:
        """It was said what the person may see."""
        if self.session.screen is not Screen.SHARE:
            return Step(self.session)
        share = Share(action.target)
        return self._opened(self.session, share, kept=self.session.sent if share is not Share.NOTHING else ())

    def _opened(self, session: Session, share: Share, danger: str = "", kept: tuple[TranscriptEntry, ...] = ()) -> Step:
        reason = CaseReason.URGENT if danger else CaseReason(session.human)
        # What is said about it depends on who is there: it comes as news.
        waiting = replace(session, human=reason, case=CaseState.WAITING, sent=()).show(Screen.CASE)
        return Step(waiting, effects=(OpenCase(reason, share, danger, kept),), silent=True)

    # --- Danger

    def alarmed(self, danger: Danger, *, sure: bool) -> Step:
        """Somebody may be in danger: the number at once, and a person; when it is not sure, gently."""
        session = self.session
        if session.has_person:
            said = danger.say if sure else danger.gently
            reply = case_reply(session, self.world, said) if sure or session.case == CaseState.WAITING else None
            return Step(session, effects=(Relay(danger.id, told=reply is not None),), instead=reply, silent=reply is None)
        if not sure:
            offered = replace(session, human=CaseReason.URGENT).show(Screen.HUMAN)
            return Step(offered, danger.gently)
        if session.barred:
            return Step(session, danger.say)
        return self._opened(session, Share.PLAIN, danger.id)

    # --- While a person is waited for, or answers

    def takes(self, incoming: Incoming) -> Step | None:
        """What is for the person, or about them; None for what the bot goes on with."""
        session = self.session
        if isinstance(incoming, Command) and incoming.name == "esci" and session.case:
            return self._left()
        if session.case == CaseState.ASSIGNED:
            return self._answered_by_person(incoming)
        if isinstance(incoming, Press) and incoming.action.verb is Verb.LEAVE:
            return self._left()
        if session.case == CaseState.WAITING and session.screen is Screen.CASE:
            return self._waiting(incoming)
        if session.case == CaseState.RESOLVED and session.screen in (Screen.HELPED, Screen.COMMENT):
            return self._after(incoming)
        return None

    def _answered_by_person(self, incoming: Incoming) -> Step:
        match incoming:
            case Press(Action(Verb.LEAVE)):
                return self._left()
            case Press():
                return Step(self.session, silent=True, answer=self.say("with_person"))
            case Command():
                return Step(self.session.show(Screen.CASE))
            case Text(text) if self._is_button(text):
                return self._left()
            case _:
                return Step(self.session, effects=(Relay(),), silent=True)

    def _waiting(self, incoming: Incoming) -> Step | None:
        match incoming:
            case Text(text) if not self._is_button(text):
                return Step(self.session, effects=(Relay(),), silent=True)
            case Attachment():
                return Step(self.session, effects=(Relay(),), silent=True)
            case _:
                return None

    def _reopened(self, effect: ReopenCase) -> Step:
        return Step(replace(self.session, case=CaseState.WAITING).show(Screen.CASE), effects=(effect,), silent=True)

    def _closed_lately(self) -> bool:
        closed = self.session.closed
        return not closed or (self.now - dt.datetime.fromisoformat(closed)).total_seconds() <= REOPEN_SECONDS

    def forgotten(self) -> Session:
        """The session without a case that was closed long ago: what is written now is for the bot."""
        session = self.session
        if session.case != CaseState.RESOLVED or self._closed_lately():
            return session
        done = replace(session, case="", closed="")
        return done.show(Screen.INTERVIEW) if session.screen in (Screen.HELPED, Screen.COMMENT) else done

    def _after(self, incoming: Incoming) -> Step | None:
        """The case was closed: whether it helped, some words about it, or something that was left out."""
        match incoming:
            case Text(text) if self.session.screen is Screen.COMMENT and not self._is_button(text):
                done = replace(self.session, case="").show(Screen.INTERVIEW)
                return Step(done, self.say("comment_thanks"), (Rate(words=text),))
            case Text(text) if courtesy(text) is not None:
                return Step(self.session, self.say(str(courtesy(text))))
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

    def _left(self) -> Step:
        """Back to the bot; what was said is not for whoever is asked for next."""
        effects: tuple[Effect, ...] = (LeaveCase(),) if self.session.has_person else ()
        return Step(replace(self.session, case="", said=()).show(Screen.INTERVIEW), self.say("left_case"), effects)

    def _rated(self, action: Action) -> Step:
        """Whether it helped; then there is room for some words."""
        if self.session.screen is not Screen.HELPED:
            return Step(self.session)
        return Step(self.session.show(Screen.COMMENT), effects=(Rate(action.target),))

    # --- News

    def told(self, news: News) -> Step:
        """What has become of the case, in the citizen's words."""
        session, say = self.session, self.say
        match news.kind:
            case NewsKind.OPENED | NewsKind.REOPENED:
                # What was said before has been handed over: the next case begins without it.
                waiting = replace(session, case=CaseState.WAITING if self.world.staffed else "", said=()).show(Screen.CASE)
                return Step(waiting, instead=case_reply(waiting, self.world, self._opening(news)))
            case NewsKind.TAKEN:
                taken = replace(session, case=CaseState.ASSIGNED).show(Screen.CASE)
                text = say("case_taken", name=news.name)
                return Step(taken, instead=case_reply(taken, self.world, text))
            case NewsKind.PASSED:
                waiting = replace(session, case=CaseState.WAITING).show(Screen.CASE)
                text = f"{say('case_passed')} {self._promise(news)}".strip()
                return Step(waiting, instead=case_reply(waiting, self.world, text))
            case NewsKind.CLOSED:
                closed = replace(session, case=CaseState.RESOLVED, closed=self.now.isoformat(), human=news.name, said=())
                return Step(closed.show(Screen.HELPED))
            case NewsKind.BARRED:
                return Step(replace(session, case="", barred=True).show(Screen.INTERVIEW), say("barred"))
            case NewsKind.UNBARRED:
                return Step(replace(session, barred=False), silent=True)

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
        say, words = self.say, self.world.words
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
