"""What a button carries comes back as it was put in, for its chat only, and in 64 bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.content import Content
from bot.core.replies import Action, Verb
from bot.dialogue.incoming import Press
from bot.tg.callback_data import OLD, Buttons
from bot.tg.limits import MAX_CALLBACK_DATA_BYTES
from tests.builders import content_of, flow, service, vocabulary

BUTTONS = Buttons("123:secret")
LONG = "servizio-" + "molto-" * 8 + "lungo"

_ids = st.sampled_from(["", "eta", "bambino", "nido", LONG, "@figli", "0", "17"])
_values = st.sampled_from(["", "bambino", "0-12", "Mo-Fr 08:00-18:00", "nido", "@figli", "yes"])


@pytest.fixture(scope="module")
def content() -> Content:
    return content_of(service(LONG), words=vocabulary(), flows=[flow("persona")])


@given(st.sampled_from(list(Verb)), _ids, _values, st.integers(1, 2**52), st.integers(0, 10**6))
def test_what_was_put_in_comes_out(verb: Verb, target: str, value: str, chat: int, interview: int) -> None:
    content = content_of(service(LONG), words=vocabulary(), flows=[flow("persona")])
    data = BUTTONS.data(Action(verb, target, value), chat, interview)
    assert len(data.encode()) <= MAX_CALLBACK_DATA_BYTES
    if target != LONG:
        assert BUTTONS.read(data, chat, content) == Press(Action(verb, target, value), interview)


def test_an_id_that_is_too_long_is_looked_up(content: Content) -> None:
    (offer,) = content.offers
    data = BUTTONS.data(Action(Verb.CARD, offer.id), 7, 3)
    assert offer.id not in data
    assert BUTTONS.read(data, 7, content) == Press(Action(Verb.CARD, offer.id), 3)


@pytest.mark.parametrize(
    ("body", "action"),
    [
        ("T2a::", Action(Verb.MANAGE, "prendi")),
        ("C2a::", Action(Verb.MANAGE, "chiudi")),
        ("S2a::", Action(Verb.MANAGE, "proponi")),
        ("P2a:nord:", Action(Verb.MANAGE, "passa", "nord")),
        ("O2a:nido@melegnano:", Action(Verb.MANAGE, "scheda", "nido@melegnano")),
    ],
)
def test_a_manager_s_button_of_before_means_the_same(body: str, action: Action, content: Content) -> None:
    assert BUTTONS.read(BUTTONS._signature(0, body) + body, 0, content) == Press(action, 42)


def test_an_id_that_is_gone_is_old(content: Content) -> None:
    data = BUTTONS.data(Action(Verb.CARD, LONG + "-che-non-esiste"), 7, 3)
    assert BUTTONS.read(data, 7, content) == OLD


@given(st.text(st.characters(), max_size=70))
def test_what_was_made_up_is_old(data: str) -> None:
    assert BUTTONS.read(data, 7, content_of(words=vocabulary())) == OLD


@given(st.integers(0, 30), st.characters(), st.integers(1, 100))
def test_whatever_is_changed_in_it_makes_it_old(place: int, other: str, chat: int) -> None:
    content = content_of(words=vocabulary())
    data = BUTTONS.data(Action(Verb.ANSWER, "persona", "bambino"), 7, 3)
    changed = data[:place] + other + data[place + 1 :]
    if changed != data:
        assert BUTTONS.read(changed, 7, content) == OLD
    if chat != 7:
        assert BUTTONS.read(data, chat, content) == OLD


def test_another_bots_buttons_are_old(content: Content) -> None:
    data = Buttons("124:other").data(Action(Verb.HELP), 7, 1)
    assert BUTTONS.read(data, 7, content) == OLD


def test_every_process_of_a_bot_agrees(content: Content) -> None:
    data = Buttons("123:secret").data(Action(Verb.HELP), 7, 1)
    assert BUTTONS.read(data, 7, content) == Press(Action(Verb.HELP), 1)
