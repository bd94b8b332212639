"""The municipality where a person lives, or wants help, among those that a text names.

"Lavoro a Milano ma abito a Paullo" means Paullo, "via Lodi" no municipality, "Peschiera del Garda" one outside the network.
Names are those of content; the words around them, which decide, are in `places.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.attributes import Attribute, Term
from bot.language.data import ITALIAN, word_set
from bot.language.entities.names import SMALL, Found, Names, split_name
from bot.language.text.spelling import Speller

_FILE = "places"
_NOT_HOME, _ELSEWHERE = word_set(ITALIAN, _FILE, "not_home"), word_set(ITALIAN, _FILE, "elsewhere")
_STREET, _LIVING = word_set(ITALIAN, _FILE, "street"), word_set(ITALIAN, _FILE, "living")
_PLACED, _NOT_PLACES = word_set(ITALIAN, _FILE, "placed"), word_set(ITALIAN, _FILE, "not_places")
_PART_OF_A_NAME, _AFTER_A_PLACE = word_set(ITALIAN, _FILE, "part_of_a_name"), word_set(ITALIAN, _FILE, "after_a_place")
_EITHER = word_set(ITALIAN, _FILE, "either")
#: So many words before a name are looked at: of a sentence, for a verb of living, and of an answer.
_WORDS_BEFORE, _LIVING_BEFORE, _ANSWER_BEFORE = 3, 4, 2
_LEFT, _MOVING = word_set(ITALIAN, _FILE, "left"), word_set(ITALIAN, _FILE, "moving")
_NOW, _BEFORE_A_JOB = word_set(ITALIAN, _FILE, "now"), word_set(ITALIAN, _FILE, "before_a_job")
_THINGS, _BEFORE_A_THING = word_set(ITALIAN, _FILE, "things"), word_set(ITALIAN, _FILE, "before_a_thing")
_JOB = "lavoro"
_NOT, _FROM, _INTO = "non", "da", ("a", "ad")
#: Words before a name that may say that it was left; a text of so few words from one town to another tells of a move.
_WORDS_OF_LEAVING, _SHORT_MOVE = 5, 6
#: So many words after "non" a verb of living is denied: "non ci abito".
_WORDS_DENIED = 2
#: Letters of a misspelt name that need not stand where a place would.
_LONG_ENOUGH = 6


class Homes:
    """Tells the municipality where somebody lives from other places named in a text. Immutable after construction."""

    def __init__(self, attribute: Attribute, names: Names, ordinary_words: frozenset[str]) -> None:
        """Set up the reader of homes; `ordinary_words` are the correctly spelt words of content, names of places included."""
        self._terms, self._names, self._ordinary = attribute.terms, names, ordinary_words
        places = frozenset(
            word for term in attribute.terms.values() for name in (term.label, *term.also) for word in split_name(name)
        )
        self._speller = Speller(word for word in ordinary_words - places if len(word) > 1 and word.isalpha())

    def in_sentence(self, said: Sequence[str], *, is_of_a_company: bool = False) -> str:
        """Return the municipality where the person of a sentence lives, or wants help; "" when it names none.

        With `is_of_a_company` it is the place of work.
        """
        found = self._names.within(said, sentence=True)
        sure = [one for one in found if len(one.values) == 1 and self._is_a_place(one, said)]
        sure = [one for one in sure if not self._is_known_namesake(one, said) and not _is_a_thing(one, said)]
        here = [one for one in sure if (is_of_a_company or not _is_elsewhere(one, said)) and not _is_left(one, said, sure)]
        home = [one for one in here if not _LIVING.isdisjoint(said[max(one.start - _LIVING_BEFORE, 0) : one.start])]
        chosen = sorted(home or here, key=lambda one: one.guessed)
        is_open = len({one.values[0] for one in chosen}) > 1 and not home
        first, last = (chosen[0], chosen[-1]) if is_open else (None, None)
        if first and last and (first.end == last.start or not _EITHER.isdisjoint(said[first.end : last.start])):
            return ""
        return chosen[0].values[0] if chosen else ""

    def in_answer(self, found: Sequence[Found], said: Sequence[str]) -> tuple[list[Found], list[Found]]:
        """Return the names that surely are a home, and those that may be: "San Giuliano Terme" is another place."""
        home: list[Found] = []
        doubtful: list[Found] = []
        for one in found:
            is_elsewhere = _is_left(one, said, found) or not _NOT_HOME.isdisjoint(
                said[max(one.start - _ANSWER_BEFORE, 0) : one.start]
            )
            is_doubtful = is_elsewhere or one.doubtful or _is_namesake(self._terms[one.values[0]], one, said)
            (doubtful if is_doubtful else home).append(one)
        return home, doubtful

    def _is_a_place(self, one: Found, said: Sequence[str]) -> bool:
        """Return True if a name surely means a place.

        Spelt right, of several words, in the position of a place, or unlike other words.
        """
        if not (one.doubtful or one.guessed):
            return True
        if not _NOT_PLACES.isdisjoint(said[one.start : one.end]):
            return False
        if len(one) > 1 or (one.start > 0 and said[one.start - 1] in _PLACED):
            return True
        unknown = [word for word in said[one.start : one.end] if word not in self._ordinary]
        if any(self._speller.nearest(word, 1)[1] for word in unknown):
            return False
        return one.end == len(said) > 1 or all(len(word) >= _LONG_ENOUGH for word in unknown)

    def _is_known_namesake(self, one: Found, said: Sequence[str]) -> bool:
        """Return True if another municipality's name begins with this short name.

        In "Peschiera del Garda", not "Peschiera di sera".
        """
        rest = said[one.end :]
        following = rest[1] if len(rest) > 1 and rest[0] in _PART_OF_A_NAME else ""
        return bool(following) and following not in self._ordinary and _is_namesake(self._terms[one.values[0]], one, said)


def _is_elsewhere(one: Found, said: Sequence[str]) -> bool:
    """Return True if a name is that of a workplace or a street: "lavoro a Milano", but not "al lavoro, sto a …"."""
    start = max(one.start - _WORDS_BEFORE, 0)
    before = said[start : one.start]
    is_far = any(
        word in _ELSEWHERE and _LIVING.isdisjoint(before[at:]) and not _is_a_job(said, start + at)
        for at, word in enumerate(before)
    )
    return (is_far and before[-1] in _PLACED) or not _STREET.isdisjoint(before[-1:])


def _is_a_job(said: Sequence[str], at: int) -> bool:
    """Return True if the work mentioned is wanted rather than done: "cerco lavoro a Paullo", not "lavoro a Paullo"."""
    return said[at] == _JOB and at > 0 and said[at - 1] in _BEFORE_A_JOB


def _is_a_thing(one: Found, said: Sequence[str]) -> bool:
    """Return True if a name means a thing called like a municipality: "pane e gorgonzola"."""
    is_named = len(one) == 1 and said[one.start] in _THINGS
    return is_named and ((one.start > 0 and said[one.start - 1] in _BEFORE_A_THING) or said[one.end : one.end + 1] == ("e",))


def _is_left(one: Found, said: Sequence[str], others: Sequence[Found]) -> bool:
    """Return True if a person does not live there, or no longer: "non abito più a …", "da Milano a Dresano"."""
    before = said[max(one.start - _WORDS_OF_LEAVING, 0) : one.start]
    last = max((at for at, word in enumerate(before) if word in _LEFT or word == _NOT), default=-1)
    if last >= 0 and before[last] == _NOT:
        return not _LIVING.isdisjoint(before[last + 1 : last + 1 + _WORDS_DENIED]) and _NOW.isdisjoint(before[last:])
    if last >= 0:
        begin = one.start - len(before) + last
        is_next = not any(begin < other.start < one.start for other in others)
        return is_next and _LIVING.isdisjoint(before[last + 1 :]) and _NOW.isdisjoint(before[last:])
    is_move = before[-1:] == (_FROM,) and any(
        other.start > one.start and other.start > 0 and said[other.start - 1] in _INTO for other in others
    )
    return is_move and (len(said) <= _SHORT_MOVE or not _MOVING.isdisjoint(said))


def _is_namesake(term: Term, one: Found, said: Sequence[str]) -> bool:
    """Return True if a short name is followed by words that the municipality's full name does not have."""
    label = split_name(term.label)
    if len(one) >= len(label) or said[one.start].isdigit():
        return False
    rest = said[one.end :]
    if rest and rest[0] in _PART_OF_A_NAME:
        rest = rest[1:]
    if not rest or rest[0] in _AFTER_A_PLACE or rest[0] in SMALL or rest[0].isdigit():
        return False
    return not any(word.startswith(rest[0]) for word in label)
