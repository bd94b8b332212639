"""The commands of managers, done: one function for each command of `core/case_commands.py`.

A command arrives here once it is known that the manager may give it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.core.case import Case, CaseState, Manager, Outcome
from bot.core.case_figures import figures
from bot.core.desks import Desk, desk_by_id
from bot.core.replies import Reply
from bot.dialogue.cases import desk_lists, manager_texts
from bot.dialogue.cases.proposals import FoundOffers, find_offers, offer_choice, proposal
from bot.dialogue.cases.sharing import shared_session
from bot.dialogue.effects import Share
from bot.dialogue.incoming import News
from bot.dialogue.session import Session
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.cases import CaseMoves
from bot.usecases.inbound import SlowWork
from bot.usecases.ports import Unit


@dataclass(frozen=True, slots=True)
class ManagerAct:
    """A manager's act on a case, in one transaction."""

    unit: Unit
    case: Case
    manager: Manager
    #: The session of the case's citizen.
    session: Session
    #: The message of the group that asks for the act, or whose button was pressed.
    message: int
    now: float
    #: The citizen has blocked the bot: what is sent to them waits.
    is_blocked: bool = False
    #: The result of slow work, if that was done (`inbound.SlowWork`).
    prepared: object = None
    #: The message of the group that the command answers, and the account that wrote it.
    reply_to: int = 0
    reply_author: int = 0


@dataclass(frozen=True, slots=True)
class DeskAct:
    """A manager's question to a desk, in one transaction."""

    unit: Unit
    desk: Desk
    manager: Manager
    argument: str
    now: float


class ManagerCommands:
    """Does what managers command."""

    def __init__(self, posts: CasePosts, moves: CaseMoves) -> None:
        self.posts = posts
        self.moves = moves

    def run(self, name: str, act: ManagerAct, argument: str) -> News | None:
        """Do a command about a case. Return the news for the citizen, if there are any."""
        return _CASE_COMMANDS[name](self, act, argument)

    def answer_of(self, name: str, act: DeskAct) -> Reply:
        """Return the answer to a command about a desk."""
        return _DESK_COMMANDS[name](self, act)

    def answer(self, act: ManagerAct, key: str, **values: object) -> None:
        """Answer an act with one of the bot's sentences, where the case is."""
        text = self.posts.world(act.now).phrasing.say(key, **values)
        self.posts.post(act.unit, act.case, plain_reply(text), act.now, to=act.message)

    def answer_if_blocked(self, act: ManagerAct) -> None:
        """Tell a manager that what they sent waits, if the citizen has blocked the bot."""
        if act.is_blocked:
            self.answer(act, "desk_citizen_blocked")

    def send(self, act: ManagerAct, reply: Reply) -> None:
        """Send a reply to the citizen, as the copy of the manager's message."""
        act.unit.outbox.put(self.posts.channel.send_to_citizen(act.case, reply, act.message), act.now)
        self.moves.answer(act.unit, act.case, act.now)
        self.answer_if_blocked(act)


_CaseCommand = Callable[[ManagerCommands, ManagerAct, str], News | None]
_DeskCommand = Callable[[ManagerCommands, DeskAct], Reply]
_CASE_COMMANDS: dict[str, _CaseCommand] = {}
_DESK_COMMANDS: dict[str, _DeskCommand] = {}


def _about_case(name: str) -> Callable[[_CaseCommand], _CaseCommand]:
    return lambda function: _CASE_COMMANDS.setdefault(name, function)


def _about_desk(name: str) -> Callable[[_DeskCommand], _DeskCommand]:
    return lambda function: _DESK_COMMANDS.setdefault(name, function)


# --- About a case


@_about_case("prendi")
def _take(commands: ManagerCommands, act: ManagerAct, _: str) -> News | None:
    return commands.moves.take(act.unit, act.case, act.manager, act.now)[1]


@_about_case("chiudi")
def _close(commands: ManagerCommands, act: ManagerAct, ending: str) -> News | None:
    """Close a case; with the name of an outcome and perhaps more words, record that too."""
    world = commands.posts.world(act.now)
    outcome, words = manager_texts.outcome_named(world, ending) if ending else (None, "")
    if ending and outcome is None:
        names = ", ".join(world.phrasing.say(f"outcome_{one.value}") for one in Outcome)
        commands.answer(act, "desk_outcome_unknown", names=names)
        return None
    closed, news = commands.moves.close(act.unit, act.case, act.manager, act.session, act.now)
    if outcome is not None:
        commands.moves.conclude(act.unit, closed, outcome, words, act.now)
    return news


