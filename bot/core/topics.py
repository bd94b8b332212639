"""Dangers, which come before everything else, and topics of other offices: messages that no service answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that a citizen may be in, the words for it, and the answer that is given at once."""

    id: str
    label: str
    #: The answers when the danger is sure, with the number to call, and when it is only likely.
    say: str
    gently: str
    #: Phrases that suffice wherever they stand, whole sentences of the danger, and sentences that only look like it.
    phrases: tuple[str, ...]
    examples: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    #: Words that mean the danger when near each other: groups of alternatives, one of each; "-" ends the beginning of a word.
    signs: tuple[tuple[tuple[str, ...], ...], ...] = ()
    #: Words that make phrases and signs harmless: "muoio *di caldo*".
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that the network does not serve, and the office to ask instead."""

    id: str
    label: str
    say: str
    #: Its other names, and sentences of people who ask for it.
    also: tuple[str, ...]
    examples: tuple[str, ...]
