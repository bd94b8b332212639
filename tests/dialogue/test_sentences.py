"""Whole sentences, at every moment of a conversation: what is understood is said back, and nothing that is known is asked."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.core.attributes import NEED, PLACE
from bot.core.case import CaseReason
from bot.core.conditions import Span
from bot.core.content import Content
from bot.core.danger_texts import danger_text
from bot.core.interview import AnswerKind, Interview
from bot.dialogue.context import Context
from bot.dialogue.effects import OpenCase
from bot.dialogue.incoming import parse_line
from bot.dialogue.session import Screen, Session
from bot.dialogue.statements import statement_of
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World
from bot.language.data import ITALIAN, municipalities
from bot.language.meaning.understand import Candidate, Meaning, MeaningKind

NOW = dt.datetime(2026, 11, 22, 10)


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


class Talk:
    """A conversation; the session is written down and read back between its turns."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.session = Session()

    def says(self, *lines: str) -> Turn:
        """Types, one line after the other; the last turn."""
        for line in lines:
            result = turn(
                self.world, load_session(dump_session(self.session), self.world.content.vocabulary), parse_line(line), NOW
            )
            self.session = result.session
        return result

    def reads(self, *lines: str) -> str:
        """What the last answer says."""
        return self.says(*lines).replies[0].plain

    def answers(self) -> dict[str, object]:
        """What is known, without what is not sure."""
        interview = self.session.interview
        given = interview.answers if interview is not None else {}
        return {attribute: answer.values[0] for attribute, answer in given.items() if answer.kind is AnswerKind.VALUE}


@pytest.fixture
def talk(world: World) -> Talk:
    """A new conversation."""
    return Talk(world)


EVERYTHING = "cerco doposcuola per mia figlia di 7 anni a Melegnano, esco alle 18:30"


@pytest.mark.parametrize("before", [(), ("/start",), ("/start", "bambino"), ("/start", "bambino", "3")])
def test_a_sentence_says_everything_at_once_wherever_the_conversation_stands(talk: Talk, before: tuple[str, ...]) -> None:
    said = talk.reads(*before, EVERYTHING)
    assert said.startswith("Cerco: Doposcuola e aiuto compiti · 7 anni · Melegnano")
    assert "Cerco: " in said
    assert talk.answers()[NEED] == "doposcuola"
    assert talk.answers()[PLACE] == "melegnano"


def test_what_was_said_is_not_asked_again(talk: Talk) -> None:
    first = talk.says("/cerca doposcuola a Melegnano").replies[0].plain
    assert "In quale comune" not in first
    assert "Di che aiuto" not in first


def test_yes_goes_on_and_no_shows_the_answers(talk: Talk) -> None:
    talk.says(EVERYTHING)
    before = talk.session.interview
    talk.says("sì")
    assert talk.session.interview == before
    talk = Talk(talk.world)
    talk.says(EVERYTHING, "no")
    assert talk.session.screen is Screen.CHANGES


def test_what_was_said_back_can_be_corrected_by_a_button(talk: Talk) -> None:
    labels = [choice.label for row in talk.says(EVERYTHING).replies[0].rows for choice in row]
    assert {"✏️ Correggi", "Cambia una risposta"} & set(labels)


def test_a_correction_changes_one_thing_only(talk: Talk) -> None:
    talk.says(EVERYTHING)
    before = talk.answers()
    said = talk.reads("anzi, ha 8 anni")
    assert said.startswith("Ho capito: 8 anni.")
    assert talk.answers() == before | {"eta": talk.answers()["eta"]}
    assert talk.answers()["eta"] != before["eta"]


@pytest.mark.parametrize("before", [("/start",), ("/start", "adulto")])
def test_a_need_that_is_hard_to_put_into_words_shows_what_helps_at_once(talk: Talk, before: tuple[str, ...]) -> None:
    said = talk.reads(*before, "mio figlio si droga")
    assert said.startswith("Hai fatto bene a scrivere. Chiedere aiuto non è facile.\nHo capito: Dipendenze.")
    assert "\n1. Telefono Verde" in said
    assert "Domanda" not in said


def test_somebody_else_is_a_new_search_in_the_same_place_unless_another_is_named(talk: Talk) -> None:
    talk.says(EVERYTHING)
    talk.says("cerco una badante per mia madre di 84 anni")
    assert talk.answers()[NEED] == "badante"
    assert talk.answers()[PLACE] == "melegnano"
    assert talk.answers()["persona"] == "anziano"
    assert "orario" not in talk.answers()


@pytest.mark.parametrize(
    ("before", "attribute", "value"), [((), "persona", "bambino"), (("bambino", "8 anni"), "comune", "melegnano")]
)
def test_a_need_beside_the_answer_to_another_question_is_kept(
    talk: Talk, before: tuple[str, ...], attribute: str, value: str
) -> None:
    said = {"persona": "cerco na mano x mio figlo ke nn studia", "comune": "siamo di melegnno e cerchiamo il doposcuola"}
    talk.says("/start", *before, said[attribute])
    assert talk.answers()[NEED] == "doposcuola"
    assert talk.answers()[attribute] == value


