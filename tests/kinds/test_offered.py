"""The values that an open question offers."""

from __future__ import annotations

from bot.core.attributes import years
from bot.core.conditions import All, Not
from bot.core.interview import Answer, AnswerKind, Interview, position
from bot.core.matching import Index
from bot.core.services import Access
from bot.kinds.kind import OpenQuestion
from bot.kinds.need import common_needs
from bot.kinds.registry import KINDS
from tests.builders import aged, at, flow, index_of, names, question, service, vocabulary

WORDS = vocabulary()


def value(*values: object) -> Answer:
    return Answer(AnswerKind.VALUE, values)  # type: ignore[arg-type]


def answered(**answers: Answer) -> Interview:
    return Interview("flusso", answers=answers)


#: Offers that differ in everything: every question matters at first.
VARIED = index_of(
    service(
        "children", All((names("bambino", "famiglia"), aged(years(0, 11)))), at("melegnano", "Mo-Fr 08:00-13:00", ["melegnano"])
    ),
    service("youth", names("ragazzo"), at("dresano", "Sa 10:00-12:00")),
    service("lonely", names("sola", of="famiglia"), at("milano"), needs=("doposcuola",)),
    service("care", names("anziano"), at(None), needs=("badante",), category="cura", accessibility={"motoria": Access.NO}),
    *(service(f"more{number}", Not(names("azienda"))) for number in range(20)),
)


def opened(fills: str, index: Index = VARIED, interview: Interview | None = None, **more: object) -> OpenQuestion:
    one = flow(question(fills, **more))  # type: ignore[arg-type]
    interview = interview or answered()
    return OpenQuestion(one.questions[0], WORDS[fills], interview, position(interview, one, index), index)


def offered(fills: str, index: Index = VARIED, interview: Interview | None = None, **more: object) -> tuple[object, ...]:
    asked = opened(fills, index, interview, **more)
    return KINDS[asked.attribute.kind.name].offered(asked)


def test_only_bands_of_the_person_and_of_the_question_are_offered() -> None:
    child = answered(persona=value("bambino"))
    assert offered("eta", interview=child) == (years(0, 3), years(3, 6), years(6, 11))
    assert offered("eta", interview=child, options=(years(3, 6), years(11, 18))) == (years(3, 6),)
    assert offered("eta", interview=answered(persona=value("bambino"), eta=value(years(40)))) == offered("eta", interview=child)


def test_only_needs_that_a_remaining_offer_answers_are_offered() -> None:
    assert offered("bisogno") == ("nido", "doposcuola", "badante")
    assert offered("bisogno", options=("badante", "antiviolenza", "nido")) == ("badante", "nido")
    assert offered("bisogno", interview=answered(persona=value("azienda"))) == ("doposcuola",)


def test_a_need_that_is_opened_again_does_not_hide_the_others() -> None:
    assert offered("bisogno", interview=answered(bisogno=value("badante"))) == ("nido", "doposcuola", "badante")


def test_the_commonest_needs_are_those_of_most_remaining_offers() -> None:
    asked = opened("bisogno", interview=answered(bisogno=value("badante")))
    assert common_needs(asked, 1) == {"nido"}
    assert common_needs(asked, 9) == {"nido", "doposcuola", "badante"}


def test_municipalities_of_the_core_are_offered_unless_the_question_lists_others() -> None:
    assert offered("comune") == ("melegnano", "dresano")
    assert offered("comune", options=("milano",)) == ("milano",)


def test_named_values_are_offered_in_their_order_or_in_that_of_the_question() -> None:
    assert offered("famiglia") == ("sola", "numerosa", "nessuna")
    assert offered("orario", options=("sabato", "mattina")) == ("sabato", "mattina")
