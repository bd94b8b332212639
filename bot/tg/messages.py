"""Replies as calls of the Bot API. People's words go out with entities and no parse mode, so they cannot become markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any as Json

from bot.core.replies import Choice, Document, Reply, Run, Venue
from bot.dialogue.turn import Manner, Turn
from bot.tg.api import FILE
from bot.tg.callback_data import Buttons
from bot.usecases.calls import CallKind, Outgoing

#: What Telegram takes, in the units it counts in: those of UTF-16.
_LONGEST_TEXT, _LONGEST_CAPTION = 4096, 1024
_CUT = " …"
_PREVIEW = {"is_disabled": True}


def of_turn(turn: Turn, chat: int, buttons: Buttons, *, pressed: int | None, shown: int | None) -> Iterator[Outgoing]:
    """The calls that show a turn in a private chat: the reply first, then what the answered question becomes.

    `pressed` is the message whose button was pressed, `shown` the one in front, where they are known.
    """
    for reply in turn.replies:
        if turn.manner is Manner.NOTHING:
            break
        rows = keyboard(reply, chat, turn.session.interview_count, buttons)
        if turn.manner is Manner.IN_PLACE and pressed is not None:
            params = {"message_id": pressed, **_text(reply.text), "reply_markup": rows}
            yield Outgoing(chat, CallKind.EDIT, "editMessageText", params)
        else:
            yield new_message(chat, reply, rows)
    front = shown if shown is not None else pressed
    if turn.answered_question is not None and front is not None:
        yield Outgoing(chat, CallKind.CLEANUP, "editMessageText", {"message_id": front, **_text(turn.answered_question.text)})


def new_message(chat: int, reply: Reply, rows: Json) -> Outgoing:
    """A reply as a message of its own."""
    match reply.attachment:
        case Document(name, text):
            caption = _text(reply.text, _LONGEST_CAPTION)
            params = {
                "document": {"name": name, FILE: text},
                "caption": caption["text"],
                "caption_entities": caption["entities"],
                "reply_markup": rows,
            }
            return Outgoing(chat, CallKind.MESSAGE, "sendDocument", params)
        case Venue(title, address, latitude, longitude):
            place = {"title": title, "address": address, "latitude": latitude, "longitude": longitude, "reply_markup": rows}
            return Outgoing(chat, CallKind.MESSAGE, "sendVenue", place)
        case None:
            return Outgoing(chat, CallKind.MESSAGE, "sendMessage", {**_text(reply.text), "reply_markup": rows})


def keyboard(reply: Reply, chat: int, interview: int, buttons: Buttons) -> Json:
    """The buttons: links first, then what can be pressed; a tick marks what is chosen."""
    rows: list[list[Json]] = [[{"text": link.label, "url": link.url} for link in reply.links]] if reply.links else []
    for row in reply.rows:
        data = (buttons.data(choice.action, chat, interview) for choice in row)
        rows.append([{"text": _label(choice), "callback_data": one} for choice, one in zip(row, data, strict=True)])
    return {"inline_keyboard": rows}


def text_of(reply: Reply) -> dict[str, Json]:
    """A reply's text as parameters of sendMessage and editMessageText."""
    return _text(reply.text)


def _label(choice: Choice) -> str:
    return f"✓ {choice.label}" if choice.chosen else choice.label


def _text(runs: Sequence[Run], longest: int = _LONGEST_TEXT) -> dict[str, Json]:
    """Runs as a text with entities; a text that is too long ends with an ellipsis."""
    text, entities, at = "", [], 0
    for run in _cut(runs, longest):
        length = units(run.text)
        if run.bold and length:
            entities.append({"type": "bold", "offset": at, "length": length})
        text += run.text
        at += length
    return {"text": text, "entities": entities, **({"link_preview_options": _PREVIEW} if longest == _LONGEST_TEXT else {})}


def _cut(runs: Sequence[Run], longest: int) -> Iterator[Run]:
    left = longest
    for run in runs:
        length = units(run.text)
        if length > left:
            kept = run.text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, left - len(_CUT))].decode("utf-16-le", "ignore")
            yield Run(kept + _CUT[:left], run.bold)
            return
        left -= length
        yield run


def units(text: str) -> int:
    """The length of a text as Telegram counts it, for the offsets of entities."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