@_about_case("esito")
def _conclude(commands: ManagerCommands, act: ManagerAct, name: str) -> None:
    if name in set(Outcome):
        concluded = commands.moves.conclude(act.unit, act.case, Outcome(name), "", act.now)
        commands.answer(act, "desk_concluded", outcome=manager_texts.outcome_in_words(commands.posts.world(act.now), concluded))


@_about_case("riapri")
def _reopen(commands: ManagerCommands, act: ManagerAct, _: str) -> News | None:
    return commands.moves.reopen_by(act.unit, act.case, act.manager, act.now)[1]


@_about_case("nonurgente")
def _calm(commands: ManagerCommands, act: ManagerAct, _: str) -> None:
    if act.case.urgent:
        commands.moves.calm(act.unit, act.case, act.manager.name, act.now)
    else:
        commands.answer(act, "desk_not_urgent")


@_about_case("passa")
def _pass(commands: ManagerCommands, act: ManagerAct, target: str) -> News | None:
    """Pass a case on to the queue ("coda", "-", or its own desk) or another desk; without a target, ask for one."""
    desks, case = commands.posts.desks, act.case
    if not target:
        question = manager_texts.destinations(commands.posts.world(act.now), case, desks)
        commands.posts.post(act.unit, case, question, act.now)
        return None
    if target.lower() in (manager_texts.QUEUE, "coda", case.desk):
        target = manager_texts.QUEUE
    if target != manager_texts.QUEUE and desk_by_id(desks, target) is None:
        commands.answer(act, "desk_pass_unknown", names=", ".join(desk.id for desk in desks))
        return None
    if target == manager_texts.QUEUE and case.state is CaseState.WAITING:
        commands.answer(act, "desk_pass_waiting")
        return None
    return commands.moves.pass_on(act.unit, case, act.manager.name, target, act.now)[1]


@_about_case("proponi")
def _propose(commands: ManagerCommands, act: ManagerAct, words: str) -> None:
    """Ask which service to send. The search takes milliseconds: citizens do not wait for it within a transaction."""
    world = commands.posts.world(act.now)
    if not isinstance(act.prepared, FoundOffers):
        known = shared_session(world, act.session, Share(act.case.share or Share.NOTHING))
        raise SlowWork(partial(find_offers, world, known, words))
    commands.posts.post(act.unit, act.case, offer_choice(world, act.prepared, words), act.now, to=act.message)


@_about_case("scheda")
def _send_card(commands: ManagerCommands, act: ManagerAct, offer: str) -> None:
    """Send the card of an offer to the citizen."""
    world = commands.posts.world(act.now)
    found = world.dated.offers.get(offer)
    if found is None:
        commands.answer(act, "desk_offer_gone")
        return
    noted = replace(act, case=act.case.with_history(act.now, "proposed", found.service.name))
    commands.send(noted, proposal(world, act.session, found, act.manager.name))
    if not act.is_blocked:
        commands.answer(act, "desk_sent", name=found.service.name)


@_about_case("r")
def _send_canned_reply(commands: ManagerCommands, act: ManagerAct, name: str) -> None:
    replies = commands.posts.world(act.now).content.replies
    text = replies.get(name.lower())
    if text is None:
        commands.answer(act, "desk_no_reply", names=", ".join(replies))
    else:
        commands.send(act, plain_reply(text))


@_about_case("storia")
def _show_history(commands: ManagerCommands, act: ManagerAct, _: str) -> None:
    posts, case = commands.posts, act.case
    earlier = [one for one in act.unit.cases.list_of_chat(case.chat) if one.number < case.number]
    text = manager_texts.history(posts.world(act.now), case, earlier, posts.local)
    posts.post(act.unit, case, plain_reply(text), act.now, to=act.message)


@_about_case("blocca")
def _bar(commands: ManagerCommands, act: ManagerAct, reason: str) -> News | None:
    if not reason:
        commands.answer(act, "desk_block_why")
        return None
    return commands.moves.bar(act.unit, act.case, act.manager.name, reason, act.now)[1]


