"""The preview as a browser shows it: chats, topics and buttons as JSON."""

from __future__ import annotations

from typing import Any

from bot.console.preview import MANAGER_ID, Preview
from bot.fake_telegram import Chat, Message
from bot.staff_language import translate

#: Messages of a chat that are shown, the last ones.
_SHOWN = 150


def preview_state(preview: Preview) -> dict[str, Any]:
    """Return the state of the preview as JSON for its page: clock, citizens, group and topics.

    `learning` says why typed words, or edited content, have no effect yet.
    """
    group = preview.group.chat
    topics = [
        {"id": topic.id, "name": topic.name, "closed": topic.closed, "messages": _messages(group, group.in_topic(topic))}
        for topic in reversed(group.topics.values())
    ]
    general = _messages(group, [message for message in group.messages if message.thread is None])
    return {
        "stamp": preview.stamp,
        "now": preview.now.isoformat(timespec="minutes"),
        "manager": MANAGER_ID,
        "citizens": [
            {
                "id": one.id,
                "name": one.user.first_name,
                "words": preview.words[one.id],
                "messages": _messages(one.chat, one.chat.messages),
            }
            for one in preview.citizens
        ],
        "toast": _toast(preview),
        "learning": _learning(preview),
        "group": {"title": group.title, "topics": topics, "general": general},
    }


def _messages(chat: Chat, messages: list[Message]) -> list[dict[str, Any]]:
    return [_message(chat, one) for one in messages[-_SHOWN:] if not one.service]


def _message(chat: Chat, message: Message) -> dict[str, Any]:
    bot = message.sender.is_bot
    return {
        "id": message.id,
        "bot": bot,
        "sender": translate("Bot") if bot else message.sender.first_name,
        "text": message.text,
        "entities": message.entities,
        "kind": next((kind for kind in _kinds() if kind in message.content), ""),
        "what": next((words for kind, words in _kinds().items() if kind in message.content), ""),
        "rows": [[{"text": one.text, "data": one.data, "url": one.url} for one in row] for row in message.keyboard],
        "edited": bool(message.edited) and not bot,
        "reactions": [emoji for chosen in message.reactions.values() for emoji in chosen],
        "pinned": message in chat.pinned,
        "replies_to": message.reply_to.text[:80] if message.reply_to is not None else "",
        "time": message.date,
    }


def _kinds() -> dict[str, str]:
    """Return Italian words for the kinds of attachment that a message can have."""
    return {
        "location": translate("Posizione"),
        "venue": translate("Luogo sulla mappa"),
        "photo": translate("Foto"),
        "voice": translate("Messaggio vocale"),
        "document": translate("Documento"),
        "video": translate("Video"),
        "sticker": translate("Adesivo"),
    }


def _learning(preview: Preview) -> str:
    if preview.is_learning:
        return translate("Il bot impara dalle frasi cambiate: risponde ancora con quelle di prima.")
    return "" if preview.has_learnt else translate("Il bot sta imparando le frasi. Intanto i pulsanti funzionano già.")


def _toast(preview: Preview) -> str:
    """Return the text of the answer to the last press, which a phone would show for a moment."""
    presses = list(preview.telegram.presses.values())
    return presses[-1].text if presses and presses[-1].answered else ""
