"""Messages between a citizen and whoever answers: carried over, joined, corrected, and marked when they have arrived.

A group takes twenty messages a minute, and changes of messages beside them. So words of a citizen that follow others soon, or
while the group has no room, are joined to the message that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any as Json

from bot.core.case import Case, CaseState, Mirror, TranscriptEntry
from bot.tg.case_messages import (
    DELIVERED,
    HELD,
    MAX_JOINED_CHARACTERS,
    MIRROR,
    CaseMessages,
    album_of,
    can_edit_copy,
    copy_key,
    edit_copy,
    reaction,
)
from bot.tg.updates import ChatMessage
from bot.usecases.calls import MESSAGE_REF, Limits, Outgoing
from bot.usecases.cases import CaseMoves, plain_reply
from bot.usecases.ports import Unit

#: Seconds within which words are joined to those before.
JOIN_SECONDS = 5.0
#: With room for fewer messages than this in a group, words are joined for so many seconds: new ones are for what needs them.
_LATER = ((3, 600.0), (8, 120.0))


class Forwarding:
    """Carries messages over."""

    def __init__(self, messages: CaseMessages, moves: CaseMoves, limits: Limits) -> None:
        self._messages = messages
        self._moves = moves
        self._limits = limits

    # --- From the citizen

    def forward_to_group(self, unit: Unit, case: Case, posted: ChatMessage, now: float) -> Case:
        """Kept while nobody has taken the case; else on its way to the group."""
        if not case.group:
            return self._moves.hold_message(unit, case, _said(posted), now)
        if posted.edited and (done := self._forward_edit(unit, case, posted, now)) is not None:
            return done
        if case.state is not CaseState.ASSIGNED:
            unit.outbox.put(reaction(case.chat, posted.id, HELD), now)
            return self._moves.hold_message(unit, case, _said(posted), now)
        if posted.kind or posted.reply_to or posted.entities or len(posted.text) > MAX_JOINED_CHARACTERS:
            self._forward_alone(unit, case, posted, now)
            changed = replace(case, mirror=None)
        else:
            changed = self._forward_words(unit, case, posted, now)
        changed = changed.with_transcript(_said(posted))
        if not unit.outbox.is_reachable(case.group) and case.chat not in case.notified_users:
            # Once is enough: it is delivered when the bot is in the group again.
            unit.outbox.put(self._messages.warn_undelivered(case), now)
            changed = replace(changed, notified_users=(*changed.notified_users, case.chat))
        unit.cases.save(changed)
        return changed

    def _forward_alone(self, unit: Unit, case: Case, posted: ChatMessage, now: float) -> None:
        """What is no plain text, and answers to a message of the manager, stand alone."""
        if posted.album and unit.outbox.amend(case.group, album_of(posted), _also(posted), [copy_key(case.chat, posted.id)]):
            return
        to = self._counterpart(unit, case.chat, posted.reply_to, case.group)
        whole = posted.kind or len(posted.text) > MAX_JOINED_CHARACTERS
        outgoing = self._messages.copy_to_group(case, posted, to) if whole else self._messages.post_alone(case, posted, to)
        unit.outbox.put(outgoing, now)

    def _forward_words(self, unit: Unit, case: Case, posted: ChatMessage, now: float) -> Case:
        part = _said(posted)
        before = case.mirror
        if before is not None and self._can_join(unit, case, before, posted, now):
            mirror = Mirror(before.key, before.at, (*before.parts, part))
            self._put_joined(unit, case, mirror, posted, now)
        else:
            mirror = Mirror(f"{MIRROR}{case.chat}:{posted.id}", now, (part,))
            unit.outbox.put(self._messages.post_words(case, mirror), now)
        return replace(case, mirror=mirror)

    def _can_join(self, unit: Unit, case: Case, mirror: Mirror, posted: ChatMessage, now: float) -> bool:
        """Whether words go to those before: soon after them, or while the group has little room."""
        if sum(len(part.text) for part in mirror.parts) + len(posted.text) > MAX_JOINED_CHARACTERS:
            return False
        age = now - mirror.at
        if age <= JOIN_SECONDS:
            return True
        room = unit.outbox.remaining_quota(case.group, now, self._limits)
        return any(room < few and age <= seconds for few, seconds in _LATER)

    def _put_joined(self, unit: Unit, case: Case, mirror: Mirror, posted: ChatMessage, now: float) -> None:
        """Into the message that waits, or as a change of the one that was sent or is being sent."""
        joined = self._messages.extend_words(case, mirror, posted.id)
        text = {name: value for name, value in joined.params.items() if name in ("text", "entities")}
        if not unit.outbox.amend(case.group, mirror.key, lambda params: params.update(text), joined.keys):
            found = unit.message_refs.find(mirror.key)
            unit.outbox.put(joined if found is None else _of(joined, found), now)

    def repost_lost_words(self, unit: Unit, case: Case, handle: str, now: float) -> bool:
        """The message to which words were joined is gone: they are said again. False if it was another one."""
        mirror = case.mirror
        if mirror is None or mirror.key != handle:
            return False
        unit.message_refs.forget(handle)
        unit.outbox.put(self._messages.post_words(case, mirror), now)
        return True

    def _forward_edit(self, unit: Unit, case: Case, posted: ChatMessage, now: float) -> Case | None:
        """A correction goes where the original went; None where it went nowhere."""
        mine = copy_key(case.chat, posted.id)
        if any(one.message == posted.id for one in case.held_messages):
            return self._moves.hold_message(unit, case, _said(posted), now)
        mirror = case.mirror
        if mirror is not None and any(part.message == posted.id for part in mirror.parts):
            parts = tuple(_said(posted) if part.message == posted.id else part for part in mirror.parts)
            if sum(len(part.text) for part in parts) > MAX_JOINED_CHARACTERS:
                # It no longer fits where it was.
                unit.outbox.put(self._messages.copy_to_group(case, posted, unit.message_refs.find(mirror.key) or 0), now)
                return case
            changed = replace(case, mirror=replace(mirror, parts=parts))
            assert changed.mirror is not None
            self._put_joined(unit, case, changed.mirror, posted, now)
            unit.cases.save(changed)
            return changed
        found = unit.message_refs.find(mine)
        if found is None:
            return case if unit.outbox.amend(case.group, mine, self._as_it_is(case, posted), [mine]) else None
        if posted.kind:
            if can_edit_copy(posted):
                unit.outbox.put(edit_copy(case.group, found, posted, (mine,), case.number), now)
        elif len(posted.text) > MAX_JOINED_CHARACTERS:
            unit.outbox.put(self._messages.copy_to_group(case, posted, found), now)
        else:
            # Others may have been joined to it: the correction is said beside it.
            text = self._moves.world(now).phrasing.say("desk_corrected", words=posted.text)
            self._moves.post(unit, case, plain_reply(text), now, to=found)
        return case

    def _as_it_is(self, case: Case, posted: ChatMessage) -> Callable[[dict[str, Json]], None]:
        """A message that still waits: its words are replaced; a copy is made of what is there by then."""

        def change(params: dict[str, Json]) -> None:
            if "text" in params:
                params.update(_words(self._messages.post_alone(case, posted, to=0)))

        return change

    # --- From the manager

    def forward_to_citizen(self, unit: Unit, case: Case, posted: ChatMessage, now: float) -> None:
        """Words of whoever answers."""
        mine = copy_key(case.group, posted.id)
        if posted.edited:
            found = unit.message_refs.find(mine)
            if found is not None:
                if can_edit_copy(posted):
                    unit.outbox.put(edit_copy(case.chat, found, posted, (mine,), case.number), now)
                return
            fresh = self._messages.copy_to_citizen(case, posted, to=0)
            if unit.outbox.amend(case.chat, mine, lambda params: params.update(_words(fresh)), [mine]):
                return
        if posted.album and unit.outbox.amend(case.chat, album_of(posted), _also(posted), [mine]):
            return
        to = self._counterpart(unit, case.group, posted.reply_to, case.chat)
        unit.outbox.put(self._messages.copy_to_citizen(case, posted, to=to), now)

    def mark_delivered(self, unit: Unit, keys: tuple[str, ...], now: float) -> None:
        """Marks the originals of what has arrived."""
        for one in keys:
            chat, _, message = one.partition(":")
            if message.isdecimal() and chat.lstrip("-").isdecimal():
                unit.outbox.put(reaction(int(chat), int(message), DELIVERED), now)

    def _counterpart(self, unit: Unit, chat: int, message: int, other: int) -> int:
        """The message of the other chat that a message answers: the original of a copy, or the copy of an original; 0 if none."""
        if not message:
            return 0
        for one in unit.message_refs.keys_of(chat, message):
            where, _, number = one.partition(":")
            if where == str(other) and number.isdecimal():
                return int(number)
        return unit.message_refs.find(copy_key(chat, message)) or 0


def _said(posted: ChatMessage) -> TranscriptEntry:
    return TranscriptEntry(posted.id, posted.text, posted.kind)


def _also(posted: ChatMessage) -> Json:
    """Adds a picture to its album."""

    def add(params: dict[str, Json]) -> None:
        params["message_ids"] = sorted({*params["message_ids"], posted.id})

    return add


def _of(edit: Outgoing, message: int) -> Outgoing:
    """An edit of a message whose number is known: it takes the place of another one that waits."""
    assert MESSAGE_REF in edit.params["message_id"]
    return replace(edit, params={**edit.params, "message_id": message})


def _words(outgoing: Outgoing) -> dict[str, Json]:
    return {name: value for name, value in outgoing.params.items() if name in ("text", "entities", "caption", "caption_entities")}
