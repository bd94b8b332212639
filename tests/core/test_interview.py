"""The interview: which question comes next and why, going back and correcting, and which values are offered."""

from __future__ import annotations

import pytest

from bot.core.attributes import years
from bot.core.conditions import ALWAYS, All, Not, Span
from bot.core.flow import Flow, Purpose
from bot.core.interview import (
    Answer,
    AnswerKind,
    Interview,
    Pace,
    Position,
    PositionReason,
    position,
    stated_profile,
)
from bot.core.matching import Index
from bot.core.services import Access
from tests.builders import aged, at, flow, index_of, names, question, service, vocabulary

WORDS = vocabulary()
UNKNOWN, SKIPPED, DECLINED = Answer(AnswerKind.UNKNOWN), Answer(AnswerKind.SKIPPED), Answer(AnswerKind.DECLINED)


def value(*values: object) -> Answer:
    return Answer(AnswerKind.VALUE, values)  # type: ignore[arg-type]


def draft(*values: object) -> Answer:
    return Answer(AnswerKind.DRAFT, values)  # type: ignore[arg-type]


def answered(pace: Pace = Pace.AUTO, focus: str | None = None, **answers: Answer) -> Interview:
    return Interview("flusso", answers=answers, pace=pace, focus=focus)


def thorough(**answers: Answer) -> Interview:
    """An interview that goes on as long as a question matters."""
    return answered(Pace.THOROUGH, **answers)


def asked(interview: Interview, one: Flow, index: Index) -> str | None:
    found = position(interview, one, index).question
    return found.fills if found else None


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
PLAIN = flow("persona", "eta", "comune", "bisogno", "famiglia", "disabilita", "orario", after=99)


# --- What comes next ------------------------------------------------------------------------------------------------------


def test_questions_come_in_the_order_of_the_flow() -> None:
    assert asked(thorough(), PLAIN, VARIED) == "persona"
    assert asked(thorough(persona=value("famiglia")), PLAIN, VARIED) == "eta"
    assert asked(thorough(persona=value("famiglia"), eta=value(years(3))), PLAIN, VARIED) == "comune"


@pytest.mark.parametrize("answer", [UNKNOWN, SKIPPED, DECLINED])
def test_not_knowing_skipping_and_declining_are_answers_too(answer: Answer) -> None:
    here = position(thorough(persona=answer), PLAIN, VARIED)
    assert here.question is not None
    assert here.question.fills == "eta"
    assert here.profile == {"persona": None}


def test_what_follows_from_what_is_known_is_not_asked() -> None:
    assert asked(thorough(eta=value(years(7))), PLAIN, VARIED) == "comune"


def test_a_question_whose_condition_is_false_is_not_asked() -> None:
    one = flow("persona", question("eta", names("bambino", "ragazzo")), "comune", after=99)
    assert asked(thorough(persona=value("bambino")), one, VARIED) == "eta"
    assert asked(thorough(persona=value("famiglia")), one, VARIED) == "comune"


def test_a_question_whose_condition_is_unknown_is_asked() -> None:
    one = flow("persona", question("eta", names("bambino", "ragazzo")), "comune", after=99)
    assert asked(thorough(persona=UNKNOWN), one, VARIED) == "eta"


def test_a_condition_that_holds_for_one_of_the_children_is_enough() -> None:
    one = flow("eta", question("famiglia", names("ragazzo")), "comune", after=99)
    assert asked(thorough(eta=value(years(2), years(13))), one, VARIED) == "famiglia"
    assert asked(thorough(eta=value(years(2), years(3))), one, VARIED) == "comune"


def test_of_two_questions_for_one_attribute_that_is_asked_whose_condition_holds() -> None:
    one = flow(
        "persona",
        question("eta", names("bambino"), help="del bambino"),
        question("eta", names("famiglia"), help="dei figli"),
        after=99,
    )
    for who, help in (("bambino", "del bambino"), ("famiglia", "dei figli")):
        for interview in (thorough(persona=value(who)), answered(focus="eta", persona=value(who))):
            found = position(interview, one, VARIED).question
            assert found is not None
            assert found.help == help


