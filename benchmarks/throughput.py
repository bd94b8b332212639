"""How many updates the bot handles, how fast, and what that costs, with a Telegram that answers at once.

- bare: from intake to accepted, on SQLite (`synchronous=FULL`), against a bare python-telegram-bot echo bot with the same stub,
  interleaved in one process: with an echo in place of the conversation, and with the conversation. The bare bot is run in three
  ways, and the fastest is the baseline: its own updater and application, one update after another or concurrently, and
  `process_update` for each update that `getUpdates` returned, with no queue between.
- http: CPU of an update over HTTP, the server in a process of its own, all with the same client: our durable echo against the
  bare echo bot, and our conversation against a ConversationHandler with one commit an update.
- latency: from receipt to outbox (the handling transaction is committed), the conversation, at a steady 50 updates a second that
  come at random times over 1,000 chats; counted from the time at which an update was due.
- memory: resident memory after 10,000 and 100,000 updates (echo), and after fewer with the conversation.
- stored: cost of an update (echo) with 1,000,000 stored chats against 1,000, on SQLite and on PostgreSQL.
- processes: CPU of two processes on PostgreSQL against one (echo), and whether order within a chat is kept.

    python benchmarks/throughput.py [--short] [--only bare,latency] [--dir FOLDER] [--postgres URL] [--json]

Databases lie in a temporary folder of `--dir`, which should be on the disk that is meant (not in memory). PostgreSQL is one of
our own there, unless a server is named. Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from common.lean_telegram import TOKEN
from throughput_parts.bare_echo import against_bare
from throughput_parts.latency import latency
from throughput_parts.memory import memory
from throughput_parts.over_http import over_http
from throughput_parts.peers import Found
from throughput_parts.postgres import postgres
from throughput_parts.processes import processes
from throughput_parts.stored import stored_everywhere

from bot.json_types import Json
from bot.logs import set_up
from bot.settings import LogFormat, LogLevel

MEASURES = ("bare", "http", "latency", "memory", "stored", "processes")


def measured(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Found]]:
    """The measures that were asked for, one by one."""
    chosen = ["http"] if options.short else options.only.split(",")
    updates, rounds = (2000, 5) if options.short else (options.updates, options.rounds)
    if "bare" in chosen:
        yield "bare", asyncio.run(against_bare(folder, updates, rounds, flow=not options.short))
    if "http" in chosen:
        yield "http", asyncio.run(over_http(folder, updates, rounds, flow=not options.short))
    if "latency" in chosen:
        yield "latency", asyncio.run(latency(folder, options.seconds))
    if "memory" in chosen:
        yield "memory", memory(folder, options.conversations)
    if "stored" in chosen or "processes" in chosen:
        with postgres(folder, options.postgres) as server:
            if "stored" in chosen:
                yield "stored", asyncio.run(stored_everywhere(folder, server, updates, rounds, options.chats))
            if "processes" in chosen:
                yield "processes", asyncio.run(processes(server, 2 * updates, rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="CPU over HTTP only, small, without the conversation")
    parser.add_argument("--only", default=",".join(MEASURES), help="the measures, by name (all)")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the databases are made")
    parser.add_argument("--postgres", default="", help="URL of a server on which databases benchmark_… may be made")
    parser.add_argument("--updates", type=int, default=3000, help="of a round (3000)")
    parser.add_argument("--rounds", type=int, default=7, help="after one that warms up (7)")
    parser.add_argument("--seconds", type=float, default=60, help="of the measure of latency (60)")
    parser.add_argument("--conversations", type=int, default=30_000, help="updates of the measure of memory with them (30,000)")
    parser.add_argument("--chats", type=int, default=1_000_000, help="stored ones (1,000,000)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    missed: list[str] = []
    everything: dict[str, Json] = {}
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        for measure, (result, failures) in measured(options, Path(name)):
            everything[measure] = result
            missed += failures
            if not options.json:
                print(f"{measure}:", *lines(result), sep="\n", flush=True)
    if options.json:
        print(json.dumps(everything | {"missed": missed}, indent=2))
    else:
        print("all targets met" if not missed else "missed: " + "; ".join(missed))
    sys.exit(bool(missed))


def lines(result: Mapping[str, Json], indent: str = "  ") -> Iterator[str]:
    """A result for people."""
    for key, value in result.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{name} {_figure(one)}" for name, one in value.items())
            yield from (
                [f"{indent}{key}: {inner}"]
                if not any(isinstance(one, dict) for one in value.values())
                else [
                    f"{indent}{key}:",
                    *lines(value, indent + "  "),
                ]
            )
        else:
            yield f"{indent}{key}: {_figure(value)}"


def _figure(value: Json) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"


if __name__ == "__main__":
    main()
