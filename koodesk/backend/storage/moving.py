# SPDX-License-Identifier: Apache-2.0
"""A workspace moved to another folder (存储位置): copied, checked, and switched by one rename.

    begun   the new folder has a mark: nobody opens it
    files   every file is there, read again and compared by its digest
    desk, engine   both databases, by SQLite's backup API
    checked integrity, and as many rows in every table
    whole   the mark says so
    switched   the old folder says where the workspace is; from this rename on the new one is in use, before it the old one

A kill anywhere leaves one of the two in use, and moving again to the same folder clears away what was begun. While it goes on
nobody else has the databases: both are held exclusively from before the first copy to after the switch.
docs/decisions/0046 has the reasons.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.moving import MovePlan
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.storage.network_paths import on_network
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.workspace_marks import (
    GENERATION,
    MOVED,
    MOVED_FROM,
    MOVING,
    leads_to,
    place_of,
    read_mark,
    write_mark,
)
from koodesk.domain.problem import Refused, problem

SPARE: Final = 64 << 20
"""Room that has to stay free beside the copy."""

_PIECE: Final = 1 << 20
_PAGES: Final = 2_000
_DATABASES: Final = ("koodesk.db", "engine/engine.db")
_NOT_MOVED: Final = frozenset(
    (
        *(name + end for name in _DATABASES for end in ("", "-wal", "-shm", "-journal")),
        *(MOVED, MOVED_FROM, MOVING),
        "worker.lock",
        "engine/engine.lock",
        "engine/endpoint.json",
    )
)
"""Databases are copied by their own means; locks, notes of living processes and marks of a move stay."""


def nowhere(_point: str) -> None:
    """Pass a named point of a move."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    path: Path
    size: int


def plan(root: Path, target: Path) -> MovePlan:
    """Look whether a workspace can be moved to a folder, and how much it is. Raises Refused: workspace.*."""
    try:
        return _plan(root, target)
    except OSError as failure:  # a name no disk takes, a folder nobody may look into
        raise Refused(problem("workspace.not_writable", "folder", folder=str(target))) from failure


def _plan(root: Path, target: Path) -> MovePlan:
    root, target = root.resolve(), target.absolute()
    name = str(target)
    resolved = target.resolve()
    if not (root / _DATABASES[0]).exists():
        raise Refused(problem("workspace.no_database", "folder", folder=str(root)))
    if resolved == root:
        raise Refused(problem("workspace.same_folder", "folder", folder=name))
    if root in resolved.parents:
        raise Refused(problem("workspace.inside_itself", "folder", folder=name))
    if target.exists() and not target.is_dir():
        raise Refused(problem("workspace.not_a_folder", "folder", folder=name))
    if target.exists() and any(target.iterdir()) and not _left_by(root, target):
        raise Refused(problem("workspace.folder_in_use", "folder", folder=name))
    where = _existing(target)
    try:
        with tempfile.TemporaryDirectory(prefix=".koodesk-", dir=where):
            pass
    except OSError as failure:
        raise Refused(problem("workspace.not_writable", "folder", folder=name)) from failure
    kind = on_network(where)
    if kind:
        raise Refused(problem("workspace.on_network", "folder", folder=name, kind=kind))
    entries = _entries(root)
    databases = [root / name for name in _DATABASES if (root / name).exists()]
    size = sum(one.size for one in entries) + sum(_with_log(path) for path in databases)
    free = shutil.disk_usage(where).free
    if size + SPARE > free:
        raise Refused(problem("workspace.no_room", "folder", folder=name, actual=size + SPARE, limit=free))
    return MovePlan(root, target, len(entries) + len(databases), size, free)


