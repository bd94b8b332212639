"""The errors of the in-memory Bot API: a code, Telegram's own words, and what a caller can use of them.

::

    ApiError       what the Bot API answers to the bot; becomes {"ok": false, …}
    Impossible     what a person in the scene cannot do (press a button that is not there); the test is wrong

Descriptions are those of the Bot API server (tdlib/telegram-bot-api, `Client.cpp`) and of TDLib below it. What only Telegram's
servers say, mostly in CAPITALS, is not published: those for a name, description, vCard, poll or album out of bounds are our best
guess, so a bot should not depend on their words. Wholly our own are the refusals of unknown and mistyped parameters.
"""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A refusal, as the Bot API would answer it."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


class Impossible(ValueError):
    """Raised for a step of the test that no person could take: the test is wrong."""


def bad_request(reason: str) -> ApiError:
    """Return error 400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return error 403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def unauthorized() -> ApiError:
    """Return error 401 for a well-formed token of another bot."""
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    """Return error 404 for an unknown method."""
    return ApiError(404, "Not Found: method not found")


def conflict(reason: str) -> ApiError:
    """Return error 409 for a second reader of the updates."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """Return error 429 with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def migrated(chat_id: int) -> ApiError:
    """Return error 400 with the id of the supergroup that a group has become."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat_id})
