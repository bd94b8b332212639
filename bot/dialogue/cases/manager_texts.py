"""Texts for managers: the card of a case, its end, its history, help. Pure.

The lists and figures of a desk are in `desk_lists.py`, what managers propose to a citizen in `proposals.py`; which answers they
may see is in `sharing.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.attributes import CATEGORY, Term, Vocabulary
from bot.core.case import Case, CaseState, Outcome
from bot.core.case_commands import CASE_COMMANDS
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.world import World
from bot.language.text.normalise import normalise

#: Messages that a card shows.
_MAX_LISTED = 20
#: Characters of a message that a card shows: it is forwarded whole when a manager takes the case.
_MAX_MESSAGE_CHARACTERS = 300
#: Earlier cases that a card names.
_MAX_EARLIER = 3
#: The argument of "passa" that stands for the queue of the case's own desk.
QUEUE = "-"

#: From a moment (seconds since 1970) to the time on the network's clocks.
LocalTime = Callable[[float], dt.datetime]


def title(world: World, case: Case) -> str:
    """Return the pseudonym of a case's citizen: "Cittadino 0042"."""
    return world.phrasing.say("case_title", number=f"{case.number:04}")


def topic_name(world: World, case: Case) -> str:
    """Return the name of a case's topic: pseudonym and municipality."""
    return " · ".join(part for part in (title(world, case), case.place) if part)


# --- The card


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """An earlier case of the same citizen, with the web address of its place."""

    case: Case
    link: str = ""


def card(world: World, case: Case, local: LocalTime, earlier: Sequence[EarlierCase] = ()) -> Reply:
    """Return the card of a case, with the buttons that its state allows."""
    lines = [Run(f"\n{line}") for line in _card_lines(world, case, local)]
    before = [run for one in earlier[-_MAX_EARLIER:] for run in _earlier_line(world, one, local)]
    return Reply((Run(title(world, case), bold=True), *lines, *before), _card_rows(world, case))


def _earlier_line(world: World, earlier: EarlierCase, local: LocalTime) -> tuple[Run, ...]:
    """Return a line about an earlier case: its outcome and manager, linked to its place."""
    say, case, name = world.phrasing.say, earlier.case, title(world, earlier.case)
    who = case.manager.label if case.manager is not None else ""
    about = " · ".join(part for part in (outcome_in_words(world, case) or say("card_earlier_none"), who) if part)
    line = say("card_earlier", name=name, date=world.phrasing.date(local(case.opened_at).date()), about=about)
    before, _, after = line.partition(name)
    return (Run(f"\n{before}"), Run(name, url=earlier.link), Run(after))


def _card_lines(world: World, case: Case, local: LocalTime) -> Iterator[str]:
    say = world.phrasing.say
    if case.urgent:
        yield say("desk_urgent")
    yield say("case_reason", reason=say(f"reason_{case.reason.value}"))
    yield _state_line(world, case, local)
    if case.place and not any(fact.value == case.place for fact in case.facts):
        yield say("desk_place", place=case.place)
    if case.facts:
        yield from ("", *(say("answer_line", attribute=fact.label, answer=fact.value) for fact in case.facts))
    if case.offers_shown:
        yield from ("", say("desk_seen"))
        yield from (f"• {shown.name}" + (f" ({shown.reason})" if shown.reason else "") for shown in case.offers_shown)
    messages = [*case.transcript, *case.held_messages]
    if messages:
        yield from ("", say("desk_said"))
        for one in messages[-_MAX_LISTED:]:
            yield f"«{_shortened(one.text) or say('desk_attached', kind=_kind_in_words(world, one.kind))}»"


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_MESSAGE_CHARACTERS else f"{text[: _MAX_MESSAGE_CHARACTERS - 1]}…"


def _kind_in_words(world: World, kind: str) -> str:
    return world.phrasing.say(f"desk_kind_{kind}" if kind in ("photo", "voice") else "desk_kind_other")


def _state_line(world: World, case: Case, local: LocalTime) -> str:
    say, clock = world.phrasing.say, world.phrasing.clock
    match case.state:
        case CaseState.WAITING:
            return say("desk_waiting", since=clock(local(case.waiting_since)))
        case CaseState.ASSIGNED:
            return say("desk_assigned", name=case.manager.label if case.manager else "")
        case CaseState.RESOLVED:
            helped = f" {say(f'desk_helped_{case.helped}')}" if case.helped else ""
            outcome = f" {outcome_in_words(world, case)}." if case.outcome is not None else ""
            return say("desk_resolved", when=clock(local(case.resolved_at))) + outcome + helped


