# SPDX-License-Identifier: Apache-2.0
"""A workspace's database on PostgreSQL.

Reads are snapshots (REPEATABLE READ, READ ONLY). Writes take a lock of the database first, so that what a store looks at
before it writes stays true, as it does with SQLite's one writer; the lock is the transaction's own and ends with it,
whatever becomes of who holds it. Writes of the ledger that may run side by side share the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from koodesk.backend.storage.metadata import metadata
from koodesk.backend.storage.postgres import types as _types  # noqa: F401 - whole numbers of 64 bits, in values too
from koodesk.backend.storage.postgres.functions import AUDIT_END, FUNCTIONS, SENT_OF
from koodesk.backend.storage.postgres.presence import Presence
from koodesk.backend.storage.postgres.translation import definition, numbered, translated
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.domain.problem import Refused, problem

Begin = Callable[[], AbstractContextManager[Connection]]
BUSY_SECONDS: Final = 15
_DRIVER: Final = "postgresql+psycopg"
_LOCK: Final = 0x4B4F4F44
"""First half of the keys of our advisory locks ("KOOD"); the second says what is locked."""
WRITE_LOCK, SCHEMA_LOCK = 1, 2
_CONNECT_SECONDS: Final = 10
STILL_SECONDS: Final = 60
"""After how long the server ends a transaction in which nobody does anything: whoever began it stands still, and keeps others from
writing meanwhile."""
_POOL: Final = 8
_OVERFLOW: Final = 24

_PLACE: Final = (
    "SELECT 'postgresql:' || system_identifier || '/' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || "
    "left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()"
)

_BUSY: Final = frozenset({"55P03", "40P01", "40001"})
_FULL: Final = frozenset({"53100", "53200", "54000"})
_READ_ONLY: Final = frozenset({"25006", "42501"})


class PostgresServer:
    """Implements `database.Backing` on one database of a server."""

    failures: tuple[type[Exception], ...] = (DatabaseError,)
    begin_read: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    begin_write: Final = f"BEGIN; SELECT pg_advisory_xact_lock({_LOCK}, {WRITE_LOCK})"
    begin_beside: Final = f"BEGIN; SELECT pg_advisory_xact_lock_shared({_LOCK}, {WRITE_LOCK})"

    def __init__(self, url: str) -> None:
        address = read_url(url)
        self.name = str(address.database)
        self._place = f"{address.host or 'localhost'}/{self.name}"
        self.engine: Engine = _engine(address)
        self._presence = Presence(self.engine)

    def in_transaction(self, driver_connection: Any) -> bool:
        """Tell whether a transaction is open, a broken one too."""
        from psycopg.pq import TransactionStatus

        return driver_connection.info.transaction_status in (
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        )

    def refusal(self, failure: DBAPIError) -> Refused | None:
        """Return what a user can act on. What the server says may hold data, and is not repeated."""
        state = getattr(failure.orig, "sqlstate", None)
        if state in _BUSY:
            return Refused(problem("storage.busy", file=self.name, seconds=BUSY_SECONDS))
        if state in _FULL:
            return Refused(problem("storage.disk_full", file=self.name))
        if state in _READ_ONLY:
            return Refused(problem("storage.not_writable", file=self.name))
        if state in ("28P01", "28000"):
            return Refused(problem("storage.not_let_in", place=self._place))
        # 57P01-57P03: the server is stopping or starting; none at all: the connection was lost, or never made.
        lost = failure.connection_invalidated or (state is None and isinstance(failure, OperationalError))
        if lost or (state or "")[:2] in ("08", "57") or state == "3D000":
            return Refused(problem("storage.unreachable", place=self._place))
        return None

    def hold(self, name: str) -> bool:
        """Hold a name with a lock of a session of its own."""
        return self._presence.hold(name)

    def let_go(self, name: str) -> None:
        """Give a name back."""
        self._presence.let_go(name)

    def place(self, connection: Connection) -> str:
        """Return the server's own number, the database's on it and the server's time line: a dump that is read in elsewhere has
        others, and a server that was restored to a moment or took over for another goes on in a new line."""
        return str(connection.execute(text(_PLACE)).scalar_one())

    def leave(self) -> None:
        """End the session of what is held."""
        self._presence.leave()

    def announce_campaign(self, connection: Connection, campaign_id: int, gateway: str) -> None:
        """Put a job for a campaign into the queue."""
        queue = _queue()
        queue.announce(connection, queue.Work(queue.SEND, campaign_id, gateway))

    def prepare(self, _read: Begin, write: Begin) -> None:
        """Create the schema in an empty database, check it in one of ours.

        There is none older than this module: from the next schema on a step of `steps` says both databases' words.
        """
        with write() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK}, {SCHEMA_LOCK})"))
            version = _version(connection)
            if version is None:
                self._create(connection)
            elif version > SCHEMA_VERSION:
                raise Refused(problem("storage.newer", file=self.name, limit=SCHEMA_VERSION, actual=version))
            elif version < SCHEMA_VERSION:
                from koodesk.backend.storage import steps

                steps.walk_shared(connection, version)
            _queue().prepare(connection)

    def _create(self, connection: Connection) -> None:
        others = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
        ).scalar_one()
        if others:
            raise Refused(problem("storage.foreign_database", place=self._place))
        from koodesk.backend.storage import tables

        assert tables.__all__
        for function in FUNCTIONS:
            connection.exec_driver_sql(function)
        _only_here()
        metadata.create_all(connection, checkfirst=False)
        for statement in (*AUDIT_END, *SENT_OF):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("CREATE TABLE koodesk_schema (version INTEGER NOT NULL)")
        connection.execute(
            text("INSERT INTO koodesk_schema (version) VALUES (:version)"), {"version": SCHEMA_VERSION}
        )


def read_url(url: str) -> URL:
    """Read the address of a database. Raises Refused (storage.url), which does not repeat it: it may hold a password."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise Refused(problem("storage.url")) from None
    if address.drivername not in (_DRIVER, "postgresql", "postgres") or not address.database:
        raise Refused(problem("storage.url"))
    return address.set(drivername=_DRIVER)


