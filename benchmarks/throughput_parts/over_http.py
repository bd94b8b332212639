"""CPU of an update over HTTP: our echo and our conversation, and what python-telegram-bot alone takes with the same client."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from common.http_telegram import HttpTelegram
from common.loopback_server import loopback_server
from common.talkers import Citizens, Talkers
from common.targets import missed

from bot.home import HOME
from bot.installation import content_of, local_now
from bot.json_types import Json
from bot.tg.api import CONNECTIONS
from throughput_parts.conversation_peer import ConversationPeer
from throughput_parts.peers import CHATS, Bare, Found, Ours, Updates, echoing

_ANSWER = "answerCallbackQuery"
#: Updates of a round of conversations: a press that has waited for seconds is answered by the next message alone.
_FLOW_UPDATES = 100


class Contest:
    """Our bot and others that are sent the same updates in turn, round by round."""

    def __init__(self, name: str, ours: Ours, others: Sequence[Bare]) -> None:
        self.name = name
        self.ours = ours
        self.others = others
        #: Microseconds of CPU of an update in each round, ours first.
        self._taken: list[list[float]] = []
        self._contestants: list[Ours | Bare] = [ours, *others]
        self._presses = 0

    async def open(self) -> None:
        """Start all."""
        for one in self._contestants:
            await one.open()

    async def close(self) -> None:
        """Stop all."""
        for one in self._contestants:
            await one.close()

    async def round(self, updates: Updates) -> None:
        """Let each answer the updates."""
        self._presses += sum("callback_query" in update for update in updates)
        rounds = [await one.round(updates) for one in self._contestants]
        self._taken.append([cpu / len(updates) * 1e6 for _, cpu in rounds])

    def result(self) -> Found:
        """Return the figures after a first round that warmed up: other work on the machine only adds, so the least count."""
        own, *others = zip(*self._taken[1:], strict=True)
        best = min(others, key=min)
        ratio = min(own) / min(best)
        result: dict[str, Json] = {
            "ours_cpu_us": min(own),
            "theirs_cpu_us": min(best),
            "ratio": ratio,
            "median_of_rounds": statistics.median(one / two for one, two in zip(own, best, strict=True)),
        }
        failures = missed(f"throughput.http_{self.name}_ratio", ratio)
        if self._presses:
            for name, one in (("ours", self.ours), ("theirs", self.others[0])):
                assert isinstance(one.stub, HttpTelegram)
                result[f"{name}_answered"] = answered = one.stub.methods[_ANSWER] / self._presses
                failures += missed("throughput.http_presses_answered", answered, name)
        return result, failures


async def over_http(folder: Path, updates: int, rounds: int, *, flow: bool) -> Found:
    """Return the CPU of an update of all, interleaved in rounds."""
    with loopback_server() as root:

        def stub() -> HttpTelegram:
            return HttpTelegram(root, CONNECTIONS)

        bares = [Bare(concurrent=False, queued=False, stub=stub()), Bare(concurrent=True, queued=True, stub=stub())]
        contests = [Contest("echo", Ours(f"sqlite:///{folder / 'http-echo.db'}", echoing, stub()), bares)]
        if flow:
            peer = ConversationPeer(content_of(HOME, local_now()), folder / "peer.db")
            theirs = Bare(concurrent=False, queued=False, stub=stub(), peer=peer)
            contests.append(Contest("conversation", Ours(f"sqlite:///{folder / 'http-flow.db'}", stub=stub()), [theirs]))
        for contest in contests:
            await contest.open()
        chance = random.Random(1)
        talkers, people = Talkers(CHATS, chance), Citizens(CHATS, chance, contests[0].ours.parts.worlds(time.time()))
        for _ in range(rounds + 1):
            await contests[0].round(talkers.texts(updates))
            for contest in contests[1:]:
                await contest.round(people.updates(min(updates, _FLOW_UPDATES)))
        for contest in contests:
            await contest.close()
    found = {contest.name: contest.result() for contest in contests}
    return {name: result for name, (result, _) in found.items()}, [one for _, failures in found.values() for one in failures]
