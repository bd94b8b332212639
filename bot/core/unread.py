"""Sentences that the bot did not understand, kept without personal data so that staff can teach the bot. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnreadSentence:
    """A sentence that was not understood, with personal data masked."""

    words: str
    #: ISO 639-1 code of the language it seems to be written in; "" if none was told apart.
    language: str = ""
    #: The attribute that was asked for; "" where nothing was.
    question: str = ""
    #: The pseudonym of its writer in the quarter.
    person: str = ""
