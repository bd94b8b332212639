"""Cases, each move in the transaction of the update that makes it: opened, taken, passed on, closed, reopened, reminded of.

What a move means is `core/case.py`, what managers read is `dialogue/desk.py`; how that reaches their group is a `Board`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from bot.core.case import Case, CaseReason, CaseState, Manager, TranscriptEntry, waiting_cases
from bot.core.desks import Desk, desk_for, named
from bot.core.replies import Reply, Run
from bot.dialogue.cases import manager_texts as told
from bot.dialogue.cases.sharing import facts_of, place_of, seen_by
from bot.dialogue.effects import News, NewsKind, OpenCase, Share
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.usecases.calls import Outgoing
from bot.usecases.ports import Timer, Unit

log = structlog.get_logger("bot")

#: Seconds between two reminders of an urgent case that nobody has taken.
URGENT_EVERY = 300.0
#: The share of a promise that is left when somebody is reminded of it.
_LEFT = 0.2


class CaseChannel(Protocol):
    """How cases are shown in the groups of managers."""

    def create_topic_and_card(self, case: Case, card: Reply) -> Sequence[Outgoing]:
        """Makes the place of a case, with its card."""

    def update_card(self, case: Case, card: Reply, *, icon: bool) -> Sequence[Outgoing]:
        """Shows what a case has become; with `icon` its state or urgency is another."""

    def post_in_case(self, case: Case, reply: Reply, *, to: int = 0) -> Outgoing:
        """Says something where the case is, perhaps in answer to a message there."""

    def reply_in_group(self, group: int, reply: Reply, *, thread: int, to: int) -> Outgoing:
        """Says something in a group in answer to a message that is about nobody's case."""

    def reply_to_citizen(self, case: Case, reply: Reply, message: int) -> Outgoing:
        """A card or a canned reply that a manager sends by a message."""

    def post_in_group(self, group: int, reply: Reply) -> Outgoing:
        """Says something in a group, to nobody's case."""

    def forward_backlog(self, case: Case, said: Sequence[TranscriptEntry]) -> Sequence[Outgoing]:
        """Hands over what a citizen has written while nobody had taken the case."""

    def mark_held(self, case: Case, said: TranscriptEntry) -> Outgoing:
        """Shows the citizen that something is kept for whoever answers."""

    def reminder_timer(self, case: Case, at: float) -> Timer:
        """Brings a case back to mind."""

    def shift_timer(self, group: int, at: float) -> Timer:
        """The beginning of a shift."""


def plain_reply(text: str) -> Reply:
    """A plain message."""
    return Reply((Run(text),))


