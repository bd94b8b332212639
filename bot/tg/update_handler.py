"""The handling of an update: it is read as an event and passed to the part that handles such events. One transaction each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog

from bot.core.case import Case, CaseState
from bot.dialogue.effects import Effect
from bot.dialogue.incoming import News
from bot.dialogue.session import Session
from bot.dialogue.stored_effects import dump_effects, load_effects
from bot.dialogue.stored_session import dump_session
from bot.errors import Unreadable
from bot.tg import messages
from bot.tg.callback_data import Buttons
from bot.tg.delivery_results import DeliveryResults, rehome_cases
from bot.tg.forwarding import Forwarding
from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.managers import Managers
from bot.tg.updates import (
    CitizenMessage,
    CitizenPress,
    GroupChange,
    GroupMessage,
    GroupMigration,
    GroupPress,
    Membership,
    UpdateEvent,
    internal_payload,
    parse_update,
)
from bot.usecases.calls import CallbackAnswer, CallKind, DirectCall, GroupLook, Outgoing
from bot.usecases.case_posts import CasePosts
from bot.usecases.case_reminders import CaseReminders
from bot.usecases.case_suggestions import CaseSuggestions
from bot.usecases.cases import CaseMoves
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate, Timer, own_update
from bot.usecases.retention import DataAges
from bot.usecases.talk import ForwardMessage, Talk

#: Seconds within which a press is answered: with a toast, and without one, when its effect is seen as well.
_TOAST_WITHIN, _ANSWER_WITHIN = 30.0, 5.0

log = structlog.get_logger("bot")


class UpdateHandler:
    """Reads updates as events, and passes each to the part of the bot that handles it."""

    def __init__(
        self,
        *,
        posts: CasePosts,
        reminders: CaseReminders,
        suggestions: CaseSuggestions,
        moves: CaseMoves,
        talk: Talk,
        ages: DataAges,
        managers: Managers,
        forwarding: Forwarding,
        delivery_results: DeliveryResults,
        buttons: Buttons,
    ) -> None:
        self._posts = posts
        self._reminders = reminders
        self._suggestions = suggestions
        self._moves = moves
        self._talk = talk
        self._of_citizens: Mapping[InternalEventKind, Callable[[Unit, QueuedUpdate, float], Session]] = {
            InternalEventKind.ERASE: talk.erase,
            InternalEventKind.SILENCE: talk.forget_sensitive,
            InternalEventKind.DORMANT: talk.forget_all_but_alerts,
            InternalEventKind.ALERT: talk.look_at_alerts,
        }
        self._ages = ages
        self._managers = managers
        self._forwarding = forwarding
        self._delivery_results = delivery_results
        self._buttons = buttons

    def __call__(self, unit: Unit, update: QueuedUpdate, now: float) -> Sequence[DirectCall]:
        """Handle an update. Return the calls to make after the commit.

        Raises Unreadable; WrongLane for a group's update of a case that another lane has; SlowWork.
        """
        event = parse_update(update.payload)
        if isinstance(event, CitizenMessage | CitizenPress) and event.chat != update.lane:
            raise Unreadable("an update of two chats")
        match event:
            case CitizenMessage(_, incoming):
                self._talk.take(unit, update, incoming, now, forward=self._forward(event))
            case CitizenPress(chat, callback_id, data, message_id, is_text):
                press = self._buttons.read(data, chat, self._posts.world(now).content)
                toast = self._talk.take(unit, update, press, now, pressed=message_id if is_text else None)
                return _answer(update, callback_id, toast, now)
            case GroupMessage():
                self._in_group(unit, update, event, now)
            case GroupPress(callback_id=callback_id):
                return _answer(update, callback_id, self._in_group(unit, update, event, now), now)
            case InternalEvent():
                session = self._internal(unit, update, event, now)
                unit.inbox.mark_done(update, dump_session(session) if session is not None else None, now)
            case _:
                changed_group = self._without_words(unit, update, event, now)
                unit.inbox.mark_done(update, None, now)
                return [GroupLook(changed_group)] if changed_group else []
        return []

    def give_numbers(self, unit: Unit, update: QueuedUpdate, now: float) -> bool:
        """Send a citizen in danger the emergency numbers after their update failed. Return False if the text tells of no danger.

        Raises Unreadable.
        """
        match parse_update(update.payload):
            case CitizenMessage(_, incoming):
                return self._talk.give_numbers(unit, update, incoming, now)
            case CitizenPress(chat, _, data):
                press = self._buttons.read(data, chat, self._posts.world(now).content)
                return self._talk.give_numbers(unit, update, press, now)
            case _:
                return False

    def _without_words(self, unit: Unit, update: QueuedUpdate, event: UpdateEvent, now: float) -> int:
        """Handle an event that holds no message, such as a change of a group. Return the desk's group to look at; 0 for none."""
        match event:
            case Membership(chat, present) if chat < 0:
                return self._group_membership(unit, chat, now, present=present)
            case Membership(_, present):
                self._citizen_membership(unit, update, now, present=present)
            case GroupMigration(old, new):
                unit.outbox.move_group(old, new)
                rehome_cases(unit, old, now)
                return new if self._managers.desk_of(unit, new) is not None else 0
            case GroupChange(chat, staff, gone):
                if gone:
                    self._free_cases(unit, chat, gone, now)
                is_desk = chat < 0 and not self._leave_if_foreign(unit, chat, now)
                return chat if is_desk and staff else 0
            case _:
                pass
        return 0

    def _internal(self, unit: Unit, update: QueuedUpdate, event: InternalEvent, now: float) -> Session | None:
        """Handle an event that the bot set for itself; ignore one about a case that belongs to another lane now.

        Return the citizen's session if they were told something, else None.
        """
        if event.kind is InternalEventKind.SHIFT:
            self._reminders.announce_shift(unit, event.group, now)
            return None
        if event.kind in self._of_citizens:
            return self._of_citizens[event.kind](unit, update, now)
        if event.kind is InternalEventKind.EFFECTS:
            return self._do_effects(unit, update, event, now)
        case = unit.cases.get(event.case)
        if case is None or case.chat != update.lane:
            return None
        if event.kind is InternalEventKind.SUGGEST:
            self._suggestions.renew(unit, case, self._talk.session_of(update, now), update.prepared, now)
            return None
        news = self._of_case(unit, case, event, now)
        if news is None:
            return None
        return self._talk.tell(unit, update, self._talk.session_of(update, now), news, now)

    def _of_case(self, unit: Unit, case: Case, event: InternalEvent, now: float) -> News | None:
        """Handle an event about a case that the bot set for itself. Return the news for the citizen, if there are any."""
        match event.kind:
            case InternalEventKind.AGE:
                self._ages.let_go(unit, case, now)
            case InternalEventKind.TIME:
                return self._moves.remind(unit, case, now)
            case InternalEventKind.FOLLOW_UP:
                return self._moves.wake(unit, case, now)
            case InternalEventKind.HANDED_OVER:
                return self._managers.hand_over(unit, case, event.user, event.key, now)
            case InternalEventKind.ASSIGNEE_GONE if case.state is CaseState.ASSIGNED:
                return self._moves.return_to_queue(unit, case, "gone", now)[1]
            case _:
                reply = self._delivery_results.handle(unit, case, event, now)
                if reply is not None:
                    unit.outbox.put(messages.new_message(case.chat, reply, None), now)
        return None

    def _do_effects(self, unit: Unit, update: QueuedUpdate, event: InternalEvent, now: float) -> Session:
        """Carry out the effects of a turn that has been shown already. Return the citizen's session. Raises Unreadable."""
        try:
            effects = load_effects(event.effects)
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable("effects of another version") from error
        forward = self._forward(parse_update(event.update))
        return self._talk.do_effects(unit, update, self._talk.session_of(update, now), effects, now, forward=forward)

    def _forward(self, event: UpdateEvent) -> ForwardMessage | None:
        """Return the function that carries a citizen's message over to a manager; None for an event without one."""
        if not isinstance(event, CitizenMessage):
            return None
        return partial(self._forwarding.forward_to_group, message=event.message)

    # --- Groups

    def _in_group(self, unit: Unit, update: QueuedUpdate, event: GroupMessage | GroupPress, now: float) -> str:
        """Handle a message or a press in a group. Return the toast for a press."""
        if self._managers.desk_of(unit, event.chat) is None:
            self._leave(unit, event.chat, now)
            unit.inbox.mark_done(update, None, now)
            return ""
        session = self._talk.session_of(update, now) if update.lane > 0 else Session()
        if isinstance(event, GroupMessage):
            news, toast = self._managers.take_message(unit, update, event, session, now), ""
        else:
            news, toast = self._managers.take_press(unit, update, event, session, now)
        after = dump_session(self._talk.tell(unit, update, session, news, now)) if news is not None else None
        unit.inbox.mark_done(update, after, now)
        return toast

    def _free_cases(self, unit: Unit, group: int, user: int, now: float) -> None:
        """Remove a manager who left the group, and set an event for each of their open cases that puts it back in the queue."""
        desk = self._managers.desk_of(unit, group)
        if desk is not None and unit.desk_states.get(desk.id).member(user) is not None:
            unit.desk_states.change(desk.id, lambda state: state.without_member(user))
        for case in unit.cases.list_open_in_group(group):
            if case.state is CaseState.ASSIGNED and case.manager is not None and case.manager.id == user:
                payload = internal_payload(InternalEvent(InternalEventKind.ASSIGNEE_GONE, case.number))
                unit.timers.set(Timer(f"gone:{case.number}", now, case.chat, payload))

    def _group_membership(self, unit: Unit, chat: int, now: float, *, present: bool) -> int:
        """Hold back calls to a desk's group that removed the bot; leave a group of no desk. Return the desk's group, or 0."""
        if not present:
            unit.outbox.block(chat)
            desk = self._managers.desk_of(unit, chat)
            if desk is not None:
                log.error("desk_lost", desk=desk.id, hint="add the bot to the group again")
                self._posts.announce_loss(unit, desk, now)
            return 0
        if self._leave_if_foreign(unit, chat, now):
            return 0
        unit.outbox.unblock(chat)
        return chat

    def _citizen_membership(self, unit: Unit, update: QueuedUpdate, now: float, *, present: bool) -> None:
        """Hold back calls to a citizen who blocked the bot until they unblock it, and tell the managers of their case."""
        case = unit.cases.get(update.last_case) if update.last_case else None
        if present:
            unit.outbox.unblock(update.lane)
        else:
            unit.outbox.block(update.lane)
        if case is not None and case.is_open:
            self._posts.say(unit, case, "desk_citizen_back" if present else "desk_citizen_left", now)

    def _leave_if_foreign(self, unit: Unit, chat: int, now: float) -> bool:
        """Leave a group that belongs to no desk. Return True if it was one."""
        is_foreign = self._managers.desk_of(unit, chat) is None
        if is_foreign:
            self._leave(unit, chat, now)
        return is_foreign

    def _leave(self, unit: Unit, chat: int, now: float) -> None:
        log.warning("foreign_group_left")
        unit.outbox.put(Outgoing(chat, CallKind.BEST_EFFORT, "leaveChat", {}), now)


def effects_update(update: QueuedUpdate, effects: Sequence[Effect]) -> NewUpdate:
    """Return an update of the bot's own that will carry out the effects of a turn, next in the citizen's lane."""
    event = InternalEvent(InternalEventKind.EFFECTS, effects=dump_effects(effects), update=update.payload)
    return own_update(f"effects {update.update_id} {update.received_at}", update.lane, internal_payload(event))


def _answer(update: QueuedUpdate, callback_id: str, toast: str, now: float) -> Sequence[DirectCall]:
    """Return the call that answers a press; none if the press waited so long that Telegram takes no answer."""
    within = _TOAST_WITHIN if toast else _ANSWER_WITHIN
    return [CallbackAnswer(callback_id, toast)] if now - update.received_at < within else []
