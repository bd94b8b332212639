"""The lines of content and of language data that decide what a text means, as the x-ray shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EvidenceKind(StrEnum):
    """The kinds of lines that can decide a meaning; the kind says in which file the line stands."""

    #: Of a need, a topic or a danger: a sentence, a name, a phrase, the words of a sign.
    EXAMPLE = "example"
    NAME = "name"
    PHRASE = "phrase"
    SIGN = "sign"
    #: An entry of a list of words of a language.
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line of content or of language data that decided what a text means."""

    kind: EvidenceKind
    #: The id of the need, topic or danger; of words the file, "it/phrases.yaml".
    owner: str
    #: The line as it is written.
    text: str
