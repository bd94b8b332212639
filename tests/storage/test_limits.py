"""Telegram's limits, held by the database: hours pass on an injected clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import pytest

from bot.storage.schema import Database
from bot.usecases.calls import CallKind, Limits, Outgoing, message_ref
from bot.usecases.ports import Unit
from tests.builders import THOROUGH
from tests.storage.rig import Rig, edit, message, sent, words

pytestmark = pytest.mark.exhaustive

LIMITS = Limits()
#: The same, with short bursts to people.
BURSTS = Limits(burst=3)
#: The clock starts where clocks are today: how exact a second is depends on it.
START = 1_800_000_000.0
#: What is lost in adding up such seconds.
_ROUNDING = 1e-6


class Hours:
    """Calls made as soon as they may be; many steps share a transaction, since what is tried is when and not how."""

    def __init__(self, *rigs: Rig, limits: Limits = LIMITS) -> None:
        self.now = START
        self.times: dict[int, list[float]] = defaultdict(list)
        self._rigs = rigs
        self._limits = limits

    def queue(self, waiting: Mapping[int, int]) -> None:
        """So many messages for each chat."""

        def put(unit: Unit) -> None:
            for chat, count in waiting.items():
                for number in range(count):
                    unit.outbox.put(message(chat, str(number)), START)

        self._rigs[0].do(put)

    def go_on(self, seconds: float) -> None:
        """Until so many seconds after the start; with several stores, each makes some calls in turn."""
        end = START + seconds
        turn = 0
        while self.now < end:
            self.now = self._rigs[turn % len(self._rigs)].do(lambda unit: self._steps(unit, end))
            turn += 1

    def _steps(self, unit: Unit, end: float) -> float:
        now = self.now
        for _ in range(100):
            if calls := unit.outbox.claim(now, 100, self._limits):
                for call in calls:
                    self.times[call.chat].append(now)
                    unit.outbox.mark_accepted(call, sent(1), now)
                continue
            next_at = unit.outbox.next_at(self._limits)
            if next_at is None or next_at >= end:
                return end
            assert next_at > now, "nothing may be done now, and now is when there is something to do"
            now = next_at
        return now

    @property
    def all(self) -> list[float]:
        """The times of all calls."""
        return sorted(time for times in self.times.values() for time in times)


def most_within(times: Sequence[float], window: float) -> int:
    """The most calls in any window, one end of which counts."""
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - window + _ROUNDING:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_over_time_chats_and_groups_are_called_as_often_as_they_take(rig: Rig) -> None:
    # What may be sent in an hour is that of any ten minutes, once the first burst is over.
    minutes = 60 if THOROUGH > 1 else 10
    hours = Hours(rig)
    hours.queue({7: 60 * minutes} | dict.fromkeys((-1, -2, -3), 22 * minutes))
    hours.go_on(60.0 * minutes)
    assert most_within(hours.times[7], 1.0) == 1
    assert len(hours.times[7]) >= 0.9 * 60 * minutes
    for group in (-1, -2, -3):
        assert most_within(hours.times[group], 60.0) <= 20
        assert most_within(hours.times[group], 1.0) == 1
        assert len(hours.times[group]) >= 0.9 * 20 * minutes
    assert most_within(hours.all, 1.0) <= 30


def test_a_person_who_was_left_in_peace_is_sent_a_few_messages_at_once(rig: Rig) -> None:
    hours = Hours(rig, limits=BURSTS)
    hours.queue({7: 30})
    hours.go_on(8.5)
    assert most_within(hours.times[7], 0.5) == BURSTS.burst
    assert len(hours.times[7]) == BURSTS.burst + 8, "after them one a second"
    hours.queue({7: 0})
    rig.send_all(hours.now)
    hours.now += 60.0
    rig.put(*(message(7, str(number)) for number in range(5)), now=hours.now)
    begun = len(hours.times[7])
    hours.go_on(hours.now - START + 0.5)
    assert len(hours.times[7]) - begun == BURSTS.burst, "a pause gives no more than the first ones"


def test_nobody_is_sent_messages_at_once_while_others_wait(rig: Rig) -> None:
    hours = Hours(rig, limits=BURSTS)
    hours.queue(dict.fromkeys(range(1, 61), 3))
    hours.go_on(6.0)
    assert all(most_within(times, 1.0) == 1 for times in hours.times.values())


def test_when_everybody_waits_the_overall_limit_is_used_and_held(rig: Rig) -> None:
    seconds = 40 * THOROUGH
    hours = Hours(rig)
    hours.queue(dict.fromkeys(range(1, 41), seconds) | {-1: 100})
    hours.go_on(seconds)
    assert most_within(hours.all, 1.0) <= 30
    assert len(hours.all) >= 0.9 * 30 * seconds
    assert all(most_within(times, 1.0) == 1 for times in hours.times.values())
    assert hours.times[-1] == [], "citizens go first"


def test_a_burst_after_silence_is_no_faster(rig: Rig) -> None:
    hours = Hours(rig)
    hours.now = START + 600.0
    hours.queue(dict.fromkeys(range(1, 101), 1))
    hours.go_on(700.0)
    assert len(hours.all) == 100
    assert most_within(hours.all, 1.0) <= 30


def test_a_group_that_was_silent_takes_twenty_in_the_first_minute(rig: Rig) -> None:
    hours = Hours(rig)
    hours.queue({-1: 40})
    hours.go_on(60.0)
    assert len(hours.times[-1]) == 20


def test_limits_hold_after_a_restart(rig: Rig, database: Database, open_store: Callable[..., Rig]) -> None:
    before = Hours(rig)
    before.queue({7: 20, -1: 60} | dict.fromkeys(range(100, 200), 2))
    before.go_on(5.0)
    rig.close()
    after = Hours(open_store(database))
    after.now = before.now
    after.go_on(60.0)
    times = {chat: before.times[chat] + after.times[chat] for chat in (7, -1)}
    assert most_within(times[7], 1.0) == 1
    assert most_within(times[-1], 60.0) <= 20
    assert most_within(before.all + after.all, 1.0) <= 30


def test_limits_hold_across_workers(new_database: Callable[..., Database], open_store: Callable[..., Rig]) -> None:
    database = new_database("postgresql")
    hours = Hours(open_store(database), open_store(Database(database.url.render_as_string(hide_password=False))))
    hours.queue(dict.fromkeys(range(1, 101), 10) | {-1: 30})
    hours.go_on(20.0)
    assert most_within(hours.all, 1.0) <= 30
    assert len(hours.all) >= 0.9 * 30 * 20
    assert all(most_within(times, 1.0) == 1 for times in hours.times.values())


@pytest.mark.parametrize(
    ("limits", "most"),
    [(Limits(overall=None, chat=1.0, group=20), 150), (Limits(overall=None, chat=None, group=None), 150)],
    ids=["no overall limit", "none at all"],
)
def test_without_limits_calls_are_made_as_fast_as_it_goes(rig: Rig, limits: Limits, most: int) -> None:
    hours = Hours(rig, limits=limits)
    hours.queue(dict.fromkeys(range(1, 151), 1))
    hours.go_on(10.0)
    assert most_within(hours.all, 1.0) == most


def test_a_group_under_retry_after_delays_no_citizen(rig: Rig) -> None:
    rig.put(message(-1, "scheda"), message(-1, "altra"), now=START)
    (call,) = rig.claim(now=START, limits=LIMITS)
    rig.do(lambda unit: unit.outbox.retry(call, START + 30.0, "Too Many Requests", outcome_unknown=False))
    rig.put(message(7, "risposta"), now=START + 1.0)
    assert [one.chat for one in rig.claim(now=START + 1.0, limits=LIMITS)] == [7]
    assert rig.do(lambda unit: unit.outbox.next_at(LIMITS)) == START + 30.0
    assert rig.claim(now=START + 29.9, limits=LIMITS) == []
    assert [one.chat for one in rig.claim(now=START + 30.0, limits=LIMITS)] == [-1]


def test_a_chat_that_comes_back_is_called_no_faster(rig: Rig) -> None:
    rig.put(*(message(-1, str(number)) for number in range(30)), now=START)
    hours = Hours(rig)
    hours.go_on(25.0)
    assert len(hours.times[-1]) == 20
    rig.do(lambda unit: unit.outbox.block(-1))
    rig.do(lambda unit: unit.outbox.unblock(-1))
    hours.go_on(60.0)
    assert most_within(hours.times[-1], 60.0) <= 20


# --- Changes in a group, beside its twenty new messages a minute --------------------------------------------------------------


def spent(rig: Rig, group: int = -1) -> Hours:
    """A group that has taken its twenty messages, with others that wait."""
    hours = Hours(rig)
    hours.queue({group: 30})
    hours.go_on(25.0)
    assert len(hours.times[group]) == 20
    return hours


def test_a_change_in_a_group_does_not_wait_until_it_takes_new_messages(rig: Rig) -> None:
    hours = spent(rig)
    waits_until = rig.do(lambda unit: unit.outbox.next_at(LIMITS))
    assert waits_until is not None
    assert waits_until > START + 60.0
    rig.put(edit(-1, 42, "scheda"), now=hours.now)
    next_at = rig.do(lambda unit: unit.outbox.next_at(LIMITS))
    assert next_at is not None
    assert next_at <= hours.now
    (call,) = rig.claim(hours.now, limits=LIMITS)
    assert words(call) == "scheda"


def test_many_changes_take_nothing_from_the_messages_and_nobody_looks_in_vain(rig: Rig) -> None:
    hours = spent(rig)
    rig.do(lambda unit: [unit.outbox.put(edit(-1, number, "scheda"), hours.now) for number in range(60)])
    looks = 0
    while (next_at := rig.do(lambda unit: unit.outbox.next_at(LIMITS))) is not None:
        looks += 1
        assert looks < 400, "the outbox does not come to rest"
        hours.now = max(hours.now, next_at)
        for call in rig.claim(hours.now, limits=LIMITS):
            if call.kind is CallKind.MESSAGE:
                hours.times[-1].append(hours.now)
            rig.accept(call, 1, now=hours.now)
    assert len(hours.times[-1]) == 30
    assert most_within(hours.times[-1], 60.0) <= 20
    assert hours.times[-1][20] < START + 70.0, "changes do not put off new messages"
    assert looks < 200


def test_while_nothing_may_go_the_next_time_is_not_now(rig: Rig) -> None:
    hours = spent(rig)
    rig.put(edit(-1, 42, "scheda"), now=hours.now)
    for _ in range(4):
        for call in rig.claim(hours.now, limits=LIMITS):
            rig.accept(call, 1, now=hours.now)
        next_at = rig.do(lambda unit: unit.outbox.next_at(LIMITS))
        assert next_at is not None
        if next_at > hours.now + 10.0:
            break
        assert next_at > hours.now
        hours.now = next_at
    assert next_at > START + 60.0


def test_a_change_of_a_message_that_cannot_go_yet_waits_with_it(rig: Rig) -> None:
    """What names a message that is not there yet has nothing to change."""
    hours = spent(rig)
    rig.put(
        Outgoing(-1, CallKind.MESSAGE, "sendMessage", {"text": "scheda"}, keys=("card:1.1",)),
        Outgoing(-1, CallKind.EDIT, "editMessageText", {"message_id": message_ref("card:1.1"), "text": "cambiata"}),
        now=hours.now,
    )
    assert rig.claim(hours.now, limits=LIMITS) == []
    next_at = rig.do(lambda unit: unit.outbox.next_at(LIMITS))
    assert next_at is not None
    assert next_at > hours.now + 10.0
