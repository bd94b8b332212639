"""A case: a chat that a Social Manager must answer. Here only why one opens."""

from __future__ import annotations

from enum import StrEnum


class CaseReason(StrEnum):
    """Why a chat needs a person."""

    ASKED = "asked"
    NOTHING_FITS = "nothing_fits"
    NOT_UNDERSTOOD = "not_understood"
    #: A voice message, a photo, a document: nothing that a bot can read.
    UNREADABLE = "unreadable"