def test_a_question_opened_again_is_chosen_by_what_else_is_known_and_not_by_its_own_answer() -> None:
    one = flow("persona", question("eta", names("adulto"), help="adulto"), question("eta", names("bambino"), help="bambino"))
    found = position(answered(focus="eta", persona=value("bambino"), eta=value(years(13))), one, VARIED).question
    assert found is not None
    assert found.help == "bambino"


# --- What matters -------------------------------------------------------------------------------------------------------


def test_a_question_that_no_offer_depends_on_is_not_asked() -> None:
    index = index_of(service("a"), service("b"))
    here = position(thorough(), flow("persona", "famiglia", "automobile", after=99), index)
    assert (here.question, here.reason) == (None, PositionReason.ALL_ASKED)


def test_a_question_is_asked_always_if_it_says_so() -> None:
    one = flow("persona", question("automobile", always=True), after=99)
    here = position(answered(), one, index_of(service("a"), service("b")))
    assert here.question is not None
    assert (here.question.fills, here.reason) == ("automobile", PositionReason.ALWAYS)


def test_an_undecided_part_of_a_remaining_offer_matters() -> None:
    here = position(thorough(), flow("famiglia", after=99), index_of(service("a", names("sola", of="famiglia"))))
    assert here.reason is PositionReason.UNDECIDED
    assert here.relevant == ("famiglia",)


def test_an_undecided_part_of_an_offer_that_is_excluded_does_not_matter() -> None:
    index = index_of(service("a", All((names("bambino"), names("sola", of="famiglia")))), service("b"), service("c"))
    assert asked(thorough(), flow("famiglia", after=99), index) == "famiglia"
    assert asked(thorough(persona=value("adulto")), flow("famiglia", after=99), index) is None


def test_what_an_undecided_attribute_follows_from_matters() -> None:
    here = position(thorough(), flow("eta", after=99), index_of(service("a", names("bambino"))))
    assert (here.relevant, here.reason) == (("eta",), PositionReason.UNDECIDED)


def test_needs_hours_access_and_places_matter_when_they_tell_offers_apart() -> None:
    def matters(attribute: str, *services: object) -> bool:
        here = position(thorough(), flow(attribute, after=99), index_of(*services))  # type: ignore[arg-type]
        assert here.reason is (PositionReason.TELLS_APART if here.question else PositionReason.ALL_ASKED)
        return here.question is not None

    assert matters("bisogno", service("a"), service("b", needs=("badante",)))
    assert not matters("bisogno", service("a"), service("b"))
    assert matters("disabilita", service("a", accessibility={"motoria": Access.NO}))
    assert matters("orario", service("a", ALWAYS, at(opening="Mo 08:00-10:00")))
    assert matters("orario", service("a"))
    assert not matters("orario", service("a", ALWAYS, at(opening="24/7")))
    assert matters("comune", service("a"), service("b", ALWAYS, at("dresano")))
    assert not matters("comune", service("a"), service("b"))


def test_a_need_that_changes_what_is_shown_first_matters() -> None:
    index = index_of(service("a", needs=("nido", "doposcuola")), service("b", needs=("doposcuola", "nido")))
    assert asked(thorough(), flow("bisogno", after=99), index) == "bisogno"


# --- When to stop ---------------------------------------------------------------------------------------------------------


def many(count: int = 30) -> Index:
    """Offers that differ in need, place and hours but in nothing that must be decided."""
    needs, places = ["nido", "badante"], ["melegnano", "dresano"]
    return index_of(*(service(f"s{n}", ALWAYS, at(places[n % 2]), needs=(needs[n % 2],)) for n in range(count)))


def test_few_offers_are_shown_after_one_answer_unless_something_is_undecided() -> None:
    one = flow("bisogno", "comune", "orario", after=99, show=5)
    assert asked(answered(), one, many(4)) == "bisogno"
    here = position(answered(bisogno=UNKNOWN), one, many(4))
    assert (here.question, here.reason, here.relevant) == (None, PositionReason.ENOUGH, ("comune", "orario"))
    undecided = index_of(service("a", names("sola", of="famiglia")), service("b", ALWAYS, at("dresano")))
    assert asked(answered(comune=UNKNOWN), flow("comune", "famiglia", after=99), undecided) == "famiglia"


