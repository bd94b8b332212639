"""The commands and buttons by which managers ask for acts on a case. Who may do which act is in `case_permissions.py`. Pure.

A new command is an entry here, its handler in `usecases/manager_commands.py`, its sentences in `flows/texts.yaml`, its row in
the role matrix of the tests and a line in the managers' guide. Help, the menu of commands and the card's buttons follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from bot.core.case import CaseState
from bot.core.case_permissions import Act


class CommandScope(StrEnum):
    """The subjects that a managers' command can have: a case, or the desk."""

    CASE = "case"
    DESK = "desk"
    #: A case if it has an argument; without one, the desk.
    CASE_BY_ARGUMENT = "case_by_argument"
    #: A case; with the argument `ALL_CASES` all those of the manager, which is about the desk.
    CASE_OR_ALL = "case_or_all"


#: The first word of an argument that means all.
ALL_CASES = "tutti"


@dataclass(frozen=True, slots=True)
class CaseCommand:
    """A command of managers, typed as "/name" or pressed as a button."""

    name: str
    act: Act
    scope: CommandScope = CommandScope.CASE
    #: The key of the label of its button on the card; the row of the button, and the states in which it is there.
    button: str = ""
    row: int = 0
    states: frozenset[CaseState] = frozenset()
    #: Its button is only there while the case is urgent.
    is_for_urgent: bool = False
    #: Other words for it.
    aliases: tuple[str, ...] = ()
    #: False for a command that only a button gives: it is in no menu.
    is_typed: bool = True
    #: Only those who administer the group may give it.
    is_for_administrators: bool = False
    #: The keys of its sentences in `flows/texts.yaml`, in the form of `dialogue/text_keys.py`.
    texts: str = ""

    def is_about_case(self, argument: str) -> bool:
        """Return True if the command, given this argument, concerns a case rather than the desk."""
        match self.scope:
            case CommandScope.CASE_BY_ARGUMENT:
                return bool(argument)
            case CommandScope.CASE_OR_ALL:
                return argument.lower().split()[:1] != [ALL_CASES]
            case _:
                return self.scope is CommandScope.CASE


_OPEN = frozenset({CaseState.WAITING, CaseState.ASSIGNED})

