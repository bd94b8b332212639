"""The managers' commands about a case: one function for each command of `core/case_commands.py`.

Permission has been checked before. Commands about a desk are in `desk_commands.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.core.case import Case, CaseState, Manager, Outcome
from bot.core.desks import desk_by_id
from bot.core.replies import Reply
from bot.dialogue.cases import manager_texts, staff_texts
from bot.dialogue.cases.proposals import FoundOffers, find_offers, offer_choice, preview, proposal
from bot.dialogue.cases.sharing import shared_session
from bot.dialogue.cases.suggestions import reply_preview
from bot.dialogue.effects import Share
from bot.dialogue.incoming import News
from bot.dialogue.session import Session
from bot.language.entities.moments import moment_stated
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.cases import CaseMoves
from bot.usecases.desk_commands import colleague_of, target_named
from bot.usecases.inbound import SlowWork
from bot.usecases.ports import Unit


@dataclass(frozen=True, slots=True)
class ManagerAct:
    """An act of a manager on a case, with the transaction in which it is carried out."""

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


#: Offers sent in a case that are remembered.
_MAX_OFFERS_SENT = 50
#: The time of a follow-up on a day that is named without a time, where the desk has no hours on that day.
_FOLLOW_UP_TIME = dt.time(9)


class ManagerCommands:
    """The commands of managers about a case, each carried out in the transaction of its message."""

    def __init__(self, posts: CasePosts, moves: CaseMoves) -> None:
        self.posts = posts
        self.moves = moves

    def run(self, name: str, act: ManagerAct, argument: str) -> News | None:
        """Carry out a command about a case. Return the news for the citizen, if there are any."""
        act.unit.audit.record(f"telegram:{act.manager.id}", name, f"case:{act.case.number}", act.now)
        return _CASE_COMMANDS[name](self, act, argument)

    def pass_to(self, unit: Unit, case: Case, by: str, target: str, now: float) -> News:
        """Pass a case on to a target that `target_named` found: the queue, a desk, or a colleague."""
        colleague = colleague_of(unit, case.desk, target)
        if colleague is not None:
            return self.moves.hand_to(unit, case, colleague, by, now)[1]
        is_desk = desk_by_id(self.posts.desks, target) is not None and target != case.desk
        return self.moves.pass_on(unit, case, by, target if is_desk else manager_texts.QUEUE, now)[1]

    def answer(self, act: ManagerAct, key: str, **values: object) -> None:
        """Answer a manager's act with one of the bot's sentences, in the place of the case."""
        text = self.posts.world(act.now).phrasing.say(key, **values)
        self.posts.post(act.unit, act.case, plain_reply(text), act.now, to=act.message)

    def answer_if_blocked(self, act: ManagerAct) -> None:
        """Tell a manager that their message is held back, if the citizen has blocked the bot."""
        if act.is_blocked:
            self.answer(act, "desk_citizen_blocked")

    def send(self, act: ManagerAct, reply: Reply) -> None:
        """Send a reply to the citizen; it counts as the copy of the manager's message."""
        act.unit.outbox.put(self.posts.channel.send_to_citizen(act.case, reply, act.message), act.now)
        self.moves.answer(act.unit, act.case, act.now)
        self.answer_if_blocked(act)


_CaseCommand = Callable[[ManagerCommands, ManagerAct, str], News | None]
_CASE_COMMANDS: dict[str, _CaseCommand] = {}


def _about_case(name: str) -> Callable[[_CaseCommand], _CaseCommand]:
    return lambda function: _CASE_COMMANDS.setdefault(name, function)


# --- About a case


@_about_case("prendi")
def _take(commands: ManagerCommands, act: ManagerAct, _: str) -> News | None:
    return commands.moves.take(act.unit, act.case, act.manager, act.now)[1]


@_about_case("chiudi")
def _close(commands: ManagerCommands, act: ManagerAct, ending: str) -> News | None:
    """Close a case; if the command names an outcome, with or without more words, record it."""
    world = commands.posts.world(act.now)
    outcome, words = manager_texts.outcome_named(world, ending) if ending else (None, "")
    if ending and outcome is None:
        names = ", ".join(world.phrasing.say(f"outcome_{one.value}") for one in Outcome)
        commands.answer(act, "desk_outcome_unknown", names=names)
        return None
    closed, news = commands.moves.close(act.unit, act.case, act.manager, act.session, act.now, asks_outcome=outcome is None)
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
        commands.moves.mark_not_urgent(act.unit, act.case, act.manager.label, act.now)
    else:
        commands.answer(act, "desk_not_urgent")


@_about_case("passa")
def _pass(commands: ManagerCommands, act: ManagerAct, words: str) -> News | None:
    """Pass a case on to the queue ("coda", "-", or its own desk), a colleague or another desk; without words, ask to whom."""
    posts, case, unit = commands.posts, act.case, act.unit
    if not words:
        posts.post(unit, case, staff_texts.destinations(posts.world(act.now), case, posts.staffing(unit, act.now)), act.now)
        return None
    target, fault = target_named(posts, unit, case.desk, words, act.now)
    if not fault and target == manager_texts.QUEUE and case.state is CaseState.WAITING:
        fault = posts.world(act.now).phrasing.say("desk_pass_waiting")
    colleague = colleague_of(unit, case.desk, target)
    if not fault and colleague is not None and case.manager is not None and case.manager.id == colleague.id:
        fault = posts.world(act.now).phrasing.say("refused_taken", name=colleague.label)
    if fault:
        posts.post(unit, case, plain_reply(fault), act.now, to=act.message)
        return None
    return commands.pass_to(unit, case, act.manager.label, target, act.now)


