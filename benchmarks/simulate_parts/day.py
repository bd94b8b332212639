"""A virtual day that one seed decides: citizens, managers, faults, kills, jumps of the clock and changes of the settings.

The two citizens whose cases are followed, and all that must be true of their words, are those of the tests
(`tests/tg/cases/machine.py`). The walkers beside them press and type, and must get an answer to everything.
"""

from __future__ import annotations

import hashlib
import inspect
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from bot.fake_telegram import CallFault, Message
from simulate_parts.scene import TROUBLES, SimulatedScene
from tests.tg.cases.machine import FAULTS, WORD
from tests.tg.cases.office import MAIN
from tests.tg.cases.test_machine import Causes
from tests.tg.harness import Phone, Stage, data_of

DAY_SECONDS = 86400.0
#: What people without a case write; the bot has an answer to all of it.
TEXTS = (
    "/start", "/aiuto", "/servizi", "/eventi", "/modifica", "un bambino", "7 anni", "otto mesi", "melegnano", "non lo so", "boh",
    "asilo nido", "doposcuola", "dopo le 18", "ciao", "quanto costa?", "vedi i servizi", "xyzzy", "🙂", "mia nonna", "2",
)  # fmt: skip
#: Buttons that open a case, or of which nothing new comes.
AVOIDED = ("persona", "Salva le date", "Mappa")
#: Messages that answer one update, with a notice on data protection or numbers to call.
MOST_MESSAGES = 2
#: Seconds until an answer when nothing goes wrong.
MOST_SECONDS = 10.0
#: Seconds by which clocks jump.
JUMPS = (-DAY_SECONDS, -3600.0, -60.0, 60.0, 3600.0, DAY_SECONDS)
#: Rows of a stranger (900) that a damaged disk or a later version left, and times that another clock left, by their tables.
BAD_ROWS: Mapping[str, tuple[str, ...]] = {
    "case_": (
        (
            "INSERT INTO case_ (id, chat, reason, state, opened_at, record)"
            """ VALUES (9999, 900, 'asked', 'waiting', 1, '{"version": 99, "unknown": [1]}')"""
        ),
    ),
    "inbox": (
        "INSERT INTO chat (id, waiting) VALUES (900, 1)",
        "INSERT INTO inbox (bot, update_id, lane, state, payload, received_at) VALUES (1, -9, 900, 'waiting', '{', 1)",
    ),
    "outbox": (
        "INSERT INTO recipient (id, rank, to_send, messages) VALUES (900, 0, 1, 1)",
        (
            "INSERT INTO outbox (chat, kind, rank, state, method, payload, created_at)"
            " VALUES (900, 'message', 0, 'waiting', 'x', '{', 1)"
        ),
    ),
    "timer": ("INSERT INTO timer (kind, due_at, lane, payload) VALUES ('x', 1, 900, '{')",),
    "ledger": ("INSERT INTO ledger (at, kind, payload) VALUES (1, 'later', '{')",),
    "unread": ("INSERT INTO unread (at, person, language, question, words) VALUES (1, 'x', 'xx', 'gone', '{')",),
    "recipient": ("UPDATE recipient SET recent = '[[1]]' WHERE id < 0", "UPDATE recipient SET free_at = 9e9, message_at = 9e9"),
    "budget": ("UPDATE budget SET next_at = 9e9",),
    "chat": ("UPDATE chat SET ready_at = 9e9",),
}
#: What is left of the stranger is deleted afterwards, as an operator would.
TIDIED = (
    "DELETE FROM inbox WHERE lane = 900",
    "DELETE FROM outbox WHERE chat = 900",
    "DELETE FROM recipient WHERE id = 900",
    "DELETE FROM case_ WHERE chat = 900",
    "DELETE FROM chat WHERE id = 900",
)


class Mute(AssertionError):
    """Raised when somebody got no answer."""


class Doubled(AssertionError):
    """Raised when more came twice than faults explain."""


