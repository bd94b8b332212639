"""The privacy notice, the question for consent, and the question before everything is erased."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.attributes import NO, YES
from bot.core.replies import Link, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import button, rows_of


def privacy_screen(context: Context) -> Reply:
    """Return the full privacy notice, with buttons for the citizen's rights."""
    say, url = context.say, context.world.notice.policy_url
    text = (Run(say("privacy_title"), bold=True), *(Run(f"\n\n{line}") for line in _lines(context)))
    rows = rows_of(
        [button(context, "export_button", Verb.EXPORT), button(context, "erase_button", Verb.ERASE)],
        [button(context, "continue_button", Verb.LIST)],
    )
    return Reply(text, rows, links=(Link(say("policy_button"), url),) if url else ())


def _lines(context: Context) -> Iterator[str]:
    say, notice = context.say, context.world.notice
    if notice.controller:
        yield say("privacy_controller", controller=notice.controller)
    if notice.contact:
        yield say("privacy_contact", contact=notice.contact)
    if notice.officer:
        yield say("privacy_officer", officer=notice.officer)
    yield say(f"privacy_basis_{notice.basis.value}")
    yield say("privacy_data")
    yield say("privacy_readers")
    yield from retention_lines(context)
    yield say("privacy_rights")


def retention_lines(context: Context) -> Iterator[str]:
    """Yield sentences on how long the citizen's data is kept, where there are limits."""
    kept = context.world.notice.retention
    if kept.sensitive_hours:
        yield context.say("privacy_sensitive", hours=kept.sensitive_hours)
    if kept.session_days:
        yield context.say("privacy_session", days=kept.session_days)
    if kept.case_words_days:
        yield context.say("privacy_case", days=kept.case_words_days)
    if kept.alert_days:
        yield context.say("privacy_alerts", days=kept.alert_days)
    if kept.survey_days:
        yield context.say("privacy_surveys", days=kept.survey_days)
    if kept.unread_days:
        yield context.say("privacy_unread", days=kept.unread_days)


def erase_screen(context: Context) -> Reply:
    """Return the question whether to erase everything; it says that an open case would end."""
    text = context.say("erase_ask_case" if context.session.has_open_case else "erase_ask")
    yes, no = button(context, "erase_yes_button", Verb.ERASE, YES), button(context, "erase_no_button", Verb.ERASE, NO)
    return Reply((Run(text),), ((yes,), (no,)))


def consent_screen(context: Context) -> Reply:
    """Return the question for consent, with the notice in two lines."""
    say = context.say
    text = f"{say('first_notice', controller=context.world.notice.controller)}\n\n{say('consent_ask')}"
    yes, no = button(context, "consent_yes_button", Verb.CONSENT, YES), button(context, "consent_no_button", Verb.CONSENT, NO)
    return Reply((Run(text),), ((yes, no), (button(context, "notice_button", Verb.PRIVACY),)))
