"""The sentences that staff wrote on service cards, and the rarity of their words: "febbre" tells more than "figlio". Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from bot.core.services import Offer
from bot.language.text.normalise import normalise
from bot.language.text.stems import root

#: The share of all cards on which a word that tells something stands at most.
_MOST_CARDS_OF_WORD = 0.15


def sentences_of(offer: Offer) -> Iterator[str]:
    """Yield the sentences that staff wrote about an offer, in the order of its card."""
    service = offer.service
    for text in (service.summary, service.cost, service.how_to_apply):
        yield from (sentence.strip() for sentence in text.split(". ") if sentence.strip())


def shared_roots(sentence: str, words: Iterable[str]) -> int:
    """Return how many of some words occur in a sentence, in any gender and number."""
    return len({root(word) for word in words}.intersection(root(word) for word in normalise(sentence).split()))


class CardWords:
    """The words on the cards of all services, each with the number of services that have it. Immutable after construction."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        services = {offer.service.id: offer for offer in offers}
        texts = (normalise(" ".join(sentences_of(offer))) for offer in services.values())
        self._services = Counter(one for text in texts for one in {root(word) for word in text.split()})
        self._most = len(services) * _MOST_CARDS_OF_WORD

    def most_telling(self, words: Collection[str]) -> frozenset[str]:
        """Return the rarest of some words on the cards: "febbre" of "mia figlia ha la febbre"; none if all are on many cards."""
        counts = {word: self._services[root(word)] for word in words}
        least = min(counts.values(), default=0)
        return frozenset(word for word in counts if counts[word] == least <= self._most)
