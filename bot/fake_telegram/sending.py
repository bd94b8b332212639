"""The methods that make new messages: send…, copy…, forward….

Each takes the switchboard and its checked parameters, and answers what Telegram answers. Polls are minimal: nobody votes.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.fake_telegram import formatting, limits, markup
from bot.fake_telegram.errors import bad_request
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.state import Chat, ForumTopic, Message, StoredFile
from bot.fake_telegram.switchboard import Switchboard

MethodHandler = Callable[[Switchboard, JsonObject], object]

#: Each kind of message as Telegram's refusals call it; what holds another kind too comes before that.
_NAMES = {
    "text": "text messages",
    "photo": "photos",
    "voice": "voice notes",
    "video": "videos",
    "audio": "music",
    "animation": "animations",
    "document": "documents",
    "video_note": "video notes",
    "sticker": "stickers",
    "venue": "venues",
    "location": "locations",
    "contact": "contacts",
    "poll": "polls",
}


def _place(switchboard: Switchboard, p: JsonObject, kind: str) -> tuple[Chat, ForumTopic | None, Message | None]:
    """Return the chat and topic of a new message, and the message that it answers."""
    chat = switchboard.writable(p["chat_id"], _NAMES[kind])
    topic = switchboard.topic(chat, p.get("message_thread_id"))
    reply_to = _replied(switchboard, chat, p.get("reply_parameters"))
    if reply_to and not p.get("message_thread_id"):
        topic = reply_to.topic
    me = switchboard.me(chat)
    if topic and topic.closed and not (me and me.may("can_manage_topics")):
        raise bad_request("TOPIC_CLOSED")
    return chat, topic, reply_to


def _replied(switchboard: Switchboard, chat: Chat, reply: JsonObject | None) -> Message | None:
    if not reply:
        return None
    there = switchboard.known(reply["chat_id"]) if "chat_id" in reply else chat
    found = there.find(reply["message_id"])
    if found is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    if found and reply.get("quote") and reply["quote"] not in found.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return found


def _send(switchboard: Switchboard, p: JsonObject, kind: str, content: JsonObject, *, album: str = "") -> Message:
    """Post a message of the bot."""
    chat, topic, reply_to = _place(switchboard, p, kind)
    keyboard = p.get("reply_markup")
    if keyboard:
        markup.check_markup(keyboard, private=chat.type == "private")
    if keyboard and ("remove_keyboard" in keyboard or keyboard.get("inline_keyboard") == []):
        keyboard = None
    protected = p.get("protect_content", False)
    return switchboard.post(
        chat, switchboard.bot, content, topic=topic, reply_to=reply_to, markup=keyboard, album=album, protected=protected
    )


def send_message(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send text."""
    switchboard.reachable(p["chat_id"])
    content = formatting.message_text(p["text"], p.get("parse_mode"), p.get("entities"))
    if "link_preview_options" in p:
        content["link_preview_options"] = p["link_preview_options"]
    return _send(switchboard, p, "text", content).json()


def media(kind: str, stored: StoredFile, p: JsonObject) -> JsonObject:
    """Return the field of a message that holds a file of some kind; `p` may state its size in pixels and its length."""
    file = stored.json()
    match kind:
        case "photo":
            small = file | {"file_id": f"{stored.id}-s", "file_unique_id": f"{stored.unique_id}s", "width": 90, "height": 60}
            return {"photo": [small, file | {"width": 1280, "height": 853}]}
        case "sticker":
            file |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return {"sticker": file | ({"emoji": p["emoji"]} if "emoji" in p else {})}
        case "video_note":
            return {"video_note": file | {"length": p.get("length", 240), "duration": p.get("duration", 1)}}
        case "voice":
            return {"voice": file | {"duration": p.get("duration", 1), "mime_type": "audio/ogg"}}
    named = file | ({"file_name": stored.name} if stored.name else {}) | {"mime_type": stored.mime}
    if kind == "audio":
        named |= {"duration": p.get("duration", 1)} | {key: p[key] for key in ("performer", "title") if key in p}
    elif kind in {"video", "animation"}:
        named |= {"width": p.get("width", 320), "height": p.get("height", 240), "duration": p.get("duration", 1)}
    # An animation is a document too, for old clients.
    return {kind: named, "document": named} if kind == "animation" else {kind: named}


