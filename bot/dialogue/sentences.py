"""A whole sentence: several facts at once, at any moment of a conversation, and what they make of the interview. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.attributes import AGE, NEED, PERSON, PLACE
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.dialogue.position import flow_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import normalise

#: Needs that are offered when it is not sure which one is meant.
MOST_CHOICES = 3
#: From so many words on a text is a sentence rather than the answer to a question.
_SENTENCE = 4
#: What somebody begins with who corrects themselves.
_CORRECTING = (
    "anzi",
    "no ",
    "scusa ",
    "scusami",
    "volevo dire",
    "intendevo",
    "in realta",
    "mi sono sbagliat",
    "ho sbagliato",
    "cioe ",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a sentence states, as far as the flow asks for it."""

    #: By attribute, the need among them; in the order in which they are said back.
    answers: Mapping[str, tuple[Value, ...]]
    #: The needs of which one is meant.
    choices: tuple[str, ...] = ()

    @property
    def is_rich(self) -> bool:
        """Whether it says more than one thing."""
        return len(self.answers) + bool(self.choices) > 1


def sentence_of(understood: Meaning, session: Session, world: World) -> Sentence | None:
    """What is stated; None when it is nothing that the flow asks for."""
    asked = dict.fromkeys(question.fills for question in flow_of(session, world).questions)
    answers: dict[str, tuple[Value, ...]] = {}
    if understood.kind is MeaningKind.NEED and NEED in asked:
        answers[NEED] = (understood.needs[0].need,)
    answers |= {
        attribute: understood.slots[attribute] for attribute in asked if attribute in understood.slots and attribute != NEED
    }
    answers = {attribute: values for attribute, values in answers.items() if not _is_known(session, attribute, values)}
    choices: tuple[str, ...] = ()
    # A correction ("anzi, ha 8 anni") is no search: the need stands.
    if understood.kind is MeaningKind.CHOOSE and NEED in asked and not (answers and _has(session, NEED)):
        choices = tuple(candidate.need for candidate in understood.needs[:MOST_CHOICES])
    return Sentence(answers, choices) if answers or choices else None


def is_sentence(text: str) -> bool:
    """Whether a text is long enough to say more than an answer does."""
    return len(text.split()) >= _SENTENCE


def is_correction(text: str) -> bool:
    """Whether a text takes something back: what it states is meant, and nothing new is asked for."""
    return normalise(text).startswith(_CORRECTING)


def applied(sentence: Sentence, session: Session, world: World) -> Session:
    """The session with what was stated: more of the same search, a correction of it, or a new one."""
    interview = session.interview
    assert interview is not None
    before = interview.answers.get(NEED)
    if NEED in sentence.answers and before is not None and before.kind is AnswerKind.VALUE and _is_another(sentence, interview):
        interview = _begun_anew(interview)
    for attribute, values in sentence.answers.items():
        if attribute == PERSON and AGE not in sentence.answers and not _holds(interview, attribute, values):
            # Somebody else: the age was not theirs.
            interview = replace(interview, answers={a: v for a, v in interview.answers.items() if a != AGE})
        interview = interview.answer(attribute, Answer(AnswerKind.VALUE, values))
    if interview.pace is Pace.STOPPED and NEED in sentence.answers:
        interview = replace(interview, pace=Pace.AUTO)
    suggested = sentence.choices if NEED in (a.fills for a in flow_of(session, world).questions) else ()
    if suggested:
        interview = interview.reopen(NEED)
    return replace(
        session, interview=interview, suggestions=suggested, suggested_attribute=NEED if suggested else "", page=0, card=""
    )


def said_back(sentence: Sentence, world: World) -> str:
    """What was understood: "doposcuola · 7 anni · Melegnano"."""
    vocabulary, words = world.content.vocabulary, world.phrasing
    # Who it is for goes without saying beside an age.
    said = [attribute for attribute in sentence.answers if attribute != PERSON or AGE not in sentence.answers]
    return " · ".join(words.values(vocabulary[attribute], sentence.answers[attribute]) for attribute in said)


def _has(session: Session, attribute: str) -> bool:
    answer = session.interview.answers.get(attribute) if session.interview is not None else None
    return answer is not None and answer.kind is AnswerKind.VALUE


def _is_known(session: Session, attribute: str, values: tuple[Value, ...]) -> bool:
    """Whether exactly that was answered before."""
    return _has(session, attribute) and session.interview is not None and session.interview.answers[attribute].values == values


def _is_another(sentence: Sentence, interview: Interview) -> bool:
    """Whether somebody else is meant than before, so that only where they live stays true."""
    stated = [attribute for attribute in (PERSON, AGE) if attribute in sentence.answers]
    return any(not _holds(interview, attribute, sentence.answers[attribute]) for attribute in stated)


def _holds(interview: Interview, attribute: str, values: tuple[Value, ...]) -> bool:
    before = interview.answers.get(attribute)
    return before is None or before.kind is not AnswerKind.VALUE or before.values == values


def _begun_anew(interview: Interview) -> Interview:
    kept = {attribute: answer for attribute, answer in interview.answers.items() if attribute == PLACE}
    return replace(interview, answers=kept, focus=None, pace=Pace.AUTO)