@pytest.mark.parametrize(
    ("before", "words", "screen"),
    [
        (("/start", "/privacy", "cancella tutto"), "no non", Screen.INTERVIEW),
        (("/start", "zzz", "qqq"), "no continuo", Screen.INTERVIEW),
        (("/start", "zzz", "qqq"), "sì grazie", Screen.SHARE),
        (("/start", "bambino"), "parla con una", Screen.SHARE),
    ],
)
def test_the_beginning_of_one_label_is_that_button(talk: Talk, before: tuple[str, ...], words: str, screen: Screen) -> None:
    talk.says(*before, words)
    assert talk.session.screen is screen


def test_an_answer_to_the_open_question_is_heard_as_that(talk: Talk) -> None:
    assert "Correggi" not in talk.reads("/start", "bambino", "8 mesi")


@pytest.mark.parametrize("text", ["vorrei parlare con qualcuno", "voglio una persona vera", "can I talk to a person?"])
def test_a_wish_for_a_person_is_heard_in_other_words(talk: Talk, text: str) -> None:
    talk.says("/start", text)
    assert talk.session.screen in (Screen.SHARE, Screen.CASE)


def test_what_other_offices_do_is_said_in_a_sentence_and_the_question_stands(talk: Talk) -> None:
    said = talk.reads("/start", "bambino", "devo rinnovare la carta d'identità")
    assert "Quanti anni ha?" in said
    assert "Non ho capito" not in said


def test_twice_out_of_scope_in_a_row_a_person_is_offered(talk: Talk) -> None:
    talk.says("/start", "dove butto i rifiuti ingombranti?", "come pago la multa?")
    assert talk.session.screen is Screen.HUMAN


@pytest.mark.parametrize(
    ("text", "number"), [("mio marito mi picchia", "1522"), ("mi voglio ammazzare", "112"), ("stanotte dormo in strada", "112")]
)
def test_danger_is_answered_at_once_with_a_number_and_an_urgent_case(talk: Talk, text: str, number: str) -> None:
    result = talk.says("/start", "bambino", text)
    assert [(type(effect), effect.reason) for effect in result.effects if isinstance(effect, OpenCase)] == [
        (OpenCase, CaseReason.URGENT)
    ]
    report = next(effect.danger for effect in result.effects if isinstance(effect, OpenCase))
    assert report is not None
    assert number in danger_text(talk.world.content, report, NOW)


@pytest.mark.parametrize("text", ["mi ammazzo di lavoro", "sto morendo di caldo", "ho una fame da morire"])
def test_what_only_sounds_like_danger_opens_no_case(talk: Talk, text: str) -> None:
    result = talk.says("/start", text)
    assert not [effect for effect in result.effects if isinstance(effect, OpenCase)]


def test_who_writes_in_another_language_is_answered_in_it(talk: Talk) -> None:
    assert "I did not understand" in talk.reads("/start", "my neighbour plays loud music every night and I cannot sleep")


@pytest.mark.exhaustive
def test_at_the_place_question_a_town_around_answers_nothing_else(world: World) -> None:
    asked = Talk(world)
    asked.says("/start", "bambino", "7")
    before = asked.answers()
    towns = [name for name, province in municipalities(ITALIAN).items() if province in ("MI", "LO", "MB")][:200]
    wrong = []
    for at, town in enumerate(towns):
        talk = Talk(world)
        talk.session = asked.session
        effects = talk.says(town.lower() if at % 2 else town).effects
        changed = {name for name, value in talk.answers().items() if before.get(name) != value}
        wrong += [town] if effects or changed != {PLACE} else []
    assert wrong == []


def test_a_command_searches_for_words(talk: Talk) -> None:
    assert talk.reads("/cerca centro estivo a san giuliano").startswith("Cerco: Centro estivo · San Giuliano Milanese")
    assert "con parole tue" in talk.reads("/cerca")


@pytest.mark.parametrize(("flow", "choices"), [("tutto", ("nido", "doposcuola")), ("sondaggio", None)])
def test_needs_are_offered_only_in_flows_that_ask_for_one(small: World, flow: str, choices: tuple[str, ...] | None) -> None:
    meaning = Meaning(MeaningKind.CHOOSE, needs=(Candidate("nido", 0.4), Candidate("doposcuola", 0.4)))
    context = Context(small, Session(Interview(flow, 1), interview_count=1), NOW)
    found = statement_of(context, meaning)
    assert (found.choices if found is not None else None) == choices


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("neuropsichiatria infantile per mio figlio di 10 anni a Mediglia", {"eta": Span(120, 132), "comune": "mediglia"}),
        ("consultorio a Melegnano per mia figlia di 16 anni", {"eta": Span(192, 204), "comune": "melegnano"}),
        ("dipendenza dal gioco, mio padre abita a Dresano", {"comune": "dresano", "bisogno": "gioco-azzardo"}),
        # The age may be that of the one who does harm.
        ("cerco un centro antiviolenza a Dresano, mio marito ha 40 anni", {"comune": "dresano", "eta": None}),
    ],
)
def test_what_is_said_beside_a_need_that_is_hard_to_put_into_words_is_kept(
    talk: Talk, said: str, known: dict[str, object]
) -> None:
    talk.says(said)
    answers = talk.answers()
    assert {attribute: answers.get(attribute) for attribute in known} == known