def test_after_enough_answers_only_what_decides_is_asked() -> None:
    one = flow("bisogno", "comune", "orario", after=2)
    assert asked(answered(bisogno=UNKNOWN), one, many()) == "comune"
    assert position(answered(bisogno=UNKNOWN, comune=UNKNOWN), one, many()).reason is PositionReason.ENOUGH


def test_who_wants_more_questions_gets_all_that_matter() -> None:
    one = flow("bisogno", "comune", "orario", after=1)
    assert asked(thorough(bisogno=UNKNOWN), one, many(4)) == "comune"
    everything = position(thorough(bisogno=UNKNOWN, comune=UNKNOWN, orario=UNKNOWN), one, many(4))
    assert (everything.question, everything.reason) == (None, PositionReason.ALL_ASKED)


def test_who_wants_to_see_the_results_is_asked_no_more() -> None:
    here = position(answered(Pace.STOPPED), PLAIN, VARIED)
    assert (here.question, here.reason) == (None, PositionReason.STOPPED)


def test_when_nothing_is_left_nothing_is_asked() -> None:
    here = position(
        answered(persona=value("azienda")), flow("persona", "eta", after=99), index_of(service("a", names("bambino")))
    )
    assert (here.question, here.reason, here.match.remaining) == (None, PositionReason.NOTHING_LEFT, 0)


def test_without_offers_nothing_is_asked() -> None:
    assert position(answered(), PLAIN, index_of()).reason is PositionReason.NOTHING_LEFT


def test_a_survey_asks_everything_that_applies_and_then_ends() -> None:
    one = flow("figli", question("automobile", names("bambino")), "idee", purpose=Purpose.SURVEY)
    index = index_of()
    assert position(answered(), one, index).reason is PositionReason.SURVEY
    assert asked(answered(figli=value(Span(0, 1)), persona=value("azienda")), one, index) == "idee"
    done = position(answered(figli=UNKNOWN, automobile=value("yes"), idee=SKIPPED), one, index)
    assert (done.question, done.reason) == (None, PositionReason.ALL_ASKED)


# --- Focus and drafts ---------------------------------------------------------------------------------------------------


def test_a_question_opened_again_comes_before_everything() -> None:
    here = position(answered(Pace.STOPPED, "persona", persona=value("bambino"), famiglia=draft("sola")), PLAIN, VARIED)
    assert here.question is not None
    assert (here.question.fills, here.reason, here.number) == ("persona", PositionReason.REOPENED, 1)


def test_a_draft_comes_before_the_next_question_and_does_not_count() -> None:
    here = position(answered(famiglia=draft("sola")), PLAIN, VARIED)
    assert here.question is not None
    assert (here.question.fills, here.reason, here.profile) == ("famiglia", PositionReason.DRAFT, {})


def test_an_attribute_that_is_gone_cannot_be_in_focus() -> None:
    assert asked(answered(focus="gone"), PLAIN, VARIED) == "persona"


def test_what_no_question_asks_for_is_asked_by_its_label() -> None:
    found = position(answered(focus="idee"), PLAIN, VARIED).question
    assert found is not None
    assert found.ask == "Idee"


def test_a_question_in_focus_is_asked_even_if_its_condition_is_false() -> None:
    one = flow("persona", question("eta", names("bambino")), after=99)
    assert asked(answered(focus="eta", persona=value("adulto")), one, VARIED) == "eta"


# --- What counts ----------------------------------------------------------------------------------------------------------


def test_an_answer_whose_question_no_longer_applies_is_kept_but_does_not_count() -> None:
    one = flow("persona", question("eta", names("bambino")), after=99)
    before = answered(persona=value("bambino"), eta=value(years(3)))
    changed = before.answer("persona", value("adulto"))
    assert changed.answers["eta"] == value(years(3))
    assert set(stated_profile(changed, one, WORDS)) == {"persona"}
    assert stated_profile(changed.answer("persona", value("bambino")), one, WORDS) == stated_profile(before, one, WORDS)


def test_an_answer_that_no_question_asks_for_counts() -> None:
    assert set(stated_profile(answered(disabilita=value("motoria")), flow("persona"), WORDS)) == {"disabilita"}


