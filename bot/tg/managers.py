"""Messages and presses in managers' groups, read as acts on a case. Who may do what is in `core/case_permissions.py`."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.case import Album, Case, CaseState, Manager, Role, role_in
from bot.core.case_commands import CaseCommand, CommandScope, command_named, similar_command
from bot.core.case_permissions import Act, Refusal, refusal
from bot.core.desks import Desk, desk_by_id
from bot.core.replies import Verb
from bot.dialogue.cases.staff_texts import target_of
from bot.dialogue.incoming import Command, News
from bot.dialogue.session import Session
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import DESK_BUTTONS
from bot.tg.forwarding import Forwarding
from bot.tg.groups import Groups
from bot.tg.updates import ANONYMOUS, TOPIC_CLOSED, ChatMessage, GroupMessage, GroupPress, SenderKind
from bot.usecases.case_posts import plain_reply
from bot.usecases.desk_commands import DeskAct, answer_at_desk
from bot.usecases.inbound import WrongLane
from bot.usecases.manager_commands import ManagerAct, ManagerCommands
from bot.usecases.ports import Unit
from bot.usecases.queues import QueuedUpdate

#: A command that is addressed to a bot.
_ADDRESSED = re.compile(r"/\w+@(\w+)")
#: The begin of a note among managers.
NOTE_MARK = "//"
#: Characters that nobody sees before the first word.
_BLANKS = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff"
#: Refusals that are said alike whatever was tried.
_ALIKE = frozenset({Refusal.ANONYMOUS, Refusal.STRANGER, Refusal.RESOLVED})
#: Seconds between two hints in a group that words which answer nothing reach nobody.
_HINT_INTERVAL = 3600.0
#: Acts that a resolved case allows only while its citizen has no newer one.
_ON_LAST_CASE = frozenset({Act.SPEAK, Act.PROPOSE, Act.REOPEN})


class Managers:
    """Handles messages and presses in desks' groups."""

    def __init__(self, commands: ManagerCommands, forwarding: Forwarding, groups: Groups, buttons: Buttons) -> None:
        self._commands = commands
        self._posts = commands.posts
        self._forwarding = forwarding
        self._groups = groups
        self._buttons = buttons

    def desk_of(self, unit: Unit, chat: int) -> Desk | None:
        """Return the desk of a group, found also after the group got another id; None without one."""
        desks = self._posts.desks
        return next((desk for desk in desks if chat in (desk.chat_id, unit.outbox.current_id(desk.chat_id))), None)

    def _note_member(self, unit: Unit, desk: Desk | None, user: Manager, chat: int, *, acts: bool = False) -> None:
        """Record a manager in the state of their desk; one who takes a case or answers no longer counts as away."""
        if desk is None or user.id == ANONYMOUS or not self._is_listed(desk, user, chat):
            return
        member = unit.desk_states.get(desk.id).member(user.id)
        is_away = member is not None and member.is_away and not acts
        if member is None or member.manager != user or member.is_away != is_away:
            unit.desk_states.change(desk.id, lambda state: state.with_member(user, is_away=is_away))

    def hand_over(self, unit: Unit, case: Case, user: int, target: str, now: float) -> News | None:
        """Pass on a case whose manager has passed on all their cases at once, if it is still theirs."""
        if case.state is not CaseState.ASSIGNED or case.manager is None or case.manager.id != user:
            return None
        return self._commands.pass_to(unit, case, case.manager.label, target, now)

    # --- Messages

    def take_message(self, unit: Unit, update: QueuedUpdate, event: GroupMessage, session: Session, now: float) -> News | None:
        """Handle a message in a desk's group. Return the news for the citizen whose case it is about.

        Raises WrongLane if the case belongs to another lane.
        """
        case = _in_lane(unit.cases.of_messages(event.chat, event.about), update)
        if event.sender in (SenderKind.BOT, SenderKind.CHANNEL) or self._is_for_another_bot(event.message):
            return None
        self._note_member(unit, self.desk_of(unit, event.chat), event.user, event.chat)
        words = event.message.words
        command = words if isinstance(words, Command) else None
        if case is None or case.group != event.chat:
            if not event.message.edited:
                self._take_outside_cases(unit, event, command, case, now, prepared=update.prepared)
            return None
        case = replace(case, is_topic_closed=case.is_topic_closed or event.message.kind == TOPIC_CLOSED)
        act = _act_of(event, command)
        replied = (event.message.reply_to, event.message.reply_author)
        doing = ManagerAct(unit, case, event.user, session, event.message.id, now, update.blocked, update.prepared, *replied)
        reason = refusal(act, self._role(doing), case.state)
        if reason is None and act in _ON_LAST_CASE and _is_past(case, update):
            reason = Refusal.RESOLVED
        if event.message.edited:
            self._take_edit(doing, event.message, act, reason)
            return None
        if not self._groups[event.chat].forum:
            self._remember(unit, event, case, now)
        if event.message.album:
            self._take_picture(doing, event.message, act, reason)
            return None
        if reason is not None:
            self._refuse_message(doing, act, reason, event.message)
            return None
        return self._do(doing, act, command, event.message)

    def _do(self, doing: ManagerAct, act: Act, command: Command | None, message: ChatMessage) -> News | None:
        """Carry out a permitted act of a manager. Return the news for the citizen, if there are any."""
        if act in (Act.SPEAK, Act.TAKE):
            desk = desk_by_id(self._posts.desks, doing.case.desk)
            self._note_member(doing.unit, desk, doing.manager, doing.case.group, acts=True)
        if act is Act.SPEAK:
            self._forwarding.forward_to_citizen(doing.unit, doing.case, message, doing.now)
            self._commands.moves.answer(doing.unit, doing.case, doing.now)
            self._commands.answer_if_blocked(doing)
        elif act is Act.WITHDRAW:
            self._withdraw(doing)
        elif command is not None:
            return self._run(doing, command)
        elif act is Act.LOOK:
            self._commands.answer(doing, "desk_unknown_command")
        return None

    def _withdraw(self, doing: ManagerAct) -> None:
        """Take back from the citizen the message that a manager's command replies to, if the manager wrote it or has the case."""
        role, is_author = self._role(doing), doing.reply_author == doing.manager.id
        if not doing.reply_to or not self._forwarding.has_gone_out(doing.unit, doing.case, doing.reply_to):
            self._commands.answer(doing, "desk_withdraw_nothing" if is_author else "desk_withdraw_how")
        elif is_author or role in (Role.ASSIGNEE, Role.ADMINISTRATOR):
            self._forwarding.withdraw(doing.unit, doing.case, doing.reply_to, doing.now)
        else:
            self._commands.answer(doing, "desk_not_author")

    def _take_picture(self, doing: ManagerAct, message: ChatMessage, act: Act, reason: Refusal | None) -> None:
        """Handle one picture of an album. The first decides whether all are sent; a note beside any keeps all in the group."""
        unit, case, now = doing.unit, doing.case, doing.now
        album = next((one for one in case.albums if one.id == message.album), None)
        if album is None:
            album = Album(message.album, (), is_outgoing=act is Act.SPEAK and reason is None)
            if act is Act.SPEAK and reason is not None:
                case = self._refuse(doing, act, reason)
        if album.is_outgoing and act is not Act.SPEAK:
            if album.messages:
                case = self._forwarding.withdraw(unit, case, album.messages[0], now)
            album = replace(album, is_outgoing=False)
        case = case.with_album(replace(album, messages=(*album.messages, message.id)))
        unit.cases.save(case)
        if album.is_outgoing:
            self._forwarding.forward_to_citizen(unit, case, message, now)
            self._commands.moves.answer(unit, case, now)
            if not album.messages:
                self._commands.answer_if_blocked(doing)

    def _take_edit(self, doing: ManagerAct, message: ChatMessage, act: Act, reason: Refusal | None) -> None:
        """Handle the edit of a manager's message: correct or withdraw its copy; an edit never sends a message not sent before."""
        unit, case, now = doing.unit, doing.case, doing.now
        if refusal(Act.WITHDRAW, self._role(doing), case.state) is not None:
            return
        if not self._forwarding.has_gone_out(unit, case, message.id):
            if act is Act.SPEAK and reason is None:
                self._commands.answer(doing, "unsaid_edited")
        elif act is Act.SPEAK:
            self._forwarding.correct_copy(unit, case, message, now)
        elif act is Act.NOTE or not self._forwarding.was_commanded(unit, case, message.id):
            self._forwarding.withdraw(unit, case, message.id, now)

    def _run(self, doing: ManagerAct, command: Command) -> News | None:
        """Carry out a command given in the place of a case; one about the desk is answered there too."""
        known, desk = command_named(command.name), desk_by_id(self._posts.desks, doing.case.desk)
        if known is None or not known.is_typed or desk is None:
            similar = similar_command(command.name)
            key = "desk_similar_command" if similar is not None else "desk_unknown_command"
            self._commands.answer(doing, key, command=similar.name if similar is not None else "")
        elif known.is_about_case(command.argument):
            return self._commands.run(known.name, doing, command.argument)
        else:
            answer = answer_at_desk(
                self._posts,
                known.name,
                self._asked(doing.unit, desk, doing.manager, command.argument, doing.now, prepared=doing.prepared),
            )
            self._posts.post(doing.unit, doing.case, answer, doing.now, to=doing.message)
        return None

    def _asked(self, unit: Unit, desk: Desk, user: Manager, argument: str, now: float, *, prepared: object = None) -> DeskAct:
        is_administrator = self._groups.administers(unit.outbox.current_id(desk.chat_id), user.id)
        return DeskAct(unit, desk, user, argument, now, is_administrator, prepared)

    def _remember(self, unit: Unit, event: GroupMessage, case: Case, now: float) -> None:
        """Record that a message of the group is about a case, so that answers to it are recognised as well."""
        number = event.message.id
        key = f"said:{event.chat}:{number}"
        unit.message_refs.record([key], [number], case=case.number, lane=case.chat, chat=event.chat, at=now)

    def _refuse_message(self, doing: ManagerAct, act: Act, reason: Refusal, message: ChatMessage) -> None:
        """Refuse the act that a message asks for. A topic closed by somebody is opened again while its case is open."""
        case, is_closing = doing.case, message.kind == TOPIC_CLOSED
        if not is_closing or reason is not Refusal.RESOLVED:
            case = self._refuse(doing, act, reason)
        if is_closing:
            doing.unit.cases.save(self._posts.open_place(doing.unit, case, doing.now) if case.is_open else case)

    def _refuse(self, doing: ManagerAct, act: Act, reason: Refusal) -> Case:
        """Tell a manager why an act is refused; that words stay in the group is told once to each manager."""
        case, manager = doing.case, doing.manager
        if reason is Refusal.SILENT or (act is Act.SPEAK and manager.id in case.notified_users):
            return case
        if act is Act.SPEAK:
            case = replace(case, notified_users=(*case.notified_users, manager.id))
            doing.unit.cases.save(case)
        kind = "unsaid" if act is Act.SPEAK and reason not in _ALIKE else "refused"
        self._commands.answer(doing, f"{kind}_{reason.value}", name=_assignee_name(case))
        return case

    def _take_outside_cases(
        self, unit: Unit, event: GroupMessage, command: Command | None, case: Case | None, now: float, *, prepared: object
    ) -> None:
        """Handle a message outside any case, or in the place of a case that no longer counts."""
        if command is not None:
            self._answer_outside_cases(unit, event, command, case, now, prepared=prepared)
        elif case is None:
            self._hint_at_answering(unit, event, now)

    def _answer_outside_cases(
        self, unit: Unit, event: GroupMessage, command: Command, case: Case | None, now: float, *, prepared: object
    ) -> None:
        """Answer a command given outside any case; other messages there are talk among managers and are ignored."""
        desk, say = self.desk_of(unit, event.chat), self._posts.world(now).phrasing.say
        known = command_named(command.name)
        if desk is None or known is None or not known.is_typed:
            # An unknown command may be for another bot.
            return
        if event.sender is SenderKind.ANONYMOUS:
            answer = plain_reply(say("refused_anonymous", name=""))
        elif not self._is_listed(desk, event.user, event.chat):
            answer = plain_reply(say("refused_stranger", name=""))
        elif known.is_about_case(command.argument):
            answer = plain_reply(say("desk_elsewhere", desk=case.desk) if case is not None else say("desk_no_case"))
        else:
            answer = answer_at_desk(
                self._posts, known.name, self._asked(unit, desk, event.user, command.argument, now, prepared=prepared)
            )
        channel = self._posts.channel
        unit.outbox.put(channel.reply_in_group(event.chat, answer, thread=event.thread, to=event.message.id), now)

    def _hint_at_answering(self, unit: Unit, event: GroupMessage, now: float) -> None:
        """Tell a manager with a waiting case, now and then, that plain messages in a group without topics reach no citizen."""
        message, desk = event.message, self.desk_of(unit, event.chat)
        is_talk = message.reply_to or message.text.startswith(NOTE_MARK) or event.sender is not SenderKind.PERSON
        if is_talk or desk is None or self._groups[event.chat].forum:
            return
        awaited = (one for one in unit.cases.list_open_in_group(event.chat) if one.is_awaited)
        is_waited_for = any(one.manager is not None and one.manager.id == event.user.id for one in awaited)
        if is_waited_for and unit.cooldowns.start(f"unanswering {desk.id}", now, _HINT_INTERVAL):
            hint = plain_reply(self._posts.world(now).phrasing.say("unsaid_nowhere"))
            unit.outbox.put(self._posts.channel.reply_in_group(event.chat, hint, thread=0, to=message.id), now)

    def _is_for_another_bot(self, message: ChatMessage) -> bool:
        found = None if message.forwarded else _ADDRESSED.match(message.text)
        return found is not None and found[1].lower() != self._groups.username.lower()

    # --- Presses

    def take_press(
        self, unit: Unit, update: QueuedUpdate, event: GroupPress, session: Session, now: float
    ) -> tuple[News | None, str]:
        """Handle a press in a desk's group. Return the news for the citizen, and the toast for the manager.

        Raises WrongLane if the case belongs to another lane.
        """
        world = self._posts.world(now)
        press = self._buttons.read(event.data, DESK_BUTTONS, world.content)
        command = command_named(press.action.target) if press.action.verb is Verb.MANAGE else None
        self._note_member(unit, self.desk_of(unit, event.chat), event.user, event.chat, acts=press.action.target == "prendi")
        number = press.interview or 0
        if command is not None and command.scope is CommandScope.DESK:
            return None, self._turn_page(unit, event, command, press.action.value, now)
        case = _in_lane(unit.cases.get(number), update) if command is not None and number > 0 else None
        if case is not None and command is not None and command.name == "accogli":
            return self._welcome(unit, case, event, now)
        if case is None or command is None or case.group != event.chat:
            return None, world.phrasing.say("old_card")
        doing = ManagerAct(unit, case, event.user, session, event.message_id, now, update.blocked, update.prepared)
        reason = refusal(command.act, self._role(doing), case.state)
        if reason is None and command.act in _ON_LAST_CASE and _is_past(case, update):
            reason = Refusal.RESOLVED
        if reason is not None:
            return None, world.phrasing.say(f"refused_{reason.value}", name=_assignee_name(case))
        if command.name == "r" and self._forwarding.has_gone_out(unit, case, event.message_id):
            return None, world.phrasing.say("desk_reply_sent_before")
        argument: str | None = press.action.value
        if command.act is Act.PASS:
            argument = target_of(press.action.value, case)
        if argument is None:
            return None, world.phrasing.say("old_card")
        return self._commands.run(command.name, doing, argument), ""

    def _turn_page(self, unit: Unit, event: GroupPress, command: CaseCommand, argument: str, now: float) -> str:
        """Show another page of a desk's list in the same message. Return the toast for the manager."""
        desk = self.desk_of(unit, event.chat)
        if desk is None or not self._is_listed(desk, event.user, event.chat):
            return self._posts.world(now).phrasing.say("refused_stranger", name="")
        answer = answer_at_desk(self._posts, command.name, self._asked(unit, desk, event.user, argument, now))
        unit.outbox.put(self._posts.channel.edit_in_group(event.chat, event.message_id, answer), now)
        return ""

    def _welcome(self, unit: Unit, case: Case, event: GroupPress, now: float) -> tuple[News | None, str]:
        """Move a waiting case from another desk to the desk of the manager who pressed for it."""
        say, desk = self._posts.world(now).phrasing.say, self.desk_of(unit, event.chat)
        if desk is None or desk.id == case.desk or case.state is not CaseState.WAITING:
            return None, say("old_card")
        if not self._is_listed(desk, event.user, event.chat):
            return None, say("refused_stranger", name="")
        return self._commands.moves.pass_on(unit, case, event.user.name, desk.id, now)[1], ""

    # --- Roles

    def _role(self, doing: ManagerAct) -> Role:
        case, user = doing.case, doing.manager.id
        if user == ANONYMOUS:
            return Role.ANONYMOUS
        desk = desk_by_id(self._posts.desks, case.desk)
        listed = desk is not None and (not desk.managers or user in desk.managers)
        return role_in(case, user, listed=listed, administers=self._groups.administers(case.group, user))

    def _is_listed(self, desk: Desk, user: Manager, chat: int) -> bool:
        return not desk.managers or user.id in desk.managers or self._groups.administers(chat, user.id)


def _in_lane(case: Case | None, update: QueuedUpdate) -> Case | None:
    """Return the case if the update is in the lane of its citizen. Raises WrongLane otherwise."""
    if case is not None and case.chat != update.lane:
        raise WrongLane(case.chat)
    return case


def _is_past(case: Case, update: QueuedUpdate) -> bool:
    """Return True if a case is resolved and its citizen has had a newer case."""
    return not case.is_open and update.last_case not in (None, case.number)


def _act_of(event: GroupMessage, command: Command | None) -> Act:
    text = event.message.text.lstrip(_BLANKS)
    if text.startswith(NOTE_MARK):
        return Act.NOTE
    if command is None:
        # What begins like a command is none of the citizen's business, even if it is not one.
        return Act.LOOK if text.startswith("/") and not event.message.forwarded else Act.SPEAK
    known = command_named(command.name)
    # An unknown command is not for the citizen either.
    return known.act if known is not None and known.is_typed and known.is_about_case(command.argument) else Act.LOOK


def _assignee_name(case: Case) -> str:
    return case.manager.label if case.manager is not None else ""
