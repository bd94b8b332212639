"""Text and its entities, as Telegram makes them of what a bot sends and of what people type.

Covers the checks of entities (UTF-16 units), trimming, the three parse modes, and the entities that Telegram finds by itself.
Parse modes are complete for well-formed input; of malformed input only the usual errors are told apart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.fake_telegram import limits
from bot.fake_telegram.errors import bad_request
from bot.fake_telegram.parameters import JsonObject

#: The server's first gate, before anything is parsed: 32 KiB of UTF-8.
_RAW_BYTES = 1 << 15

#: The end of an address: no full stop or bracket of the sentence around it.
_END = r"[^\s.,;:!?)\"]"
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/@])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?!\w)")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("url", re.compile(rf"https?://\S*{_END}|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:it|com|org|net|eu|me)\b(?:/\S*{_END})?")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z]\w{3,31}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ]{7,16}\d(?!\w)")),
)
#: Types that a bot may name but that Telegram finds by itself.
_IGNORED = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"})
_GIVEN = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link",
     "text_mention", "custom_emoji", "date_time"}
)  # fmt: skip


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


def read_formatting(text: str, parse_mode: str | None, entities: list[JsonObject] | None) -> tuple[str, list[JsonObject]]:
    """Return the text as Telegram shows it, trimmed, with all its entities in order.

    Raises:
        ApiError: 400 for markup or entities that Telegram refuses.

    """
    if len(text.encode()) > _RAW_BYTES:
        raise bad_request("text is too long")
    if text and parse_mode and parse_mode.lower() != "none":
        text, given = _parse(text, parse_mode.lower())
    else:
        given = [entity for entity in entities or [] if _supported(entity)]
        _check(text, given)
    text, given = _trim(text, [entity for entity in given if entity["length"]])
    return text, sorted([*given, *_find(text, given)], key=lambda entity: (entity["offset"], -entity["length"]))


def message_text(text: str, parse_mode: str | None, entities: list[JsonObject] | None) -> JsonObject:
    """Return the JSON fields of a message's text, within the limits."""
    shown, found = read_formatting(text, parse_mode, entities)
    if not shown:
        raise bad_request("message text is empty" if not text else "text must be non-empty")
    if len(shown) > limits.TEXT:
        raise bad_request("message is too long")
    return {"text": shown} | ({"entities": found} if found else {})


def caption(text: str, parse_mode: str | None, entities: list[JsonObject] | None) -> JsonObject:
    """Return the JSON fields of a caption, within the limits; no fields if it is empty."""
    shown, found = read_formatting(text, parse_mode, entities)
    if len(shown) > limits.CAPTION:
        raise bad_request("message caption is too long")
    return ({"caption": shown} if shown else {}) | ({"caption_entities": found} if found else {})


def typed(text: str, field: str = "text") -> JsonObject:
    """Return the JSON fields of a text that a person typed, with the entities that Telegram finds."""
    found = list(_find(text, []))
    return ({field: text} if text else {}) | ({"caption_entities" if field == "caption" else "entities": found} if found else {})


def _supported(entity: JsonObject) -> bool:
    if entity["type"] in _IGNORED:
        return False
    if entity["type"] not in _GIVEN:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    return True


def _check(text: str, entities: list[JsonObject]) -> None:
    total = units(text)
    inside = _inside_pairs(text)
    for entity in entities:
        start, length = entity["offset"], entity["length"]
        if start < 0:
            raise bad_request(f"receive an entity with incorrect offset {start}")
        if length < 0:
            raise bad_request(f"receive an entity with incorrect length {length}")
        if length and start >= total:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
        if start + length > total and length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {start + length}"
            )
        if start in inside:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {inside[start]}")
        if start + length in inside:
            at = inside[start + length]
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol at byte offset {at}"
            )


def _inside_pairs(text: str) -> dict[int, int]:
    """Return the UTF-16 offsets that would split a character, each with the byte offset after this character."""
    found, unit, byte = {}, 0, 0
    for letter in text:
        byte += len(letter.encode(errors="replace"))
        if ord(letter) > 0xFFFF:
            found[unit + 1] = byte
        unit += 1 + (ord(letter) > 0xFFFF)
    return found


