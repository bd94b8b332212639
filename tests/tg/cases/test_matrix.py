"""Who may do what, where, in which state of a case: every cell of `matrix.txt`, end to end.

Each state of a case is brought about once, and each cell begins from a copy of it. What is looked at: what the citizen got, what
became of the case, and what whoever did it was told.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.case import Case, CaseState
from bot.core.case_commands import CASE_COMMANDS, CommandScope
from bot.core.replies import Action, Verb
from bot.fake_telegram import TOKEN, Anonymous, ButtonPress, Group, Message, Person
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import DESK_BUTTONS
from tests.tg.cases.office import MAIN, NORTH, Office, Shelf, open_office
from tests.tg.harness import Stage

pytestmark = pytest.mark.exhaustive

TABLE = Path(__file__).with_name("matrix.txt")
WORD = "questa è una parola"
#: What Luca has sent to the citizen before, in a case that is urgent.
SENT = "ecco"
STATES = {"in attesa": CaseState.WAITING, "preso": CaseState.ASSIGNED, "chiuso": CaseState.RESOLVED}
ROLES = [
    "cittadino", "altro cittadino", "manager", "incaricato", "amministratore", "anonimo", "fuori lista", "canale", "altro gruppo",
]  # fmt: skip
PLACES = ["privato", "argomento", "risposta", "gruppo", "pulsante"]
#: What cannot be done at all: whose business a private chat, a group or a button is not.
NOWHERE = {
    "cittadino": {"argomento", "risposta", "gruppo", "pulsante"},
    "altro cittadino": {"argomento", "risposta", "gruppo", "pulsante"},
    # Whoever presses a button is known, however they write.
    "anonimo": {"privato", "pulsante"},
    "canale": {"privato", "pulsante"},
    "altro gruppo": {"privato", "argomento", "risposta"},
}


@dataclass(frozen=True)
class Cell:
    """What is expected of one combination."""

    role: str
    place: str
    act: str
    state: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.role} {self.act} ({self.place}, {self.state})"


@dataclass(frozen=True)
class Outcome:
    """What the actor reads (one of these), what the citizen reads, what the case becomes; empty: nothing."""

    told: tuple[str, ...]
    citizen: str
    becomes: CaseState | None
    #: The state stays, and something else about the case does not.
    is_noted: bool


def sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The table, by its headings: each line's first word, and the rest."""
    for section in TABLE.read_text().split("\n== ")[1:]:
        heading, *lines = section.splitlines()
        rows = [line.partition(" ") for line in lines if line.strip() and not line.startswith(("#", " "))]
        yield heading, [(name, rest.strip()) for name, _, rest in rows]


def outcome(columns: str) -> Outcome:
    told, citizen, becomes = (column.strip() for column in columns.split("|"))
    return Outcome(tuple(part for part in told.split(" / ") if part), citizen, STATES.get(becomes), becomes == "annotato")


(_, said), (_, pressed), (_, outcomes), *blocks = sections()
#: What is typed for each act; the commands that are pressed, with their arguments; what comes of it.
SAID, OUTCOMES = dict(said), {name: outcome(columns) for name, columns in outcomes}
PRESSED = {act: Action(Verb.MANAGE, command.partition(" ")[0], command.partition(" ")[2]) for act, command in pressed}


def cells() -> Iterator[Cell]:
    """The cells of the table."""
    for heading, rows in blocks:
        roles, places = ([part.strip() for part in side.split(",")] for side in heading.split(":"))
        for act, found in rows:
            for role, place in itertools.product(roles, places):
                for state, one in zip(STATES, found.split(), strict=True):
                    yield Cell(role, place, act, state, one)


CELLS = list(cells())


def test_the_table_knows_every_command_that_is_about_a_case() -> None:
    typed = {words[1:].split()[0] for words in SAID.values() if words.startswith("/") and not words.startswith("//")}
    assert typed - {"esci"} == {one.name for one in CASE_COMMANDS if one.is_typed and one.scope is not CommandScope.DESK}
    assert {action.target for action in PRESSED.values()} == {one.name for one in CASE_COMMANDS if one.button}
    assert {cell.outcome for cell in CELLS} <= {*OUTCOMES, "col-bot", "-"}


def test_the_table_has_every_combination_once() -> None:
    expected = {
        (role, place, act, state)
        for role, place, act, state in itertools.product(ROLES, PLACES, SAID, STATES)
        if place not in NOWHERE.get(role, ()) and (place != "pulsante" or act in PRESSED)
    }
    found = [(cell.role, cell.place, cell.act, cell.state) for cell in CELLS]
    assert set(found) == expected
    assert len(found) == len(expected)


# --- Doing ------------------------------------------------------------------------------------------------------------

Shelves = Mapping[tuple[str, bool], Shelf]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelves(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelves]:
    """An office for each state, with topics and without."""
    made = {}
    for state, forum in itertools.product(STATES, (True, False)):
        folder = tmp_path_factory.mktemp("matrix")
        desks = [replace(MAIN, managers=frozenset({21, 23})), NORTH]
        office = await open_office(stage, folder, desks=desks, forum=forum)
        office.group.chat.members[24] = replace(office.group.chat.members[23], user=office.scene.telegram.user(24, "Dino").user)
        await office.bruno.says("/start")
        await office.anna.says("un bambino", "7 anni", "melegnano", "/operatore")
        await office.anna.taps("Sì, va bene")
        await office.takes()
        await office.hears(office.luca, SENT)
        await office.anna.says("mio marito mi picchia")
        await office.minutes(1)
        if state == "in attesa":
            await office.hears(office.luca, "/passa coda")
        if state == "chiuso":
            await office.hears(office.luca, "/chiudi")
        await office.scene.close()
        made[state, forum] = Shelf(office, stage, folder)
    yield made


