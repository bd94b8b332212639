"""Names of terms in typed text: the answer to a choice, a need or a municipality, and the ones that a sentence states.

The answer to each kind of question is read in `bot/kinds/`; ages and hours are in files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.core.attributes import CATEGORY, PLACE, Attribute, Place, Term, Vocabulary
from bot.core.conditions import Value
from bot.language.entities.mentions import certain, is_denied, mentioned, values_of
from bot.language.entities.names import SMALL, Found, Names, split, split_name
from bot.language.meaning.phrases import Phrase, phrase
from bot.language.text.normalise import words
from bot.language.text.spelling import Speller

#: The most suggestions for a text that may mean several values.
MOST_GUESSES = 3
#: Words before a municipality that is not the one where somebody lives: "lavoro a Milano", "via Lodi", "provincia di Milano".
_NOT_HOME = frozenset(words("lavoro lavora lavoriamo lavorando via viale piazza corso provincia prov vicino fuori"))
#: Words before a municipality that has to do with whoever a sentence tells of, but is not where they live.
_ELSEWHERE = frozenset(
    words("lavoro lavora lavoriamo lavorando ufficio provincia prov treno milanese arrivo torno rientro vengo esco cercare")
)
#: Right before the name of a street.
_STREET = frozenset(words("via viale piazza corso largo piazzale"))
#: Words before the one where they do.
_LIVING = frozenset(
    words("abito abita abitiamo abitano vivo vive viviamo vivono residente residenti residenza sto stiamo siamo sono comune")
)
#: Words before any place.
_PLACED = frozenset(words("a ad di d in da zona vicino comune per x paese frazione"))
#: What is no misspelt name of a place.
_NO_PLACES = frozenset(words("cascina cascine casino casini cassiera cassiere passando mezo melo carino carina"))
#: Letters of a misspelt name that need not stand where a place would.
_LONG_ENOUGH = 6
#: Words after the short name of a municipality that make it another one: "San Giuliano Terme", "Peschiera del Garda" …
_OF = frozenset(words("al allo alla sul sull sulla del della dell di d de val"))
#: … and those that do not.
_AFTER_PLACE = frozenset(
    words(
        "centro citta zona paese comune provincia prov mi via viale piazza vicino frazione fraz quartiere nord sud est ovest "
        "stazione ma o dove da dal perche lavoro grazie credo circa non quindi adesso ora"
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of a typed answer: values, or else suggestions of what may have been meant."""

    values: tuple[Value, ...] = ()
    suggestions: tuple[Value, ...] = ()


#: Divides names that were found in words: those that are meant, and doubtful ones.
_Divide = Callable[[list[Found], Sequence[str]], tuple[list[Found], list[Found]]]


