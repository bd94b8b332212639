"""A citizen's chat: one incoming message, its turn, and everything that follows from it, in one transaction.

Knows no channel: a `CitizenChannel` shows the turn, and the caller passes in the function that forwards the message to a manager.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from bot.core.case import Case, CaseReason
from bot.core.flow import Purpose
from bot.core.ledger import RowKind, dump_search, pseudonym, quarter_of, search_key
from bot.core.replies import Reply
from bot.core.survey import dump_sheet
from bot.dialogue.context import Context
from bot.dialogue.effects import (
    Effect,
    EraseData,
    ExportData,
    ForwardToManager,
    LeaveCase,
    OpenCase,
    RateCase,
    ReopenCase,
    SendAnswers,
    Share,
)
from bot.dialogue.incoming import Incoming, News, NewsKind
from bot.dialogue.observation import observe
from bot.dialogue.privacy import forgotten
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Manner, Turn, turn
from bot.dialogue.unread import unread_sentence
from bot.dialogue.world import World
from bot.usecases.alerts import AlertChecks
from bot.usecases.calls import Outgoing
from bot.usecases.case_posts import CasePosts
from bot.usecases.cases import CaseMoves
from bot.usecases.ports import Unit
from bot.usecases.privacy import CitizenData
from bot.usecases.queues import NewUpdate, QueuedUpdate
from bot.usecases.retention import DataAges

log = structlog.get_logger("bot")

#: Carries an incoming message over to the group of a case; returns the case with that on record.
ForwardMessage = Callable[[Unit, Case, float], Case]


class CitizenChannel(Protocol):
    """A channel that shows turns to citizens."""

    def show_turn(self, turn: Turn, chat: int, *, pressed: int | None, shown: int | None) -> Iterable[Outgoing]:
        """Return the calls that show a turn in a chat.

        `pressed` is the message whose button was pressed, if it can be edited; `shown` is the newest message of the bot, None if
        that is not known.
        """

    def send(self, chat: int, reply: Reply) -> Outgoing:
        """Return the call that sends a reply without buttons, a file for example."""


@dataclass(frozen=True, slots=True)
class _Chat:
    """The data of a citizen's chat while the effects of a turn are carried out."""

    unit: Unit
    id: int
    session: Session
    #: The chat's last case.
    case: Case | None
    #: None if there is no message to carry over: a button was pressed.
    forward: ForwardMessage | None
    now: float


#: The case of a chat after an effect, and the news of it for the citizen.
_Consequence = tuple[Case | None, News | None]


