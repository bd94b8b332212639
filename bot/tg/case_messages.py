"""Cases in managers' groups (`case_posts.CaseChannel`), and the copies of messages between a citizen and a group.

With topics each case has one, opened by its card. Without, everything about a case answers its card. The copy of a message is
referred to as "chat:message" of its original, so that replies, edits and marks find it (`ports.MessageRefs`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.case import Case, CaseState, Manager, Mirror, TranscriptEntry
from bot.core.replies import Reply, Run
from bot.dialogue.cases import manager_texts
from bot.dialogue.world import World
from bot.json_types import Json
from bot.tg import messages
from bot.tg.callback_data import Buttons
from bot.tg.groups import Groups
from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.limits import MAX_DELETED_MESSAGES, MAX_TOPIC_NAME
from bot.tg.updates import ChatMessage, internal_payload
from bot.usecases.calls import CallKind, Outgoing, message_ref
from bot.usecases.queues import ALERT_TIMER, Timer

#: Seconds that the pictures of an album wait for each other.
ALBUM_SECONDS = 1.5
#: Reactions that a bot may set (Bot API, ReactionTypeEmoji): the message has arrived; it is held until somebody takes the case.
DELIVERED, HELD = "👌", "✍"
#: Begin of the references of messages that hold words of a citizen.
MIRROR = "mirror:"
#: Begin of the references of deletions, and of messages that a command sent; the reference of the copy follows.
WITHDRAWAL, COMMANDED = "withdrawal:", "commanded:"
#: Characters that a message of joined words may grow to; longer messages are copied as they are.
MAX_JOINED_CHARACTERS = 3000
#: Buttons of groups are signed for this chat: a group that moves keeps them.
DESK_BUTTONS = 0
#: A colour that createForumTopic takes.
_TOPIC_COLOR = 7322096
#: Emoji of the topics' icons, among those that every bot may use.
_ICONS = {CaseState.WAITING: "❗", CaseState.ASSIGNED: "💬", CaseState.RESOLVED: "✅"}
_URGENT_ICON = "🔥"
#: Begin of the ids of supergroups (Bot API, Chat.id).
_SUPERGROUP = "-100"
#: Kinds of messages that have a caption.
_CAPTIONED_KINDS = ("photo", "video", "document", "audio", "animation", "voice")


class CaseMessages:
    """Builds the calls of the Bot API for posts about cases and for forwarded copies of messages."""

    def __init__(self, groups: Groups, buttons: Buttons, world: Callable[[], World]) -> None:
        self._groups = groups
        self._buttons = buttons
        self._world = world

    # --- Posts

    def create_topic_and_card(self, case: Case, card: Reply) -> Sequence[Outgoing]:
        """Return the calls that make a case's topic, if its group has topics, and its card."""
        calls, group = [], case.group
        is_forum = self._groups[group].forum
        if is_forum:
            name = manager_texts.topic_name(self._world(), case)[:MAX_TOPIC_NAME]
            topic = {"name": name, "icon_color": _TOPIC_COLOR, **self._icon(case)}
            keys = (case.topic,)
            calls.append(
                Outgoing(
                    group, CallKind.MESSAGE, "createForumTopic", topic, keys, case.number, before_others=True, urgent=case.urgent
                )
            )
        params = self._reply_params(case, card) | ({"message_thread_id": message_ref(case.topic)} if is_forum else {})
        place = Outgoing(group, CallKind.MESSAGE, "sendMessage", params, (case.card,), case.number, before_others=True)
        calls.append(replace(place, urgent=case.urgent))
        return calls

    def update_card(self, case: Case, card: Reply, *, icon: bool) -> Sequence[Outgoing]:
        """Return the calls that renew the card, and with `icon` the icon of the topic."""
        params = {"message_id": message_ref(case.card), **self._reply_params(case, card)}
        calls = [Outgoing(case.group, CallKind.EDIT, "editMessageText", params, (case.card,), case.number, hurried=case.urgent)]
        if icon and self._groups[case.group].forum and self._icon(case):
            topic = {"message_thread_id": message_ref(case.topic), **self._icon(case)}
            calls.append(Outgoing(case.group, CallKind.CLEANUP, "editForumTopic", topic))
        return calls

    def delete_case(self, case: Case, topic: int | None, known: Sequence[int]) -> Sequence[Outgoing]:
        """Return the calls that delete a case's topic with all in it or, without topics, its known messages in batches."""
        if topic is not None:
            return [Outgoing(case.group, CallKind.CLEANUP, "deleteForumTopic", {"message_thread_id": topic})]
        parts = [known[start : start + MAX_DELETED_MESSAGES] for start in range(0, len(known), MAX_DELETED_MESSAGES)]
        return [Outgoing(case.group, CallKind.CLEANUP, "deleteMessages", {"message_ids": list(part)}) for part in parts]

    def post_in_case(self, case: Case, reply: Reply, *, to: int = 0) -> Outgoing:
        """Return the call that posts in the case's topic or, in a group without topics, as an answer to its card."""
        sent = messages.new_message(case.group, reply, messages.keyboard(reply, DESK_BUTTONS, case.number, self._buttons))
        return replace(sent, params={**sent.params, **self._place(case, to)}, case=case.number, urgent=case.urgent)

    def post_in_group(
        self, group: int, reply: Reply, *, number: int = 0, urgent: bool = False, calls_administrators: bool = False
    ) -> Outgoing:
        """Return the call that posts in the group outside any case; its buttons are about the case `number`."""
        if calls_administrators:
            called = [Run(name, account=id) for id, name in sorted(self._groups[group].administrators.items())]
            runs = [part for run in called for part in (run, Run(" "))][:-1]
            reply = replace(reply, text=(*reply.text, *runs))
        return Outgoing(group, CallKind.MESSAGE, "sendMessage", self._group_params(reply, number), urgent=urgent)

    def write_to_manager(self, manager: Manager, reply: Reply) -> Outgoing:
        """Return the call that writes to a manager in private."""
        return messages.new_message(manager.id, reply, None)

    def turn_topic(self, case: Case, *, is_closed: bool) -> Outgoing:
        """Return the call that closes the topic of a case, or opens it again."""
        method = "closeForumTopic" if is_closed else "reopenForumTopic"
        return Outgoing(case.group, CallKind.CLEANUP, method, {"message_thread_id": message_ref(case.topic)})

    def link_to_case(self, case: Case, message: int) -> str:
        """Return the web address of a message in a case's group; "" for a basic group, whose messages have no address."""
        id = str(case.group)
        return f"https://t.me/c/{id.removeprefix(_SUPERGROUP)}/{message}" if id.startswith(_SUPERGROUP) else ""

    def is_in_one_thread(self, case: Case) -> bool:
        """Return True if the case's group has no topics."""
        return not self._groups[case.group].forum

    def reply_in_group(self, group: int, reply: Reply, *, thread: int, to: int) -> Outgoing:
        """Return the call that answers a message about no case, in the topic where it stands."""
        place: dict[str, Json] = {"reply_parameters": _answering(to)}
        if thread:
            place["message_thread_id"] = thread
        sent = messages.new_message(group, reply, self._buttons_of(reply, 0))
        return replace(sent, params={**sent.params, **place})

    def edit_in_group(self, group: int, message: int, reply: Reply) -> Outgoing:
        """Return the call that replaces the content of a message of the bot about no case."""
        return Outgoing(group, CallKind.EDIT, "editMessageText", {"message_id": message, **self._group_params(reply)})

    def _group_params(self, reply: Reply, number: int = 0) -> dict[str, Json]:
        """Return the parameters of a post outside any case; its buttons are about the case `number`, 0 for none."""
        buttons = self._buttons_of(reply, number)
        return {**messages.text_params(reply), **({"reply_markup": buttons} if buttons is not None else {})}

    def _buttons_of(self, reply: Reply, number: int) -> Json | None:
        return messages.keyboard(reply, DESK_BUTTONS, number, self._buttons) if reply.rows else None

    def _reply_params(self, case: Case, reply: Reply) -> dict[str, Json]:
        buttons = messages.keyboard(reply, DESK_BUTTONS, case.number, self._buttons)
        return {**messages.text_params(reply), "reply_markup": buttons}

    def _icon(self, case: Case) -> dict[str, Json]:
        emoji = _URGENT_ICON if case.urgent and case.state is CaseState.WAITING else _ICONS[case.state]
        found = self._groups.icons.get(emoji.rstrip("\ufe0f"))
        return {"icon_custom_emoji_id": found} if found else {}

    def _place(self, case: Case, to: int = 0) -> dict[str, Json]:
        """Return the parameters that put a post in the case's topic, or make it an answer to the card."""
        if self._groups[case.group].forum:
            return {"message_thread_id": message_ref(case.topic)} | ({"reply_parameters": _answering(to)} if to else {})
        return {"reply_parameters": _answering(to or message_ref(case.card))}

    def reminder_timer(self, case: Case, at: float) -> Timer:
        """Return the timer of a reminder, in the lane of the citizen."""
        return Timer(f"case:{case.number}", at, case.chat, internal_payload(InternalEvent(InternalEventKind.TIME, case.number)))

    def silence_timer(self, chat: int, at: float) -> Timer:
        """Return the timer at which a silent citizen's sensitive answers are deleted."""
        return Timer(f"silence:{chat}", at, chat, internal_payload(InternalEvent(InternalEventKind.SILENCE)))

    def alert_timer(self, chat: int, at: float) -> Timer:
        """Return the timer of the next check of a citizen's alerts."""
        return Timer(f"{ALERT_TIMER}{chat}", at, chat, internal_payload(InternalEvent(InternalEventKind.ALERT)))

    def dormancy_timer(self, chat: int, at: float) -> Timer:
        """Return the timer at which a silent citizen's data is deleted, except their alerts."""
        return Timer(f"dormant:{chat}", at, chat, internal_payload(InternalEvent(InternalEventKind.DORMANT)))

    def age_timer(self, case: Case, at: float) -> Timer:
        """Return the timer at which a resolved case loses its words, or is deleted."""
        event = InternalEvent(InternalEventKind.AGE, case.number)
        return Timer(f"age:{case.number}", at, case.chat, internal_payload(event))

    def follow_up_timer(self, case: Case) -> Timer:
        """Return the timer of a follow-up, in the lane of the citizen."""
        event = InternalEvent(InternalEventKind.FOLLOW_UP, case.number)
        return Timer(f"follow_up:{case.number}", case.follow_up_at, case.chat, internal_payload(event))

    def suggestion_timer(self, case: Case, at: float) -> Timer:
        """Return the timer of the search for suggestions on a case, in the lane of the citizen."""
        event = InternalEvent(InternalEventKind.SUGGEST, case.number)
        return Timer(f"suggest:{case.number}", at, case.chat, internal_payload(event))

    def hand_over_timer(self, case: Case, target: str, now: float) -> Timer:
        """Return the timer that passes a case on, in the lane of the citizen."""
        user = case.manager.id if case.manager is not None else 0
        event = InternalEvent(InternalEventKind.HANDED_OVER, case.number, key=target, user=user)
        return Timer(f"hand_over:{case.number}", now, case.chat, internal_payload(event))

    def shift_timer(self, group: int, at: float) -> Timer:
        """Return the timer of a shift, in the lane of the group."""
        return Timer(f"shift:{group}", at, group, internal_payload(InternalEvent(InternalEventKind.SHIFT, group=group)))

    # --- From the citizen to the group

    def forward_backlog(self, case: Case, entries: Sequence[TranscriptEntry]) -> Sequence[Outgoing]:
        """Return the calls that forward held messages in order.

        Texts joined up to the length of a message, attachments as copies.
        """
        calls: list[Outgoing] = []
        joined: list[TranscriptEntry] = []
        for one in [*entries, None]:
            is_full = one is not None and sum(len(other.text) for other in [*joined, one]) > MAX_JOINED_CHARACTERS
            if joined and (one is None or one.kind or is_full):
                keys = tuple(copy_key(case.chat, other.message) for other in joined)
                calls.append(self._words(case, "\n".join(other.text for other in joined), keys))
                joined = []
            if one is not None and (one.kind or len(one.text) > MAX_JOINED_CHARACTERS):
                calls.append(self.copy_to_group(case, ChatMessage(one.message, one.text, kind=one.kind)))
            elif one is not None:
                joined.append(one)
        return calls

    def mark_held(self, case: Case, message: TranscriptEntry) -> Outgoing:
        """Return the call that marks, by a reaction, a citizen's message which waits for a manager."""
        return reaction(case.chat, message.message, HELD)

    def post_words(self, case: Case, mirror: Mirror) -> Outgoing:
        """Return the call that posts the words of a citizen, joined in a mirror, as a new message of the group."""
        keys = (mirror.key, *(copy_key(case.chat, one.message) for one in mirror.parts))
        return self._words(case, _joined_text(mirror), keys)

    def extend_words(self, case: Case, mirror: Mirror, new: int) -> Outgoing:
        """Return the edit that adds the citizen's message `new` to the words in a message of the group."""
        params = {"message_id": message_ref(mirror.key), **self._headed(case, _joined_text(mirror))}
        keys = (mirror.key, copy_key(case.chat, new))
        return Outgoing(case.group, CallKind.EDIT, "editMessageText", params, keys, case.number, hurried=case.urgent)

    def post_alone(self, case: Case, message: ChatMessage, to: int) -> Outgoing:
        """Return the call that posts one message of a citizen with its formatting; as an answer to `to` unless that is 0."""
        head = self._headed(case, message.text)
        shift = messages.utf16_length(head["text"]) - messages.utf16_length(message.text)
        moved = [{**one, "offset": one["offset"] + shift} for one in message.entities]
        params = {**head, "entities": [*head["entities"], *moved], **self._place(case, to)}
        keys = (copy_key(case.chat, message.id),)
        return Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, keys, case.number, hurried=case.urgent)

    def copy_to_group(self, case: Case, message: ChatMessage, to: int = 0) -> Outgoing:
        """Return the call that copies a citizen's message into the group; the pictures of an album are copied together."""
        keys, place = (copy_key(case.chat, message.id),), self._place(case, to)
        if message.album and "message_thread_id" in place:
            album = _album_params(case.chat, message) | {"message_thread_id": place["message_thread_id"]}
            return replace(_album_copy(case.group, album, keys, case, message), hurried=case.urgent)
        params = {"from_chat_id": case.chat, "message_id": message.id, **place}
        return Outgoing(case.group, CallKind.MESSAGE, "copyMessage", params, keys, case.number, hurried=case.urgent)

    def _words(self, case: Case, words: str, keys: tuple[str, ...]) -> Outgoing:
        params = {**self._headed(case, words), **self._place(case)}
        return Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, keys, case.number, hurried=case.urgent)

    def _headed(self, case: Case, words: str) -> dict[str, Json]:
        """Return the parameters of a post of a citizen's words, with their pseudonym above."""
        heading = Run(manager_texts.title(self._world(), case), bold=True)
        return messages.text_params(Reply((heading, Run(f"\n{words}"))))

    # --- From the group to the citizen

    def copy_to_citizen(self, case: Case, message: ChatMessage, *, to: int) -> Outgoing:
        """Return the call that sends a manager's message to the citizen: a text as text, anything else as a copy."""
        keys = (copy_key(case.group, message.id),)
        place = {"reply_parameters": _answering(to)} if to else {}
        if not message.kind:
            text: dict[str, Json] = {"text": message.text, "entities": list(message.entities), **place}
            return Outgoing(case.chat, CallKind.MESSAGE, "sendMessage", text, keys, case.number)
        if message.album:
            return _album_copy(case.chat, _album_params(case.group, message), keys, case, message)
        params = {"from_chat_id": case.group, "message_id": message.id, **place}
        return Outgoing(case.chat, CallKind.MESSAGE, "copyMessage", params, keys, case.number)

    def send_to_citizen(self, case: Case, reply: Reply, message: int) -> Outgoing:
        """Return the call that sends a card or canned reply to the citizen, recorded as the copy of the manager's message."""
        sent = messages.new_message(case.chat, reply, messages.keyboard(reply, case.chat, 0, self._buttons))
        key = copy_key(case.group, message)
        return Outgoing(sent.chat, sent.kind, sent.method, sent.params, (key, f"{COMMANDED}{key}"), case.number)

    def warn_undelivered(self, case: Case) -> Outgoing:
        """Return the call that tells a citizen that their words could not be delivered yet."""
        text = self._world().phrasing.say("undelivered")
        return messages.new_message(case.chat, Reply((Run(text),)), None)