def _card_rows(world: World, case: Case) -> tuple[tuple[Choice, ...], ...]:
    """Return rows of buttons for the commands that the state of a case allows."""
    rows: dict[int, list[Choice]] = {}
    for command in CASE_COMMANDS:
        if command.button and case.state in command.states and (case.urgent or not command.is_for_urgent):
            button = Choice(world.phrasing.say(command.button), Action(Verb.MANAGE, command.name))
            rows.setdefault(command.row, []).append(button)
    return (*(tuple(rows[row]) for row in sorted(rows)), *_suggestion_rows(world, case))


def _suggestion_rows(world: World, case: Case) -> Iterator[tuple[Choice, ...]]:
    """Yield buttons for the services and canned replies suggested for an open case, without services already sent."""
    if not case.is_open:
        return
    say, texts = world.phrasing.say, OfferTexts(world, world.phrasing)
    for id in case.suggested_offers:
        if id in world.dated.offers and id not in case.offers_sent:
            name = texts.title(world.dated.offers[id])
            yield (Choice(say("suggested_offer", name=name), Action(Verb.MANAGE, "scheda", id)),)
    replies = [Choice(say("suggested_reply", name=name), Action(Verb.MANAGE, "pronta", name)) for name in case.suggested_replies]
    if replies:
        yield tuple(replies)


def outcomes(world: World, case: Case, closed: str) -> Reply:
    """Return the message that a case is closed, with the question how it ended and a button to reopen it."""
    say = world.phrasing.say
    choices = [Choice(say(f"outcome_{one.value}"), Action(Verb.MANAGE, "esito", one.value)) for one in Outcome]
    rows = [tuple(choices[place : place + 2]) for place in range(0, len(choices), 2)]
    about = ", ".join(part for part in (need_names(world, case), case.place) if part)
    question = f"{say('desk_outcome')}" + (f" ({about})" if about else "")
    return Reply((Run(f"{closed}\n{question}"),), (*rows, (Choice(say("reopen_button"), Action(Verb.MANAGE, "riapri")),)))


def outcome_in_words(world: World, case: Case) -> str:
    """Return the outcome of a case, with the manager's words on it."""
    label = world.phrasing.say(f"outcome_{case.outcome.value}") if case.outcome is not None else ""
    return f"{label}: {case.outcome_words}" if case.outcome_words else label


def outcome_named(world: World, text: str) -> tuple[Outcome | None, str]:
    """Return the outcome that a text begins with ("risolto, ha il posto"), and the words after it; None for no outcome."""
    written, labels = (
        normalise(text).split(),
        {one: normalise(world.phrasing.say(f"outcome_{one.value}")).split() for one in Outcome},
    )
    # As many words as are needed to tell it from the others: "indirizzato al centro" is "indirizzato altrove".
    for count in range(max(map(len, labels.values())), 0, -1):
        named = [one for one, label in labels.items() if label[:count] == written[:count] and len(label) >= count]
        if len(named) == 1 and len(written) >= count:
            return named[0], " ".join(text.split()[count:]).lstrip(":,.- ")
    return None, text


def need_names(world: World, case: Case) -> str:
    """Return the needs of a case in words; of a sensitive one its category."""
    return ", ".join(term.label for term in need_terms(world.content.vocabulary, case))


def need_terms(vocabulary: Vocabulary, case: Case) -> Sequence[Term]:
    """Return the needs of a case as the content declares them; of a sensitive one its category."""
    declared = {**vocabulary.needs, **{CATEGORY + id: term for id, term in vocabulary.categories.items()}}
    return [declared[id] for id in case.needs.split() if id in declared]


# --- Answers to commands


def history(world: World, case: Case, earlier: Sequence[EarlierCase], local: LocalTime) -> Reply:
    """Return the history of a case, one move a line, and the outcomes of the same citizen's earlier cases."""
    say, phrasing = world.phrasing.say, world.phrasing
    lines = [topic_name(world, case)]
    lines += [f"{phrasing.clock(local(one.at))}: {say(f'step_{one.event}', who=one.detail)}" for one in case.history]
    before = [run for one in earlier for run in _earlier_line(world, one, local)]
    return Reply((Run("\n".join(lines)), *before))


def canned_replies(world: World, own: Mapping[str, str]) -> str:
    """Return the list of canned replies by name, including the desk's own."""
    say = world.phrasing.say
    names = [say("desk_reply_line", name=name, text=text) for name, text in {**world.content.replies, **own}.items()]
    return "\n".join([say("desk_replies"), *names])


def help_text(world: World) -> str:
    """Return the help for managers: desks, and every command."""
    return "\n".join([world.phrasing.say("desk_help"), *(line for _, line in _command_lines(world))])


def menu(world: World) -> Sequence[tuple[str, str]]:
    """Return the name of every typed command and what it does, for the menu of a channel."""
    return [(name, line.partition(": ")[2]) for name, line in _command_lines(world)]


def _command_lines(world: World) -> Iterator[tuple[str, str]]:
    return ((one.name, world.phrasing.say(f"command_{one.name}")) for one in CASE_COMMANDS if one.is_typed)
