"""`python -m bot chat --json`: a conversation for programs, one line of JSON for each line that is typed.

Buttons are typed by their labels, as in Telegram: no keys are shown, so a number is no button.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.conditions import Profile
from bot.core.replies import Reply
from bot.dialogue.context import Context
from bot.dialogue.effects import Effect, OpenCase
from bot.dialogue.incoming import Command, Incoming, News, NewsKind, Text, parse_line
from bot.dialogue.interpret import interpret
from bot.dialogue.screens import screen_of
from bot.dialogue.session import Session
from bot.dialogue.shown import shown_offers
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import fitted, turn
from bot.dialogue.world import World
from bot.language.text.utterance import Utterance


@dataclass
class JsonChat:
    """A conversation in which every typed line gives a line of JSON."""

    world: World
    now: Callable[[], dt.datetime]
    _session: Session = field(default_factory=Session)

    def lines(self, typed: Iterable[str]) -> Iterable[str]:
        """Yield a line of JSON for each typed line. The conversation begins with /start, for which no line is given."""
        self._turn(Command("start"))
        for line in typed:
            incoming = parse_line(line)
            understood = self._understood(incoming)
            replies, effects = self._turn(incoming)
            context = Context(self.world, self._session, self.now())
            shown = shown_offers(context, screen_of(context)).offers
            case = self._session.case_state
            told = {
                "input": line,
                "replies": [_reply(one) for one in replies],
                "screen": context.question.fills if context.question is not None else self._session.screen.value,
                "profile": self._profile(context),
                "offers": [offer.id for offer in shown],
                "understood": understood,
                "case": case.value if case is not None else None,
                "effects": [type(effect).__name__ for effect in effects],
            }
            yield json.dumps(told, ensure_ascii=False)

    def _turn(self, incoming: Incoming) -> tuple[list[Reply], list[Effect]]:
        """Return the replies and effects of a message, and of the news if it opens a case, since nobody else would send them."""
        session = load_session(dump_session(self._session), self.world.content.vocabulary)
        result = turn(self.world, session, incoming, self.now())
        self._session = result.session
        replies, effects = list(result.replies), list(result.effects)
        for effect in result.effects:
            if isinstance(effect, OpenCase):
                more, others = self._turn(News(NewsKind.OPENED, danger=effect.danger))
                replies, effects = replies + more, effects + others
        return replies, effects

    def _understood(self, incoming: Incoming) -> Mapping[str, Any]:
        """Return the intent of a message in its place, and the meaning that its words have by themselves."""
        context = Context(self.world, fitted(self._session, self.world), self.now())
        intent = type(interpret(context, incoming)).__name__
        if not isinstance(incoming, Text):
            return {"intent": intent}
        meaning = self.world.understanding.read(Utterance(incoming.text), self.now().date())
        vocabulary, phrasing = self.world.content.vocabulary, self.world.phrasing
        values = {id: phrasing.values(vocabulary[id], found) for id, found in meaning.slots.items()}
        needs = [candidate.need for candidate in meaning.needs]
        return {"intent": intent, "meaning": meaning.kind.value, "needs": needs, "values": values}

    def _profile(self, context: Context) -> Mapping[str, str | None]:
        profile: Profile = context.position.profile if context.position is not None else {}
        vocabulary, phrasing = self.world.content.vocabulary, self.world.phrasing
        return {id: phrasing.values(vocabulary[id], known.values) if known else None for id, known in profile.items()}


def _reply(reply: Reply) -> Mapping[str, Any]:
    buttons = [choice.label for row in reply.rows for choice in row] + [link.label for link in reply.links]
    return {"text": reply.plain, "buttons": buttons}
