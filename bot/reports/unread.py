"""The sentences that the bot did not understand, grouped by what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.unread import UnreadSentence
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP
from bot.language.text.utterance import Utterance


@dataclass(frozen=True, slots=True)
class UnreadGroup:
    """Sentences that say the same with other small words or endings."""

    #: The one that was written most.
    words: str
    #: The number of times it was written, and the number of people.
    count: int
    people: int
    language: str = ""
    #: The attribute that was mostly asked for.
    question: str = ""


def grouped(sentences: Iterable[UnreadSentence]) -> list[UnreadGroup]:
    """Return the sentences in groups, those written by most people first."""
    groups: defaultdict[frozenset[str], list[UnreadSentence]] = defaultdict(list)
    for one in sentences:
        words = Utterance(one.words).words
        groups[frozenset(stem(word) for word in words if word not in STOP) or frozenset(words)].append(one)
    found = [_group(members) for key, members in groups.items() if key]
    return sorted(found, key=lambda one: (-one.people, -one.count, one.words))


def _group(members: list[UnreadSentence]) -> UnreadGroup:
    def most(values: Iterable[str]) -> str:
        return Counter(values).most_common(1)[0][0]

    return UnreadGroup(
        most(one.words for one in members),
        len(members),
        len({one.person for one in members}),
        most(one.language for one in members),
        most(one.question for one in members),
    )
