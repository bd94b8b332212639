"""A citizen's chat: an update and the session → the conversation → what is stored and sent. One update, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import structlog

from bot.dialogue.casecard import case_card
from bot.dialogue.conversation import Manner, OpenCase, turn
from bot.dialogue.incoming import Incoming
from bot.dialogue.session import Session, dump, load
from bot.dialogue.world import World
from bot.errors import Unreadable
from bot.tg import messages
from bot.tg.buttons import Buttons
from bot.tg.updates import GroupMoved, Ignored, InGroup, Membership, Pressed, Said, read
from bot.usecases.ports import CallbackAnswer, Desk, Kind, Outgoing, Unit, Waiting

#: Seconds within which a press is answered.
_ANSWERED_WITHIN = 30.0

log = structlog.get_logger("bot")


class Citizens:
    """Handles updates (`ports.Handler`)."""

    def __init__(
        self, world: Callable[[float], World], local: Callable[[float], dt.datetime], buttons: Buttons, desks: Sequence[Desk]
    ) -> None:
        self._world = world
        self._local = local
        self._buttons = buttons
        self._desks = desks

    def __call__(self, unit: Unit, waiting: Waiting, now: float) -> Sequence[CallbackAnswer]:
        """Handles one update. Raises Unreadable."""
        event = read(waiting.payload)
        if isinstance(event, Said | Pressed) and event.chat != waiting.lane:
            raise Unreadable("an update of two chats")
        match event:
            case Said(_, what):
                self._talk(unit, waiting, what, now)
            case Pressed(chat, callback_id, data, message_id):
                press = self._buttons.read(data, chat, self._world(now).content)
                said = self._talk(unit, waiting, press, now, pressed=message_id)
                # Telegram no longer takes the answer to a press that had to wait.
                return [CallbackAnswer(callback_id, said)] if now - waiting.received_at < _ANSWERED_WITHIN else []
            case Membership(chat, present):
                self._membership(unit, chat, now, present=present)
                unit.inbox.done(waiting, None, now)
            case GroupMoved(old, new):
                unit.outbox.moved(old, new)
                unit.inbox.done(waiting, None, now)
            case InGroup(chat):
                self._leave_if_foreign(unit, chat, now)
                unit.inbox.done(waiting, None, now)
            case Ignored():
                unit.inbox.done(waiting, None, now)
        return []

    def _talk(self, unit: Unit, waiting: Waiting, what: Incoming, now: float, *, pressed: int | None = None) -> str:
        """One turn. Returns what is said in answer to a press."""
        chat = waiting.lane
        world = self._world(now)
        before = _session(waiting, world)
        result = turn(world, before, what, self._local(now))
        if waiting.blocked:
            unit.outbox.unblocked(chat)
        for outgoing in messages.of_turn(result, chat, self._buttons, pressed=pressed, shown=waiting.shown):
            unit.outbox.put(outgoing, now)
        for effect in result.effects:
            match effect:
                case OpenCase():
                    self._open_case(unit, world, result.session, chat, effect, now=now)
        unit.inbox.done(waiting, dump(result.session), now)
        return world.words.say("nothing_new") if result.manner is Manner.NOTHING else ""

    def _open_case(self, unit: Unit, world: World, session: Session, chat: int, effect: OpenCase, *, now: float) -> None:
        """Keeps the case, and posts its card where Social Managers are."""
        desk = self._desks[0] if self._desks else None
        number = unit.cases.open(chat, effect.reason, desk.id if desk is not None else None, now)
        unit.ledger.record("case_opened", {"case": number, "reason": effect.reason.value}, now)
        if desk is None:
            log.warning("case_without_desk", case=number, reason=effect.reason.value)
            return
        log.info("case_opened", case=number, reason=effect.reason.value, desk=desk.id)
        card = case_card(world, session, number, effect.reason)
        unit.outbox.put(messages.new_message(desk.chat_id, card, None), now)

    def _membership(self, unit: Unit, chat: int, now: float, *, present: bool) -> None:
        """A citizen who blocked the bot is left in peace until they are back; a group that nobody knows is left."""
        if present:
            unit.outbox.unblocked(chat)
            if chat < 0:
                self._leave_if_foreign(unit, chat, now)
        else:
            unit.outbox.block(chat)

    def _leave_if_foreign(self, unit: Unit, chat: int, now: float) -> None:
        if chat not in self._known_groups(unit):
            log.warning("foreign_group_left")
            unit.outbox.put(Outgoing(chat, Kind.ACT, "leaveChat", {}), now)

    def _known_groups(self, unit: Unit) -> Collection[int]:
        return {id for desk in self._desks for id in (desk.chat_id, unit.outbox.where(desk.chat_id))}


def _session(waiting: Waiting, world: World) -> Session:
    """The session of a chat; one that cannot be read begins anew rather than losing the chat."""
    if waiting.session is None:
        return Session()
    try:
        return load(waiting.session, world.content.vocabulary)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("session_unreadable", inbox=waiting.id, error=type(error).__name__)  # noqa: TRY400 - it quotes the session
        return Session()
