"""Posts in managers' groups: the card of a case, the bot's sentences about it, and its place, a topic or a thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.core.case import Case, CaseState, Manager, TranscriptEntry
from bot.core.desk_state import desk_in_state
from bot.core.desks import Desk, desk_by_id
from bot.core.replies import Reply, Run
from bot.dialogue.cases import manager_texts
from bot.dialogue.cases.staff_texts import Staffing
from bot.dialogue.world import World
from bot.usecases.calls import Outgoing, show_instead
from bot.usecases.console_access import ConsoleAccess
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer
from bot.usecases.staff_ports import NeedsReport, NeedsReporter


class CaseChannel(Protocol):
    """The operations by which a channel shows cases to managers.

    A case has a place for its card and all posts about it: a topic, or the thread of answers to the card.
    """

    def create_topic_and_card(self, case: Case, card: Reply) -> Sequence[Outgoing]:
        """Return the calls that make a place for a case, with its card."""

    def update_card(self, case: Case, card: Reply, *, icon: bool) -> Sequence[Outgoing]:
        """Return the calls that edit the card of a case and, with `icon`, also change the icon of its topic."""

    def delete_case(self, case: Case, topic: int | None, known: Sequence[int]) -> Sequence[Outgoing]:
        """Return the calls that delete the place of a case: its topic or, without topics, the `known` messages about it."""

    def post_in_case(self, case: Case, reply: Reply, *, to: int = 0) -> Outgoing:
        """Return the call that posts in the place of a case; as an answer to the message `to` unless that is 0."""

    def post_in_group(
        self, group: int, reply: Reply, *, number: int = 0, urgent: bool = False, calls_administrators: bool = False
    ) -> Outgoing:
        """Return the call that posts in a group outside any case; the buttons of the post are about the case `number`."""

    def turn_topic(self, case: Case, *, is_closed: bool) -> Outgoing:
        """Return the call that closes or reopens the topic of a case."""

    def link_to_case(self, case: Case, message: int) -> str:
        """Return the web address of a message of a case's group; "" in groups whose messages have no address."""

    def is_in_one_thread(self, case: Case) -> bool:
        """Return True if the group has no topics, so that everybody in it reads each post about the case."""

    def reply_in_group(self, group: int, reply: Reply, *, thread: int, to: int) -> Outgoing:
        """Return the call that answers a message of a group which is about no case."""

    def write_to_manager(self, manager: Manager, reply: Reply) -> Outgoing:
        """Return the call that writes to a manager in private; it waits until the manager has opened a chat with the bot."""

    def edit_in_group(self, group: int, message: int, reply: Reply) -> Outgoing:
        """Return the call that replaces the content of one of the bot's messages in a group that is about no case."""

    def send_to_citizen(self, case: Case, reply: Reply, message: int) -> Outgoing:
        """Return the call that sends a service card or canned reply to the citizen.

        It counts as the copy of the manager's `message` that asked for it, so that it can be taken back.
        """

    def forward_backlog(self, case: Case, entries: Sequence[TranscriptEntry]) -> Sequence[Outgoing]:
        """Return the calls that forward to the group what the citizen wrote before the case was taken."""

    def mark_held(self, case: Case, message: TranscriptEntry) -> Outgoing:
        """Return the call that marks a citizen's message as waiting for a manager."""

    def reminder_timer(self, case: Case, at: float) -> Timer:
        """Return the timer of a case's next reminder."""

    def follow_up_timer(self, case: Case) -> Timer:
        """Return the timer for the time at which the manager of a case has promised to write again."""

    def suggestion_timer(self, case: Case, at: float) -> Timer:
        """Return the timer that starts the search for services and canned replies that suit a case."""

    def hand_over_timer(self, case: Case, target: str, now: float) -> Timer:
        """Return the timer that passes a case on to a target, after its manager has passed all their cases on at once."""

    def shift_timer(self, group: int, at: float) -> Timer:
        """Return the timer for the begin of a desk's next shift."""


#: The sign that a text about danger begins with.
_WARNING = "⚠ "


def plain_reply(text: str) -> Reply:
    """Return a reply that is one text without styles or buttons."""
    return Reply((Run(text),))


