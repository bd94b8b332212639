"""Misspelt questions about what is shown: answered like the same question spelt right, and never a change of what is known."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.content import Content
from bot.dialogue.effects import OpenCase
from bot.dialogue.incoming import Text
from bot.dialogue.session import Session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World
from bot.language.text.normalise import normalise
from bot.language.text.spelling import is_real_word

NOW = dt.datetime(2026, 11, 22, 10)
SCREENS = (
    ("asilo nido a Melegnano per bimbo di 2 anni",),
    ("pasti a domicilio per mia mamma di 84 anni a Melegnano", "1"),
    ("ginnastica dolce, ho 72 anni, abito a San Giuliano",),
)
PAIRS = {
    "il secodo": "il secondo",
    "il sceondo": "il secondo",
    "lultimo": "l'ultimo",
    "il piu vicno": "il più vicino",
    "quello ke costa meno": "quello che costa meno",
    "qunato costa": "quanto costa?",
    "quantocosta": "quanto costa?",
    "si apga?": "si paga?",
    "ke orrari fa": "che orari fa?",
    "ci si arriva in carozzina?": "ci si arriva in carrozzina?",
    "ce posto?": "c'è posto?",
    "CHE DOKUMETI SERVONO": "che documenti servono?",
    "serve lisee": "serve l'isee?",
    "come mi iscivo": "come mi iscrivo?",
    "hano un tlefono": "hanno un telefono?",
}
QUESTIONS = (
    *PAIRS.values(),
    *("a che ora apre?", "è aperto il sabato?", "è aperto ad agosto?", "dov'è?", "come ci arrivo?", "c'è l'ascensore?"),
    *(
        "chi lo gestisce?",
        "quando aprono le iscrizioni?",
        "da che età?",
        "accettano chi abita a Milano?",
        "ci sono posti liberi?",
    ),
)


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


@pytest.fixture(scope="module")
def screens(world: World) -> tuple[Session, ...]:
    """A list, an open card, and a list of activities."""
    return tuple(after(world, Session(), *lines).session for lines in SCREENS)


def after(world: World, session: Session, *lines: str) -> Turn:
    """Types, one line after the other; the last turn."""
    for line in lines:
        result = turn(world, session, Text(line), NOW)
        session = result.session
    return result


@pytest.mark.parametrize("misspelt", PAIRS)
def test_a_misspelt_question_is_answered_like_the_question(world: World, screens: tuple[Session, ...], misspelt: str) -> None:
    for session in screens:
        right, wrong = after(world, session, PAIRS[misspelt]), after(world, session, misspelt)
        assert wrong.replies[0].plain == right.replies[0].plain
        assert wrong.session.interview == right.session.interview


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A question with one slip of the finger: a letter that is missing, doubled or swapped, no apostrophe, or in capitals."""
    said = draw(st.sampled_from(QUESTIONS))
    at = draw(st.sampled_from([place for place, letter in enumerate(said) if letter.isalpha()]))
    made = (
        said[:at] + said[at + 1 :],
        said[:at] + said[at] + said[at:],
        said[:at] + said[at + 1 : at + 2] + said[at] + said[at + 2 :],
        said.replace("'", ""),
        said.replace("ch", "k"),
        said.upper(),
    )
    # A slip that makes another real word, "ci sono posti libri?", asks for another thing.
    said_words = set(normalise(said).split())
    slipped = [one for one in made if not any(is_real_word(word) for word in set(normalise(one).split()) - said_words)]
    return draw(st.sampled_from(slipped or [said]))


@given(said=slips(), screen=st.sampled_from(range(len(SCREENS))))
@settings(max_examples=40)
def test_no_question_about_what_is_shown_states_anything(
    world: World, screens: tuple[Session, ...], said: str, screen: int
) -> None:
    before = screens[screen]
    asked = after(world, before, said).session
    assert before.interview is not None
    assert asked.interview is not None
    assert asked.interview.answers == before.interview.answers


def test_a_fact_of_a_person_is_stated_however_it_is_spelt(world: World, screens: tuple[Session, ...]) -> None:
    stated = after(world, screens[0], "scusa, ha 3 ani").session
    assert stated.interview != screens[0].interview


@pytest.mark.parametrize(
    "said", ["mio maritto mi pichia, cosa devo fare?", "e se mi amazzo?", "quando viene lambulanza? non respira"]
)
def test_a_danger_in_a_misspelt_question_is_not_hushed(world: World, screens: tuple[Session, ...], said: str) -> None:
    told = after(world, screens[0], said)
    assert any(isinstance(effect, OpenCase) for effect in told.effects) or "112" in told.replies[0].plain
