"""Who may do what about a case, and the commands that ask for it. The role matrix of tests/tg/cases holds every rule."""

from __future__ import annotations

import pytest

from bot.core.case import CaseState, Role
from bot.core.case_commands import CASE_COMMANDS, CaseCommand, CommandScope, command_named, similar_command
from bot.core.case_permissions import Act, Refusal, refusal


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("act", Act)
def test_who_is_nobody_to_a_case_may_do_nothing_about_it(act: Act, state: CaseState) -> None:
    for role in (Role.OTHER_CITIZEN, Role.FOREIGN_GROUP, Role.CHANNEL):
        assert refusal(act, role, state) is Refusal.SILENT
    for role in (Role.ANONYMOUS, Role.STRANGER):
        assert refusal(act, role, state) is not None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_only_the_assignee_of_a_case_says_something_to_the_citizen_after_its_end_too(role: Role) -> None:
    for act in (Act.SPEAK, Act.PROPOSE):
        may = [state for state in CaseState if refusal(act, role, state) is None]
        assert may == ([CaseState.ASSIGNED, CaseState.RESOLVED] if role is Role.ASSIGNEE else [])


def test_every_name_and_alias_stands_for_one_command() -> None:
    names = [name for command in CASE_COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    assert all(command_named(name) is not None for name in names)
    assert command_named("boh") is None


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("chiud", "chiudi"), ("stats", "stat"), ("riappri", "riapri"), ("casa", None), ("", None)]
)
def test_a_misspelt_command_is_near_the_one_that_is_meant(misspelt: str, meant: str | None) -> None:
    similar = similar_command(misspelt)
    assert (similar.name if similar is not None else None) == meant


@pytest.mark.parametrize("command", [one for one in CASE_COMMANDS if one.button], ids=lambda command: command.name)
def test_a_button_is_on_the_card_only_where_somebody_may_press_it(command: CaseCommand) -> None:
    roles = (Role.MANAGER, Role.ASSIGNEE, Role.ADMINISTRATOR)
    for state in CaseState:
        if state in command.states:
            assert any(refusal(command.act, role, state) is None for role in roles)
    assert command.scope in {CommandScope.CASE, CommandScope.CASE_OR_ALL}
