"""What a turn tells a channel that can change its messages: what is new or in place, what an answered question becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case import CaseReason
from bot.core.replies import Action, Verb
from bot.dialogue.cases.manager_texts import card
from bot.dialogue.cases.sharing import place_named, shared_facts
from bot.dialogue.effects import ForwardToManager, LeaveCase, OpenCase, ReopenCase, Share
from bot.dialogue.incoming import Attachment, Command, Incoming, News, NewsKind, Press, Text, parse_line
from bot.dialogue.session import Screen, Session
from bot.dialogue.turn import Manner, Turn, turn
from bot.dialogue.world import World
from tests.builders import NOW, a_case

ANSWER = Press(Action(Verb.ANSWER, "persona", "bambino"))


def after(world: World, *incoming: Incoming) -> Turn:
    """The last of some turns."""
    session = Session()
    for one in incoming:
        last = turn(world, session, one, NOW)
        session = last.session
    return last


START = Command("start")


@pytest.mark.parametrize(
    ("incoming", "manner"),
    [
        ([START], Manner.NEW),
        ([START, ANSWER], Manner.NEW),
        ([START, Text("un bambino")], Manner.NEW),
        ([START, Press(Action(Verb.TOGGLE, "disabilita", "motoria"))], Manner.IN_PLACE),
        ([START, Press(Action(Verb.TOGGLE, "bisogno", "@famiglia"))], Manner.IN_PLACE),
        ([START, ANSWER, Press(Action(Verb.SHOW)), Press(Action(Verb.PAGE, "1"))], Manner.IN_PLACE),
        ([START, ANSWER, Press(Action(Verb.SHOW)), Press(Action(Verb.PAGE, "0"))], Manner.NOTHING),
        ([START, Press(Action(Verb.CARD, "gone"))], Manner.NEW),
        ([START, Press(Action(Verb.START), interview=1)], Manner.NOTHING),
        ([START, Press(Action(Verb.HELP)), Press(Action(Verb.HELP))], Manner.NOTHING),
        ([START, Press(Action(Verb.BACK), interview=0)], Manner.NEW),
        ([START, Attachment(is_playful=False, album_id="a"), Attachment(is_playful=False, album_id="a")], Manner.NOTHING),
        ([START, Attachment(is_playful=False, album_id="a"), Attachment(is_playful=False, album_id="b")], Manner.NEW),
        ([START, Attachment(is_playful=False), Attachment(is_playful=False)], Manner.NEW),
    ],
)
def test_a_reply_is_new_or_in_place_or_not_needed(world: World, incoming: list[Incoming], manner: Manner) -> None:
    assert after(world, *incoming).manner is manner


@pytest.mark.parametrize(
    ("incoming", "settled"),
    [
        ([START, ANSWER], "Per chi cerchi un servizio?\n✓ Un bambino o una bambina"),
        ([START, Text("un bambino")], "Per chi cerchi un servizio?\n✓ Un bambino o una bambina"),
        ([START, Text("non lo so")], "Per chi cerchi un servizio?\n✓ non lo so"),
        ([START, ANSWER, Text("4 e 9")], "Quanti anni ha?\n✓ 4 anni e 9 anni"),
        ([START, Text("xyzzy")], None),
        ([START, Command("aiuto")], None),
        ([START, Command("start")], None),
        ([START, Press(Action(Verb.TOGGLE, "bisogno", "@famiglia"))], None),
        ([START, Attachment(is_playful=True)], None),
    ],
)
def test_an_answered_question_is_settled_and_no_other(world: World, incoming: list[Incoming], settled: str | None) -> None:
    shown = after(world, *incoming).answered_question
    assert (shown.plain if shown is not None else None) == settled
    assert shown is None or shown.rows == ()


def test_an_attachment_asks_and_a_yes_opens_the_case(world: World) -> None:
    asked = after(world, START, Attachment(is_playful=False))
    assert (asked.effects, asked.session.screen) == ((), Screen.HUMAN)
    opened = turn(world, asked.session, Text("sì"), NOW)
    assert [(effect.reason, effect.share) for effect in opened.effects if isinstance(effect, OpenCase)] == [
        (CaseReason.UNREADABLE, Share.NOTHING)
    ]


def test_an_attachment_after_a_case_was_opened_asks_nothing_and_is_for_the_person(world: World) -> None:
    sent = after(world, START, Command("operatore"), News(NewsKind.OPENED), Attachment(is_playful=False))
    assert (sent.effects, sent.replies, sent.session.screen) == ((ForwardToManager(),), (), Screen.CASE)


@pytest.mark.parametrize("incoming", [Command("operatore"), Text("operatore"), Press(Action(Verb.HUMAN, "asked"))])
def test_a_case_is_opened_once_while_it_is_in_front(world: World, incoming: Incoming) -> None:
    first = after(world, START, incoming)
    assert first.effects == (OpenCase(CaseReason.ASKED, Share.NOTHING),)
    told = turn(world, first.session, News(NewsKind.OPENED), NOW)
    for again in (Command("operatore"), Press(Action(Verb.HUMAN, "asked"))):
        assert turn(world, told.session, again, NOW).effects == ()
    assert turn(world, told.session, Text("operatore"), NOW).effects == (ForwardToManager(),), (
        "what is typed there is for the person"
    )


@pytest.mark.parametrize("again", [Command("operatore"), Text("operatore"), Text("voglio una persona")])
def test_that_holds_for_whoever_begins_by_asking_for_a_person(world: World, again: Incoming) -> None:
    first = after(world, Command("operatore"), News(NewsKind.OPENED))
    assert not [one for one in turn(world, first.session, again, NOW).effects if isinstance(one, OpenCase)]


def test_whoever_said_something_is_asked_what_may_be_shared(world: World) -> None:
    asked = after(world, START, ANSWER, Command("operatore"))
    assert (asked.effects, asked.session.screen) == ((), Screen.SHARE)
    opened = turn(world, asked.session, Press(Action(Verb.SHARE, Share.PLAIN)), NOW)
    assert opened.effects == (OpenCase(CaseReason.ASKED, Share.PLAIN),)


def test_what_only_tells_the_bot_what_to_do_is_nothing_to_share(world: World) -> None:
    asked = after(world, START, Text("aiuto"), Text("continua"), Text("voglio parlare con una persona"))
    assert asked.effects == (OpenCase(CaseReason.ASKED, Share.NOTHING),)


@pytest.mark.parametrize("words", ["motoria", "cerco un centro antiviolenza"])
def test_sensitive_answers_are_not_remembered_as_words(world: World, words: str) -> None:
    """As an answer they are shared only if the citizen agrees; words are shared in one."""
    before = after(world, START, Text("una persona adulta"), Press(Action(Verb.REOPEN, "disabilita")))
    said = turn(world, before.session, Text(words), NOW).session
    assert said.recent_texts == before.session.recent_texts


def test_after_a_case_was_closed_a_person_can_be_asked_for_again(world: World) -> None:
    """About the closed case while its end is in front; after a new beginning it is a new request."""
    closed = after(world, START, Command("operatore"), News(NewsKind.OPENED), News(NewsKind.CLOSED, "Marta")).session
    anew = turn(world, closed, START, NOW).session
    for last in (Command("operatore"), Press(Action(Verb.HUMAN, "asked"))):
        assert turn(world, closed, last, NOW).effects == (ReopenCase(forwards_message=False),)
        assert turn(world, anew, last, NOW).effects == (OpenCase(CaseReason.ASKED, Share.NOTHING),)


def test_a_danger_after_a_case_was_closed_opens_an_urgent_one(world: World) -> None:
    done = after(world, START, Command("operatore"), News(NewsKind.OPENED), News(NewsKind.CLOSED, "Marta"))
    (effect,) = turn(world, done.session, Text("mio marito mi picchia"), NOW).effects
    assert isinstance(effect, OpenCase)
    assert effect.danger is not None
    assert (effect.reason, effect.danger.danger) == (CaseReason.URGENT, "violence")


@pytest.mark.parametrize("first", [[], [Press(Action(Verb.LIST))]], ids=["in front", "beside the bot"])
def test_whoever_waits_for_a_person_can_leave_by_a_command(world: World, first: list[Incoming]) -> None:
    left = after(world, START, Command("operatore"), News(NewsKind.OPENED), *first, Command("esci"))
    assert left.effects == (LeaveCase(),)
    assert left.session.case_state is None


def test_where_nobody_can_answer_asking_twice_opens_one_case(world: World) -> None:
    nobody = replace(world, is_staffed=False)
    first = after(nobody, START, Command("operatore"), News(NewsKind.OPENED))
    assert turn(nobody, first.session, Press(Action(Verb.HUMAN, "asked")), NOW).effects == ()


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/start", Command("start")),
        ("/start asilo-nido__melegnano", Command("start", "asilo-nido__melegnano")),
        ("/START@Some_Bot  x y ", Command("start", "x y")),
        (" /aiuto ", Command("aiuto")),
        ("/start\nx", Command("start", "x")),
        ("/", Text("/")),
        ("//note", Text("//note")),
        ("/più", Text("/più")),
        ("a /start", Text("a /start")),
        ("/" + "a" * 33, Text("/" + "a" * 33)),
        ("", Text("")),
    ],
)
def test_a_line_is_a_command_or_text(line: str, meant: Command | Text) -> None:
    assert parse_line(line) == meant


def test_a_link_never_fails(world: World) -> None:
    for argument in (
        "__",
        "____",
        "a__b__c",
        "bisogno",
        "persona",
        "bambino",
        "@famiglia",
        "x" * 4000,
        "\x00",
        "asilo-nido__asilo-nido",
    ):
        assert after(world, Command("start", argument)).replies[0].rows


def test_the_card_of_a_case_keeps_back_what_is_sensitive(world: World) -> None:
    session = after(
        world, START, Text("una persona adulta"), Text("melegnano"), Text("centro antiviolenza"),
        Press(Action(Verb.ANSWER, "disabilita", "motoria")),
    ).session  # fmt: skip
    case = a_case(number=42, place=place_named(world, session), facts=shared_facts(world, session, Share.PLAIN))
    written = card(world, case, lambda _: NOW).plain
    assert written == (
        "Cittadino 0042\nPerché: chiede di parlare con una persona\nIn attesa dalle 10:00\n\n"
        "Comune: Melegnano\nPer chi: Una persona adulta"
    )
