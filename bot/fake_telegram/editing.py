"""The methods that change existing messages: edit, delete, react, pin, answer a press."""

from __future__ import annotations

from bot.fake_telegram import formatting, limits, markup
from bot.fake_telegram.errors import bad_request
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.sending import MethodHandler
from bot.fake_telegram.state import Chat, Message, Version
from bot.fake_telegram.switchboard import Switchboard

_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def _find(chat: Chat, number: int | None, verb: str) -> Message:
    if number is None:
        raise bad_request("message identifier is not specified")
    found = chat.find(number)
    if found is None:
        raise bad_request(f"message to {verb} not found")
    return found


def _editable(switchboard: Switchboard, p: JsonObject) -> Message:
    """Return the message that a call wants to edit. Raises ApiError if it may not be edited."""
    if "chat_id" not in p:
        raise bad_request("message to edit not found" if "inline_message_id" in p else "chat_id is empty")
    message = _find(switchboard.reachable(p["chat_id"]), p.get("message_id"), "edit")
    own = message.sender is switchboard.bot and not message.service and message.origin is None
    if not own or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def _edit(switchboard: Switchboard, message: Message, content: JsonObject, p: JsonObject) -> JsonObject:
    """Replace a message's content and keyboard; without a given keyboard the message has none."""
    keyboard = p.get("reply_markup")
    if keyboard:
        markup.check_markup(keyboard, private=message.chat.type == "private")
        keyboard = keyboard if keyboard.get("inline_keyboard") else None
    if content == message.content and keyboard == message.markup:
        raise bad_request(_UNCHANGED)
    message.edits.append(Version(switchboard.now(), message.content, message.markup))
    message.content, message.markup, message.edited = content, keyboard, switchboard.now()
    return message.json()


def edit_message_text(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Replace the text."""
    message = _editable(switchboard, p)
    if "text" not in p:
        raise bad_request("message text is empty")
    content = formatting.message_text(p["text"], p.get("parse_mode"), p.get("entities"))
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    if "link_preview_options" in p:
        content["link_preview_options"] = p["link_preview_options"]
    return _edit(switchboard, message, content, p)


def edit_message_caption(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Replace the caption."""
    message = _editable(switchboard, p)
    if not message.content.keys() & {"photo", "document", "voice", "video", "audio", "animation"}:
        raise bad_request("there is no caption in the message to edit")
    content = {key: value for key, value in message.content.items() if key not in {"caption", "caption_entities"}}
    content |= formatting.caption(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
    return _edit(switchboard, message, content, p)


def edit_message_reply_markup(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Replace the keyboard only."""
    message = _editable(switchboard, p)
    return _edit(switchboard, message, message.content, p)


def _deletable(switchboard: Switchboard, message: Message) -> None:
    """Raise ApiError if the bot may not delete a message now."""
    if switchboard.now() - message.date >= limits.DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    me = switchboard.me(message.chat)
    announces = message.content.keys() & {"forum_topic_created", "supergroup_chat_created", "channel_chat_created"}
    own = message.sender is switchboard.bot or message.chat.user
    if announces or not (own or (me and me.may("can_delete_messages"))):
        raise bad_request("message can't be deleted")


def delete_message(switchboard: Switchboard, p: JsonObject) -> bool:
    """Delete a message for everybody."""
    message = _find(switchboard.reachable(p["chat_id"]), p["message_id"], "delete")
    _deletable(switchboard, message)
    switchboard.remove(message)
    return True


def delete_messages(switchboard: Switchboard, p: JsonObject) -> bool:
    """Delete several messages; missing ones are skipped."""
    if not p["message_ids"]:
        raise bad_request("message identifiers are not specified")
    if len(p["message_ids"]) > limits.MESSAGE_IDS:
        raise bad_request("too many message identifiers specified")
    chat = switchboard.reachable(p["chat_id"])
    found = [message for number in p["message_ids"] if (message := chat.find(number))]
    for message in found:
        _deletable(switchboard, message)
    for message in dict.fromkeys(found):
        switchboard.remove(message)
    return True


def answer_callback_query(switchboard: Switchboard, p: JsonObject) -> bool:
    """Answer a press of a button; only once, and within the time allowed."""
    press = switchboard.presses.get(p["callback_query_id"])
    if len(p.get("text", "")) > limits.CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if press is None or press.answered or switchboard.clock() - press.at > limits.CALLBACK_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.answered, press.text, press.alert = True, p.get("text", ""), p.get("show_alert", False)
    return True


def set_message_reaction(switchboard: Switchboard, p: JsonObject) -> bool:
    """Choose the bot's reaction to a message; none takes it back."""
    message = _find(switchboard.reachable(p["chat_id"]), p["message_id"], "react")
    reactions = p.get("reaction") or []
    if len(reactions) > limits.REACTIONS_PER_MESSAGE:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction["type"] != "emoji" or reaction["emoji"] not in limits.REACTIONS for reaction in reactions):
        raise bad_request("REACTION_INVALID")
    if message.service:
        raise bad_request("message can't be reacted to")
    if reactions:
        message.reactions[switchboard.bot.id] = [reaction["emoji"] for reaction in reactions]
    else:
        message.reactions.pop(switchboard.bot.id, None)
    return True


def _may_pin(switchboard: Switchboard, chat: Chat) -> None:
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    switchboard.require(chat, right, "not enough rights to manage pinned messages in the chat")


def pin_chat_message(switchboard: Switchboard, p: JsonObject) -> bool:
    """Pin a message, above those pinned before."""
    chat = switchboard.reachable(p["chat_id"])
    message = _find(chat, p["message_id"], "pin")
    _may_pin(switchboard, chat)
    if message.service:
        raise bad_request("message can't be pinned")
    if message in chat.pinned:
        chat.pinned.remove(message)
    chat.pinned.append(message)
    return True


def unpin_chat_message(switchboard: Switchboard, p: JsonObject) -> bool:
    """Unpin a message, or the newest pinned one."""
    chat = switchboard.reachable(p["chat_id"])
    message = _find(chat, p["message_id"], "unpin") if "message_id" in p else next(reversed(chat.pinned), None)
    _may_pin(switchboard, chat)
    if message is None:
        raise bad_request("message to unpin not found")
    if message in chat.pinned:
        chat.pinned.remove(message)
    return True


def unpin_all_chat_messages(switchboard: Switchboard, p: JsonObject) -> bool:
    """Unpin all pinned messages of a chat."""
    chat = switchboard.reachable(p["chat_id"])
    _may_pin(switchboard, chat)
    chat.pinned.clear()
    return True


EDITING_METHODS: dict[str, MethodHandler] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
