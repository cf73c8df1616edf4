# SPDX-License-Identifier: Apache-2.0
"""A workspace's database as a file of SQLite.

WAL with `synchronous=FULL`. Releases before 3.51.3 (and 3.52.0) can corrupt a WAL database when two connections write
and checkpoint at once; with such a library the rollback journal is used instead, which is slower and safe. Writes start
IMMEDIATE, so that a busy database is met at the start and never half-way through.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

from koodesk.backend.storage.plain_sqlite import PlainEngine
from koodesk.backend.storage.schema_version import APPLICATION_ID, SCHEMA_VERSION
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    Begin = Callable[[], AbstractContextManager[Connection]]
BUSY_SECONDS: Final = 15
CACHE_KB: Final = 32_768
_CONNECT: Final = {"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None}


def sqlite_module() -> ModuleType:
    """Return the DB-API module with the newest SQLite: the bundled wheel's where there is one, else Python's own."""
    try:
        import pysqlite3  # type: ignore[import-untyped]  # the wheel ships no type information
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3
    return module if module.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite release is free of the WAL-reset defect."""
    return version >= (3, 51, 3) and version[:3] != (3, 52, 0)


def is_up_to_date(connection: Connection) -> bool:
    """Tell whether a file is a workspace with the schema of this release."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return bool(application == APPLICATION_ID and version == SCHEMA_VERSION)


class SqliteFile:
    """Implements `database.Backing` on one file."""

    begin_read: Final = "BEGIN"
    begin_write: Final = "BEGIN IMMEDIATE"
    begin_beside: Final = "BEGIN IMMEDIATE"

    def __init__(self, path: Path, cache_kb: int, *, plain: bool = False) -> None:
        """`plain` is for who says only statements of his own (`plain_sqlite`)."""
        self.path = path
        self.name = path.name
        self._cache_kb = cache_kb
        self._module = sqlite_module()
        self.failures: tuple[type[Exception], ...] = (self._module.DatabaseError,)
        # The stores know SQLAlchemy's words; a plain engine has those of them that a statement of one's own needs.
        self.engine: Engine = cast("Engine", PlainEngine(self._connect)) if plain else self._engine()

    def _connect(self) -> Any:
        connection = self._module.connect(self.path, **_CONNECT)
        self._configure(connection)
        return connection

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine, event
        from sqlalchemy.exc import DatabaseError

        self.failures = (DatabaseError,)
        engine = create_engine(f"sqlite:///{self.path}", module=self._module, connect_args=dict(_CONNECT))
        event.listen(engine, "connect", self._configure)
        return engine

    def _configure(self, connection: Any, _record: object = None) -> None:
        journal = "WAL" if wal_is_safe(self._module.sqlite_version_info) else "DELETE"
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "mmap_size=0",
            "trusted_schema=OFF",
            f"cache_size=-{self._cache_kb}",
            "temp_store=MEMORY",
            # Without it INSERT OR REPLACE deletes a row past the append-only triggers.
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def in_transaction(self, driver_connection: Any) -> bool:
        """Tell whether a transaction is open: a full or failing disk ends it by itself."""
        return bool(getattr(driver_connection, "in_transaction", True))

    def refusal(self, failure: Exception) -> Refused | None:
        """Return what a user can act on, None for everything else."""
        cause = str(getattr(failure, "orig", failure)).lower()
        if "locked" in cause or "busy" in cause:
            return Refused(problem("storage.busy", file=self.name, seconds=BUSY_SECONDS))
        if "full" in cause:
            return Refused(problem("storage.disk_full", file=self.name))
        if "readonly" in cause or "unable to open" in cause or "disk i/o error" in cause:
            return Refused(problem("storage.not_writable", file=self.name))
        if "not a database" in cause or "malformed" in cause:
            return Refused(problem("storage.damaged", file=self.name))
        return None

    def hold(self, _name: str) -> bool:
        """Whoever works on a file alone holds every name."""
        return True

    def place(self, _connection: Connection) -> str:
        """A file is where it lies."""
        return ""

    def let_go(self, name: str) -> None:
        """Nothing is held."""

    def leave(self) -> None:
        """Nothing is held."""

    def announce_campaign(self, connection: Connection, campaign_id: int, gateway: str) -> None:
        """Nobody is told: the one worker looks by itself."""

    def prepare(self, read: Begin, write: Begin) -> None:
        """Create the schema in an empty file, check it in an existing one and bring an older one up to date.

        An older one is copied into `backups` first; where that cannot be done, nothing is brought up to date.
        """
        self._keep_before(read)
        with write() as connection:
            application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            present = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
            if present and application != APPLICATION_ID:
                raise Refused(problem("storage.foreign_file", file=self.name))
            if version > SCHEMA_VERSION:
                raise Refused(problem("storage.newer", file=self.name, limit=SCHEMA_VERSION, actual=version))
            if present:
                if version < SCHEMA_VERSION:
                    from koodesk.backend.storage import steps

                    steps.walk(connection, version)
                return
            # Declares every table; kept out of the import of this module.
            from koodesk.backend.storage import tables
            from koodesk.backend.storage.metadata import metadata

            assert tables.__all__
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _keep_before(self, read: Begin) -> None:
        """Copy a database of an older schema beside it, once for each, before anything of it is changed."""
        with read() as connection:
            application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if application != APPLICATION_ID or version >= SCHEMA_VERSION:
            return
        kept = (
            self.path.parent
            / "backups"
            / f"{self.path.stem}-before-schema-{SCHEMA_VERSION}-was-schema-{version}.db"
        )
        beside = kept.with_name(f".{kept.name}.{os.getpid()}.part")
        try:
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (
                closing(self._module.connect(self.path)) as given,
                closing(self._module.connect(beside)) as taken,
            ):
                given.backup(taken)
                taken.execute("PRAGMA journal_mode=DELETE")
            beside.replace(kept)
        except (OSError, self._module.Error) as failure:
            cause = getattr(failure, "strerror", None) or type(failure).__name__
            raise Refused(problem("backup.not_writable", file=kept.name, cause=cause)) from failure
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
