"""A conversation that every chat holds, its replies known from `turn`, and its updates."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot import installation
from bot.core.replies import Choice
from bot.dialogue.incoming import Incoming, Press, parse_line
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.home import HOME
from bot.tg.callback_data import Buttons
from chaos_parts.telegram import TOKEN, Update, message, press

#: The first chat and the first update.
FIRST_CHAT, FIRST_UPDATE = 7_000_000, 500_000


@dataclass(frozen=True)
class Step:
    """One thing said, and the reply that it gets: its text and the number of the interview."""

    what: str | Press
    reply: tuple[str, int | None]


def script(steps: int) -> list[Step]:
    """A conversation: begin, press the first button, correct the age, begin again."""
    world = installation.world_of(HOME, installation.local_now())
    session, found = Session(), list[Step]()
    rows: tuple[tuple[Choice, ...], ...] = ()
    for at in range(steps):
        text = ("/servizi", "", f"ha {1 + at // 3 % 90} anni")[at % 3]
        pressed = Press(rows[0][0].action, session.interview_count) if not text else None
        incoming: Incoming = pressed or parse_line(text)
        result = turn(world, session, incoming, installation.local_now())
        session = load_session(dump_session(result.session), world.content.vocabulary)
        (reply,) = result.replies
        rows = reply.rows
        found.append(Step(pressed or text, ("".join(run.text for run in reply.text), session.interview_count if rows else None)))
    assert len({step.reply for step in found}) == steps, "replies that cannot be told apart"
    return found


def conversations(steps: Sequence[Step], chats: int, count: int, chance: random.Random) -> list[Update]:
    """The updates of many chats that hold the same conversation, in the order of their ids."""
    order = [FIRST_CHAT + at % chats for at in range(count)]
    chance.shuffle(order)
    buttons, said, updates = Buttons(TOKEN), Counter[int](), []
    for id, chat in enumerate(order, FIRST_UPDATE):
        what = steps[said[chat]].what
        said[chat] += 1
        if isinstance(what, str):
            updates.append(message(id, chat, what))
        else:
            assert what.interview is not None
            updates.append(press(id, chat, buttons.data(what.action, chat, what.interview)))
    return updates