@_about_case("sblocca")
def _unbar(commands: ManagerCommands, act: ManagerAct, _: str) -> News | None:
    if not act.session.is_barred:
        commands.answer(act, "desk_not_barred")
        return None
    return commands.moves.unbar(act.unit, act.case, act.manager.name, act.now)[1]


# --- About a desk

#: The argument that asks for all desks, and for the manager alone.
_ALL_DESKS, _OWN = "tutti", "io"
#: The newest closed cases that a search reads; digits of the number of a case or a page.
_MAX_SEARCHED_CASES, _MAX_NUMBER_DIGITS = 1000, 10


@_about_desk("coda")
def _queue(commands: ManagerCommands, act: DeskAct) -> Reply:
    """Return the open cases of the desk, of another one by its name, or of all ("tutti")."""
    page, argument = _page_of(act.argument)
    desk = desk_by_id(commands.posts.desks, argument.lower()) or act.desk
    opened = act.unit.cases.list_open()
    cases = opened if argument.lower() == _ALL_DESKS else [case for case in opened if case.desk == desk.id]
    link = partial(commands.posts.link, act.unit)
    return desk_lists.queue(commands.posts.world(act.now), cases, act.now, link, page=page, argument=argument)


@_about_desk("cerca")
def _search(commands: ManagerCommands, act: DeskAct) -> Reply:
    """Return the closed cases of the desk that some words are about; by its number an open one too."""
    posts, (page, words) = commands.posts, _page_of(act.argument)
    world = posts.world(act.now)
    if not words:
        return plain_reply(world.phrasing.say("desk_search_how"))
    numbered = act.unit.cases.get(int(words)) if words.isdecimal() and len(words) < _MAX_NUMBER_DIGITS else None
    if numbered is not None and numbered.desk == act.desk.id:
        found = [numbered]
    else:
        resolved = act.unit.cases.list_resolved(act.desk.id, _MAX_SEARCHED_CASES)
        found = [case for case in resolved if desk_lists.is_found_by(world, case, words)]
    return desk_lists.found_cases(world, found, words, posts.local, partial(posts.link, act.unit), page=page)


@_about_desk("stat")
def _numbers(commands: ManagerCommands, act: DeskAct) -> Reply:
    """Return the figures of today and of this week: of the desk, of each ("tutti"), or of the manager alone ("io")."""
    posts, asked = commands.posts, act.argument.lower()
    world, local = posts.world(act.now), posts.local(act.now)
    midnight = act.now - (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    monday = midnight - local.weekday() * 24 * 3600.0
    cases = act.unit.cases.list_changed(monday)
    desks = posts.desks if asked == _ALL_DESKS else [desk_by_id(posts.desks, asked) or act.desk]
    manager = act.manager.id if asked == _OWN else 0

    def minutes(case: Case, began: float, ended: float) -> float:
        desk = desk_by_id(posts.desks, case.desk)
        if desk is None or case.urgent:
            return (ended - began) / 60
        return desk.minutes_between(posts.local(began), posts.local(ended))

    texts = []
    for desk in desks:
        its = [case for case in cases if manager or case.desk == desk.id]
        spans = [figures(its, begin, act.now, minutes, manager) for begin in (midnight, monday)]
        texts.append(desk_lists.numbers(world, act.manager.name if manager else desk.id, *spans))
    return plain_reply("\n\n".join(texts))


@_about_desk("r")
def _canned_replies(commands: ManagerCommands, act: DeskAct) -> Reply:
    return plain_reply(manager_texts.canned_replies(commands.posts.world(act.now)))


@_about_desk("aiuto")
def _help(commands: ManagerCommands, act: DeskAct) -> Reply:
    return plain_reply(manager_texts.help_text(commands.posts.world(act.now)))


def _page_of(argument: str) -> tuple[int, str]:
    """Return the page that the argument of a button begins with ("p2 nido"), and the words after it."""
    first, _, rest = argument.partition(" ")
    is_page = first[:1] == "p" and first[1:].isdecimal() and len(first) < _MAX_NUMBER_DIGITS
    return (int(first[1:]), rest.strip()) if is_page else (0, argument.strip())
