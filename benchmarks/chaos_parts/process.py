"""The bot's processes, one after the other: started, killed, told to end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from bot.home import HOME
from chaos_parts.database import Database
from chaos_parts.telegram import TOKEN, Telegram

#: Seconds without progress after which what is missing is given up for lost: a call that failed often rests for a minute.
PATIENCE = 150.0
#: Seconds after SIGTERM until the bot is killed.
DRAIN = 10.0


class Bot:
    """The bot's processes, one after the other."""

    def __init__(self, telegram: Telegram, database: Database, folder: Path, *, webhook: bool, limited: bool = False) -> None:
        self._telegram = telegram
        self._database = database
        self._folder = folder
        self._limited = limited
        self._port = _free_port() if webhook else 0
        self.lives = 0
        self.log = folder / "bot.log"

    def environment(self, life: int) -> dict[str, str]:
        """Return the environment of a process."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_TOKEN": TOKEN,
            "BOT_TELEGRAM__BASE_URL": self._telegram.url_for(life),
            "BOT_DATABASE__URL": self._database.url,
            "BOT_LOG__FORMAT": "json",
            "PYTHONPATH": str(HOME),
        }
        if not self._limited:
            environment |= {f"BOT_TELEGRAM__LIMITS__{name}": "0" for name in ("OVERALL", "CHAT", "GROUP")}
        if self._port:
            environment |= {
                "BOT_TELEGRAM__MODE": "webhook",
                "BOT_TELEGRAM__WEBHOOK__URL": f"http://127.0.0.1:{self._port}/telegram",
                "BOT_TELEGRAM__WEBHOOK__PORT": str(self._port),
            }
        return environment

    async def start(self, *before: str) -> None:
        """Start a process of the bot."""
        life, self.lives = self.lives, self.lives + 1
        self._telegram.begin(life)
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *before, sys.executable, "-m", "bot", "run", cwd=self._folder, env=self.environment(life),
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def began(self) -> None:
        """Returns when the process takes updates. Raises SystemExit if it ends instead."""
        work = asyncio.ensure_future(self._telegram.began())
        end = asyncio.ensure_future(self._process.wait())
        await asyncio.wait((work, end), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        begun = work.done()
        for task in (work, end):
            task.cancel()
        if not begun:
            sys.exit(f"the bot did not start:\n{self.log.read_text()[-2000:]}")

    def processor_seconds(self) -> float:
        """What it has used of the processor."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    async def kill(self) -> None:
        """Ends it as the system does when it runs out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()
        self._telegram.killed()

    async def stop(self) -> tuple[float, int | None]:
        """Tells it to end. Returns the seconds that it took, and its exit code, which is None if it had to be killed."""
        begun = time.monotonic()
        self._process.terminate()
        try:
            code: int | None = await asyncio.wait_for(self._process.wait(), DRAIN)
        except TimeoutError:
            await self.kill()
            code = None
        self._telegram.killed()
        return time.monotonic() - begun, code

    def events(self) -> Counter[str]:
        """What its log tells, by name of the event; `error:` before those that are errors, `raw` for what is no event."""
        found: Counter[str] = Counter()
        for line in self.log.read_text().splitlines():
            try:
                event = json.loads(line)
                found[("error: " if event["level"] == "error" else "") + event["event"]] += 1
            except (ValueError, KeyError, TypeError):
                found["error: raw"] += 1
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
