"""The interview: one run of a flow by one citizen. Its position is derived from the answers, not stored.

Stored are the answers, the order in which they came, and a focus: a question that was reopened. The next question is the focus;
without a focus, the draft of a choice not yet confirmed; without a draft, the first question whose `when` is not false, whose
attribute is not known, and whose answer can still change the results. Going back, changing an answer, skipping known attributes
and resuming after a change of the flow follow from this. Putting a question into words is in `dialogue/screens/`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.attributes import CATEGORY, DISABILITY, NEED, PLACE, SCHEDULE, Vocabulary
from bot.core.conditions import ALWAYS, Known, Profile, Truth, Value, truth
from bot.core.explanation import People
from bot.core.flow import Flow, Purpose, Question
from bot.core.matching import Index, Match

#: Up to so many pages of results no more is asked, unless the citizen wants it.
FEW_PAGES = 2
#: With so many services that surely fit there is a choice: what concerns few people is not asked of everybody.
ENOUGH_SERVICES = 3


class AnswerKind(StrEnum):
    """The kinds of answer to a question: a value, a draft, or that the citizen does not know, skipped it or declined."""

    VALUE = "value"
    #: Values of a multiple choice, or a category of needs and the values before it, not yet confirmed.
    DRAFT = "draft"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; it has values only if it is a value or a draft."""

    kind: AnswerKind
    values: tuple[Value, ...] = ()


class Pace(StrEnum):
    """The number of questions that a citizen wants to answer."""

    #: Ask until few offers remain, or enough was answered to show some.
    AUTO = "auto"
    #: Ask as long as a question matters.
    THOROUGH = "thorough"
    #: Show the results now.
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Interview:
    """A run of a flow: the answers, their order and a focus."""

    flow: str
    #: Number of this run: buttons of an earlier run are recognised by it.
    number: int = 1
    #: By attribute, in the order in which they were first answered.
    answers: Mapping[str, Answer] = field(default_factory=dict)
    #: The attribute of a question reopened by going back, by changing an answer or by an old button.
    focus: str | None = None
    pace: Pace = Pace.AUTO

    def answer(self, attribute: str, answer: Answer) -> Interview:
        """Return the interview with a new answer for an attribute; a changed answer keeps its place in the order of answers."""
        answers = {**self.answers, attribute: answer}
        return replace(self, answers=answers, focus=None if self.focus == attribute else self.focus)

    def reopen(self, attribute: str) -> Interview:
        """Return the interview with the focus on a question, whose answer stays until a new one is given."""
        return replace(self, focus=attribute)

    def clear(self, attribute: str) -> Interview:
        """Return the interview with the answer to an attribute removed, and its question asked next."""
        return replace(self, answers={a: v for a, v in self.answers.items() if a != attribute}, focus=attribute)

    def draft(self, attribute: str, *values: Value) -> Interview:
        """Return the interview with a draft: values of a choice that the citizen has not confirmed yet."""
        return replace(self, answers={**self.answers, attribute: Answer(AnswerKind.DRAFT, values)})

    def confirm(self, attribute: str) -> Interview:
        """Return the interview with an attribute's draft or reopened answer confirmed.

        Without values it means "does not know".
        """
        before = self.answers.get(attribute)
        values = before.values if before is not None else ()
        if self.category_draft(attribute) is not None:
            values = values[:1]
        return self.answer(attribute, Answer(AnswerKind.VALUE, values) if values else Answer(AnswerKind.UNKNOWN))

    def confirm_drafts(self) -> Interview:
        """Return the interview with every draft turned into an answer."""
        interview = self
        for attribute, answer in self.answers.items():
            if answer.kind is AnswerKind.DRAFT:
                interview = interview.confirm(attribute)
        return interview

    def category_draft(self, attribute: str) -> str | None:
        """Return the category that the citizen chose for an attribute and has not confirmed yet; None if there is none."""
        draft = self.answers.get(attribute)
        if draft is None or draft.kind is not AnswerKind.DRAFT:
            return None
        return next((str(v).removeprefix(CATEGORY) for v in draft.values if str(v).startswith(CATEGORY)), None)

    def drop_category(self, attribute: str) -> Interview:
        """Return the interview without an attribute's category draft: the question is asked again; an earlier answer stays."""
        draft = self.answers.get(attribute)
        earlier = draft.values[1:] if draft is not None and draft.kind is AnswerKind.DRAFT else ()
        if not earlier:
            return self.clear(attribute)
        return replace(self, answers={**self.answers, attribute: Answer(AnswerKind.VALUE, earlier)}, focus=attribute)

    def back(self, current: str | None, counting: Collection[str] | None = None) -> Interview:
        """Return the interview with the focus on the answer given before the current question; unchanged if there is none.

        Answers to attributes outside `counting` are skipped, since their questions do not apply; None counts all but drafts.
        """
        if counting is None:
            counting = {attribute for attribute, answer in self.answers.items() if answer.kind is not AnswerKind.DRAFT}
        order = [attribute for attribute in self.answers if attribute in counting or attribute == current]
        before = order[: order.index(current)] if current in order else order
        return replace(self, focus=before[-1]) if before else self

    def keep_valid(self, vocabulary: Vocabulary) -> Interview:
        """Return the interview without answers that a vocabulary, which may have changed since, no longer allows."""
        answers = {}
        for attribute, answer in self.answers.items():
            values = tuple(value for value in answer.values if vocabulary.is_valid(attribute, value))
            if attribute in vocabulary.attributes and (values or not answer.values):
                answers[attribute] = replace(answer, values=values)
        return replace(self, answers=answers)


