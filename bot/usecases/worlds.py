"""The world in which turns are taken: built anew at midnight, replaced when content or confirmations change."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping

from bot.core.confirmation import Confirmation
from bot.core.content import Content
from bot.core.privacy import NO_NOTICE, PrivacyNotice
from bot.dialogue.world import Teacher, World
from bot.language.meaning.understand import MeaningReader


class Worlds:
    """Holds the current world, builds it anew at midnight, and replaces it when content is published."""

    def __init__(
        self,
        content: Content,
        day: Callable[[float], dt.date],
        *,
        staffed: bool,
        teach: Teacher = MeaningReader,
        notice: PrivacyNotice = NO_NOTICE,
    ) -> None:
        self._content = content
        self._teach = teach
        #: The answers of desks about services; they count more than the content.
        self._confirmations: Mapping[str, Confirmation] = {}
        self._day = day
        self._staffed = staffed
        self._notice = notice
        self._world: World | None = None
        self._changing = threading.Lock()

    def __call__(self, now: float) -> World:
        """Return the world at a moment (seconds since 1970)."""
        day, world = self._day(now), self._world
        if world is not None and world.dated.date == day:
            return world
        with self._changing:
            before = self._world
            self._world = World.on(
                self._content.confirmed_by(self._confirmations),
                day,
                is_staffed=self._staffed,
                learnt=before.understanding if before is not None else None,
                values=before.slot_reader if before is not None else None,
                teach=self._teach,
                notice=self._notice,
            )
            return self._world

    def trained(self, content: Content, now: float) -> World:
        """Return a trained world for other content, which may take seconds; the current world stays in use meanwhile.

        What was learnt for the current content is reused if the other content teaches the same.
        """
        before = self._world
        learnt, values = before.readers if before is not None else (None, None)
        if before is None or before.content.vocabulary != content.vocabulary:
            values = None
        world = World.on(
            content,
            self._day(now),
            is_staffed=self._staffed,
            learnt=learnt if learnt is not None and learnt.is_taught_by(content) else None,
            values=values,
            teach=self._teach,
            notice=self._notice,
        )
        # Each is made when it is first asked for: here, beside the work, rather than in a citizen's turn.
        assert world.understanding, world.intent_examples
        assert world.slot_reader
        assert world.first_flow, world.service_names
        return world

    def use(self, world: World) -> None:
        """Use another world from now on, with the desks' confirmations of services applied to it."""
        with self._changing:
            self._content, self._world = world.content, world.with_content(world.content.confirmed_by(self._confirmations))

    def apply_confirmations(self, confirmations: Mapping[str, Confirmation]) -> None:
        """Apply the desks' confirmations of services to the world from now on."""
        with self._changing:
            if confirmations != self._confirmations:
                self._confirmations = confirmations
                if self._world is not None:
                    self._world = self._world.with_content(self._content.confirmed_by(confirmations))
