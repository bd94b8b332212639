"""Reminders: for cases that wait too long, and at the begin of a desk's shift."""

from __future__ import annotations

from dataclasses import replace

from bot.core.case import Case, CaseState, waiting_cases
from bot.core.desks import Desk, desk_by_id
from bot.dialogue.cases import manager_texts
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.ports import Unit

#: Seconds between two reminders of an urgent case that nobody has taken.
URGENT_INTERVAL = 300.0
#: The share of a promise that is left when its desk is reminded first.
_EARLY_SHARE = 0.2


class CaseReminders:
    """Reminds desks of cases. The times are timers of the store, so they outlive the process."""

    def __init__(self, posts: CasePosts) -> None:
        self._posts = posts

    def schedule(self, unit: Unit, case: Case, now: float) -> None:
        """Set the next reminder of a case: before its promise breaks, when it breaks, and for urgent cases again and again."""
        times = []
        if case.due_at and case.reminders < 2:
            # Of the promise itself, which begins when the desk opens: nobody is reminded at night.
            desk = desk_by_id(self._posts.desks, case.desk)
            early = _EARLY_SHARE * 60.0 * desk.promise if desk is not None and case.reminders == 0 else 0.0
            times.append(max(case.due_at - early, now + 1))
        if case.urgent:
            times.append(now + URGENT_INTERVAL)
        if times:
            unit.timers.set(self._posts.channel.reminder_timer(case, min(times)))

    def cancel(self, unit: Unit, case: Case, now: float) -> None:
        """Drop the reminder of a case, which waits no longer."""
        unit.timers.clear(self._posts.channel.reminder_timer(case, now).kind)

    def remind(self, unit: Unit, case: Case, now: float) -> None:
        """Remind the desk of a case that still waits, and set the next reminder."""
        if case.state is not CaseState.WAITING or not case.group:
            return
        lasting = self._posts.world(now).phrasing.lasting
        waited = lasting(now - case.waiting_since)
        if case.due_at and now < case.due_at:
            self._posts.say(unit, case, "remind_soon", now, waited=waited, left=lasting(case.due_at - now))
        else:
            self._posts.say(unit, case, "remind_urgent" if case.urgent else "remind_late", now, waited=waited)
        reminded = replace(case, reminders=case.reminders + 1)
        unit.cases.save(reminded)
        self.schedule(unit, reminded, now)

    def announce_shift(self, unit: Unit, group: int, now: float) -> None:
        """Greet the managers of a desk whose shift begins with the cases that wait, and set the next shift."""
        desk = next((one for one in self._posts.desks if one.chat_id == group), None)
        if desk is None:
            return
        world = self._posts.world(now)
        queue = manager_texts.queue(world, waiting_cases(unit.cases.list_untaken(), desk.id), now)
        greeting = plain_reply(f"{world.phrasing.say('desk_shift')}\n{queue}")
        unit.outbox.put(self._posts.channel.post_in_group(desk.chat_id, greeting), now)
        self.schedule_shift(unit, desk, now)

    def schedule_shift(self, unit: Unit, desk: Desk, now: float) -> None:
        """Set the timer of the next begin of a desk's shift."""
        local = self._posts.local(now)
        begins = desk.next_shift(local)
        if begins is not None:
            timer = self._posts.channel.shift_timer(desk.chat_id, now + (begins - local).total_seconds())
            unit.timers.set(timer)
