"""The interview: one run of a flow by one citizen. Its position is derived from the answers, not stored.

Kept are the answers, the order in which they came, and a focus: a question that was opened again. Next comes the focus; else a
draft of a choice not yet confirmed; else the first question whose `when` is not false, whose attribute is not known, and
which still matters. Going back, changing an answer, skipping what is known and resuming after the flow was changed all
follow from this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.attributes import CATEGORY, DISABILITY, NEED, PLACE, SCHEDULE, Kind, Place, Vocabulary, compatible_bands
from bot.core.conditions import ALWAYS, Known, Profile, Truth, Value, truth
from bot.core.flow import Flow, Purpose, Question
from bot.core.matching import Index, Match, People

#: So many pages of results are few: more is not asked, unless the citizen wants it.
FEW_PAGES = 2


class AnswerKind(StrEnum):
    """What became of a question."""

    VALUE = "value"
    #: Values of a multiple choice, or a category of needs, not yet confirmed.
    DRAFT = "draft"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; values only when there are any."""

    kind: AnswerKind
    values: tuple[Value, ...] = ()


class Pace(StrEnum):
    """How far the citizen wants to go."""

    #: Stop asking when few offers are left, or enough was said to show some.
    AUTO = "auto"
    #: Go on as long as a question matters.
    THOROUGH = "thorough"
    #: Show what there is now.
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Interview:
    """One run of a flow."""

    flow: str
    #: Tells the buttons of this run from those of an earlier one.
    number: int = 1
    #: By attribute, in the order in which they were first answered.
    answers: Mapping[str, Answer] = field(default_factory=dict)
    #: A question opened again by going back, by changing an answer or by an old button.
    focus: str | None = None
    pace: Pace = Pace.AUTO

    def answer(self, attribute: str, answer: Answer) -> Interview:
        """With an answer; one that was given before keeps its place in the order. A draft stays open."""
        answers = {**self.answers, attribute: answer}
        return replace(self, answers=answers, focus=None if self.focus == attribute else self.focus)

    def reopen(self, attribute: str) -> Interview:
        """With the focus on a question, whose answer stays until it is given anew."""
        return replace(self, focus=attribute)

    def clear(self, attribute: str) -> Interview:
        """Without an answer; its question comes next."""
        return replace(self, answers={a: v for a, v in self.answers.items() if a != attribute}, focus=attribute)

    def back(self, current: str | None, counting: Collection[str] | None = None) -> Interview:
        """With the focus on the answer given before the current question; unchanged when there is none.

        Answers that do not count are passed over, since their questions do not apply; absent, all but drafts count.
        """
        if counting is None:
            counting = {attribute for attribute, answer in self.answers.items() if answer.kind is not AnswerKind.DRAFT}
        order = [attribute for attribute in self.answers if attribute in counting or attribute == current]
        before = order[: order.index(current)] if current in order else order
        return replace(self, focus=before[-1]) if before else self

    def fitted_to(self, vocabulary: Vocabulary) -> Interview:
        """With only the answers that content, which may have changed, still understands."""
        answers = {}
        for attribute, answer in self.answers.items():
            values = tuple(value for value in answer.values if vocabulary.is_valid(attribute, value))
            if attribute in vocabulary.attributes and (values or not answer.values):
                answers[attribute] = replace(answer, values=values)
        return replace(self, answers=answers)