def copy_key(chat: int, message: int) -> str:
    """Return the message reference of the copy of a message."""
    return f"{chat}:{message}"


def album_key(message: ChatMessage) -> str:
    """Return the merge key of the queued call that copies an album."""
    return f"album:{message.album}"


def can_edit_copy(message: ChatMessage) -> bool:
    """Return True if the edit of a message can be repeated in its copy; that of a live location, for example, cannot."""
    return not message.kind or message.kind in _CAPTIONED_KINDS


def edit_copy(chat: int, copy: Json, message: ChatMessage, keys: tuple[str, ...], case: int) -> Outgoing:
    """Return the call that changes a copy to the current text of its original."""
    if message.kind in _CAPTIONED_KINDS:
        params = {"message_id": copy, "caption": message.text, "caption_entities": list(message.entities)}
        return Outgoing(chat, CallKind.EDIT, "editMessageCaption", params, keys, case)
    params = {"message_id": copy, "text": message.text, "entities": list(message.entities)}
    return Outgoing(chat, CallKind.EDIT, "editMessageText", params, keys, case)


def delete_copy(case: Case, message: int) -> Outgoing:
    """Return the call that deletes the citizen's copy of a manager's message."""
    key = copy_key(case.group, message)
    params = {"message_id": message_ref(key)}
    return Outgoing(case.chat, CallKind.EDIT, "deleteMessage", params, (f"{WITHDRAWAL}{key}",), case.number)


