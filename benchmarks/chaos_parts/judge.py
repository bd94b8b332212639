"""The verdict on a run: messages as citizens saw them, and the tables of the bot."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot import installation
from bot.dialogue.stored_session import load_session
from bot.home import HOME
from bot.storage import tables
from bot.usecases.calls import CallKind
from chaos_parts.script import Step
from chaos_parts.telegram import Sent


@dataclass
class Outcome:
    """What one configuration showed."""

    database: str
    intake: str
    updates: int
    chats: int
    kills: int
    #: What must be nought.
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    never_asked_for: int = 0
    doubles_without_cause: int = 0
    doubles_beyond_one: int = 0
    doubles_not_in_doubt: int = 0
    not_done: int = 0
    not_sent: int = 0
    sessions_wrong: int = 0
    #: What is counted.
    doubles: int = 0
    in_doubt: int = 0
    unheard: int = 0
    redelivered: int = 0
    refused_posts: int = 0
    kills_while_sending: int = 0
    calls_in_flight_at_kills: int = 0
    edits: int = 0
    fault: str = ""
    fault_felt: bool = False
    acknowledged_during_fault: int = 0
    stopped_in: float = 0.0
    stopped_well: bool = False
    seconds: float = 0.0
    first_reply: list[float] = field(default_factory=list)
    log: dict[str, int] = field(default_factory=dict)

    NOUGHT = (
        "lost", "twice", "out_of_order", "never_asked_for", "doubles_without_cause", "doubles_beyond_one", "doubles_not_in_doubt",
        "not_done", "not_sent", "sessions_wrong",
    )  # fmt: skip

    @property
    def good(self) -> bool:
        """Whether everything is as it must be."""
        return not any(getattr(self, name) for name in self.NOUGHT) and self.stopped_well

    def __str__(self) -> str:
        wrong = ", ".join(f"{name} {getattr(self, name)}" for name in self.NOUGHT if getattr(self, name))
        errors = ", ".join(f"{name} {count}" for name, count in self.log.items() if name.startswith("error: "))
        first = sorted(self.first_reply)
        return (
            f"{self.database}, {self.intake}: {self.updates} updates over {self.chats} chats, {self.kills} kills"
            f" ({self.kills_while_sending} of them while {self.calls_in_flight_at_kills} calls were in flight):"
            f" {self.lost} lost, {self.twice} twice, {self.out_of_order} out of order;"
            f" {self.doubles} messages sent twice, {self.in_doubt} in doubt, {self.unheard} accepted and not heard of,"
            f" {self.doubles_beyond_one} beyond one per chat and kill or timeout;"
            f" {self.redelivered} updates redelivered, {self.refused_posts} posts refused;"
            f" {self.fault}: {'felt' if self.fault_felt else 'NOT FELT'},"
            f" {self.acknowledged_during_fault} updates acknowledged during it;"
            f" exec to first reply p50 {statistics.median(first or [0]):.2f} s, max {max(first, default=0):.2f} s;"
            f" SIGTERM {self.stopped_in:.2f} s; {self.seconds:.0f} s. {'OK' if self.good else 'WRONG: ' + (wrong or 'end')}"
            + (f" [{errors}]" if errors else "")
        )


def judge_messages(outcome: Outcome, sent: Sequence[Sent], steps: Sequence[Step], expected: Counter[int]) -> dict[int, int]:
    """Looks at every chat as the citizen sees it. Returns how often each message of the outbox was sent too often, by its ids."""
    place = {step.reply: at for at, step in enumerate(steps)}
    chats: dict[int, list[Sent]] = defaultdict(list)
    for one in sent:
        chats[one.chat].append(one)
    surplus: dict[int, int] = {}
    for chat, count in expected.items():
        copies: dict[int, list[Sent]] = defaultdict(list)
        last = -1
        for one in chats.pop(chat, []):
            at = place.get((one.text, one.interview), -1)
            if not 0 <= at < count:
                outcome.never_asked_for += 1
                continue
            outcome.out_of_order += at < last
            last = max(last, at)
            copies[at].append(one)
        outcome.lost += count - len(copies)
        killed: Counter[int] = Counter()
        for same in copies.values():
            outcome.doubles += len(same) - 1
            for first, second in itertools.pairwise(same):
                if first.unheard:
                    continue
                outcome.doubles_without_cause += second.life <= first.life
                killed[first.life] += 1
            for one in same:
                surplus[one.message_id] = len(same) - 1
        outcome.doubles_beyond_one += sum(count - 1 for count in killed.values())
    outcome.never_asked_for += sum(map(len, chats.values()))
    return surplus


def judge_tables(
    outcome: Outcome, engine: sa.Engine, surplus: dict[int, int], steps: Sequence[Step], expected: Counter[int]
) -> None:
    """Looks at what the bot itself remembers."""
    inbox, outbox, chat = tables.inbox, tables.outbox, tables.chat
    vocabulary = installation.world_of(HOME, installation.local_now()).content.vocabulary
    with engine.connect() as connection:
        ids = Counter(connection.execute(sa.select(inbox.c.update_id)).scalars())
        outcome.lost += outcome.updates - len(ids)
        outcome.twice += ids.total() - len(ids)
        outcome.not_done = connection.execute(sa.select(sa.func.count()).where(inbox.c.state != "done")).scalar_one()
        messages = Counter[int]()
        for row in connection.execute(sa.select(outbox).where(outbox.c.kind == CallKind.MESSAGE).order_by(outbox.c.id)):
            messages[row.chat] += 1
            outcome.not_sent += row.state != "sent" or row.message_id not in surplus
            outcome.doubles_not_in_doubt += max(0, surplus.get(row.message_id, 0) - row.doubts)
        outcome.twice += (messages - expected).total()
        outcome.in_doubt = connection.execute(sa.select(sa.func.sum(outbox.c.doubts))).scalar() or 0
        for row in connection.execute(sa.select(chat.c.id, chat.c.session)):
            count = sum(step.what == "/servizi" for step in steps[: expected[row.id]])
            outcome.sessions_wrong += load_session(row.session, vocabulary).interview_count != count
