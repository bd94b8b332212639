"""Saved test conversations: a citizen's messages and the bot's answers, replayed against the current content.

The form is that of the golden conversations: lines of the citizen behind "> ", the bot's words, its buttons with their keys.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.core.replies import Reply
from bot.dialogue.effects import OpenCase
from bot.dialogue.incoming import Incoming, News, NewsKind, parse_line
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.staff_language import translate

FOLDER = "conversations"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_NOW = "# now: "


class Transcripts:
    """The conversations saved beside a content folder."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def names(self) -> list[str]:
        """Return the names of all that are saved."""
        return sorted(path.stem for path in self._folder.glob("*.txt"))

    def save(self, name: str, words: Sequence[str], world: World, now: dt.datetime) -> str:
        """Save a citizen's messages with the bot's answers, and return the name of the file. Raises UsageError without a name."""
        slug = _NOT_IN_NAMES.sub("-", name.lower()).strip("-")[:60]
        if not slug or not words:
            raise UsageError(translate("Dai un nome alla prova, e scrivi almeno un messaggio."))
        self._folder.mkdir(exist_ok=True)
        moment = now.replace(second=0, microsecond=0)
        text = "\n".join(transcript(world, words, moment))
        (self._folder / f"{slug}.txt").write_text(text, encoding="utf-8")
        return slug

    def replay(self, name: str, world: World) -> dict[str, Any]:
        """Return the lines of a saved conversation, the lines it has now, and whether they are equal."""
        if name not in self.names():
            raise UsageError(translate("Questa prova non c'è."))
        then = (self._folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        now = next(dt.datetime.fromisoformat(line[len(_NOW) :]) for line in then if line.startswith(_NOW))
        again = "\n".join(transcript(world, [line[2:] for line in then if line.startswith("> ")][1:], now)).splitlines()
        lines = difflib.ndiff(then, again)
        return {"same": then == again, "lines": [line for line in lines if not line.startswith("?")]}


def transcript(world: World, words: Sequence[str], now: dt.datetime) -> Iterator[str]:
    """Yield the lines of a whole conversation, which begins with /start."""
    session = Session()
    yield f"{_NOW}{now.isoformat(timespec='minutes')}"
    yield ""
    for said in ("/start", *(" ".join(one.split()) for one in words)):
        yield f"> {said}"
        coming: list[Incoming] = [parse_line(said)]
        while coming:
            result = turn(world, load_session(dump_session(session), world.content.vocabulary), coming.pop(), now)
            session = result.session
            for reply in result.replies:
                yield from _lines(reply)
            coming += [News(NewsKind.OPENED, danger=one.danger) for one in result.effects if isinstance(one, OpenCase)]
        yield ""


def _lines(reply: Reply) -> Iterator[str]:
    yield from reply.plain.splitlines()
    for key, choice in reply.typed_keys():
        yield f"  [{key}] {'✓ ' if choice.chosen else ''}{choice.label}"
