"""The priority of calls: urgent ones before all others, then what others need, then the usual ones, then what can wait.

Within a group no case delays the others for long: of a case that has several calls waiting, further ones can wait. The words of a
case keep their order, so a call goes no sooner than the words of its case that wait already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.json_types import Json
from bot.usecases.calls import CallKind, Outgoing

#: Ranks, first ones first.
URGENT, NEEDED_BY_OTHERS, USUAL, CAN_WAIT = -3, -1, 0, 1
#: Calls of one case that may wait in a group before further ones can wait for those of other cases.
_MAX_CALLS_AHEAD = 3


def rank_of(outgoing: Outgoing) -> int:
    """Return the rank of a call by itself."""
    if outgoing.urgent:
        return URGENT
    return NEEDED_BY_OTHERS if outgoing.before_others else rank_of_kind(outgoing.kind)


def rank_of_kind(kind: CallKind) -> int:
    """Return the rank of a call of a kind."""
    return CAN_WAIT if kind is CallKind.CLEANUP else USUAL


def is_in_turn(row: Mapping[str, Json]) -> bool:
    """Return True if a new row of the outbox keeps the order of a case's words in a group."""
    return bool(row["chat"] < 0 and row["case_id"] is not None and row["rank"] == USUAL and row["kind"] != CallKind.BEST_EFFORT)


def rank_in_turn(rows: Sequence[dict[str, Json]], waiting: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    """Give new rows their ranks among the calls of their cases.

    `waiting` says by group and case how many calls wait, and the last rank of them.
    """
    queues = dict(waiting)
    for row in rows:
        if is_in_turn(row):
            queue = (row["chat"], row["case_id"])
            count, last = queues.get(queue, (0, USUAL))
            row["rank"] = CAN_WAIT if count >= _MAX_CALLS_AHEAD else max(USUAL, last)
            queues[queue] = (count + 1, row["rank"])


def newest_edits(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Return rows with only the newest of several edits of one message, in the place of the first."""
    kept: dict[object, dict[str, Json]] = {}
    for number, row in enumerate(rows):
        place: object = number if row["edits"] is None else (row["chat"], row["edits"])
        kept[place] = row | {"names": f"{kept[place]['names']} {row['names']}".strip()} if place in kept else row
    return list(kept.values())