def _queue() -> ModuleType:
    """Return the queue of jobs, loaded when first used. Raises Refused (storage.no_driver)."""
    try:
        from koodesk.backend.storage.postgres import jobs
    except ModuleNotFoundError:
        raise Refused(problem("storage.no_driver")) from None
    return jobs


def _engine(address: URL) -> Engine:
    try:
        engine = create_engine(
            address,
            isolation_level="AUTOCOMMIT",  # `Database` begins and ends transactions itself
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "koodesk",
                # The planner of PostgreSQL needs no help by compiling: statements here are short.
                "options": f"-c lock_timeout={BUSY_SECONDS}s -c jit=off -c timezone=UTC "
                # An intent is there before its first byte leaves, a crash of the server or not.
                "-c synchronous_commit=on "
                # A machine that fell silent is given up after about a minute, and what it held is free then. A process that stands
                # still in a transaction answers TCP all the same.
                f"-c idle_in_transaction_session_timeout={STILL_SECONDS}s "
                "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
            },
        )
    except ModuleNotFoundError:
        raise Refused(problem("storage.no_driver")) from None
    event.listen(engine, "connect", _configure)
    event.listen(engine, "before_cursor_execute", _translate, retval=True)
    return engine


def _configure(connection: Any, _record: object) -> None:
    from psycopg.adapt import Loader

    class WholeNumber(Loader):
        """Sums of whole numbers come as NUMERIC, which holds no fractions here."""

        def load(self, data: Any) -> int:
            return int(bytes(data))

    connection.adapters.register_loader("numeric", WholeNumber)


def _translate(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    """Give the driver what the stores wrote; what SQLAlchemy wrote is PostgreSQL's already."""
    compiled = getattr(context, "compiled", None)
    if statement.startswith("CREATE ") and not statement.startswith("CREATE TEMP "):
        return definition(statement), parameters
    if context.isddl or compiled is not None:
        return statement, parameters
    words, by_number = translated(statement)
    if by_number:
        parameters = (
            [numbered(row) for row in parameters] if isinstance(parameters, list) else numbered(parameters)
        )
    return words, parameters


def _version(connection: Connection) -> int | None:
    if connection.execute(text("SELECT to_regclass('koodesk_schema')")).scalar() is None:
        return None
    return int(connection.execute(text("SELECT version FROM koodesk_schema")).scalar_one())


def _only_here() -> None:
    """Say of tables and indexes what PostgreSQL alone is told. Said where a table is declared, it would load every driver's part
    of SQLAlchemy's PostgreSQL into each process, those with a file too."""
    # A recipient's first receipt makes the row and others change it: with room beside it each change stays on its page, and
    # no index hears of it.
    metadata.tables["delivery"].dialect_options["postgresql"]["with"] = {"fillfactor": 50}
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            if where is not None:
                index.dialect_options["postgresql"]["where"] = where
