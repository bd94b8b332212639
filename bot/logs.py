"""Logs: what happened and to which row, never who or what they said.

Only the bot's own events are written at the level that was asked for. Libraries are heard from warnings on: at lower levels they
tell the token (httpx). python-telegram-bot quotes people's words even in its errors, which reach us as exceptions anyway: it is
not heard at all. Whatever is written, the token is blotted out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any as Json

import structlog

from bot.settings import LogFormat, LogLevel

_BLOT = "<token>"


class _Blotted:
    """A processor that blots a secret out of every value."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Json]) -> MutableMapping[str, Json]:
        """Blots the event."""
        if self._secret:
            for key, value in event.items():
                if self._secret in str(value):
                    event[key] = str(value).replace(self._secret, _BLOT)
        return event


def _untraced(_logger: object, _method: str, event: MutableMapping[str, Json]) -> MutableMapping[str, Json]:
    """A processor that drops tracebacks."""
    event.pop("exc_info", None)
    return event


class _NoTraces(logging.Filter):
    """Drops the tracebacks of libraries: messages of exceptions quote what people wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps the record."""
        record.exc_info = record.exc_text = None
        return True


def set_up(kind: LogFormat, level: LogLevel, token: str) -> None:
    """Sends the logs of this process to stderr."""
    console = kind is LogFormat.CONSOLE or (kind is LogFormat.AUTO and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _untraced,
        _Blotted(token),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    written = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.addFilter(_NoTraces())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, written]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level.upper())
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
