"""The groups of managers: what is said and pressed there, read as acts on a case. Who may do what is `core/case.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.core.case import Act, Case, CaseState, Manager, Refusal, Role, refusal, role_in, waiting_cases
from bot.core.desks import Desk, named
from bot.core.replies import Reply, Verb
from bot.dialogue.cases import manager_texts as told
from bot.dialogue.cases.proposals import FoundOffers, find_offers, offer_choice, proposal
from bot.dialogue.cases.sharing import shared
from bot.dialogue.effects import News, NewsKind, Share
from bot.dialogue.interpret import Command, typed
from bot.dialogue.session import Session
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import DESK_BUTTONS
from bot.tg.forwarding import Forwarding
from bot.tg.groups import Groups
from bot.tg.updates import ANONYMOUS, GroupMessage, GroupPress, InternalEvent, InternalEventKind, SenderKind
from bot.usecases.cases import CaseMoves, plain_reply
from bot.usecases.inbound import SlowWork, WrongLane
from bot.usecases.ports import QueuedUpdate, Unit

#: Commands about a case, with what they do; the others are about the whole desk.
_COMMANDS: Mapping[str, Act] = {
    "prendi": Act.TAKE,
    "proponi": Act.PROPOSE,
    "r": Act.PROPOSE,
    "passa": Act.PASS,
    "chiudi": Act.CLOSE,
    "storia": Act.LOOK,
    "blocca": Act.BLOCK,
    "sblocca": Act.UNBLOCK,
}
#: Commands about the desk.
_OF_DESK = ("coda", "stat", "aiuto", "help", "start")
_VERBS: Mapping[Verb, Act] = {
    Verb.TAKE: Act.TAKE,
    Verb.SUGGEST: Act.PROPOSE,
    Verb.SEND: Act.PROPOSE,
    Verb.PASS: Act.PASS,
    Verb.CLOSE: Act.CLOSE,
}
#: A command with the name of a bot.
_NAMED = re.compile(r"/\w+@(\w+)")
#: What begins a word among managers.
NOTE = "//"
#: Refusals that are said alike whatever was tried.
_ALIKE = frozenset({Refusal.ANONYMOUS, Refusal.STRANGER, Refusal.RESOLVED})


@dataclass(frozen=True, slots=True)
class ManagerAct:
    """Something that a manager does to a case, in one transaction."""

    unit: Unit
    case: Case
    by: Manager
    session: Session
    #: The message that was said, or whose button was pressed.
    message: int
    now: float
    #: The citizen has blocked the bot: what is sent waits.
    blocked: bool
    #: The result of slow work, if it was done.
    prepared: object


class Managers:
    """Handles what managers do. What must be told to the citizen is returned as news."""

    def __init__(self, moves: CaseMoves, forwarding: Forwarding, groups: Groups, buttons: Buttons) -> None:
        self._moves = moves
        self._forwarding = forwarding
        self._groups = groups
        self._buttons = buttons

    def desk_of(self, unit: Unit, chat: int) -> Desk | None:
        """The desk whose group this is; a group that has moved stays its desk's."""
        desks = self._moves.desks
        return next((desk for desk in desks if chat in (desk.chat_id, unit.outbox.current_id(desk.chat_id))), None)

    # --- Said

    def said(self, unit: Unit, waiting: QueuedUpdate, event: GroupMessage, session: Session, now: float) -> News | None:
        """Something was said in a desk's group."""
        case = self._case(unit, waiting, unit.message_refs.case_of(event.chat, event.about))
        if event.sender in (SenderKind.BOT, SenderKind.CHANNEL) or _is_for_another(event.message.text, self._groups.username):
            return None
        words = typed(event.message.text) if event.message.text else None
        command = words if isinstance(words, Command) else None
        if case is None or case.group != event.chat:
            if command is not None and not event.message.edited:
                self._general(unit, event, command, case, now)
            return None
        act = _act(event, command)
        if event.message.edited and act is not Act.SPEAK:
            return None
        if not self._groups[event.chat].forum:
            # Without topics only answers are known to be about a case: answers to this are too.
            number = event.message.id
            unit.message_refs.record(
                [f"said:{event.chat}:{number}"], [number], case=case.number, lane=case.chat, chat=event.chat, at=now
            )
        doing = ManagerAct(unit, case, event.user, session, event.message.id, now, waiting.blocked, waiting.prepared)
        why = refusal(act, self._role(doing), case.state)
        if why is not None:
            self._refuse(doing, act, why)
        elif act is Act.SPEAK:
            self._forwarding.forward_to_citizen(unit, case, event.message, now)
            self._answer_if_blocked(doing)
        elif command is not None:
            return self._do(doing, act, command)
        return None

    def _refuse(self, doing: ManagerAct, act: Act, why: Refusal) -> None:
        """Says why something was not done; that words stay in the group is said once to each."""
        case, by = doing.case, doing.by
        if why is Refusal.SILENT or (act is Act.SPEAK and by.id in case.notified_users):
            return
        if act is Act.SPEAK:
            doing.unit.cases.save(replace(case, notified_users=(*case.notified_users, by.id)))
        kind = "unsaid" if act is Act.SPEAK and why not in _ALIKE else "refused"
        self._answer(doing, f"{kind}_{why.value}", name=_name(case))

    def _general(self, unit: Unit, event: GroupMessage, command: Command, case: Case | None, now: float) -> None:
        """A command in the group itself, or where a case has been; anything else there is talk among managers."""
        desk, say = self.desk_of(unit, event.chat), self._moves.world(now).phrasing.say
        if desk is None or command.name not in (*_COMMANDS, *_OF_DESK):
            # What nobody here knows may be for another bot.
            return
        about_case = command.name in _COMMANDS and not (command.name == "r" and not command.argument)
        if event.sender is SenderKind.ANONYMOUS:
            text = say("refused_anonymous", name="")
        elif not self._is_listed(desk, event.user, event.chat):
            text = say("refused_stranger", name="")
        elif about_case:
            text = say("desk_elsewhere", desk=case.desk) if case is not None else say("desk_no_case")
        else:
            text = self._told(unit, command.name, desk, now)
        if text:
            channel = self._moves.channel
            unit.outbox.put(channel.reply_in_group(event.chat, plain_reply(text), thread=event.thread, to=event.message.id), now)

    def _told(self, unit: Unit, command: str, desk: Desk, now: float) -> str:
        """What a command about the desk answers; nothing for one that nobody knows, which may be another bot's."""
        world = self._moves.world(now)
        match command:
            case "coda":
                return told.queue(world, waiting_cases(unit.cases.list_untaken(), desk.id), now)
            case "stat":
                local = self._moves.local(now)
                midnight = now - (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
                return told.numbers(world, [case for case in unit.cases.list_since(midnight) if case.desk == desk.id])
            case "r":
                return told.canned(world)
            case "aiuto" | "help" | "start":
                return world.phrasing.say("desk_help")
            case _:
                return ""

    # --- Pressed

    def pressed(
        self, unit: Unit, waiting: QueuedUpdate, event: GroupPress, session: Session, now: float
    ) -> tuple[News | None, str]:
        """A button of a card. Returns the news, and what is said to whoever pressed."""
        world = self._moves.world(now)
        press = self._buttons.read(event.data, DESK_BUTTONS, world.content)
        act = _VERBS.get(press.action.verb)
        case = self._case(unit, waiting, press.interview) if act is not None else None
        if case is None or act is None or case.group != event.chat:
            return None, world.phrasing.say("old_card")
        doing = ManagerAct(unit, case, event.user, session, event.message_id, now, waiting.blocked, waiting.prepared)
        why = refusal(act, self._role(doing), case.state)
        if why is not None:
            return None, world.phrasing.say(f"refused_{why.value}", name=_name(case))
        return self._press(doing, press.action.verb, press.action.target), ""

    def _press(self, doing: ManagerAct, verb: Verb, target: str) -> News | None:
        match verb:
            case Verb.SEND:
                self._send(doing, target)
                return None
            case Verb.SUGGEST:
                self._suggest(doing, "")
                return None
            case Verb.PASS:
                return self._pass(doing, target)
            case Verb.CLOSE:
                return self._close(doing)
            case _:
                return self._take(doing)

    # --- Acts

    def _do(self, doing: ManagerAct, act: Act, command: Command) -> News | None:
        """A command about a case. Returns what the citizen is told."""
        argument = command.argument
        acts: Mapping[Act, Callable[[], News | None]] = {
            Act.TAKE: lambda: self._take(doing),
            Act.CLOSE: lambda: self._close(doing),
            Act.PASS: lambda: self._pass(doing, argument),
            Act.BLOCK: lambda: self._bar(doing, argument),
            Act.UNBLOCK: lambda: self._moves.unbar(doing.unit, doing.case, doing.by.name, doing.now)[1],
            Act.PROPOSE: lambda: self._canned(doing, argument) if command.name == "r" else self._suggest(doing, argument),
            Act.LOOK: lambda: self._look(doing, command.name),
        }
        return acts[act]() if act in acts else None

    def _take(self, doing: ManagerAct) -> News:
        self._moves.take(doing.unit, doing.case, doing.by, doing.now)
        return News(NewsKind.TAKEN, doing.by.name)

    def _close(self, doing: ManagerAct) -> News:
        return self._moves.close(doing.unit, doing.case, doing.by, doing.now)[1]

    def _pass(self, doing: ManagerAct, target: str) -> News | None:
        """To the queue or to another desk; where it is not said to whom, that is asked."""
        desks, world = self._moves.desks, self._moves.world(doing.now)
        if not target:
            self._moves.post(doing.unit, doing.case, told.passing(world, doing.case, desks), doing.now)
            return None
        target = told.QUEUE if target.lower() in (told.QUEUE, "coda", doing.case.desk) else target
        if target != told.QUEUE and named(desks, target) is None:
            self._answer(doing, "desk_pass_unknown", names=", ".join(desk.id for desk in desks))
            return None
        if target == told.QUEUE and doing.case.state is CaseState.WAITING:
            self._answer(doing, "desk_pass_waiting")
            return None
        return self._moves.pass_on(doing.unit, doing.case, doing.by.name, target, doing.now)[1]

    def _bar(self, doing: ManagerAct, why: str) -> News | None:
        if not why:
            self._answer(doing, "desk_block_why")
            return None
        return self._moves.bar(doing.unit, doing.case, doing.by.name, why, doing.now)[1]

    def _look(self, doing: ManagerAct, command: str) -> None:
        """The history of the case; or a command about the desk, which its answer follows here too."""
        unit, case, now = doing.unit, doing.case, doing.now
        world = self._moves.world(now)
        if command == "storia":
            earlier = [one for one in unit.cases.list_of_chat(case.chat) if one.number < case.number]
            text = told.history(world, case, earlier, self._moves.local)
        else:
            desk = named(self._moves.desks, case.desk)
            text = (self._told(unit, command, desk, now) if desk is not None else "") or world.phrasing.say(
                "desk_unknown_command"
            )
        self._moves.post(unit, case, plain_reply(text), now, to=doing.message)

    def _suggest(self, doing: ManagerAct, words: str) -> None:
        """Ask which service to send. The search takes milliseconds: citizens do not wait for it within a transaction."""
        world = self._moves.world(doing.now)
        if not isinstance(doing.prepared, FoundOffers):
            known = shared(world, doing.session, Share(doing.case.share or Share.NOTHING))
            raise SlowWork(partial(find_offers, world, known, words))
        self._moves.post(doing.unit, doing.case, offer_choice(world, doing.prepared, words), doing.now, to=doing.message)

    def _send(self, doing: ManagerAct, offer: str) -> None:
        """The card of a service goes to the citizen."""
        world = self._moves.world(doing.now)
        found = world.dated.offers.get(offer)
        if found is None:
            self._answer(doing, "desk_offer_gone")
            return
        self._to_citizen(doing, proposal(world, doing.session, found, doing.by.name))
        doing.unit.cases.save(doing.case.with_history(doing.now, "proposed", found.service.name))
        if not doing.blocked:
            self._answer(doing, "desk_sent", name=found.service.name)

    def _canned(self, doing: ManagerAct, name: str) -> None:
        replies = self._moves.world(doing.now).content.replies
        text = replies.get(name.lower())
        if text is None:
            self._answer(doing, "desk_no_reply", names=", ".join(replies))
        else:
            self._to_citizen(doing, plain_reply(text))

    def _to_citizen(self, doing: ManagerAct, reply: Reply) -> None:
        channel = self._moves.channel
        doing.unit.outbox.put(channel.reply_to_citizen(doing.case, reply, doing.message), doing.now)
        self._answer_if_blocked(doing)

    def _answer_if_blocked(self, doing: ManagerAct) -> None:
        if doing.blocked:
            self._answer(doing, "desk_citizen_blocked")

    def _answer(self, doing: ManagerAct, key: str, **words: object) -> None:
        """Says something in answer to what was done."""
        text = self._moves.world(doing.now).phrasing.say(key, **words)
        self._moves.post(doing.unit, doing.case, plain_reply(text), doing.now, to=doing.message)

    # --- What time and failures bring

    def due(self, unit: Unit, case: Case, event: InternalEvent, now: float) -> Reply | None:
        """Something that no Telegram sent. Returns what the citizen is told."""
        say = self._moves.world(now).phrasing.say
        chat, _, message = event.key.partition(":")
        to = int(message) if message.isdecimal() else 0
        match event.kind:
            case InternalEventKind.TIME:
                self._moves.remind(unit, case, now)
            case InternalEventKind.MOVED:
                self._moves.rehome(unit, case, unit.outbox.current_id(case.group), now)
            case InternalEventKind.GONE:
                self._moves.repair_place(unit, case, event.lost_message, now)
            case InternalEventKind.LOST if self._forwarding.repost_lost_words(unit, case, event.merge_key, now):
                pass
            case InternalEventKind.REFUSED if chat == str(case.group):
                self._moves.post(unit, case, plain_reply(say("desk_refused", why=event.error)), now, to=to)
            case InternalEventKind.UNREACHABLE if chat == str(case.group):
                self._moves.post(unit, case, plain_reply(say("desk_citizen_blocked")), now, to=to)
            case InternalEventKind.REFUSED | InternalEventKind.UNREACHABLE | InternalEventKind.LOST if chat == str(case.chat):
                return plain_reply(say("undelivered" if event.kind is InternalEventKind.UNREACHABLE else "refused_by_telegram"))
            case _:
                pass
        return None

    # --- Who

    def _role(self, doing: ManagerAct) -> Role:
        case, by = doing.case, doing.by
        if by.id == ANONYMOUS:
            return Role.ANONYMOUS
        desk = named(self._moves.desks, case.desk)
        listed = desk is not None and (not desk.managers or by.id in desk.managers)
        return role_in(case, by.id, listed=listed, administers=self._groups.administers(case.group, by.id))

    def _is_listed(self, desk: Desk, user: Manager, chat: int) -> bool:
        return not desk.managers or user.id in desk.managers or self._groups.administers(chat, user.id)

    def _case(self, unit: Unit, waiting: QueuedUpdate, number: int | None) -> Case | None:
        """The case that something is about. Raises WrongLane where another lane has it."""
        case = unit.cases.get(number) if number and number > 0 else None
        if case is not None and case.chat != waiting.lane:
            raise WrongLane(case.chat)
        return case


def _is_for_another(text: str, username: str) -> bool:
    """Whether a command names another bot of the group."""
    found = _NAMED.match(text)
    return found is not None and found[1].lower() != username.lower()


def _act(event: GroupMessage, command: Command | None) -> Act:
    if event.message.text.startswith(NOTE):
        return Act.NOTE
    if command is None:
        return Act.SPEAK
    if command.name == "r" and not command.argument:
        return Act.LOOK
    # A command that nobody knows is not for the citizen either.
    return _COMMANDS.get(command.name, Act.LOOK)


def _name(case: Case) -> str:
    return case.manager.name if case.manager is not None else ""
