"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: where messages of cases are."""

from __future__ import annotations

from typing import Any as Json

import pytest

from bot.storage.tables import relay
from bot.usecases.calls import CallKind, ClaimedCall, Limits, Outgoing, message_ref
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate
from tests.builders import a_case
from tests.storage.rig import Rig, edit, message, sent, update, words

GROUP, OTHER, NEW = -1001, -2002, -100_1001


def copy(chat: int, text: str, *keys: str, case: int | None = None, **more: Json) -> Outgoing:
    """A new message that is known as something."""
    return Outgoing(chat, CallKind.MESSAGE, "sendMessage", {"text": text}, keys=keys, case=case, **more)


@pytest.fixture
def case(rig: Rig) -> int:
    """The case of the citizen of chat 7."""
    return rig.do(lambda unit: unit.cases.open(a_case(7))).number


def accepted(rig: Rig, *message_ids: int, now: float = 0.0) -> ClaimedCall:
    """Telegram takes the next call, and this came of it."""
    (call,) = rig.claim(now)
    rig.do(lambda unit: unit.outbox.mark_accepted(call, sent(*message_ids), now))
    return call


def sent_to_group(rig: Rig, case: int, message_id: int, *keys: str) -> None:
    rig.put(copy(GROUP, "ciao", *keys, case=case))
    accepted(rig, message_id)


def found(rig: Rig, *keys: str) -> list[int | None]:
    return rig.do(lambda unit: [unit.message_refs.find(key) for key in keys])


# --- What messages are known as -------------------------------------------------------------------------------------------


def test_a_message_is_found_by_all_its_names_once_telegram_has_taken_it(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "ciao", "7:41", "7:42", case=case))
    assert found(rig, "7:41", "7:42") == [None, None]
    accepted(rig, 900)
    assert found(rig, "7:41", "7:42", "7:43") == [900, 900, None]
    assert sorted(rig.do(lambda unit: unit.message_refs.keys_of(GROUP, 900))) == ["7:41", "7:42"]
    assert rig.do(lambda unit: (unit.message_refs.keys_of(OTHER, 900), unit.message_refs.keys_of(GROUP, 901))) == ([], [])


def test_each_message_of_an_album_has_its_name_and_the_last_those_left_over(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "album", "7:1", "7:2", "7:3", "7:4", case=case))
    accepted(rig, 900, 901, 902)
    assert found(rig, "7:1", "7:2", "7:3", "7:4") == [900, 901, 902, 902]


def test_of_a_message_that_was_sent_twice_the_last_one_counts(rig: Rig, case: int) -> None:
    for number in (900, 950):
        sent_to_group(rig, case, number, "7:41")
    assert found(rig, "7:41") == [950]
    assert rig.do(lambda unit: (unit.message_refs.keys_of(GROUP, 900), unit.message_refs.keys_of(GROUP, 950))) == ([], ["7:41"])


@pytest.mark.parametrize("ids", [(), (900,)], ids=["nothing came of it", "of no case"])
def test_what_came_to_nothing_or_belongs_to_no_case_is_known_as_nothing(rig: Rig, case: int, ids: tuple[int, ...]) -> None:
    rig.put(copy(GROUP, "ciao", "7:41", case=case if not ids else None))
    accepted(rig, *ids)
    assert found(rig, "7:41") == [None]


def test_a_message_tells_whose_case_it_belongs_to(rig: Rig, case: int) -> None:
    sent_to_group(rig, case, 900, "7:41")
    second = rig.do(lambda unit: unit.cases.open(a_case(8))).number
    sent_to_group(rig, second, 901, "8:41")

    def about(chat: int, *messages: int) -> tuple[int | None, int | None]:
        found = rig.do(lambda unit: unit.cases.of_messages(chat, messages))
        return rig.do(lambda unit: unit.message_refs.lane_of(chat, messages)), found.number if found is not None else None

    assert about(GROUP, 900) == (7, case)
    assert about(GROUP, 55, 901, 900) == (8, second), "the first that is known counts"
    assert about(GROUP, 900, 901) == (7, case)
    assert about(GROUP, 55) == about(OTHER, 900) == about(GROUP) == (None, None)


