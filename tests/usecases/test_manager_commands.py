"""Every command of managers is done by a function of its own."""

from __future__ import annotations

from bot.core.case_commands import CASE_COMMANDS, CommandScope
from bot.usecases import desk_commands, manager_commands

#: Commands that are about messages of the group, which `tg/managers.py` knows.
OF_MESSAGES = {"annulla", "accogli"}


def test_every_command_does_something_and_nothing_else_is_done() -> None:
    about_cases = {one.name for one in CASE_COMMANDS if one.scope is not CommandScope.DESK}
    about_desks = {one.name for one in CASE_COMMANDS if one.scope is not CommandScope.CASE}
    assert set(manager_commands._CASE_COMMANDS) == about_cases - OF_MESSAGES
    assert set(desk_commands._COMMANDS) == about_desks
