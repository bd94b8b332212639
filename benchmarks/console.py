"""What the console promises, at the shipped content: the first page, a save, a publication, and everybody who is in an interview.

- first page: seconds from the command until the page is there, in a new process.
- save: seconds from a save until a citizen of the preview reads the new words.
- publish: seconds from the act until both workers answer from the new version (PostgreSQL), and by how much longer than before an
  update waited meanwhile.
- interviews: 1,000 open ones while 50 different edits are published, one of three broken; none may be lost or stuck, no answer
  gone, no text taken for the answer to a question that was not shown.
- results: "whose result changes" for the same edits; seconds for all possible profiles of all flows, and the count against asking
  the matcher for every profile of a shorter flow.

    python benchmarks/console.py [--short] [--only first-page,save] [--seed 1] [--postgres URL]

The first page, a save and the results are held to seconds of CPU, which are those of a clock where nothing else runs.

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
from common.targets import missed
from console_parts.edits import Edit, edits
from console_parts.interviews import Interviews
from console_parts.workers import Workers
from throughput_parts.postgres import new_database, postgres

from bot.authoring.publish import read_files, write_files
from bot.authoring.result_changes import FIRST, possible_answers, profile_of, result_changes
from bot.cli.console_rooms import open_rooms
from bot.console.security import CONSOLE_HEADER
from bot.console.yaml_edits import with_sentence
from bot.core.content import Content
from bot.core.matching import Index
from bot.errors import ContentError
from bot.home import HOME
from bot.installation import content_and_desks_in, settings_of, teacher_of
from bot.publishing import publish_files
from bot.storage.schema import Database
from bot.usecases.worlds import Worlds

NOW = dt.datetime(2026, 11, 30, 10)
FLOW = "flows/trova-servizio.yaml"
MEASURES = ("first-page", "save", "publish", "interviews")
HOST = "127.0.0.1:8765"
#: Seconds after which something that should happen does not.
_PATIENCE = 600.0
#: Seconds for which two workers are watched before and after a publication.
_QUIET = 10.0
_ROUNDS = 3


def first_page(folder: Path) -> Iterator[str]:
    seconds, processor = (min(figures) for figures in zip(*(_first_page(folder) for _ in range(_ROUNDS)), strict=True))
    print(f"first page: {seconds:.2f} s after the command, {processor:.2f} s of CPU")
    yield from missed("console.first_page_s", processor)


def _first_page(folder: Path) -> tuple[float, float]:
    """Return the seconds, and those of the processor, until there is a page."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "bot", "console", "--content", str(folder), "--port", "0", "--no-browser"]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        with urllib.request.urlopen(address, timeout=_PATIENCE) as page:  # noqa: S310 - our own
            page.read()
        used = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        found = time.monotonic() - begun, (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
        process.terminate()
    return found


async def save(folder: Path) -> list[str]:
    rooms = open_rooms(folder, [HOST])
    rooms.console.start_preview()
    await until(lambda: rooms.preview.is_open and rooms.preview.has_learnt)
    waits: list[tuple[float, float]] = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(rooms.app), base_url=f"http://{HOST}", timeout=_PATIENCE
    ) as client:
        for number in range(_ROUNDS):
            there = (await client.get("/api/content/file", params={"path": FLOW})).json()
            words = f"Ciao, prova {number}."
            text = with_sentence(there["text"], "intro", words)
            # The editor checks as one types; then one saves.
            await client.post("/api/content/check", json={"path": FLOW, "text": text}, headers={CONSOLE_HEADER: "1"})
            begun = time.monotonic(), time.process_time()
            given = {"path": FLOW, "text": text, "digest": there["digest"]}
            (await client.post("/api/content/save", json=given, headers={CONSOLE_HEADER: "1"})).raise_for_status()
            await until(lambda words=words: any(flow.intro == words for flow in rooms.preview.world.content.flows.values()))
            person = rooms.preview.add_citizen()
            await until(lambda person=person: person.chat.from_bot)
            waits.append((time.monotonic() - begun[0], time.process_time() - begun[1]))
            assert words in person.chat.from_bot[0].text
    await rooms.preview.stop()
    seconds, processor = (min(figures) for figures in zip(*waits, strict=True))
    print(f"save: {seconds:.2f} s until it is read in the preview, {processor:.2f} s of CPU")
    return missed("console.save_s", processor)


async def until(is_true: object) -> None:
    assert callable(is_true)
    async with asyncio.timeout(_PATIENCE):
        while not is_true():  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0.005)