def test_an_answer_counts_if_one_of_the_questions_for_it_applies() -> None:
    one = flow("persona", question("eta", names("bambino")), question("eta", names("adulto")))
    assert "eta" in stated_profile(answered(persona=value("adulto"), eta=value(years(40))), one, WORDS)
    assert "eta" not in stated_profile(answered(persona=value("azienda"), eta=value(years(40))), one, WORDS)


# --- Going back, correcting, resuming -----------------------------------------------------------------------------------


def test_going_back_opens_the_answer_before_and_keeps_it() -> None:
    interview = answered(persona=value("bambino"), eta=value(years(3)))
    assert interview.back("comune").focus == "eta"
    assert interview.back("eta").focus == "persona"
    assert interview.back(None).focus == "eta"
    assert interview.back("eta").answers == interview.answers


def test_there_is_nothing_before_the_first_answer() -> None:
    assert answered().back("persona") == answered()
    assert answered(persona=value("bambino")).back("persona").focus is None


def test_going_back_passes_over_other_drafts() -> None:
    interview = answered(persona=value("bambino"), famiglia=draft("sola"))
    assert interview.back("famiglia").focus == "persona"
    assert interview.back(None).focus == "persona"


def test_an_answer_given_again_keeps_its_place_and_closes_its_question_only() -> None:
    interview = answered(persona=value("bambino"), eta=value(years(3)), focus="persona")
    again = interview.answer("persona", value("adulto"))
    assert list(again.answers) == ["persona", "eta"]
    assert again.focus is None
    assert interview.answer("eta", UNKNOWN).focus == "persona"


def test_a_cleared_answer_is_gone_and_its_question_comes_next() -> None:
    interview = answered(persona=value("bambino"), eta=value(years(3))).clear("persona")
    assert list(interview.answers) == ["eta"]
    assert asked(interview, PLAIN, VARIED) == "persona"


def test_answers_that_content_still_understands_stay() -> None:
    interview = answered(
        persona=value("bambino"),
        famiglia=value("sola", "abolita"),
        disabilita=value("abolita"),
        gone=value("x"),
        eta=UNKNOWN,
        comune=draft(),
        orario=value("mattina"),
    )
    assert interview.keep_valid(WORDS).answers == {
        "persona": value("bambino"),
        "famiglia": value("sola"),
        "eta": UNKNOWN,
        "comune": draft(),
        "orario": value("mattina"),
    }


def test_a_yes_and_a_number_are_still_understood_later() -> None:
    interview = answered(automobile=value("yes"), figli=value(Span(0, 1)), idee=value("Più posti"))
    assert interview.keep_valid(WORDS) == interview


# --- Progress -----------------------------------------------------------------------------------------------------------


def progress(here: Position) -> tuple[int, int]:
    return here.number, here.total


def test_progress_counts_what_was_answered_and_what_still_matters() -> None:
    assert progress(position(thorough(), PLAIN, VARIED)) == (1, 7)
    assert progress(position(thorough(persona=UNKNOWN, eta=UNKNOWN), PLAIN, VARIED)) == (3, 7)
    last = thorough(**dict.fromkeys(("persona", "eta", "comune", "bisogno", "famiglia", "disabilita"), UNKNOWN))
    assert progress(position(last, PLAIN, VARIED)) == (7, 7)


def test_a_question_opened_again_has_its_old_number() -> None:
    interview = answered(persona=UNKNOWN, eta=UNKNOWN, comune=UNKNOWN, focus="eta")
    assert position(interview, PLAIN, VARIED).number == 2


def test_two_questions_for_one_attribute_count_once() -> None:
    one = flow(question("eta", help="a"), question("eta", help="b"), after=99)
    assert progress(position(thorough(), one, VARIED)) == (1, 1)


def test_a_need_is_narrowed_down_by_the_draft_of_a_category() -> None:
    assert answered().category_draft("bisogno") is None
    assert answered(bisogno=value("@figli")).category_draft("bisogno") is None
    assert answered(bisogno=draft("@figli")).category_draft("bisogno") == "figli"
    assert answered(bisogno=draft("nido")).category_draft("bisogno") is None