@_about_case("richiama")
def _follow_up(commands: ManagerCommands, act: ManagerAct, words: str) -> News | None:
    """Let a case sleep until the moment named in the command; a day without a time means the desk's opening on that day."""
    posts = commands.posts
    local = posts.local(act.now)
    stated = moment_stated(words, local) if words else None
    if stated is None:
        commands.answer(act, "desk_follow_up_how")
        return None
    day = dt.datetime.combine(stated.day, stated.time or _FOLLOW_UP_TIME)
    if stated.time is None:
        desk = posts.desk_at(act.unit, act.case.desk, act.now)
        opens = desk.opens_at(max(local, dt.datetime.combine(stated.day, dt.time()))) if desk is not None and desk.hours else None
        day = opens if opens is not None and opens.date() == stated.day else day
    at = act.now + max(60.0, (day - local).total_seconds())
    commands.answer(act, "desk_follow_up", when=posts.world(act.now).phrasing.moment(posts.local(at), local))
    return commands.moves.follow_up(act.unit, act.case, at, act.now)[1]


@_about_case("proponi")
def _propose(commands: ManagerCommands, act: ManagerAct, words: str) -> None:
    """Search services to propose and ask the manager which to send.

    The search takes milliseconds, so it runs outside the transaction (`SlowWork`).
    """
    world = commands.posts.world(act.now)
    if not isinstance(act.prepared, FoundOffers):
        known = shared_session(world, act.session, Share(act.case.share or Share.NOTHING))
        raise SlowWork(partial(find_offers, world, known, words))
    commands.posts.post(act.unit, act.case, offer_choice(world, act.prepared, words), act.now, to=act.message)


@_about_case("scheda")
def _show_card(commands: ManagerCommands, act: ManagerAct, offer: str) -> None:
    """Show the managers a service's card before it is sent, and say whether it fits the citizen."""
    world = commands.posts.world(act.now)
    found = world.dated.offers.get(offer)
    if found is None:
        commands.answer(act, "desk_offer_gone")
        return
    known = shared_session(world, act.session, Share(act.case.share or Share.NOTHING))
    commands.posts.post(act.unit, act.case, preview(world, known, found), act.now, to=act.message)


@_about_case("manda")
def _send_card(commands: ManagerCommands, act: ManagerAct, offer: str) -> None:
    """Send the card of a service to the citizen, at most once in a case."""
    world = commands.posts.world(act.now)
    found = world.dated.offers.get(offer)
    if found is None:
        commands.answer(act, "desk_offer_gone")
        return
    if offer in act.case.offers_sent:
        commands.answer(act, "desk_sent_before", name=found.service.name)
        return
    sent = replace(act.case, offers_sent=(*act.case.offers_sent, offer)[-_MAX_OFFERS_SENT:])
    noted = replace(act, case=sent.with_history(act.now, "proposed", f"{found.service.name} ({act.manager.label})"))
    commands.send(noted, proposal(world, act.session, found, act.manager.name))
    if not act.is_blocked:
        commands.answer(act, "desk_sent", name=found.service.name)


@_about_case("pronta")
def _show_canned_reply(commands: ManagerCommands, act: ManagerAct, name: str) -> None:
    text = _canned_reply(commands, act, name)
    if text is not None:
        commands.posts.post(act.unit, act.case, reply_preview(commands.posts.world(act.now), name, text), act.now, to=act.message)


@_about_case("r")
def _send_canned_reply(commands: ManagerCommands, act: ManagerAct, name: str) -> None:
    text = _canned_reply(commands, act, name)
    if text is not None:
        noted = replace(act, case=act.case.with_history(act.now, "replied", f"{name} ({act.manager.label})"))
        commands.send(noted, plain_reply(text))


def _canned_reply(commands: ManagerCommands, act: ManagerAct, name: str) -> str | None:
    """Return a canned reply of the desk or of the content, with its placeholders filled; if none is named, list all names."""
    replies = {**commands.posts.world(act.now).content.replies, **act.unit.desk_states.get(act.case.desk).replies}
    text = replies.get(name.lower())
    if text is None:
        commands.answer(act, "desk_no_reply", names=", ".join(replies))
        return None
    return text.replace("{nome}", act.manager.name).replace("{comune}", act.case.place)


@_about_case("storia")
def _show_history(commands: ManagerCommands, act: ManagerAct, _: str) -> None:
    posts, case = commands.posts, act.case
    told = manager_texts.history(posts.world(act.now), case, posts.earlier_cases(act.unit, case), posts.local)
    posts.post(act.unit, case, told, act.now, to=act.message)


@_about_case("blocca")
def _bar(commands: ManagerCommands, act: ManagerAct, reason: str) -> News | None:
    if not reason:
        commands.answer(act, "desk_block_why")
        return None
    return commands.moves.block_citizen(act.unit, act.case, act.manager.label, reason, act.now)[1]


@_about_case("sblocca")
def _unbar(commands: ManagerCommands, act: ManagerAct, _: str) -> News | None:
    if not act.session.is_barred:
        commands.answer(act, "desk_not_barred")
        return None
    return commands.moves.unblock_citizen(act.unit, act.case, act.manager.label, act.now)[1]
