"""`place`: a municipality, a term of `places.yaml`.

    comune:
      type: place

A condition names municipalities: `comune: [melegnano, san-donato-milanese]`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.core.attributes import PLACE, Attribute, Place, Vocabulary
from bot.core.conditions import Comparable, Profile, Value
from bot.core.flow import Question
from bot.kinds.kind import OpenQuestion, Sentences, YamlForm
from bot.kinds.names import NamedKind
from bot.language.entities.outside_towns import town_outside
from bot.language.entities.values import MOST_GUESSES, AnswerReader, Reading
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: Before the name of a municipality outside the territory, which is a value without a term.
_OUTSIDE = "~"
#: The municipalities that are named in a reason; of more, only their number is said.
_MOST_PLACES = 3


class PlaceKind(NamedKind):
    """A municipality."""

    name = "place"
    yaml = YamlForm.PLACES
    texts = """
hint_place place_hint more_places_button
heard_outside: answer
reason_place: places
reason_more_places: places count
"""
    hint = "hint_place"
    more = "more_places_button"

    def choices(self, question: Question, attribute: Attribute, vocabulary: Vocabulary, profile: Profile) -> tuple[Value, ...]:
        """Return the municipalities of the network; the others can be typed."""
        core = tuple(term.id for term in attribute.terms.values() if isinstance(term, Place) and term.core)
        return question.options or core or tuple(attribute.terms)

    def hints(self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences) -> list[str]:
        """Return the hint that municipalities without a button can be typed."""
        hints = super().hints(asked, values, sentences)
        if asked.attribute.id == PLACE and not self.has_toggles(asked.attribute):
            hints.append(sentences.say("place_hint"))
        return hints

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the municipality that the text names as home, or those it may mean; or else one outside the territory."""
        found, town = reader.read_places(attribute, said), town_outside(said)
        if town is None or (found.values and not (town.is_certain and normalise(town.name) not in _names(attribute))):
            return found
        value = f"{_OUTSIDE}{town.name}"
        return Reading(suggestions=(*found.suggestions, value)[:MOST_GUESSES]) if town.is_doubtful else Reading((value,))

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for a municipality of the territory, and for one outside it."""
        return super().is_valid(attribute, value) or (isinstance(value, str) and value.startswith(_OUTSIDE))

    def heard_key(self, values: tuple[Value, ...]) -> str:
        """Return the key of the sentence that answers a town outside the territory, and says whom to ask there."""
        return "heard_outside" if any(str(value).startswith(_OUTSIDE) for value in values) else super().heard_key(values)

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return the name of a municipality."""
        name = str(value)
        return name[1:] if name.startswith(_OUTSIDE) else super().say_value(attribute, value, sentences)

    def say_inside(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return the municipality's name as it stands inside a sentence, with its capital letters."""
        return self.say_value(attribute, value, sentences)

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the first few accepted municipalities and the number of the others; as "residents of …" unless `brief`."""
        assert isinstance(accepted, frozenset)
        if attribute.id != PLACE and not brief:
            return super().say_accepted(attribute, accepted, sentences)
        names = [term.label for term in attribute.terms.values() if term.id in accepted]
        if len(names) > _MOST_PLACES + 1:
            more = {"places": ", ".join(names[:_MOST_PLACES]), "count": len(names) - _MOST_PLACES}
            places = sentences.say("reason_more_places", **more)
        else:
            places = sentences.join("or_word", names)
        return places if brief else sentences.say("reason_place", places=places)


def _names(attribute: Attribute) -> set[str]:
    """Return all names of the municipalities of an attribute, normalised."""
    return {normalise(name) for term in attribute.terms.values() for name in (term.label, *term.also)}


KIND = PlaceKind()
