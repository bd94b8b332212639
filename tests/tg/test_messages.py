"""Replies become calls that Telegram takes, whatever is in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.replies import Action, Choice, Document, Link, Reply, Run, Venue, Verb
from bot.fake_telegram import FakeTelegram
from bot.tg.api import FILE
from bot.tg.callback_data import Buttons
from bot.tg.messages import keyboard, new_message
from bot.usecases.calls import CallKind
from tests.builders import tries

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["🎈" * 1500, "a" * 3000, "é" * 4095, "👨‍👩‍👧"]
)
_runs = st.lists(st.builds(Run, _words, st.booleans()), max_size=6).map(lambda runs: (Run("."), *runs))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@tries(200)
@given(_runs)
def test_any_text_fits_and_its_entities_lie_within_it(runs: tuple[Run, ...]) -> None:
    params = new_message(7, Reply(runs), None).params
    text, whole = params["text"], "".join(run.text for run in runs)
    assert units(text) <= 4096
    assert text == whole if units(whole) <= 4096 else text.endswith(" …"[: 4096 - units(text.removesuffix(" …"))])
    last = 0
    for entity in params["entities"]:
        assert entity["length"] > 0
        assert last <= entity["offset"] <= entity["offset"] + entity["length"] <= units(text)
        last = entity["offset"] + entity["length"]


@tries(100)
@given(_runs)
def test_telegram_takes_any_text(runs: tuple[Run, ...]) -> None:
    telegram = FakeTelegram()
    telegram.user(7).starts()
    call = new_message(7, Reply(runs), None)
    answer = telegram.call(call.method, {"chat_id": 7, **call.params})
    assert answer.code == 200, answer.body


def test_a_file_goes_out_with_a_caption_that_fits() -> None:
    call = new_message(7, Reply((Run("a" * 2000),), attachment=Document("date.ics", "BEGIN:VCALENDAR")), {"inline_keyboard": []})
    assert (call.kind, call.method) == (CallKind.MESSAGE, "sendDocument")
    assert call.params["document"] == {"name": "date.ics", FILE: "BEGIN:VCALENDAR"}
    assert len(call.params["caption"]) == 1024


def test_a_place_goes_out_as_a_venue() -> None:
    call = new_message(7, Reply((Run("Nido"),), attachment=Venue("Nido", "Via Roma 1", 45.3, 9.3)), None)
    assert call.method == "sendVenue"
    assert {key: call.params[key] for key in ("title", "address", "latitude", "longitude")} == {
        "title": "Nido", "address": "Via Roma 1", "latitude": 45.3, "longitude": 9.3,
    }  # fmt: skip


def test_links_come_first_and_what_is_chosen_has_a_tick() -> None:
    rows = (
        (
            Choice("Motoria", Action(Verb.TOGGLE, "disabilita", "motoria"), chosen=True),
            Choice("Udito", Action(Verb.TOGGLE, "disabilita", "uditiva")),
        ),
        (Choice("Aiuto", Action(Verb.HELP)),),
    )
    made = keyboard(Reply((Run("?"),), rows, links=(Link("Sito", "https://e.it"),)), 7, 1, Buttons("s"))["inline_keyboard"]
    assert made[0] == [{"text": "Sito", "url": "https://e.it"}]
    assert [[button["text"] for button in row] for row in made[1:]] == [["✓ Motoria", "Udito"], ["Aiuto"]]


def test_the_button_that_cannot_be_undone_is_red() -> None:
    rows = ((Choice("Sì, cancella", Action(Verb.ERASE, "yes")), Choice("No", Action(Verb.ERASE, "no"))),)
    (row,) = keyboard(Reply((Run("?"),), rows), 7, 1, Buttons("s"))["inline_keyboard"]
    assert [button.get("style") for button in row] == ["danger", None]