class PositionReason(StrEnum):
    """The reason why a question comes next, or why none does."""

    REOPENED = "reopened"
    DRAFT = "draft"
    ALWAYS = "always"
    SURVEY = "survey"
    #: Its attribute occurs in an undecided requirement of an offer that remains.
    UNDECIDED = "undecided"
    #: An answer can change a verdict or the order of the offers.
    TELLS_APART = "tells_apart"
    # With the following reasons no question comes next.
    STOPPED = "stopped"
    ENOUGH = "enough"
    NOTHING_LEFT = "nothing_left"
    ALL_ASKED = "all_asked"


@dataclass(frozen=True, slots=True)
class Position:
    """The position of an interview: the open question, or the results."""

    #: The answers that count; and for each person to be helped the same with the values that follow.
    profile: Profile
    people: People
    match: Match
    #: The open question; None when the results are shown.
    question: Question | None
    reason: PositionReason
    #: The attributes whose questions still matter, in the order of the flow.
    relevant: tuple[str, ...]
    #: "Question `number` of about `total`".
    number: int
    total: int


def stated_profile(interview: Interview, flow: Flow, vocabulary: Vocabulary) -> dict[str, Known | None]:
    """Return the answers that count, as a profile.

    An answer counts if the `when` of its question is not false, or if no question of the flow asks for its attribute.
    """
    asked = {question.fills for question in flow.questions}
    given = {a: answer for a, answer in interview.answers.items() if answer.kind is not AnswerKind.DRAFT}
    profile = {a: _known(a, answer, vocabulary) for a, answer in given.items() if a not in asked}
    for question in flow.questions:
        if question.fills in given and _is_open(question, profile, vocabulary):
            profile[question.fills] = _known(question.fills, given[question.fills], vocabulary)
    return profile


def _known(attribute: str, answer: Answer, vocabulary: Vocabulary) -> Known | None:
    return vocabulary.known(attribute, answer.values) if answer.kind is AnswerKind.VALUE else None


def _is_open(question: Question, profile: Profile, vocabulary: Vocabulary) -> bool:
    """Return True if the `when` of a question is not false for at least one of the people to be helped."""
    if question.when == ALWAYS:
        return True
    return any(truth(question.when, person) is not Truth.FALSE for person in vocabulary.people(profile))


def position(interview: Interview, flow: Flow, index: Index) -> Position:
    """Return the position of an interview: its next question, or the results. Pure, and defined for every set of answers."""
    return _Derivation(interview, flow, index).position()