def _sends(kind: str) -> MethodHandler:
    """Return a method that sends one kind of file."""

    def send(switchboard: Switchboard, p: JsonObject) -> JsonObject:
        switchboard.writable(p["chat_id"], _NAMES[kind])
        caption = formatting.caption(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
        return _send(switchboard, p, kind, media(kind, switchboard.given_file(p[kind], kind), p) | caption).json()

    return send


def _spot(p: JsonObject) -> JsonObject:
    if not (-90 <= p["latitude"] <= 90 and -180 <= p["longitude"] <= 180):
        raise bad_request("wrong geo point specified")
    return {"latitude": p["latitude"], "longitude": p["longitude"]}


def send_location(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send a point on the map."""
    extra = {key: p[key] for key in ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius") if key in p}
    return _send(switchboard, p, "location", {"location": _spot(p) | extra}).json()


def send_venue(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send a place with name and address."""
    spot = _spot(p)
    venue = {"location": spot, "title": p["title"], "address": p["address"]}
    return _send(switchboard, p, "venue", {"venue": venue, "location": spot}).json()


def send_contact(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send a phone number with a name."""
    if not p["phone_number"]:
        raise bad_request("phone number is empty")
    if not p["first_name"]:
        raise bad_request("first name is empty")
    if len(p.get("vcard", "").encode()) > limits.VCARD_BYTES:
        raise bad_request("VCARD_TOO_LONG")
    contact = {key: p[key] for key in ("phone_number", "first_name", "last_name", "vcard") if key in p}
    return _send(switchboard, p, "contact", {"contact": contact}).json()


def send_poll(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send a poll in which nobody has voted."""
    if not p["question"]:
        raise bad_request("poll question must be non-empty")
    if len(p["question"]) > limits.POLL_QUESTION:
        raise bad_request(f"poll question length must not exceed {limits.POLL_QUESTION}")
    if not p["options"]:
        raise bad_request("poll must have at least 1 option")
    if len(p["options"]) > limits.POLL_OPTIONS:
        raise bad_request(f"poll can't have more than {limits.POLL_OPTIONS} options")
    texts = [option["text"] for option in p["options"]]
    if any(not 1 <= len(text) <= limits.POLL_OPTION for text in texts):
        raise bad_request(f"poll options length must not exceed {limits.POLL_OPTION}")
    poll = {
        "id": str(switchboard.serial()),
        "question": p["question"],
        "options": [{"persistent_id": str(index), "text": text, "voter_count": 0} for index, text in enumerate(texts)],
        "total_voter_count": 0,
        "is_closed": p.get("is_closed", False),
        "is_anonymous": p.get("is_anonymous", True),
        "type": p.get("type", "regular"),
        "allows_multiple_answers": p.get("allows_multiple_answers", False),
        "allows_revoting": p.get("allows_revoting", True),
        "members_only": p.get("members_only", False),
    }
    return _send(switchboard, p, "poll", {"poll": poll}).json()


def send_media_group(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Send an album; all of it or nothing."""
    kinds = [item["type"] for item in p["media"]]
    if not kinds:
        raise bad_request("there are no messages to send")
    if len(kinds) > limits.MEDIA_GROUP:
        raise bad_request("too many messages to send as an album")
    if len(kinds) < limits.MEDIA_GROUP_MIN:
        raise bad_request(f"album must have {limits.MEDIA_GROUP_MIN}-{limits.MEDIA_GROUP} items")
    if unfit := set(kinds) - {"photo", "video", "document", "audio"}:
        raise bad_request(f"can't parse InputMedia: type \"{min(unfit)}\" can't be used in sendMediaGroup")
    if len(set(kinds)) > 1 and {"document", "audio"} & set(kinds):
        raise bad_request("can't use the media of the specified type in the album")
    _place(switchboard, p, kinds[0])
    contents = [
        media(item["type"], switchboard.given_file(item["media"], item["type"]), item)
        | formatting.caption(item.get("caption", ""), item.get("parse_mode"), item.get("caption_entities"))
        for item in p["media"]
    ]
    album = str(switchboard.serial())
    return [_send(switchboard, p, kind, content, album=album).json() for kind, content in zip(kinds, contents, strict=True)]


def _source(switchboard: Switchboard, p: JsonObject, message_id: int, verb: str) -> Message:
    """Return the message to forward or copy into another chat."""
    found = switchboard.reachable(p["from_chat_id"]).find(message_id)
    if found is None:
        raise bad_request(f"message to {verb} not found")
    if found.service or found.protected:
        raise bad_request(f"the message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return found


def _kind(message: Message) -> str:
    return next((kind for kind in _NAMES if kind in message.content), "text")


def _copy(switchboard: Switchboard, p: JsonObject, source: Message, album: str = "") -> Message:
    content = dict(source.content)
    if "caption" in p and "text" not in content:
        content = {key: value for key, value in content.items() if key not in {"caption", "caption_entities"}}
        content |= formatting.caption(p["caption"], p.get("parse_mode"), p.get("caption_entities"))
    return _send(switchboard, p, _kind(source), content, album=album)


def copy_message(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Send a copy of a message, without a link to the original."""
    switchboard.reachable(p["chat_id"])
    return {"message_id": _copy(switchboard, p, _source(switchboard, p, p["message_id"], "copy")).id}


def _forward(switchboard: Switchboard, p: JsonObject, source: Message, album: str = "") -> Message:
    message = _send(switchboard, p, _kind(source), dict(source.content), album=album)
    message.origin = source.origin or origin(source)
    return message


def origin(source: Message) -> JsonObject:
    """Return the origin of a forwarded message: its author or channel."""
    if source.sender_chat:
        chat = source.sender_chat.json()
        if source.chat.type == "channel":
            return {"type": "channel", "date": source.date, "chat": chat, "message_id": source.id}
        return {"type": "chat", "date": source.date, "sender_chat": chat}
    return {"type": "user", "date": source.date, "sender_user": source.sender.json()}


def forward_message(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Forward a message, naming its author."""
    switchboard.reachable(p["chat_id"])
    return _forward(switchboard, p, _source(switchboard, p, p["message_id"], "forward")).json()


def _several(
    switchboard: Switchboard, p: JsonObject, verb: str, take: Callable[[Switchboard, JsonObject, Message, str], Message]
) -> list[JsonObject]:
    """Copy or forward several messages; those that cannot be are skipped, albums stay together."""
    numbers = p["message_ids"]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > limits.MESSAGE_IDS:
        raise bad_request("too many message identifiers specified")
    if numbers != sorted(set(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    switchboard.reachable(p["chat_id"])
    sources = [switchboard.reachable(p["from_chat_id"]).find(number) for number in numbers]
    usable = [source for source in sources if source and not source.service and not source.protected]
    if not usable:
        raise bad_request(f"there are no messages to {verb}")
    albums: dict[str, str] = {}
    made = []
    for source in usable:
        album = albums.setdefault(source.album, str(switchboard.serial())) if source.album else ""
        made.append({"message_id": take(switchboard, p, source, album).id})
    return made


def copy_messages(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Copy many messages."""
    return _several(switchboard, p, "copy", _copy)


def forward_messages(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Forward many messages."""
    return _several(switchboard, p, "forward", _forward)


SENDING_METHODS: dict[str, MethodHandler] = {
    "sendMessage": send_message,
    "sendPhoto": _sends("photo"),
    "sendDocument": _sends("document"),
    "sendVoice": _sends("voice"),
    "sendVideo": _sends("video"),
    "sendAudio": _sends("audio"),
    "sendAnimation": _sends("animation"),
    "sendVideoNote": _sends("video_note"),
    "sendSticker": _sends("sticker"),
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendPoll": send_poll,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
#: The methods that count against the rates.
METERED_METHODS = frozenset(SENDING_METHODS)
