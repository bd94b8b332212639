"""Parse modes, as far as a bot meets them."""

from __future__ import annotations

import pytest

from bot.fake_telegram import ApiError
from bot.fake_telegram.formatting import read_formatting


@pytest.mark.parametrize(
    ("mode", "source", "text", "kinds"),
    [
        ("HTML", "<b>a <i>b</i></b> &amp; c", "a b & c", ["bold", "italic"]),
        ("HTML", '<a href="https://e.it">qui</a><tg-spoiler>x</tg-spoiler>', "quix", ["text_link", "spoiler"]),
        ("HTML", "<blockquote expandable>a</blockquote>", "a", ["expandable_blockquote"]),
        ("MarkdownV2", r"*a _b_* \. ||c||", "a b . c", ["bold", "italic", "spoiler"]),
        ("MarkdownV2", r"[qui\!](https://e.it) `x.y`", "qui! x.y", ["text_link", "code"]),
        ("Markdown", "*a* _b_ 1.5 [c](https://e.it)", "a b 1.5 c", ["bold", "italic", "text_link"]),
    ],
)
def test_markup_becomes_entities(mode: str, source: str, text: str, kinds: list[str]) -> None:
    shown, entities = read_formatting(source, mode, None)
    assert shown == text
    assert [entity["type"] for entity in entities] == kinds


@pytest.mark.parametrize(
    ("mode", "source", "reason"),
    [
        ("HTML", "<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("HTML", "è <b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "a</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "<b><i>a</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("HTML", "1 < 2", "Unclosed start tag at byte offset 2"),
        ("MarkdownV2", "1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "è *a", "Can't find end of Bold entity at byte offset 3"),
        ("Markdown", "a_b", "Can't find end of the entity starting at byte offset 1"),
        ("BBCode", "a", "unsupported parse_mode"),
    ],
)
def test_wrong_markup_is_refused_with_the_place(mode: str, source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_formatting(source, mode, None)
    assert refusal.value.description.endswith(reason)


def test_inside_code_nothing_is_found() -> None:
    assert [entity["type"] for entity in read_formatting("<code>/start</code> /help", "HTML", None)[1]] == ["code", "bot_command"]
