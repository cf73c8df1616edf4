# SPDX-License-Identifier: Apache-2.0
"""A workspace as one file, and back: both databases by SQLite's backup API, materials and papers by their digests.

The file is a zip of a manifest and of contents named by their SHA-256: a name in it never becomes a path, and a changed bit
is found. What is read back was made by a stranger until it has been checked wholly: limits first, then digests, then the
databases (application id, version, known schema objects, `quick_check`). Nothing is put in place before.

The desk's database is taken before the engine's: a chunk the desk calls planned may be with the engine, whose key answers a
repeat; the other way round the desk would name messages the engine never had.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from koodesk import __version__
from koodesk.backend.ports.backup import BackupFile, BackupInfo
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.storage.backup_check import (
    MANIFEST,
    check_database,
    check_members,
    read_manifest,
    seal,
    target_of,
)
from koodesk.backend.storage.schema_version import APPLICATION_ID
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem

SUFFIX: Final = ".koobackup"
_PIECE: Final = 1 << 20
_PAGES: Final = 2_000
"""Pages of one step of SQLite's backup: some 10 ms, after which another process may write."""


@dataclass(frozen=True, slots=True)
class _Content:
    area: str
    name: str
    path: Path


def write(
    workspace: Workspace,
    target: Path,
    at_ms: int,
    *,
    engine: Path | None,
    report: Report = silent,
    cancel: Cancel = never,
) -> BackupInfo:
    """Write a backup, whole or not at all; `engine` is the engine's database where there is one.

    Raises Refused: backup.cancelled, backup.not_writable, storage.*.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".koodesk-", dir=target.parent) as folder:
            contents = [
                _Content(
                    "desk", "koodesk.db", _copy_database(workspace.database, Path(folder) / "desk.db", cancel)
                )
            ]
            if engine is not None and engine.exists():
                contents.append(
                    _Content(
                        "engine", "engine.db", _copy_database(engine, Path(folder) / "engine.db", cancel)
                    )
                )
            contents += list(_files(workspace))
            info = _write_zip(beside, contents, at_ms, report, cancel)
        beside.chmod(0o600)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(target)
        return info
    except (OSError, zipfile.BadZipFile) as failure:
        raise _not_writable(target, failure) from failure
    finally:
        beside.unlink(missing_ok=True)


def verify(archive: Path, report: Report = silent, cancel: Cancel = never) -> BackupInfo:
    """Read a backup wholly and return what it holds. Raises Refused: backup.*."""
    with _opened(archive) as package, tempfile.TemporaryDirectory(prefix="koodesk-verify-") as folder:
        info = read_manifest(package)
        _extract(package, info, Path(folder), report, cancel, only=("desk", "engine"))
        for file in info.files:
            if file.area in ("desk", "engine"):
                check_database(Path(folder) / file.digest, file.area)
        return info


def restore_new(archive: Path, root: Path, report: Report = silent, cancel: Cancel = never) -> BackupInfo:
    """Make a workspace of a backup in a folder that is not there yet, or is empty; whole or not at all.

    Raises Refused: backup.folder_in_use, backup.*, backup.not_writable.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Refused(problem("backup.folder_in_use", "folder", folder=root.name))
    staging = root.with_name(f".{root.name}.{os.getpid()}.restoring")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with _opened(archive) as package:
            info = _stage(package, staging, report, cancel)
        if root.exists():
            root.rmdir()
        staging.replace(root)
        return info
    except OSError as failure:
        raise _not_writable(root, failure) from failure
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def restore_over(
    archive: Path, workspace: Workspace, report: Report = silent, cancel: Cancel = never
) -> BackupInfo:
    """Put a backup in the place of a workspace that nobody has open. Whoever calls has taken a backup of it first.

    The engine's own record stays: it is the other side of the wire, and what it accepted since then stays accepted, so that
    nothing is sent twice (docs/decisions/0031). Materials and papers are added, none is taken away. The database is put in
    place last, by one rename: a kill leaves the workspace of before or the restored one.
    """
    staging = workspace.root / f".restoring-{os.getpid()}"
    try:
        with _opened(archive) as package:
            info = _stage(package, staging, report, cancel)
        restored = Workspace(staging)
        for folder, place in ((restored.materials, workspace.materials), (restored.papers, workspace.papers)):
            for path in sorted(folder.rglob("*")) if folder.exists() else ():
                there = place / path.relative_to(folder)
                if path.is_file() and not there.exists():
                    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    path.replace(there)
        settle(workspace.database)
        if not (workspace.engine / "engine.db").exists() and (restored.engine / "engine.db").exists():
            workspace.engine.mkdir(mode=0o700, parents=True, exist_ok=True)
            (restored.engine / "engine.db").replace(workspace.engine / "engine.db")
        restored.database.replace(workspace.database)
        return info
    except OSError as failure:
        raise _not_writable(workspace.root, failure) from failure
    finally:
        shutil.rmtree(staging, ignore_errors=True)


# --- inside ----------------------------------------------------------------------------------------------------


def _copy_database(source: Path, target: Path, cancel: Cancel) -> Path:
    module = sqlite_module()

    def step(_status: int, _left: int, _total: int) -> None:
        if cancel():
            raise Refused(problem("backup.cancelled"))

    try:
        with (
            closing(module.connect(f"file:{source.as_posix()}?mode=rw", uri=True)) as given,
            closing(module.connect(target)) as taken,
        ):
            given.backup(taken, pages=_PAGES, progress=step)
            taken.execute("PRAGMA journal_mode=DELETE")
    except module.Error as failure:
        cause = str(failure).lower()
        if "full" in cause:
            raise Refused(problem("storage.disk_full", file=target.name)) from failure
        raise Refused(problem("storage.damaged", file=source.name)) from failure
    return target


