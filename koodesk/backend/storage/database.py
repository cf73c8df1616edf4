# SPDX-License-Identifier: Apache-2.0
"""The desk's database and its two kinds of transaction, whichever database it is.

A workspace of one person is a file of SQLite (`sqlite_file`); a team's is a database of PostgreSQL
(`postgres.server`). Stores and services know neither: they read and write through this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from koodesk.backend.storage.sqlite_file import CACHE_KB, SqliteFile, is_up_to_date
from koodesk.domain.problem import Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    Begin = Callable[[], AbstractContextManager[Connection]]


class Backing(Protocol):
    """What one kind of database does in its own way."""

    name: str
    """What refusals call it: nothing secret."""
    engine: Engine
    failures: tuple[type[Exception], ...]
    """What its driver, or SQLAlchemy for it, raises when a statement fails."""

    @property
    def begin_read(self) -> str:
        """What begins a consistent read."""

    @property
    def begin_write(self) -> str:
        """What begins the one write of a moment."""

    @property
    def begin_beside(self) -> str:
        """What begins a write of the ledger beside others."""

    def in_transaction(self, driver_connection: Any) -> bool:
        """Tell whether a transaction is open."""

    def refusal(self, failure: Any) -> Refused | None:
        """Return what a user can act on, None for everything else."""

    def hold(self, name: str) -> bool:
        """Hold a name until this process ends or closes; False when another holds it."""

    def let_go(self, name: str) -> None:
        """Give back a name that is held."""

    def place(self, connection: Connection) -> str:
        """Return what tells this database from a copy of it elsewhere; "" where the place of its file does."""

    def leave(self) -> None:
        """Give back the names that are held."""

    def announce_campaign(self, connection: Connection, campaign_id: int, gateway: str) -> None:
        """Tell the workers, when a write commits, that a campaign is there."""

    def prepare(self, read: Begin, write: Begin) -> None:
        """Make, check or bring up to date the schema. Raises Refused (storage.*)."""


class Database:
    """The desk's database. One per process; safe to use from several threads (a connection each)."""

    def __init__(self, path: Path, cache_kb: int = CACHE_KB, url: str = "", *, plain: bool = False) -> None:
        """`path` is the file of a workspace; with a `url` the workspace is a team's, and nothing is kept in a file. `plain` is for who
        says only statements of his own: of a file that spares SQLAlchemy (`plain_sqlite`).

        `cache_kb` is the page cache of each connection to a file; a process whose memory must not grow asks for little.
        Raises Refused (storage.url): the URL is none of a database that can hold a workspace.
        """
        self.path = path
        self.before_commit: Callable[[Connection], None] | None = None
        """Called at the end of every write that ends well, inside it: the audit log's entry goes with the work."""
        self._backing: Backing = _server(url) if url else SqliteFile(path, cache_kb, plain=plain)
        self.plain: Final = plain and not url
        self.engine: Final[Engine] = self._backing.engine
        self.shared: Final = bool(url)
        """Whether other machines may work on it too: then nothing about this machine says who else does."""

    @property
    def name(self) -> str:
        """What people are told it is called: a file's name, or a database's."""
        return self._backing.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent read: every statement inside sees the same state."""
        with self._guard(), self.engine.connect() as connection:
            connection.exec_driver_sql(self._backing.begin_read)
            try:
                yield connection
            finally:
                self._roll_back(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable write: committed when the block ends, forgotten when it raises. One at a time: whatever it looks
        at stays as it is until it ends."""
        with self._transaction(self._backing.begin_write) as connection:
            yield connection
            if self.before_commit is not None:
                self.before_commit(connection)

    @contextmanager
    def write_after(
        self, prepare: Callable[[Connection], None], alone: AbstractContextManager[object]
    ) -> Iterator[Connection]:
        """A `write` that begins when `alone` is entered. Before that, on its connection, `prepare` puts what it needs into temporary
        tables, from rows that nobody changes any more: what others write meanwhile does not wait for it."""
        with self._guard(), self.engine.connect() as connection:
            with self._on(connection, self._backing.begin_read):
                prepare(connection)
            with alone, self._on(connection, self._backing.begin_write):
                yield connection
                if self.before_commit is not None:
                    self.before_commit(connection)

    @contextmanager
    def write_beside(self) -> Iterator[Connection]:
        """A write of the ledger that may run beside others of its kind, never beside a `write`.

        Whoever opens one locks what it decides by (`SELECT ... FOR UPDATE`, or a conditional update). On SQLite there
        is one writer, and this is `write`.
        """
        with self._transaction(self._backing.begin_beside) as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._guard(), self.engine.connect() as connection, self._on(connection, begin):
            yield connection

    @contextmanager
    def _on(self, connection: Connection, begin: str) -> Iterator[None]:
        connection.exec_driver_sql(begin)
        try:
            yield
        except BaseException:
            self._roll_back(connection)
            raise
        connection.exec_driver_sql("COMMIT")

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turn the storage failures a user can act on into refusals."""
        try:
            yield
        except self._backing.failures as failure:
            refusal = self._backing.refusal(failure)
            if refusal is None:
                raise
            raise refusal from failure

    def prepare(self) -> None:
        """Create the schema where there is none, check it where there is one and bring an older one up to date.

        Raises Refused when the database is another program's, or was written by a newer Koodesk.
        """
        if not self.plain:
            self._backing.prepare(self.read, self.write)
            return
        with self.read() as connection:
            if is_up_to_date(connection):
                return
        whole = Database(self.path)
        try:
            whole.prepare()
        finally:
            whole.close()

    def hold(self, name: str) -> bool:
        """Hold a name among all who work on this database, for as long as this process and its connection live; False when
        another holds it. A file has one worker (`sending.lock`), and nobody to share names with."""
        with self._guard():
            return self._backing.hold(name)

    def let_go(self, name: str) -> None:
        """Give back a name that is held."""
        self._backing.let_go(name)

    def announce_campaign(self, connection: Connection, campaign_id: int, gateway: str) -> None:
        """Put a job for a new campaign into the queue of a team's workers, in the write that confirms it; the worker of a file
        looks by itself."""
        self._backing.announce_campaign(connection, campaign_id, gateway)

    def place(self, connection: Connection) -> str:
        """Return what tells a team's database from a copy of it, "" for a file."""
        return self._backing.place(connection)

    def close(self) -> None:
        """Give back every connection, and what is held by one."""
        self._backing.leave()
        self.engine.dispose()

    def _roll_back(self, connection: Connection) -> None:
        """Forget what a transaction did. Where it has ended by itself, with its connection or without, a ROLLBACK would hide why."""
        if connection.invalidated:
            return
        if self._backing.in_transaction(connection.connection.driver_connection):
            connection.exec_driver_sql("ROLLBACK")


def _server(url: str) -> Backing:
    from koodesk.backend.storage.postgres.server import PostgresServer

    return PostgresServer(url)
