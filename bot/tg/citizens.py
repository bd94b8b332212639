"""Updates → the conversation and the cases → what is stored and sent. One update, one transaction (`ports.Handler`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog

from bot.core.case import Case, CaseReason, CaseState
from bot.dialogue.effects import ForwardToManager, LeaveCase, News, OpenCase, RateCase, ReopenCase, Share
from bot.dialogue.interpret import Incoming
from bot.dialogue.session import Session, dump, load
from bot.dialogue.turn import Manner, Turn, turn
from bot.dialogue.world import World
from bot.errors import Unreadable
from bot.tg import messages
from bot.tg.callback_data import Buttons
from bot.tg.delivery_results import rehome_cases
from bot.tg.forwarding import Forwarding
from bot.tg.managers import Managers
from bot.tg.updates import (
    ChatMessage,
    CitizenMessage,
    CitizenPress,
    GroupChange,
    GroupMessage,
    GroupMigration,
    GroupPress,
    InternalEvent,
    InternalEventKind,
    Membership,
    UpdateEvent,
    parse_update,
)
from bot.usecases.calls import CallbackAnswer, CallKind, DirectCall, GroupLook, Outgoing
from bot.usecases.cases import CaseMoves
from bot.usecases.ports import QueuedUpdate, Unit

#: Seconds within which a press is answered, if there is something to tell; if not, what came of it is seen as well.
_TOLD_WITHIN, _ANSWERED_WITHIN = 30.0, 5.0

log = structlog.get_logger("bot")


class Citizens:
    """Handles updates."""

    def __init__(
        self,
        moves: CaseMoves,
        managers: Managers,
        forwarding: Forwarding,
        buttons: Buttons,
    ) -> None:
        self._world = moves.world
        self._local = moves.local
        self._buttons = buttons
        self._moves = moves
        self._managers = managers
        self._forwarding = forwarding

    def __call__(self, unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[DirectCall]:
        """Handles one update. Raises Unreadable."""
        event = parse_update(waiting.payload)
        if isinstance(event, CitizenMessage | CitizenPress) and event.chat != waiting.lane:
            raise Unreadable("an update of two chats")
        match event:
            case CitizenMessage(_, incoming, posted):
                self._talk(unit, waiting, incoming, now, posted=posted)
            case CitizenPress(chat, callback_id, data, message_id, is_text):
                press = self._buttons.read(data, chat, self._world(now).content)
                said = self._talk(unit, waiting, press, now, pressed=message_id if is_text else None)
                return self._answers(waiting, callback_id, said, now)
            case GroupMessage():
                self._in_group(unit, waiting, event, now)
            case GroupPress(callback_id=callback_id):
                return self._answers(waiting, callback_id, self._in_group(unit, waiting, event, now), now)
            case _:
                changed_group = self._happened(unit, waiting, event, now)
                unit.inbox.mark_done(waiting, None, now)
                return [GroupLook(changed_group)] if changed_group else []
        return []

    def _happened(self, unit: Unit, waiting: QueuedUpdate, event: UpdateEvent, now: float) -> int:
        """Handle an event without anybody's words. Return the desk's group that may have changed; 0 if none has."""
        match event:
            case InternalEvent():
                self._due(unit, waiting, event, now)
            case Membership(chat, present) if chat < 0:
                return self._group_membership(unit, chat, now, present=present)
            case Membership(_, present):
                self._citizen_membership(unit, waiting, now, present=present)
            case GroupMigration(old, new):
                return self._moved(unit, old, new, now)
            case GroupChange(chat, staff) if chat < 0 and not self._leave_if_foreign(unit, chat, now) and staff:
                return chat
            case _:
                pass
        return 0

    def _answers(self, waiting: QueuedUpdate, callback_id: str, said: str, now: float) -> Sequence[CallbackAnswer]:
        """Telegram no longer takes the answer to a press that had to wait."""
        within = _TOLD_WITHIN if said else _ANSWERED_WITHIN
        return [CallbackAnswer(callback_id, said)] if now - waiting.received_at < within else []

    # --- A citizen's chat

    def _talk(
        self,
        unit: Unit,
        waiting: QueuedUpdate,
        what: Incoming,
        now: float,
        *,
        pressed: int | None = None,
        posted: ChatMessage | None = None,
    ) -> str:
        """One turn, and what follows from it. Returns what is said in answer to a press."""
        world = self._world(now)
        result = turn(world, _session(waiting, world), what, self._local(now))
        if waiting.blocked:
            unit.outbox.unblock(waiting.lane)
        self._show(unit, waiting, result, now, pressed=pressed)
        session = self._follow(unit, waiting, result, posted, now)
        unit.inbox.mark_done(waiting, dump(session), now)
        nothing = result.manner is Manner.NOTHING and not result.effects
        return (result.toast or world.phrasing.say("nothing_new")) if nothing else ""

    def _show(self, unit: Unit, waiting: QueuedUpdate, result: Turn, now: float, *, pressed: int | None = None) -> None:
        for outgoing in messages.of_turn(result, waiting.lane, self._buttons, pressed=pressed, shown=waiting.shown):
            unit.outbox.put(outgoing, now)

    def _follow(self, unit: Unit, waiting: QueuedUpdate, result: Turn, posted: ChatMessage | None, now: float) -> Session:
        """Does what a turn leads to; what comes of that is told in another turn."""
        session, chat = result.session, waiting.lane
        case = unit.cases.get(waiting.last_case) if waiting.last_case and result.effects else None
        for effect in result.effects:
            news: News | None = None
            match effect:
                case OpenCase():
                    news = self._moves.open(unit, chat, session, effect, now)
                case ForwardToManager(danger, numbers_given) if posted is not None:
                    if case is None or case.state is CaseState.RESOLVED:
                        # What was meant for a person reaches one.
                        news = self._moves.open(unit, chat, session, OpenCase(CaseReason.ASKED, Share.NOTHING), now)
                        case = unit.cases.list_of_chat(chat)[-1]
                    case = self._moves.alarm(unit, case, danger, now, told=numbers_given) if danger else case
                    case = self._forwarding.forward_to_group(unit, case, posted, now)
                case ReopenCase(forwards_message) if case is not None:
                    case, news = self._reopen(unit, case, posted if forwards_message else None, now)
                case LeaveCase() if case is not None:
                    case = self._moves.leave(unit, case, now)
                case RateCase(helped, words) if case is not None:
                    case = self._moves.rate(unit, case, helped, words, now)
                case _:
                    pass
            if news is not None:
                session = self._hear(unit, waiting, session, news, now)
        return session

    def _reopen(self, unit: Unit, case: Case, posted: ChatMessage | None, now: float) -> tuple[Case, News]:
        opened, news = self._moves.reopen(unit, case, now)
        return self._forwarding.forward_to_group(unit, opened, posted, now) if posted is not None else opened, news

    def _hear(self, unit: Unit, waiting: QueuedUpdate, session: Session, news: News, now: float) -> Session:
        """The citizen is told what has become of the case."""
        result = turn(self._world(now), session, news, self._local(now))
        self._show(unit, waiting, result, now)
        return result.session

    # --- A group, and what no Telegram sent

    def _in_group(self, unit: Unit, waiting: QueuedUpdate, event: GroupMessage | GroupPress, now: float) -> str:
        """Something was said or pressed in a group. Returns what is said in answer to a press."""
        if self._managers.desk_of(unit, event.chat) is None:
            self._leave(unit, event.chat, now)
            unit.inbox.mark_done(waiting, None, now)
            return ""
        session = _session(waiting, self._world(now)) if waiting.lane > 0 else Session()
        said = ""
        if isinstance(event, GroupMessage):
            news = self._managers.said(unit, waiting, event, session, now)
        else:
            news, said = self._managers.pressed(unit, waiting, event, session, now)
        heard = dump(self._hear(unit, waiting, session, news, now)) if news is not None else None
        unit.inbox.mark_done(waiting, heard, now)
        return said

    def _due(self, unit: Unit, waiting: QueuedUpdate, event: InternalEvent, now: float) -> None:
        if event.kind is InternalEventKind.SHIFT:
            self._moves.announce_shift(unit, event.group, now)
        elif (case := unit.cases.get(event.case)) is not None and case.chat == waiting.lane:
            reply = self._managers.due(unit, case, event, now)
            if reply is not None:
                unit.outbox.put(messages.new_message(case.chat, reply, None), now)

    def _moved(self, unit: Unit, old: int, new: int, now: float) -> int:
        """Follow a group to its new id. Return that if it is a desk's."""
        unit.outbox.move_group(old, new)
        rehome_cases(unit, old, now)
        return new if new in self._known_groups(unit) else 0

    def _group_membership(self, unit: Unit, chat: int, now: float, *, present: bool) -> int:
        """Hold back what is sent to a group that put the bot out; leave a group that no desk has. Return a desk's group."""
        if not present:
            unit.outbox.block(chat)
            return 0
        if self._leave_if_foreign(unit, chat, now):
            return 0
        unit.outbox.unblock(chat)
        return chat

    def _citizen_membership(self, unit: Unit, waiting: QueuedUpdate, now: float, *, present: bool) -> None:
        """Hold back what is sent to a citizen who has blocked the bot until they are back, and tell the group of their case."""
        chat = waiting.lane
        case = unit.cases.get(waiting.last_case) if waiting.last_case else None
        if present:
            unit.outbox.unblock(chat)
        else:
            unit.outbox.block(chat)
        if case is not None and case.state is not CaseState.RESOLVED:
            self._moves.say(unit, case, "desk_citizen_back" if present else "desk_citizen_left", now)

    def _leave_if_foreign(self, unit: Unit, chat: int, now: float) -> bool:
        foreign = chat < 0 and chat not in self._known_groups(unit)
        if foreign:
            self._leave(unit, chat, now)
        return foreign

    def _leave(self, unit: Unit, chat: int, now: float) -> None:
        log.warning("foreign_group_left")
        unit.outbox.put(Outgoing(chat, CallKind.BEST_EFFORT, "leaveChat", {}), now)

    def _known_groups(self, unit: Unit) -> Collection[int]:
        return {id for desk in self._moves.desks for id in (desk.chat_id, unit.outbox.current_id(desk.chat_id))}


def _session(waiting: QueuedUpdate, world: World) -> Session:
    """The session of a chat; one that cannot be read begins anew rather than losing the chat."""
    if waiting.session is None:
        return Session()
    try:
        return load(waiting.session, world.content.vocabulary)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("session_unreadable", inbox=waiting.id, error=type(error).__name__)  # noqa: TRY400 - it quotes the session
        return Session()