def reaction(chat: int, message: int, emoji: str) -> Outgoing:
    """Return the call that sets the bot's reaction to a message; an empty emoji removes it."""
    emojis = [{"type": "emoji", "emoji": emoji}] if emoji else []
    return Outgoing(chat, CallKind.CLEANUP, "setMessageReaction", {"message_id": message, "reaction": emojis})


def pin(group: int, message: int) -> Outgoing:
    """Return the call that pins a card in its topic, without a notification."""
    return Outgoing(group, CallKind.CLEANUP, "pinChatMessage", {"message_id": message, "disable_notification": True})


def _album_params(chat: int, message: ChatMessage) -> dict[str, Json]:
    return {"from_chat_id": chat, "message_ids": [message.id]}


def _album_copy(chat: int, params: dict[str, Json], keys: tuple[str, ...], case: Case, message: ChatMessage) -> Outgoing:
    """Return the call that copies a picture of an album, delayed so that its other pictures can be added."""
    merge_key = album_key(message)
    return Outgoing(chat, CallKind.MESSAGE, "copyMessages", params, keys, case.number, merge_key, delay=ALBUM_SECONDS)


def _joined_text(mirror: Mirror) -> str:
    return "\n".join(part.text for part in mirror.parts)


def _answering(to: Json) -> Json:
    return {"message_id": to, "allow_sending_without_reply": True}
