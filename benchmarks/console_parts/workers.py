"""Two workers of one bot on PostgreSQL, and citizens who are greeted without a pause while content is published."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot.fake_telegram import TOKEN, FakeTelegram
from bot.fake_telegram.http import asgi
from bot.home import HOME

#: Seconds between two citizens; seconds in which a bot that nobody writes to learns; and seconds after which it is given up.
_PAUSE, _LEARNING, _PATIENCE = 0.05, 45.0, 300.0


@dataclass(frozen=True)
class Greeting:
    """A greeting: the second of the citizen's start, the seconds until the bot answered, and the words."""

    at: float
    waited: float
    words: str


class Workers:
    """Two processes of a bot that take turns at the same queue, and a Telegram for both."""

    def __init__(self, url: str, folder: Path) -> None:
        self.greetings: list[Greeting] = []
        self._telegram = FakeTelegram(TOKEN, clock=time.time, local=True)
        port, *hooks = (_free_port() for _ in range(3))
        self._server = uvicorn.Server(uvicorn.Config(asgi(self._telegram), port=port, log_level="error"))
        threading.Thread(target=self._server.run, daemon=True).start()
        self._processes = [self._started(url, port, hooks[0], hook, folder) for hook in hooks]
        self._stop = threading.Event()
        self._greeting = threading.Thread(target=self._greet, daemon=True)

    def _started(self, url: str, port: int, public: int, own: int, folder: Path) -> subprocess.Popen[bytes]:
        environment = (
            {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
            | {
                "BOT_TOKEN": TOKEN,
                "BOT_TELEGRAM__BASE_URL": f"http://127.0.0.1:{port}",
                "BOT_TELEGRAM__MODE": "webhook",
                "BOT_TELEGRAM__WEBHOOK__URL": f"http://127.0.0.1:{public}/telegram",
                "BOT_TELEGRAM__WEBHOOK__PORT": str(own),
                "BOT_DATABASE__URL": url,
                "BOT_LOG__FORMAT": "json",
            }
            | {f"BOT_TELEGRAM__LIMITS__{name}": "0" for name in ("OVERALL", "CHAT", "GROUP")}
        )
        with (folder / f"worker-{own}.log").open("wb") as log:
            command = [sys.executable, "-m", "bot", "run"]
            return subprocess.Popen(command, cwd=HOME, env=environment, stdout=log, stderr=log)  # noqa: S603 - ours

    def begin(self) -> None:
        """Wait until the bot answers and has learnt, then greet citizens until it is stopped."""
        self._greeted(1)
        time.sleep(_LEARNING)
        self._greeting.start()

    def _greet(self) -> None:
        citizen = 1
        while not self._stop.is_set():
            citizen += 1
            self.greetings.append(self._greeted(citizen))
            time.sleep(_PAUSE)

    def _greeted(self, citizen: int) -> Greeting:
        person = self._telegram.user(citizen, "Anna")
        begun = time.time()
        person.starts()
        while not person.chat.from_bot:
            assert time.time() < begun + _PATIENCE, "the bot does not answer"
            time.sleep(0.002)
        return Greeting(begun, time.time() - begun, person.chat.from_bot[0].text)

    def worst(self, start: float, end: float) -> float:
        """The longest wait of a citizen who began in this time, in seconds."""
        return max((one.waited for one in list(self.greetings) if start <= one.at < end), default=0.0)

    def stop(self) -> None:
        """Ends all of it."""
        self._stop.set()
        self._greeting.join()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        self._server.should_exit = True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
