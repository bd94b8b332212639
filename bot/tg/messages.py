"""Replies as calls of the Bot API.

Formatting is sent as entities without a parse mode, so that people's words are never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.attributes import YES
from bot.core.replies import BOT_PLACEHOLDER, Action, Choice, CopyButton, Document, Link, Reply, Run, Venue, Verb
from bot.dialogue.turn import Manner, Turn
from bot.json_types import Json
from bot.tg import limits
from bot.tg.api import FILE
from bot.tg.callback_data import Buttons
from bot.usecases.calls import CallKind, Outgoing

#: The button after which all that is kept of a citizen is gone.
_ERASE_ALL = Action(Verb.ERASE, YES)
_ELLIPSIS = " …"
_NO_PREVIEW = {"is_disabled": True}


class CitizenMessages:
    """Builds the calls that show turns in private chats (`talk.CitizenChannel`)."""

    def __init__(self, buttons: Buttons) -> None:
        self._buttons = buttons

    def show_turn(self, turn: Turn, chat: int, *, pressed: int | None, shown: int | None) -> Iterator[Outgoing]:
        """Yield the calls that show a turn: first its reply, then the edit of the answered question, which loses its buttons.

        `pressed` is the message whose button was pressed, if it can be changed; `shown` is the newest one of the bot, None if
        unknown.
        """
        for reply in turn.replies:
            if turn.manner is Manner.NOTHING:
                break
            rows = keyboard(reply, chat, turn.session.interview_count, self._buttons)
            if turn.manner is Manner.IN_PLACE and pressed is not None:
                params = {"message_id": pressed, **text_params(reply), "reply_markup": rows}
                yield Outgoing(chat, CallKind.EDIT, "editMessageText", params)
            else:
                yield new_message(chat, reply, rows)
        front = shown if shown is not None else pressed
        if turn.answered_question is not None and front is not None:
            params = {"message_id": front, **text_params(turn.answered_question)}
            yield Outgoing(chat, CallKind.CLEANUP, "editMessageText", params)

    def send(self, chat: int, reply: Reply) -> Outgoing:
        """Return the call that sends a reply without buttons."""
        return new_message(chat, reply, None)


def new_message(chat: int, reply: Reply, rows: Json) -> Outgoing:
    """Return the call that sends a reply, with its document or map if it has one; `rows` is its keyboard or None."""
    markup = {"reply_markup": rows} if rows is not None else {}
    if reply.location_key:
        key = {"text": reply.location_key, "request_location": True}
        markup = {"reply_markup": {"keyboard": [[key]], "resize_keyboard": True, "one_time_keyboard": True}}
    match reply.attachment:
        case Document(name, text):
            caption = _text(reply.text, limits.MAX_CAPTION)
            params = {
                "document": {"name": name, FILE: text},
                "caption": caption["text"],
                "caption_entities": caption["entities"],
                **markup,
            }
            return Outgoing(chat, CallKind.MESSAGE, "sendDocument", params)
        case Venue(title, address, latitude, longitude):
            place = {"title": title, "address": address, "latitude": latitude, "longitude": longitude, **markup}
            return Outgoing(chat, CallKind.MESSAGE, "sendVenue", place)
        case None:
            return Outgoing(chat, CallKind.MESSAGE, "sendMessage", {**_text(reply.text), **markup})


def keyboard(reply: Reply, chat: int, interview: int, buttons: Buttons) -> Json:
    """Return the inline keyboard of a reply: links first, then its buttons; chosen ones have a tick."""
    rows: list[list[Json]] = [[_link(link, buttons.username) for link in reply.links]] if reply.links else []
    for row in reply.rows:
        data = (buttons.data(choice.action, chat, interview) for choice in row)
        rows.append(
            [{"text": _label(choice), "callback_data": one, **_style(choice)} for choice, one in zip(row, data, strict=True)]
        )
    return {"inline_keyboard": rows}


def _style(choice: Choice) -> dict[str, Json]:
    """Return the colour of a button as parameters: red for an act that cannot be undone."""
    return {"style": "danger"} if choice.action == _ERASE_ALL else {}


def _link(link: Link | CopyButton, username: str) -> Json:
    """Return a button that opens a page or copies a text."""
    if isinstance(link, CopyButton):
        return {"text": link.label, "copy_text": {"text": link.text[: limits.MAX_COPIED_TEXT]}}
    return {"text": link.label, "url": link.url.replace(BOT_PLACEHOLDER, username)}


def text_params(reply: Reply) -> dict[str, Json]:
    """Return a reply's text as parameters of sendMessage and editMessageText."""
    return _text(reply.text)


def _label(choice: Choice) -> str:
    return f"✓ {choice.label}" if choice.chosen else choice.label


def _text(runs: Sequence[Run], longest: int = limits.MAX_TEXT) -> dict[str, Json]:
    """Return styled text as a text with entities; if it is too long it is cut and ends with "…"."""
    text, entities, at = "", [], 0
    for run in _cut(runs, longest):
        length = utf16_length(run.text)
        if length:
            entities += [{"offset": at, "length": length, **one} for one in _entities(run)]
        text += run.text
        at += length
    return {"text": text, "entities": entities, **({"link_preview_options": _NO_PREVIEW} if longest == limits.MAX_TEXT else {})}


def _entities(run: Run) -> Iterator[dict[str, Json]]:
    if run.bold:
        yield {"type": "bold"}
    if run.url:
        yield {"type": "text_link", "url": run.url}
    if run.account:
        yield {"type": "text_mention", "user": {"id": run.account, "is_bot": False, "first_name": run.text}}


def _cut(runs: Sequence[Run], longest: int) -> Iterator[Run]:
    left = longest
    for run in runs:
        length = utf16_length(run.text)
        if length > left:
            units = run.text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, left - len(_ELLIPSIS))]
            kept = units.decode("utf-16-le", "ignore")
            yield replace(run, text=kept + _ELLIPSIS[:left])
            return
        left -= length
        yield run


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as Telegram counts offsets and lengths of entities."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
