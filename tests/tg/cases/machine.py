"""Any mix of what citizens, managers, Telegram's faults and kills can do: no word is lost, doubled without a doubt, out of order,
or before the wrong eyes. What is edited, whose turn it is and the figures are in `test_machine.py`.

Whatever is said is a word of its own ("anna17"), so it can be found wherever it went. After each step the bot comes to rest, so
it is known where each case stands; several things may be said at once. Where a case stands is kept here too, and compared.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.core.case import Case, CaseState
from bot.fake_telegram import CallFault, ForumTopic, Message, Person
from tests.tg.cases.office import MAIN, Office, open_office
from tests.tg.harness import Phone, Stage

WORD = re.compile(r"\b(?:anna|bruno|luca|marta|nota)\d+\b")
NAMES = st.sampled_from(["anna", "bruno"])
MANAGERS = st.sampled_from(["luca", "marta"])
FAULTS = {
    "later": lambda: CallFault.retry_after(3),
    "lost": CallFault.timeout,
    "doubt": CallFault.timeout_after,
    "broken": CallFault.network,
    "server": CallFault.server_error,
}


@dataclass
class Told:
    """What there is to a citizen: where their case stands, and what should have gone which way."""

    state: CaseState | None = None
    by: str = ""
    number: int = 0
    to_group: list[str] = field(default_factory=list)
    #: Those of them that nobody has taken yet.
    kept: list[str] = field(default_factory=list)
    to_citizen: list[str] = field(default_factory=list)
    #: What managers wrote where the case is, by the word in it; words that the citizen had, corrected or taken back since.
    written: dict[str, Message] = field(default_factory=dict)
    former: set[str] = field(default_factory=set)
    #: The citizen waits for a word of the network.
    waits: bool = False


class Cases(RuleBasedStateMachine):
    """See the module."""

    stage: Stage
    forum = True
    #: More about the office, as `open_office` takes it.
    more: Mapping[str, Any] = MappingProxyType({})

    @initialize()
    def opens(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.office: Office = self.run(open_office(self.stage, self.folder, forum=self.forum, desks=[MAIN], **self.more))
        self.told = {"anna": Told(), "bruno": Told()}
        self.away, self.count, self.doubts = set[str](), 0, 0

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Does something in the scene."""
        return self.runner.run(doing)

    def settle(self) -> None:
        """The bot comes to rest."""
        self.run(self.office.scene.settle())

    def settle_quietly(self, seconds: float = 0.0) -> None:
        """The bot comes to rest, and time passes; who talks to a person hears nothing of its own from it.

        Who was away hears what came before.
        """
        talking = [name for name in self.open(CaseState.ASSIGNED) if name not in self.away]
        self.away = {name for name in self.told if self.told[name].number and self.phone(name).person.user.blocked}
        before = {name: self.own(name) for name in talking}
        self.settle()
        if seconds:
            self.run(self.office.scene.run_for(seconds))
        self.silent_assignees_lose_their_cases(before)
        assert {name: self.own(name) for name in before} == before

    def silent_assignees_lose_their_cases(self, before: dict[str, list[str]]) -> None:
        """A case whose assignee said nothing for too long waits for anybody."""
        for name in self.open(CaseState.ASSIGNED):
            if self.case(name).state is CaseState.WAITING:
                self.told[name].state, self.told[name].kept = CaseState.WAITING, []
                self.told[name].waits = True
                before.pop(name, None)

    def own(self, name: str) -> list[str]:
        """What the bot itself said to a citizen; what came twice counts once."""
        heard = (message.text for message in self.phone(name).heard if not WORD.search(message.text))
        heard = (text for text in heard if not text.startswith("Ci vuole più tempo"))
        return [text for text, _ in groupby(heard)]

    def word(self, who: str) -> str:
        """A word that was never said."""
        self.count += 1
        return f"{who}{self.count}"

    def phone(self, name: str) -> Phone:
        """A citizen."""
        return getattr(self.office, name)  # type: ignore[no-any-return]

    def manager(self, name: str) -> Person:
        """A manager."""
        return getattr(self.office, name)  # type: ignore[no-any-return]

    def case(self, name: str) -> Case:
        """The case of a citizen."""
        return next(case for case in self.office.cases if case.number == self.told[name].number)

    # --- Where a case is

    def place(self, name: str) -> tuple[ForumTopic | None, Message] | None:
        """The topic and the card of a case, if they are there."""
        title = f"Cittadino {self.told[name].number:04}"
        chat = self.office.group.chat
        cards = [one for one in chat.from_bot if one.text.startswith(title) and "\nPerché:" in one.text]
        return (cards[-1].topic, cards[-1]) if cards else None

    def speaks(self, who: str, name: str, text: str) -> Message | None:
        """A manager says something where the case of a citizen is; None if that is nowhere, or closed."""
        found = self.place(name)
        if found is None:
            return None
        topic, card = found
        if topic is not None and topic.closed:
            return None
        if topic is not None:
            return self.manager(who).says(text, chat=self.office.group, topic=topic)
        return self.manager(who).says(text, chat=self.office.group, reply_to=card)

    def presses(self, who: str, name: str, button: str) -> bool:
        """A manager presses a button of the card; False if it is not there."""
        found = self.place(name)
        if found is None or button not in found[1].labels:
            return False
        self.manager(who).presses(found[1], button)
        return True

    def open(self, *states: CaseState | None) -> list[str]:
        """The citizens whose cases stand so."""
        return [name for name, told in self.told.items() if told.state in states]

    # --- Citizens

    @rule(name=NAMES)
    def asks(self, name: str) -> None:
        told, phone = self.told[name], self.phone(name)
        if told.state in (CaseState.WAITING, CaseState.ASSIGNED):
            return
        self.writes(name, "/operatore")
        self.settle()
        if "Sì, va bene" in phone.front.labels:
            phone.person.presses(phone.front, "Sì, va bene")
            self.settle()
        told.state, told.waits = CaseState.WAITING, True
        told.number = max(case.number for case in self.office.cases if case.chat == phone.id)

    @rule(name=NAMES, times=st.integers(1, 3))
    def says(self, name: str, times: int) -> None:
        told = self.told[name]
        if told.state is None:
            return
        for _ in range(times):
            self.citizen_says(name)
        if told.state is CaseState.RESOLVED:
            told.state = CaseState.WAITING
        self.settle_quietly()

    def writes(self, name: str, text: str) -> None:
        """A citizen writes; a bot that was blocked must be unblocked for that."""
        person = self.phone(name).person
        if person.user.blocked:
            person.unblocks_bot()
        person.says(text)

    def citizen_says(self, name: str) -> None:
        """A citizen says a word, which is for whoever answers."""
        word = self.word(name)
        self.writes(name, word)
        self.told[name].to_group.append(word)
        self.told[name].waits = True
        if self.told[name].state is not CaseState.ASSIGNED:
            self.told[name].kept.append(word)

    @rule(name=NAMES)
    def leaves(self, name: str) -> None:
        told, phone = self.told[name], self.phone(name)
        if told.state not in (CaseState.WAITING, CaseState.ASSIGNED):
            return
        if told.state is CaseState.WAITING:
            # Who cancels takes back what nobody has read.
            told.to_group = [word for word in told.to_group if word not in told.kept]
        phone.person.says("/esci")
        self.settle()
        told.state, told.kept = None, []

    @rule(name=NAMES)
    def blocks(self, name: str) -> None:
        if self.told[name].state is not None and not self.phone(name).person.user.blocked:
            self.phone(name).person.blocks_bot()
            self.away.add(name)
            self.settle()

    @rule(name=NAMES)
    def comes_back(self, name: str) -> None:
        if self.phone(name).person.user.blocked:
            self.phone(name).person.unblocks_bot()
            self.settle()

    # --- Managers

    @rule(name=NAMES, who=MANAGERS, other=st.booleans())
    def take(self, name: str, who: str, other: bool) -> None:
        """One takes a case, or two at once."""
        told = self.told[name]
        both = [who, *({"luca", "marta"} - {who} if other else ())]
        pressed = [self.presses(one, name, "Prendi in carico") for one in both]
        self.settle()
        if told.state is CaseState.WAITING and any(pressed):
            told.state, told.by, told.kept = CaseState.ASSIGNED, who, []

    @rule(name=NAMES, who=MANAGERS, note=st.booleans(), times=st.integers(1, 3))
    def manager_says(self, name: str, who: str, note: bool, times: int) -> None:
        for _ in range(times):
            self.say(name, who, note=note)
        self.settle_quietly()

    def say(self, name: str, who: str, *, note: bool) -> None:
        """A manager says a word, which goes out only if it is theirs to say."""
        told, word = self.told[name], self.word("nota" if note else who)
        said = self.speaks(who, name, f"// {word}" if note else word)
        if said is not None:
            told.written[word] = said
        if said is not None and not note and self.may_speak(name, who):
            told.to_citizen.append(word)
            told.waits = False

    def may_speak(self, name: str, who: str) -> bool:
        """Whether the words of a manager are for the citizen: of whoever has the case, or had it when it ended."""
        told = self.told[name]
        if told.state is CaseState.ASSIGNED:
            return told.by == who
        if told.state is CaseState.WAITING or not told.number:
            return False
        last = self.case(name).manager
        return last is not None and last.id == self.manager(who).id

    @rule(said=st.lists(st.tuples(NAMES, st.sampled_from(["citizen", "luca", "marta", "note"])), min_size=2, max_size=5))
    def all_at_once(self, said: list[tuple[str, str]]) -> None:
        """Several say something before the bot does anything."""
        for name, who in said:
            if who == "citizen" and self.told[name].state in (CaseState.WAITING, CaseState.ASSIGNED):
                self.citizen_says(name)
            elif who != "citizen" and self.told[name].state is not None:
                self.say(name, "luca" if who == "note" else who, note=who == "note")
        self.settle_quietly()

    @rule(name=NAMES, who=MANAGERS, last=st.booleans(), after=st.booleans())
    def closes(self, name: str, who: str, last: bool, after: bool) -> None:
        """A manager closes a case, perhaps while the citizen says something."""
        told = self.told[name]
        if told.state is not CaseState.ASSIGNED:
            return
        if last:
            self.citizen_says(name)
        closed = self.speaks(who, name, "/chiudi") is not None and (told.by == who or who == "marta")
        if after:
            self.citizen_says(name)
        self.settle()
        if closed:
            told.kept = told.to_group[-1:] if after else []
            told.state = CaseState.WAITING if after else CaseState.RESOLVED

    @rule(name=NAMES, who=MANAGERS)
    def passes(self, name: str, who: str) -> None:
        told = self.told[name]
        passed = self.speaks(who, name, "/passa coda")
        self.settle()
        if passed is not None and told.state is CaseState.ASSIGNED and (told.by == who or who == "marta"):
            told.state, told.kept, told.waits = CaseState.WAITING, [], True

    @precondition(lambda self: self.forum)
    @rule(name=NAMES)
    def topic_is_deleted(self, name: str) -> None:
        found = self.place(name)
        if found is not None and found[0] is not None:
            self.manager("marta").deletes_topic(self.office.group, found[0])

    # --- What goes wrong

    @rule(name=st.sampled_from(["anna", "bruno", "group"]), fault=st.sampled_from(sorted(FAULTS)), count=st.integers(1, 3))
    def fails(self, name: str, fault: str, count: int) -> None:
        """The next calls for a chat fail."""
        chat = self.office.group.id if name == "group" else self.phone(name).id
        self.office.scene.telegram.faults.next(None, FAULTS[fault](), chat=chat, count=count)

    @rule(after=st.integers(1, 14))
    def is_killed(self, after: int) -> None:
        """The bot is killed soon."""
        self.office.scene.kill_after = {self.office.scene.steps + after}

    @rule(seconds=st.sampled_from([3.0, 30.0, 1200.0]))
    def time_passes(self, seconds: float) -> None:
        self.settle_quietly(seconds)

    # --- In the end

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        try:
            self.ends()
        finally:
            self.run(self.office.scene.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def ends(self) -> None:
        """All goes well again, and whoever waits is answered; then everything is where it belongs."""
        scene = self.office.scene
        scene.telegram.faults.clear()
        scene.kill_after = ()
        self.settle()
        for name in self.told:
            if self.told[name].state is not None and self.phone(name).person.user.blocked:
                self.phone(name).person.unblocks_bot()
        self.settle()
        for name in self.open(CaseState.WAITING, CaseState.ASSIGNED):
            # Whoever finds no topic hears of the case when something is said.
            if self.place(name) is None:
                self.citizen_says(name)
                self.settle()
        for name in self.open(CaseState.WAITING):
            assert self.presses("luca", name, "Prendi in carico"), name
            self.settle()
            self.told[name].state, self.told[name].by = CaseState.ASSIGNED, "luca"
        assert scene.failed == []
        assert scene.rows("SELECT method, error FROM outbox WHERE state = 'waiting'") == []
        self.doubts = scene.rows("SELECT coalesce(sum(doubts), 0) FROM outbox")[0][0]
        for name in self.told:
            self.cases_stand_as_known(name)
            self.citizen_has_what_was_said(name)
            self.group_has_what_was_said(name)

    def cases_stand_as_known(self, name: str) -> None:
        """The bot knows the state that follows from what was done."""
        told = self.told[name]
        if told.number:
            case = self.case(name)
            assert (case.state, case.manager and case.manager.name.lower()) == (
                told.state or CaseState.RESOLVED,
                told.by if told.state is CaseState.ASSIGNED else case.manager and case.manager.name.lower(),
            )

    def citizen_has_what_was_said(self, name: str) -> None:
        """Each word that was for the citizen, in its order, and no other."""
        phone = self.phone(name)
        if phone.id not in self.office.scene.telegram.chats:
            return
        heard = [word for message in phone.heard for word in WORD.findall(message.text)]
        told = self.told[name]
        if self.doubts:
            # Of what was sent twice, only one was corrected or taken back.
            heard = [word for word in heard if word not in told.former]
        self.is_all(heard, told.to_citizen)

    def group_has_what_was_said(self, name: str) -> None:
        """Each word of the citizen, in its order, under their pseudonym and under no other."""
        chat = self.office.group.chat
        mine = {f"Cittadino {case.number:04}" for case in self.office.cases if case.chat == self.phone(name).id}
        heard = []
        for message in sorted([*chat.messages, *chat.deleted], key=lambda one: one.id):
            words = [word for word in WORD.findall(message.text) if word.startswith(name)]
            if not message.sender.is_bot:
                continue
            assert not words or message.text[:14] in mine, message.text
            heard += words if "\nPerché:" not in message.text else []
        self.is_all(heard, self.told[name].to_group, lost=sum(len(WORD.findall(message.text)) for message in chat.deleted))

    def is_all(self, heard: list[str], said: list[str], *, lost: int = 0) -> None:
        """What was heard is what was said, in its order; twice only what was in doubt, or lost with its topic."""
        once = list(dict.fromkeys(heard))
        assert once == said, (sorted(set(once) ^ set(said)), once, said)
        assert len(heard) - len(once) <= 3 * self.doubts + lost
