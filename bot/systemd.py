"""Messages to systemd over its socket (sd_notify(3)); without systemd nothing happens."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

#: In a second: systemd counts in microseconds.
_MICROSECONDS = 1_000_000


def notify(*lines: str) -> bool:
    """Send lines such as "READY=1" to systemd. Return False if no systemd listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall("\n".join(lines).encode())
        return True
    return False


def watchdog_seconds() -> float | None:
    """Return the seconds within which systemd wants a sign of life; None if it wants none of this process."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    with suppress(ValueError):
        return int(os.environ.get("WATCHDOG_USEC", "")) / _MICROSECONDS or None
    return None


def ask_for_time(seconds: float) -> bool:
    """Tell systemd that stopping may take so many seconds. Return False if no systemd listens."""
    return notify("STOPPING=1", f"EXTEND_TIMEOUT_USEC={int(seconds * _MICROSECONDS)}")
