"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.schema import Database
from bot.storage.tables import outbox, recipient
from bot.usecases.calls import CallKind, ClaimedCall, Limits, Outgoing, Replacement
from bot.usecases.ports import Unit
from bot.usecases.queues import QueueDepth, Timer
from tests.builders import THOROUGH
from tests.storage.rig import UNLIMITED, Rig, edit, leave, message, sent, tidy, update, words

OpenStore = Callable[..., Rig]
GROUP, NEW = -1001, -100_1001


def said(calls: Sequence[ClaimedCall]) -> list[str]:
    return [words(call) for call in calls]


# --- Order ------------------------------------------------------------------------------------------------------------


def test_a_call_is_claimed_as_it_was_put(rig: Rig) -> None:
    params = {"text": "è già 🙂 \x00", "reply_markup": {"inline_keyboard": [[{"text": "Sì", "callback_data": "x"}]]}, "n": None}
    rig.put(Outgoing(7, CallKind.MESSAGE, "sendMessage", params), now=3.5)
    (call,) = rig.claim(now=4.0)
    assert (call.chat, call.kind, call.method, call.params) == (7, CallKind.MESSAGE, "sendMessage", params)
    assert (call.created_at, call.attempts, call.unknown_outcomes) == (3.5, 0, 0)


def test_messages_of_a_chat_go_in_the_order_in_which_they_were_put_one_at_a_time(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"), message(7, "tre"))
    (first,) = rig.claim()
    assert rig.claim() == []
    rig.accept(first)
    assert [words(first), *rig.send_all()] == ["uno", "due", "tre"]


def test_messages_put_in_one_transaction_keep_their_order(rig: Rig) -> None:
    def several(unit: Unit) -> None:
        for text in ("uno", "due", "tre"):
            unit.outbox.put(message(7, text), 0.0)
        unit.outbox.put(message(8, "quattro"), 0.0)

    rig.do(several)
    assert [text for text in rig.send_all() if text != "quattro"] == ["uno", "due", "tre"]


def test_chats_do_not_wait_for_each_other(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(8, "due"), message(9, "tre"))
    assert sorted(said(rig.claim())) == ["due", "tre", "uno"]


def test_no_more_calls_are_claimed_than_asked_for(rig: Rig) -> None:
    rig.put(*(message(chat, "ciao") for chat in range(1, 6)))
    assert [len(rig.claim(most=2)) for _ in range(4)] == [2, 2, 1, 0]
    rig.put(message(9, "ciao"))
    assert rig.claim(most=0) == []


def test_whoever_waits_for_a_message_goes_before_what_older_ones_become(rig: Rig) -> None:
    rig.put(tidy(7, 41, "domanda"), tidy(7, 42, "altra"), message(7, "risposta"), edit(7, 43, "pagina"))
    assert rig.send_all() == ["risposta", "pagina", "domanda", "altra"]


def test_citizens_go_before_groups(rig: Rig) -> None:
    rig.put(message(GROUP, "scheda"), now=0.0)
    rig.put(message(7, "risposta"), now=5.0)
    assert said(rig.claim(now=6.0, most=1)) == ["risposta"]
    assert said(rig.claim(now=6.0, most=1)) == ["scheda"]


def test_people_who_wait_for_nothing_go_last(rig: Rig) -> None:
    rig.put(tidy(1, 40, "tidy"), message(-1, "copy"), message(2, "reply"), edit(3, 41, "edit"))
    assert said([rig.claim(most=1)[0] for _ in range(4)]) == ["reply", "edit", "copy", "tidy"]


@pytest.mark.parametrize("end", ["accepted", "retried", "recovered"])
def test_a_person_goes_last_only_while_cleanups_alone_are_left(
    rig: Rig, database: Database, open_store: OpenStore, end: str
) -> None:
    rig.put(tidy(1, 40, "tidy"), message(1, "reply"), now=1.0)
    (reply,) = rig.claim(now=1.0)
    rig.put(message(2, "other"), now=2.0)
    if end == "accepted":
        rig.accept(reply, 5, now=3.0)
        expected = ["other", "tidy"]
    else:
        if end == "retried":
            rig.do(lambda unit: unit.outbox.retry(reply, 1.5, "later", outcome_unknown=False))
        else:
            rig.close()
            rig = open_store(database)
            rig.recover()
        expected = ["reply", "other"]
    assert sorted(said([*rig.claim(now=4.0, most=1), *rig.claim(now=4.0, most=1)])) == sorted(expected)


def test_an_edit_that_somebody_waits_for_hurries_a_cleanup_of_the_same_message(rig: Rig) -> None:
    rig.put(tidy(1, 40, "tidy"), tidy(2, 41, "other"), now=1.0)
    rig.put(edit(2, 41, "edit"), now=2.0)
    assert said(rig.claim(now=3.0, most=1)) == ["edit"]


def test_in_a_rush_people_are_served_as_they_came(rig: Rig) -> None:
    rig.put(message(1, "before"), now=100.0)
    rig.send_all(100.0)
    rig.put(message(1, "first"), now=140.0)
    rig.put(message(2, "second"), now=141.0)
    assert said([rig.claim(now=142.0, most=1, limits=Limits())[0]]) == ["first"]


def test_cases_with_much_to_say_take_turns_in_a_group(rig: Rig) -> None:
    for case in (1, 2):
        rig.do(lambda unit, case=case: [unit.outbox.put(_copy(case, number), 1.0) for number in range(16)])
    rig.put(_copy(3, 0), now=2.0)
    order = []
    while calls := rig.claim(now=3.0):
        order += said(calls)
        rig.do(lambda unit, call=calls[0]: unit.outbox.mark_refused(call, "read", 3.0))
    assert [words for words in order if words.startswith("1.")] == [f"1.{number}" for number in range(16)]
    assert order[:7] == ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "3.0"]
    assert order[7:28] == [f"{case}.{number}" for case in (1, 2) for number in range(3, 13)] + ["1.13"]


