"""Cases in the groups of managers (`moves.Board`), and messages on their way between a citizen and a group.

With topics each case has one, which its card opens. Without, everything about a case answers its card. A message that is carried
over is known as "chat:message" of the original, so that replies, corrections and marks find it (`ports.Relays`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any as Json

from bot.core.case import Case, Mirror, TranscriptEntry
from bot.core.replies import Reply, Run
from bot.dialogue.cases import manager_texts as told
from bot.dialogue.world import World
from bot.tg import messages
from bot.tg.callback_data import Buttons
from bot.tg.groups import Groups
from bot.tg.updates import ChatMessage, InternalEvent, InternalEventKind, internal_payload
from bot.usecases.calls import CallKind, Outgoing, message_ref
from bot.usecases.ports import Timer

#: Seconds that the pictures of an album wait for each other.
ALBUM_SECONDS = 1.5
#: Marks for what has arrived, and for what is kept until somebody takes the case: Telegram allows bots these (ReactionTypeEmoji).
DELIVERED, HELD = "👌", "✍"
#: What begins the names of messages that hold words of a citizen.
MIRROR = "mirror:"
#: The colour of topics (createForumTopic).
_COLOR = 7322096
#: Characters that one message may grow to; longer ones are carried over as they are.
MAX_JOINED_CHARACTERS = 3000
#: What a caption can be carried with.
_CAPTIONED = ("photo", "video", "document", "audio", "animation", "voice")


def copy_key(chat: int, message: int) -> str:
    """What the copy of a message is known as."""
    return f"{chat}:{message}"


def album_of(posted: ChatMessage) -> str:
    """What an album that is on its way is called."""
    return f"album:{posted.album}"


class CaseMessages:
    """See `moves.Board`."""

    def __init__(self, groups: Groups, buttons: Buttons, world: Callable[[], World]) -> None:
        self._groups = groups
        self._buttons = buttons
        self._world = world

    # --- Cards

    def create_topic_and_card(self, case: Case, card: Reply) -> Sequence[Outgoing]:
        """The topic, if the group has topics; the card, pinned there."""
        made = []
        forum = self._groups[case.group].forum
        if forum:
            topic = {"name": told.topic_name(self._world(), case), "icon_color": _COLOR, **self._icon(case)}
            made.append(
                Outgoing(case.group, CallKind.MESSAGE, "createForumTopic", topic, (case.topic,), case.number, before_others=True)
            )
        where = {"message_thread_id": message_ref(case.topic)} if forum else {}
        params = {**messages.text_of(card), "reply_markup": self._keyboard(case, card), **where}
        made.append(Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, (case.card,), case.number, before_others=True))
        return made

    def update_card(self, case: Case, card: Reply, *, icon: bool) -> Sequence[Outgoing]:
        """The card, and the icon of the topic."""
        params = {"message_id": message_ref(case.card), **messages.text_of(card), "reply_markup": self._keyboard(case, card)}
        made = [Outgoing(case.group, CallKind.EDIT, "editMessageText", params, (case.card,), case.number)]
        if icon and self._groups[case.group].forum and self._icon(case):
            topic = {"message_thread_id": message_ref(case.topic), **self._icon(case)}
            made.append(Outgoing(case.group, CallKind.CLEANUP, "editForumTopic", topic))
        return made

    def post_in_case(self, case: Case, reply: Reply, *, to: int = 0) -> Outgoing:
        """A message in the topic, or in answer to the card."""
        params = {**messages.text_of(reply), "reply_markup": self._keyboard(case, reply), **self._where(case, to)}
        return Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, case=case.number)

    def post_in_group(self, group: int, reply: Reply) -> Outgoing:
        """A message in the group itself."""
        return Outgoing(group, CallKind.MESSAGE, "sendMessage", messages.text_of(reply))

    def reply_in_group(self, group: int, reply: Reply, *, thread: int, to: int) -> Outgoing:
        """A message where something was said that is nobody's case."""
        where: dict[str, Json] = {"reply_parameters": _reply(to)}
        if thread:
            where["message_thread_id"] = thread
        return Outgoing(group, CallKind.MESSAGE, "sendMessage", {**messages.text_of(reply), **where})

    def _keyboard(self, case: Case, reply: Reply) -> Json:
        return messages.keyboard(reply, DESK_BUTTONS, case.number, self._buttons)

    def _icon(self, case: Case) -> dict[str, Json]:
        found = self._groups.icons.get(told.icon(case).rstrip("\ufe0f"))
        return {"icon_custom_emoji_id": found} if found else {}

    def _where(self, case: Case, to: int = 0) -> dict[str, Json]:
        """The topic of a case; without topics, what is said answers its card."""
        if self._groups[case.group].forum:
            return {"message_thread_id": message_ref(case.topic)} | ({"reply_parameters": _reply(to)} if to else {})
        return {"reply_parameters": _reply(to or message_ref(case.card))}

    # --- From the citizen to the group

    def forward_backlog(self, case: Case, said: Sequence[TranscriptEntry]) -> Sequence[Outgoing]:
        """What was written meanwhile, joined as far as a message holds, and each attachment, in their order."""
        made: list[Outgoing] = []
        together: list[TranscriptEntry] = []
        for one in [*said, None]:
            is_full = one is not None and sum(len(other.text) for other in [*together, one]) > MAX_JOINED_CHARACTERS
            if together and (one is None or one.kind or is_full):
                keys = tuple(copy_key(case.chat, other.message) for other in together)
                made.append(self._to_group(case, "\n".join(other.text for other in together), keys))
                together = []
            if one is not None and (one.kind or len(one.text) > MAX_JOINED_CHARACTERS):
                made.append(self.copy_to_group(case, ChatMessage(one.message, one.text, kind=one.kind)))
            elif one is not None:
                together.append(one)
        return made

    def mark_held(self, case: Case, said: TranscriptEntry) -> Outgoing:
        """A mark beneath it."""
        return reaction(case.chat, said.message, HELD)

    def reminder_timer(self, case: Case, at: float) -> Timer:
        """An update for the lane of the citizen."""
        return Timer(f"case:{case.number}", at, case.chat, internal_payload(InternalEvent(InternalEventKind.TIME, case.number)))

    def shift_timer(self, group: int, at: float) -> Timer:
        """An update for the lane of the group."""
        return Timer(f"shift:{group}", at, group, internal_payload(InternalEvent(InternalEventKind.SHIFT, group=group)))

    def post_words(self, case: Case, mirror: Mirror) -> Outgoing:
        """Words of the citizen as a new message."""
        keys = (mirror.key, *(copy_key(case.chat, one.message) for one in mirror.parts))
        return self._to_group(case, _joined(mirror), keys)

    def extend_words(self, case: Case, mirror: Mirror, new: int) -> Outgoing:
        """More words in a message that is there; the message `new` of the citizen holds them."""
        params = {"message_id": message_ref(mirror.key), **messages.text_of(self._headed(case, _joined(mirror)))}
        return Outgoing(case.group, CallKind.EDIT, "editMessageText", params, (mirror.key, copy_key(case.chat, new)), case.number)

    def post_alone(self, case: Case, posted: ChatMessage, to: int) -> Outgoing:
        """Words of the citizen that answer a message, or are more than plain: a message of their own."""
        head = messages.text_of(self._headed(case, posted.text))
        shift = messages.units(head["text"]) - messages.units(posted.text)
        moved = [{**one, "offset": one["offset"] + shift} for one in posted.entities]
        params = {**head, "entities": [*head["entities"], *moved], **self._where(case, to)}
        return Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, (copy_key(case.chat, posted.id),), case.number)

    def copy_to_group(self, case: Case, posted: ChatMessage, to: int = 0) -> Outgoing:
        """An attachment of the citizen; the pictures of an album go together."""
        known_as = (copy_key(case.chat, posted.id),)
        where = self._where(case, to)
        if posted.album and "message_thread_id" in where:
            params = {"from_chat_id": case.chat, "message_ids": [posted.id], "message_thread_id": where["message_thread_id"]}
            return Outgoing(
                case.group, CallKind.MESSAGE, "copyMessages", params, known_as, case.number, album_of(posted), delay=ALBUM_SECONDS
            )
        params = {"from_chat_id": case.chat, "message_id": posted.id, **where}
        return Outgoing(case.group, CallKind.MESSAGE, "copyMessage", params, known_as, case.number)

    def _to_group(self, case: Case, words: str, keys: tuple[str, ...]) -> Outgoing:
        params = {**messages.text_of(self._headed(case, words)), **self._where(case)}
        return Outgoing(case.group, CallKind.MESSAGE, "sendMessage", params, keys, case.number)

    def _headed(self, case: Case, words: str) -> Reply:
        return Reply((Run(told.title(self._world(), case), bold=True), Run(f"\n{words}")))

    # --- From the group to the citizen

    def copy_to_citizen(self, case: Case, posted: ChatMessage, *, to: int) -> Outgoing:
        """What the manager said: text as text, anything else as a copy."""
        where = {"reply_parameters": _reply(to)} if to else {}
        known_as = (copy_key(case.group, posted.id),)
        if not posted.kind:
            params: dict[str, Json] = {"text": posted.text, "entities": list(posted.entities), **where}
            return Outgoing(case.chat, CallKind.MESSAGE, "sendMessage", params, known_as, case.number)
        if posted.album:
            album = {"from_chat_id": case.group, "message_ids": [posted.id]}
            return Outgoing(
                case.chat, CallKind.MESSAGE, "copyMessages", album, known_as, case.number, album_of(posted), delay=ALBUM_SECONDS
            )
        params = {"from_chat_id": case.group, "message_id": posted.id, **where}
        return Outgoing(case.chat, CallKind.MESSAGE, "copyMessage", params, known_as, case.number)

    def warn_undelivered(self, case: Case) -> Outgoing:
        """The citizen is told that their words wait."""
        text = self._world().phrasing.say("undelivered")
        return messages.new_message(case.chat, Reply((Run(text),)), None)

    def reply_to_citizen(self, case: Case, reply: Reply, message: int) -> Outgoing:
        """A card or a canned reply that a manager sends; it is known as the message that asked for it."""
        sent = messages.new_message(case.chat, reply, messages.keyboard(reply, case.chat, 0, self._buttons))
        return Outgoing(sent.chat, sent.kind, sent.method, sent.params, (copy_key(case.group, message),), case.number)


