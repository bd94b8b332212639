"""Reminders of citizens who wait for an answer, and the greeting of a desk at the begin of its shift.

Times count only the hours in which the desk is open, except for urgent cases. The longer a wait lasts, the more people hear of
it: first in the place of the case; then, with the case back in the queue, the administrators and other open desks.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.core.case import Case, CaseState
from bot.core.confirmation import services_to_ask_about
from bot.core.desks import Desk
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases import desk_lists, manager_texts
from bot.dialogue.cases.validity import validity_question
from bot.dialogue.incoming import News, NewsKind
from bot.usecases.case_posts import CasePosts
from bot.usecases.ports import Unit

#: Seconds until the first reminder of an urgent case; each later one takes twice as long as the one before, up to the longest.
URGENT_INTERVAL, _LONGEST_URGENT_INTERVAL = 300.0, 4 * 3600.0
#: Minutes of open desk after which a case is reminded of at a desk that promises nothing; and until the next reminder at most.
_PATIENCE_MINUTES, _LONGEST_USUAL_MINUTES = 30, 24 * 60
#: Reminders after which the time between two is the longest: a wait of months, or a clock that has jumped.
_MAX_DOUBLINGS = 20
#: The share of a promise after which its desk is reminded first.
_EARLY_SHARE = 0.8
#: The reminders sent before a wait is said to other desks and administrators, and a silent assignee loses the case; of an
#: urgent case they are fewer.
_UNTIL_ESCALATION, _UNTIL_URGENT_ESCALATION = 2, 1


class CaseReminders:
    """Reminds desks of citizens who wait. The times are timers of the store, so they outlive the process."""

    def __init__(self, posts: CasePosts) -> None:
        self._posts = posts

    def schedule(self, unit: Unit, case: Case, now: float) -> None:
        """Set the time of the next reminder of a case; clear it if nobody waits for an answer."""
        if not case.is_awaited or not case.group:
            self.cancel(unit, case, now)
            return
        at = self._urgent_at(case, now) if case.urgent else self._usual_at(unit, case, now)
        unit.timers.set(self._posts.channel.reminder_timer(case, max(at, now + 1)))

    def _urgent_at(self, case: Case, now: float) -> float:
        doublings = max(0, min(case.reminders, 10) - 1)
        return now + min(URGENT_INTERVAL * (1 << doublings), _LONGEST_URGENT_INTERVAL)

    def _usual_at(self, unit: Unit, case: Case, now: float) -> float:
        """Return the time of the next reminder: shortly before the promised time, at that time, then at growing intervals.

        The time may lie in the past, if the bot did not run then or the clock has jumped.
        """
        desk = self._posts.desk_at(unit, case.desk, now)
        patience = (desk.promise if desk is not None else 0) or _PATIENCE_MINUTES
        is_early = case.reminders == 0 and bool(case.due_at)
        minutes = patience * (_EARLY_SHARE if is_early else 1 << max(min(case.reminders, _MAX_DOUBLINGS), 1) - 1)
        began, local = self._posts.local(case.reminded_from), self._posts.local(now)
        at = desk.after_minutes(began, minutes) if desk is not None else None
        latest = desk.after_minutes(local, _LONGEST_USUAL_MINUTES) if desk is not None else None
        if at is None or latest is None:
            return now + 60 * min(minutes, _LONGEST_USUAL_MINUTES)
        longest = now + (latest - local).total_seconds()
        return min(case.reminded_from + (at - began).total_seconds(), longest) if case.reminders < _MAX_DOUBLINGS else longest

    def cancel(self, unit: Unit, case: Case, now: float) -> None:
        """Clear the reminder of a case whose citizen no longer waits."""
        unit.timers.clear(self._posts.channel.reminder_timer(case, now).kind)

    def remind(self, unit: Unit, case: Case, now: float) -> News | None:
        """Remind managers of a case whose citizen still waits, and set the next reminder.

        Return the news that the promise is broken. One reminder replaces all that came due during a pause of the bot: nobody is
        told the same many times.
        """
        if not case.is_awaited or not case.group:
            return None
        first = max(case.reminders, 1) if not case.due_at and not case.urgent else case.reminders
        reminded = replace(case, reminders=first + 1)
        while not case.urgent and self._usual_at(unit, reminded, now) <= now:
            reminded = replace(reminded, reminders=reminded.reminders + 1)
        last = reminded.reminders - 1
        unit.cases.save(reminded)
        self._say(unit, case, now)
        if last >= (_UNTIL_URGENT_ESCALATION if case.urgent else _UNTIL_ESCALATION):
            self._escalate(unit, case, now)
        self.schedule(unit, reminded, now)
        return News(NewsKind.DELAYED) if case.due_at and first <= 1 <= last and not case.urgent else None

    def loses_assignee(self, case: Case) -> bool:
        """Return True if the next reminder of a case would find that its assignee has been silent for too long."""
        limit = _UNTIL_URGENT_ESCALATION if case.urgent else _UNTIL_ESCALATION
        return case.is_awaited and case.state is CaseState.ASSIGNED and case.reminders >= limit

    def _say(self, unit: Unit, case: Case, now: float) -> None:
        """Post a reminder in the place of a case; of an urgent case also in the desk's general chat."""
        posts, lasting = self._posts, self._posts.world(now).phrasing.lasting
        waited, name = lasting(now - case.waiting_since), case.manager.label if case.manager is not None else ""
        if case.urgent:
            posts.say(unit, case, "remind_urgent", now, waited=waited)
            posts.alert_desk(unit, case, "remind_urgent", now, waited=waited)
        elif case.due_at and now < case.due_at:
            posts.say(unit, case, "remind_soon", now, waited=waited, left=lasting(case.due_at - now))
        elif case.state is CaseState.ASSIGNED:
            posts.say(unit, case, "remind_assignee", now, waited=waited, name=name)
        else:
            posts.say(unit, case, "remind_late" if case.due_at else "remind_waiting", now, waited=waited)

    def _escalate(self, unit: Unit, case: Case, now: float) -> None:
        """Tell the desk's administrators and the other open desks that a case waits.

        If no desk is open, all desks hear of an urgent case.
        """
        posts, local = self._posts, self._posts.local(now)
        say = posts.world(now).phrasing.say
        waited = posts.world(now).phrasing.lasting(now - case.waiting_since)
        mark, desk = ("⚠ " if case.urgent else ""), posts.desk_at(unit, case.desk, now)
        name = manager_texts.title(posts.world(now), case)
        lines = [mark + say("escalated_here", name=name, waited=waited)]
        if case.urgent and desk is not None and desk.contact:
            lines.append(say("escalated_contact", contact=desk.contact))
        posts.call_administrators(unit, case, "\n".join(lines), now)
        others = [one for one in posts.desks_at(unit, now) if one.id != case.desk]
        is_open = [one for one in others if one.is_open(local)]
        button = Choice(say("welcome_button"), Action(Verb.MANAGE, "accogli"))
        rows = ((button,),) if case.state is CaseState.WAITING else ()
        for one in is_open or (others if case.urgent else []):
            text = mark + say("escalated_elsewhere", name=name, desk=case.desk, waited=waited)
            posts.post_elsewhere(unit, case, one, Reply((Run(text),), rows), now)

    def announce_shift(self, unit: Unit, group: int, now: float) -> None:
        """Greet a desk at the begin of its shift with the list of waiting cases, and set the timer of the next shift."""
        desk = next((one for one in self._posts.desks if one.chat_id == group), None)
        if desk is None:
            return
        world = self._posts.world(now)
        cases = [case for case in unit.cases.list_open() if case.desk == desk.id]
        queue = desk_lists.queue(world, cases, now, self._posts.local, partial(self._posts.link, unit))
        greeting = replace(queue, text=(Run(f"{world.phrasing.say('desk_shift')}\n"), *queue.text))
        unit.outbox.put(self._posts.channel.post_in_group(desk.chat_id, greeting), now)
        if desk == self._posts.desks[0]:
            self._ask_about_service(unit, desk, now)
        self.schedule_shift(unit, desk, now)

    def _ask_about_service(self, unit: Unit, desk: Desk, now: float) -> None:
        """Ask the first desk whether the service that has gone unchecked for longest is still valid: one service a shift."""
        world, today = self._posts.world(now), self._posts.local(now).date()
        found = services_to_ask_about(world.content.services, unit.confirmations.list_all(), today)
        if found:
            question = validity_question(world, found[0], len(found))
            unit.outbox.put(self._posts.channel.post_in_group(desk.chat_id, question), now)

    def schedule_shift(self, unit: Unit, desk: Desk, now: float) -> None:
        """Set the timer for the begin of a desk's next shift."""
        local = self._posts.local(now)
        begins = desk.next_shift(local)
        if begins is not None:
            timer = self._posts.channel.shift_timer(desk.chat_id, now + (begins - local).total_seconds())
            unit.timers.set(timer)
