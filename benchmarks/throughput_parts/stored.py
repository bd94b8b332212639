"""The cost of an update with few and with many stored chats."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from common.talkers import Talkers
from common.targets import missed

from bot.json_types import Json
from bot.storage.schema import Database
from throughput_parts.peers import Found, Ours, Round, echoing, rate
from throughput_parts.postgres import new_database

#: The id of the first update, above those of the stored rows.
FIRST_UPDATE = 100_000_000
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
_SESSION = '{"version": 1, "screen": "question", "interviews": 1, "note": "' + "x" * 300 + '"}'
_FILL = (
    "INSERT INTO chat (id, waiting, ready_at, session) {numbers} SELECT 1000 + n, 0, 1764000000.0 + n, '{session}' FROM numbers",
    """INSERT INTO recipient (id, rank, to_send, messages, send_at, shown)
    {numbers} SELECT 1000 + n, 0, 0, 0, 1764000000.0 + n, n FROM numbers""",
    """INSERT INTO inbox (bot, update_id, lane, state, payload, received_at, done_at, attempts)
    {numbers} SELECT 123456, n, 1000 + n, 'done', '', 1764000000.0 + n, {now} + n / 1000.0, 0 FROM numbers""",
    """INSERT INTO outbox (chat, kind, rank, state, method, payload, created_at, ended_at, attempts, doubts, message_id)
    {numbers} SELECT 1000 + n, 'message', 0, 'sent', 'sendMessage', '', {now}, {now} + n / 1000.0, 0, 0, n FROM numbers""",
)


def fill(url: str, chats: int) -> None:
    """A database with so many chats, each with a session, an update that is done and a message that was sent."""
    database = Database(url)
    database.migrate()
    with database.write_transaction() as connection:
        for statement in _FILL:
            numbers = _NUMBERS.format(count=chats)
            connection.exec_driver_sql(statement.format(numbers=numbers, session=_SESSION, now=time.time()))
    if database.kind == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    database.engine.dispose()


async def stored(urls: Sequence[str], sizes: Sequence[int], updates: int, rounds: int) -> dict[str, Json]:
    """The cost of an update with few and with many stored chats: each round takes other chats of them at random."""
    for url, size in zip(urls, sizes, strict=True):
        fill(url, size)
    both = [Ours(url, echoing) for url in urls]
    chance = random.Random(4)
    taken: list[list[Round]] = [[], []]
    first = FIRST_UPDATE
    for one in both:
        await one.open()
    for number in range(rounds + 1):
        for one, size, rows in zip(both, sizes, taken, strict=True):
            talkers = Talkers(chance.sample(range(1001, 1001 + size), 500), chance, first)
            spent = await one.round(talkers.texts(updates))
            if number:
                rows.append(spent)
        first += updates
    for one in both:
        await one.close()
    ratios = [(many[0] / few[0], many[1] / few[1]) for few, many in zip(*taken, strict=True)]
    wall, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    return {f"{size}_chats": rate(rows, updates) for size, rows in zip(sizes, taken, strict=True)} | {
        "ratio": wall,
        "cpu_ratio": cpu,
    }


async def stored_everywhere(folder: Path, server: str, updates: int, rounds: int, most: int) -> Found:
    """The same on SQLite and on PostgreSQL."""
    sizes = (1_000, most)
    result = {"sqlite": await stored([f"sqlite:///{folder / f'{size}.db'}" for size in sizes], sizes, updates, rounds)}
    result["postgresql"] = await stored([new_database(server, f"stored_{size}") for size in sizes], sizes, updates, rounds)
    return result, [one for kind, row in result.items() for one in missed("throughput.stored_ratio", row["ratio"], kind)]