#: All commands, in the order of the menu.
CASE_COMMANDS: tuple[CaseCommand, ...] = (
    CaseCommand(
        "coda",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            desk_queue: count
            desk_queue_line: name waited reason
            desk_queue_urgent: name waited reason
            desk_queue_empty
            desk_underway: count
            desk_underway_line: name who
            desk_page: count first last
            desk_next_button desk_previous_button
        """,
    ),
    CaseCommand("miei", Act.LOOK, CommandScope.DESK, texts="desk_no_own_cases"),
    CaseCommand(
        "cerca",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            desk_search_how desk_no_outcome desk_still_open
            desk_found_cases: count words
            desk_found_case: about date name
            desk_found_no_case: words
        """,
    ),
    CaseCommand(
        "prendi",
        Act.TAKE,
        button="take_button",
        states=frozenset({CaseState.WAITING}),
        texts="desk_taken: name",
    ),
    CaseCommand(
        "proponi",
        Act.PROPOSE,
        button="suggest_button",
        states=frozenset({CaseState.ASSIGNED}),
        texts="""
            desk_found desk_suggest_how
            desk_found_nothing: words
        """,
    ),
    CaseCommand(
        "scheda",
        Act.LOOK,
        is_typed=False,
        texts="""
            send_offer_button desk_fits desk_to_check desk_fits_not
        """,
    ),
    CaseCommand("pronta", Act.LOOK, is_typed=False, texts="suggested_offer: name\nsuggested_reply: name\ndesk_reply_sent_before"),
    CaseCommand(
        "manda",
        Act.PROPOSE,
        is_typed=False,
        texts="""
            proposal: name
            desk_offer_gone
            desk_sent: name
            desk_sent_before: name
        """,
    ),
    CaseCommand(
        "risposta",
        Act.LOOK,
        CommandScope.DESK,
        aliases=("r+",),
        texts="""
            desk_reply_how
            desk_reply_kept: name
            desk_reply_dropped: name
        """,
    ),
    CaseCommand(
        "r",
        Act.PROPOSE,
        CommandScope.CASE_BY_ARGUMENT,
        texts="""
            desk_replies
            desk_reply_line: name text
            desk_no_reply: names
        """,
    ),
    CaseCommand(
        "annulla",
        Act.WITHDRAW,
        texts="desk_withdraw_how desk_withdraw_nothing desk_withdrawn desk_withdrawal_refused desk_not_author",
    ),
    CaseCommand(
        "passa",
        Act.PASS,
        CommandScope.CASE_OR_ALL,
        button="pass_button",
        row=1,
        states=_OPEN,
        texts="""
            pass_queue_button desk_pass desk_pass_nowhere desk_pass_waiting desk_passed
            desk_pass_unknown: names
            desk_pass_which: names
            desk_passed_to: desk
            desk_handed: by name
            desk_colleague_away: name
            pass_colleague: count name
            pass_desk: count desk state
            desk_pass_all: count name
            desk_pass_all_how desk_to_queue
        """,
    ),
    CaseCommand("accogli", Act.PASS, is_typed=False, texts="welcome_button"),
    CaseCommand(
        "chiudi",
        Act.CLOSE,
        button="close_button",
        row=1,
        states=frozenset({CaseState.ASSIGNED}),
        texts="""
            desk_closed: name
            desk_outcome_unknown: names
        """,
    ),
    CaseCommand(
        "esito",
        Act.CONCLUDE,
        is_typed=False,
        texts="""
            desk_outcome
            outcome_solved outcome_referred outcome_does_not_exist outcome_not_entitled outcome_full outcome_no_answer
            outcome_not_needed outcome_not_ours
            desk_concluded: outcome
        """,
    ),
    CaseCommand(
        "riapri",
        Act.REOPEN,
        button="reopen_button",
        states=frozenset({CaseState.RESOLVED}),
        texts="desk_reopened_by: name",
    ),
    CaseCommand(
        "nonurgente",
        Act.CALM,
        button="calm_button",
        row=2,
        states=_OPEN,
        is_for_urgent=True,
        texts="""
            desk_calmed: name
            desk_not_urgent
        """,
    ),
    CaseCommand(
        "richiama",
        Act.FOLLOW_UP,
        texts="""
            desk_follow_up_how
            desk_follow_up: when
            desk_follow_up_now: name
            desk_follow_up_due
            case_follow_up: name when
            desk_sleeping_line: name when who
        """,
    ),
    CaseCommand("storia", Act.LOOK),
    CaseCommand(
        "stat",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            stat_title: name
            stat_opened: today week
            stat_taken: today week
            stat_reopened: today week
            stat_resolved: today week
            stat_first: today week
            stat_answer: today week
            stat_in_time: today week
            stat_share: count total
            stat_helped: today week
            stat_answers: no yes
            stat_line: name today week
            stat_none
        """,
    ),
    CaseCommand(
        "pausa",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            desk_paused: name
            desk_paused_cases: count
            desk_nobody_here
            desk_away: name
        """,
    ),
    CaseCommand("presente", Act.LOOK, CommandScope.DESK, texts="desk_present: name"),
    CaseCommand(
        "sportello",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            desk_shut_how desk_shut desk_open_now
            desk_opens: when
            desk_shut_because: reason
            desk_member: count name
            desk_member_away: count name
        """,
    ),
    CaseCommand(
        "valido",
        Act.LOOK,
        CommandScope.DESK,
        texts="""
            valid_ask: name where checked count
            valid_checked: day
            valid_never_checked valid_none
            valid_si valid_no valid_pieno valid_liberi valid_cambia valid_dopo
            valid_noted: name answer
            valid_change_how: id
            valid_unknown: id
        """,
    ),
    CaseCommand(
        "esporta",
        Act.LOOK,
        CommandScope.DESK,
        is_for_administrators=True,
        texts="""
            desk_export: count first last
            desk_export_how refused_administrators
            column_number column_opened column_first_answer column_closed column_first_wait column_waited column_desk
            column_urgent column_reason column_needs column_place column_outcome column_reopened column_helped
        """,
    ),
    CaseCommand("report", Act.LOOK, CommandScope.DESK, is_for_administrators=True, texts="desk_report_how"),
    CaseCommand("console", Act.LOOK, CommandScope.DESK, texts="desk_console_sent desk_console_none\ndesk_console_link: link"),
    CaseCommand("blocca", Act.BLOCK, texts="desk_block_why\ndesk_barred: name why"),
    CaseCommand("sblocca", Act.UNBLOCK, texts="desk_unbarred: name"),
    CaseCommand("aiuto", Act.LOOK, CommandScope.DESK, aliases=("help", "start"), texts="desk_help"),
)

#: Of 1: from here on a name may be another one misspelt. "chiud" is like "chiudi" by 0.97, "casa" like "cerca" by 0.63.
_SIMILAR = 0.85

_BY_NAME: Mapping[str, CaseCommand] = {name: one for one in CASE_COMMANDS for name in (one.name, *one.aliases)}


def command_named(name: str) -> CaseCommand | None:
    """Return the command with this name, including commands that exist as buttons only; None if there is none."""
    return _BY_NAME.get(name)


def similar_command(name: str) -> CaseCommand | None:
    """Return the typed command whose name is spelt most like `name` ("chiud" → "chiudi"); None if none is similar."""
    typed = [known for known, one in _BY_NAME.items() if one.is_typed]
    best = process.extractOne(name, typed, scorer=JaroWinkler.normalized_similarity, score_cutoff=_SIMILAR)
    return _BY_NAME[best[0]] if best else None


def command_texts() -> str:
    """Return the keys in `texts.yaml` of all sentences that the managers' commands need.

    Each command has a line for the help, a line for the menu, the label of its button, and sentences of its own.
    """
    lines = [f"command_{one.name}" for one in CASE_COMMANDS if one.is_typed]
    return "\n".join([*lines, *(f"{one.button}\n{one.texts}" for one in CASE_COMMANDS)])
