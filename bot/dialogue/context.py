"""The context of a turn, given to each of its steps: session, world and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.core.attributes import NEED
from bot.core.bit_sets import bit_set
from bot.core.conditions import Profile
from bot.core.flow import Flow, Question
from bot.core.interview import Position
from bot.core.matching import Index
from bot.core.services import Offer
from bot.dialogue.phrasing import Phrasing
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World


@dataclass(frozen=True)
class Context:
    """A session, a world and a time, with values derived from them; these are computed once."""

    world: World
    session: Session
    #: Local time.
    now: dt.datetime

    def with_session(self, session: Session) -> Context:
        """Return the context with another session, and the same world and time."""
        return self if session is self.session else replace(self, session=session)

    @cached_property
    def phrasing(self) -> Phrasing:
        """Return the phrasing in the language of the chat."""
        return self.world.phrasing_in(self.session.language)

    def say(self, key: str, **values: object) -> str:
        """Return one of the bot's sentences in the language of the chat."""
        return self.phrasing.say(key, **values)

    @cached_property
    def flow(self) -> Flow:
        """Return the flow of the open interview; the first flow if there is none."""
        return self.world.flow(self.session.interview)

    @property
    def has_intro(self) -> bool:
        """Return True if the greeting of the flow stands above the first question, because nothing is answered yet."""
        interview = self.session.interview
        return interview is not None and not interview.answers and interview.focus is None and bool(self.flow.intro)

    @property
    def index(self) -> Index:
        """Return the index of the offers among which the flow searches."""
        return self.world.dated.index(self.flow)

    @cached_property
    def position(self) -> Position | None:
        """Return the position of the open interview; None without one. Services that the citizen has hidden do not count."""
        here = self.world.position(self.session.interview) if self.session.interview is not None else None
        if here is None or not self.session.hidden_services:
            return here
        hidden = [number for number, one in enumerate(self.index.offers) if one.service.id in self.session.hidden_services]
        others, match = ~bit_set(hidden, len(self.index.offers)), here.match
        bits = {name: getattr(match, name) & others for name in ("fits", "to_check", "nearly_fits", "nearly")}
        return replace(here, match=replace(match, **bits))

    @property
    def known(self) -> Profile:
        """Return the values known of the person to be helped, by attribute; if there are several people, of the first."""
        here = self.position
        return here.people[0] if here is not None and here.people else {}

    @cached_property
    def named(self) -> Mapping[str, int]:
        """Return the services that offer the activity of the wish ("nuoto"), each with the strength of its match."""
        return self.world.activities.holding(self.session.wish, self._need) if self.session.wish else {}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Return the activities named in the wish that none of the found services offers."""
        here = self.position
        if here is None or not self.session.wish:
            return ()
        found = {offer.service.id for offer in self.index.members(here.match.remaining)}
        return self.world.activities.missing(self.session.wish, self._need, found)

    @property
    def _need(self) -> str:
        known = self.position.profile.get(NEED) if self.position is not None else None
        return str(known.values[0]) if known is not None else ""

    def best(self, count: int) -> list[Offer]:
        """Return the first `count` offers of the open search, best first; empty without a search."""
        here = self.position
        return self.index.best(here.match, here.people, count, self.named) if here is not None else []

    @property
    def is_question_unseen(self) -> bool:
        """Return True if, after a change of content, the next question is one that the citizen has not been shown yet."""
        shown, question = self.session.shown_question, self.position.question if self.position is not None else None
        return shown is not None and question is not None and question.key != shown

    @property
    def question(self) -> Question | None:
        """Return the question that the citizen is looking at; None if another screen is shown."""
        here = self.position
        return here.question if here is not None and self.session.screen is Screen.INTERVIEW else None
