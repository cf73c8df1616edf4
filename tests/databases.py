# SPDX-License-Identifier: Apache-2.0
"""The databases tests stand on: a file of SQLite, and for tests marked `both_databases` a private PostgreSQL as well.

A test opens its database with `open_database(folder)` and knows no more of it. The same folder is the same database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from koodesk.backend.storage.database import Database
from tests import postgres

_TEMPLATE = "koodesk_empty"


@dataclass(slots=True)
class TeamServer:
    """A server with a prepared database that others are copied from."""

    server: postgres.Server
    made: set[str] = field(default_factory=set)

    def url(self, path: Path) -> str:
        """Return the address of the database that stands for a file, made when first asked for."""
        name = "kd_" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]
        if name not in self.made:
            self.server.create(name, _TEMPLATE)
            self.made.add(name)
        return self.server.url(name)

    def forget(self) -> None:
        """Remove what was made."""
        while self.made:
            self.server.drop(self.made.pop())


_in_use: TeamServer | None = None
_opened: list[Database] = []


@contextmanager
def team_server() -> Iterator[TeamServer]:
    """Start a server for a run of tests."""
    with postgres.running() as server:
        empty = Database(Path("koodesk.db"), url=server.create(_TEMPLATE))
        empty.prepare()
        empty.close()
        yield TeamServer(server)


@contextmanager
def on(server: TeamServer) -> Iterator[None]:
    """Let every database that is opened meanwhile be one of a server."""
    global _in_use  # noqa: PLW0603 - one test runs at a time
    _in_use = server
    try:
        yield
    finally:
        _in_use = None
        while _opened:
            _opened.pop().close()
        server.forget()


@cache
def _empty() -> bytes:
    """Return a file without rows, prepared once: making its tables anew takes each test longer than many a test itself."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "koodesk.db"
        database = Database(path)
        database.prepare()
        database.close()
        return path.read_bytes()


def open_database(folder: Path, name: str = "koodesk.db") -> Database:
    """Return the database of a folder, not yet prepared as far as the test knows: a new file has its tables already.

    What `prepare` makes of nothing is proved by tests that open a `Database` themselves.
    """
    path = folder / name
    if _in_use is None:
        if folder.is_dir() and not path.exists():
            path.write_bytes(_empty())
        return Database(path)
    _opened.append(Database(path, url=_in_use.url(path)))
    return _opened[-1]


def drop_trigger(connection: Connection, name: str, table: str) -> None:
    """Take away what keeps rows as they are, as a disk does that changes them."""
    where = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"DROP TRIGGER {name}{where}")