def test_what_is_gone_is_forgotten_and_nothing_else(rig: Rig, case: int) -> None:
    sent_to_group(rig, case, 900, "7:41", "7:42")
    sent_to_group(rig, case, 901, "card:1.1")
    rig.do(lambda unit: (unit.message_refs.forget("7:41"), unit.message_refs.forget("never")))
    assert found(rig, "7:41", "7:42", "card:1.1") == [None, 900, 901]


def test_all_messages_of_a_chat_are_forgotten_with_it(rig: Rig, case: int) -> None:
    sent_to_group(rig, case, 900, "7:41")
    rig.put(copy(7, "risposta", f"{GROUP}:5", case=case))
    accepted(rig, 41)
    rig.do(lambda unit: unit.message_refs.forget_chat(GROUP))
    assert found(rig, "7:41", f"{GROUP}:5") == [None, 41]


def test_old_ones_are_forgotten_some_at_a_time(rig: Rig, case: int) -> None:
    for number in range(4):
        rig.put(copy(GROUP, "ciao", f"7:{number}", case=case), now=10.0 * number)
        accepted(rig, 900 + number, now=10.0 * number)
    assert [rig.do(lambda unit: unit.message_refs.purge(30.0, 2)) for _ in range(3)] == [2, 1, 0]
    assert rig.rows(relay, "key") == [("7:3",)]


def test_what_is_taken_while_its_group_moves_is_known_where_the_group_is(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "ciao", "7:41", case=case))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    rig.do(lambda unit: unit.outbox.mark_accepted(call, sent(900), 0.0))
    assert rig.do(lambda unit: unit.message_refs.lane_of(NEW, [900])) == 7


# --- Updates of a group that are about a case ------------------------------------------------------------------------------


def test_an_update_about_a_message_of_a_case_waits_in_the_lane_of_its_citizen(rig: Rig, case: int) -> None:
    sent_to_group(rig, case, 900, "7:41")
    about = NewUpdate(2, GROUP, "{}", about=(5, 900))
    assert rig.receive(update(1), about, NewUpdate(3, GROUP, "{}", about=(5,)), NewUpdate(4, GROUP, "{}")) == 4
    assert {one.update_id: one.lane for one in rig.peek()} == {1: 7, 3: GROUP}
    rig.handle()
    assert {one.update_id: one.lane for one in rig.peek()} == {2: 7, 4: GROUP}
    rig.check_counters()
    assert rig.receive(about) == 0, "a redelivery has no second effect"
    rig.check_counters()


def test_an_update_that_is_moved_to_another_lane_is_handled_there_once(rig: Rig) -> None:
    rig.receive(update(1, GROUP), update(2, GROUP), update(3, 7))
    (first,) = [one for one in rig.peek() if one.lane == GROUP]
    rig.do(lambda unit: unit.inbox.reroute(first, 7, 5.0))
    rig.check_counters()
    assert {one.update_id: one.lane for one in rig.peek(now=5.0)} == {1: 7, 2: GROUP}, "within its lane by the order of updates"
    assert rig.handle(now=5.0) in ([1, 2], [2, 1])
    assert rig.handle(now=5.0) == [3]
    rig.check_counters()


def test_an_update_can_be_moved_to_a_lane_that_is_new(rig: Rig) -> None:
    rig.receive(update(1, GROUP))
    (first,) = rig.peek()
    rig.do(lambda unit: unit.inbox.reroute(first, 99, 5.0))
    rig.check_counters()
    assert [(one.update_id, one.lane) for one in rig.peek(now=5.0)] == [(1, 99)]


