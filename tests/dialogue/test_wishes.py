"""Several wishes in one sentence: the first is begun, the others wait with their own values, and outlive a restart."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.core.attributes import AGE, NEED, PERSON, PLACE
from bot.core.conditions import Span
from bot.core.content import Content
from bot.dialogue.cases.sharing import has_sensitive_wish
from bot.dialogue.incoming import parse_line
from bot.dialogue.session import RememberedWish, Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World
from bot.usecases.retention import forget_sensitive

NOW = dt.datetime(2026, 11, 22, 10)
THREE = "cerco il nido per la piccola di 2 anni e nuoto per il grande di 9, e mia madre ha bisogno di qualcuno in casa"
TWO = "il doposcuola per la grande di 8 anni e una badante per mia mamma di 84 anni, stiamo a Melegnano"


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


def after(world: World, *lines: str) -> Turn:
    """Types, one line after the other, with a restart between them; the last turn."""
    session = Session()
    for line in lines:
        result = turn(world, load_session(dump_session(session), world.content.vocabulary), parse_line(line), NOW)
        session = result.session
    return result


def known(result: Turn) -> dict[str, object]:
    """The first value of each answer."""
    assert result.session.interview is not None
    return {attribute: answer.values[0] for attribute, answer in result.session.interview.answers.items()}


def labels(result: Turn) -> list[str]:
    return [choice.label for row in result.replies[0].rows for choice in row]


def test_the_first_wish_is_begun_and_the_number_of_wishes_is_said(world: World) -> None:
    heard = after(world, THREE)
    assert "Hai chiesto tre cose. Comincio da: Asilo nido · 2 anni." in heard.replies[0].plain
    assert known(heard)[AGE] == Span(24, 36)
    assert [wish.answers.get(AGE) for wish in heard.session.wishes] == [(Span(108, 120),), None]


def test_the_others_are_offered_once_there_are_results(world: World) -> None:
    asked = after(world, THREE)
    assert not any(label.startswith("Passa a:") for label in labels(asked))
    found = after(world, THREE, "Melegnano")
    assert "Passa a: Sport per ragazzi · 9 anni" in labels(found)


def test_the_next_wish_has_its_own_values_and_the_same_home(world: World) -> None:
    second = after(world, TWO, "passa a")
    assert known(second) == {NEED: "badante", AGE: Span(84 * 12, 85 * 12), PERSON: "anziano", PLACE: "melegnano"}
    assert second.session.wishes == ()
    third = after(world, THREE, "Melegnano", "passa a", "passa a")
    assert AGE not in known(third)
    assert third.session.suggestions


def test_a_wish_that_is_named_is_gone_on_with_as_it_was_said(world: World) -> None:
    assert known(after(world, TWO, "e la badante?"))[AGE] == Span(84 * 12, 85 * 12)


def test_sensitive_wishes_are_no_words_for_managers_and_go_after_silence(world: World) -> None:
    said = "cerco il doposcuola per il grande di 8 anni e per mio figlio autistico di 10 anni serve il trasporto disabili"
    session = after(world, said, "Melegnano").session
    assert session.wishes
    assert has_sensitive_wish(world, session)
    assert said not in session.recent_texts
    assert forget_sensitive(world, session).wishes == ()


@pytest.mark.parametrize("words", ["doposcuola e mensa", "non riesco a pagare le bollette e la mensa"])
def test_needs_alone_are_wishes_too(world: World, words: str) -> None:
    heard = after(world, words)
    assert "Hai chiesto due cose." in heard.replies[0].plain
    assert [dict(wish.answers) for wish in heard.session.wishes] == [{NEED: ("mensa-scolastica",)}]


@pytest.mark.parametrize(
    "words", ["ho due figli di 3 e 7 anni, cerco il doposcuola", "vorrei fare yoga dopo il lavoro", "Nuova ricerca"]
)
def test_one_wish_is_no_queue_and_a_new_search_forgets_it(world: World, words: str) -> None:
    assert after(world, TWO, words).session.wishes == () if words == "Nuova ricerca" else not after(world, words).session.wishes


def test_a_wish_whose_words_are_gone_from_the_content_is_dropped(world: World) -> None:
    session = Session(wishes=(RememberedWish({"gone": ("x",)}), RememberedWish({}, ("badante", "gone"))))
    assert load_session(dump_session(session), world.content.vocabulary).wishes == (RememberedWish({}, ("badante",)),)
