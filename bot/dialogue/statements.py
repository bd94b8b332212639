"""Sentences that state several values at once, at any moment of an interview: finding, applying and repeating them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.core.attributes import AGE, MONTHS_PER_YEAR, NEED, PERIOD, PERSON, PLACE
from bot.core.conditions import Span, Value
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.intents import Intent, SensitiveNeed, Statement, TypedAnswer
from bot.dialogue.session import Session
from bot.language.meaning.understand import Meaning, MeaningKind

#: Needs that are suggested when it is not sure which one is meant.
_SUGGESTED_NEEDS = 3
#: Somebody of so many months is of age.
_MONTHS_OF_MINORS = 18 * MONTHS_PER_YEAR


def statement_of(
    context: Context, meaning: Meaning, *, is_wish: bool = False, activities: tuple[str, ...] = ()
) -> Statement | None:
    """Return the values and needs in a meaning that the flow asks for and that are new; None if there are none.

    `is_wish` is True if the text wants something; a wish for another person is then a new search. `activities` are words of the
    text that may name one: "meglio danza" is another wish for the same need.
    """
    # "domani nevica a Paullo?" is about the snow: it says neither when nor where a service is wanted.
    if meaning.kind is MeaningKind.OUT_OF_SCOPE:
        return None
    asked = _asked_attributes(context)
    answers: dict[str, tuple[Value, ...]] = {}
    if meaning.kind is MeaningKind.NEED and NEED in asked:
        answers[NEED] = (meaning.needs[0].need,)
    answers |= {attribute: meaning.slots[attribute] for attribute in asked if attribute in meaning.slots and attribute != NEED}
    is_same_wish = not _names_another_activity(context, answers, activities)
    answers = {
        attribute: values
        for attribute, values in answers.items()
        if _value(context, attribute) != values or (attribute == NEED and not is_same_wish)
    }
    choices: tuple[str, ...] = ()
    interview = context.session.interview
    is_other = is_wish and interview is not None and _is_about_another(Statement(answers), interview)
    # A correction ("anzi, ha 8 anni") is no search: the need stands.
    is_correction = bool(answers) and _value(context, NEED) is not None and not is_other
    if meaning.kind is MeaningKind.CHOOSE and NEED in asked and not is_correction:
        choices = tuple(candidate.need for candidate in meaning.needs[:_SUGGESTED_NEEDS])
    return Statement(answers, choices) if answers or choices else None


def _names_another_activity(context: Context, answers: Mapping[str, tuple[Value, ...]], activities: tuple[str, ...]) -> bool:
    """Return True if a statement names an activity of its need for which the open search was not made."""
    needs, known = answers.get(NEED, ()), context.world.activities
    is_telling = any(known.holding(activities, str(need)) or known.missing(activities, str(need), ()) for need in needs)
    return is_telling and not set(activities) <= set(context.session.wish)


def with_statement(context: Context, statement: Statement) -> Session:
    """Return the session with the values of a statement: added to the open search, correcting it, or beginning a new one."""
    interview = context.session.interview
    assert interview is not None
    need = interview.answers.get(NEED)
    if (
        NEED in statement.answers
        and need is not None
        and need.kind is AnswerKind.VALUE
        and _is_about_another(statement, interview)
    ):
        # Only where they live stays true.
        home = {attribute: answer for attribute, answer in interview.answers.items() if attribute == PLACE}
        interview = replace(interview, answers=home, focus=None, pace=Pace.AUTO)
    for attribute, values in statement.answers.items():
        if attribute == PERSON and AGE not in statement.answers and _contradicts(interview, attribute, values):
            # Another person: the age was not theirs.
            interview = replace(interview, answers={a: v for a, v in interview.answers.items() if a != AGE})
        interview = interview.answer(attribute, Answer(AnswerKind.VALUE, values))
    if NEED not in statement.answers and _is_of_other_generation(context, statement):
        interview = _without_unserved_need(context, interview)
    if interview.pace is Pace.STOPPED and NEED in statement.answers:
        interview = replace(interview, pace=Pace.AUTO)
    choices = statement.choices if NEED in _asked_attributes(context) else ()
    if choices:
        interview = interview.reopen(NEED)
    changed = replace(context.session, interview=interview, page=0, card="")
    return replace(changed, suggestions=choices, suggested_attribute=NEED if choices else "")


def _is_of_other_generation(context: Context, statement: Statement) -> bool:
    """Return True if a statement tells the age of somebody of age after that of a minor, or the other way round."""
    before, stated = _value(context, AGE), statement.answers.get(AGE)
    return before is not None and stated is not None and is_minor(before) is not is_minor(stated)


def _without_unserved_need(context: Context, interview: Interview) -> Interview:
    """Return an interview without its need if no service of that may fit: "altro servizio per mia mamma di 80 anni"."""
    here = context.world.position(interview)
    if here.match.remaining or NEED not in interview.answers:
        return interview
    others = {attribute: answer for attribute, answer in interview.answers.items() if attribute != NEED}
    return replace(interview, answers=others, focus=None, pace=Pace.AUTO)


def search_for_another(context: Context, stated: Mapping[str, tuple[Value, ...]]) -> Session:
    """Return the session with a search for another person: same need, same home.

    Their age is asked if the text states nothing.
    """
    interview = context.session.interview
    assert interview is not None
    same = {attribute: answer for attribute, answer in interview.answers.items() if attribute in (NEED, PLACE)}
    interview = replace(interview, answers=same, focus=None, pace=Pace.AUTO)
    for attribute, values in stated.items():
        interview = interview.answer(attribute, Answer(AnswerKind.VALUE, values))
    if not stated and AGE in _asked_attributes(context):
        interview = interview.reopen(AGE)
    return replace(context.session, interview=interview, page=0, card="")


def statement_text(context: Context, statement: Statement) -> str:
    """Return the values of a statement in words: "doposcuola · 7 anni · Melegnano"."""
    vocabulary = context.world.content.vocabulary
    # The person goes without saying beside an age.
    named = [attribute for attribute in statement.answers if attribute != PERSON or AGE not in statement.answers]
    return " · ".join(context.phrasing.values(vocabulary[attribute], statement.answers[attribute]) for attribute in named)


def with_human_words(before: Context, intent: Intent, step: StepResult) -> StepResult:
    """Return the step with a sentence of sympathy above its notice, if the citizen has just named in words a need that hurts."""
    needs = _value(before.with_session(step.session), NEED)
    is_told = isinstance(intent, Statement | SensitiveNeed | TypedAnswer) and needs != _value(before, NEED)
    term = before.world.content.vocabulary.needs.get(str(needs[0])) if needs is not None and len(needs) == 1 else None
    if not is_told or term is None:
        return step
    ages = _value(before.with_session(step.session), AGE) or ()
    said = term.say_to_minors if is_minor(ages) and term.say_to_minors else term.say
    return replace(step, notice="\n".join(filter(None, (said, step.notice))))


def is_minor(ages: Iterable[Value]) -> bool:
    """Return True if one of some ages is under 18 years."""
    return any(isinstance(one, Span) and one.high <= _MONTHS_OF_MINORS for one in ages)


def _asked_attributes(context: Context) -> tuple[str, ...]:
    """Return the attributes that the flow asks for, in its order, and the period, which can be stated but is never asked for."""
    asked = dict.fromkeys(question.fills for question in context.flow.questions)
    return (*asked, PERIOD) if PERIOD in context.world.content.vocabulary.attributes and PERIOD not in asked else tuple(asked)


def _value(context: Context, attribute: str) -> tuple[Value, ...] | None:
    """Return the values with which an attribute was answered; None if it was not answered by values."""
    answer = context.session.interview.answers.get(attribute) if context.session.interview is not None else None
    return answer.values if answer is not None and answer.kind is AnswerKind.VALUE else None


def _is_about_another(statement: Statement, interview: Interview) -> bool:
    """Return True if a statement is about another person than the one whom the earlier answers describe."""
    stated = [attribute for attribute in (PERSON, AGE) if attribute in statement.answers]
    return any(_contradicts(interview, attribute, statement.answers[attribute]) for attribute in stated)


def _contradicts(interview: Interview, attribute: str, values: tuple[Value, ...]) -> bool:
    """Return True if an attribute was answered with other values."""
    before = interview.answers.get(attribute)
    return before is not None and before.kind is AnswerKind.VALUE and before.values != values
