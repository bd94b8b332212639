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
    """A step that no person could take in this scene."""


def bad_request(reason: str) -> ApiError:
    """400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def unauthorized() -> ApiError:
    """401: the token is well formed and not ours."""
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    """404: no such method."""
    return ApiError(404, "Not Found: method not found")


def conflict(reason: str) -> ApiError:
    """409: somebody else fetches the updates."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """429 with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def migrated(chat_id: int) -> ApiError:
    """400 with the id of the supergroup that the group has become."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat_id})
