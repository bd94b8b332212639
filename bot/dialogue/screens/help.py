"""The help: what the bot does, the flows to begin, and the commands."""

from __future__ import annotations

from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of


def help_screen(context: Context) -> Reply:
    """Return the help, with a button for every flow."""
    say, flows = context.say, context.world.flows
    lines = [say("help"), "", *(say("command_line", command=flow.command, title=flow.title) for flow in flows)]
    lines += [say(key) for key in ("help_start", "help_search", "help_back", "help_change", "help_human", "help_privacy")]
    begin = [[Choice(flow.title, Action(Verb.START, flow.id))] for flow in flows]
    onward = [button(context, "continue_button", Verb.LIST)] if context.session.interview is not None else []
    return Reply((Run("\n".join(lines)),), rows_of(*begin, onward, [person_button(context)]))
