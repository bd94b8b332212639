"""The card of a case, as Social Managers read it. What is sensitive stays out: nobody was asked yet whether it may be shared."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.attributes import PLACE
from bot.core.case import CaseReason
from bot.core.interview import AnswerKind
from bot.core.replies import Reply, Run
from bot.dialogue.session import Session
from bot.dialogue.world import World


def case_card(world: World, session: Session, number: int, reason: CaseReason) -> Reply:
    """A card: a pseudonym, why a person is wanted, the municipality and the other answers."""
    say = world.words.say
    lines = [say("case_reason", reason=say(f"reason_{reason.value}")), *_answers(world, session)]
    return Reply((Run(say("case_title", number=f"{number:04}"), bold=True), *(Run(f"\n{line}") for line in lines)))


def _answers(world: World, session: Session) -> Iterator[str]:
    answers = session.interview.answers if session.interview is not None else {}
    for id in sorted(answers, key=lambda attribute: attribute != PLACE):
        attribute, answer = world.content.vocabulary.attributes.get(id), answers[id]
        if attribute is None or attribute.sensitive or answer.kind is not AnswerKind.VALUE:
            continue
        said = [value for value in answer.values if not (isinstance(value, str) and _is_sensitive(world, value))]
        if said:
            yield world.words.say("answer_line", attribute=attribute.label, answer=world.words.values(attribute, said))


def _is_sensitive(world: World, need: str) -> bool:
    found = world.content.vocabulary.needs.get(need)
    return found is not None and found.sensitive
