"""A manager's search understands words as a citizen's does, and finds what suits the citizen first."""

from __future__ import annotations

import pytest

from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.core.services import Offer
from bot.dialogue.cases.proposals import FoundOffers, find_offers, offer_choice, proposal
from bot.dialogue.session import Session
from bot.dialogue.world import World


def answers(**given: str) -> Session:
    """A citizen who gave these answers, and looks at the results."""
    values = {attribute: Answer(AnswerKind.VALUE, (value,)) for attribute, value in given.items()}
    return Session(Interview("trova-servizio", 1, values, pace=Pace.STOPPED), interview_count=1)


def found(world: World, words: str, session: Session | None = None) -> list[Offer]:
    return list(find_offers(world, session or Session(), words).offers)


def test_a_search_finds_services_by_their_words_those_nearby_first(world: World) -> None:
    offers = found(world, "doposcuola", answers(persona="bambino", comune="melegnano"))
    assert offers
    assert "doposcuola" in offers[0].service.name.lower() or "doposcuola" in " ".join(offers[0].service.needs)
    assert offers[0].location.place == "melegnano"
    assert len({offer.service.id for offer in offers}) == len(offers) <= 6


@pytest.mark.parametrize("town", ["san donato", "carpiano"])
def test_a_town_that_a_service_comes_to_counts_as_one_where_it_is(world: World, town: str) -> None:
    assert found(world, f"trasporto disabili {town}")[0].service.id == "disabili-trasporto"


def test_a_misspelt_word_finds_the_same(world: World) -> None:
    assert found(world, "doposcola") == found(world, "doposcuola") != []


def test_a_service_that_is_called_by_its_name_is_first(world: World) -> None:
    by_name = {offer.service.id: offer.service.name for offer in world.dated.offers.values()}
    missed = [id for id, name in by_name.items() if found(world, f"{name} melegnano")[0].service.id != id]
    assert len(missed) <= 3, missed


def test_words_that_are_in_a_name_find_it_after_what_they_mean(world: World) -> None:
    ids = [offer.service.id for offer in found(world, "nido")]
    assert ids[0].startswith("nido-")
    assert "bonus-nido" in ids


def test_what_was_typed_counts_more_than_what_the_citizen_said(world: World) -> None:
    offers = found(world, "doposcuola carpiano", answers(persona="anziano", comune="melegnano"))
    assert any("doposcuola" in need for need in offers[0].service.needs) or "doposcuola" in offers[0].service.id


def test_without_words_what_suits_the_citizen_is_found(world: World) -> None:
    assert found(world, "", answers(persona="anziano", comune="melegnano"))
    assert found(world, "") == []


def test_a_search_for_nothing_that_there_is_says_so(world: World) -> None:
    assert found(world, "xyzzy") == []
    assert offer_choice(world, FoundOffers(()), "xyzzy").plain == "Non trovo servizi per «xyzzy». Prova con altre parole."
    assert offer_choice(world, FoundOffers(()), "").plain.startswith("Scrivi che cosa cerchi")


def test_a_proposal_is_the_card_of_a_service_with_who_sends_it(world: World) -> None:
    offer = found(world, "doposcuola")[0]
    reply = proposal(world, Session(), offer, "Luca")
    assert reply.plain.startswith("Luca ti propone questo servizio:\n\n" + offer.service.name)
