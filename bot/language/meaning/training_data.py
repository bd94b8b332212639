"""What content says of how people speak, put in order for those who learn from it: names, sentences, and the words of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.content import Content
from bot.core.topics import Danger
from bot.language.meaning.search import Document
from bot.language.text.normalise import normalise
from bot.language.text.tokens import STOP, spelt

#: How much the words of a service say of its needs, beside their names: its own name and keywords, and its summary.
_BY_NAME, _BY_SUMMARY = 0.5, 0.2
#: A word in so many sentences is spelt as it should be.
_OFTEN = 3
#: Names of so many words are written in one, too.
_MOST_JOINED = 3

#: So many names, or phrases, are taught as one text.
_NAMES_TOGETHER, _PHRASES_TOGETHER = 16, 4

Words = tuple[str, ...]


@dataclass(frozen=True)
class Lessons:
    """What is to be learnt. Classes are numbered: needs, then topics, then dangers, and last what only looks like danger."""

    needs: tuple[str, ...]
    topics: tuple[str, ...]
    dangers: tuple[Danger, ...]
    #: The names of each need and topic.
    names: tuple[tuple[Words, ...], ...]
    #: Words of services, with their weight, by need.
    services: Mapping[str, tuple[tuple[Words, float], ...]]
    #: The sentences of each class.
    sentences: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> int:
        """How many classes are needs or topics."""
        return len(self.needs) + len(self.topics)

    def examples(self) -> Iterator[tuple[int, str]]:
        """Each sentence with its class."""
        for number, sentences in enumerate(self.sentences):
            for sentence in sentences:
                yield number, sentence

    @cached_property
    def typed(self) -> tuple[tuple[str, ...], ...]:
        """The words of each sentence, in the same order."""
        return tuple(tuple(spelt(sentence)) for _, sentence in self.examples())

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """What is no sentence, each with its class: names and phrases, some together, and the words of signs."""
        for number, names in enumerate(self.names):
            yield from ((number, words) for words in _together(names, _NAMES_TOGETHER))
        for number, danger in enumerate(self.dangers, start=self.known):
            phrases = [spelt(phrase) for phrase in danger.phrases]
            yield from ((number, words) for words in _together(phrases, _PHRASES_TOGETHER))
            for sign in danger.signs:
                yield number, normalise(" ".join(words for group in sign for words in group)).split()

    def documents(self) -> list[Document]:
        """What there is to find, needs and topics in their order."""
        return [
            Document(names, self.services.get(id, ())) for id, names in zip((*self.needs, *self.topics), self.names, strict=True)
        ]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that content writes, also misspelt on purpose."""
        phrases = (spelt(phrase) for danger in self.dangers for phrase in danger.phrases)
        texts = (text for each in self.services.values() for text, _ in each)
        return self._of_names | STOP | _all(self.typed) | _all(phrases) | _all(texts)

    @cached_property
    def words_spelt_right(self) -> frozenset[str]:
        """Of those, the words that are surely Italian."""
        often = Counter(word for words in self.typed for word in set(words))
        return self._of_names | STOP | frozenset(word for word, count in often.items() if count >= _OFTEN)

    @property
    def joined(self) -> dict[str, Words]:
        """Names of a few words written in one, and the words they are of."""
        return {"".join(name): name for names in self.names for name in names if 1 < len(name) <= _MOST_JOINED}

    @cached_property
    def _of_names(self) -> frozenset[str]:
        return frozenset(word for names in self.names for name in names for word in name)


def lessons_of(content: Content) -> Lessons:
    """What a content teaches."""
    needs, topics = tuple(content.vocabulary.needs.values()), tuple(content.topics.values())
    dangers = tuple(content.dangers.values())
    names = [(need.label, need.id.replace("-", " "), *need.also) for need in needs]
    names += [(topic.label, *topic.also) for topic in topics]
    sentences = [one.examples for one in needs] + [one.examples for one in topics] + [one.examples for one in dangers]
    sentences.append(tuple(sentence for danger in dangers for sentence in danger.unlike))
    services: dict[str, dict[tuple[Words, float], None]] = {}
    for service in content.services:
        written = ((" ".join((service.name, *service.keywords)), _BY_NAME), (service.summary, _BY_SUMMARY))
        for need in service.needs:
            # Services at many places repeat the same words.
            services.setdefault(need, {}).update(dict.fromkeys((_words(text), weight) for text, weight in written))
    return Lessons(
        tuple(need.id for need in needs),
        tuple(topic.id for topic in topics),
        dangers,
        tuple(tuple(_words(name) for name in each) for each in names),
        {need: tuple(texts) for need, texts in services.items()},
        tuple(sentences),
    )


def _words(text: str) -> Words:
    return tuple(normalise(text).split())


def _together(texts: Sequence[Sequence[str]], most: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), most):
        yield [word for text in texts[start : start + most] for word in text]


def _all(texts: Iterable[Sequence[str]]) -> frozenset[str]:
    return frozenset(word for text in texts for word in text)
