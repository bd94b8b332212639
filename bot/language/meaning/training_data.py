"""Names and sentences of content, put in order for the readers that learn from them; and the words of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.content import Content
from bot.core.topics import Danger
from bot.language.meaning.search import SearchEntry
from bot.language.text.normalise import normalise
from bot.language.text.tokens import STOP, standard_words

#: How much the words of a service say of its needs, beside their names: its own name and keywords, and its summary.
_BY_NAME, _BY_SUMMARY = 0.5, 0.2
#: A word in so many sentences is spelt as it should be.
_OFTEN = 3
#: Names of so many words are written in one, too.
_MOST_JOINED = 3
#: So many names, or phrases, are taught as one text.
_NAMES_TOGETHER, _PHRASES_TOGETHER = 16, 4

_Words = tuple[str, ...]


@dataclass(frozen=True)
class TrainingData:
    """Texts with their classes, which are numbered: needs, then topics, then dangers, and last what only looks like danger."""

    needs: tuple[str, ...]
    topics: tuple[str, ...]
    dangers: tuple[Danger, ...]
    #: The names of each need and topic, as staff wrote them.
    written_names: tuple[tuple[str, ...], ...]
    #: Words of services, with their weight, by need.
    service_texts: Mapping[str, tuple[tuple[_Words, float], ...]]
    #: The sentences of each class, as staff wrote them.
    sentences: tuple[tuple[str, ...], ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the ids of needs, topics and dangers, by class."""
        return (*self.needs, *self.topics, *(danger.id for danger in self.dangers))

    @cached_property
    def names(self) -> tuple[tuple[_Words, ...], ...]:
        """Return the words of the names of each need and topic."""
        return tuple(tuple(map(_words, names)) for names in self.written_names)

    @property
    def first_danger(self) -> int:
        """Return the class of the first danger: how many needs and topics there are."""
        return len(self.needs) + len(self.topics)

    def examples(self) -> Iterator[tuple[int, str]]:
        """Yield each sentence with its class."""
        for number, sentences in enumerate(self.sentences):
            for sentence in sentences:
                yield number, sentence

    @cached_property
    def example_words(self) -> tuple[_Words, ...]:
        """Return the words of each sentence, in the order of `examples`."""
        return tuple(tuple(standard_words(sentence)) for _, sentence in self.examples())

    def keyword_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the words of all that is no sentence, with its class: names and phrases, some together, and signs."""
        for number, names in enumerate(self.names):
            yield from ((number, words) for words in _batches(names, _NAMES_TOGETHER))
        for number, danger in enumerate(self.dangers, start=self.first_danger):
            phrases = [standard_words(phrase) for phrase in danger.all_phrases]
            yield from ((number, words) for words in _batches(phrases, _PHRASES_TOGETHER))
            for sign in danger.signs:
                yield number, normalise(" ".join(words for group in sign for words in group)).split()

    def search_entries(self) -> list[SearchEntry]:
        """Return what a search finds: needs and topics in their order."""
        ids = (*self.needs, *self.topics)
        return [SearchEntry(names, self.service_texts.get(id, ())) for id, names in zip(ids, self.names, strict=True)]

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Return every word that content has, also misspelt on purpose."""
        phrases = (standard_words(phrase) for danger in self.dangers for phrase in danger.all_phrases)
        texts = (text for each in self.service_texts.values() for text, _ in each)
        return self._words_of_names | STOP | _all(self.example_words) | _all(phrases) | _all(texts)

    @cached_property
    def words_spelt_right(self) -> frozenset[str]:
        """Return the known words that are surely Italian: of names, stop words, and those that sentences have often."""
        counts = Counter(word for words in self.example_words for word in set(words))
        return self._words_of_names | STOP | frozenset(word for word, count in counts.items() if count >= _OFTEN)

    @property
    def joined_names(self) -> dict[str, _Words]:
        """Return names of a few words written in one, with their words: "asilonido" → "asilo", "nido"."""
        return {"".join(name): name for names in self.names for name in names if 1 < len(name) <= _MOST_JOINED}

    @cached_property
    def _words_of_names(self) -> frozenset[str]:
        return frozenset(word for names in self.names for name in names for word in name)


def training_data_of(content: Content) -> TrainingData:
    """Return the training data that a content holds."""
    needs, topics = tuple(content.vocabulary.needs.values()), tuple(content.topics.values())
    dangers = tuple(content.dangers.values())
    names = [(need.label, need.id.replace("-", " "), *need.also) for need in needs]
    names += [(topic.label, *topic.also) for topic in topics]
    sentences = [one.examples for one in needs] + [one.examples for one in topics] + [one.all_examples for one in dangers]
    sentences.append(tuple(sentence for danger in dangers for sentence in danger.unlike))
    texts: dict[str, dict[tuple[_Words, float], None]] = {}
    for service in content.services:
        written = ((" ".join((service.name, *service.keywords)), _BY_NAME), (service.summary, _BY_SUMMARY))
        for need in service.needs:
            # Services at many places repeat the same words.
            texts.setdefault(need, {}).update(dict.fromkeys((_words(text), weight) for text, weight in written))
    return TrainingData(
        tuple(need.id for need in needs),
        tuple(topic.id for topic in topics),
        dangers,
        tuple(names),
        {need: tuple(each) for need, each in texts.items()},
        tuple(sentences),
    )


def _words(text: str) -> _Words:
    return tuple(normalise(text).split())


def _batches(texts: Sequence[Sequence[str]], most: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), most):
        yield [word for text in texts[start : start + most] for word in text]


def _all(texts: Iterable[Sequence[str]]) -> frozenset[str]:
    return frozenset(word for text in texts for word in text)
