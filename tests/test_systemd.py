"""Messages to systemd: over its socket, and nowhere without one."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bot.systemd import ask_for_time, notify, watchdog_seconds


def test_systemd_hears_what_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "n"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        assert notify("READY=1")
        assert ask_for_time(2.5)
        assert systemd.recv(100) == b"READY=1"
        assert systemd.recv(100) == b"STOPPING=1\nEXTEND_TIMEOUT_USEC=2500000"


def test_without_systemd_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify("READY=1")


@pytest.mark.parametrize(
    ("interval", "process", "seconds"),
    [("30000000", "", 30.0), ("30000000", "own", 30.0), ("30000000", "1", None), ("", "", None), ("x", "", None)],
)
def test_a_sign_of_life_is_due_where_systemd_wants_one_of_this_process(
    monkeypatch: pytest.MonkeyPatch, interval: str, process: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", interval)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if process:
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if process == "own" else process)
    assert watchdog_seconds() == seconds
