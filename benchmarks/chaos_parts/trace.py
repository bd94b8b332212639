"""Reads what strace wrote: is the write-ahead log synced to disk between an update's arrival and its acknowledgement?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Times to the microsecond, names of files beside their numbers, enough of every text to see an update and its acknowledgement.
OPTIONS = (
    "-f", "-ttt", "-y", "-s", "2000", "-e", "trace=fsync,fdatasync,pwrite64,pwritev,write,sendto,recvfrom", "-e", "signal=none",
)  # fmt: skip
#: Files that the databases write first: SQLite's log and PostgreSQL's.
_LOG = re.compile(r"<[^>]*(-wal|/pg_wal/[^>]*)>")
_LINE = re.compile(r"^(?P<pid>\d+) +(?P<at>\d+\.\d+) (?P<call>.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(?P<rest>.*)$")
_UNFINISHED = " <unfinished ...>"


@dataclass(frozen=True)
class Call:
    """A system call: when it began and when it was seen to have ended."""

    began: float
    ended: float
    text: str


@dataclass(frozen=True)
class Found:
    """What the trace shows."""

    updates: int
    #: Updates between whose arrival and acknowledgement the log was written and then synced.
    synced: int
    #: One of them, as it was seen.
    example: str

    @property
    def good(self) -> bool:
        """Whether it was so for every update."""
        return self.synced == self.updates

    def __str__(self) -> str:
        verdict = "OK" if self.good else "WRONG"
        told = f"log written and synced to disk before the acknowledgement of {self.synced} of {self.updates} updates."
        return f"{told} {verdict}\n{self.example}"


async def follow(strace: str, pids: Sequence[int], to: Path) -> asyncio.subprocess.Process | str | None:
    """Follows processes that run, if there are any; a sentence where that is not allowed."""
    if not pids:
        return None
    attach = [part for pid in pids for part in ("-p", str(pid))]
    process = await asyncio.create_subprocess_exec(
        strace, *OPTIONS, "-o", str(to), *attach, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), 1.0)
        return "the server's processes may not be traced here"
    return process


def read(files: Sequence[Path], ids: Sequence[int], *, webhook: bool) -> Found:
    """Finds for each update its arrival, the write and the sync after it, and the acknowledgement."""
    calls = sorted((call for file in files for call in _calls(file)), key=lambda call: call.ended)
    synced, example = 0, ""
    for id in ids:
        marks = _marks(calls, id, webhook=webhook)
        if marks is None:
            continue
        arrival, write, sync, acknowledgement = marks
        synced += 1
        if not example:
            told = (("arrival", arrival), ("write", write), ("sync", sync), ("acknowledgement", acknowledgement))
            example = "\n".join(f"    {(call.ended - arrival.ended) * 1000:7.2f} ms  {_brief(call, name)}" for name, call in told)
    return Found(len(ids), synced, example)


def _marks(calls: Sequence[Call], id: int, *, webhook: bool) -> tuple[Call, Call, Call, Call] | None:
    arrived = re.compile(rf'update_id\\": ?{id}\b')
    acknowledges = re.compile(r'"HTTP/1\.1 200' if webhook else rf"[\"&]offset={id + 1}\b")
    arrival = next((one for one in calls if one.text.startswith("recvfrom") and arrived.search(one.text)), None)
    if arrival is None:
        return None
    after = [one for one in calls if one.began >= arrival.ended]
    end = next((one for one in after if one.text.startswith("sendto") and acknowledges.search(one.text)), None)
    if end is None:
        return None
    # A call that is on its way when the acknowledgement begins came too late.
    between = [one for one in after if one.ended <= end.began and _LOG.search(one.text)]
    write = next((one for one in between if one.text.startswith(("pwrite", "write"))), None)
    if write is None:
        return None
    syncs = (one for one in between if one.text.startswith(("fsync", "fdatasync")) and one.text.endswith("= 0"))
    sync = next((one for one in syncs if one.began >= write.ended), None)
    return None if sync is None else (arrival, write, sync, end)


def _brief(call: Call, name: str) -> str:
    text = re.sub(r'"(?:[^"\\]|\\.)*"\.*', '"…"', call.text)
    return f"{name}: {text[:140]}"


def _calls(file: Path) -> Iterator[Call]:
    """The calls of a file; what strace wrote in two parts is put together."""
    open_calls: dict[str, tuple[float, str]] = {}
    for line in file.read_text(errors="replace").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        pid, at, text = match["pid"], float(match["at"]), match["call"]
        if text.endswith(_UNFINISHED):
            open_calls[pid] = at, text.removesuffix(_UNFINISHED)
        elif (resumed := _RESUMED.match(text)) is not None:
            began, first = open_calls.pop(pid, (at, ""))
            yield Call(began, at, first + resumed["rest"])
        else:
            yield Call(at, at, text)
