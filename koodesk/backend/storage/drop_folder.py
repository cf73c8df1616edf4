# SPDX-License-Identifier: Apache-2.0
"""A watched folder on disk (`ports.plans.DropFolder`).

    plan.toml        how to send what is dropped
    <number file>    dropped by anybody
    taken/           being prepared; what a crash leaves here is prepared again
    prepared/        what waits for a person now
    refused/         what could not be prepared, with a note beside each

Names from outside are never joined to anything but these folders, and nothing is ever deleted or written over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_plan import FILE, Seen
from koodesk.file_lock import lock

_TAKEN: Final = "taken"
_PREPARED: Final = "prepared"
_REFUSED: Final = "refused"
_LOCK: Final = ".lock"
"""A file in `taken` that whoever looks into the folder has locked."""


class WatchedFolder:
    """One watched folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def plan(self) -> Path:
        """Where its plan lies."""
        return self._root / FILE

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else away from the folder, on every machine, while the block lasts."""
        try:
            (self._root / _TAKEN).mkdir(exist_ok=True)
            descriptor = os.open(self._root / _TAKEN / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as failure:
            raise _unusable(self._root, failure) from failure
        try:
            if not lock(descriptor):
                raise Refused(problem("watch.held", "folder", folder=str(self._root)))
            yield
        finally:
            os.close(descriptor)  # closing gives the lock back

    def look(self) -> Mapping[str, Seen]:
        """Return the files that lie in it, by name; links are not followed."""
        found: dict[str, Seen] = {}
        try:
            with os.scandir(self._root) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        told = entry.stat(follow_symlinks=False)
                        found[entry.name] = Seen(entry.name, told.st_size, told.st_mtime_ns)
        except OSError as failure:
            raise _unusable(self._root, failure) from failure
        return found

    def take(self, name: str) -> Path:
        """Move a file out of the way of whoever fills the folder."""
        return _move(self._root / Path(name).name, self._free(_TAKEN, name))

    def left(self) -> tuple[Path, ...]:
        """Return the files that were taken and never put away."""
        try:
            return tuple(
                sorted(
                    one
                    for one in (self._root / _TAKEN).iterdir()
                    if one.name != _LOCK and one.is_file() and not one.is_symlink()
                )
            )
        except OSError:
            return ()

    def put_away(self, path: Path, done: bool, note: str) -> Path:
        """Move a taken file to where it belongs; the note is written before, so that no file is there without."""
        target = self._free(_PREPARED if done else _REFUSED, path.name)
        try:
            _note(target).write_text(note, "utf-8")
        except OSError as failure:
            raise _not_moved(path.name, failure) from failure
        return _move(path, target)

    def _free(self, folder: str, name: str) -> Path:
        """Return a path of a folder that nothing has: the name, or "name 2.xlsx" and on."""
        given = Path(Path(name).name)
        try:
            (self._root / folder).mkdir(exist_ok=True)
        except OSError as failure:
            raise _not_moved(name, failure) from failure
        for number in count(1):
            last = "" if number == 1 else f" {number}"
            free = self._root / folder / f"{given.stem}{last}{given.suffix}"
            if not free.exists() and not _note(free).exists():
                return free
        raise AssertionError("there is always another number")


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".txt")


def _move(path: Path, target: Path) -> Path:
    try:
        return path.rename(target)
    except OSError as failure:
        raise _not_moved(path.name, failure) from failure


def _unusable(root: Path, failure: OSError) -> Refused:
    return Refused(problem("watch.folder", "folder", folder=str(root), cause=_cause(failure)))


def _not_moved(name: str, failure: OSError) -> Refused:
    return Refused(problem("watch.move", "folder", file=name, cause=_cause(failure)))


def _cause(failure: OSError) -> str:
    return failure.strerror or type(failure).__name__
