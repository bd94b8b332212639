"""`need`: the help that is sought, a term of `needs.yaml`: a category first, or simply typed.

    bisogno:
      type: need

A condition names needs, or a category for all its needs: `bisogno: [doposcuola, anziani]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.attributes import CATEGORY, NEED, Attribute
from bot.core.conditions import Value
from bot.core.interview import AnswerKind, Interview
from bot.core.matching import Match
from bot.core.replies import Action, Choice, Verb
from bot.kinds.kind import OpenQuestion, Sentences, YamlForm
from bot.kinds.names import NamedKind

#: The commonest needs that are shown at once, at least; the others are found by their category.
FEWEST_COMMON_NEEDS = 3
#: And those that begin the second page of categories.
_FURTHER_NEEDS = 2
#: Room for the buttons of those who do not know, and who want to see the services found so far.
_WAYS_ON = 2


class NeedKind(NamedKind):
    """A need, chosen by its category."""

    name = "need"
    yaml = YamlForm.NEEDS
    texts = """
hint_need whole_category_button widen_button
narrowed: category
more_button: category
more_needs_button
"""
    hint = "hint_need"
    more = "more_needs_button"

    def parse(self, written: str, attribute: Attribute) -> tuple[Value, ...]:
        """Return the written need, or all needs of the written category."""
        if written in attribute.categories and written not in attribute.terms:
            return tuple(id for id, term in attribute.terms.items() if term.category == written)
        return (written,)

    def offered(self, asked: OpenQuestion) -> tuple[Value, ...]:
        """Return the needs for which the other answers leave at least one offer."""
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
            inside = self._answers(attribute, _groups(asked, needs).get(asked.category, ()), sentences)
            whole = Choice(sentences.say("whole_category_button"), Action(Verb.CONFIRM, attribute.id))
            widen = Choice(sentences.say("widen_button"), Action(Verb.WIDEN, attribute.id))
            # A category with pages of needs has more services than anybody reads.
            return inside, (whole, widen) if len(inside) + 2 <= asked.room else (widen,)
        return (tuple(self._choices(asked, needs, sentences)),)

    def _choices(self, asked: OpenQuestion, needs: Sequence[str], sentences: Sentences) -> Iterator[Choice]:
        """Yield buttons for the commonest needs, then for the categories of the others.

        If these take several pages, the first page ends with the categories that fit, and the next begins with needs of the
        hidden ones.
        """
        common, attribute = common_needs(asked, FEWEST_COMMON_NEEDS), asked.attribute
        groups = _groups(asked, [need for need in needs if need not in common])
        shown = len(groups)
        if shown + len(common) <= asked.room:
            common = common_needs(asked, max(FEWEST_COMMON_NEEDS, asked.room - shown - _WAYS_ON))
            groups = _groups(asked, [need for need in needs if need not in common])
        else:
            shown = max(0, asked.room - 1 - len(common))
        yield from self._answers(attribute, [need for need in needs if need in common], sentences)
        buttons = [self._group(attribute, id, inside, sentences) for id, inside in groups.items()]
        hidden = [need for inside in list(groups.values())[shown:] if len(inside) > 1 for need in inside]
        further = [need for need in hidden if not attribute.terms[need].sensitive]
        yield from buttons[:shown]
        yield from self._answers(attribute, further[:_FURTHER_NEEDS], sentences)
        yield from buttons[shown:]

    def _group(self, attribute: Attribute, category: str, needs: Sequence[str], sentences: Sentences) -> Choice:
        """Return the button of a category, or of its only need if there is just one that may be shown to anybody."""
        if len(needs) == 1 and not attribute.terms[needs[0]].sensitive:
            return self._answers(attribute, needs, sentences)[0]
        label = sentences.say("more_button", category=attribute.categories[category].label)
        return Choice(label, Action(Verb.TOGGLE, attribute.id, CATEGORY + category))

    def _answers(self, attribute: Attribute, needs: Sequence[str], sentences: Sentences) -> tuple[Choice, ...]:
        return tuple(
            Choice(self.say_value(attribute, need, sentences), Action(Verb.ANSWER, attribute.id, need)) for need in needs
        )

    def hints(self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences) -> list[str]:
        """Return the name of the chosen category, in place of all other hints."""
        if asked.category is None:
            return super().hints(asked, values, sentences)
        category = self.say_value(asked.attribute, CATEGORY + asked.category, sentences)
        return [sentences.say("narrowed", category=category)]

    def answer(self, interview: Interview, attribute: Attribute, values: tuple[Value, ...]) -> Interview:
        """Return the interview after a typed answer; a category is only a draft, from which a need is then chosen."""
        if str(values[0]).startswith(CATEGORY):
            return self.toggle(interview, attribute, values[0])
        return super().answer(interview, attribute, values)

    def toggle(self, interview: Interview, attribute: Attribute, value: Value) -> Interview:
        """Return the interview with a category as draft. An earlier answer is kept, for citizens who go back."""
        before = interview.answers.get(attribute.id)
        earlier = () if before is None else before.values if before.kind is AnswerKind.VALUE else before.values[1:]
        return interview.draft(attribute.id, value, *earlier)


def common_needs(asked: OpenQuestion, count: int) -> frozenset[str]:
    """Return the `count` needs that most of the remaining offers answer, without the sensitive ones."""
    served = _served(asked)
    terms = asked.index.vocabulary.needs
    return frozenset(sorted((need for need in served if not terms[need].sensitive), key=lambda need: -served[need])[:count])


def _groups(asked: OpenQuestion, needs: Sequence[str]) -> dict[str, list[str]]:
    """Return needs by category; categories, and the needs in them, with most remaining offers come first."""
    remaining = _match(asked).remaining
    counts = {need: (asked.index.answering(need) & remaining).bit_count() for need in needs}
    groups: dict[str, list[str]] = {}
    for need in sorted(needs, key=lambda need: -counts[need]):
        groups.setdefault(asked.attribute.terms[need].category, []).append(need)
    return dict(sorted(groups.items(), key=lambda group: -sum(counts[need] for need in group[1])))


def _served(asked: OpenQuestion) -> dict[str, int]:
    """Return the needs that have an offer, given all answers but the need, each with its weight."""
    return dict(asked.index.need_weights(_match(asked)))


def _match(asked: OpenQuestion) -> Match:
    """Return the verdicts on all offers, given all answers but the need."""
    index, profile = asked.index, asked.position.profile
    if profile.get(NEED) is None:
        return asked.position.match
    return index.match(index.vocabulary.people({a: known for a, known in profile.items() if a != NEED}))


KIND = NeedKind()
