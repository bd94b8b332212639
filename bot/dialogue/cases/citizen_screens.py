"""What a citizen has in front of them while a person is offered, waited for, or answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.attributes import NO, YES
from bot.core.case import CaseReason, CaseState
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases.sharing import facts_of
from bot.dialogue.effects import Share
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World

Rows = tuple[tuple[Choice, ...], ...]

#: How a person is offered, by why.
_OFFERS = {
    CaseReason.NOT_UNDERSTOOD.value: "offer_human_not_understood",
    CaseReason.UNREADABLE.value: "offer_human_unreadable",
    CaseReason.USELESS.value: "offer_human_useless",
}


def case_screen(session: Session, world: World) -> Reply:
    """The message of a screen that is about a person."""
    say = world.phrasing.say
    match session.screen:
        case Screen.HUMAN:
            return case_reply(session, world, say(_OFFERS.get(session.handoff_reason, "offer_human")))
        case Screen.SHARE:
            return Reply(_shared(session, world), _rows(session, world))
        case Screen.HELPED:
            return case_reply(session, world, say("case_closed", name=session.handoff_reason))
        case Screen.COMMENT:
            return case_reply(session, world, say("comment"))
        case _ if session.case_state == CaseState.ASSIGNED:
            return case_reply(session, world, say("case_with_person"))
        case _:
            return case_reply(session, world, say("case_waiting" if world.staffed else "case_kept"))


def case_reply(session: Session, world: World, text: str) -> Reply:
    """A text with the buttons of the screen."""
    return Reply((Run(text),), _rows(session, world))


def _shared(session: Session, world: World) -> tuple[Run, ...]:
    """What the person would see, line by line."""
    say = world.phrasing.say
    lines = [say("answer_line", attribute=fact.label, answer=fact.value) for fact in facts_of(world, session)]
    if session.recent_texts:
        lines.append(say("share_messages"))
    if session.attachments:
        lines.append(say("share_sent"))
    listed = "\n".join(f"• {line}" for line in lines)
    return (Run(say("share"), bold=True), Run(f"\n{listed}\n\n{say('share_anonymous')}"))


def _rows(session: Session, world: World) -> Rows:
    def button(key: str, verb: Verb, target: str = "") -> Choice:
        return Choice(world.phrasing.say(key), Action(verb, target))

    match session.screen:
        case Screen.HUMAN:
            return ((button("yes_button", Verb.HUMAN, session.handoff_reason), button("no_button", Verb.NO_HUMAN)),)
        case Screen.SHARE:
            return tuple((choice,) for choice in _share_choices(session, world))
        case Screen.HELPED:
            answers = (button("yes_answer", Verb.HELPED, YES), button("no_answer", Verb.HELPED, NO))
            return (answers, (button("leave_button", Verb.LEAVE),))
        case Screen.COMMENT:
            return ((button("leave_button", Verb.LEAVE),),)
        case _ if session.case_state == CaseState.ASSIGNED:
            return ((button("leave_button", Verb.LEAVE),),)
        case _ if session.has_person:
            return ((button("continue_button", Verb.LIST),), (button("cancel_case_button", Verb.LEAVE),))
        case _:
            return ((button("continue_button", Verb.LIST), button("restart_button", Verb.RESTART)),)


def _share_choices(session: Session, world: World) -> Sequence[Choice]:
    """All of it, all but what is sensitive, nothing, or not at all."""
    say = world.phrasing.say
    sensitive = [fact.label for fact in facts_of(world, session) if fact.sensitive]
    choices = [Choice(say("share_all_button"), Action(Verb.SHARE, Share.ALL if sensitive else Share.PLAIN))]
    if sensitive:
        hidden = world.phrasing.join("and_word", [label.lower() for label in sensitive])
        choices.append(Choice(say("share_plain_button", hidden=hidden), Action(Verb.SHARE, Share.PLAIN)))
    nothing = Choice(say("share_nothing_button"), Action(Verb.SHARE, Share.NOTHING))
    return [*choices, nothing, Choice(say("no_button"), Action(Verb.NO_HUMAN))]
