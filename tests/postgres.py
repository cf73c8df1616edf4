# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL for tests: a server of the system's packages in a temporary folder, on a socket of its own and on
no port. It keeps nothing: a test that asks what a crash leaves makes it durable (`DURABLE`).

`python -m tests.postgres` starts one by hand, says its URL and waits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from psycopg import Connection

    Session = Connection[tuple[Any, ...]]

_FOLDERS: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
FAST: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
DURABLE: Final = ("fsync=on", "synchronous_commit=on")
_ENVIRONMENT: Final = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    socket: Path
    run_as: tuple[str, ...]

    def url(self, database: str) -> str:
        """Return the address of a database of this server."""
        return f"postgresql+psycopg://koodesk@/{database}?host={self.socket}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, as a copy of another where one is named; return its address."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(
            host=str(self.socket), user="koodesk", dbname="postgres", autocommit=True
        ) as ours:
            ours.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                    sql.Identifier(database), sql.Identifier(template)
                )
            )
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(
            host=str(self.socket), user="koodesk", dbname="postgres", autocommit=True
        ) as ours:
            ours.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    @contextmanager
    def session(self, database: str) -> Iterator[Session]:
        """Open a session of a database, of no product's making."""
        import psycopg

        with psycopg.connect(host=str(self.socket), user="koodesk", dbname=database, autocommit=True) as ours:
            yield ours

    def crash(self) -> None:
        """End the server without a clean end, as a fault of it does, and start it again with what it had told it keeps."""
        pg_ctl = _tool("pg_ctl")
        assert pg_ctl is not None
        subprocess.run(
            [*self.run_as, str(pg_ctl), "-D", str(self.socket / "data"), "-w", "-m", "immediate",
             "-l", str(self.socket / "log"), "restart"],
            cwd=self.socket, env=_ENVIRONMENT, capture_output=True, check=True,
        )  # fmt: skip


def why_not() -> str:
    """Return why no server can be started here, "" where one can."""
    try:
        import psycopg  # noqa: F401 - whether it is there
    except ImportError:
        return "psycopg is not installed (the extra `team`)"
    if _tool("initdb") is None:
        return "PostgreSQL is not installed (the system's package `postgresql`)"
    if os.name != "nt" and os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "PostgreSQL does not run as root, and setpriv is not there"
    return ""


@contextmanager
def running(settings: tuple[str, ...] = FAST) -> Iterator[Server]:
    """Start a server; it ends with the block."""
    initdb, postgres = _tool("initdb"), _tool("pg_ctl")
    assert initdb is not None, "ask why_not() first"
    assert postgres is not None
    # A socket's path has room for about a hundred signs: not in pytest's folders.
    memory = Path("/dev/shm")
    where = memory if settings == FAST and os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="kd-pg-", dir=where))
    data = folder / "data"
    run_as: tuple[str, ...] = ()
    if os.geteuid() == 0:
        run_as = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        os.chown(folder, 65534, 65534)

    def run(*command: str) -> None:
        done = subprocess.run(
            [*run_as, *command], cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    options = [
        f"unix_socket_directories={folder}",
        "listen_addresses=",
        "shared_buffers=64MB",
        "max_connections=100",
        "max_wal_size=2GB",
        "autovacuum=on",
        *settings,
    ]
    try:
        run(str(initdb), "-D", str(data), "-U", "koodesk", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(
            str(postgres), "-D", str(data), "-w", "-l", str(folder / "log"), "-o",
            " ".join(f"-c '{option}'" for option in options), "start",
        )  # fmt: skip
        try:
            yield Server(folder, run_as)
        finally:
            run(str(postgres), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tool(name: str) -> Path | None:
    found = shutil.which(name)
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    return Path(found) if found else None


if __name__ == "__main__":
    with running() as server:
        print(server.create("workspace"), flush=True)
        with suppress(EOFError, KeyboardInterrupt):
            input()
