"""What is suggested to the managers of a case: services for the citizen's words and answers, and canned replies that fit."""

from __future__ import annotations

import itertools
from pathlib import Path

from bot.core.attributes import NEED
from bot.core.interview import Answer, AnswerKind, Interview
from bot.dialogue.cases.suggestions import Suggestions, find_suggestions
from bot.dialogue.session import Session
from bot.dialogue.world import World

LINES = Path(__file__).with_name("written_cases.txt").read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.split(" | ", 1)) for line in LINES if not line.startswith("#")]
#: Every so many of the written cases is read here; `benchmarks/proposals.py` reads them all.
STEP = 8


def test_a_right_service_is_among_the_suggestions_for_most_written_cases(world: World) -> None:
    assert len(CASES) > 100
    found = [is_found(world, need, text) for need, text in itertools.islice(CASES, 0, None, STEP)]
    assert sum(found) >= 0.8 * len(found)


def is_found(world: World, need: str, text: str) -> bool:
    suggested = find_suggestions(world, Session(), (text,), {}).offers
    assert len(suggested) <= 3
    assert len({world.dated.offers[one].service.id for one in suggested}) == len(suggested)
    return any(need in world.dated.offers[one].service.needs for one in suggested)


def test_answers_alone_lead_to_services(world: World) -> None:
    interview = Interview(world.first_flow.id).answer(NEED, Answer(AnswerKind.VALUE, ("pasti-domicilio",)))
    suggested = find_suggestions(world, Session(interview=interview), (), {}).offers
    assert [world.dated.offers[one].service.id for one in suggested] == ["pasti-a-domicilio"]


def test_without_words_and_answers_nothing_is_suggested(world: World) -> None:
    assert find_suggestions(world, Session(), (), {"comune": "In quale comune abiti?"}) == Suggestions()


def test_canned_replies_fit_a_word_of_the_citizen_or_ask_what_is_not_known(world: World) -> None:
    replies = {"saluto": "Ciao", "comune": "Dove abiti?", "eta": "Quanti anni?", "isee": "Serve l'ISEE."}
    assert find_suggestions(world, Session(), ("mi serve l'isee per mio figlio di 7 anni",), replies).replies == (
        "isee",
        "comune",
    )
