"""The logs of a process: events and ids of rows, never a person's name or words.

Only the bot's own events are written at the level of the settings. Libraries are written from warnings on, since httpx tells the
token at INFO; python-telegram-bot not at all, since it quotes people's words in its errors, which reach us as exceptions anyway.
The token is blotted out of every line.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping

import structlog

from bot.json_types import Json
from bot.settings import LogFormat, LogLevel

_BLOT = "<token>"


class _TokenBlotter:
    """A processor that blots a secret out of every value."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Json]) -> MutableMapping[str, Json]:
        """Return the event with the secret blotted out."""
        if self._secret:
            for key, value in event.items():
                if self._secret in str(value):
                    event[key] = str(value).replace(self._secret, _BLOT)
        return event


def _without_traceback(_logger: object, _method: str, event: MutableMapping[str, Json]) -> MutableMapping[str, Json]:
    """Return the event without its traceback (a structlog processor)."""
    event.pop("exc_info", None)
    return event


class _TracebackFilter(logging.Filter):
    """Drops the tracebacks of libraries, since messages of exceptions quote people's words."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without its traceback."""
        record.exc_info = record.exc_text = None
        return True


def set_up(kind: LogFormat, level: LogLevel, token: str) -> None:
    """Send the logs of this process to stderr, with the token blotted out."""
    console = kind is LogFormat.CONSOLE or (kind is LogFormat.AUTO and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_traceback,
        _TokenBlotter(token),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    written = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.addFilter(_TracebackFilter())
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