class Talk:
    """Handles the messages of citizens: takes the turn, shows it, and carries out its effects."""

    def __init__(
        self,
        posts: CasePosts,
        moves: CaseMoves,
        data: CitizenData,
        ages: DataAges,
        channel: CitizenChannel,
        *,
        alerts: AlertChecks,
        secret: bytes,
        later: Callable[[QueuedUpdate, Sequence[Effect]], NewUpdate],
    ) -> None:
        """Set up; `secret` is the key from which the ledger's pseudonyms are made.

        `later` returns the update that brings the effects of a turn back, to be done in a transaction of their own.
        """
        self._posts = posts
        self._moves = moves
        self._data = data
        self._ages = ages
        self._alerts = alerts
        self._channel = channel
        self._secret = secret
        self._later = later
        self._effects: Mapping[type[Effect], Callable[[_Chat, Any], _Consequence]] = {
            OpenCase: self._open,
            ForwardToManager: self._forward,
            ReopenCase: self._reopen,
            LeaveCase: self._leave,
            RateCase: self._rate,
            ExportData: self._export,
            EraseData: self._erase,
            SendAnswers: self._send_answers,
        }

    def take(
        self,
        unit: Unit,
        update: QueuedUpdate,
        incoming: Incoming,
        now: float,
        *,
        forward: ForwardMessage | None = None,
        pressed: int | None = None,
    ) -> str:
        """Take a turn, show it, carry out its effects, and mark the update as handled.

        Return the toast for a press without effect. `forward` carries the incoming message over to a manager; `pressed` is the
        message whose button was pressed.
        """
        world, local, before = self._posts.world(now), self._posts.local(now), self.session_of(update, now)
        before = self._with_sent_survey(unit, update.lane, world, before)
        result = turn(world, before, incoming, local)
        search = observe(Context(world, before, local), incoming, result)
        if search != before.search:
            result = replace(result, session=replace(result.session, search=search))
            if search is not None:
                unit.ledger.put(search_key(self._secret, update.lane, search), RowKind.SEARCH, dump_search(search), now)
        if (unread := unread_sentence(Context(world, before, local), incoming, result)) is not None:
            person = pseudonym(self._secret, update.lane, quarter_of(local.date()))
            unit.unread.add(replace(unread, person=person), now)
        if update.blocked:
            unit.outbox.unblock(update.lane)
        self._show(unit, update, result, now, pressed=pressed)
        session = self.do_effects(unit, update, result.session, result.effects, now, forward=forward)
        self._ages.after_turn(unit, update.lane, session, now)
        self._alerts.after_turn(unit, update.lane, before, session, now)
        if session.has_open_case and session.interview != before.interview:
            self._renew(unit, update, session, now)
        unit.inbox.mark_done(update, dump_session(session), now)
        if result.manner is not Manner.NOTHING or result.effects:
            return ""
        return result.toast or world.phrasing.say("nothing_new")

    def give_numbers(self, unit: Unit, update: QueuedUpdate, incoming: Incoming, now: float) -> bool:
        """Send a citizen in danger the emergency numbers, although their update could not be handled, and mark it as handled.

        The effects of the turn come back as an update of their own. Return False, and do nothing, if there is no danger.
        """
        world, local, before = self._posts.world(now), self._posts.local(now), self.session_of(update, now)
        result = turn(world, before, incoming, local)
        if not result.is_urgent or not unit.inbox.is_unhandled(update):
            return False
        danger = next((one.danger for one in result.effects if isinstance(one, OpenCase)), None)
        if danger is not None:
            # The numbers come with the news of the case, which there is not; its words are handed over when it is opened.
            told = turn(world, result.session, News(NewsKind.OPENED, nobody=True, danger=danger), local)
            session = replace(told.session, recent_texts=result.session.recent_texts)
            result = replace(told, session=session, effects=result.effects)
        self._show(unit, update, result, now)
        if result.effects:
            unit.inbox.receive([self._later(update, _without_danger(result.effects))], now)
        unit.inbox.mark_done(update, dump_session(result.session), now)
        return True

    def tell(
        self, unit: Unit, update: QueuedUpdate, session: Session, news: News, now: float, *, is_announcement: bool = False
    ) -> Session:
        """Tell a citizen some news in a separate turn. Return the session after it."""
        result = turn(self._posts.world(now), session, news, self._posts.local(now))
        self._show(unit, update, result, now, is_announcement=is_announcement)
        return result.session

    def erase(self, unit: Unit, update: QueuedUpdate, now: float) -> Session:
        """Erase all data on a citizen at a desk's request, and tell the citizen. Return the session that remains."""
        session = forgotten(self.session_of(update, now))
        return self.tell(unit, update, session, self._data.erase(unit, update.lane, session, now), now)

    def look_at_alerts(self, unit: Unit, update: QueuedUpdate, now: float) -> Session:
        """Check a citizen's alerts and tell them the news, if there are any. Return the session after it."""
        found = self._alerts.look(unit, update.lane, self.session_of(update, now), now, is_blocked=update.blocked)
        session, news = found
        return self.tell(unit, update, session, news, now, is_announcement=True) if news is not None else session

    def forget_sensitive(self, _: Unit, update: QueuedUpdate, now: float) -> Session:
        """Return the session of a citizen who has long been silent, without sensitive data."""
        return self._ages.without_sensitive(self.session_of(update, now), now)

    def forget_all_but_alerts(self, unit: Unit, update: QueuedUpdate, now: float) -> Session:
        """Return the session of a citizen who has been silent even longer, with nothing but their alerts."""
        return self._ages.only_alerts(unit, update.lane, self.session_of(update, now), now)

    def session_of(self, update: QueuedUpdate, now: float) -> Session:
        """Return the session of an update's chat.

        A session that cannot be read is replaced by a new one, so that the chat goes on.
        """
        if update.session is None:
            return Session()
        try:
            return load_session(update.session, self._posts.world(now).content.vocabulary)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            log.error("session_unreadable", inbox=update.id, error=type(error).__name__)  # noqa: TRY400 - it quotes the session
            return Session()

    def _show(
        self,
        unit: Unit,
        update: QueuedUpdate,
        result: Turn,
        now: float,
        *,
        pressed: int | None = None,
        is_announcement: bool = False,
    ) -> None:
        for outgoing in self._channel.show_turn(result, update.lane, pressed=pressed, shown=update.shown):
            unit.outbox.put(replace(outgoing, urgent=result.is_urgent, is_announcement=is_announcement), now)

    def _with_sent_survey(self, unit: Unit, chat: int, world: World, session: Session) -> Session:
        """Return the session with the open survey marked as sent, if its citizen sent it before and the session has lost that."""
        flow = world.flow(session.interview)
        if flow.purpose is not Purpose.SURVEY or not flow.once or flow.id in session.sent_surveys:
            return session
        is_sent = unit.ledger.has(self._seal(flow.id, chat))
        return replace(session, sent_surveys=(*session.sent_surveys, flow.id)) if is_sent else session

    def _seal(self, flow: str, chat: int) -> str:
        """Return a keyed hash of chat and survey, which proves that the chat has answered but not what."""
        return f"{pseudonym(self._secret, chat, f'survey {flow}')}.s"

    def _renew(self, unit: Unit, update: QueuedUpdate, session: Session, now: float) -> None:
        """Update the card of an open case with answers that its citizen has given to the bot meanwhile."""
        case = unit.cases.get(update.last_case) if update.last_case else None
        if case is not None:
            self._moves.renew(unit, case, session, now)

    # --- Effects

    def do_effects(
        self,
        unit: Unit,
        update: QueuedUpdate,
        session: Session,
        effects: Sequence[Effect],
        now: float,
        *,
        forward: ForwardMessage | None,
    ) -> Session:
        """Carry out the effects of a turn, and tell the citizen the news that they cause. Return the session after it."""
        case = unit.cases.get(update.last_case) if update.last_case and effects else None
        chat = _Chat(unit, update.lane, session, case, forward, now)
        for effect in effects:
            case, news = self._effects[type(effect)](chat, effect)
            session = self.tell(unit, update, chat.session, news, now) if news is not None else chat.session
            chat = replace(chat, case=case, session=session)
        return chat.session

    def _send_answers(self, chat: _Chat, effect: SendAnswers) -> _Consequence:
        seal = self._seal(effect.sheet.flow, chat.id)
        if not (effect.is_once and chat.unit.ledger.has(seal)):
            chat.unit.ledger.put(seal, RowKind.SEAL, "{}", chat.now)
            chat.unit.ledger.file(RowKind.SHEET, dump_sheet(effect.sheet), chat.now)
        return chat.case, None

    def _open(self, chat: _Chat, effect: OpenCase) -> _Consequence:
        if chat.case is not None and chat.case.is_open and effect.danger is None:
            return self._moves.extend(chat.unit, chat.case, chat.session, effect, chat.now)
        return self._moves.open(chat.unit, chat.id, chat.session, effect, chat.now)

    def _forward(self, chat: _Chat, effect: ForwardToManager) -> _Consequence:
        case, news = chat.case, None
        if chat.forward is None:
            return case, None
        if case is None or not case.is_open:
            # A message that was meant for a person reaches one.
            request = OpenCase(CaseReason.ASKED, Share.NOTHING)
            case, news = self._moves.open(chat.unit, chat.id, chat.session, request, chat.now)
        if effect.danger is not None:
            case = self._moves.alarm(chat.unit, case, effect.danger, chat.now, numbers_given=effect.numbers_given)
        case = chat.forward(chat.unit, case, chat.now)
        if effect.is_courtesy:
            return case, news
        case, delayed = self._moves.await_answer(chat.unit, case, chat.now)
        if news is None and delayed is None and effect.danger is None and not effect.is_confirmed:
            return self._moves.tell_queue(chat.unit, case, chat.now)
        return case, news or delayed

    def _reopen(self, chat: _Chat, effect: ReopenCase) -> _Consequence:
        if chat.case is None:
            return None, None
        case, news = self._moves.reopen(chat.unit, chat.case, chat.now)
        if effect.forwards_message and chat.forward is not None:
            case = chat.forward(chat.unit, case, chat.now)
        return case, news

    def _leave(self, chat: _Chat, _: LeaveCase) -> _Consequence:
        return (self._moves.leave(chat.unit, chat.case, chat.now) if chat.case is not None else None), None

    def _rate(self, chat: _Chat, effect: RateCase) -> _Consequence:
        if chat.case is None:
            return None, None
        return self._moves.rate(chat.unit, chat.case, effect.helped, effect.words, chat.now), None

    def _export(self, chat: _Chat, _: ExportData) -> _Consequence:
        for reply in self._data.copy(chat.unit, chat.id, chat.session, chat.now):
            chat.unit.outbox.put(self._channel.send(chat.id, reply), chat.now)
        return chat.case, None

    def _erase(self, chat: _Chat, _: EraseData) -> _Consequence:
        return None, self._data.erase(chat.unit, chat.id, chat.session, chat.now)


def _without_danger(effects: Sequence[Effect]) -> list[Effect]:
    """Return effects that do not make their news repeat the emergency numbers."""
    return [replace(one, danger=None) if isinstance(one, OpenCase) else one for one in effects]
