"""What a turn tells a channel that can change its messages: what is new or in place, what an answered question becomes."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from bot.core.case import CaseReason
from bot.core.replies import Action, Document, Verb
from bot.dialogue.calendar import calendar, has_dates
from bot.dialogue.casecard import case_card
from bot.dialogue.conversation import Manner, OpenCase, Turn, turn
from bot.dialogue.incoming import Attachment, Command, Incoming, Press, Text, typed
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World
from tests.builders import NOW

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
        ([START, Attachment(playful=False, album="a"), Attachment(playful=False, album="a")], Manner.NOTHING),
        ([START, Attachment(playful=False, album="a"), Attachment(playful=False, album="b")], Manner.NEW),
        ([START, Attachment(playful=False), Attachment(playful=False)], Manner.NEW),
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
        ([START, Attachment(playful=True)], None),
    ],
)
def test_an_answered_question_is_settled_and_no_other(world: World, incoming: list[Incoming], settled: str | None) -> None:
    shown = after(world, *incoming).settled
    assert (shown.plain if shown is not None else None) == settled
    assert shown is None or shown.rows == ()


def test_an_attachment_asks_and_a_yes_opens_the_case(world: World) -> None:
    asked = after(world, START, Attachment(playful=False))
    assert (asked.effects, asked.session.screen) == ((), Screen.HUMAN)
    opened = turn(world, asked.session, Text("sì"), NOW)
    assert opened.effects == (OpenCase(CaseReason.UNREADABLE),)


def test_an_attachment_after_a_case_was_opened_asks_nothing(world: World) -> None:
    sent = after(world, START, Command("operatore"), Attachment(playful=False))
    assert (sent.effects, sent.session.screen) == ((), Screen.CASE)


@pytest.mark.parametrize("incoming", [Command("operatore"), Text("operatore"), Press(Action(Verb.HUMAN, "asked"))])
def test_a_case_is_opened_once_while_it_is_in_front(world: World, incoming: Incoming) -> None:
    first = after(world, START, incoming)
    assert first.effects == (OpenCase(CaseReason.ASKED),)
    for again in (Command("operatore"), Text("operatore"), Press(Action(Verb.HUMAN, "asked"))):
        assert turn(world, first.session, again, NOW).effects == ()


@pytest.mark.parametrize("again", [Command("operatore"), Text("operatore"), Text("voglio una persona")])
def test_that_holds_for_whoever_begins_by_asking_for_a_person(world: World, again: Incoming) -> None:
    first = after(world, Command("operatore"))
    assert turn(world, first.session, again, NOW).effects == ()


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
    assert typed(line) == meant


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


def test_every_offer_with_dates_gives_a_calendar_that_can_be_read(world: World) -> None:
    found = 0
    for offer in world.dated.offers.values():
        if has_dates(offer):
            read = Calendar.from_ical(calendar(offer, offer.service.name, "Via Roma 1", world.words, NOW))
            uids = [str(event["uid"]) for event in read.walk("VEVENT")]
            assert len(set(uids)) == len(uids) > 0
            for event in read.walk("VEVENT"):
                assert event.decoded("dtend") > event.decoded("dtstart")
                end = event.decoded("dtend")
                assert (end.date() if isinstance(end, dt.datetime) else end) >= NOW.date()
            found += 1
    assert found > 0


def test_the_same_offer_at_the_same_time_gives_the_same_file(world: World) -> None:
    offer = next(offer for offer in world.dated.offers.values() if has_dates(offer))
    made = {calendar(offer, "Nome", "", world.words, NOW) for _ in range(3)}
    assert len(made) == 1
    assert all(len(line.encode()) <= 75 for line in made.pop().split("\r\n"))


def test_a_calendar_button_gives_a_file_and_changes_nothing(world: World) -> None:
    offer = next(offer for offer in world.dated.offers.values() if has_dates(offer))
    before = after(world, START, ANSWER).session
    result = turn(world, before, Press(Action(Verb.CALENDAR, offer.id)), NOW)
    (reply,) = result.replies
    assert isinstance(reply.attached, Document)
    assert (result.session, result.manner) == (before, Manner.NEW)


def test_the_card_of_a_case_keeps_back_what_is_sensitive(world: World) -> None:
    session = after(
        world, START, Text("una persona adulta"), Text("melegnano"), Text("centro antiviolenza"),
        Press(Action(Verb.ANSWER, "disabilita", "motoria")),
    ).session  # fmt: skip
    card = case_card(world, session, 42, CaseReason.ASKED).plain
    assert card == ("Cittadino 0042\nPerché: chiede di parlare con una persona\nComune: Melegnano\nPer chi: Una persona adulta")