def test_an_update_that_somebody_else_was_faster_with_is_not_moved(rig: Rig) -> None:
    rig.receive(update(1, GROUP))
    (first,) = rig.peek()
    rig.handle()
    rig.do(lambda unit: unit.inbox.reroute(first, 7, 5.0))
    rig.check_counters()
    assert rig.peek(now=5.0) == []


def test_a_lane_that_sleeps_sleeps_on_when_an_update_joins_it(rig: Rig) -> None:
    rig.receive(update(1, 7), update(2, GROUP))
    by_lane = {one.lane: one for one in rig.peek()}
    rig.do(lambda unit: unit.inbox.mark_failed(by_lane[7], "ValueError", 30.0))
    rig.do(lambda unit: unit.inbox.reroute(by_lane[GROUP], 7, 5.0))
    assert rig.peek(now=29.0) == []
    assert [one.update_id for one in rig.peek(now=30.0)] == [1]
    rig.check_counters()


# --- Calls that name messages ----------------------------------------------------------------------------------------------


def params_of(rig: Rig, params: dict[str, Json], now: float = 0.0) -> Json:
    """The parameters of a call as it is made."""
    rig.put(Outgoing(GROUP, CallKind.EDIT, "editMessageReplyMarkup", params), now=now)
    (call,) = rig.claim(now)
    rig.accept(call)
    return call.params


def test_a_name_becomes_the_number_of_its_message_when_the_call_is_made(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "scheda", "card:1.1", case=case))
    params = {
        "message_id": message_ref("card:1.1"),
        "message_thread_id": message_ref("topic:1.1"),
        "reply_parameters": {"message_id": message_ref("card:1.1"), "allow_sending_without_reply": True},
        "text": "x",
    }
    rig.put(Outgoing(GROUP, CallKind.EDIT, "editMessageText", params))
    accepted(rig, 900)
    (call,) = rig.claim()
    assert call.params == {
        "message_id": 900,
        "reply_parameters": {"message_id": 900, "allow_sending_without_reply": True},
        "text": "x",
    }


def test_what_names_something_that_is_not_there_is_left_out(rig: Rig, case: int) -> None:
    sent_to_group(rig, case, 900, "7:41")
    reply = {"message_id": message_ref("7:99"), "allow_sending_without_reply": True}
    assert params_of(rig, {"text": "x", "message_id": message_ref("7:99"), "reply_parameters": reply}) == {"text": "x"}
    assert params_of(rig, {"a": message_ref("7:41"), "b": {"message_id": 3}, "c": [1]}) == {
        "a": 900,
        "b": {"message_id": 3},
        "c": [1],
    }


def test_a_change_of_a_message_that_waits_too_is_made_after_it(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "scheda", "card:1.1", case=case))
    rig.put(
        Outgoing(GROUP, CallKind.EDIT, "editMessageText", {"message_id": message_ref("card:1.1"), "text": "cambiata"}), now=1.0
    )
    limits = Limits(overall=None)
    (card,) = rig.claim(1.0, limits=limits)
    assert words(card) == "scheda"
    rig.do(lambda unit: unit.outbox.mark_accepted(card, sent(900), 1.0))
    (change,) = rig.claim(2.5, limits=limits)
    assert change.params == {"message_id": 900, "text": "cambiata"}


# --- Calls that are changed before they are made ---------------------------------------------------------------------------


def amend(rig: Rig, handle: str, text: str, *keys: str, chat: int = GROUP) -> bool:
    return rig.do(lambda unit: unit.outbox.amend(chat, handle, lambda params: params.update(text=text), list(keys)))


@pytest.mark.parametrize("handle", ["", "album:1"], ids=["by its first name", "by a handle"])
def test_a_call_that_waits_is_added_to_with_the_names_of_what_was_added(rig: Rig, case: int, handle: str) -> None:
    rig.put(copy(GROUP, "uno", "7:1", case=case, merge_key=handle))
    assert amend(rig, handle or "7:1", "uno\ndue", "7:1", "7:2")
    call = accepted(rig, 900)
    assert (words(call), call.keys, call.case) == ("uno\ndue", ("7:1", "7:2"), case)
    assert found(rig, "7:1", "7:2") == [900, 900]
    rig.check_counters()