def move(
    root: Path,
    target: Path,
    report: Report = silent,
    cancel: Cancel = never,
    point: Callable[[str], None] = nowhere,
) -> MovePlan:
    """Move a workspace that nobody has open; whoever calls has ended engine and worker and holds the worker lock.

    Raises Refused: workspace.*, storage.*; then the workspace is where it was, and the new folder as it was.
    """
    planned = plan(root, target)
    root, target = planned.root, planned.target
    made = [path for path in (target, *target.parents) if not path.exists()]
    try:
        with ExitStack() as held:
            databases = {
                name: held.enter_context(_alone(root / name)) for name in _DATABASES if (root / name).exists()
            }
            _make(target)
            _empty(target)
            write_mark(target / MOVING, {"from": str(root), "whole": False})
            point("begun")
            step = _Steps(planned.size, report, cancel)
            for entry in _entries(root):
                _copy(entry, target / entry.name, step)
            point("files")
            for name, source in databases.items():
                _copy_database(source, target / name, step)
                point(Path(name).stem.replace("koodesk", "desk"))
            for name, source in databases.items():
                _check(source, target / name, step)
            _name_place(target)
            point("checked")
            write_mark(target / MOVED_FROM, {"from": str(root)})
            write_mark(target / MOVING, {"from": str(root), "whole": True})
            point("whole")
            write_mark(root / MOVED, {"to": str(target)})
    except BaseException as failure:
        if read_mark(root / MOVED) is None:
            _forget(target, made)
            if isinstance(failure, OSError):
                raise _not_written(target, failure) from failure
        raise
    point("switched")
    (target / MOVING).unlink(missing_ok=True)
    _outdate(root)
    return planned


def left_behind(root: Path) -> tuple[Path, int] | None:
    """Return where this workspace was before and how much still lies there; None where nothing does."""
    told = read_mark(root / MOVED_FROM)
    if told is None:
        return None
    old = Path(str(told.get("from", "")))
    if not leads_to(old, root):
        return None
    size = sum(
        told.st_size for path, told in _there(old) if path.name != MOVED and not stat.S_ISDIR(told.st_mode)
    )
    return old, size


def remove_left(root: Path) -> bool:
    """Delete what a move left at the old place; only the note that leads here stays there. Return whether there was something."""
    found = left_behind(root)
    if found is None:
        return False
    try:
        _empty(found[0], keep=MOVED)
    except OSError as failure:
        raise Refused(problem("workspace.not_removed", folder=str(found[0]))) from failure
    (root / MOVED_FROM).unlink(missing_ok=True)
    return True


# --- inside ----------------------------------------------------------------------------------------------------


class _Steps:
    """Counts bytes, reports them and asks whether to go on."""

    def __init__(self, total: int, report: Report, cancel: Cancel) -> None:
        self._total, self._report, self._cancel = total, report, cancel
        self._done = 0

    def on(self, size: int) -> None:
        """Count bytes. Raises Refused(workspace.move_cancelled)."""
        if self._cancel():
            raise Refused(problem("workspace.move_cancelled"))
        self._done = min(self._total, self._done + size)
        self._report(Progress("write", self._done, self._total))


def _forget(target: Path, made: list[Path]) -> None:
    """Take away what was begun, and the folders that were made for it, the innermost first."""
    with suppress(OSError):
        _empty(target)
        (target / MOVING).unlink(missing_ok=True)
    for path in made:
        with suppress(OSError):
            path.rmdir()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise Refused(problem("workspace.not_writable", "folder", folder=str(folder))) from failure


def _left_by(root: Path, target: Path) -> bool:
    """Tell whether a folder holds nothing but what a move of this workspace, broken off, has begun."""
    told = read_mark(target / MOVING)
    return told is not None and told.get("from") == str(root) and not leads_to(root, target)


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _with_log(database: Path) -> int:
    size = database.stat().st_size
    with suppress(FileNotFoundError):  # whoever closes a database last takes its log away
        size += database.with_name(f"{database.name}-wal").stat().st_size
    return size


def _entries(root: Path) -> list[_Entry]:
    """Return every file of a workspace, databases and notes of living processes left out. Raises Refused for what is no
    file: a link leads out of the workspace, and what it means there is not what it means elsewhere."""
    found: list[_Entry] = []
    for path, told in _there(root):
        name = path.relative_to(root).as_posix()
        passing = path.name.startswith(".") and path.suffix in (".owner", ".part")
        if name in _NOT_MOVED or passing or stat.S_ISDIR(told.st_mode):
            continue
        if not stat.S_ISREG(told.st_mode):
            raise Refused(problem("workspace.odd_file", "folder", name=name))
        found.append(_Entry(name, path, told.st_size))
    return found


