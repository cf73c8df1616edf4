# SPDX-License-Identifier: Apache-2.0
"""The engine's database: its tables, how it is opened, and why it is safe.

WAL with `synchronous=FULL`; with a SQLite release that can corrupt a WAL database (before 3.51.3, and 3.52.0) the
rollback journal instead. One process holds the folder's lock, and in it one thread holds the one connection.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from koodesk.engine import account_tables, cloud_tables, schema_resolve

DATABASE_NAME: Final = "engine.db"
APPLICATION_ID: Final = 0x4B4F4F45
"""SQLite application_id of an engine's database ("KOOE")."""

SCHEMA_VERSION: Final = 4
"""1: the first. 2: a batch says whether it is smart messages or video SMS. 3: the console: account, links, taps. 4: the
cloud's own API, and a clock with a speed."""
BUSY_SECONDS: Final = 15
MESSAGE_BITS: Final = 32
"""A message id is the engine's own number (16 bits, drawn once) above a serial of this many bits: two engines do not
meet in one desk's ledger, and a receipt id, three bits longer, still is an exact number in JSON everywhere."""

# `acceptance` is the judge of "once": one row a message, never changed, readable with any SQLite tool.
# `batch_feed` is apart from the large values because SQLite rewrites a row as a whole.
_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE review (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, digest TEXT NOT NULL,
    state TEXT NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL, vendors TEXT NOT NULL, reasons TEXT NOT NULL,
    submitted_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, decided_ms INTEGER, next_ms INTEGER,
    channel_num TEXT NOT NULL DEFAULT '', tpl_id TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, ref, digest)
);
CREATE INDEX review_next ON review (next_ms) WHERE next_ms IS NOT NULL;
CREATE INDEX review_tpl ON review (tpl_id) WHERE tpl_id != '';
CREATE TABLE review_change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, review_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, snapshot TEXT NOT NULL
);
CREATE TABLE acceptance_chunk (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, key TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL
);
CREATE TABLE acceptance (message INTEGER PRIMARY KEY, recipient BLOB NOT NULL, chunk INTEGER NOT NULL);
CREATE VIEW acceptance_log AS
    SELECT a.message AS message, c.campaign AS campaign, lower(hex(a.recipient)) AS recipient, c.key AS chunk,
           c.at_ms AS at_ms
    FROM acceptance a JOIN acceptance_chunk c ON c.id = a.chunk;
