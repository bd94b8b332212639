"""Changes the key again and again while the bot answers, with kills of both: every row must be readable at every moment.

The bot is the real one, `python -m bot run`, against the Bot API of `chaos.py`, with a key of `python -m bot db init`. Meanwhile
`python -m bot db rotate` runs in a process of its own. Either is killed with SIGKILL at random instants: the rotation between two
rows, the bot while it works. A reader opens every sealed text of the database over and over, with the keys that are in the file
at that moment. At the end a rotation runs through while the bot answers: then nothing is sealed with an older key, and every
citizen has had each reply once and in order.

    PYTHONPATH=. python benchmarks/rotation.py [--database both] [--kills 20] [--rows 20000] [--short]

Exit code 1 if a text could not be read, or anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from chaos_parts.database import Database, Postgresql, Sqlite
from chaos_parts.judge import Outcome, judge_messages, judge_tables
from chaos_parts.lives import engine_of, left_of
from chaos_parts.process import PATIENCE, Bot
from chaos_parts.script import conversations, script
from chaos_parts.telegram import NO_TROUBLE, Telegram
from common.targets import missed

from bot.errors import StoreUnavailable
from bot.storage.rotation import sealed_columns
from bot.storage.sealing import MARK, Keyring, raw, use_keyring
from bot.storage.tables import unread

#: Chats that hold a conversation, and the updates of each.
_CHATS, _STEPS = 40, 12
#: Seconds from the new key to the end of a rotation that is killed; the longest pause of the reader.
_UNTIL_KILL, _PAUSE = 1.0, 0.02


@dataclass
class Found:
    """The findings of a run."""

    kills_midway: int = 0
    rotations: int = 0
    reads: int = 0
    rounds: int = 0
    unreadable: int = 0
    old: int = 0


class Reader(threading.Thread):
    """Opens every sealed text of a database until it is told to end."""

    def __init__(self, engine: sa.Engine, keys: Path, found: Found) -> None:
        super().__init__(daemon=True)
        self._engine, self._keys, self._found = engine, keys, found
        self.ended = threading.Event()

    def run(self) -> None:
        """Read round after round; what another process migrates or locks meanwhile is read in the next."""
        keyring = Keyring(self._keys.read_text(), self._keys)
        while not self.ended.wait(_PAUSE):
            with suppress(sa.exc.OperationalError, sa.exc.ProgrammingError), self._engine.connect() as connection:
                for column in sealed_columns():
                    texts = connection.execute(sa.select(raw(column)).where(raw(column).like(f"{MARK}%"))).scalars().all()
                    self._found.unreadable += sum(not _is_readable(keyring, column, text) for text in texts)
                    self._found.reads += len(texts)
                self._found.rounds += 1


def _is_readable(keyring: Keyring, column: sa.Column[str], text: str) -> bool:
    try:
        keyring.open(f"{column.table.name}.{column.name}", text)
    except (StoreUnavailable, ValueError):
        return False
    return True


class Rotation:
    """One database."""

    def __init__(self, database: Database, folder: Path, kills: int, rows: int) -> None:
        self._database, self._folder, self._kills, self._rows = database, folder, kills, rows
        self._chance = random.Random(1)
        self._steps = script(_STEPS)
        self._updates = conversations(self._steps, _CHATS, _CHATS * _STEPS, self._chance)
        self._telegram = Telegram(NO_TROUBLE, self._chance)
        self._bot = Bot(self._telegram, database, folder, webhook=False)
        self._engine = engine_of(database)
        self._keys = folder / "bot.key"
        self._released = 0
        self.found = Found()
        self.outcome = Outcome(database.name, "polling", len(self._updates), _CHATS, kills)

    async def run(self) -> None:
        """Start and kill the bot and rotations in turn, then count the rows that cannot be read."""
        await self._telegram.open(webhook=False)
        await self._command("migrate")
        await self._command("init")
        use_keyring(self._engine, Keyring(self._keys.read_text(), self._keys))
        row = {"at": time.time(), "person": "", "language": "it", "question": ""}
        rows = [row | {"words": f"frase {number}"} for number in range(self._rows)]
        with self._engine.begin() as connection:
            connection.execute(unread.insert(), rows)
        reader = Reader(self._engine, self._keys, self.found)
        reader.start()
        try:
            for life in range(self._kills):
                await self._life(life)
            await self._last_life()
        finally:
            with suppress(Exception):
                await self._bot.kill()
            await self._telegram.close()
            reader.ended.set()
            reader.join()
        surplus = judge_messages(self.outcome, self._telegram.sent, self._steps, Counter(one.chat for one in self._updates))
        judge_tables(self.outcome, self._engine, surplus, self._steps, Counter(one.chat for one in self._updates))

    async def _life(self, life: int) -> None:
        """The bot answers while a rotation begins; then one of them is killed, or both."""
        await self._bot.start()
        await self._bot.began()
        rotation = await self._start_rotation()
        self._release(len(self._updates) * (life + 1) // (self._kills + 1))
        await asyncio.sleep(self._chance.uniform(0, _UNTIL_KILL))
        if life % 3 != 1:
            rotation.kill()
        if life % 3 != 0:
            await self._bot.kill()
        await rotation.wait()
        if rotation.returncode:
            self.found.kills_midway += len(self._ids()) > 1
        if life % 3 == 0:
            await self._bot.kill()

    async def _last_life(self) -> None:
        await self._bot.start()
        await self._bot.began()
        rotation = await self._start_rotation()
        self._release(len(self._updates))
        if await rotation.wait():
            sys.exit("the last rotation failed")
        begun = time.monotonic()
        while left_of(self._engine) or len(self._telegram.acknowledged) < len(self._updates):
            if time.monotonic() - begun > PATIENCE:
                break
            await asyncio.sleep(0.1)
        self.outcome.stopped_in, code = await self._bot.stop()
        self.outcome.stopped_well = code == 0
        self.found.old = sum(count for id, count in self._ids().items() if id != self._newest())

    def _release(self, until: int) -> None:
        self._telegram.release(self._updates[self._released : until])
        self._released = until

    async def _start_rotation(self) -> asyncio.subprocess.Process:
        """Return a rotation that has made its key."""
        before = self._newest()
        process = await self._begin_command("rotate")
        while self._newest() == before and process.returncode is None:  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
        self.found.rotations += 1
        return process

    async def _begin_command(self, *words: str) -> asyncio.subprocess.Process:
        quiet = asyncio.subprocess.DEVNULL
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "db", *words, cwd=self._folder, env=self._bot.environment(0), stdout=quiet, stderr=quiet
        )

    async def _command(self, *words: str) -> None:
        if await (await self._begin_command(*words)).wait():
            sys.exit(f"python -m bot db {' '.join(words)} failed")

    def _newest(self) -> str:
        return self._keys.read_text().split()[-2]

    def _ids(self) -> Counter[str]:
        """Return how many texts are sealed with each key."""
        found: Counter[str] = Counter()
        with self._engine.connect() as connection:
            for column in sealed_columns():
                texts = connection.execute(sa.select(raw(column)).where(raw(column) != "")).scalars()
                found.update(text.split(":")[1] if text.startswith(MARK) else "" for text in texts)
        return found


async def _measure(name: str, kills: int, rows: int) -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="rotation-"))
    database: Database = Sqlite(folder) if name == "sqlite" else Postgresql(folder)
    begun = time.monotonic()
    rotation = Rotation(database, folder, kills, rows)
    try:
        await rotation.run()
    finally:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)
    found, outcome = rotation.found, rotation.outcome
    print(
        f"{name}: {found.rotations} rotations of {rows} rows and more, {kills} kills of the bot or of the rotation,"
        f" {found.kills_midway} with rows under several keys; {found.rounds} rounds of the reader, {found.reads} texts read,"
        f" {found.unreadable} unreadable; {found.old} under an old key after the last rotation;"
        f" {outcome.updates} updates, {outcome.lost} lost, {outcome.twice} twice, {outcome.out_of_order} out of order;"
        f" {time.monotonic() - begun:.0f} s. {'OK' if outcome.good else f'WRONG: {outcome}'}",
        flush=True,
    )
    lost = outcome.lost + outcome.twice + outcome.out_of_order + (not outcome.good)
    wrong = {"unreadable": found.unreadable, "old": found.old, "lost": lost}
    return [sentence for one, count in wrong.items() for sentence in missed(f"rotation.{one}", count, name)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--short", action="store_true", help="3 kills over 5,000 rows: a minute")
    options = parser.parse_args()
    if options.short:
        options.kills, options.rows = 3, 5_000
    names = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    found = [sentence for name in names for sentence in asyncio.run(_measure(name, options.kills, options.rows))]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