class CasePosts:
    """Posts about cases in managers' groups. Their texts are in `dialogue/cases/manager_texts.py`.

    The channel makes the calls.
    """

    def __init__(
        self,
        desks: Sequence[Desk],
        world: Callable[[float], World],
        local: Callable[[float], dt.datetime],
        channel: CaseChannel,
        console: ConsoleAccess,
        *,
        report: NeedsReporter = lambda *_: NeedsReport("", ""),
    ) -> None:
        """Set up the posts; `world` and `local` return the world and the local time at a moment (seconds since 1970)."""
        self.report = report
        #: The desks of the settings, whatever their managers say of them (`desks_at`).
        self.desks = desks
        self.world = world
        self.local = local
        self.channel = channel
        self.console = console

    def desks_at(self, unit: Unit, now: float) -> Sequence[Desk]:
        """Return the desks in their present state: closed if their managers closed them or all are away."""
        states, found = unit.desk_states.list_all(), []
        for desk in self.desks:
            state = states.get(desk.id)
            if state is not None and state.is_closed and 0 < state.closed_until <= now:
                state = replace(state, is_closed=False)
            until = self.local(state.closed_until) if state is not None and state.closed_until else None
            found.append(desk_in_state(desk, state, until))
        return found

    def desk_at(self, unit: Unit, id: str, now: float) -> Desk | None:
        """Return the desk with an id in its present state; None if there is none."""
        return desk_by_id(self.desks_at(unit, now), id)

    def staffing(self, unit: Unit, now: float) -> Staffing:
        """Return the desks in their present state, with their managers and all open cases."""
        return Staffing(self.local(now), self.desks_at(unit, now), unit.desk_states.list_all(), unit.cases.list_open())

    def say(self, unit: Unit, case: Case, key: str, now: float, **values: object) -> None:
        """Post one of the bot's sentences in a case's place."""
        self.post(unit, case, plain_reply(self.world(now).phrasing.say(key, **values)), now)

    def call(self, unit: Unit, case: Case, manager: Manager, key: str, now: float, **values: object) -> None:
        """Post a sentence that mentions a manager by name ("name" in the text), so that Telegram notifies them."""
        text = self.world(now).phrasing.say(key, name=manager.label, **values)
        before, _, after = text.rpartition(manager.label)
        self.post(unit, case, Reply((Run(before), Run(manager.label, account=manager.id), Run(after))), now)

    def post(self, unit: Unit, case: Case, reply: Reply, now: float, *, to: int = 0) -> None:
        """Post a reply in the place of a case, as an answer to the message `to` unless that is 0; do nothing without a desk."""
        if case.group:
            unit.outbox.put(self.channel.post_in_case(case, reply, to=to), now)

    def post_card(self, unit: Unit, case: Case, now: float) -> None:
        """Create the place of a case and post its card there."""
        for outgoing in self.channel.create_topic_and_card(case, self._card(unit, case, now)):
            unit.outbox.put(outgoing, now)

    def _card(self, unit: Unit, case: Case, now: float) -> Reply:
        """Return the card of a case, with the earlier cases of its citizen."""
        return manager_texts.card(self.world(now), case, self.local, self.earlier_cases(unit, case))

    def earlier_cases(self, unit: Unit, case: Case) -> Sequence[manager_texts.EarlierCase]:
        """Return the earlier cases of the same citizen, each with the web address of its place."""
        earlier = [one for one in unit.cases.list_of_chat(case.chat) if one.number < case.number]
        return [manager_texts.EarlierCase(one, self.link(unit, one)) for one in earlier]

    def announce_loss(self, unit: Unit, desk: Desk, now: float) -> None:
        """Tell the groups of the other desks that the bot was removed from a desk's group."""
        count = unit.cases.count_by_desk().get(desk.id, 0)
        text = self.world(now).phrasing.say("desk_lost", desk=desk.id, count=count)
        for other in self.desks:
            group = unit.outbox.current_id(other.chat_id)
            if other.id != desk.id and unit.outbox.is_reachable(group):
                unit.outbox.put(self.channel.post_in_group(group, plain_reply(text)), now)

    def save_and_show(self, unit: Unit, case: Case, now: float, *, icon: bool = True) -> None:
        """Store a case and update its card; with `icon` also the topic's icon, because its state or urgency has changed."""
        unit.cases.save(case)
        if case.group:
            self._update_card(unit, case, self._card(unit, case, now), now, icon=icon)

    def close_place(self, unit: Unit, case: Case, now: float) -> None:
        """Close the topic of a resolved case, if it has one."""
        if case.group and not case.is_topic_closed and not self.channel.is_in_one_thread(case):
            unit.outbox.put(self.channel.turn_topic(case, is_closed=True), now)
            unit.cases.save(replace(case, is_topic_closed=True))

    def open_place(self, unit: Unit, case: Case, now: float) -> Case:
        """Reopen the closed topic of a case. Return the case after it."""
        if case.is_topic_closed:
            unit.outbox.put(self.channel.turn_topic(case, is_closed=False), now)
        return replace(case, is_topic_closed=False)

    def retire_card(self, unit: Unit, case: Case, desk: Desk, now: float) -> None:
        """Replace the card of a case, in the group that the case leaves, by the name of the desk that has it now."""
        world = self.world(now)
        text = f"{manager_texts.title(world, case)}\n{world.phrasing.say('desk_passed_to', desk=desk.id)}"
        self._update_card(unit, replace(case, state=CaseState.RESOLVED), plain_reply(text), now, icon=True)

    def _update_card(self, unit: Unit, case: Case, card: Reply, now: float, *, icon: bool) -> None:
        edit, *others = self.channel.update_card(case, card, icon=icon)
        self.edit_post(unit, edit, now)
        for outgoing in others:
            unit.outbox.put(outgoing, now)

    def edit_post(self, unit: Unit, edit: Outgoing, now: float) -> None:
        """Edit a post about a case; if the post or an earlier edit of it is still queued, change that call instead."""
        if not unit.outbox.amend(edit.chat, edit.keys[0], lambda params: show_instead(params, edit.params), edit.keys):
            unit.outbox.put(edit, now)

    # --- In the group itself

    def link(self, unit: Unit, case: Case) -> str:
        """Return the web address of a case's place; "" if it has none yet."""
        message = unit.message_refs.find(case.topic) or unit.message_refs.find(case.card)
        return self.channel.link_to_case(case, message) if message is not None else ""

    def alert_desk(self, unit: Unit, case: Case, key: str, now: float, **values: object) -> None:
        """Post a notice about a case in the desk's general chat, where the whole desk reads it.

        Do nothing in groups without topics.
        """
        if case.group and not self.channel.is_in_one_thread(case):
            say = self.world(now).phrasing.say
            name = Run(manager_texts.title(self.world(now), case), bold=True, url=self.link(unit, case))
            text = say(key, **values)
            mark = _WARNING if text.startswith(_WARNING) else ""
            reply = Reply((Run(mark), name, Run(f": {text.removeprefix(mark)}")))
            unit.outbox.put(self.channel.post_in_group(case.group, reply, urgent=case.urgent), now)

    def call_administrators(self, unit: Unit, case: Case, text: str, now: float) -> None:
        """Post a text about a case in its group that mentions the group's administrators by name."""
        reply = Reply((Run(f"{text}\n"), *self._link_line(unit, case, now)))
        unit.outbox.put(self.channel.post_in_group(case.group, reply, urgent=case.urgent, calls_administrators=True), now)

    def _link_line(self, unit: Unit, case: Case, now: float) -> tuple[Run, ...]:
        link = self.link(unit, case)
        return (Run(self.world(now).phrasing.say("open_case_link"), url=link), Run("\n")) if link else ()

    def post_elsewhere(self, unit: Unit, case: Case, desk: Desk, reply: Reply, now: float) -> None:
        """Post a reply about a case in the group of another desk."""
        unit.outbox.put(self.channel.post_in_group(desk.chat_id, reply, number=case.number, urgent=case.urgent), now)

    # --- Places that are lost

    def repair_place(self, unit: Unit, case: Case, lost_message: int, now: float) -> None:
        """Create the topic and card of a case again after one of them was deleted, unless that has already been done."""
        topic = unit.message_refs.find(case.topic)
        if lost_message in (topic, unit.message_refs.find(case.card)):
            if topic is not None and lost_message != topic:
                # It may still be there without its card: what is written there is about the case all the same.
                former = f"was:{case.group}:{topic}"
                unit.message_refs.record([former], [topic], case=case.number, lane=case.chat, chat=case.group, at=now)
            unit.message_refs.forget(case.topic)
            unit.message_refs.forget(case.card)
            self.post_card(unit, case, now)

    def rehome(self, unit: Unit, case: Case, group: int, now: float) -> None:
        """Create the place of a case again after its group became a supergroup, which makes all earlier messages unreachable.

        Do nothing if the case has a new place: the upgrade may be reported twice, and a queued card has followed the group.
        """
        if group == case.group:
            return
        # Words that wait for the old group's message are said again in the new one.
        waits = case.mirror is not None and unit.outbox.is_pending(case.mirror.key)
        moved = replace(case, group=group, mirror=case.mirror if waits else None)
        if unit.message_refs.find(case.card) is None and not unit.outbox.is_pending(case.card):
            moved = replace(moved, place_number=case.place_number + 1)
            self.post_card(unit, moved, now)
        unit.cases.save(moved)
