"""Forwarding of messages between a citizen and the assignee: copied, joined, edited, and marked when delivered.

A group takes twenty messages a minute, not counting edits. So words of a citizen that come soon after others, or while the
group's quota is low, are added to the message of the group that is there: its mirror.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.case import Case, CaseState, Mirror, TranscriptEntry
from bot.json_types import Json
from bot.tg.case_messages import (
    COMMANDED,
    DELIVERED,
    HELD,
    MAX_JOINED_CHARACTERS,
    MIRROR,
    CaseMessages,
    album_key,
    can_edit_copy,
    copy_key,
    delete_copy,
    edit_copy,
    reaction,
)
from bot.tg.updates import ChatMessage
from bot.usecases.calls import Limits, Outgoing, message_ref
from bot.usecases.case_posts import CasePosts, plain_reply
from bot.usecases.cases import CaseMoves
from bot.usecases.ports import Unit

#: Seconds within which words are joined to those before.
JOIN_SECONDS = 5.0
#: With a quota below so many messages, words are joined for so many seconds: new messages are for what needs them, such as
#: photos and what follows them. 25 live cases of a group are sent eight of those a minute, and 17 fit.
_LOW_QUOTAS = ((12, 1200.0), (15, 300.0))


class Forwarding:
    """Forwards messages of cases."""

    def __init__(self, messages: CaseMessages, posts: CasePosts, moves: CaseMoves, limits: Limits) -> None:
        self._messages = messages
        self._posts = posts
        self._moves = moves
        self._limits = limits

    # --- From the citizen

    def forward_to_group(self, unit: Unit, case: Case, now: float, message: ChatMessage) -> Case:
        """Forward a citizen's message to the case's group; hold it while nobody has taken the case. Return the case after it."""
        if not case.group:
            return self._moves.hold_message(unit, case, _entry(message), now)
        if message.edited and (edited := self._forward_edit(unit, case, message, now)) is not None:
            return edited
        if case.state is not CaseState.ASSIGNED:
            unit.outbox.put(reaction(case.chat, message.id, HELD), now)
            return self._moves.hold_message(unit, case, _entry(message), now)
        if message.kind or message.reply_to or message.entities or len(message.text) > MAX_JOINED_CHARACTERS:
            self._forward_alone(unit, case, message, now)
            changed = replace(case, mirror=None)
        else:
            changed = self._forward_words(unit, case, message, now)
        changed = changed.with_transcript(_entry(message))
        if not unit.outbox.is_reachable(case.group) and case.chat not in case.notified_users:
            # Once is enough: it is delivered when the bot is in the group again.
            unit.outbox.put(self._messages.warn_undelivered(case), now)
            changed = replace(changed, notified_users=(*changed.notified_users, case.chat))
        unit.cases.save(changed)
        return changed

    def _forward_alone(self, unit: Unit, case: Case, message: ChatMessage, now: float) -> None:
        """Forward an attachment, or an answer to a message of the manager, as a message of its own."""
        key = copy_key(case.chat, message.id)
        if message.album and unit.outbox.amend(case.group, album_key(message), _add_picture(message), [key]):
            return
        to = _counterpart(unit, case.chat, message.reply_to, case.group)
        is_copied = message.kind or len(message.text) > MAX_JOINED_CHARACTERS
        copy = self._messages.copy_to_group if is_copied else self._messages.post_alone
        unit.outbox.put(copy(case, message, to), now)

    def _forward_words(self, unit: Unit, case: Case, message: ChatMessage, now: float) -> Case:
        """Forward a plain text, joined to the words before it if that is possible."""
        before, entry = case.mirror, _entry(message)
        if before is not None and self._can_join(unit, case, before, message, now):
            mirror = replace(before, parts=(*before.parts, entry))
            self._posts.edit_post(unit, self._messages.extend_words(case, mirror, message.id), now)
        else:
            mirror = Mirror(f"{MIRROR}{case.chat}:{message.id}", now, (entry,))
            unit.outbox.put(self._messages.post_words(case, mirror), now)
        return replace(case, mirror=mirror)

    def _can_join(self, unit: Unit, case: Case, mirror: Mirror, message: ChatMessage, now: float) -> bool:
        """Return True if a text is to be joined to the mirror: it comes soon after, or the group's quota is low."""
        if _length(mirror) + len(message.text) > MAX_JOINED_CHARACTERS:
            return False
        age = now - mirror.at
        if age < 0:
            # The clock has gone back.
            return False
        if age <= JOIN_SECONDS:
            return True
        quota = unit.outbox.remaining_quota(case.group, now, self._limits)
        return any(quota < few and age <= seconds for few, seconds in _LOW_QUOTAS)

    def repost_lost_words(self, unit: Unit, case: Case, key: str, now: float) -> bool:
        """Post the words of a mirror again after its message was deleted. Return False if `key` is not that of the mirror."""
        mirror = case.mirror
        if mirror is None or mirror.key != key:
            return False
        unit.message_refs.forget(key)
        unit.outbox.put(self._messages.post_words(case, mirror), now)
        return True

    def _forward_edit(self, unit: Unit, case: Case, message: ChatMessage, now: float) -> Case | None:
        """Edit the forwarded copy of a citizen's message. Return the case after it; None if it was never forwarded."""
        if any(one.message == message.id for one in case.held_messages):
            return self._moves.hold_message(unit, case, _entry(message), now)
        mirror = case.mirror
        if mirror is not None and any(part.message == message.id for part in mirror.parts):
            return self._edit_mirror(unit, case, mirror, message, now)
        key = copy_key(case.chat, message.id)
        found = unit.message_refs.find(key)
        if found is None:
            return case if unit.outbox.amend(case.group, key, self._queued_edit(case, message), [key]) else None
        if message.kind:
            if can_edit_copy(message):
                edit = edit_copy(case.group, found, message, (key,), case.number)
                unit.outbox.put(replace(edit, hurried=case.urgent), now)
        elif len(message.text) > MAX_JOINED_CHARACTERS:
            unit.outbox.put(self._messages.copy_to_group(case, message, found), now)
        else:
            # Others may have been joined to it: the correction is said beside it.
            text = self._posts.world(now).phrasing.say("desk_corrected", words=message.text)
            self._posts.post(unit, case, plain_reply(text), now, to=found)
        return case

    def _edit_mirror(self, unit: Unit, case: Case, mirror: Mirror, message: ChatMessage, now: float) -> Case:
        """Update a mirror after the citizen has edited one of the messages joined in it."""
        parts = tuple(_entry(message) if part.message == message.id else part for part in mirror.parts)
        edited = replace(mirror, parts=parts)
        if _length(edited) > MAX_JOINED_CHARACTERS:
            # It no longer fits where it was.
            unit.outbox.put(self._messages.copy_to_group(case, message, unit.message_refs.find(mirror.key) or 0), now)
            return case
        self._posts.edit_post(unit, self._messages.extend_words(case, edited, message.id), now)
        changed = replace(case, mirror=edited)
        unit.cases.save(changed)
        return changed

    def _queued_edit(self, case: Case, message: ChatMessage) -> Callable[[dict[str, Json]], None]:
        """Return a function that changes the parameters of a queued message to the edited words of its original."""

        def change(params: dict[str, Json]) -> None:
            if "text" in params:
                params.update(_text_of(self._messages.post_alone(case, message, to=0)))

        return change

    # --- From the manager

    def forward_to_citizen(self, unit: Unit, case: Case, message: ChatMessage, now: float) -> None:
        """Forward the assignee's message to the citizen."""
        key = copy_key(case.group, message.id)
        if message.album and unit.outbox.amend(case.chat, album_key(message), _add_picture(message), [key]):
            return
        to = _counterpart(unit, case.group, message.reply_to, case.chat)
        unit.outbox.put(self._messages.copy_to_citizen(case, message, to=to), now)

    def has_gone_out(self, unit: Unit, case: Case, message: int) -> bool:
        """Return True if a manager's message was sent to the citizen, or is queued to be."""
        key = copy_key(case.group, message)
        album = case.album_of("", message)
        is_in_album = album is not None and album.is_outgoing and unit.outbox.is_pending(f"album:{album.id}")
        return unit.message_refs.find(key) is not None or unit.outbox.is_pending(key) or is_in_album

    def was_commanded(self, unit: Unit, case: Case, message: int) -> bool:
        """Return True if a manager's message is a command that has sent something to the citizen."""
        return unit.message_refs.find(f"{COMMANDED}{copy_key(case.group, message)}") is not None

    def correct_copy(self, unit: Unit, case: Case, message: ChatMessage, now: float) -> None:
        """Change the copy that the citizen received to the current text of the manager's message, without a new message."""
        key = copy_key(case.group, message.id)
        fresh = _text_of(self._messages.copy_to_citizen(case, message, to=0))
        if unit.message_refs.find(key) is None and unit.outbox.amend(case.chat, key, lambda params: params.update(fresh), [key]):
            return
        if can_edit_copy(message):
            copy = unit.message_refs.find(key) or message_ref(key)
            unit.outbox.put(edit_copy(case.chat, copy, message, (key,), case.number), now)

    def withdraw(self, unit: Unit, case: Case, message: int, now: float) -> Case:
        """Take a manager's message, with its whole album, back from the citizen. Return the case after it.

        A delivered message is deleted where Telegram permits; the managers are told when that is known.
        """
        album = case.album_of("", message)
        if album is None:
            self._withdraw(unit, case, message, copy_key(case.group, message), now)
            return case
        changed = case.with_album(replace(album, is_outgoing=False))
        unit.cases.save(changed)
        if album.is_outgoing and not self._withdraw(unit, case, message, f"album:{album.id}", now):
            for other in album.messages:
                if other != message:
                    unit.outbox.put(delete_copy(case, other), now)
        return changed

    def _withdraw(self, unit: Unit, case: Case, message: int, merge_key: str, now: float) -> bool:
        """Drop a queued call, or delete the message that it has sent. Return True if it was dropped."""
        if unit.outbox.withdraw(case.chat, merge_key):
            self.show_withdrawn(unit, case, message, now)
            return True
        unit.outbox.put(delete_copy(case, message), now)
        return False

    def show_withdrawn(self, unit: Unit, case: Case, message: int, now: float) -> None:
        """Tell the managers that the citizen no longer has a message, and remove its mark."""
        key = copy_key(case.group, message)
        unit.message_refs.forget(key)
        unit.outbox.put(reaction(case.group, message, ""), now)
        album = case.album_of("", message)
        if album is None or message == min(album.messages):
            text = self._posts.world(now).phrasing.say("desk_withdrawn")
            self._posts.post(unit, case, plain_reply(text), now, to=message)

    def mark_delivered(self, unit: Unit, keys: tuple[str, ...], now: float) -> None:
        """Mark messages as delivered, given the references of their delivered copies."""
        for one in keys:
            chat, _, message = one.partition(":")
            if message.isdecimal() and chat.lstrip("-").isdecimal():
                unit.outbox.put(reaction(int(chat), int(message), DELIVERED), now)


def _counterpart(unit: Unit, chat: int, message: int, other: int) -> int:
    """Return the number, in the other chat, of a message's copy or original; 0 if there is none."""
    if not message:
        return 0
    for one in unit.message_refs.keys_of(chat, message):
        original_chat, _, number = one.partition(":")
        if original_chat == str(other) and number.isdecimal():
            return int(number)
    return unit.message_refs.find(copy_key(chat, message)) or 0


def _entry(message: ChatMessage) -> TranscriptEntry:
    return TranscriptEntry(message.id, message.text, message.kind)


def _length(mirror: Mirror) -> int:
    return sum(len(part.text) for part in mirror.parts)


def _add_picture(message: ChatMessage) -> Callable[[dict[str, Json]], None]:
    """Return a function that adds a picture to a queued album."""

    def add(params: dict[str, Json]) -> None:
        params["message_ids"] = sorted({*params["message_ids"], message.id})

    return add


def _text_of(outgoing: Outgoing) -> dict[str, Json]:
    return {name: value for name, value in outgoing.params.items() if name in ("text", "entities", "caption", "caption_entities")}
