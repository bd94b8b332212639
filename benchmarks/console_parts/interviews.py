"""Open interviews while edits are published: nobody is lost or stuck, and no text answers a question that was not shown."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.interview import Answer, AnswerKind
from bot.core.replies import Reply, Verb
from bot.dialogue.incoming import Command, Incoming, Press, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World

#: Messages of each citizen before the first edit, at most; citizens who write after each edit.
_STEPS, _WRITE_AGAIN = 6, 60
#: Typed by everybody who is not asked for an age: it must then answer nothing.
_AGE = "7"


@dataclass
class Citizen:
    """A citizen with an open interview: what is stored, and what was read last."""

    stored: str
    reply: Reply


@dataclass
class Interviews:
    """Many open interviews, and what went wrong with them."""

    chance: random.Random
    now: dt.datetime
    citizens: list[Citizen] = field(default_factory=list)
    turns: int = 0
    faults: list[str] = field(default_factory=list)

    def open(self, world: World, count: int) -> None:
        """Let so many citizens begin, and get as far as each happens to get."""
        for _ in range(count):
            session, reply = self._said(world, Session(), Command("start"))
            for _ in range(self.chance.randrange(_STEPS)):
                pressed = self._press(reply)
                session, reply = self._said(world, session, pressed) if pressed is not None else (session, reply)
            self.citizens.append(Citizen(dump_session(session), reply))

    def publish(self, before: World, after: World, name: str) -> None:
        """Look at every interview in the world of an edit, and let some citizens go on in it."""
        for citizen in self.citizens:
            then, now = (load_session(citizen.stored, world.content.vocabulary) for world in (before, after))
            if _values(then) != _values(now):
                self.faults.append(f"{name}: answers {_values(then)} became {_values(now)}")
        for citizen in self.chance.sample(self.citizens, min(_WRITE_AGAIN, len(self.citizens))):
            session = load_session(citizen.stored, after.content.vocabulary)
            asked = (session.shown_question or "").partition(":")[0]
            pressed = self._press(citizen.reply) if self.chance.random() < 0.5 else None
            written, reply = self._said(after, session, pressed or Text(_AGE))
            if pressed is None and asked != "eta" and not _values(written).keys() <= _values(session).keys():
                self.faults.append(f"{name}: «{_AGE}» to «{asked}» became {_values(written)}")
            if not reply.plain.strip():
                self.faults.append(f"{name}: no answer to {pressed or _AGE} at «{asked}»")
            citizen.stored, citizen.reply = dump_session(written), reply

    def _said(self, world: World, session: Session, incoming: Incoming) -> tuple[Session, Reply]:
        self.turns += 1
        result = turn(world, load_session(dump_session(session), world.content.vocabulary), incoming, self.now)
        return result.session, result.replies[-1] if result.replies else Reply(())

    def _press(self, reply: Reply) -> Press | None:
        offered = [choice.action for row in reply.rows for choice in row if choice.action.verb is Verb.ANSWER]
        return Press(self.chance.choice(offered)) if offered else None


def _values(session: Session) -> Mapping[str, Answer]:
    answers = session.interview.answers if session.interview is not None else {}
    return {name: answer for name, answer in answers.items() if answer.kind is AnswerKind.VALUE}
