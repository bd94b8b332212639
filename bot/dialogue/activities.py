"""The activities that a wish names, "nuoto" or "teatro", and the services that offer them. Pure.

A need is broader than what is asked for: "nuoto per mio figlio" is the need of sport. Words that say more than the need are
kept with the search: services whose texts contain them come first, and if no service found does, the list says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from bot.core.attributes import FAMILY, PERSON, PLACE, SCHEDULE, Term, Vocabulary
from bot.core.services import Offer, Service
from bot.language.data import ITALIAN, word_set
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP

#: Words of a wish that are kept.
_MOST_WORDS = 6
#: Letters of a word that can name an activity.
_SHORTEST_WORD = 4
#: The weight of a word in the name or the keywords of a service, and in its summary.
_NAMED, _MENTIONED = 2, 1
#: A word that more of the services of a need have tells nothing about any of them.
_MOST_SHARE = 1 / 3
#: A need whose services are named by so many of its words is one of activities: what is not among them does not exist.
_FEWEST_ACTIVITIES = 4
#: Words of a name of a need that are read, and the most services that have an activity in their name.
_LONGEST_NAME, _SELDOM = 3, 8
_AROUND_VALUES = STOP | word_set(ITALIAN, "stop_words", "around_values")


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in normalise(text).split() if word not in STOP and len(word) >= _SHORTEST_WORD)


class Activities:
    """The words in the texts of all services, by stem, and for each need the words that distinguish its services.

    Immutable but for a cache.
    """

    def __init__(self, offers: Iterable[Offer], vocabulary: Vocabulary, questions: Iterable[str] = ()) -> None:
        """Read the services; the words of `questions`, "quando apre", ask about any service and name no activity."""
        self._vocabulary = vocabulary
        self._weights: dict[str, dict[str, int]] = {}
        self._names: dict[str, set[str]] = {}
        self._of_need: dict[str, set[str]] = {}
        for service in {offer.service.id: offer.service for offer in offers}.values():
            self._add(service)
        persons = (vocabulary[id] for id in (PERSON, PLACE, FAMILY, SCHEDULE) if id in vocabulary.attributes)
        said = (text for attribute in persons for term in attribute.terms.values() for text in (term.label, *term.also))
        self._of_values = frozenset().union(*map(_stems, said))
        self._unnamed = self._of_values.union(*map(_stems, questions))
        needs = vocabulary.needs.values()
        self._known = frozenset(self._weights).union(*(self._own_words(need, _LONGEST_NAME) for need in needs))
        self._telling = lru_cache(maxsize=256)(self._telling_words)

    def _add(self, service: Service) -> None:
        named = frozenset().union(*map(_stems, (service.name, *service.keywords)))
        for word in _stems(service.summary) | named:
            self._weights.setdefault(word, {})[service.id] = _NAMED if word in named else _MENTIONED
        for word in _stems(service.name):
            self._names.setdefault(word, set()).add(service.id)
        for need in service.needs:
            self._of_need.setdefault(need, set()).add(service.id)

    def words(self, said: Sequence[str]) -> tuple[str, ...]:
        """Return those words of a typed text, normalised, that can name an activity."""
        found = (word for word in said if word not in _AROUND_VALUES and len(word) >= _SHORTEST_WORD)
        return tuple(dict.fromkeys(one for one in found if stem(one) in self._known - self._unnamed))[:_MOST_WORDS]

    def holding(self, words: Iterable[str], need: str) -> Mapping[str, int]:
        """Return the services for a need whose texts contain words of the wish, each with the summed weight of these words."""
        held: dict[str, int] = {}
        for word in map(stem, words):
            for service, weight in self._weights.get(word, {}).items() if word in self._telling(need)[0] else ():
                held[service] = held.get(service, 0) + weight
        return held

    def telling(self, words: Iterable[str], need: str) -> tuple[str, ...]:
        """Return the words of a wish that tell services of a need apart: of "nuoto di sera" for sport "nuoto"."""
        return tuple(word for word in words if any(stem(word) in stems for stems in self._telling(need)))

    def missing(self, words: Iterable[str], need: str, services: Iterable[str]) -> tuple[str, ...]:
        """Return the activities that a wish names for a need and that none of the given services offers, as words."""
        found, activities = frozenset(services), self._telling(need)[1]
        return tuple(word for word in words if stem(word) in activities and found.isdisjoint(self._weights.get(stem(word), ())))

    def _own_words(self, need: Term, most: int) -> frozenset[str]:
        """Return single stems that the other names of a need add to its label: "teatro bambini" adds "teatr".

        Only names of at most `most` words are looked at.
        """
        names = (name for name in need.also if len(name.split()) <= most)
        added = (_stems(name) - _stems(need.label) - self._of_values for name in names)
        return frozenset(word for words in added for word in words if len(words) == 1)

    def _telling_words(self, need: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the stems that distinguish the services of a need from each other, and those among them that name activities."""
        term = self._vocabulary.needs.get(need)
        if term is None:
            return frozenset(), frozenset()
        own, label, single = self._of_need.get(need, set()), _stems(term.label), self._own_words(term, 1)
        most = max(1, len(own) * _MOST_SHARE)
        rare = {word for word, services in self._weights.items() if len(own.intersection(_by_name(services))) <= most}
        held = {word for word in rare - label if not own.isdisjoint(self._weights[word])}
        named = {word for word in held if not own.isdisjoint(self._names.get(word, ()))}
        if len(named & single) < _FEWEST_ACTIVITIES:
            return frozenset(held), frozenset()
        seldom = {word for word in self._own_words(term, _LONGEST_NAME) if 0 < len(self._names.get(word, ())) <= _SELDOM}
        unheld = {word for word in single if word not in self._weights}
        return frozenset(held | single), frozenset((held & single) | seldom | unheld)


def _by_name(services: Mapping[str, int]) -> frozenset[str]:
    return frozenset(service for service, weight in services.items() if weight == _NAMED)
