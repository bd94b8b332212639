"""Names of terms in typed text: in the answer to a choice, a need or a municipality, and in whole sentences.

The answer to each kind of question is read in `bot/kinds/`; ages and hours are in files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.core.attributes import CATEGORY, NEED, PLACE, Attribute, Place, Vocabulary
from bot.core.conditions import Value
from bot.language.entities.mentions import certain, is_denied, mentioned, values_of
from bot.language.entities.names import Found, Names, split_name
from bot.language.entities.places import Homes
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.text.utterance import Utterance

#: The most suggestions for a text that may mean several values.
MOST_GUESSES = 3
#: "Chi mi aiuta?" names no need, though it is said of one.
_ASKING_WHO = ("chi",)
#: Divides names that were found in words: those that are meant, and doubtful ones.
_Divide = Callable[[list[Found], Sequence[str]], tuple[list[Found], list[Found]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of a typed answer: values, or else suggestions of values that it may mean."""

    values: tuple[Value, ...] = ()
    suggestions: tuple[Value, ...] = ()


class AnswerReader:
    """Finds the names of all terms of a vocabulary in typed text. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary, spelt_right: frozenset[str] = frozenset()) -> None:
        """Set up the reader; `spelt_right` are correct words that are never taken for misspelt names."""
        named = {a.id: list(_names_of(a)) for a in vocabulary.attributes.values() if a.terms}
        spelt_right |= frozenset(word for names in named.values() for name, _ in names for word in split_name(name))
        self._none = {a.id: tuple(term.id for term in a.terms.values() if term.none) for a in vocabulary.attributes.values()}
        self._names = {id: Names(names, spelt_right) for id, names in named.items()}
        self._homes = {
            id: Homes(vocabulary[id], names, spelt_right)
            for id, names in self._names.items()
            if any(isinstance(term, Place) for term in vocabulary[id].terms.values())
        }

    def home(self, said: Sequence[str], *, is_of_a_company: bool = False) -> str:
        """Return the municipality where the person in a sentence lives, works or wants help; "" when it names none."""
        return self._homes[PLACE].in_sentence(said, is_of_a_company=is_of_a_company) if PLACE in self._homes else ""

    def named_needs(self, said: Sequence[str]) -> list[tuple[int, int, str]]:
        """Return the needs named in a text, each as the position of its first word, the position after its last, and the id."""
        found = self._names[NEED].within(said, sentence=True) if NEED in self._names else []
        named = [one for one in found if len(one.values) == 1 and not one.values[0].startswith(CATEGORY) and not one.doubtful]
        named = [one for one in named if said[one.start] not in _ASKING_WHO]
        return [(one.start, one.end, one.values[0]) for one in named]

    def mentioned(self, attribute: str, said: Sequence[str]) -> tuple[str, ...]:
        """Return the values of an attribute that a sentence states of a person to be helped."""
        names = self._names.get(attribute)
        return mentioned(names.within(said, sentence=True), said, self._none[attribute]) if names is not None else ()

    def read_names(self, attribute: Attribute, said: Utterance) -> Reading:
        """Return the terms that a text names as the answer to a question about `attribute`, or those it may mean."""
        return self._read(attribute, said, lambda found, _: _certain_first(found))

    def read_places(self, attribute: Attribute, said: Utterance) -> Reading:
        """Return the municipality that a text names as home, or suggestions of those it may mean."""
        homes = self._homes.get(attribute.id)
        return self._read(attribute, said, homes.in_answer) if homes is not None else self.read_names(attribute, said)

    def _read(self, attribute: Attribute, said: Utterance, divide: _Divide) -> Reading:
        names, words = self._names.get(attribute.id), said.numbered_words
        if names is None or not words:
            return Reading()
        found = names.within(words)
        none = self._none[attribute.id]
        denied = [one for one in found if is_denied(one, words, found, none)]
        meant, doubtful = divide([one for one in found if one not in denied], words)
        sure = certain(meant)
        if sure == none and any(words[one.start - 1] == "no" for one in denied):
            # "No motoria" can be "no, motoria".
            return Reading(suggestions=(*values_of(denied), *none))
        if sure:
            return _chosen(attribute, sure)
        if none and (words[0] == "no" or phrase_of(said) is Phrase.NO):
            return Reading(none)
        if found:
            return Reading(suggestions=values_of(meant) or values_of(doubtful) or none)
        alike = names.like(words)
        return Reading(alike) if len(alike) == 1 else Reading(suggestions=alike or names.around(words, MOST_GUESSES))


def _names_of(attribute: Attribute) -> Iterable[tuple[str, str]]:
    """Yield every (name, value) of an attribute; postal codes of municipalities and names of categories are included."""
    for term in attribute.terms.values():
        yield from ((name, term.id) for name in (term.label, term.id.replace("-", " "), *term.also))
        if isinstance(term, Place):
            yield term.postal_code, term.id
    for category in attribute.categories.values():
        yield from ((name, CATEGORY + category.id) for name in (category.label, *category.also))


def _chosen(attribute: Attribute, values: tuple[str, ...]) -> Reading:
    """Return values as the answer; as suggestions if several are named where one is asked for.

    "None of these" and a category count only if nothing else is named.
    """
    whole = {term.id for term in attribute.terms.values() if term.none}
    whole |= {value for value in values if value.startswith(CATEGORY)}
    values = tuple(value for value in values if value not in whole) or values
    return Reading(values) if attribute.multiple or len(values) == 1 else Reading(suggestions=values[:MOST_GUESSES])


def _certain_first(found: list[Found]) -> tuple[list[Found], list[Found]]:
    return [one for one in found if not one.doubtful], [one for one in found if one.doubtful]
