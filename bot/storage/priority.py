"""The priority of calls: urgent ones, then words of urgent cases, calls that others need, usual ones, and those that can wait.

Within a group no case delays the others for long: cases with many calls waiting take turns, a few calls each. The words of a case
keep their order, so a call is not made before the words of its case that were queued earlier.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.json_types import Json
from bot.usecases.calls import CallKind, Outgoing

#: Ranks, first ones first.
URGENT, HURRIED, NEEDED_BY_OTHERS, USUAL, CAN_WAIT, ANNOUNCEMENT = -3, -2, -1, 0, 1, 2
#: Ranks of recipients: people who wait for a call, groups, people for whom only cleanups wait, or only announcements.
PEOPLE, GROUPS, UNHURRIED, AUDIENCE = RECIPIENT_RANKS = (0, 1, 2, 3)
#: Seconds by which people who were silent are looked at before those who were sent something; longer than any burst. In a rush
#: people are then served as they came.
_HEAD_START_SECONDS = 10.0
#: Calls of one case in a group that go first, then in each further turn; and the last turn, which takes all that are left.
_CALLS_AHEAD, _CALLS_IN_TURN, _LAST_TURN = 3, 10, 1000


def rank_of(outgoing: Outgoing) -> int:
    """Return the rank of a call by itself, lower ranks first."""
    if outgoing.urgent:
        return URGENT
    if outgoing.hurried:
        return HURRIED
    if outgoing.is_announcement:
        return ANNOUNCEMENT
    return NEEDED_BY_OTHERS if outgoing.before_others else rank_of_kind(outgoing.kind)


def rank_of_kind(kind: CallKind) -> int:
    """Return the rank of a call of a kind."""
    return CAN_WAIT if kind is CallKind.CLEANUP else USUAL


def is_in_turn(row: Mapping[str, Json]) -> bool:
    """Return True if a call, as a row of the outbox, must keep the order of a case's words in its group."""
    return bool(
        row["chat"] < 0 and row["case_id"] is not None and row["rank"] in (USUAL, HURRIED) and row["kind"] != CallKind.BEST_EFFORT
    )


def rank_in_turn(rows: Sequence[dict[str, Json]], waiting: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    """Set the ranks of new rows so that the cases of a group take turns.

    `waiting` gives by group and case how many calls are queued, and the rank of the last one.
    """
    queues = dict(waiting)
    for row in rows:
        if is_in_turn(row):
            queue = (row["chat"], row["case_id"])
            count, last = queues.get(queue, (0, HURRIED))
            turn = min(1 + (count - _CALLS_AHEAD) // _CALLS_IN_TURN, _LAST_TURN) if count >= _CALLS_AHEAD else 0
            # After its first words an urgent case takes turns as well, one earlier than others.
            rank = USUAL + turn - 1 if turn and row["rank"] == HURRIED else row["rank"] + turn
            row["rank"] = max(rank, last)
            queues[queue] = (count + 1, row["rank"])


def newest_edits(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Return rows in which of several edits of one message only the newest is left, in the place of the first."""
    kept: dict[object, dict[str, Json]] = {}
    for number, row in enumerate(rows):
        place: object = number if row["edits"] is None else (row["chat"], row["edits"])
        kept[place] = row | {"names": f"{kept[place]['names']} {row['names']}".strip()} if place in kept else row
    return list(kept.values())


def recipients_of(rows: Sequence[Mapping[str, Json]], superseded: Collection[tuple[int, int]]) -> dict[int, dict[str, float]]:
    """Return by chat how new rows of the outbox change its row: rank, time of the next call, and numbers of calls and messages.

    `rank` is the best rank of the rows (`RECIPIENT_RANKS`), `send_at` a time in seconds since 1970, 0.0 for groups. `to_send` and
    `messages` are to be added to the counts; edits in `superseded` (chat, message) replace a waiting call and add nothing.
    """
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        recipient = found.setdefault(row["chat"], empty_recipient(row["chat"]))
        if row["chat"] > 0 and row["rank"] <= CAN_WAIT:
            recipient["rank"] = min(recipient["rank"], PEOPLE if row["rank"] <= USUAL else UNHURRIED)
        if (row["chat"], row["edits"]) not in superseded:
            recipient["send_at"] = row["created_at"] - _HEAD_START_SECONDS if row["chat"] > 0 else 0.0
            recipient["to_send"] += 1
            recipient["messages"] += row["kind"] == CallKind.MESSAGE
    return found


def empty_recipient(chat: int) -> dict[str, float]:
    """Return the row of a chat for which no calls are queued."""
    return {"id": chat, "rank": GROUPS if chat < 0 else AUDIENCE, "send_at": 0.0, "to_send": 0, "messages": 0}
