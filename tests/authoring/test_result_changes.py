"""Whose result another version changes: the count equals asking the matcher for every profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.result_changes import FIRST, possible_answers, profile_of, result_changes
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition
from bot.core.content import Content
from bot.core.explanation import Verdict, explain
from bot.core.flow import Flow
from bot.core.services import Service
from tests.builders import TODAY, aged, at, content_of, flow, names, question, service, tries, vocabulary, years

WORDS = vocabulary()
FLOW = flow("persona", "comune", "bisogno", "disabilita")
#: Every need, with few of the rest: some two hundred profiles.
SMALL = flow(
    question("persona", options=("bambino", "anziano")), question("eta", names("bambino")), "comune", "bisogno",
    question("orario", options=("mattina", "sabato")),
    question("famiglia", Any((names("bambino"), names("nido", of="bisogno"))), options=("sola", "numerosa")),
)  # fmt: skip

conditions: st.SearchStrategy[Condition] = st.sampled_from([
    ALWAYS, names("bambino"), aged(years(0, 3)), aged(years(2, 8)), names("sola", of="famiglia"),
    All((names("bambino"), aged(years(3, 11)))), Any((aged(years(0, 3)), names("numerosa", of="famiglia"))),
    Atom("automobile", frozenset({"yes"})), All((Atom("automobile", frozenset({"yes"})), names("sola", of="famiglia"))),
])  # fmt: skip
locations = st.builds(
    at,
    st.sampled_from(["melegnano", "dresano", "milano", None]),
    st.sampled_from(["", "Mo-Fr 08:00-12:00", "Sa 09:00-12:00"]),
    st.sampled_from([None, ["melegnano"], ["melegnano", "dresano"]]),
)


def _service(number: int) -> st.SearchStrategy[Service]:
    needs = st.lists(st.sampled_from(["nido", "doposcuola", "badante", "antiviolenza"]), max_size=2, unique=True).map(tuple)
    assured = st.sampled_from([None, TODAY])
    return st.builds(
        lambda condition, where, needs, assured: service(f"s{number}", condition, where, needs=needs, assured=assured),
        conditions, locations, needs, assured,
    )  # fmt: skip


versions = st.tuples(*(_service(number) for number in range(6))).flatmap(
    lambda several: st.lists(st.sampled_from(several), unique_by=lambda one: one.id, min_size=1)
)


def brute_force(one: Flow, before: Content, after: Content) -> Iterator[tuple[bool, dict[str, tuple[Verdict, Verdict]]]]:
    """For each possible profile, whether its result changes and the verdicts that do, as the matcher says of it alone."""
    for answers in possible_answers(one.questions, after.vocabulary):
        verdicts, firsts = [], []
        for content in (before, after):
            index = content.on(TODAY).index(one)
            people = (profile_of(answers, content.vocabulary),)
            verdicts.append({offer.id: explain(offer, people).verdict for offer in index.offers})
            firsts.append([offer.id for offer in index.best(index.match(people), people, FIRST)])
        out = Verdict.DOES_NOT_FIT
        pairs = {id: (verdicts[0].get(id, out), verdicts[1].get(id, out)) for id in {*verdicts[0], *verdicts[1]}}
        other = {id: pair for id, pair in pairs.items() if pair[0] != pair[1]}
        yield bool(other) or firsts[0] != firsts[1], other


@tries(5)
@given(versions, versions)
def test_the_count_equals_brute_force(before: list[Service], after: list[Service]) -> None:
    contents = [content_of(*services, words=WORDS, flows=[SMALL]) for services in (before, after)]
    (found,) = result_changes(*(content.on(TODAY) for content in contents))
    expected = list(brute_force(SMALL, *contents))
    assert (found.profiles, found.changed) == (len(expected), sum(changes for changes, _ in expected))
    assert len(found.examples) == min(3, found.changed) or 0 < len(found.examples) <= found.changed
    for example in found.examples:
        assert not example.verdicts or dict(example.verdicts) in [other for _, other in expected]


def test_a_value_that_the_version_before_did_not_know_is_left_out_there() -> None:
    places = WORDS["comune"]
    fewer = replace(
        WORDS, attributes={**WORDS.attributes, "comune": replace(places, terms={"melegnano": places.terms["melegnano"]})}
    )
    one = service("uno", ALWAYS, at("dresano", "Mo-Su 00:00-24:00", ["dresano"]))
    contents = content_of(one, words=fewer, flows=[FLOW]), content_of(one, words=WORDS, flows=[FLOW])
    (found,) = result_changes(*(content.on(TODAY) for content in contents))
    assert found.changed == sum(changes for changes, _ in brute_force(FLOW, *contents)) > 0
    assert (Verdict.TO_CHECK, Verdict.FITS) in found.examples[0].verdicts.values()


def test_nobody_is_counted_where_only_words_change() -> None:
    contents = [content_of(service("uno", summary=text), words=WORDS, flows=[FLOW]).on(TODAY) for text in ("Prima.", "Ora.")]
    (found,) = result_changes(*contents)
    assert (found.changed, found.examples) == (0, ())


def test_answers_follow_the_questions_in_their_order() -> None:
    asked = flow("persona", question("eta", names("ragazzo"))).questions
    found = list(possible_answers(asked, WORDS))
    assert {"persona": "adulto"} in found
    assert [one for one in found if one["persona"] == "ragazzo"] == [{"persona": "ragazzo", "eta": years(11, 18)}]