class Day(Causes):
    """See the module."""

    more = MappingProxyType({"others": ["Carla", "Dario"], "make_scene": SimulatedScene})

    def __init__(self, seed: int, stages: tuple[Stage, ...], *, forum: bool) -> None:
        super().__init__()
        self.dice = SimulatedScene.dice = random.Random(seed)
        self.stages, self.stage, self.forum = stages, stages[0], forum
        #: What was done, and the calls that came of it.
        self.trace: list[str] = []
        self.counts: Counter[str] = Counter()

    # --- A day

    def passes_by(self, events: int) -> None:
        """Let a day pass with so many events in it, and look at what must be true after each. Raises AssertionError."""
        self.opens()
        try:
            acts = tuple(self._acts())
            for _ in range(events):
                act = self.dice.choices([one for one, _ in acts], [weight for _, weight in acts])[0]
                self.log(act.__name__)
                act()
                self.somebody_owes_the_next_word_and_is_reminded()
                if self.dice.random() < 0.5:
                    self.settle_quietly(self.dice.expovariate(events / (2 * DAY_SECONDS)))
            self.ends()
        finally:
            self.write_down_calls()
            self.counts["events"], self.counts["kills"] = events, self.scene.kills

    def teardown(self) -> None:
        """End the scene."""
        self.run(self.office.scene.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def _acts(self) -> Iterator[tuple[Callable[[], object], float]]:
        """The acts that there are, with their weights."""
        of_cases = (
            self.asks, self.says, self.leaves, self.blocks, self.comes_back, self.take, self.manager_says, self.all_at_once,
            self.closes, self.passes, self.fails, self.is_killed, self.edits, self.takes_back, self.is_in_danger,
        )  # fmt: skip
        for act in of_cases:
            yield self._drawn(act), 2.0
        yield self.luca_leaves_the_group, 0.3
        if self.forum:
            yield self._drawn(self.topic_is_deleted), 0.5
        yield self.walks, 10.0
        for rare in (
            self.clock_jumps, self.settings_change, self.database_is_away, self.telegram_is_away, self.updates_come_again,
            self.row_is_damaged,
        ):  # fmt: skip
            yield rare, 1.0
        for rarer in (self.ids_begin_anew, self.session_is_damaged, self.file_is_replaced):
            yield rarer, 0.5

    def _drawn(self, act: Callable[..., object]) -> Callable[[], object]:
        """Return an act of the tests with its arguments drawn by the dice."""
        dice = self.dice
        drawn: dict[str, Callable[[], object]] = {
            "name": lambda: dice.choice(["anna", "bruno", "group"] if act.__name__ == "fails" else ["anna", "bruno"]),
            "who": lambda: dice.choice(["luca", "marta"]),
            "times": lambda: dice.randint(1, 3),
            "count": lambda: dice.randint(1, 3),
            "back": lambda: dice.randint(1, 4),
            "after": lambda: dice.randint(1, 14) if act.__name__ == "is_killed" else dice.random() < 0.5,
            "note": lambda: dice.random() < 0.3,
            "other": lambda: dice.random() < 0.3,
            "last": lambda: dice.random() < 0.5,
            "fault": lambda: dice.choice(sorted(FAULTS)),
            "said": lambda: [
                (dice.choice(["anna", "bruno"]), dice.choice(["citizen", "luca", "marta", "note"]))
                for _ in range(dice.randint(2, 5))
            ],
        }

        def done() -> None:
            arguments = {name: drawn[name]() for name in inspect.signature(act).parameters}
            self.log(f"{act.__name__} {arguments}")
            act(**arguments)

        done.__name__ = act.__name__
        return done

    # --- People without a case

    def walks(self) -> None:
        """Somebody presses a button, or types: there is an answer to it, and not two."""
        phone: Phone = self.dice.choice(self.office.others)
        scene = self.scene
        if phone.id not in scene.telegram.chats:
            self.answered(phone, phone.person.starts)
        buttons = [data for label, data in data_of(phone.front) if not any(word in label for word in AVOIDED)]
        if buttons and self.dice.random() < 0.6:
            self.answered(phone, lambda: phone.person.presses_data(phone.front, self.dice.choice(buttons)))
        else:
            self.answered(phone, lambda: phone.person.says(self.dice.choice(TEXTS)))

    def answered(self, phone: Phone, act: Callable[[], object]) -> None:
        """Somebody does something, and hears of it."""
        scene = self.scene
        if self.dice.random() < 0.2:
            fault = self.dice.choice(sorted(FAULTS))
            scene.telegram.faults.next(None, FAULTS[fault](), chat=phone.id)
        first, begun = len(scene.telegram.calls), len(phone.heard) if phone.id in scene.telegram.chats else 0
        kills = scene.kills
        act()
        self.settle()
        calls = [call for call in scene.telegram.calls[first:] if str(call.parameters.get("chat_id")) == str(phone.id)]
        if not any(call.code in (0, 200) for call in calls):
            raise Mute(f"{phone.person.user.first_name} got no answer")
        lost = sum(call.code == 0 for call in calls)
        if len(phone.heard) - begun > MOST_MESSAGES + lost + scene.kills - kills:
            raise Doubled(f"{phone.person.user.first_name} got {len(phone.heard) - begun} messages")
        self.counts["answers"] += 1

    # --- What goes wrong

    @property
    def scene(self) -> SimulatedScene:
        """The scene."""
        scene = self.office.scene
        assert isinstance(scene, SimulatedScene)
        return scene

    def clock_jumps(self) -> None:
        """The clock of the machine is wrong for a while."""
        self.settle_quietly()
        self.scene.clock.fast = self.dice.choice(JUMPS)
        self.settle_quietly(self.dice.choice([1.0, 10.0]))
        self.scene.clock.fast = 0.0
        self.settle_quietly(1.0)
        self.counts["jumps"] += 1

    def settings_change(self) -> None:
        """The bot is started with its desk renamed or under another promise, and with other content."""
        self.settle_quietly()
        scene = self.scene
        (desk,) = scene.settings.desks
        name = self.dice.choice([MAIN.id, "centro"])
        other = replace(desk, id=name, was=desk.id if name != desk.id else "", promise=self.dice.choice([0, 15, 60]))
        scene.settings = replace(scene.settings, desks=(other,))
        scene._stage = self.dice.choice(self.stages)
        self.run(scene.restart())
        self.settle_quietly()
        self.counts["changes"] += 1

    def database_is_away(self) -> None:
        """The disk is full, the file is locked or may not be written, or an index is damaged: statements or commits fail."""
        trouble = self.dice.choice(sorted(TROUBLES))
        self.log(trouble)
        self.scene.trouble = TROUBLES[trouble]
        self.scene.failures_left = self.dice.randint(1, 6)
        self.counts[trouble] += 1

    def file_is_replaced(self) -> None:
        """Somebody puts a copy of the database in its place, as after a restore."""
        self.settle_quietly()
        self.scene.replace_file()
        self.settle_quietly()
        self.counts["replaced files"] += 1

    def row_is_damaged(self) -> None:
        """A row of a stranger, or a time of everybody, cannot be what it says: others are served all the same."""
        self.settle()
        table = self.dice.choice(sorted(BAD_ROWS))
        self.log(table)
        for statement in BAD_ROWS[table]:
            self.scene.change(statement, ())
        self.settle_for(1.0)
        phone: Phone = self.dice.choice(self.office.others)
        self.answered(phone, partial(phone.person.says, "/aiuto"))
        for statement in TIDIED:
            self.scene.change(statement, ())
        self.counts["bad rows"] += 1

    def telegram_is_away(self) -> None:
        """No call succeeds for a while; or the token is revoked, and returned."""
        fault = self.dice.choice(
            [CallFault.network(), CallFault.server_error(502, "Bad Gateway"), CallFault.server_error(401, "Unauthorized")]
        )
        self.scene.telegram.faults.next(None, fault, count=None)
        self.settle_for(self.dice.choice([5.0, 60.0, 600.0]))
        self.scene.telegram.faults.clear()
        self.settle_quietly()
        self.counts["outages"] += 1

    def settle_for(self, seconds: float) -> None:
        """Let the bot try for a while."""
        self.run(self.scene._run_until(self.scene.clock() + seconds))

    def updates_come_again(self) -> None:
        """Telegram delivers some of the last updates once more."""
        updates = self.scene.telegram.updates
        last = list(updates.history)[-20:]
        updates.redeliver(sorted(self.dice.sample(last, min(len(last), 5))))
        self.settle_quietly()
        self.counts["doubled updates"] += 1

    def ids_begin_anew(self) -> None:
        """Telegram numbers updates from a random number on, also a lower one."""
        self.settle_quietly()
        self.scene.telegram.updates._next = self.dice.randrange(1, 2**31)
        self.counts["new ids"] += 1

    def session_is_damaged(self) -> None:
        """What is stored of somebody can no longer be read; they must get an answer all the same."""
        phone: Phone = self.dice.choice(self.office.others)
        self.settle()
        self.scene.change("UPDATE chat SET session = ? WHERE id = ?", ('{"version": 99, "x": [', phone.id))
        self.answered(phone, lambda: phone.person.says("/aiuto"))
        self.counts["bad rows"] += 1

    # --- What must be true in the end

    def ends(self) -> None:
        """All goes well again; whoever writes then gets an answer at once."""
        self.scene.failures_left = 0
        self.scene.clock.fast = 0.0
        super().ends()
        for phone in self.office.others:
            began = self.scene.clock()
            self.answered(phone, partial(phone.person.says, "/aiuto"))
            if self.scene.clock() - began > MOST_SECONDS:
                raise Mute(f"{phone.person.user.first_name} waited {self.scene.clock() - began:.0f} s")
        chats = [phone.person.chat for phone in (self.office.anna, self.office.bruno) if self.told_anything(phone)]
        for chat in [*chats, self.office.group.chat]:
            self.doubles_have_a_fault(chat.id, chat.from_bot)

    def told_anything(self, phone: Phone) -> bool:
        """Whether somebody has a chat with the bot."""
        return phone.id in self.scene.telegram.chats

    def doubles_have_a_fault(self, chat: int, messages: list[Message]) -> None:
        """Messages that say only what was said before are at most as many as faults and kills."""
        seen: set[str] = set()
        doubles = 0
        for message in messages:
            # A card repeats what was said before.
            words = set(WORD.findall(message.text)) if "\nPerché:" not in message.text else set()
            doubles += bool(words) and words <= seen
            seen |= words
        lost = sum(call.code == 0 for call in self.scene.telegram.calls if str(call.parameters.get("chat_id")) == str(chat))
        self.counts["doubles"] += doubles
        if doubles > lost + self.scene.kills:
            raise Doubled(f"{doubles} doubles in chat {chat}, {lost} answers lost and {self.scene.kills} kills")

    # --- The trace

    def log(self, line: str) -> None:
        """Write down an act."""
        self.write_down_calls()
        self.trace.append(f"{self.scene.clock():.3f} {line}")

    def write_down_calls(self) -> None:
        """Write down the calls since the last line."""
        calls = self.scene.telegram.calls
        for call in calls[self.counts["calls"] :]:
            parameters = ", ".join(f"{name}={value!r}" for name, value in sorted(call.parameters.items()))
            self.trace.append(f"  {call.method} {call.code} {parameters}")
        self.counts["calls"] = len(calls)

    @property
    def hash(self) -> str:
        """A hash of the whole trace."""
        return hashlib.sha256("\n".join(self.trace).encode("utf-8", "surrogatepass")).hexdigest()[:16]
