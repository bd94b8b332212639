"""Telegram: the only room that knows it. A Telegram in memory, for tests and the preview, is in `bot/fake_telegram/`."""

import os

# The library then gives the seconds of a RetryAfter as a timedelta, which it will always do one day.
os.environ.setdefault("PTB_TIMEDELTA", "1")