def _copy(case: int, number: int) -> Outgoing:
    return Outgoing(-1, CallKind.MESSAGE, "sendMessage", {"text": f"{case}.{number}"}, case=case)


def test_a_cleanup_takes_nobodys_turn(rig: Rig) -> None:
    rig.put(tidy(7, 42, "domanda"), now=0.0)
    (call,) = rig.claim(now=1.0, limits=Limits())
    rig.accept(call, now=1.0)
    rig.put(message(7, "risposta"), now=1.1)
    assert said(rig.claim(now=1.1, limits=Limits())) == ["risposta"]


# --- Edits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [True, False], ids=["later", "in one transaction"])
def test_an_edit_takes_the_place_of_one_of_the_same_message_that_still_waits(rig: Rig, apart: bool) -> None:
    edits = [edit(7, 42, "pagina 1"), edit(7, 43, "altro"), edit(7, 42, "pagina 2"), edit(8, 42, "di un altro")]
    if apart:
        rig.put(*edits)
    else:
        rig.do(lambda unit: [unit.outbox.put(one, 0.0) for one in edits])
    assert sorted(rig.send_all()) == ["altro", "di un altro", "pagina 2"]
    rig.check_counters()


def test_an_edit_that_is_being_made_is_followed_by_the_next(rig: Rig) -> None:
    rig.put(edit(7, 42, "pagina 1"))
    (call,) = rig.claim()
    rig.put(edit(7, 42, "pagina 2"))
    rig.check_counters()
    rig.accept(call)
    assert rig.send_all() == ["pagina 2"]


def test_somebody_who_waits_for_an_edit_does_not_wait_as_for_a_tidy_one(rig: Rig) -> None:
    rig.put(tidy(7, 42, "chiusa"), message(7, "risposta"), edit(7, 42, "riaperta"))
    assert rig.send_all()[-1] != "chiusa"
    rig.check_counters()


def test_an_edit_takes_the_place_of_no_message(rig: Rig) -> None:
    rig.put(message(7, "ciao"), Outgoing(7, CallKind.BEST_EFFORT, "pinChatMessage", {"message_id": 42}), edit(7, 42, "pagina"))
    assert sorted(rig.send_all()) == ["ciao", "pagina", "pinChatMessage"]


# --- What becomes of a call -------------------------------------------------------------------------------------------


