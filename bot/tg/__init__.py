"""Telegram: the only package that knows it. `fake` is a Bot API in memory."""

import os

# The library then gives the seconds of a RetryAfter as a timedelta, which it will always do one day.
os.environ.setdefault("PTB_TIMEDELTA", "1")