class Why(StrEnum):
    """Why a question comes next, or none does."""

    REOPENED = "reopened"
    DRAFT = "draft"
    ALWAYS = "always"
    SURVEY = "survey"
    #: It occurs in an undecided part of an offer that remains.
    UNDECIDED = "undecided"
    #: An answer can change a verdict or what is shown first.
    TELLS_APART = "tells_apart"
    # From here on nothing more is asked.
    STOPPED = "stopped"
    ENOUGH = "enough"
    NOTHING_LEFT = "nothing_left"
    ALL_ASKED = "all_asked"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an interview stands."""

    #: What was said; and for each person to be helped the same with what follows from it.
    stated: Profile
    people: People
    match: Match
    #: What is asked next; None when the results are shown.
    question: Question | None
    why: Why
    #: The attributes whose questions still matter, in the order of the flow.
    mattering: tuple[str, ...]
    #: "Question `number` of about `total`".
    number: int
    total: int


def stated(interview: Interview, flow: Flow, vocabulary: Vocabulary) -> dict[str, Known | None]:
    """The answers that count: those of questions whose `when` is not false, and those that no question of the flow asks."""
    asked = {question.fills for question in flow.questions}
    given = {a: answer for a, answer in interview.answers.items() if answer.kind is not AnswerKind.DRAFT}
    said = {a: _known(a, answer, vocabulary) for a, answer in given.items() if a not in asked}
    for question in flow.questions:
        if question.fills in given and _is_open(question, said, vocabulary):
            said[question.fills] = _known(question.fills, given[question.fills], vocabulary)
    return said


def _known(attribute: str, answer: Answer, vocabulary: Vocabulary) -> Known | None:
    return vocabulary.known(attribute, answer.values) if answer.kind is AnswerKind.VALUE else None


def _is_open(question: Question, said: Profile, vocabulary: Vocabulary) -> bool:
    """Whether a question can be asked: its `when` is not false for one of the people."""
    if question.when == ALWAYS:
        return True
    return any(truth(question.when, person) is not Truth.FALSE for person in vocabulary.people(said))


def position(interview: Interview, flow: Flow, index: Index) -> Position:
    """Where an interview stands. Pure and total: every set of answers has a position."""
    return _Deriving(interview, flow, index).position()


class _Deriving:
    """Derives one position."""

    def __init__(self, interview: Interview, flow: Flow, index: Index) -> None:
        self.interview = interview
        self.flow = flow
        self.index = index
        self.vocabulary = index.vocabulary
        self.said = stated(interview, flow, index.vocabulary)
        self.people = index.vocabulary.people(self.said)
        self.match = index.match(self.people)

    def position(self) -> Position:
        mattering = tuple(self._mattering())
        question, why = self._next(mattering)
        answered = [attribute for attribute in self.interview.answers if attribute in self.said]
        number = answered.index(question.fills) + 1 if question and question.fills in answered else len(answered) + 1
        ahead = tuple(dict.fromkeys(q.fills for q, _ in mattering if q.fills not in answered))
        expected = len(answered) + len(ahead)
        if self.flow.purpose is Purpose.MATCH and self.interview.pace is Pace.AUTO:
            expected = min(expected, self.flow.after)
        total = max(number, expected)
        return Position(self.said, self.people, self.match, question, why, ahead, number, total)

    def _next(self, mattering: tuple[tuple[Question, Why], ...]) -> tuple[Question | None, Why]:
        interview, match = self.interview, self.match
        if interview.focus is not None and interview.focus in self.vocabulary.attributes:
            return self._question_about(interview.focus), Why.REOPENED
        draft = next((a for a, answer in interview.answers.items() if answer.kind is AnswerKind.DRAFT), None)
        if draft is not None:
            return self._question_about(draft), Why.DRAFT
        if self.flow.purpose is Purpose.MATCH:
            if interview.pace is Pace.STOPPED:
                return None, Why.STOPPED
            if not match.remaining:
                return None, Why.NOTHING_LEFT
            decided = not any(why in (Why.UNDECIDED, Why.ALWAYS) for _, why in mattering)
            if decided and self._is_enough() and interview.pace is Pace.AUTO:
                return None, Why.ENOUGH
        return mattering[0] if mattering else (None, Why.ALL_ASKED)

    def _is_enough(self) -> bool:
        """Whether few offers are left, or the citizen has answered enough to see some."""
        answered = len(self.interview.answers)
        few = self.match.remaining.bit_count() <= FEW_PAGES * self.flow.show
        return answered >= self.flow.after or (few and answered > 0)

    def _question_about(self, attribute: str) -> Question:
        """The question of the flow that asks for an attribute now; its label when the flow has none."""
        asking = [question for question in self.flow.questions if question.fills == attribute]
        others = {a: known for a, known in self.said.items() if a != attribute}
        is_open = next((question for question in asking if _is_open(question, others, self.vocabulary)), None)
        return is_open or next(iter(asking), Question(self.vocabulary[attribute].label, attribute))

    def _mattering(self) -> Iterator[tuple[Question, Why]]:
        """The questions that matter, each with the reason."""
        undecided: frozenset[str] | None = None
        for question in self.flow.questions:
            attribute = question.fills
            if any(attribute in person for person in self.people) or not _is_open(question, self.said, self.vocabulary):
                continue
            if self.flow.purpose is Purpose.SURVEY:
                yield question, Why.SURVEY
                continue
            if question.always:
                yield question, Why.ALWAYS
                continue
            if undecided is None:
                undecided = self.index.undecided(self.people, self.match)
            touched = self.vocabulary.touched_by(attribute)
            if not touched.isdisjoint(undecided):
                yield question, Why.UNDECIDED
            elif self._tells_apart(question, touched):
                yield question, Why.TELLS_APART

    def _tells_apart(self, question: Question, touched: frozenset[str]) -> bool:
        attribute = question.fills
        if attribute == PLACE:
            return self.index.ordered_by_place(self.match)
        if attribute == SCHEDULE:
            return self.index.ordered_by_hours(self.match)
        if attribute == NEED:
            return self.index.ordered_by_need(self.match)
        if attribute != DISABILITY and len(touched) == 1:
            return False
        trials = (
            self.vocabulary.people({**self.said, attribute: self.vocabulary.known(attribute, (value,))})
            for value in choices(question, self.index, self.said, self.match)
        )
        return self.index.told_apart(touched, self.people, trials)


def choices(question: Question, index: Index, said: Profile, match: Match) -> tuple[Value, ...]:
    """The values offered for a question: single needs, never categories; only bands the person can have."""
    vocabulary = index.vocabulary
    attribute = vocabulary[question.fills]
    match attribute.kind:
        case Kind.AGE | Kind.NUMBER:
            others = {a: known for a, known in said.items() if a != attribute.id}
            return tuple(
                band for band in compatible_bands(attribute, vocabulary, others) if not question.bands or band in question.bands
            )
        case Kind.NEED:
            served = index.needs_of(_before_need(index, said, match))
            return tuple(need for need in question.options or attribute.terms if need in served)
        case Kind.PLACE:
            core = tuple(t.id for t in attribute.terms.values() if isinstance(t, Place) and t.core)
            return question.options or core or tuple(attribute.terms)
        case _:
            return question.options or tuple(attribute.terms)


def common_needs(index: Index, said: Profile, match: Match, count: int) -> frozenset[str]:
    """The `count` needs that most of the remaining offers answer, of those that reveal nothing."""
    served = index.needs_of(_before_need(index, said, match))
    terms = index.vocabulary.needs
    open_ones = [need for need in served if not terms[need].sensitive]
    return frozenset(sorted(open_ones, key=lambda need: -served[need])[:count])


def _before_need(index: Index, said: Profile, match: Match) -> Match:
    """The verdicts as they are without a need."""
    if said.get(NEED) is None:
        return match
    return index.match(index.vocabulary.people({a: known for a, known in said.items() if a != NEED}))


def narrowed(interview: Interview) -> str | None:
    """The category to which the need is narrowed down without being confirmed."""
    draft = interview.answers.get(NEED)
    if draft is None or draft.kind is not AnswerKind.DRAFT:
        return None
    return next((str(v).removeprefix(CATEGORY) for v in draft.values if str(v).startswith(CATEGORY)), None)
