"""What people write that no service answers: dangers, which come before everything else, and things of other offices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that somebody may be in, how it is put into words, and what is said at once."""

    id: str
    label: str
    #: Said when the danger is sure, with the number to call; and when it is only likely.
    say: str
    gently: str
    #: Words that are enough wherever they stand, whole sentences, and sentences that only look like it.
    phrases: tuple[str, ...]
    examples: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    #: Words that mean it when they stand near each other: groups of alternatives, one of each; "-" ends the beginning of a word.
    signs: tuple[tuple[tuple[str, ...], ...], ...] = ()
    #: Words that make phrases and signs harmless: "muoio *di caldo*".
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that the network does not do, and whom to ask instead."""

    id: str
    label: str
    say: str
    #: Its names, and sentences of people who ask for it.
    also: tuple[str, ...]
    examples: tuple[str, ...]
