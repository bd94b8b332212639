"""What holds for every conversation, whoever chats and whatever they press or type.

Over the shipped content, and over a small one that has an attribute of every kind and a survey.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core import hours
from bot.core.attributes import NEED, encode
from bot.core.case import CaseReason
from bot.core.conditions import Span
from bot.core.interview import AnswerKind, Pace
from bot.core.replies import Action, Verb
from bot.dialogue.context import Context
from bot.dialogue.effects import ForwardToManager
from bot.dialogue.incoming import Command, Incoming, Press, Text
from bot.dialogue.screens import screen_of
from bot.dialogue.session import Screen, Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.world import World
from bot.kinds.registry import kind_of
from tests.builders import TODAY, Citizen, steps, tries

#: Telegram takes no longer message (Bot API, sendMessage).
LONGEST_MESSAGE = 4096


@pytest.fixture(scope="module", params=["shipped", "small"])
def any_world(request: pytest.FixtureRequest, world: World, small: World) -> World:
    return type(world).on(small.content, TODAY) if request.param == "small" else world


def begun(world: World, number: int) -> Citizen:
    flows = list(world.content.flows)
    return Citizen(world).press(Verb.START, flows[number % len(flows)])


# --- Every message ------------------------------------------------------------------------------------------------------


@tries(120)
@given(number=st.integers(0, 2), walk=steps)
def test_every_message_says_something_has_buttons_and_leads_to_a_person_in_one_tap(
    any_world: World, number: int, walk: list[int | str]
) -> None:
    citizen = begun(any_world, number)
    assert_sensible(citizen)
    for step in walk:
        assert_sensible(citizen.walk([step]))


def assert_sensible(citizen: Citizen) -> None:
    reply = citizen.reply
    assert reply is not None
    assert reply.plain.strip()
    assert len(reply.plain) <= LONGEST_MESSAGE
    labels = [choice.label for row in reply.rows for choice in row]
    assert labels
    assert all(label.strip() for label in labels)
    assert offers_a_person(citizen) or any(
        offers_a_person(citizen.twin().do(Press(action))) for action in dict.fromkeys(citizen.offered)
    )


def offers_a_person(citizen: Citizen) -> bool:
    return any(action.verb is Verb.HUMAN for action in citizen.offered)


def shows_screen(citizen: Citizen) -> bool:
    """Whether the last message is the screen, not one beside it (alerts, privacy), whose buttons are pressed only."""
    assert citizen.reply is not None
    return citizen.reply.rows == screen_of(Context(citizen.world, citizen.session, citizen.now)).rows


@tries(120)
@given(number=st.integers(0, 2), walk=steps, which=st.integers(0, 99))
def test_typing_the_key_of_a_button_does_what_pressing_it_does(
    any_world: World, number: int, walk: list[int | str], which: int
) -> None:
    citizen = begun(any_world, number).walk(walk)
    assert citizen.reply is not None
    assume(shows_screen(citizen))
    keyed = list(citizen.reply.typed_keys())
    assert len({key for key, _ in keyed}) == len(keyed)
    key, choice = keyed[which % len(keyed)]
    if citizen.session.case_state and citizen.session.screen is Screen.CASE:
        assert citizen.twin().type(key).effects == (ForwardToManager(),), "a number may be what the person wants to know"
        return
    assert citizen.twin().do(Text(key, shows_keys=True)).session == citizen.do(Press(choice.action)).session


@tries(120)
@given(number=st.integers(0, 2), walk=steps, which=st.integers(0, 99))
def test_typing_the_words_of_a_button_does_what_pressing_it_does(
    any_world: World, number: int, walk: list[int | str], which: int
) -> None:
    citizen = begun(any_world, number).walk(walk)
    assert citizen.reply is not None
    assume(shows_screen(citizen))
    choices = [choice for row in citizen.reply.rows for choice in row]
    choice = choices[which % len(choices)]
    assert citizen.twin().type(choice.label).session == citizen.do(Press(choice.action)).session


def test_a_long_title_that_is_in_front_is_a_button_though_its_words_sound_like_danger(world: World) -> None:
    title, citizen = "Fare foto e video per i negozi", Citizen(world).command("start")
    citizen.press(Verb.ANSWER, NEED, "lavoro-giovani").press(Verb.SHOW)
    labels = [choice.label for row in citizen.press(Verb.PAGE, "1").reply.rows for choice in row]
    assert title in labels
    citizen.type(title)
    assert (citizen.session.screen, citizen.reply.plain.partition("\n")[0]) == (Screen.CARD, title)


@pytest.mark.parametrize(
    ("opening", "expected"),
    [("Sa 21:00-24:00", "sab 21:00–24:00"), ("Sa 21:00-00:30", "sab 21:00–0:30"), ("Sa 21:00-02:00", "sab 21:00–2:00")],
)
def test_hours_after_midnight_are_said_as_on_a_clock(world: World, opening: str, expected: str) -> None:
    assert world.phrasing.week(hours.week(opening)) == expected


# --- No loop and no dead end ----------------------------------------------------------------------------------------------


@tries(80)
@given(number=st.integers(0, 2), walk=steps, picks=st.lists(st.integers(0, 999), min_size=40, max_size=40))
def test_who_always_answers_comes_to_an_end_from_anywhere(
    any_world: World, number: int, walk: list[int | str], picks: list[int]
) -> None:
    citizen = begun(any_world, number).walk(walk).press(Verb.LIST)
    answer_all(citizen, picks)
    assert citizen.position.question is None
    if citizen.session.interview is not None and Verb.MORE_QUESTIONS in {action.verb for action in citizen.offered}:
        answer_all(citizen.press(Verb.MORE_QUESTIONS), picks)
        assert citizen.position.question is None
    assert offers_a_person(citizen)


def answer_all(citizen: Citizen, picks: list[int]) -> None:
    """Answers as one pleases, for at most four turns a question."""
    flow = citizen.world.content.flows[citizen.interview.flow]
    for number, pick in zip(range(4 * len(flow.questions)), picks, strict=False):
        asked = citizen.position.question
        if asked is None:
            return
        attribute = citizen.world.content.vocabulary[asked.fills]
        verbs = [Verb.ANSWER, Verb.CONFIRM, Verb.UNKNOWN, Verb.DECLINE, Verb.TOGGLE]
        if kind_of(attribute).has_toggles(attribute) and Verb.CONFIRM in {action.verb for action in citizen.offered}:
            verbs = [Verb.CONFIRM]
        answers = [action for action in citizen.offered if action.verb in verbs and action.target == attribute.id]
        if pick % 10 == 0 or not answers:
            citizen.type(["non lo so", "salta"][number % 2])
        else:
            citizen.do(Press(answers[pick % len(answers)]))


@tries(60)
@given(number=st.integers(0, 2), walk=steps)
def test_who_answers_is_never_asked_the_same_again(any_world: World, number: int, walk: list[int | str]) -> None:
    citizen = begun(any_world, number).walk(walk).press(Verb.LIST).settle()
    asked = citizen.position.question
    if asked is not None and citizen.world.content.vocabulary[asked.fills].kind.name != "need":
        direct = [action for action in citizen.offered if action.verb in (Verb.ANSWER, Verb.UNKNOWN)]
        for action in direct:
            after = citizen.twin().do(Press(action)).do(Press(Action(Verb.LIST))).position.question
            assert after is None or after.fills != asked.fills


@pytest.mark.parametrize(
    ("attribute", "typed"), [("automobile", "sì"), ("automobile", "no"), ("figli", "2"), ("figli", "1234567")]
)
def test_a_typed_yes_or_number_is_an_answer_that_lasts(small: World, attribute: str, typed: str) -> None:
    citizen = Citizen(small).press(Verb.START, "sondaggio").press(Verb.REOPEN, attribute).type(typed)
    assert citizen.answers[attribute].kind is AnswerKind.VALUE
    citizen.press(Verb.HELP).press(Verb.LIST)
    assert attribute in citizen.answers
    question = citizen.position.question
    assert question is None or question.fills != attribute


# --- Whatever is typed or pressed -----------------------------------------------------------------------------------------

PIECES = ["non lo so", "sì", "no", "basta", "indietro", "1, 3", "dalle 24 alle 6", "dopo le 18", "2 e 8 anni", "nata nel 2019"]
JUNK = ["😀", "\x00", "\u202e", "﷽", "ع", "汉字", "a\u0300", "\U0001f468\u200d\U0001f469", "{0}", "%s", "<b>", "/", "'", "²", "٣"]

characters = st.characters(exclude_categories=())
texts = st.one_of(
    st.text(characters, max_size=60),
    st.text(st.characters(categories=("L", "N", "Zs")), max_size=60),
    st.lists(st.sampled_from([*PIECES, *JUNK, "melegnano", "doposcuola", "mezza", "sabato", "7", "?"]), max_size=8).map(" ".join),
    st.builds(
        lambda piece, times: (piece * times)[:100_000], st.text(characters, min_size=1, max_size=9), st.integers(1, 100_000)
    ),
)


@tries(100)
@given(number=st.integers(0, 2), walk=steps, text=texts)
def test_whatever_is_typed_gets_one_sensible_message_soon(
    any_world: World, number: int, walk: list[int | str], text: str
) -> None:
    citizen = begun(any_world, number).walk(walk)
    citizen.type(text)
    assert_sensible(citizen)


@pytest.mark.parametrize(
    "piece", [*PIECES, *JUNK, " ", "\n", "uno ", "mille ", "dalle ", "dopo le 18 ", "e mezza ", "nessuna ", "1/", "a b "]
)
def test_a_hundred_thousand_characters_get_a_reply_whatever_is_asked(world: World, piece: str) -> None:
    one_of_each_kind = {attribute.kind: id for id, attribute in world.content.vocabulary.attributes.items()}
    for attribute in one_of_each_kind.values():
        citizen = begun(world, 0).press(Verb.REOPEN, attribute)
        citizen.type((piece * 100_000)[:100_000])
        assert citizen.reply is not None
        assert citizen.reply.plain.strip()


@tries(80)
@given(text=texts)
def test_whatever_is_typed_first_begins_a_conversation(any_world: World, text: str) -> None:
    citizen = Citizen(any_world).type(text)
    assert citizen.session.interview is not None
    assert_sensible(citizen)


@pytest.mark.parametrize("typed", ["sì", "SI", "lascia perdere", "grazie"])
def test_courtesies_below_a_list_get_a_reply_where_the_content_has_no_words_for_them(small: World, typed: str) -> None:
    citizen = begun(small, 0).walk([0, 0, 0, 0])
    assert "thanks" not in small.content.intents
    assert_sensible(citizen.type(typed))


@pytest.mark.parametrize("typed", ["fatto", "conferma", "ho finito", "basta così"])
def test_having_finished_is_no_answer_to_a_question_with_one_choice(world: World, typed: str) -> None:
    assert "persona" not in Citizen(world).command("start").type(typed).answers


@pytest.mark.parametrize(
    "clock", ["dalle 24 alle 6", "dalle 24 alle 24", "dopo le 24", "tra le 0 e le 24", "prima delle 0", "dalle ٣ alle ٤"]
)
def test_odd_hours_are_understood_or_asked_again(world: World, clock: str) -> None:
    assert_sensible(Citizen(world).command("start").press(Verb.REOPEN, "orario").type(clock))


SPANS = ["36..72", "0..inf", "-inf..5", "-inf..inf", "-36..-12", "0.5..0.75", "1e300..inf", "nan..1", "5..5", "1.."]
HOURS = ["=Mo-Fr 08:00-12:00", "=Mo 24:00-26:00", "=", "=off", "=Mo 22:00-07:00", "sabato", "notte"]
NAMED = ["bambino", "famiglia", "nessuna", "motoria", "milano", "@famiglia", "@figli", "@", "yes", "no", "x" * 50, ""]
ATTRIBUTES = ["persona", "comune", "bisogno", "famiglia", "disabilita", "automobile", "idee", "gone", ""]
OTHERS = ["asked", "nothing_fits", "not_understood", "0", "1", "7", "99", "9" * 50, "٣", "²", "-1", "nido@melegnano"]

named = st.tuples(st.sampled_from(ATTRIBUTES), st.sampled_from(NAMED) | st.text(max_size=20))
spanned = st.tuples(st.sampled_from(["eta", "figli"]), st.sampled_from(SPANS))
timed = st.tuples(st.just("orario"), st.sampled_from(HOURS))
others = st.tuples(st.sampled_from(OTHERS) | st.text(max_size=20), st.text(max_size=5))
#: Buttons that somebody may have made up, or that an older bot has shown.
actions = st.builds(
    lambda verb, what: Action(verb, *what), st.sampled_from(Verb), st.one_of(named, spanned, timed, others)
) | st.builds(
    lambda verb, what: Action(verb, *what), st.sampled_from([Verb.ANSWER, Verb.TOGGLE]), st.one_of(named, spanned, timed)
)
commands = st.builds(Command, st.sampled_from(["start", "aiuto", "help", "indietro", "modifica", "ricomincia", "operatore", "x"]))

#: The number of an offered button, or of one that was offered before; or anything else that can come in.
moves = st.one_of(
    st.integers(0, 999),
    st.integers(-999, -1),
    actions.map(Press),
    commands,
    st.builds(Command, st.text(max_size=9), st.text(max_size=9)),
    texts.map(Text),
)


@tries(100)
@given(mix=st.lists(moves, min_size=1, max_size=14))
def test_any_mix_of_buttons_commands_and_words_gets_one_message_at_every_turn(
    any_world: World, mix: list[int | Incoming]
) -> None:
    citizen, seen = Citizen(any_world), [Action(Verb.START)]
    for move in mix:
        offered = citizen.offered if citizen.reply is not None else seen
        seen += offered
        match move:
            case int() if move >= 0:
                citizen.do(Press(offered[move % len(offered)]))
            case int():
                citizen.do(Press(seen[move % len(seen)]))
            case _:
                citizen.do(move)
        assert citizen.reply is not None
        assert citizen.reply.plain.strip()
        assert citizen.offered


@tries(60)
@given(walk=steps, later=steps)
def test_buttons_of_yesterday_work_or_say_so_after_the_content_changed(
    world: World, small: World, walk: list[int], later: list[int]
) -> None:
    citizen = begun(world, 0)
    seen = list(citizen.offered)
    for step in walk:
        seen += citizen.walk([step]).offered
    words = small.content.vocabulary
    moved = Citizen(small, load_session(dump_session(citizen.session), words))
    for step in later:
        moved.do(Press(seen[step % len(seen)])) if isinstance(step, int) else moved.command(step)
        assert_sensible(moved)
        assert all(words.is_valid(a, value) for a, answer in moved.answers.items() for value in answer.values)


@pytest.mark.parametrize(
    "action",
    [
        Action(Verb.ANSWER, "eta", "-inf..5"),
        Action(Verb.ANSWER, "eta", "-inf..inf"),
        Action(Verb.PAGE, "9" * 5000),
        Action(Verb.PAGE, "²"),
        Action(Verb.CARD, "gone"),
        Action(Verb.HUMAN, "gone"),
        Action(Verb.START, "gone"),
        Action(Verb.REOPEN, "gone"),
        Action(Verb.TOGGLE, "persona", "bambino"),
        Action(Verb.WIDEN, "persona"),
        Action(Verb.CONFIRM, "eta"),
    ],
)
def test_a_button_that_nobody_was_shown_does_no_harm(world: World, action: Action) -> None:
    for citizen in (Citizen(world), Citizen(world).command("start")):
        assert_sensible(citizen.do(Press(action)))
        assert_sensible(citizen.command("modifica"))


# --- Sessions -------------------------------------------------------------------------------------------------------------


@tries(60)
@given(number=st.integers(0, 2), walk=steps)
def test_a_session_is_short_json_and_is_read_back_as_it_was_written(any_world: World, number: int, walk: list[int | str]) -> None:
    citizen = begun(any_world, number).walk(walk)
    written = dump_session(citizen.session)
    assert load_session(written, any_world.content.vocabulary) == citizen.session
    assert dump_session(load_session(written, any_world.content.vocabulary)) == written
    assert len(written) < 2_000
    assert isinstance(json.loads(written), dict)


def test_a_session_of_another_version_begins_anew(world: World) -> None:
    written = json.loads(dump_session(Citizen(world).command("start").session))
    assert load_session(json.dumps({**written, "version": 0}), world.content.vocabulary) == Session()


def test_what_may_have_been_meant_is_remembered_without_what_is_gone(world: World) -> None:
    span = Span(24, 36)
    session = Session(
        screen=Screen.HUMAN,
        suggestions=(span,),
        suggested_attribute="eta",
        misunderstandings=1,
        handoff_reason=CaseReason.ASKED,
        interview_count=3,
    )
    assert load_session(dump_session(session), world.content.vocabulary) == session
    gone = replace(session, suggested_attribute="gone")
    assert load_session(dump_session(gone), world.content.vocabulary).suggestions == ()
    broken = dump_session(session).replace(encode(span), "x")
    assert load_session(broken, world.content.vocabulary).suggestions == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"x"', '{"version": 1}', '{"version": 1, "screen": "x"}'])
def test_what_no_session_was_written_as_is_an_error_or_a_new_session(world: World, text: str) -> None:
    try:
        found = load_session(text, world.content.vocabulary)
    except (ValueError, KeyError):
        found = Session()
    assert found == Session()


def test_the_pace_and_a_question_opened_again_are_remembered(world: World) -> None:
    citizen = (
        Citizen(world).command("start").press(Verb.ANSWER, "persona", "adulto").press(Verb.SHOW).press(Verb.REOPEN, "persona")
    )
    assert (citizen.interview.pace, citizen.interview.focus) == (Pace.STOPPED, "persona")
