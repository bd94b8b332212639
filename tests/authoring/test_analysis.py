"""What can be proved of conditions: whether any answers make them true."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.analysis import satisfiable
from bot.core.attributes import Attribute, Term
from bot.core.conditions import Truth, truth
from bot.kinds.registry import KINDS
from tests.builders import condition, said, tries, vocabulary, years

WORDS = vocabulary()
MANY = Attribute("colori", KINDS["choice"], "Colori", {id: Term(id, id) for id in "abcdefgh"}, multiple=True)


def can_hold(written: str) -> bool:
    return satisfiable(condition(written), WORDS)


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "persona: bambino",
        "{persona: bambino, eta: 0-10}",
        "{persona: [bambino, anziano], eta: 70}",
        "{any: [{persona: anziano}, {eta: 6}], eta: 6-10}",
        "not: {persona: bambino}",
        "{eta: 65+, not: {persona: bambino}}",
        "{famiglia: sola, any: [{famiglia: numerosa}]}",
        "{automobile: yes, figli: 3+}",
        "{orario: mattina, any: [{orario: sabato}]}",
        "{comune: milano, bisogno: figli}",
        "{figli: 1+, not: {figli: 2+}}",
    ],
)
def test_a_condition_that_some_answers_meet_can_hold(written: str) -> None:
    assert can_hold(written)


@pytest.mark.parametrize(
    "written",
    [
        "any: [{not: {}}]",
        "{persona: bambino, not: {persona: [bambino, ragazzo]}}",
        "{persona: anziano, eta: 6-10}",
        "{persona: bambino, eta: 65+}",
        "{eta: 6-10, any: [{eta: 11+}, {eta: <6}]}",
        "{automobile: yes, any: [{automobile: no}]}",
        "{figli: 1, not: {figli: 0-5}}",
        "{not: {orario: [mattina, pomeriggio, sabato]}, orario: mattina}",
    ],
)
def test_a_condition_that_contradicts_itself_cannot_hold(written: str) -> None:
    assert not can_hold(written)


def test_whoever_a_person_is_called_follows_from_the_age() -> None:
    assert can_hold("{persona: ragazzo, eta: 13}")
    assert not can_hold("{persona: ragazzo, eta: 7}")


@pytest.mark.parametrize(("excluded", "holds"), [("d", True), ("[d, e, f, g, h]", True), ("a", False), ("[d, c]", False)])
def test_three_of_many_names_can_hold_together_only_without_a_fourth(excluded: str, holds: bool) -> None:
    words = vocabulary(MANY)
    written = f"{{colori: a, not: {{any: [{{not: {{colori: b}}}}, {{not: {{colori: c}}}}, {{colori: {excluded}}}]}}}}"
    assert satisfiable(condition(written, words), words) is holds


def test_all_of_many_names_can_hold_together() -> None:
    words = vocabulary(MANY)
    written = "not: {any: [" + ", ".join(f"{{not: {{colori: {id}}}}}" for id in "abcdefgh") + "]}"
    assert satisfiable(condition(written, words), words)


def test_a_condition_on_very_much_is_taken_to_hold() -> None:
    wide = "comune: milano, bisogno: nido, famiglia: sola, disabilita: motoria, orario: sabato, figli: 3"
    assert can_hold(f"{{persona: anziano, eta: 6-10, {wide}}}")


def test_a_condition_on_very_many_names_is_taken_to_hold() -> None:
    words = vocabulary(
        Attribute("colori", KINDS["choice"], "Colori", {id: Term(id, id) for id in "abcdefghijklm"}, multiple=True)
    )
    every = "{not: {any: [" + ", ".join(f"{{colori: {id}}}" for id in "abcdefghijklm") + "]}}"
    assert satisfiable(condition(every, words), words)


def test_what_has_no_answer_may_still_follow_from_what_has() -> None:
    assert satisfiable(condition("persona: anziano"), WORDS, frozenset({"persona"}))
    assert not satisfiable(condition("persona: adulto"), WORDS, frozenset({"persona"}))
    assert not satisfiable(condition("comune: milano"), WORDS, frozenset({"comune"}))


def test_what_has_no_answer_may_follow_from_any_of_several_names() -> None:
    cared = Term("seguita", "Seguita", implied_by=condition("famiglia: numerosa"))
    words = vocabulary(Attribute("aiuto", KINDS["choice"], "Aiuto", {"seguita": cared}))
    assert satisfiable(condition("aiuto: seguita", words), words, frozenset({"aiuto"}))


#: Answers of one person, few enough to try them all.
ANSWERS = {
    "persona": [None, "bambino", "ragazzo", "adulto", "anziano"],
    "eta": [None, *(years(age) for age in (3, 8, 10, 11, 14, 40, 70))],
    "automobile": [None, "yes", "no"],
}
PARTS = ["persona: bambino", "persona: [ragazzo, anziano]", "eta: 6-10", "eta: 65+", "eta: 11-17", "automobile: yes"]
written_conditions = st.recursive(
    st.sampled_from([f"{{{part}}}" for part in PARTS]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"{{not: {one}}}"),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: f"{{any: [{', '.join(several)}]}}"),
        st.tuples(inner, inner).map(lambda two: f"{{any: [{two[0]}], not: {{not: {two[1]}}}}}"),
    ),
    max_leaves=5,
)


@tries(60)
@given(written=written_conditions)
def test_what_cannot_hold_is_never_true_whatever_is_answered(written: str) -> None:
    read = condition(written)
    tried = (dict(zip(ANSWERS, values, strict=True)) for values in itertools.product(*ANSWERS.values()))
    stated = ({name: value for name, value in one.items() if value is not None} for one in tried)
    true = any(truth(read, person) is Truth.TRUE for one in stated for person in WORDS.people(said(WORDS, **one)))
    assert satisfiable(read, WORDS) or not true
