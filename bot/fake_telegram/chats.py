"""The methods about chats as a whole: what they are, who is in them, their topics, and the bot's leaving."""

from __future__ import annotations

from bot.fake_telegram import limits
from bot.fake_telegram.errors import bad_request
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.sending import MethodHandler
from bot.fake_telegram.state import Chat, ForumTopic, Member
from bot.fake_telegram.switchboard import Switchboard

_GIFTS = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True)
_TOPIC_COLOR = 7322096


def get_chat(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Return all facts about a chat."""
    chat = switchboard.known(p["chat_id"])
    if chat.user is None:
        switchboard.reachable(p["chat_id"])
    out = chat.json() | {"accent_color_id": chat.id % 7, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    if chat.pinned:
        out["pinned_message"] = chat.pinned[-1].json()
    return out


def get_chat_member(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Return a person's membership of a chat."""
    chat = switchboard.reachable(p["chat_id"])
    user = switchboard.users.get(p["user_id"])
    if user is None:
        raise bad_request("user not found")
    if chat.user and user not in {chat.user, switchboard.bot}:
        raise bad_request("user not found")
    member = Member(user) if chat.user else chat.members.get(user.id) or Member(user, "left")
    return member.json(channel=chat.type == "channel")


def get_chat_member_count(switchboard: Switchboard, p: JsonObject) -> int:
    """Return the number of members of a chat."""
    chat = switchboard.reachable(p["chat_id"])
    return 2 if chat.user else sum(member.present for member in chat.members.values())


def get_chat_administrators(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Return the administrators of a group without other bots."""
    chat = switchboard.reachable(p["chat_id"])
    if chat.user:
        raise bad_request("there are no administrators in the private chat")
    return [
        member.json(channel=chat.type == "channel")
        for member in chat.members.values()
        if member.administers and (not member.user.is_bot or member.user is switchboard.bot)
    ]


def leave_chat(switchboard: Switchboard, p: JsonObject) -> bool:
    """Make the bot leave a chat."""
    chat = switchboard.reachable(p["chat_id"])
    if chat.user:
        raise bad_request("chat member status can't be changed in private chats")
    switchboard.change_member(chat, switchboard.bot, Member(switchboard.bot, "left"))
    return True


def send_chat_action(switchboard: Switchboard, p: JsonObject) -> bool:
    """Accept a chat action such as "is typing"."""
    if p["action"] not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = switchboard.reachable(p["chat_id"])
    switchboard.topic(chat, p.get("message_thread_id"))
    chat.actions.append(p["action"])
    return True


def _forum(switchboard: Switchboard, p: JsonObject) -> Chat:
    chat = switchboard.reachable(p["chat_id"])
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(switchboard: Switchboard, p: JsonObject, doing: str) -> tuple[Chat, ForumTopic]:
    """Return the topic that a call names, if the bot may manage it: by right, or because it created it."""
    chat = _forum(switchboard, p)
    topic = switchboard.topic(chat, p["message_thread_id"], missing="TOPIC_ID_INVALID")
    if topic is None:
        raise bad_request("invalid forum topic identifier specified")
    if topic.creator != switchboard.bot.id:
        switchboard.require(chat, "can_manage_topics", f"not enough rights to {doing} the topic")
    return chat, topic


def create_forum_topic(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Open a topic."""
    chat = _forum(switchboard, p)
    switchboard.require(chat, "can_manage_topics", "not enough rights to create a topic")
    name = p["name"].strip()
    if not name:
        raise bad_request("title must be non-empty")
    if len(name) > limits.TOPIC_NAME:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    color = p.get("icon_color", _TOPIC_COLOR)
    if color not in limits.TOPIC_COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    topic = switchboard.open_topic(chat, switchboard.bot, name, color, icon=p.get("icon_custom_emoji_id", ""))
    return {"message_thread_id": topic.id} | topic.json()


def edit_forum_topic(switchboard: Switchboard, p: JsonObject) -> bool:
    """Rename a topic, or change its icon."""
    chat, topic = _topic(switchboard, p, "edit")
    name = p.get("name", "").strip() or topic.name
    icon = p.get("icon_custom_emoji_id", topic.icon_custom_emoji_id)
    if len(name) > limits.TOPIC_NAME:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon_custom_emoji_id = name, icon
    switchboard.service(chat, switchboard.bot, {"forum_topic_edited": {"name": name}}, topic=topic)
    return True


def _turn(switchboard: Switchboard, p: JsonObject, *, closed: bool) -> bool:
    chat, topic = _topic(switchboard, p, "close or open")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    switchboard.turn_topic(chat, switchboard.bot, topic, closed=closed)
    return True


def close_forum_topic(switchboard: Switchboard, p: JsonObject) -> bool:
    """Close a topic."""
    return _turn(switchboard, p, closed=True)


def reopen_forum_topic(switchboard: Switchboard, p: JsonObject) -> bool:
    """Reopen a topic."""
    return _turn(switchboard, p, closed=False)


def delete_forum_topic(switchboard: Switchboard, p: JsonObject) -> bool:
    """Delete a topic with all its messages."""
    chat = _forum(switchboard, p)
    topic = switchboard.topic(chat, p["message_thread_id"], missing="TOPIC_ID_INVALID")
    switchboard.require(chat, "can_delete_messages", "not enough rights to delete the topic")
    if topic is None:
        raise bad_request("invalid forum topic identifier specified")
    switchboard.drop_topic(chat, topic)
    return True


def get_forum_topic_icon_stickers(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:  # noqa: ARG001 - every method takes the same
    """Return the icons that any bot may give a topic: a handful here."""
    return [
        {
            "file_id": f"ICON-{number}",
            "file_unique_id": f"icon{number}",
            "type": "custom_emoji",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
            "custom_emoji_id": str(5_310_000_000_000_000_000 + number),
        }
        for number, emoji in enumerate("💬✅❗❓📞📁")
    ]


CHAT_METHODS: dict[str, MethodHandler] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "sendChatAction": send_chat_action,
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "getForumTopicIconStickers": get_forum_topic_icon_stickers,
}
