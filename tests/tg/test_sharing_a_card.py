"""A card goes to somebody else by a link or is kept, and what is copied has a button that copies it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.fake_telegram import Message
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio


def raw_buttons(message: Message) -> dict[str, dict[str, object]]:
    """The buttons of a message by their words, as they were sent."""
    assert message.markup is not None
    return {button["text"]: button for row in message.markup["inline_keyboard"] for button in row}


def link_of(message: Message) -> tuple[str, str]:
    """The name of the bot and the payload in the link by which a card is passed on."""
    link = parse_qs(urlsplit(str(raw_buttons(message)["Manda a qualcuno"]["url"])).query)["url"][0]
    username, _, payload = unquote(link).removeprefix("https://t.me/").partition("?start=")
    return username, payload


async def test_a_card_is_passed_on_by_a_link_that_opens_it_and_its_email_is_copied(scene: Scene, anna: Phone) -> None:
    await anna.says("mia mamma di 84 anni vive sola a Melegnano e non riesce più a cucinare")
    assert "Pasti caldi a casa" in anna.front.text
    await anna.taps("Più dettagli")
    assert raw_buttons(anna.front)["Copia l'email"]["copy_text"] == {"text": "pasti@example.org"}
    username, payload = link_of(anna.front)
    assert username == scene.telegram.bot.username
    bruno = scene.person(8, "Bruno")
    await bruno.starts(payload)
    assert "Pasti caldi a casa" in bruno.front.text


async def test_a_service_is_kept_found_again_after_another_search_and_dropped(anna: Phone) -> None:
    await anna.says("/preferiti")
    assert anna.front.text.startswith("Non tieni ancora nessun servizio.")
    await anna.says("mia mamma di 84 anni vive sola a Melegnano e non riesce più a cucinare")
    await anna.taps("Più dettagli", "⭐ Tieni")
    assert anna.front.text.startswith("Fatto, lo tengo per te.")
    await anna.says("/cerca", "/preferiti")
    assert anna.front.labels == ["Pasti caldi a casa", "Continua"]
    await anna.taps("Pasti caldi a casa")
    assert anna.front.text.startswith("Pasti caldi a casa")
    await anna.taps("Più dettagli", "Non tenere più")
    assert anna.front.text.startswith("Va bene, non lo tengo più.")
    await anna.says("/preferiti")
    assert anna.front.labels == ["Continua"]


async def test_a_service_that_the_citizen_has_already_is_not_found_any_more(anna: Phone) -> None:
    wish = "mia mamma di 84 anni vive sola a Melegnano e non riesce più a cucinare"
    await anna.says(wish)
    await anna.taps("Più dettagli")
    _, payload = link_of(anna.front)
    await anna.taps("Ce l'ho già", "Torna alla lista")
    assert "Pasti caldi a casa" not in anna.front.text
    await anna.says("/cerca " + wish)
    assert "Pasti caldi a casa" not in anna.front.text
    await anna.starts(payload)
    await anna.taps("Più dettagli", "Mostralo ancora")
    await anna.says("/cerca " + wish)
    assert "Pasti caldi a casa" in anna.front.text