def test_a_call_put_in_the_same_transaction_can_be_added_to(rig: Rig, case: int) -> None:
    def both(unit: Unit) -> bool:
        unit.outbox.put(copy(GROUP, "uno", "7:1", case=case), 0.0)
        return unit.outbox.amend(GROUP, "7:1", lambda params: params.update(text="due"), [])

    assert rig.do(both)
    assert rig.send_all() == ["due"]


def test_a_call_that_is_being_made_or_was_is_not_added_to(rig: Rig, case: int) -> None:
    assert not amend(rig, "7:1", "due")
    rig.put(copy(GROUP, "uno", "7:1", case=case))
    (call,) = rig.claim()
    assert not amend(rig, "7:1", "due")
    rig.do(lambda unit: unit.outbox.mark_accepted(call, sent(900), 0.0))
    assert not amend(rig, "7:1", "due")
    assert rig.claim() == []


def test_a_call_that_will_be_made_again_can_be_added_to(rig: Rig, case: int) -> None:
    rig.put(copy(GROUP, "uno", "7:1", case=case))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.retry(call, 0.0, "timeout", outcome_unknown=True))
    assert amend(rig, "7:1", "due")
    assert rig.send_all() == ["due"]


def test_a_call_that_is_held_back_waits_for_more_and_those_behind_it_wait_too(rig: Rig, case: int) -> None:
    rig.put(copy(7, "album", "-1001:1", case=case, delay=1.5), message(7, "dopo"), now=10.0)
    assert rig.claim(11.0) == []
    assert rig.do(lambda unit: unit.outbox.next_at(Limits())) == 11.5
    assert amend(rig, "-1001:1", "album di due", chat=7)
    assert rig.send_all(11.5) == ["album di due", "dopo"]


def test_what_others_need_goes_first(rig: Rig) -> None:
    rig.put(
        message(GROUP, "uno"),
        Outgoing(GROUP, CallKind.BEST_EFFORT, "createForumTopic", {}, before_others=True),
        message(GROUP, "due"),
    )
    assert rig.send_all() == ["createForumTopic", "uno", "due"]


def test_what_others_need_still_follows_what_is_being_made(rig: Rig) -> None:
    rig.put(message(GROUP, "uno"))
    (call,) = rig.claim()
    rig.put(Outgoing(GROUP, CallKind.BEST_EFFORT, "createForumTopic", {}, before_others=True))
    assert rig.claim() == []
    rig.accept(call)
    assert rig.send_all() == ["createForumTopic"]


# --- A group's minute ------------------------------------------------------------------------------------------------------


def room(rig: Rig, now: float, limits: Limits | None = None, group: int = GROUP) -> int:
    return rig.do(lambda unit: unit.outbox.remaining_quota(group, now, limits or Limits()))


def test_the_room_of_a_group_is_what_is_left_of_its_minute_less_what_waits(rig: Rig) -> None:
    assert room(rig, 100.0) == 20
    rig.put(message(GROUP, "uno"), message(GROUP, "due"), edit(GROUP, 5, "x"), now=100.0)
    assert room(rig, 100.0) == 18
    for now in (100.0, 102.0, 104.0):
        for call in rig.claim(now, limits=Limits()):
            rig.accept(call, 900, now=now)
    assert room(rig, 105.0) == 18
    assert room(rig, 170.0) == 20
    assert room(rig, 100.0, group=OTHER) == 20
    rig.do(lambda unit: unit.outbox.move_group(OTHER, GROUP))
    assert room(rig, 105.0, group=OTHER) == 18, "a group that moved is where it is now"


def test_without_a_limit_there_is_always_room(rig: Rig) -> None:
    rig.put(*(message(GROUP, str(number)) for number in range(30)))
    assert room(rig, 0.0, Limits(None, None, None)) > 1000