class AnswerReader:
    """The names of every term of a vocabulary, ready to be found in typed text. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary, spelt_right: frozenset[str] = frozenset()) -> None:
        """`spelt_right` are words that are not misspelt ones of names."""
        named = {a.id: list(_names_of(a)) for a in vocabulary.attributes.values() if a.terms}
        spelt_right |= frozenset(word for names in named.values() for name, _ in names for word in split_name(name))
        self._ordinary = spelt_right
        self._places = vocabulary.attributes.get(PLACE)
        self._none = {a.id: tuple(term.id for term in a.terms.values() if term.none) for a in vocabulary.attributes.values()}
        self._names = {id: Names(names, spelt_right) for id, names in named.items()}
        places = frozenset(word for name, _ in named.get(PLACE, ()) for word in split_name(name))
        self._ordinary_spellings = Speller(word for word in spelt_right - places if len(word) > 1 and word.isalpha())

    def lived_in(self, said: Sequence[str]) -> str:
        """The municipality where somebody of whom a sentence tells lives, or wants help; "" when it names none."""
        names = self._names.get(PLACE)
        if names is None or self._places is None:
            return ""
        found = names.within(said, sentence=True)
        sure = [one for one in found if len(one.values) == 1 and self._is_meant(one, said)]
        sure = [one for one in sure if not self._is_other(self._places.terms[one.values[0]], one, said)]
        here = [one for one in sure if not _is_elsewhere(one, said)]
        home = [one for one in here if not _LIVING.isdisjoint(said[max(one.start - 4, 0) : one.start])]
        chosen = sorted(home or here, key=lambda one: one.guessed)
        if len({one.values[0] for one in chosen}) > 1 and not home and "o" in said[chosen[0].end : chosen[-1].start]:
            return ""
        return chosen[0].values[0] if chosen else ""

    def _is_meant(self, one: Found, said: Sequence[str]) -> bool:
        """Whether a misspelt name is one: it has several words, stands where a place would, or is like no other word."""
        if not (one.doubtful or one.guessed):
            return True
        if not _NO_PLACES.isdisjoint(said[one.start : one.end]):
            return False
        if len(one) > 1 or (one.start > 0 and said[one.start - 1] in _PLACED):
            return True
        written = [word for word in said[one.start : one.end] if word not in self._ordinary]
        if any(self._is_like_another(word) for word in written):
            return False
        return one.end == len(said) > 1 or all(len(word) >= _LONG_ENOUGH for word in written)

    def _is_like_another(self, word: str) -> bool:
        """Whether a word may be any word but a place's, misspelt."""
        return self._ordinary_spellings.nearest(word, 1)[1] > 0

    def _is_other(self, term: Term, one: Found, said: Sequence[str]) -> bool:
        """Whether a short name is the beginning of another municipality's: "Peschiera del Garda", but not "Peschiera di sera"."""
        rest = said[one.end :]
        following = rest[1] if len(rest) > 1 and rest[0] in _OF else ""
        return bool(following) and following not in self._ordinary and _is_namesake(term, one, said)

    def mentioned(self, attribute: str, said: Sequence[str]) -> tuple[str, ...]:
        """The values of an attribute that a sentence says whoever is to be helped has."""
        names = self._names.get(attribute)
        return mentioned(names.within(said, sentence=True), said, self._none[attribute]) if names is not None else ()

    def read_names(self, attribute: Attribute, text: str) -> Reading:
        """Return the terms that a text names as the answer to a question about `attribute`, or those it may mean."""
        return self._read(attribute, text, lambda found, _: _certain_first(found))

    def read_places(self, attribute: Attribute, text: str) -> Reading:
        """Return the municipality that a text names as somebody's home, or those it may mean."""
        return self._read(attribute, text, lambda found, said: _lived_in(attribute, found, said))

    def _read(self, attribute: Attribute, text: str, divide: _Divide) -> Reading:
        names = self._names.get(attribute.id)
        said = split(text)
        if names is None or not said:
            return Reading()
        found = names.within(said)
        none = tuple(term.id for term in attribute.terms.values() if term.none)
        denied = [one for one in found if is_denied(one, said, found, none)]
        kept = [one for one in found if one not in denied]
        kept, doubtful = divide(kept, said)
        sure = certain(kept)
        if sure == none and any(said[one.start - 1] == "no" for one in denied):
            # "No motoria" can be "no, motoria".
            return Reading(suggestions=(*values_of(denied), *none))
        if sure:
            return _chosen(attribute, sure)
        if none and (said[0] == "no" or phrase(text) is Phrase.NO):
            return Reading(none)
        if found:
            return Reading(suggestions=values_of(kept) or values_of(doubtful) or none)
        alike = names.like(said)
        return Reading(alike) if len(alike) == 1 else Reading(suggestions=alike or names.around(said, MOST_GUESSES))


def _names_of(attribute: Attribute) -> Iterable[tuple[str, str]]:
    """Every (name, value) of an attribute; needs can also be named by category, municipalities by postal code."""
    for term in attribute.terms.values():
        yield from ((name, term.id) for name in (term.label, term.id.replace("-", " "), *term.also))
        if isinstance(term, Place):
            yield term.postal_code, term.id
    for category in attribute.categories.values():
        yield from ((name, CATEGORY + category.id) for name in (category.label, *category.also))


def _chosen(attribute: Attribute, values: tuple[str, ...]) -> Reading:
    """Several values where one is asked for are offered; "none" counts only alone, a category only without its needs."""
    whole = {term.id for term in attribute.terms.values() if term.none}
    whole |= {value for value in values if value.startswith(CATEGORY)}
    values = tuple(value for value in values if value not in whole) or values
    return Reading(values) if attribute.multiple or len(values) == 1 else Reading(suggestions=values[:MOST_GUESSES])


def _certain_first(found: list[Found]) -> tuple[list[Found], list[Found]]:
    return [one for one in found if not one.doubtful], [one for one in found if one.doubtful]


def _lived_in(attribute: Attribute, found: list[Found], said: Sequence[str]) -> tuple[list[Found], list[Found]]:
    """The municipalities that are somebody's home, and those that may be: "San Giuliano Terme" is another place."""
    home: list[Found] = []
    doubtful: list[Found] = []
    for one in found:
        elsewhere = not _NOT_HOME.isdisjoint(said[max(one.start - 2, 0) : one.start])
        (doubtful if elsewhere or one.doubtful or _is_namesake(attribute.terms[one.values[0]], one, said) else home).append(one)
    return home, doubtful


def _is_elsewhere(one: Found, said: Sequence[str]) -> bool:
    """Whether a municipality is where somebody works, or a street's name: "lavoro a Milano", but not "al lavoro, sto a …"."""
    before = said[max(one.start - 3, 0) : one.start]
    far = any(word in _ELSEWHERE and _LIVING.isdisjoint(before[at:]) for at, word in enumerate(before))
    return (far and before[-1] in _PLACED) or not _STREET.isdisjoint(before[-1:])


def _is_namesake(term: Term, one: Found, said: Sequence[str]) -> bool:
    label = split_name(term.label)
    if len(one) >= len(label) or said[one.start].isdigit():
        return False
    rest = said[one.end :]
    if rest and rest[0] in _OF:
        rest = rest[1:]
    if not rest or rest[0] in _AFTER_PLACE or rest[0] in SMALL or rest[0].isdigit():
        return False
    return not any(word.startswith(rest[0]) for word in label)