CREATE TABLE batch (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL, refused TEXT NOT NULL,
    first_message INTEGER NOT NULL, accepted INTEGER NOT NULL, expires_ms INTEGER NOT NULL, context TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'smart'
);
CREATE INDEX batch_first ON batch (first_message);
CREATE TABLE batch_body (batch_id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE batch_plan (batch_id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE batch_feed (
    batch_id INTEGER PRIMARY KEY, total INTEGER NOT NULL, released INTEGER NOT NULL, next_due_ms INTEGER
);
CREATE INDEX batch_feed_due ON batch_feed (next_due_ms) WHERE next_due_ms IS NOT NULL;
CREATE TABLE feed_segment (
    first_seq INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL
);
CREATE TABLE sa_click (
    id INTEGER PRIMARY KEY, pub TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL, billed INTEGER NOT NULL,
    message INTEGER NOT NULL, at_ms INTEGER NOT NULL
);
-- phones: what people do with messages; a segment of the feed of batch 0 holds rows of it.
CREATE TABLE tap (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL, kind INTEGER NOT NULL, status TEXT NOT NULL,
    code TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE INDEX tap_message ON tap (message);
"""
# resolve tasks, links, H5 pages
_TABLES_OF_RESOLVE: Final = schema_resolve.TABLES


def _append_only(*tables: str) -> str:
    """Return triggers that let rows be added to tables and never changed or taken away."""
    return "\n".join(
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
        for table in tables
        for event in ("UPDATE", "DELETE")
    )


_TOPICS: Final = (account_tables.TABLES,)
"""The tables that stand in files of their own, since schema 3."""

_SINCE_4: Final = (
    cloud_tables.TABLES
    # service accounts: a freeze ends when a review of a number above `review` is in effect.
    + """
CREATE TABLE sa_freeze (
    pub TEXT PRIMARY KEY, review INTEGER NOT NULL, at_ms INTEGER NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
"""
)
"""What schema 4 adds, to a new database and to one of schema 3 alike."""

_STEPS: Final = {
    2: "ALTER TABLE batch ADD COLUMN kind TEXT NOT NULL DEFAULT 'smart';",
    # A tap on a menu, home page or shortcut of a service account; `billed` follows the price list (facts 1.1).
    3: """
CREATE TABLE sa_click (
    id INTEGER PRIMARY KEY, pub TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL, billed INTEGER NOT NULL,
    message INTEGER NOT NULL, at_ms INTEGER NOT NULL
);
CREATE TABLE tap (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL, kind INTEGER NOT NULL, status TEXT NOT NULL,
    code TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE INDEX tap_message ON tap (message);
"""
    + _append_only("tap", "sa_click")
    # resolve tasks, links, H5 pages
    + _TABLES_OF_RESOLVE
    + _append_only(*schema_resolve.APPEND_ONLY),
    4: _SINCE_4,
}
"""What makes of the schema before the one of each number. Steps only ever add: an engine's record is append-only."""

_APPEND_ONLY: Final = _append_only("acceptance", "acceptance_chunk", "tap", "sa_click") + _append_only(
    *schema_resolve.APPEND_ONLY
)


class ForeignDatabase(Exception):
    """The file is another program's, or a newer Koodesk wrote it."""


def sqlite_module() -> ModuleType:
    """Return the DB-API module with the newest SQLite: the bundled wheel's where there is one, else Python's own."""
    try:
        import pysqlite3  # type: ignore[import-untyped,unused-ignore]  # the wheel ships no type information
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3
    return module if module.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite release is free of the WAL-reset defect."""
    return version >= (3, 51, 3) and version[:3] != (3, 52, 0)


def open_database(folder: Path) -> Any:
    """Open the engine's database, creating it when missing and bringing an older one up to date, and return the connection
    (DB-API, autocommit).

    Raises ForeignDatabase when the file is not an engine's or is too new.
    """
    module = sqlite_module()
    connection = module.connect(
        folder / DATABASE_NAME, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    journal = "WAL" if wal_is_safe(module.sqlite_version_info) else "DELETE"
    for pragma in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "mmap_size=0",
        "trusted_schema=OFF",
        "cache_size=-16384",
        "temp_store=MEMORY",
        # Without it INSERT OR REPLACE deletes a row past the append-only triggers.
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables:
        if application != APPLICATION_ID or version > SCHEMA_VERSION:
            raise ForeignDatabase(f"application {application:#x}, version {version}")
        if version < SCHEMA_VERSION:
            _keep_before(connection, version)
        _upgrade(connection, version)
        return
    first_message = (secrets.randbelow((1 << 16) - 1) + 1) << MESSAGE_BITS
    script = (
        f"BEGIN IMMEDIATE; {_TABLES} {_TABLES_OF_RESOLVE} {' '.join(_TOPICS)} {_SINCE_4} {_APPEND_ONLY} "  # noqa: S608 - every value in it is our own
        f"INSERT INTO meta VALUES ('secret', '{secrets.token_hex(32)}'), ('next_message', '{first_message}'), "
        f"('offset_ms', '0'), ('settings', '{{}}'); "
        f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
    )
    # One script, so that a kill leaves an empty file or a whole one.
    connection.executescript(script)


def _keep_before(connection: Any, version: int) -> None:
    """Copy the database of an older schema beside it, whole or not at all, before anything of it is changed."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    kept = path.with_name(f"{path.stem}-before-schema-{SCHEMA_VERSION}-was-{version}.db")
    beside = kept.with_suffix(".part")
    with closing(sqlite_module().connect(beside)) as taken:
        connection.backup(taken)
        taken.execute("PRAGMA journal_mode=DELETE")
    beside.replace(kept)


def _upgrade(connection: Any, version: int) -> None:
    """Bring an older database to this schema, in one transaction: a kill leaves the old one or the new one."""
    steps = " ".join(_STEPS[number] for number in range(version + 1, SCHEMA_VERSION + 1))
    if version < 3:
        steps = " ".join((steps, *_TOPICS, account_tables.OPENED_BEFORE))
    if version < SCHEMA_VERSION:
        connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