class CaseMoves:
    """Moves cases."""

    def __init__(
        self,
        desks: Sequence[Desk],
        world: Callable[[float], World],
        local: Callable[[float], dt.datetime],
        channel: CaseChannel,
    ) -> None:
        self.desks = desks
        self.world = world
        self.local = local
        self.channel = channel

    # --- Moves

    def open(self, unit: Unit, chat: int, session: Session, effect: OpenCase, now: float) -> News:
        """Opens a case with what may be shared, and says who answers and by when."""
        world, local = self.world(now), self.local(now)
        here = position_of(session, world)
        profile = here.people[0] if here is not None and here.people else {}
        desk = desk_for(self.desks, profile, unit.cases.count_by_desk(), local)
        case = Case(
            number=0,
            chat=chat,
            reason=effect.reason,
            opened_at=now,
            desk=desk.id if desk is not None else "",
            group=unit.outbox.current_id(desk.chat_id) if desk is not None else 0,
            urgent=effect.reason is CaseReason.URGENT,
            share=effect.share,
            place=place_of(world, session) if effect.share is not Share.NOTHING else "",
            facts=facts_of(world, session, effect.share),
            offers_shown=tuple(seen_by(world, session, effect.share)),
            transcript=_typed(session) if effect.share is not Share.NOTHING or effect.danger else (),
            held_messages=effect.attachments,
        )
        case = unit.cases.open(case.enqueue(now, "opened", "", due_at=self._due_at(desk, now)))
        unit.ledger.record("case_opened", {"case": case.number, "reason": effect.reason.value}, now)
        if desk is None:
            log.warning("case_without_desk", case=case.number, reason=effect.reason.value)
        else:
            log.info("case_opened", case=case.number, reason=effect.reason.value, desk=desk.id)
            self._post_card(unit, case, now)
            self._remind(unit, case, now)
        for kept in effect.attachments:
            unit.outbox.put(self.channel.mark_held(case, kept), now)
        return replace(self._news(unit, case, NewsKind.OPENED, now), danger=effect.danger)

    def take(self, unit: Unit, case: Case, manager: Manager, now: float) -> Case:
        """A manager answers from now on; what was written meanwhile is handed over."""
        taken = case.take(manager, now)
        held, taken = taken.held_messages, replace(taken, held_messages=()).with_transcript(*taken.held_messages)
        self._save_and_show(unit, taken, now)
        unit.timers.clear(self.channel.reminder_timer(case, now).kind)
        unit.ledger.record("case_taken", {"case": case.number, "waited": round(now - case.waiting_since)}, now)
        self.say(unit, taken, "desk_taken", now, name=manager.name)
        for outgoing in self.channel.forward_backlog(taken, held):
            unit.outbox.put(outgoing, now)
        return taken

    def pass_on(self, unit: Unit, case: Case, who: str, target: str, now: float) -> tuple[Case, News]:
        """Back into the queue, or to another desk, which gives it a place of its own."""
        desk = named(self.desks, target) if target != told.QUEUE else named(self.desks, case.desk)
        due_at = self._due_at(desk, now)
        moved = case.enqueue(
            now, "passed", f"{who} → {desk.id}" if target != told.QUEUE and desk is not None else who, due_at=due_at
        )
        unit.ledger.record("case_passed", {"case": case.number}, now)
        if target != told.QUEUE and desk is not None:
            self.say(unit, case, "desk_passed_to", now, desk=desk.id)
            moved = replace(moved, desk=desk.id, group=unit.outbox.current_id(desk.chat_id), place_number=case.place_number + 1)
            unit.cases.save(moved)
            left_behind = replace(case, state=CaseState.RESOLVED, resolved_at=now)
            for outgoing in self.channel.update_card(left_behind, self._gone(desk, case, now), icon=True):
                unit.outbox.put(outgoing, now)
            self._post_card(unit, moved, now)
        else:
            self._save_and_show(unit, moved, now)
            self.say(unit, moved, "desk_passed", now)
        self._remind(unit, moved, now)
        return moved, self._news(unit, moved, NewsKind.PASSED, now)

    def _gone(self, desk: Desk, case: Case, now: float) -> Reply:
        say = self.world(now).phrasing.say
        return plain_reply(f"{told.title(self.world(now), case)}\n{say('desk_passed_to', desk=desk.id)}")

    def close(self, unit: Unit, case: Case, manager: Manager, now: float) -> tuple[Case, News]:
        """A manager closes it."""
        closed = case.resolve(now, "closed", manager.name)
        self._end(unit, closed, now, "desk_closed", name=manager.name)
        return closed, News(NewsKind.CLOSED, case.manager.name if case.manager is not None else manager.name)

    def leave(self, unit: Unit, case: Case, now: float) -> Case:
        """The citizen goes back to the bot."""
        left = case.resolve(now, "left")
        if case.state is not CaseState.RESOLVED:
            self._end(unit, left, now, "desk_left")
        return left

    def reopen(self, unit: Unit, case: Case, now: float) -> tuple[Case, News]:
        """Something was left out: the case waits again, where it was."""
        opened = case.enqueue(now, "reopened", "", due_at=self._due_at(named(self.desks, case.desk), now))
        unit.ledger.record("case_reopened", {"case": case.number}, now)
        self._save_and_show(unit, opened, now)
        if case.group:
            self.say(unit, opened, "desk_reopened", now)
            self._remind(unit, opened, now)
        return opened, self._news(unit, opened, NewsKind.REOPENED, now)

    def rate(self, unit: Unit, case: Case, helped: str, words: str, now: float) -> Case:
        """The citizen says whether it helped."""
        rated = replace(case, helped=helped or case.helped)
        if helped:
            self._save_and_show(unit, rated, now, icon=False)
            unit.ledger.record("case_rated", {"case": case.number, "helped": helped}, now)
        if words:
            self.say(unit, rated, "desk_comment", now, words=words)
        return rated

    def bar(self, unit: Unit, case: Case, who: str, why: str, now: float) -> tuple[Case, News]:
        """The citizen can open no more cases; why is on record."""
        barred = case.with_history(now, "barred", f"{who}: {why}")
        if barred.state is not CaseState.RESOLVED:
            barred = barred.resolve(now, "closed", who)
        self._end(unit, barred, now, "desk_barred", name=who, why=why)
        unit.ledger.record("citizen_barred", {"case": case.number}, now)
        return barred, News(NewsKind.BARRED)

    def unbar(self, unit: Unit, case: Case, who: str, now: float) -> tuple[Case, News]:
        """The citizen can open cases again."""
        free = case.with_history(now, "unbarred", who)
        unit.cases.save(free)
        self.say(unit, free, "desk_unbarred", now, name=who)
        return free, News(NewsKind.UNBARRED)

    def hold_message(self, unit: Unit, case: Case, said: TranscriptEntry, now: float) -> Case:
        """The citizen writes while nobody has taken the case; a correction takes the place of what was corrected."""
        known = [one.message for one in case.held_messages]
        if said.message in known:
            kept = tuple(said if one.message == said.message else one for one in case.held_messages)
        else:
            kept = (*case.held_messages, said)[-_MOST_KEPT:]
        changed = replace(case, held_messages=kept)
        self._save_and_show(unit, changed, now, icon=False)
        return changed

    def alarm(self, unit: Unit, case: Case, danger: str, now: float, *, told: bool) -> Case:
        """Words of danger: the case is urgent, and managers are told at once; `told`: the citizen was given the numbers."""
        world = self.world(now)
        urgent = replace(case, urgent=True).with_history(now, "alarmed", world.content.dangers[danger].label)
        self._save_and_show(unit, urgent, now)
        self.say(unit, urgent, "desk_alarm" if told else "desk_alarm_unsure", now, danger=world.content.dangers[danger].label)
        self._remind(unit, urgent, now)
        return urgent

    # --- What time brings

    def remind(self, unit: Unit, case: Case, now: float) -> Case:
        """A case still waits: whoever should answer is reminded."""
        if case.state is not CaseState.WAITING or not case.group:
            return case
        lasting = self.world(now).phrasing.lasting
        waited = lasting(now - case.waiting_since)
        if case.due_at and now < case.due_at:
            self.say(unit, case, "remind_soon", now, waited=waited, left=lasting(case.due_at - now))
        else:
            self.say(unit, case, "remind_urgent" if case.urgent else "remind_late", now, waited=waited)
        reminded = replace(case, reminders=case.reminders + 1)
        unit.cases.save(reminded)
        self._remind(unit, reminded, now)
        return reminded

    def announce_shift(self, unit: Unit, group: int, now: float) -> None:
        """A shift begins: what waits."""
        desk = next((one for one in self.desks if one.chat_id == group), None)
        if desk is None:
            return
        waiting = waiting_cases(unit.cases.list_untaken(), desk.id)
        text = told.queue(self.world(now), waiting, now)
        greeting = self.world(now).phrasing.say("desk_shift")
        unit.outbox.put(self.channel.post_in_group(desk.chat_id, plain_reply(f"{greeting}\n{text}")), now)
        self.schedule_shift(unit, desk, now)

    def schedule_shift(self, unit: Unit, desk: Desk, now: float) -> None:
        """Sets the time at which the next shift of a desk begins."""
        begins = desk.next_shift(self.local(now))
        if begins is not None:
            unit.timers.set(self.channel.shift_timer(desk.chat_id, now + (begins - self.local(now)).total_seconds()))

    def _remind(self, unit: Unit, case: Case, now: float) -> None:
        """Sets the next reminder: before the promise breaks, when it has; urgent cases again and again."""
        times = []
        if case.due_at and case.reminders < 2:
            # Of the promise itself, which begins when the desk opens: nobody is reminded at night.
            desk = named(self.desks, case.desk)
            early = _LEFT * 60.0 * desk.promise if desk is not None and case.reminders == 0 else 0.0
            times.append(max(case.due_at - early, now + 1))
        if case.urgent:
            times.append(now + URGENT_EVERY)
        if times:
            unit.timers.set(self.channel.reminder_timer(case, min(times)))

    # --- What everything here does

    def say(self, unit: Unit, case: Case, key: str, now: float, **words: object) -> None:
        """Says one of the bot's sentences where the case is."""
        self.post(unit, case, plain_reply(self.world(now).phrasing.say(key, **words)), now)

    def post(self, unit: Unit, case: Case, reply: Reply, now: float, *, to: int = 0) -> None:
        """Says something where the case is, perhaps in answer to a message there."""
        if case.group:
            unit.outbox.put(self.channel.post_in_case(case, reply, to=to), now)

    def repair_place(self, unit: Unit, case: Case, gone: int, now: float) -> None:
        """The topic or the card is gone: both are made anew, unless they were already."""
        topic = unit.message_refs.find(case.topic)
        if gone in (topic, unit.message_refs.find(case.card)):
            if topic is not None and gone != topic:
                # It may still be there without its card: what is written there is about the case all the same.
                was = f"was:{case.group}:{topic}"
                unit.message_refs.record([was], [topic], case=case.number, lane=case.chat, chat=case.group, at=now)
            unit.message_refs.forget(case.topic)
            unit.message_refs.forget(case.card)
            self._post_card(unit, case, now)

    def rehome(self, unit: Unit, case: Case, group: int, now: float) -> None:
        """The group of a case has another id, and its messages are out of reach: the case gets a new place there.

        Unless it has one: this may be heard of twice, and a card that waited has followed the group.
        """
        if group == case.group:
            return
        moved = replace(case, group=group, mirror=None)
        if unit.message_refs.find(case.card) is None and not unit.outbox.is_pending(case.card):
            moved = replace(moved, place_number=case.place_number + 1)
            self._post_card(unit, moved, now)
        unit.cases.save(moved)

    def _post_card(self, unit: Unit, case: Case, now: float) -> None:
        for outgoing in self.channel.create_topic_and_card(case, told.card(self.world(now), case, self.local)):
            unit.outbox.put(outgoing, now)

    def _save_and_show(self, unit: Unit, case: Case, now: float, *, icon: bool = True) -> None:
        """Keeps what a case has become, and shows it."""
        unit.cases.save(case)
        if case.group:
            for outgoing in self.channel.update_card(case, told.card(self.world(now), case, self.local), icon=icon):
                unit.outbox.put(outgoing, now)

    def _end(self, unit: Unit, case: Case, now: float, key: str, **words: object) -> None:
        self._save_and_show(unit, case, now)
        unit.timers.clear(self.channel.reminder_timer(case, now).kind)
        unit.ledger.record("case_resolved", {"case": case.number, "how": case.history[-1].event}, now)
        self.say(unit, case, key, now, **words)

    def _news(self, unit: Unit, case: Case, kind: NewsKind, now: float) -> News:
        """Who answers and by when."""
        desk, local = named(self.desks, case.desk), self.local(now)
        if desk is None:
            return News(kind, nobody=True)
        waiting = waiting_cases(unit.cases.list_untaken(), desk.id)
        ahead = next((place for place, one in enumerate(waiting) if one.number == case.number), 0)
        opens = desk.opens_at(local)
        if opens is None:
            return News(kind, nobody=True)
        return News(kind, ahead=ahead, by=desk.answer_by(local), opens=None if desk.is_open(local) else opens)

    def _due_at(self, desk: Desk | None, now: float) -> float:
        local = self.local(now)
        by = desk.answer_by(local) if desk is not None else None
        return now + (by - local).total_seconds() if by is not None else 0.0


def _typed(session: Session) -> tuple[TranscriptEntry, ...]:
    return tuple(TranscriptEntry(0, text) for text in session.recent_texts)


#: Messages that are kept while nobody has taken the case.
_MOST_KEPT = 1000
