"""The citizen's rights over their data in the conversation: notice, consent, a copy, and erasing. Pure.

Buttons, commands and words ("cancella i miei dati") come here; the screens are in `screens/privacy.py`, the work upon the store
in `usecases/privacy.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.attributes import NO, YES
from bot.core.replies import Action, Reply, Run, Verb
from bot.core.topics import IntentId
from bot.dialogue.context import Context
from bot.dialogue.effects import EraseData, ExportData, StepResult
from bot.dialogue.incoming import News
from bot.dialogue.intents import DoAction, InDanger, Intent, WordsToBot
from bot.dialogue.layout import MOST_BUTTONS, button, person_button
from bot.dialogue.session import Screen, Session

#: The verbs of rights over data: they work at any time, also while a person answers, and before consent.
PRIVACY_VERBS = frozenset({Verb.PRIVACY, Verb.EXPORT, Verb.ERASE, Verb.CONSENT})
#: The verbs that need no consent: rights, and the wish for a person, who asks for what they need themselves.
_BEFORE_CONSENT = PRIVACY_VERBS | {Verb.HUMAN, Verb.SHARE, Verb.NO_HUMAN}
#: The commands that do the same.
PRIVACY_COMMANDS: Mapping[str, Action] = {
    "privacy": Action(Verb.PRIVACY),
    "esporta": Action(Verb.EXPORT),
    "cancella": Action(Verb.ERASE),
}
#: The words that do the same.
PRIVACY_WORDS: Mapping[IntentId, Action] = {
    IntentId.PRIVACY: Action(Verb.PRIVACY),
    IntentId.WHO_READS: Action(Verb.PRIVACY),
    IntentId.EXPORT_DATA: Action(Verb.EXPORT),
    IntentId.DELETE_DATA: Action(Verb.ERASE),
}


def on_privacy_action(context: Context, action: Action) -> StepResult:
    """Return the result of a button, command or words about the citizen's data."""
    session = context.session
    match action.verb, action.target:
        case Verb.EXPORT, _:
            onward = ((button(context, "notice_button", Verb.PRIVACY),), (button(context, "continue_button", Verb.LIST),))
            return StepResult(session, instead=Reply((Run(context.say("export_ready")),), onward), effects=(ExportData(),))
        case Verb.ERASE, target if target == YES:
            # What is left to say depends on what could be erased: it comes as news.
            return StepResult(forgotten(session), effects=(EraseData(),), is_silent=True)
        case Verb.ERASE, target if target == NO:
            return StepResult(session.below, context.say("erase_kept"))
        case Verb.ERASE, _:
            return StepResult(session.show(Screen.ERASE))
        case Verb.CONSENT, target if target == YES:
            agreed = replace(session, consent_version=context.world.notice_version).show(Screen.INTERVIEW)
            begun = agreed if agreed.interview is not None else agreed.begin(context.world.first_flow.id)
            return StepResult(begun, context.say("consent_thanks"))
        case Verb.CONSENT, _:
            return StepResult(forgotten(session), instead=Reply((Run(_refusal(context)),), ((person_button(context),),)))
        case _:
            return StepResult(session.show(Screen.PRIVACY))


def on_erased(context: Context, news: News) -> StepResult:
    """Return the chat after its data was erased, with a text on what had to be kept, and a button to begin anew."""
    text = " ".join(context.say(key) for key in ("erased", *news.remains))
    anew = ((button(context, "erased_restart_button", Verb.START),),)
    return StepResult(replace(context.session, search=None), instead=Reply((Run(text),), anew))


def forgotten(session: Session) -> Session:
    """Return an empty session that keeps the language, and whether managers have blocked the chat."""
    return Session(is_barred=session.is_barred, language=session.language)


def _refusal(context: Context) -> str:
    contact = context.world.notice.contact
    return context.say("consent_refused") + (f" {context.say('consent_contact', contact=contact)}" if contact else "")


# --- First contact


def needs_consent(context: Context, intent: Intent) -> bool:
    """Return True if the citizen must consent before the bot acts on an intent.

    Danger, asking for a person, and rights need none.
    """
    session, world = context.session, context.world
    if not world.notice.asks_consent or session.consent_version == world.notice_version or session.case_state is not None:
        return False
    is_right = isinstance(intent, DoAction) and intent.action.verb in _BEFORE_CONSENT
    is_right = is_right or (isinstance(intent, WordsToBot) and intent.intent in PRIVACY_WORDS)
    return not is_right and not isinstance(intent, News | InDanger)


def ask_consent(context: Context) -> StepResult:
    """Return the chat with the question for consent; nothing of what the citizen wrote is kept."""
    return StepResult(forgotten(context.session).show(Screen.CONSENT))


def needs_notice(context: Context, intent: Intent, session: Session) -> bool:
    """Return True if the citizen has not yet seen the current privacy notice, and this is a good moment to show it.

    It is not shown with an answer to danger or with news of a case.
    """
    notice, has_whole = context.world.notice, session.screen in (Screen.PRIVACY, Screen.CONSENT)
    is_left_alone = isinstance(intent, News | InDanger) or session.has_open_case or has_whole or notice.asks_consent
    return bool(notice.controller) and not is_left_alone and session.notice_version != context.world.notice_version


def with_first_notice(context: Context, reply: Reply) -> Reply:
    """Return a reply with a two-line privacy notice above it.

    The full notice is behind a button, or a command if there is no room.
    """
    said = context.say("first_notice", controller=context.world.notice.controller)
    choices = [choice for row in reply.rows for choice in row]
    if len(choices) >= MOST_BUTTONS and any(choice.action.verb in (Verb.ANSWER, Verb.TOGGLE) for choice in choices):
        return replace(reply, text=(Run(f"{said}\n{context.say('whole_notice')}"), Run("\n\n"), *reply.text))
    row = (button(context, "notice_button", Verb.PRIVACY),)
    return replace(reply, text=(Run(said), Run("\n\n"), *reply.text), rows=(*reply.rows, row))
