"""The moves of a case, each in the transaction of the update that causes it: opened, taken, passed on, closed, reopened.

The new state of the case comes from `core/case.py`, the permission from `core/case_permissions.py`. A move that concerns the
citizen returns the news that they hear in a separate turn.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.core.case import Case, CaseReason, CaseState, Manager, Outcome, TranscriptEntry, awaited_cases
from bot.core.desks import Desk, desk_for
from bot.core.ledger import RowKind
from bot.core.topics import DangerReport
from bot.dialogue.cases import manager_texts
from bot.dialogue.cases.sharing import needs_to_record, place_named, shared_facts, shared_offers
from bot.dialogue.effects import OpenCase, Share
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.case_reminders import CaseReminders
from bot.usecases.case_suggestions import CaseSuggestions
from bot.usecases.ports import Unit
from bot.usecases.retention import DataAges

log = structlog.get_logger("bot")

#: Messages that are held until somebody takes the case.
_MAX_HELD_MESSAGES = 1000
#: Seconds after the end of a case until its topic is closed: so long it can be reopened and added to where it is.
_TOPIC_OPEN_SECONDS = 600.0
#: Characters of a manager's words on an outcome.
_MAX_OUTCOME_CHARACTERS = 300
#: Seconds within which a citizen who adds more words is not told again how the queue stands.
_QUEUE_TOLD_INTERVAL = 120.0
#: Seconds within which more words of danger raise no new alarm.
_ALARM_INTERVAL = 120.0


class CaseMoves:
    """Moves cases from state to state, and shows each move to managers and to the citizen."""

    def __init__(self, posts: CasePosts, reminders: CaseReminders, suggestions: CaseSuggestions, ages: DataAges) -> None:
        self._posts = posts
        self._reminders = reminders
        self._suggestions = suggestions
        self._ages = ages

    def open(self, unit: Unit, chat: int, session: Session, effect: OpenCase, now: float) -> tuple[Case, News]:
        """Open a case at the desk that takes it, with the answers that the citizen shares.

        Return the case and news for the citizen.
        """
        posts = self._posts
        world, local = posts.world(now), posts.local(now)
        here = position_of(session, world)
        profile = here.people[0] if here is not None and here.people else {}
        desks = posts.desks_at(unit, now)
        reachable = [one for one in desks if unit.outbox.is_reachable(unit.outbox.current_id(one.chat_id))]
        desk = desk_for(reachable or desks, profile, unit.cases.count_by_desk(), local)
        is_shared = effect.share is not Share.NOTHING
        case = Case(
            number=0,
            chat=chat,
            reason=effect.reason,
            opened_at=now,
            desk=desk.id if desk is not None else "",
            group=unit.outbox.current_id(desk.chat_id) if desk is not None else 0,
            urgent=effect.reason is CaseReason.URGENT,
            share=effect.share,
            interview=session.interview_count,
            place=place_named(world, session) if is_shared else "",
            facts=shared_facts(world, session, effect.share),
            offers_shown=tuple(shared_offers(world, session, effect.share)),
            transcript=tuple(TranscriptEntry(0, text) for text in session.recent_texts) if is_shared or effect.danger else (),
            held_messages=effect.attachments,
        )
        case = unit.cases.open(case.enqueue(now, "opened", "", due_at=self._due_at(desk, now)))
        unit.ledger.record(RowKind.CASE_OPENED, {"case": case.number, "reason": effect.reason.value}, now)
        if desk is None:
            log.warning("case_without_desk", case=case.number, reason=effect.reason.value)
        else:
            log.info("case_opened", case=case.number, reason=effect.reason.value, desk=desk.id)
            posts.post_card(unit, case, now)
            self._reminders.schedule(unit, case, now)
            self._suggestions.schedule(unit, case, now)
        for message in effect.attachments:
            unit.outbox.put(posts.channel.mark_held(case, message), now)
        return case, replace(self._news(unit, case, NewsKind.OPENED, now), danger=effect.danger)

    def renew(self, unit: Unit, case: Case, session: Session, now: float) -> Case:
        """Return the case with those shared answers that its citizen has changed or added since, in the same interview.

        A sensitive answer is shown only if it was on the card when they agreed.
        """
        share = Share(case.share or Share.NOTHING)
        if share is Share.NOTHING or session.interview_count != case.interview or not case.is_open:
            return case
        world = self._posts.world(now)
        agreed = {fact.label for fact in case.facts if fact.sensitive}
        facts = tuple(one for one in shared_facts(world, session, share) if not one.sensitive or one.label in agreed)
        offers = tuple(shared_offers(world, session, Share.PLAIN if not agreed else share))
        renewed = replace(case, facts=facts, offers_shown=offers or case.offers_shown, place=place_named(world, session))
        if renewed != case:
            self._posts.save_and_show(unit, renewed, now, icon=False)
            self._suggestions.schedule(unit, renewed, now)
        return renewed

    def extend(self, unit: Unit, case: Case, session: Session, effect: OpenCase, now: float) -> tuple[Case, News]:
        """Add the answers of another search to an open case, after the citizen has agreed to share these too."""
        world = self._posts.world(now)
        facts = tuple(one for one in shared_facts(world, session, effect.share) if one not in case.facts)
        offers = tuple(one for one in shared_offers(world, session, effect.share) if one not in case.offers_shown)
        extended = replace(case, facts=(*case.facts, *facts), offers_shown=(*case.offers_shown, *offers), interview=-1)
        extended = extended.with_transcript(*effect.attachments).with_history(now, "extended")
        self._posts.save_and_show(unit, extended, now, icon=False)
        self._suggestions.schedule(unit, extended, now)
        self._posts.say(unit, extended, "desk_extended", now)
        return extended, self._news(unit, extended, NewsKind.ADDED, now)

    def tell_queue(self, unit: Unit, case: Case, now: float) -> tuple[Case, News | None]:
        """Return the news for the citizen that their words were added to a waiting case, with the state of the queue.

        None if they were told so a short while ago.
        """
        if case.state is not CaseState.WAITING or 0 <= now - case.queue_told_at < _QUEUE_TOLD_INTERVAL:
            return case, None
        told = replace(case, queue_told_at=now)
        unit.cases.save(told)
        return told, self._news(unit, told, NewsKind.ADDED, now)

    def take(self, unit: Unit, case: Case, manager: Manager, now: float) -> tuple[Case, News]:
        """Assign a case to a manager, and forward the messages that the citizen wrote while it waited."""
        taken = case.take(manager, now)
        held, taken = taken.held_messages, replace(taken, held_messages=()).with_transcript(*taken.held_messages)
        self._posts.save_and_show(unit, taken, now)
        self._reminders.schedule(unit, taken, now)
        unit.ledger.record(RowKind.CASE_TAKEN, {"case": case.number, "waited": round(now - case.waiting_since)}, now)
        self._posts.say(unit, taken, "desk_taken", now, name=manager.label)
        for outgoing in self._posts.channel.forward_backlog(taken, held):
            unit.outbox.put(outgoing, now)
        return taken, News(NewsKind.TAKEN, manager.name)

    def pass_on(self, unit: Unit, case: Case, by: str, target: str, now: float) -> tuple[Case, News]:
        """Put a case back into the queue of its desk, or move it to another desk, where it gets a new topic and card."""
        posts = self._posts
        other = posts.desk_at(unit, target, now) if target != manager_texts.QUEUE else None
        desk = other if target != manager_texts.QUEUE else posts.desk_at(unit, case.desk, now)
        detail, due_at = (f"{by} → {other.id}" if other else by), self._due_at(desk, now)
        moved = case.enqueue(now, "passed", detail, due_at=due_at, keeps_place=True)
        unit.ledger.record(RowKind.CASE_PASSED, {"case": case.number}, now)
        if other is not None:
            posts.say(unit, case, "desk_passed_to", now, desk=other.id)
            group, place_number = unit.outbox.current_id(other.chat_id), case.place_number + 1
            moved = replace(moved, desk=other.id, group=group, place_number=place_number)
            unit.cases.save(moved)
            posts.retire_card(unit, case, other, now)
            posts.post_card(unit, moved, now)
        else:
            posts.save_and_show(unit, moved, now)
            posts.say(unit, moved, "desk_passed", now)
        self._reminders.schedule(unit, moved, now)
        return moved, self._news(unit, moved, NewsKind.PASSED, now)

    def hand_to(self, unit: Unit, case: Case, manager: Manager, by: str, now: float) -> tuple[Case, News]:
        """Give a case to another manager of its desk, mention them by name, and forward the messages that were held."""
        handed = case.hand_to(manager, by, now)
        held, handed = handed.held_messages, replace(handed, held_messages=()).with_transcript(*handed.held_messages)
        unit.ledger.record(RowKind.CASE_PASSED, {"case": case.number}, now)
        self._posts.save_and_show(unit, handed, now)
        self._posts.call(unit, handed, manager, "desk_handed", now, by=by)
        self._reminders.schedule(unit, handed, now)
        for outgoing in self._posts.channel.forward_backlog(handed, held):
            unit.outbox.put(outgoing, now)
        return handed, News(NewsKind.TAKEN, manager.name)

    def follow_up(self, unit: Unit, case: Case, at: float, now: float) -> tuple[Case, News]:
        """Let a case sleep until a time at which its manager will write again, and tell the citizen that time."""
        asleep = self.answer(unit, case, now).follow_up(now, at)
        self._posts.save_and_show(unit, asleep, now, icon=False)
        unit.timers.set(self._posts.channel.follow_up_timer(asleep))
        name = case.manager.name if case.manager is not None else ""
        return asleep, News(NewsKind.FOLLOW_UP, name, by=self._posts.local(at))

    def wake(self, unit: Unit, case: Case, now: float) -> News | None:
        """End the sleep of a case at the time that its manager promised: from then on the citizen waits for an answer."""
        if not case.is_open or not case.follow_up_at:
            return None
        desk = self._posts.desk_at(unit, case.desk, now)
        awake = replace(case, follow_up_at=0.0).await_answer(now, due_at=self._due_at(desk, now))
        self._posts.save_and_show(unit, awake, now, icon=False)
        if awake.manager is not None and unit.desk_states.get(case.desk).is_away(awake.manager.id):
            return self.return_to_queue(unit, awake, "away", now)[1]
        if awake.manager is not None:
            self._posts.call(unit, awake, awake.manager, "desk_follow_up_now", now)
        self._posts.alert_desk(unit, awake, "desk_follow_up_due", now)
        self._reminders.schedule(unit, awake, now)
        return None

    def return_to_queue(self, unit: Unit, case: Case, event: str, now: float) -> tuple[Case, News]:
        """Put a case back into the queue because its assignee is silent ("silent"), away or gone, and tell the desk."""
        desk, name = self._posts.desk_at(unit, case.desk, now), case.manager.label if case.manager is not None else ""
        freed = case.enqueue(now, event, name, due_at=self._due_at(desk, now), keeps_place=True)
        unit.ledger.record(RowKind.CASE_FREED, {"case": case.number, "how": event}, now)
        self._posts.save_and_show(unit, freed, now)
        self._posts.say(unit, freed, f"desk_{event}", now, name=name)
        self._posts.alert_desk(unit, freed, f"desk_{event}", now, name=name)
        self._reminders.schedule(unit, freed, now)
        return freed, self._news(unit, freed, NewsKind.PASSED, now)

    def await_answer(self, unit: Unit, case: Case, now: float) -> tuple[Case, News | None]:
        """Record that the citizen has written and waits for an answer. Return news if the case is freed or the desk is closed."""
        desk = self._posts.desk_at(unit, case.desk, now)
        awaited = case.await_answer(now, due_at=self._due_at(desk, now))
        if awaited is not case:
            unit.cases.save(awaited)
            if awaited.manager is not None and unit.desk_states.get(case.desk).is_away(awaited.manager.id):
                return self.return_to_queue(unit, awaited, "away", now)
            self._reminders.schedule(unit, awaited, now)
        return self._announce_opening(unit, awaited, desk, now)

    def _announce_opening(self, unit: Unit, case: Case, desk: Desk | None, now: float) -> tuple[Case, News | None]:
        """Return the news that tells the citizen when their closed desk opens again; None if they were told since it closed."""
        local = self._posts.local(now)
        opens = desk.opens_at(local) if desk is not None and not desk.is_open(local) else None
        at = now + (opens - local).total_seconds() if opens is not None else 0.0
        if opens is None or case.state is not CaseState.ASSIGNED or abs(at - case.announced_opening) < 1:
            return case, None
        announced = replace(case, announced_opening=at)
        unit.cases.save(announced)
        return announced, News(NewsKind.DELAYED, opens=opens)

    def answer(self, unit: Unit, case: Case, now: float) -> Case:
        """Record that the citizen has been answered, so that nobody waits for the desk any more."""
        answered = case.answer(now)
        if case.is_awaited:
            unit.ledger.record(RowKind.CASE_ANSWERED, {"case": case.number, "waited": round(now - case.waiting_since)}, now)
        unit.cases.save(answered)
        self._reminders.cancel(unit, answered, now)
        return answered

    def remind(self, unit: Unit, case: Case, now: float) -> News | None:
        """Remind managers of a waiting citizen; a case whose assignee has been silent for too long goes back to the queue."""
        if not case.is_open:
            self._posts.close_place(unit, case, now)
            return None
        if self._reminders.loses_assignee(case):
            return self.return_to_queue(unit, case, "silent", now)[1]
        return self._reminders.remind(unit, case, now)

    def close(
        self, unit: Unit, case: Case, manager: Manager, session: Session, now: float, *, asks_outcome: bool = True
    ) -> tuple[Case, News]:
        """Resolve a case for a manager and ask them how it ended.

        The news for the citizen names the assignee, if there is one.
        """
        world = self._posts.world(now)
        place = case.place or place_named(world, session) * (case.share not in ("", Share.NOTHING))
        closed = replace(case.resolve(now, "closed", manager.label), needs=needs_to_record(world, session), place=place)
        self._end(unit, closed, now, "")
        text = world.phrasing.say("desk_closed", name=manager.label)
        if closed.group:
            asked = manager_texts.outcomes(world, closed, text) if asks_outcome else plain_reply(text)
            self._posts.post(unit, closed, asked, now)
            unit.timers.set(self._posts.channel.reminder_timer(closed, now + _TOPIC_OPEN_SECONDS))
        return closed, News(NewsKind.CLOSED, case.manager.name if case.manager is not None else manager.name)

    def conclude(self, unit: Unit, case: Case, outcome: Outcome, words: str, now: float) -> Case:
        """Record the outcome of a case and the manager's words on it, in the case and in the ledger."""
        concluded = replace(case, outcome=outcome, outcome_words=words[:_MAX_OUTCOME_CHARACTERS])
        self._posts.save_and_show(unit, concluded, now, icon=False)
        about = {"case": case.number, "outcome": outcome.value, "needs": case.needs.split(), "place": case.place}
        unit.ledger.record(RowKind.CASE_OUTCOME, about, now)
        return concluded

    def reopen_by(self, unit: Unit, case: Case, manager: Manager, now: float) -> tuple[Case, News]:
        """Reopen a resolved case, assigned to the manager who asks for it."""
        opened = self._posts.open_place(unit, case.reopen(now, manager.label, due_at=0.0), now).take(manager, now)
        unit.ledger.record(RowKind.CASE_REOPENED, {"case": case.number}, now)
        self._posts.save_and_show(unit, opened, now)
        self._posts.say(unit, opened, "desk_reopened_by", now, name=manager.label)
        self._reminders.schedule(unit, opened, now)
        return opened, News(NewsKind.TAKEN, manager.name)

    def mark_not_urgent(self, unit: Unit, case: Case, by: str, now: float) -> Case:
        """Record that a case is not urgent, because a manager says so."""
        calmed = replace(case, urgent=False, reminders=0, reminded_from=now).with_history(now, "calmed", by)
        self._posts.save_and_show(unit, calmed, now)
        self._posts.say(unit, calmed, "desk_calmed", now, name=by)
        self._reminders.schedule(unit, calmed, now)
        return calmed

    def leave(self, unit: Unit, case: Case, now: float) -> Case:
        """Resolve a case because its citizen goes back to the bot."""
        if not case.is_open:
            return case
        left = case.resolve(now, "left")
        self._end(unit, left, now, "desk_left")
        return left

    def reopen(self, unit: Unit, case: Case, now: float) -> tuple[Case, News]:
        """Put a resolved case back into the queue of its desk, in its old place."""
        due_at = self._due_at(self._posts.desk_at(unit, case.desk, now), now)
        opened = self._posts.open_place(unit, case.reopen(now, "", due_at=due_at), now)
        unit.ledger.record(RowKind.CASE_REOPENED, {"case": case.number}, now)
        self._posts.save_and_show(unit, opened, now)
        if case.group:
            self._posts.say(unit, opened, "desk_reopened", now)
            self._reminders.schedule(unit, opened, now)
        return opened, self._news(unit, opened, NewsKind.REOPENED, now)

    def rate(self, unit: Unit, case: Case, helped: str, words: str, now: float) -> Case:
        """Record whether the citizen says that a case helped ("yes" or "no"), or post their comment on it."""
        rated = replace(case, helped=helped or case.helped)
        if helped:
            self._posts.save_and_show(unit, rated, now, icon=False)
            unit.ledger.record(RowKind.CASE_RATED, {"case": case.number, "helped": helped}, now)
        if words:
            self._posts.say(unit, rated, "desk_comment", now, words=words)
        return rated

    def block_citizen(self, unit: Unit, case: Case, by: str, reason: str, now: float) -> tuple[Case, News]:
        """Block a citizen from opening cases, record the reason, and resolve this case."""
        barred = case.with_history(now, "barred", f"{by}: {reason}")
        if barred.is_open:
            barred = barred.resolve(now, "closed", by)
        self._end(unit, barred, now, "desk_barred", name=by, why=reason)
        unit.ledger.record(RowKind.CITIZEN_BARRED, {"case": case.number}, now)
        return barred, News(NewsKind.BARRED)

    def unblock_citizen(self, unit: Unit, case: Case, by: str, now: float) -> tuple[Case, News]:
        """Lift the block on a citizen, who can open cases again."""
        free = case.with_history(now, "unbarred", by)
        unit.cases.save(free)
        self._posts.say(unit, free, "desk_unbarred", now, name=by)
        return free, News(NewsKind.UNBARRED)

    def hold_message(self, unit: Unit, case: Case, message: TranscriptEntry, now: float) -> Case:
        """Store a citizen's message for the manager who will take the case; an edited message replaces its earlier text."""
        if any(one.message == message.message for one in case.held_messages):
            held = tuple(message if one.message == message.message else one for one in case.held_messages)
        else:
            held = (*case.held_messages, message)[-_MAX_HELD_MESSAGES:]
        changed = replace(case, held_messages=held)
        self._posts.save_and_show(unit, changed, now, icon=False)
        self._suggestions.schedule(unit, changed, now)
        return changed

    def alarm(self, unit: Unit, case: Case, danger: DangerReport, now: float, *, numbers_given: bool) -> Case:
        """Make a case urgent because of words of danger, and tell its managers at once.

        The managers also hear whether the citizen was given emergency numbers.
        """
        if 0 <= now - case.alarmed_at < _ALARM_INTERVAL:
            # The managers know already: the words reach them as all others do.
            return case
        label = self._posts.world(now).content.danger_label(danger)
        urgent = replace(case, urgent=True, alarmed_at=now, reminders=0).with_history(now, "alarmed", label)
        urgent = urgent.await_answer(now, due_at=self._due_at(self._posts.desk_at(unit, case.desk, now), now))
        self._posts.save_and_show(unit, urgent, now)
        unit.outbox.hurry(case.group, case.number)
        key = "desk_alarm" if numbers_given else "desk_alarm_unsure"
        self._posts.say(unit, urgent, key, now, danger=label)
        self._posts.alert_desk(unit, urgent, key, now, danger=label)
        self._reminders.schedule(unit, urgent, now)
        return urgent

    def _end(self, unit: Unit, case: Case, now: float, key: str, **values: object) -> None:
        self._posts.save_and_show(unit, case, now)
        self._reminders.cancel(unit, case, now)
        self._ages.after_end(unit, case, now)
        unit.ledger.record(RowKind.CASE_RESOLVED, {"case": case.number, "how": case.history[-1].event}, now)
        if key:
            self._posts.say(unit, case, key, now, **values)

    def _news(self, unit: Unit, case: Case, kind: NewsKind, now: float) -> News:
        """Return the news that a case waits, with its position in the queue and the time of the promised answer."""
        if case.group and not unit.outbox.is_reachable(case.group):
            return News(kind, nobody=True, is_unsent=True)
        desk, local = self._posts.desk_at(unit, case.desk, now), self._posts.local(now)
        opens = desk.opens_at(local) if desk is not None else None
        if desk is None or opens is None:
            return News(kind, nobody=True)
        awaited = awaited_cases(unit.cases.list_open(), desk.id)
        waiting = [one for one in awaited if one.state is CaseState.WAITING]
        ahead = next((place for place, one in enumerate(waiting) if one.number == case.number), 0)
        return News(kind, ahead=ahead, by=desk.answer_by(local), opens=None if desk.is_open(local) else opens)

    def _due_at(self, desk: Desk | None, now: float) -> float:
        """Return the time by which a desk promises an answer to a case opened now; 0.0 if it promises nothing."""
        local = self._posts.local(now)
        by = desk.answer_by(local) if desk is not None else None
        return now + (by - local).total_seconds() if by is not None else 0.0