def test_an_accepted_call_is_emptied_and_its_chat_goes_on(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    (call,) = rig.claim()
    rig.accept(call, 100, now=5.0)
    assert rig.rows(outbox, "state", "payload", "message_id")[0] == ("sent", "", 100)
    assert said(rig.claim()) == ["due"]
    rig.check_counters()


def test_a_refused_call_is_never_made_again_and_its_chat_goes_on(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.mark_refused(call, "chat not found", 1.0))
    assert rig.rows(outbox, "state", "payload", "error")[0] == ("refused", "", "chat not found")
    assert rig.send_all() == ["due"]
    rig.check_counters()


def test_a_call_to_be_made_again_keeps_its_place_and_the_chat_waits_behind_it(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"), message(8, "altrove"))
    (call,) = [one for one in rig.claim() if one.chat == 7]
    rig.do(lambda unit: unit.outbox.retry(call, 10.0, "timeout", outcome_unknown=True))
    assert [one for one in rig.claim(now=9.9) if one.chat == 7] == []
    (again,) = rig.claim(now=10.0)
    assert (words(again), again.id, again.attempts, again.unknown_outcomes) == ("uno", call.id, 1, 1)
    rig.do(lambda unit: unit.outbox.retry(again, 20.0, "connection", outcome_unknown=False))
    (third,) = rig.claim(now=20.0)
    assert (third.attempts, third.unknown_outcomes) == (2, 1)
    rig.accept(third)
    rig.check_counters()


def test_another_call_takes_the_place_of_one(rig: Rig) -> None:
    rig.put(edit(7, 42, "pagina"), message(7, "dopo"))
    (call,) = rig.claim()
    other = Replacement(CallKind.MESSAGE, "sendMessage", {"text": "pagina"}, "message to edit not found")
    rig.do(lambda unit: unit.outbox.replace_with(call, other))
    rig.check_counters()
    (again,) = rig.claim()
    assert (again.id, again.kind, again.method, again.params) == (call.id, CallKind.MESSAGE, "sendMessage", {"text": "pagina"})
    rig.accept(again, 100)
    assert rig.send_all() == ["dopo"]
    rig.check_counters()


def test_nothing_is_sent_to_a_chat_that_has_blocked_the_bot_until_it_is_back(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.pause_blocked(call, "bot was blocked by the user"))
    rig.put(message(7, "tre"))
    assert rig.claim(now=1e9) == []
    assert rig.do(lambda unit: unit.outbox.next_at(UNLIMITED)) is None
    rig.receive(update(1))
    assert [one.blocked for one in rig.peek()] == [True]
    rig.do(lambda unit: unit.outbox.unblock(7))
    assert [one.blocked for one in rig.peek()] == [False]
    assert rig.send_all(now=1e9) == ["uno", "due", "tre"]
    rig.check_counters()


def test_a_chat_may_say_itself_that_nothing_is_to_be_sent(rig: Rig) -> None:
    rig.do(lambda unit: unit.outbox.block(7))
    rig.put(message(7, "uno"))
    assert rig.claim() == []
    rig.do(lambda unit: unit.outbox.unblock(7))
    assert rig.send_all() == ["uno"]


def test_a_call_that_is_being_made_when_the_chat_leaves_ends_as_it_does(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.block(7))
    rig.accept(call, 100)
    rig.check_counters()
    assert rig.claim() == []
    rig.do(lambda unit: unit.outbox.unblock(7))
    assert rig.send_all() == ["due"]


def test_coming_back_without_having_been_away_changes_nothing(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    (call,) = rig.claim(limits=Limits())
    rig.do(lambda unit: unit.outbox.unblock(7))
    rig.do(lambda unit: unit.outbox.unblock(8))
    assert rig.claim(limits=Limits()) == []
    rig.accept(call)
    rig.check_counters()


# --- A clock that is wrong for a while --------------------------------------------------------------------------------

HOUR, DAY, YEAR = 3600.0, 86_400.0, 31_536_000.0
NOW = 1e9


@pytest.mark.parametrize("limits", [Limits(), UNLIMITED], ids=["limits", "unlimited"])
@pytest.mark.parametrize("ahead", [HOUR, DAY, YEAR])
def test_deadlines_that_a_clock_ahead_has_set_keep_nobody_waiting(rig: Rig, ahead: float, limits: Limits) -> None:
    rig.put(message(7, "uno"), message(7, "due"), message(GROUP, "scheda"), message(GROUP, "parole"), now=NOW)
    for call in [*rig.claim(now=NOW + ahead, limits=limits), *rig.claim(now=NOW + ahead + 0.1, limits=limits)]:
        rig.do(lambda unit, call=call: unit.outbox.retry(call, NOW + ahead + 600.0, "slow down", outcome_unknown=False))
    rig.put(replace(message(8, "insieme"), delay=3.0), now=NOW + ahead)
    rig.put(message(9, "nuovo"), now=NOW)
    claims = [rig.claim(now=NOW + 0.1 * step, limits=limits) for step in range(10)]
    assert sorted(text for calls in claims for text in said(calls)) == ["insieme", "nuovo", "scheda", "uno"]
    rig.check_counters()


@pytest.mark.parametrize("ahead", [HOUR, DAY, YEAR])
def test_a_group_that_a_clock_ahead_has_filled_takes_messages(rig: Rig, ahead: float) -> None:
    texts = [f"parole {number}" for number in range(20)]
    rig.put(*(message(GROUP, text) for text in texts), now=NOW)
    now = NOW + ahead
    for _ in texts:
        now += 1.1
        for call in rig.claim(now=now, limits=Limits()):
            rig.accept(call, call.id, now)
    rig.put(message(GROUP, "dopo"), replace(message(GROUP, "urgente"), urgent=True), now=NOW)
    (urgent,) = rig.claim(now=NOW, limits=Limits())
    rig.accept(urgent, 1, NOW)
    (later,) = rig.claim(now=NOW + 1.2, limits=Limits())
    assert said([urgent, later]) == ["urgente", "dopo"]
    rig.accept(later, 2, NOW + 1.2)
    assert rig.do(lambda unit: unit.outbox.remaining_quota(GROUP, NOW + 2.0, Limits())) == 18


@pytest.mark.parametrize("column", ["send_at", "free_at", "message_at"])
@pytest.mark.parametrize("to", [7, GROUP], ids=["person", "group"])
def test_a_time_that_nothing_explains_keeps_no_chat_waiting(rig: Rig, column: str, to: int) -> None:
    rig.put(message(to, "uno"), now=NOW)
    (first,) = rig.claim(now=NOW, limits=Limits())
    rig.accept(first, 1, NOW)
    with rig.database.engine.begin() as connection:
        connection.execute(recipient.update().values({column: 9e9}))
    rig.put(message(to, "due"), message(to, "tre"), now=NOW)
    heard = []
    for step in range(1, 40):
        for call in rig.claim(now=NOW + 0.1 * step, limits=Limits()):
            heard.append(words(call))
            rig.accept(call, 1 + step, NOW + 0.1 * step)
    assert heard == ["due", "tre"]
    rig.check_counters()


@pytest.mark.parametrize("ahead", [HOUR, DAY, YEAR])
def test_timers_keep_the_time_they_had_left_when_the_clock_goes_back(rig: Rig, ahead: float) -> None:
    rig.put(message(7, "uno"), now=NOW)
    rig.claim(now=NOW + ahead)
    rig.do(lambda unit: unit.timers.set(Timer("case:1", NOW + ahead + 900.0, 7)))
    rig.do(lambda unit: unit.timers.set(Timer("case:2", NOW + 60.0, 7)))
    rig.claim(now=NOW + 5.0)
    due = {one.kind: one.due_at for one in rig.do(lambda unit: unit.timers.list_due(NOW + 2000.0))}
    assert due == {"case:1": pytest.approx(NOW + 905.0, abs=1.0), "case:2": NOW + 60.0}


def test_an_alert_that_a_clock_ahead_has_raised_is_raised_again(rig: Rig) -> None:
    def is_due(now: float) -> bool:
        return rig.do(lambda unit: unit.cooldowns.start("quarantine", now, 600.0))

    assert [is_due(NOW), is_due(NOW + 1.0), is_due(NOW + YEAR), is_due(NOW + 2.0), is_due(NOW + 3.0)] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_clocks_of_two_processes_that_differ_by_seconds_lift_no_pause(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(8, "due"), now=NOW)
    (call, _) = rig.claim(now=NOW + 8.0)
    rig.do(lambda unit: unit.outbox.retry(call, NOW + 60.0, "slow down", outcome_unknown=False))
    assert rig.claim(now=NOW) == []
    assert len(rig.claim(now=NOW + 61.0)) == 1


# --- After a crash, and in the long run -------------------------------------------------------------------------------


def test_calls_that_an_ended_process_was_making_are_in_doubt(rig: Rig, database: Database, open_store: OpenStore) -> None:
    rig.put(message(7, "uno"), message(7, "due"), edit(8, 42, "pagina"), tidy(9, 42, "chiusa"), leave(GROUP))
    assert len(rig.claim()) == 4
    rig.close()
    after = open_store(database)
    assert after.recover(now=5.0) == 4
    after.check_counters()
    calls = after.claim(now=5.0)
    assert sorted((words(one), one.attempts, one.unknown_outcomes) for one in calls) == [
        ("chiusa", 0, 1),
        ("pagina", 0, 1),
        ("uno", 0, 1),
    ]
    assert after.recover(now=6.0) == 0
    for call in calls:
        after.accept(call, now=5.0)
    assert after.send_all(now=5.0) == ["due"]
    after.check_counters()


def test_calls_of_a_living_worker_are_left_alone(rig: Rig) -> None:
    rig.put(message(7, "uno"), leave(GROUP))
    (call, other) = rig.claim()
    assert rig.recover() == 0
    rig.accept(call)
    rig.accept(other)
    rig.check_counters()


def test_calls_that_ended_long_ago_are_forgotten_some_at_a_time(rig: Rig) -> None:
    rig.put(*(message(chat, "ciao") for chat in range(1, 6)))
    for number, call in enumerate(rig.claim()):
        if number % 2:
            rig.do(lambda unit, call=call: unit.outbox.mark_refused(call, "no", 10.0))
        else:
            rig.accept(call, now=10.0)
    rig.put(message(1, "in corso"), message(2, "aspetta"))
    (one,) = rig.claim(most=1)

    def purge(before: float) -> int:
        return rig.do(lambda unit: unit.outbox.purge(before, 3))

    assert [purge(10.0), purge(15.0), purge(15.0), purge(1e12)] == [0, 3, 2, 0]
    rig.accept(one)
    assert len(rig.send_all()) == 1


def test_depth_counts_what_waits(rig: Rig) -> None:
    rig.put(message(7, "uno"), now=3.0)
    rig.put(message(8, "due"), now=4.0)
    assert rig.do(lambda unit: unit.queue_counts()).outbox == QueueDepth(2, 3.0)
    rig.send_all(now=5.0)
    assert rig.do(lambda unit: unit.queue_counts()).outbox == QueueDepth(0, 0.0)


# --- Whatever happens -------------------------------------------------------------------------------------------------

CHATS = [7, 8, GROUP]
GROUPS = (GROUP, NEW)
_steps = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(CHATS), st.sampled_from(list(CallKind))),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("end"), st.sampled_from(["accepted", "refused", "retry", "instead", "blocked", "moved"])),
    st.tuples(st.just("unblocked"), st.sampled_from(CHATS)),
    st.tuples(st.just("block"), st.sampled_from(CHATS)),
)


