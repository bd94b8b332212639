"""The screens of a citizen who is offered a person, waits for one, or is answered by one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.attributes import NO, YES
from bot.core.case import CaseReason, CaseState
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases.sharing import shared_facts
from bot.dialogue.context import Context
from bot.dialogue.effects import Share
from bot.dialogue.layout import ButtonRow, button
from bot.dialogue.session import Screen, Session

#: The sentences that offer a person, by reason; any other reason has the usual one.
_OFFERS = {
    CaseReason.NOT_UNDERSTOOD: "offer_human_not_understood",
    CaseReason.UNREADABLE: "offer_human_unreadable",
    CaseReason.USELESS: "offer_human_useless",
}
#: … and for an attachment, by its kind.
_OFFERS_FOR_ATTACHMENTS = {
    **dict.fromkeys(("voice", "audio", "video_note"), "offer_human_voice"),
    "contact": "offer_human_contact",
    **dict.fromkeys(("location", "venue"), "offer_human_location"),
}


def case_screen(context: Context) -> Reply:
    """Return the reply of a screen about a case or the offer of a person."""
    say, session = context.say, context.session
    match session.screen:
        case Screen.HUMAN:
            return case_reply(context, say(_offer_key(session)))
        case Screen.SHARE:
            return Reply(_shared_text(context), _rows(context))
        case Screen.HELPED:
            return case_reply(context, say("case_closed", name=session.closed_by))
        case Screen.COMMENT:
            return case_reply(context, say("comment"))
        case Screen.UNHELPED:
            return case_reply(context, say("unhelped"))
        case _ if session.case_state is CaseState.ASSIGNED:
            return case_reply(context, say("case_with_person"))
        case _:
            return case_reply(context, say("case_waiting" if context.world.is_staffed else "case_kept"))


def _offer_key(session: Session) -> str:
    """Return the text key of the sentence that offers a person, by the reason for the offer."""
    reason = session.handoff_reason
    if reason is CaseReason.UNREADABLE and session.attachments:
        return _OFFERS_FOR_ATTACHMENTS.get(session.attachments[-1].kind, "offer_human_unreadable")
    return _OFFERS.get(reason, "offer_human") if reason is not None else "offer_human"


def case_reply(context: Context, text: str) -> Reply:
    """Return a text as a reply with the buttons of the current case screen."""
    return Reply((Run(text),), _rows(context))


def _shared_text(context: Context) -> tuple[Run, ...]:
    """Return the list of data that a manager would see, for the question what to share."""
    say = context.say
    lines = [say("answer_line", attribute=fact.label, answer=fact.value) for fact in shared_facts(context.world, context.session)]
    if context.session.recent_texts:
        lines.append(say("share_messages"))
    if context.session.attachments:
        lines.append(say("share_sent"))
    listed = "\n".join(f"• {line}" for line in lines)
    return (Run(say("share"), bold=True), Run(f"\n{listed}\n\n{say('share_anonymous')}"))


def _rows(context: Context) -> tuple[ButtonRow, ...]:
    """Return the buttons of the current case screen."""
    session = context.session
    leave = button(context, "leave_button", Verb.LEAVE)
    match session.screen:
        case Screen.HUMAN:
            yes = button(context, "yes_button", Verb.HUMAN, session.handoff_reason or CaseReason.ASKED)
            return ((yes, button(context, "no_button", Verb.NO_HUMAN)),)
        case Screen.SHARE:
            return tuple((choice,) for choice in _share_choices(context))
        case Screen.HELPED:
            answers = (button(context, "yes_answer", Verb.HELPED, YES), button(context, "no_answer", Verb.HELPED, NO))
            return (answers, (leave,))
        case Screen.COMMENT:
            return ((leave,),)
        case Screen.UNHELPED:
            return ((_needed_button(context),), (leave,))
        case _ if session.case_state is CaseState.ASSIGNED:
            return ((leave,),)
        case _ if session.has_open_case:
            cancel = button(context, "cancel_case_button", Verb.LEAVE)
            return ((button(context, "continue_button", Verb.LIST),), (cancel,))
        case _:
            restart = button(context, "restart_button", Verb.RESTART)
            return ((button(context, "continue_button", Verb.LIST), restart),)


def still_needed_reply(context: Context) -> Reply:
    """Return the question whether a closed case is still needed, after words that may be a goodbye."""
    leave = button(context, "leave_button", Verb.LEAVE)
    return Reply((Run(context.say("still_needed")),), ((_needed_button(context),), (leave,)))


def _needed_button(context: Context) -> Choice:
    return button(context, "still_needed_button", Verb.HUMAN, CaseReason.ASKED)


def _share_choices(context: Context) -> Sequence[Choice]:
    """Return the buttons for sharing: all answers, all but sensitive ones, no answers, or no case."""
    say = context.say
    sensitive = [fact.label for fact in shared_facts(context.world, context.session) if fact.sensitive]
    choices = [Choice(say("share_all_button"), Action(Verb.SHARE, Share.ALL if sensitive else Share.PLAIN))]
    if sensitive:
        hidden = context.phrasing.join("and_word", [label.lower() for label in sensitive])
        choices.append(Choice(say("share_plain_button", hidden=hidden), Action(Verb.SHARE, Share.PLAIN)))
    nothing = Choice(say("share_nothing_button"), Action(Verb.SHARE, Share.NOTHING))
    return [*choices, nothing, Choice(say("no_button"), Action(Verb.NO_HUMAN))]
