"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: what is known of a chat."""

from __future__ import annotations

import pytest

from bot.usecases.calls import CallKind, Replacement
from bot.usecases.ports import Unit
from bot.usecases.queues import QueuedUpdate
from tests.storage.rig import Rig, edit, message, tidy, update, words

GROUP, NEW = -1001, -100_1001


# --- A group that becomes a supergroup --------------------------------------------------------------------------------


def test_what_waits_for_a_group_that_moved_follows_it(rig: Rig) -> None:
    rig.put(message(GROUP, "uno"), message(GROUP, "due"))
    (call,) = rig.claim()

    def moved(unit: Unit) -> None:
        unit.outbox.retry(call, 0.0, "moved", outcome_unknown=False)
        unit.outbox.move_group(GROUP, NEW)

    rig.do(moved)
    rig.check_counters()
    rig.put(message(GROUP, "tre"))
    assert rig.do(lambda unit: unit.outbox.current_id(GROUP)) == NEW
    calls = []
    while claimed := rig.claim():
        calls += claimed
        rig.accept(claimed[0])
    assert [(one.chat, words(one)) for one in calls] == [(NEW, "uno"), (NEW, "due"), (NEW, "tre")]
    rig.check_counters()


def test_a_group_that_moved_before_anything_was_sent_is_followed(rig: Rig) -> None:
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    rig.put(message(GROUP, "uno"))
    assert [one.chat for one in rig.claim()] == [NEW]


def test_what_is_put_beside_the_move_follows_too(rig: Rig) -> None:
    def moved(unit: Unit) -> None:
        unit.outbox.put(message(GROUP, "uno"), 0.0)
        unit.outbox.move_group(GROUP, NEW)
        unit.outbox.put(message(GROUP, "due"), 0.0)

    rig.do(moved)
    rig.check_counters()
    assert rig.send_all() == ["uno", "due"]


def test_a_move_that_is_told_twice_is_one(rig: Rig) -> None:
    """By the group itself, and as the answer to a call."""
    rig.put(message(GROUP, "uno"))
    for _ in range(2):
        rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    rig.check_counters()
    assert rig.send_all() == ["uno"]
    rig.check_counters()


def test_where_anybody_else_is_does_not_change(rig: Rig) -> None:
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    assert [rig.do(lambda unit, chat=chat: unit.outbox.current_id(chat)) for chat in (7, -5, NEW)] == [7, -5, NEW]


@pytest.mark.parametrize("outcome", ["accepted", "refused", "retry"])
def test_a_call_that_is_being_made_while_its_group_moves_ends_once(rig: Rig, outcome: str) -> None:
    rig.put(message(GROUP, "uno"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    if outcome == "accepted":
        rig.accept(call, 100)
    elif outcome == "refused":
        rig.do(lambda unit: unit.outbox.mark_refused(call, "no", 0.0))
    else:
        rig.do(lambda unit: unit.outbox.retry(call, 0.0, "timeout", outcome_unknown=True))
    rig.check_counters()
    rig.put(message(GROUP, "due"))
    assert rig.send_all() == (["uno", "due"] if outcome == "retry" else ["due"])
    rig.check_counters()


def test_a_call_that_is_being_made_while_its_group_moves_is_not_made_beside_itself(rig: Rig) -> None:
    rig.put(message(GROUP, "uno"))
    rig.claim()
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    assert rig.claim() == []


# --- The message in front ---------------------------------------------------------------------------------------------


def shown(rig: Rig) -> int | None:
    """What the handler of the next update is told, without handling it."""

    def look(unit: Unit) -> QueuedUpdate:
        (one,) = unit.inbox.claim(0.0, 1)
        return one

    rig.receive(update(1))
    return rig.do(look).shown


def test_the_message_in_front_is_the_last_one_accepted(rig: Rig) -> None:
    rig.put(message(7, "uno"))
    assert shown(rig) is None
    rig.accept(rig.claim()[0], 100)
    assert shown(rig) == 100


def test_no_message_is_in_front_while_a_newer_one_is_on_its_way(rig: Rig) -> None:
    rig.put(message(7, "uno"))
    rig.accept(rig.claim()[0], 100)
    rig.put(message(7, "due"), message(7, "tre"))
    assert shown(rig) is None
    rig.accept(rig.claim()[0], 101)
    assert shown(rig) is None
    (last,) = rig.claim()
    assert shown(rig) is None
    rig.accept(last, 102)
    assert shown(rig) == 102


def test_an_edit_leaves_the_message_in_front_where_it_is(rig: Rig) -> None:
    rig.put(message(7, "uno"))
    rig.accept(rig.claim()[0], 100)
    rig.put(edit(7, 42, "pagina"), tidy(7, 43, "chiusa"))
    assert shown(rig) == 100
    rig.send_all()
    assert shown(rig) == 100


def test_after_a_refused_message_it_is_not_known_what_is_in_front(rig: Rig) -> None:
    rig.put(message(7, "uno"), message(7, "due"))
    rig.accept(rig.claim()[0], 100)
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.mark_refused(call, "no", 0.0))
    assert shown(rig) is None


def test_a_message_in_place_of_an_edit_is_then_in_front(rig: Rig) -> None:
    rig.put(message(7, "uno"))
    rig.accept(rig.claim()[0], 100)
    rig.put(edit(7, 100, "pagina"))
    (call,) = rig.claim()
    rig.do(lambda unit: unit.outbox.replace_with(call, Replacement(CallKind.MESSAGE, "sendMessage", {"text": "pagina"}, "gone")))
    assert shown(rig) is None
    rig.accept(rig.claim()[0], 101)
    assert shown(rig) == 101