#: Buttons of the groups are signed for all of them: a group that moves keeps them.
DESK_BUTTONS = 0


def can_edit_copy(posted: ChatMessage) -> bool:
    """Whether a copy can be changed: a place that moves, for example, cannot."""
    return not posted.kind or posted.kind in _CAPTIONED


def edit_copy(chat: int, message: int, posted: ChatMessage, keys: tuple[str, ...], case: int) -> Outgoing:
    """A copy that becomes what its original is now."""
    if posted.kind in _CAPTIONED:
        params = {"message_id": message, "caption": posted.text, "caption_entities": list(posted.entities)}
        return Outgoing(chat, CallKind.EDIT, "editMessageCaption", params, keys, case)
    params = {"message_id": message, "text": posted.text, "entities": list(posted.entities)}
    return Outgoing(chat, CallKind.EDIT, "editMessageText", params, keys, case)


def reaction(chat: int, message: int, emoji: str) -> Outgoing:
    """A reaction to a message."""
    reaction = [{"type": "emoji", "emoji": emoji}]
    return Outgoing(chat, CallKind.CLEANUP, "setMessageReaction", {"message_id": message, "reaction": reaction})


def pin(group: int, message: int) -> Outgoing:
    """A card on top of its topic."""
    return Outgoing(group, CallKind.CLEANUP, "pinChatMessage", {"message_id": message, "disable_notification": True})


def _joined(mirror: Mirror) -> str:
    return "\n".join(part.text for part in mirror.parts)


def _reply(to: Json) -> Json:
    return {"message_id": to, "allow_sending_without_reply": True}