class _Derivation:
    """The data and steps from which the position of one interview is derived."""

    def __init__(self, interview: Interview, flow: Flow, index: Index) -> None:
        self.interview = interview
        self.flow = flow
        self.index = index
        self.vocabulary = index.vocabulary
        self.profile = stated_profile(interview, flow, index.vocabulary)
        self.people = index.vocabulary.people(self.profile)
        self.match = index.match(self.people)

    def position(self) -> Position:
        relevant = tuple(self._relevant_questions())
        question, reason = self._next(relevant)
        answered = [attribute for attribute in self.interview.answers if attribute in self.profile]
        number = answered.index(question.fills) + 1 if question and question.fills in answered else len(answered) + 1
        ahead = tuple(dict.fromkeys(q.fills for q, _ in relevant if q.fills not in answered))
        expected = len(answered) + len(ahead)
        if self.flow.purpose is Purpose.MATCH and self.interview.pace is Pace.AUTO:
            expected = min(expected, self.flow.after)
        total = max(number, expected)
        return Position(self.profile, self.people, self.match, question, reason, ahead, number, total)

    def _next(self, relevant: tuple[tuple[Question, PositionReason], ...]) -> tuple[Question | None, PositionReason]:
        interview, match = self.interview, self.match
        if interview.focus is not None and interview.focus in self.vocabulary.attributes:
            return self._question_about(interview.focus), PositionReason.REOPENED
        draft = next((a for a, answer in interview.answers.items() if answer.kind is AnswerKind.DRAFT), None)
        if draft is not None:
            return self._question_about(draft), PositionReason.DRAFT
        if self.flow.purpose is Purpose.MATCH:
            if interview.pace is Pace.STOPPED:
                return None, PositionReason.STOPPED
            if not match.remaining:
                return None, PositionReason.NOTHING_LEFT
            is_decided = not self._is_pressing(relevant)
            if is_decided and self._is_enough() and interview.pace is Pace.AUTO:
                return None, PositionReason.ENOUGH
        return relevant[0] if relevant else (None, PositionReason.ALL_ASKED)

    def _is_pressing(self, relevant: tuple[tuple[Question, PositionReason], ...]) -> bool:
        """Return True if a question must be asked before results are shown, because it can change a verdict.

        Questions that concern few people, such as one on disability, do not count once enough services fit.
        """
        pressing = [one for one in relevant if one[1] in (PositionReason.UNDECIDED, PositionReason.ALWAYS)]
        if not pressing or pressing[0] != relevant[0]:
            return bool(pressing)
        of_few = (any(term.none for term in self.vocabulary[question.fills].terms.values()) for question, _ in pressing)
        if not all(of_few) or any(reason is PositionReason.ALWAYS for _, reason in pressing):
            return True
        enough = min(ENOUGH_SERVICES, self.index.service_count(self.match.remaining))
        return self.index.service_count(self.match.fits) < enough

    def _is_enough(self) -> bool:
        """Return True if results can be shown: few offers remain, or enough questions of the flow are answered."""
        answered = len(self.interview.answers)
        few = self.match.remaining.bit_count() <= FEW_PAGES * self.flow.show
        return answered >= self.flow.after or (few and answered > 0)

    def _question_about(self, attribute: str) -> Question:
        """Return the question of the flow that asks for an attribute now; if there is none, one made of the attribute's label."""
        asking = [question for question in self.flow.questions if question.fills == attribute]
        others = {a: known for a, known in self.profile.items() if a != attribute}
        is_open = next((question for question in asking if _is_open(question, others, self.vocabulary)), None)
        return is_open or next(iter(asking), Question(self.vocabulary[attribute].label, attribute))

    def _relevant_questions(self) -> Iterator[tuple[Question, PositionReason]]:
        """Yield the questions whose answers can still change the results, each with the reason."""
        undecided: frozenset[str] | None = None
        for question in self.flow.questions:
            attribute = question.fills
            if any(attribute in person for person in self.people) or not _is_open(question, self.profile, self.vocabulary):
                continue
            if self.flow.purpose is Purpose.SURVEY:
                yield question, PositionReason.SURVEY
                continue
            if question.always:
                yield question, PositionReason.ALWAYS
                continue
            if undecided is None:
                undecided = self.index.undecided_attributes(self.people, self.match)
            affected = self.vocabulary.attributes_affected_by(attribute)
            if not affected.isdisjoint(undecided):
                yield question, PositionReason.UNDECIDED
            elif self._tells_apart(question, affected):
                yield question, PositionReason.TELLS_APART

    def _tells_apart(self, question: Question, affected: frozenset[str]) -> bool:
        attribute = question.fills
        if attribute == PLACE:
            return self.index.place_matters(self.match)
        if attribute == SCHEDULE:
            return self.index.hours_matter(self.match)
        if attribute == NEED:
            return self.index.need_matters(self.match)
        if attribute != DISABILITY and len(affected) == 1:
            return False
        declared = self.vocabulary[attribute]
        trials = (
            self.vocabulary.people({**self.profile, attribute: self.vocabulary.known(attribute, (value,))})
            for value in declared.kind.choices(question, declared, self.vocabulary, self.profile)
        )
        return self.index.tells_apart(affected, self.people, trials)