def _there(root: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield what is in a folder, in order. Engine and worker write notes beside and rename them: one that was there when the
    folder was listed and is gone a moment later is none of it."""
    for path in sorted(root.rglob("*")):
        try:
            told = path.lstat()
        except FileNotFoundError:
            continue
        yield path, told


def _copy(entry: _Entry, there: Path, step: _Steps) -> None:
    """Copy a file, then read the copy from the disk and compare."""
    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    read = hashlib.sha256()
    try:
        with entry.path.open("rb") as source, there.open("xb") as out:
            there.chmod(0o600)
            while piece := source.read(_PIECE):
                read.update(piece)
                out.write(piece)
                step.on(len(piece))
            out.flush()
            os.fsync(out.fileno())
        told = entry.path.stat()
        os.utime(there, ns=(told.st_atime_ns, told.st_mtime_ns))
        with there.open("rb") as copy:
            written = hashlib.file_digest(copy, "sha256")
    except OSError as failure:
        raise _not_written(there, failure) from failure
    if written.digest() != read.digest():
        raise Refused(problem("workspace.copy_differs", name=entry.name))


@contextmanager
def _alone(path: Path) -> Iterator[Any]:
    """Hold a database so that no other connection is there and none can come. Raises Refused(workspace.open_elsewhere)."""
    module = sqlite_module()
    try:
        connection = module.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
    except module.Error as failure:
        raise Refused(problem("storage.damaged", file=path.name)) from failure
    with closing(connection):
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except module.Error as failure:
            if "lock" in str(failure) or "busy" in str(failure):
                raise Refused(problem("workspace.open_elsewhere", file=path.name)) from failure
            raise Refused(problem("storage.damaged", file=path.name)) from failure
        yield connection


def _copy_database(source: Any, there: Path, step: _Steps) -> None:
    module = sqlite_module()
    page = int(source.execute("PRAGMA page_size").fetchone()[0])
    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = 0

    def stepped(_status: int, left: int, total: int) -> None:
        nonlocal told
        step.on((total - left - told) * page)
        told = total - left

    try:
        with closing(module.connect(there)) as taken:
            source.backup(taken, pages=_PAGES, progress=stepped)
            taken.execute("PRAGMA journal_mode=DELETE")
        there.chmod(0o600)
        with there.open("rb+") as file:
            os.fsync(file.fileno())
    except (module.Error, OSError) as failure:
        raise _not_written(there, failure) from failure


def _check(source: Any, there: Path, step: _Steps) -> None:
    """Compare a copy with its database: sound, the same tables, as many rows in each."""
    module = sqlite_module()
    try:
        with closing(module.connect(f"file:{there.as_posix()}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            same = sound and _rows(copy, step) == _rows(source, step)
    except module.Error as failure:
        raise Refused(problem("workspace.copy_differs", name=there.name)) from failure
    if not same:
        raise Refused(problem("workspace.copy_differs", name=there.name))


def _rows(connection: Any, step: _Steps) -> dict[str, int]:
    found: dict[str, int] = {}
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        step.on(0)
        quoted = str(name).replace('"', '""')
        found[name] = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608 - a table's own name, quoted
    return found


def _name_place(target: Path) -> None:
    """Tell the ledger where it is now: this is the same workspace, not a copy that has to ask (decision 0031)."""
    module = sqlite_module()
    with closing(module.connect(target / "koodesk.db", isolation_level=None)) as connection:
        connection.execute("UPDATE dispatcher SET place = ?", (place_of(target),))


def _outdate(root: Path) -> None:
    """Let the files that are left look older than they are to a worker: should somebody use them again, they ask."""
    path = root / GENERATION
    told = read_mark(path)
    if told is not None and isinstance(told.get("generation"), int):
        with suppress(OSError):
            write_mark(path, {**told, "generation": told["generation"] + 1})


def _empty(folder: Path, keep: str = MOVING) -> None:
    """Delete everything in a folder but one file of it."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != keep:
            path.unlink()


def _not_written(path: Path, failure: Exception) -> Refused:
    if "full" in str(failure).lower() or getattr(failure, "errno", 0) == 28:
        return Refused(problem("storage.disk_full", file=path.name))
    cause = getattr(failure, "strerror", None) or type(failure).__name__
    return Refused(problem("workspace.not_copied", name=path.name, cause=str(cause)))