def actor(office: Office, role: str) -> Person | Anonymous:
    """Who plays a role."""
    people: Mapping[str, Person | Anonymous] = {
        "cittadino": office.anna.person,
        "altro cittadino": office.bruno.person,
        "manager": office.sara,
        "incaricato": office.luca,
        "amministratore": office.marta,
        "anonimo": office.hidden,
        "fuori lista": office.scene.telegram.user(24),
        "altro gruppo": office.eva,
    }
    return people[role]


def does(office: Office, cell: Cell) -> ButtonPress | None:
    """What a cell says."""
    group, text = office.foreign if cell.role == "altro gruppo" else office.group, SAID[cell.act]
    if cell.role == "canale":
        by_channel(office, cell, text)
        return None
    who = actor(office, cell.role)
    if cell.place == "pulsante":
        assert isinstance(who, Person)
        data = Buttons(TOKEN).data(PRESSED[cell.act], DESK_BUTTONS, office.case.number)
        return who.presses_data(office.card() if group is office.group else a_message(office, group), data)
    if cell.place == "privato":
        who.says(text)
    elif cell.place == "gruppo":
        who.says(text, chat=group)
    elif cell.act == "toglie":
        sent = next(one for one in group.chat.messages if one.text == SENT)
        who.says(text, chat=group, reply_to=sent, **({"topic": office.topic()} if group.chat.forum else {}))
    else:
        office.says(who, text)
    return None


def a_message(office: Office, group: Group) -> Message:
    """A message in a group that is none of the bot's business."""
    return office.eva.says("ciao", chat=group)


def by_channel(office: Office, cell: Cell, text: str) -> None:
    """A channel speaks in the group, as a linked one does; the in-memory Telegram knows channels only in themselves."""
    card = office.card()
    where: dict[str, object] = {} if cell.place == "gruppo" else {"reply_to_message": card.json(nested=True)}
    if cell.place == "argomento":
        where |= {"message_thread_id": card.thread, "is_topic_message": True}
    sender = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    message = {"message_id": 900, "date": 0, "chat": office.group.chat.json(), "from": sender, "text": text}
    message |= {"sender_chat": office.channel.chat.json(), **where}
    office.scene.give({"update_id": 900_000_000, "message": message})


# --- What comes of it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What there was to see."""

    #: What the citizen, and whoever did it, were told.
    citizen: tuple[str, ...]
    told: tuple[str, ...]
    before: Case
    after: Case
    #: The bot has left the group where it was done.
    left: bool
    #: Marks under the words of a citizen.
    marks: str
    #: The citizen can still read what Luca sent.
    has_sent: bool


async def seen(office: Office, cell: Cell) -> Seen:
    """Does what a cell says, and looks."""
    before, heard = office.case, len(office.anna.heard)
    chat = office.foreign.chat if cell.role == "altro gruppo" else office.group.chat
    there = {message.id for message in chat.messages}
    press = does(office, cell)
    await office.scene.settle()
    told = [message.text for message in chat.from_bot if message.id not in there and "\nPerché:" not in message.text]
    told += [press.text] if press is not None and press.text else []
    citizen = [message.text for message in office.anna.heard[heard:]]
    marks = "".join(itertools.chain(*office.anna.person.chat.last.reactions.values()))
    bot = chat.members[office.scene.telegram.bot.id]
    assert office.scene.failed == []
    return Seen(
        tuple(citizen), tuple(told), before, office.case, not bot.present, marks, SENT in [one.text for one in office.anna.heard]
    )


def check(cell: Cell, found: Seen) -> None:
    """What came of it is what the table says."""
    if cell.outcome == "col-bot":
        assert found.told == ()
        assert bool(found.citizen) is (cell.role == "cittadino")
        assert replace(found.after, notified_users=()) == found.before
        return
    expected = OUTCOMES[cell.outcome]
    told, citizen, becomes = expected.told, expected.citizen, expected.becomes
    if cell.role == "cittadino":
        words = [one for one in found.told if WORD in one]
        assert bool(words) is (cell.outcome == "alla-persona" and cell.state == "preso")
    elif told:
        assert [one for one in found.told if any(part in one for part in told)]
    else:
        assert found.told == ()
    assert len(found.citizen) == bool(citizen)
    assert all(citizen in one for one in found.citizen)
    assert found.left is (cell.outcome == "via")
    assert found.has_sent is (cell.outcome != "tolto")
    assert found.after.state is (becomes or found.before.state)
    if becomes is None and not expected.is_noted:
        assert replace(found.after, notified_users=()) == found.before
    if cell.outcome == "alla-persona":
        assert found.marks == "👌"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", ROLES)
async def test_everybody_can_do_what_the_table_says_and_nothing_else(shelves: Shelves, role: str) -> None:
    wrong = []
    for cell in (one for one in CELLS if one.role == role and one.outcome != "-"):
        office = await shelves[cell.state, cell.place != "risposta"].again()
        found = await seen(office, cell)
        try:
            check(cell, found)
        except AssertionError:
            wrong.append(f"{cell}: not {cell.outcome}; told {found.told}, citizen {found.citizen}, case {found.after.state}")
        await office.scene.close()
    assert not wrong, "\n".join(wrong)