def publish(files: Mapping[str, bytes], server: str, folder: Path) -> Iterator[str]:
    url = new_database(server, "console")
    database, settings = Database(url), settings_of(HOME)
    database.migrate()
    publish_files(database, settings, files, time.time())
    workers = Workers(url, folder)
    workers.begin()
    waits, delays = [], []
    for number in range(_ROUNDS):
        time.sleep(_QUIET)
        begun, words = time.time(), f"Ciao, versione {number}."
        text = with_sentence(files[FLOW].decode(), "intro", words)
        publish_files(database, settings, {**files, FLOW: text.encode()}, time.time())
        time.sleep(_QUIET)
        after = [one for one in list(workers.greetings) if one.at >= begun]
        assert words in after[-1].words, f"{_QUIET} s after a publication the bot greets with: {after[-1].words}"
        # From the last old greeting on both answer from the new version.
        waits.append(max((one.at + one.waited for one in after if words not in one.words), default=begun) - begun)
        delays.append(workers.worst(begun, begun + _QUIET) - workers.worst(begun - _QUIET, begun))
    workers.stop()
    database.engine.dispose()
    seconds = f"{min(waits):.2f} s until both workers answer from it (worst {max(waits):.2f} s)"
    print(f"publish: {seconds}, {len(workers.greetings)} greetings")
    print(f"publish: the longest wait was {min(delays):.2f} s longer meanwhile (worst {max(delays):.2f} s)")
    yield from missed("console.publish_s", min(waits))
    yield from missed("console.publish_delay_s", min(delays))


def interviews(files: Mapping[str, bytes], count: int, number: int, seed: int) -> Iterator[str]:
    settings = settings_of(HOME)
    content, _ = content_and_desks_in(files, settings, NOW)
    worlds = Worlds(content, lambda _: NOW.date(), staffed=True, teach=teacher_of(settings))
    world = worlds.trained(content, 0.0)
    worlds.use(world)
    opened = Interviews(random.Random(seed), NOW)
    opened.open(world, count)
    refused, wrong, slowest = 0, [], 0.0
    for edit in edits(files, number, seed):
        edited = _content_with(files, edit)
        if edited is None:
            refused += 1
            wrong += [] if edit.name.startswith("broken") else [f"refused: {edit.name}"]
            continue
        wrong += [f"not refused: {edit.name}"] if edit.name.startswith("broken") else []
        after = worlds.trained(edited, 0.0)
        worlds.use(after)
        opened.publish(world, after, edit.name)
        begun = time.process_time()
        result_changes(content.on(NOW.date()), edited.on(NOW.date()))
        slowest = max(slowest, time.process_time() - begun)
        wrong += _miscounted(content, edited, edit.name)
        world = after
    print(f"interviews: {count} open, {number} edits, {refused} refused, {opened.turns} messages, {len(opened.faults)} faults")
    print(f"results: at most {slowest:.2f} s of CPU an edit; {len(wrong)} edits counted or judged wrong")
    for fault in (*opened.faults[:10], *wrong[:10]):
        print(f"  {fault}")
    yield from missed("console.interview_faults", len(opened.faults))
    yield from missed("console.results_s", slowest)
    yield from missed("console.results_wrong", len(wrong))


def _content_with(files: Mapping[str, bytes], edit: Edit) -> Content | None:
    try:
        return content_and_desks_in({**files, edit.file: edit.text.encode()}, settings_of(HOME), NOW)[0]
    except ContentError:
        return None


def _miscounted(before: Content, after: Content, name: str) -> list[str]:
    """Return a sentence if the count of changed results differs from brute force, in a flow of three questions."""
    flow = next(one for one in after.flows.values() if one.id == "trova-servizio")
    short = replace(flow, questions=flow.questions[:3])
    dated = [replace(one, flows={flow.id: short}).on(NOW.date()) for one in (before, after)]
    (found,) = result_changes(*dated)
    answers = list(possible_answers(short.questions, after.vocabulary))
    sides = [[_result(one.index(short), profile_of(given, one.content.vocabulary)) for given in answers] for one in dated]
    expected = sum(then != now for then, now in zip(*sides, strict=True))
    is_right = (found.profiles, found.changed) == (len(answers), expected)
    return [] if is_right else [f"{name}: {found.changed} of {found.profiles}, by brute force {expected} of {len(answers)}"]


def _result(index: Index, profile: object) -> tuple[set[str], set[str], list[str]]:
    people = (profile,)
    match = index.match(people)  # type: ignore[arg-type]
    named = [{offer.id for place, offer in enumerate(index.offers) if bits >> place & 1} for bits in (match.fits, match.to_check)]
    return named[0], named[1], [offer.id for offer in index.best(match, people, FIRST)]  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="200 interviews, 12 edits, no workers")
    parser.add_argument("--only", default="", help=f"some of {', '.join(MEASURES)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", default="", help="URL of a server on which databases benchmark_… may be made")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    chosen = options.only.split(",") if options.only else [one for one in MEASURES if not (options.short and one == "publish")]
    files = read_files(HOME)
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-console-") as name:
        folder = Path(name) / "content"
        write_files(files, folder)
        shutil.copy(HOME / "config.yaml", folder)
        if "first-page" in chosen:
            faults += first_page(folder)
        if "save" in chosen:
            faults += asyncio.run(save(folder))
        if "interviews" in chosen:
            faults += interviews(files, *((200, 12) if options.short else (1000, 50)), options.seed)
        if "publish" in chosen:
            with postgres(Path(name), options.postgres) as server:
                faults += publish(files, server, Path(name))
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