class Course:
    """An outbox to which things happen, and what should be in it."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.now = 0.0
        self.open: list[ClaimedCall] = []
        self.put_into: dict[int, list[str]] = {chat: [] for chat in CHATS}
        self.ended: dict[int, list[str]] = {chat: [] for chat in CHATS}

    def put(self, chat: int, kind: CallKind) -> None:
        number = sum(map(len, self.put_into.values()))
        self.put_into[chat].append(f"{kind}{number}")
        self.rig.put(Outgoing(chat, kind, "any", {"text": f"{kind}{number}", "message_id": number}), now=self.now)

    def claim(self, most: int) -> None:
        self.open += self.rig.claim(self.now, most)

    def end(self, outcome: str) -> None:
        """The call that has been made for longest comes to an end."""
        if self.open:
            call = self.open.pop(0)
            moves = outcome == "moved" and call.chat == GROUP
            self.rig.do(lambda unit: self._end(unit, call, "retry" if outcome == "moved" and not moves else outcome))
            if outcome in ("accepted", "refused"):
                self.ended[GROUP if call.chat in GROUPS else call.chat].append(words(call))

    def _end(self, unit: Unit, call: ClaimedCall, outcome: str) -> None:
        match outcome:
            case "accepted":
                unit.outbox.mark_accepted(call, sent(100), self.now)
            case "refused":
                unit.outbox.mark_refused(call, "no", self.now)
            case "retry":
                unit.outbox.retry(call, self.now + 2.0, "timeout", outcome_unknown=True)
            case "instead":
                unit.outbox.replace_with(call, Replacement(CallKind.MESSAGE, "sendMessage", call.params, "gone"))
            case "blocked":
                unit.outbox.pause_blocked(call, "blocked")
            case "moved":
                unit.outbox.retry(call, self.now, "moved", outcome_unknown=False)
                unit.outbox.move_group(call.chat, NEW)

    def block(self, chat: int) -> None:
        self.rig.do(lambda unit: unit.outbox.block(unit.outbox.current_id(chat)))

    def unblocked(self, chat: int) -> None:
        self.rig.do(lambda unit: unit.outbox.unblock(unit.outbox.current_id(chat)))

    def until_all_is_sent(self) -> None:
        """Everybody is back and every call is accepted."""
        for chat in CHATS:
            self.unblocked(chat)
        self.now += 10.0
        while self.open or self.rig.do(lambda unit: unit.outbox.next_at(UNLIMITED)) is not None:
            self.claim(10)
            assert self.open, "there is something to do that cannot be done"
            self.end("accepted")


def messages(texts: Sequence[str]) -> list[str]:
    """Those that are new messages."""
    return [text for text in texts if text.startswith(CallKind.MESSAGE)]


@settings(
    parent=settings.get_profile("project"),
    max_examples=60 * THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_steps, max_size=30))
def test_whatever_happens_every_call_ends_once_and_messages_keep_their_order(rig: Rig, steps: list) -> None:
    rig.clear()
    course = Course(rig)
    for what, *arguments in steps:
        course.now += 1.0
        getattr(course, what)(*arguments)
        rig.check_counters()
        assert max(Counter(call.chat for call in course.open).values(), default=0) <= 1
    course.until_all_is_sent()
    rig.check_counters()
    for chat in CHATS:
        assert sorted(course.ended[chat]) == sorted(course.put_into[chat])
        assert messages(course.ended[chat]) == messages(course.put_into[chat])


# --- Withdrawn


def test_a_call_that_waits_can_be_withdrawn_and_one_in_flight_cannot(rig: Rig) -> None:
    first, second = (replace(message(7, text), keys=(f"-1:{number}",)) for number, text in enumerate(("uno", "due")))
    rig.put(first, second, message(7, "tre"))
    (call,) = rig.claim()
    assert [rig.do(lambda unit, key=key: unit.outbox.withdraw(7, key)) for key in ("-1:0", "-1:1", "-1:1")] == [
        False,
        True,
        False,
    ]
    rig.accept(call)
    rig.check_counters()
    assert rig.send_all() == ["tre"]


# --- Announcements


def announcement(chat: int, text: str) -> Outgoing:
    return replace(message(chat, text), is_announcement=True)


def claimed_in_rest(rig: Rig) -> list[ClaimedCall]:
    return list(rig.do(lambda unit: unit.outbox.claim(0.0, 100, UNLIMITED, is_rest=True)))


def test_what_is_announced_goes_after_what_people_and_groups_wait_for(rig: Rig) -> None:
    rig.put(announcement(7, "notizia"), announcement(8, "notizia"), message(8, "risposta"), message(GROUP, "gruppo"))
    order = []
    while calls := rig.claim(most=1):
        order += said(calls)
        rig.accept(calls[0])
    assert order == ["risposta", "gruppo", "notizia", "notizia"]
    rig.check_counters()


def test_in_a_rest_nothing_is_announced_and_answers_go_on(rig: Rig) -> None:
    rig.put(announcement(7, "notizia"), announcement(8, "notizia"), message(8, "risposta"))
    (answer,) = claimed_in_rest(rig)
    assert words(answer) == "risposta"
    rig.accept(answer)
    assert claimed_in_rest(rig) == []
    assert rig.do(lambda unit: unit.outbox.next_at(UNLIMITED, is_rest=True)) is None
    assert rig.do(lambda unit: unit.outbox.next_at(UNLIMITED)) is not None
    rig.put(message(7, "altra risposta"))
    assert said(claimed_in_rest(rig)) == ["altra risposta"]
    assert said(rig.claim()) == ["notizia"]


def test_an_announcement_that_was_tried_waits_for_the_end_of_a_rest(rig: Rig) -> None:
    rig.put(announcement(7, "notizia"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.retry(call, 0.0, "later", outcome_unknown=False))
    assert claimed_in_rest(rig) == []
    assert rig.send_all() == ["notizia"]
