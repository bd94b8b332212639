"""Suggestions on the card of a case: one tap to look, one to send, nothing by itself."""

from __future__ import annotations

import pytest

from tests.tg.cases.office import Office

pytestmark = pytest.mark.asyncio


async def asked(office: Office) -> list[str]:
    """Anna's case, with the buttons of its card when the search for suggestions is done."""
    await office.anna.says("mia mamma di 84 anni vive sola a melegnano e non riesce più a cucinare", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.scene.run_for(3.0)
    return list(office.card().labels)


async def test_a_suggested_service_is_looked_at_by_anybody_and_sent_by_whoever_has_the_case(office: Office) -> None:
    buttons = await asked(office)
    name = next(one for one in buttons if one.startswith("🔎 Pasti caldi a casa"))
    heard = len(office.anna.heard)
    office.presses(office.sara, name)
    await office.scene.settle()
    shown = office.group.chat.from_bot[-1]
    assert shown.labels == ["Manda al cittadino"]
    assert (await refusal(office, office.luca, "Manda al cittadino")).startswith("Prima")
    assert len(office.anna.heard) == heard
    await office.takes()
    heard = len(office.anna.heard)
    office.luca.presses(shown, "Manda al cittadino")
    await office.scene.settle()
    assert "Pasti caldi a casa" in office.anna.heard[heard].text


async def refusal(office: Office, who: object, button: str) -> str:
    """What appears to a manager who may not press a button yet."""
    pressed = office.presses(who, button)  # type: ignore[arg-type]
    await office.scene.settle()
    return str(pressed.text)


async def test_a_suggested_reply_is_read_before_it_goes_and_goes_once(office: Office) -> None:
    buttons = await asked(office)
    assert "💬 orari" in buttons
    await office.takes()
    heard = len(office.anna.heard)
    office.presses(office.luca, "💬 orari")
    await office.scene.settle()
    assert office.in_topic()[-1].startswith("In quali giorni")
    assert len(office.anna.heard) == heard
    office.presses(office.luca, "Manda al cittadino")
    await office.scene.settle()
    assert await refusal(office, office.luca, "Manda al cittadino") == "L'avete già mandata."
    assert [one.text[:14] for one in office.anna.heard[heard:]] == ["In quali giorn"]


async def test_what_was_not_shared_suggests_nothing_and_later_words_do(office: Office) -> None:
    await office.asks()
    await office.scene.run_for(3.0)
    assert not any(one.startswith(("🔎", "💬")) for one in office.card().labels)
    await office.anna.says("mia mamma non riesce più a cucinare")
    await office.scene.run_for(3.0)
    assert any(one.startswith("🔎") for one in office.card().labels)
