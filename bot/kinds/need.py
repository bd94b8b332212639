"""`need`: the help that is sought, a term of `needs.yaml`: a category first, or simply typed.

    bisogno:
      type: need

A condition names needs, or a category for all its needs: `bisogno: [doposcuola, anziani]`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.attributes import CATEGORY, NEED, Attribute
from bot.core.conditions import Value
from bot.core.interview import AnswerKind, Interview
from bot.core.replies import Action, Choice, Verb
from bot.kinds.kind import OpenQuestion, Sentences, YamlForm
from bot.kinds.names import NamedKind

#: The commonest needs that are shown at once; the others are found by their category.
MOST_NEEDS = 8


class NeedKind(NamedKind):
    """A need, chosen by its category."""

    name = "need"
    yaml = YamlForm.NEEDS
    texts = """
hint_need whole_category_button widen_button
narrowed: category
more_button: category
"""
    hint = "hint_need"

    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return the need that is written, or all the needs of the category that is."""
        if written in attribute.categories and written not in attribute.terms:
            return tuple(id for id, term in attribute.terms.items() if term.category == written)
        return (written,)

    def offered(self, asked: OpenQuestion) -> tuple[Value, ...]:
        """Return the needs that an offer answers which remains without regard to the need."""
        served = _served(asked)
        return tuple(need for need in asked.question.options or asked.attribute.terms if need in served)

    def has_toggles(self, attribute: Attribute) -> bool:
        """Return False: one need is sought at a time."""
        return False

    def buttons(
        self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences, *, are_suggested: bool = False
    ) -> tuple[tuple[Choice, ...], ...]:
        """Return the commonest needs and the categories of the others; or the needs of the chosen category."""
        if are_suggested:
            return super().buttons(asked, values, sentences, are_suggested=True)
        attribute, needs = asked.attribute, [str(value) for value in values]
        if asked.category is not None:
            inside = [need for need in needs if attribute.terms[need].category == asked.category]
            whole = Choice(sentences.say("whole_category_button"), Action(Verb.CONFIRM, attribute.id))
            widen = Choice(sentences.say("widen_button"), Action(Verb.WIDEN, attribute.id))
            return ((*self._answers(attribute, inside, sentences), whole, widen),)
        common = common_needs(asked, MOST_NEEDS)
        if len(needs) == len(common):
            return (self._answers(attribute, needs, sentences),)
        categories = [
            Choice(sentences.say("more_button", category=term.label), Action(Verb.TOGGLE, attribute.id, CATEGORY + id))
            for id, term in attribute.categories.items()
            if not common.issuperset(need for need in needs if attribute.terms[need].category == id)
        ]
        return ((*self._answers(attribute, [need for need in needs if need in common], sentences), *categories),)

    def _answers(self, attribute: Attribute, needs: Sequence[str], sentences: Sentences) -> tuple[Choice, ...]:
        return tuple(
            Choice(self.say_value(attribute, need, sentences), Action(Verb.ANSWER, attribute.id, need)) for need in needs
        )

    def hints(self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences) -> list[str]:
        """Return the chosen category in place of all other hints."""
        if asked.category is None:
            return super().hints(asked, values, sentences)
        category = self.say_value(asked.attribute, CATEGORY + asked.category, sentences)
        return [sentences.say("narrowed", category=category)]

    def answer(self, interview: Interview, attribute: Attribute, values: tuple[Value, ...]) -> Interview:
        """Return the interview after a typed answer. A category is a step on the way to a need."""
        if str(values[0]).startswith(CATEGORY):
            return self.toggle(interview, attribute, values[0])
        return super().answer(interview, attribute, values)

    def toggle(self, interview: Interview, attribute: Attribute, value: Value) -> Interview:
        """Return the interview with a category as draft. An earlier answer waits behind it, for citizens who go back."""
        before = interview.answers.get(attribute.id)
        earlier = () if before is None else before.values if before.kind is AnswerKind.VALUE else before.values[1:]
        return interview.draft(attribute.id, value, *earlier)


def common_needs(asked: OpenQuestion, count: int) -> frozenset[str]:
    """Return the `count` needs that most of the remaining offers answer, without the sensitive ones."""
    served = _served(asked)
    terms = asked.index.vocabulary.needs
    return frozenset(sorted((need for need in served if not terms[need].sensitive), key=lambda need: -served[need])[:count])


def _served(asked: OpenQuestion) -> dict[str, int]:
    """Return the needs that offers answer which remain without regard to the need, each with its weight."""
    index, profile, match = asked.index, asked.position.profile, asked.position.match
    if profile.get(NEED) is not None:
        match = index.match(index.vocabulary.people({a: known for a, known in profile.items() if a != NEED}))
    return dict(index.need_weights(match))


KIND = NeedKind()