def _trim(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Return a text without white space at its end, and at its start up to the first entity."""
    text = text.rstrip()
    first = min((entity["offset"] for entity in entities), default=len(text))
    lead = min(first, len(text) - len(text.lstrip(" \n")))
    text = text[lead:]
    total = units(text)
    kept = [entity | {"offset": entity["offset"] - lead} for entity in entities if entity["offset"] - lead < total]
    return text, [entity | {"length": min(entity["length"], total - entity["offset"])} for entity in kept]


def _find(text: str, given: list[JsonObject]) -> Iterator[JsonObject]:
    """Yield the entities that Telegram detects by itself (links, mentions …), outside code and given links."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in {"code", "pre", "text_link", "text_mention"}]
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start, end = units(text[: match.start()]), units(text[: match.end()])
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                taken.append((start, end))
                yield {"type": kind, "offset": start, "length": end - start}


def _parse(text: str, mode: str) -> tuple[str, list[JsonObject]]:
    if mode == "html":
        return _parse_html(text)
    if mode in {"markdown", "markdownv2"}:
        return _parse_markdown(text, strict=mode == "markdownv2")
    raise bad_request("unsupported parse_mode")


_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|<")


def _parse_html(text: str) -> tuple[str, list[JsonObject]]:
    out, entities, open_tags, position = "", [], list[tuple[str, int, str]](), 0
    for match in _TAG.finditer(text):
        out += html.unescape(text[position : match.start()])
        position, at = match.end(), len(text[: match.start()].encode())
        closing, name, rest = match.group(1), (match.group(2) or "").lower(), match.group(3)
        if rest is None:
            raise bad_request(f"can't parse entities: Unclosed start tag at byte offset {at}")
        if closing:
            if not open_tags:
                raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {at}")
            tag, start, attributes = open_tags.pop()
            if name not in {tag, ""}:
                both = f'expected "</{tag}>", found "</{name}>"'
                raise bad_request(f"can't parse entities: Unmatched end tag at byte offset {at}, {both}")
            entities.append(_html_entity(tag, attributes, start, units(out) - start))
        elif name not in _TAGS:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {at}')
        else:
            open_tags.append((name, units(out), rest))
    if open_tags:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\"")
    return out + html.unescape(text[position:]), entities


def _html_entity(tag: str, attributes: str, offset: int, length: int) -> JsonObject:
    entity: JsonObject = {"type": _TAGS[tag], "offset": offset, "length": length}
    value = re.search(r"""(?:href|emoji-id)\s*=\s*["']?([^"'\s>]*)""", attributes)
    if tag == "a":
        entity["url"] = html.unescape(value.group(1)) if value else ""
    elif tag == "tg-emoji":
        entity["custom_emoji_id"] = value.group(1) if value else ""
    elif tag == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return entity


_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler", "`": "code", "```": "pre"}
_LINK = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\(((?:[^)\\]|\\.)*)\)")
_RESERVED = "_*[]()~`>#+-=|{}.!"


def _parse_markdown(text: str, *, strict: bool) -> tuple[str, list[JsonObject]]:
    """Return the text and entities of Markdown; `strict` is MarkdownV2, where every reserved character must be escaped."""
    marks = ("```", "`", "||", "__", "*", "_", "~") if strict else ("```", "`", "*", "_")
    out, entities, opened, i = "", [], list[tuple[str, int, int]](), 0
    while i < len(text):
        raw = bool(opened) and opened[-1][0] in {"`", "```"}
        mark = next((mark for mark in marks if text.startswith(mark, i)), "")
        if text[i] == "\\" and i + 1 < len(text) and text[i + 1] in (_RESERVED + "\\" if strict else "_*`["):
            out, i = out + text[i + 1], i + 2
        elif mark and opened and opened[-1][0] == mark:
            _, start, _ = opened.pop()
            entities.append({"type": _MARKS[mark], "offset": start, "length": units(out) - start})
            i += len(mark)
        elif mark and not raw and (strict or not opened):
            opened.append((mark, units(out), i))
            i += len(mark)
        elif text[i] == "[" and not raw and (link := _LINK.match(text, i)):
            label = re.sub(r"\\(.)", r"\1", link.group(1))
            url = re.sub(r"\\(.)", r"\1", link.group(2))
            entities.append({"type": "text_link", "offset": units(out), "length": units(label), "url": url})
            out, i = out + label, link.end()
        elif strict and not raw and text[i] in _RESERVED:
            raise bad_request(
                f"can't parse entities: Character '{text[i]}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            out, i = out + text[i], i + 1
    if opened:
        at = len(text[: opened[-1][2]].encode())
        what = f"{_MARKS[opened[-1][0]].title()} entity" if strict else "the entity starting"
        raise bad_request(f"can't parse entities: Can't find end of {what} at byte offset {at}")
    return out, entities
