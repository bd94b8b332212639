"""Edits of earlier messages correct the answer that the message gave, and never another question; coming back asks what to do."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.core.content import Content
from bot.core.replies import Action, Verb
from bot.dialogue.incoming import Command, Press, Text
from bot.dialogue.session import Screen, Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World

NOW = dt.datetime(2026, 11, 22, 10)
#: The texts of a search, by their number in the chat.
SEARCH = ("un bambino", "6 anni", "Melegnano", "doposcuola")


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


class Chat:
    """A chat with numbered messages, and a restart between its turns."""

    def __init__(self, world: World, *lines: str) -> None:
        self.world, self.session = world, Session()
        self.takes(Command("start"))
        for number, line in enumerate(lines, 1):
            self.takes(Text(line, message=number))

    def takes(self, incoming: Text | Command | Press) -> Turn:
        """The turn of what comes in."""
        session = load_session(dump_session(self.session), self.world.content.vocabulary)
        result = turn(self.world, session, incoming, NOW)
        self.session = result.session
        return result

    def edits(self, number: int, line: str) -> Turn:
        return self.takes(Text(line, message=number, is_edited=True))

    def answers(self) -> dict[str, str]:
        """What is known, in words."""
        assert self.session.interview is not None
        phrasing, vocabulary = self.world.phrasing, self.world.content.vocabulary
        return {id: phrasing.values(vocabulary[id], one.values) for id, one in self.session.interview.answers.items()}


@pytest.mark.parametrize("answered", range(2, 5))
@pytest.mark.parametrize(
    ("number", "words", "attribute", "said"),
    [(1, "un ragazzo", "persona", "Un ragazzo o una ragazza"), (2, "9", "eta", "9 anni"), (2, "9 anni", "eta", "9 anni")],
)
def test_an_edit_corrects_the_answer_that_the_message_gave(
    world: World, answered: int, number: int, words: str, attribute: str, said: str
) -> None:
    chat = Chat(world, *SEARCH[:answered])
    before = chat.answers()
    shown = chat.edits(number, words)
    assert chat.answers() == before | {attribute: said}
    assert said in shown.replies[0].plain


@pytest.mark.parametrize("words", ["9", "forse", "", "asdf"])
@pytest.mark.parametrize("number", [1, 3, 99])
def test_an_edit_that_corrects_nothing_changes_nothing(world: World, number: int, words: str) -> None:
    chat = Chat(world, *SEARCH[:2], "quanto costa?")
    before = chat.session.interview
    chat.edits(number, words)
    assert chat.session.interview == before
    assert chat.answers()["eta"] == "6 anni"
    assert "comune" not in chat.answers()


def test_an_edited_sentence_corrects_what_it_states(world: World) -> None:
    chat = Chat(world, "doposcuola per mia figlia di 7 anni")
    chat.edits(1, "doposcuola per mia figlia di 8 anni")
    assert chat.answers()["eta"] == "8 anni"
    assert chat.answers()["bisogno"] == "Doposcuola e aiuto compiti"


def test_the_newest_message_is_heard_anew_where_it_answered_nothing(world: World) -> None:
    chat = Chat(world, "un bambino", "sei aani")
    if "eta" not in chat.answers():
        chat.edits(2, "6 anni")
    assert chat.answers()["eta"] == "6 anni"


def test_an_answer_that_a_button_gave_is_no_longer_that_of_the_message(world: World) -> None:
    chat = Chat(world, *SEARCH[:2])
    chat.takes(Press(Action(Verb.ANSWER, "eta", "72..132"), chat.session.interview_count))
    chat.edits(2, "9 anni")
    assert chat.answers()["eta"] != "6 anni"


# --- Coming back


@pytest.mark.parametrize("coming", [Command("start"), Text("buongiorno"), Text("ciao")])
@pytest.mark.parametrize("answered", range(1, 5))
def test_who_comes_back_reads_what_is_remembered_and_loses_nothing(world: World, coming: Text | Command, answered: int) -> None:
    chat = Chat(world, *SEARCH[:answered])
    before = chat.session.interview
    said = chat.takes(coming).replies[0].plain
    assert all(value in said for id, value in chat.answers().items() if id != "persona" or answered == 1)
    assert chat.session.screen is Screen.RESUME
    chat.takes(Text("sì"))
    assert (chat.session.screen, chat.session.interview) == (Screen.INTERVIEW, before)


@pytest.mark.parametrize("words", ["no", "Nuova ricerca", "ricomincia"])
def test_who_comes_back_can_begin_anew(world: World, words: str) -> None:
    chat = Chat(world, *SEARCH[:3])
    chat.takes(Command("start"))
    chat.takes(Text(words))
    assert chat.answers() == {}


def test_who_comes_back_may_say_something_else_at_once(world: World) -> None:
    chat = Chat(world, *SEARCH[:2])
    chat.takes(Command("start"))
    chat.takes(Text("Melegnano"))
    assert chat.answers()["comune"] == "Melegnano"


def test_nothing_is_asked_where_nothing_is_remembered(world: World) -> None:
    chat = Chat(world)
    assert chat.takes(Command("start")).session.screen is Screen.INTERVIEW
