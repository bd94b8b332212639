"""The names and sentences of content as training data, and the words in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from bot.core.attributes import NEED, PLACE
from bot.core.content import Content
from bot.core.topics import Danger, DangerVariant
from bot.language.meaning.search import SearchEntry
from bot.language.text.normalise import normalise
from bot.language.text.tokens import STOP, standard_words

#: How much the words of a service say of its needs, beside their names: its own name and keywords, and its summary.
_BY_NAME, _BY_SUMMARY = 0.5, 0.2
#: A word in so many sentences is spelt as it should be.
_OFTEN = 3
#: Names of so many words are written in one, too.
_MOST_JOINED = 3
#: So many names are taught as one text.
_NAMES_TOGETHER = 16

_Words = tuple[str, ...]


class ClassGroup(IntEnum):
    """The groups of classes, on which the bot's reaction depends: needs, topics, intents, dangers and so on."""

    NEED = 0
    TOPIC = 1
    INTENT = 2
    DANGER = 3
    #: Texts that only look like danger: they may be about anything else.
    UNLIKE = 4
    #: The last class of all: texts that ask for nothing.
    NOTHING = 5


@dataclass(frozen=True, slots=True)
class TextClass:
    """A class of texts: a need, a topic, an intent, a danger or its variant, or "asks for nothing"."""

    group: ClassGroup
    #: The id of the need, topic, intent or danger.
    id: str = ""
    #: The id of the variant of a danger; "" for the danger in general.
    variant: str = ""
    #: Its names or phrases, and its sentences, as staff wrote them.
    names: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingText:
    """A text with the class that it is an example of."""

    number: int
    text: str
    #: True for whole sentences; otherwise it is some names or phrases together.
    is_sentence: bool


@dataclass(frozen=True)
class TrainingData:
    """All classes and their texts. Classes are numbered by group, in the order of the files."""

    classes: tuple[TextClass, ...]
    #: Words of services, with their weight, by need.
    service_texts: Mapping[str, tuple[tuple[_Words, float], ...]]
    #: The danger that may be behind a need, by need.
    dangers_behind: Mapping[str, str]
    #: Names of needs in other languages, by need.
    translated_names: Mapping[str, Mapping[str, tuple[str, ...]]]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Return the ids of the needs, whose classes are the first."""
        return tuple(one.id for one in self.classes if one.group is ClassGroup.NEED)

    def number(self, group: ClassGroup, id: str, variant: str = "") -> int:
        """Return the number of a class; -1 if there is none."""
        keys = ((one.group, one.id, one.variant) for one in self.classes)
        return next((number for number, key in enumerate(keys) if key == (group, id, variant)), -1)

    def examples(self) -> Iterator[TrainingText]:
        """Yield each example sentence with its class."""
        for number, one in enumerate(self.classes):
            yield from (TrainingText(number, sentence, is_sentence=True) for sentence in one.examples)

    def names(self) -> Iterator[TrainingText]:
        """Yield training texts that consist of names and phrases, several in one text."""
        for number, one in enumerate(self.classes):
            if one.group is not ClassGroup.DANGER:
                yield from (TrainingText(number, text, is_sentence=False) for text in _batches(one.names, _NAMES_TOGETHER))
        for number, need in enumerate(self.needs):
            for names in self.translated_names.get(need, {}).values():
                yield TrainingText(number, ", ".join(names), is_sentence=False)

    @cached_property
    def example_words(self) -> tuple[_Words, ...]:
        """Return the words of each example sentence, in the order of `examples`."""
        return tuple(tuple(standard_words(each.text)) for each in self.examples())

    def search_entries(self) -> list[SearchEntry]:
        """Return the entry of each class for the search by names."""
        return [
            SearchEntry(tuple(map(_words, one.names)), self.service_texts.get(one.id, ()) if one.group is ClassGroup.NEED else ())
            for one in self.classes
        ]

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Return every word in the content, including words misspelt on purpose."""
        phrases = (standard_words(name) for one in self.classes if one.group is ClassGroup.DANGER for name in one.names)
        texts = (text for each in self.service_texts.values() for text, _ in each)
        return self._words_of_names | STOP | _all(self.example_words) | _all(phrases) | _all(texts)

    @cached_property
    def words_spelt_right(self) -> frozenset[str]:
        """Return the words that are surely correct Italian: in names, stop words, and words frequent in sentences."""
        counts = Counter(word for words in self.example_words for word in set(words))
        return self._words_of_names | STOP | frozenset(word for word, count in counts.items() if count >= _OFTEN)

    @property
    def joined_names(self) -> dict[str, _Words]:
        """Return names of a few words written as one word, with their words: "asilonido" → "asilo", "nido"."""
        return {"".join(name): name for name in self._names_of_things if 1 < len(name) <= _MOST_JOINED}

    @cached_property
    def _names_of_things(self) -> tuple[_Words, ...]:
        named = (ClassGroup.NEED, ClassGroup.TOPIC)
        return tuple(_words(name) for one in self.classes if one.group in named for name in one.names)

    @cached_property
    def _words_of_names(self) -> frozenset[str]:
        return _all(self._names_of_things)