def _files(workspace: Workspace) -> Iterator[_Content]:
    """Yield every file of the workspace that belongs into a backup; what has another name than its owner gives is not one."""
    for area, folder in (("materials", workspace.materials), ("papers", workspace.papers)):
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not path.is_symlink() and target_of(area, name) is not None:
                yield _Content(area, name, path)
    if workspace.settings.exists():
        yield _Content("settings", "settings.json", workspace.settings)


def _write_zip(
    target: Path, contents: list[_Content], at_ms: int, report: Report, cancel: Cancel
) -> BackupInfo:
    total = sum(content.path.stat().st_size for content in contents)
    done = 0
    files: list[BackupFile] = []
    written: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
        for content in contents:
            digest, size = _digest_of(content.path)
            files.append(BackupFile(content.area, content.name, digest, size))
            packed = zipfile.ZIP_DEFLATED if content.area in ("desk", "engine") else zipfile.ZIP_STORED
            if digest not in written:
                written.add(digest)
                entry = zipfile.ZipInfo(f"blobs/{digest}")
                entry.compress_type = packed
                with content.path.open("rb") as source, package.open(entry, "w", force_zip64=True) as out:
                    _pump(source, out, cancel)
            done += size
            _say(report, cancel, "write", done, total)
        info = BackupInfo(__version__, at_ms, tuple(files))
        package.writestr(MANIFEST, json.dumps(seal(info, APPLICATION_ID), ensure_ascii=False))
    return info


def _stage(package: zipfile.ZipFile, staging: Path, report: Report, cancel: Cancel) -> BackupInfo:
    """Unpack a backup, checked wholly, as a workspace of its own beside where it will be."""
    info = read_manifest(package)
    total = sum(file.size for file in info.files)
    staging.mkdir(mode=0o700, parents=True)
    free = shutil.disk_usage(staging).free
    if total * 2 > free:
        raise Refused(problem("backup.no_room", limit=free, actual=total * 2))
    blobs = staging / ".blobs"
    blobs.mkdir(mode=0o700)
    _extract(package, info, blobs, report, cancel)
    workspace = Workspace(staging).create()
    for file in info.files:
        if file.area in ("desk", "engine"):
            check_database(blobs / file.digest, file.area)
        place = target_of(file.area, file.name)
        assert place is not None  # `read_manifest` refuses any other name
        there = workspace.root / place
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(blobs / file.digest, there)
        with there.open("rb+") as stream:
            os.fsync(stream.fileno())
    shutil.rmtree(blobs)
    return info


def _extract(
    package: zipfile.ZipFile,
    info: BackupInfo,
    folder: Path,
    report: Report,
    cancel: Cancel,
    only: tuple[str, ...] = (),
) -> None:
    """Read every content, bounded by the size the manifest names, and compare its digest; keep those of `only`, or all."""
    total, done = sum(file.size for file in info.files), 0
    seen: set[str] = set()
    for file in info.files:
        keep = not only or file.area in only
        if file.digest in seen and not (keep and not (folder / file.digest).exists()):
            done += file.size
            continue
        seen.add(file.digest)
        found, left = hashlib.sha256(), file.size
        with contextlib.ExitStack() as stack:
            out = stack.enter_context((folder / file.digest).open("wb")) if keep else None
            try:
                source = stack.enter_context(package.open(f"blobs/{file.digest}"))
            except Exception as failure:
                raise Refused(problem("backup.damaged", file.area, name=file.name)) from failure
            while True:
                try:
                    piece = source.read(_PIECE)
                except Exception as failure:
                    raise Refused(problem("backup.damaged", file.area, name=file.name)) from failure
                if not piece:
                    break
                left -= len(piece)
                if left < 0:
                    raise Refused(problem("backup.damaged", file.area, name=file.name))
                found.update(piece)
                if out is not None:
                    out.write(piece)
                _say(report, cancel, "read", done + file.size - left, total)
        if left or found.hexdigest() != file.digest:
            raise Refused(problem("backup.damaged", file.area, name=file.name))
        done += file.size


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        package = zipfile.ZipFile(archive)
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as failure:
        if isinstance(failure, FileNotFoundError):
            raise Refused(problem("backup.not_found", "file", file=archive.name)) from failure
        raise Refused(problem("backup.not_one", "file", file=archive.name)) from failure
    with package:
        check_members(package, archive.stat().st_size)
        yield package


def settle(database: Path) -> None:
    """Take a database's write-ahead log into it and the log away: a log of one database must never meet another."""
    if not database.exists():
        return
    module = sqlite_module()
    try:
        with closing(module.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except module.Error as failure:
        raise Refused(problem("backup.in_use", file=database.name)) from failure
    if mode.lower() != "delete" or database.with_name(f"{database.name}-wal").exists():
        raise Refused(problem("backup.in_use", file=database.name))


def _digest_of(path: Path) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
            size += len(piece)
    return found.hexdigest(), size


def _pump(source: IO[bytes], out: IO[bytes], cancel: Cancel) -> None:
    while piece := source.read(_PIECE):
        if cancel():
            raise Refused(problem("backup.cancelled"))
        out.write(piece)


def _say(report: Report, cancel: Cancel, stage: str, done: int, total: int) -> None:
    if cancel():
        raise Refused(problem("backup.cancelled"))
    report(Progress(stage, done, total))


def _not_writable(path: Path, failure: Any) -> Refused:
    return Refused(
        problem(
            "backup.not_writable",
            file=path.name,
            cause=getattr(failure, "strerror", None) or type(failure).__name__,
        )
    )