def training_data_of(content: Content) -> TrainingData:
    """Return the training data contained in a content."""
    needs = content.vocabulary.needs.values()
    classes = [
        TextClass(ClassGroup.NEED, need.id, "", (need.label, need.id.replace("-", " "), *need.also), need.examples)
        for need in needs
    ]
    classes += [
        TextClass(ClassGroup.TOPIC, topic.id, "", (topic.label, *topic.also), topic.examples) for topic in content.topics.values()
    ]
    for intent in content.intents.values():
        foreign = (sentence for sentences in intent.translated.values() for sentence in sentences)
        classes.append(TextClass(ClassGroup.INTENT, intent.id, "", intent.also, (*intent.examples, *foreign)))
    for danger in content.dangers.values():
        classes += _classes_of(danger)
    unlike = tuple(sentence for danger in content.dangers.values() for sentence in danger.unlike)
    classes.append(TextClass(ClassGroup.UNLIKE, examples=unlike))
    classes.append(TextClass(ClassGroup.NOTHING, examples=(*content.nothing, *usual_answers(content))))
    texts: dict[str, dict[tuple[_Words, float], None]] = {}
    for service in content.services:
        written = ((" ".join((service.name, *service.keywords)), _BY_NAME), (service.summary, _BY_SUMMARY))
        for id in service.needs:
            # Services at many places repeat the same words.
            texts.setdefault(id, {}).update(dict.fromkeys((_words(text), weight) for text, weight in written))
    return TrainingData(
        tuple(classes),
        {need: tuple(each) for need, each in texts.items()},
        {need: danger.id for danger in content.dangers.values() for need in danger.needs},
        {need.id: need.translated for need in needs},
    )


def _classes_of(danger: Danger) -> Iterator[TextClass]:
    """Yield a class for a danger, and one for each of its variants."""
    # A phrase is all that some write, and teaches as a sentence does.
    parts: list[tuple[Danger | DangerVariant, str]] = [(danger, ""), *((variant, variant.id) for variant in danger.variants)]
    for one, variant in parts:
        yield TextClass(ClassGroup.DANGER, danger.id, variant, one.phrases, tuple(dict.fromkeys((*one.phrases, *one.examples))))


def usual_answers(content: Content) -> tuple[str, ...]:
    """Return usual answers to questions, as examples that ask for nothing ("un bambino", "la sera"), without names of needs."""
    attributes = content.vocabulary.attributes.values()
    asked = (each for each in attributes if each.id not in (NEED, PLACE) and not each.sensitive)
    names = (name.lower() for each in asked for term in each.terms.values() for name in (term.label, *term.also))
    needs = {name.lower() for need in content.vocabulary.needs.values() for name in (need.label, *need.also)}
    return tuple(name for name in dict.fromkeys(names) if name not in needs)


def _words(text: str) -> _Words:
    return tuple(normalise(text).split())


def _batches(texts: Sequence[str], most: int) -> Iterator[str]:
    for start in range(0, len(texts), most):
        yield ", ".join(texts[start : start + most])


def _all(texts: Iterable[Sequence[str]]) -> frozenset[str]:
    return frozenset(word for text in texts for word in text)
