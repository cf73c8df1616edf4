# SPDX-License-Identifier: Apache-2.0
"""Which rule pack is in use: the one that ships, or a newer one the user has installed without a release.

An installed pack is one zip in the user's data folder, put there whole or not at all. It is read like any file from outside
each time: one that cannot be read, lacks what this version asks for, or is not newer than the shipped pack is passed over,
and the shipped one stays. A pack that was asked for although it is older holds until a version with another pack comes.
The desk and the engine both ask here, each in its own process.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from koodesk import paths
from koodesk.domain.codec import parse
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_files import read_files, read_usable, zipped
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.strict_table import Table

SHELF_CODES: Final = ("pack.cannot_write", "pack.not_newer", "pack.passed_over")
"""Every code this module refuses with or tells of, beside those of reading a pack."""

_NOTE: Final = "installed.json"
_MAX_NOTE: Final = 4096


class Origin(StrEnum):
    """Where the pack in use comes from."""

    SHIPPED = "shipped"
    INSTALLED = "installed"


@dataclass(frozen=True, slots=True)
class InUse:
    """The pack in use and where it comes from; `problems` say why an installed one is passed over."""

    pack: RulePack
    origin: Origin
    problems: tuple[Problem, ...] = ()


class PackShelf:
    """The shipped pack's folder, and the file an installed one lies in. Safe for several threads."""

    def __init__(self, shipped: Path, installed: Path) -> None:
        self.folder: Final = shipped
        self.file: Final = installed
        self._lock = threading.Lock()
        self._shipped: RulePack | None = None
        self._read: tuple[object, InUse] | None = None

    def shipped(self) -> RulePack:
        """Return the pack of this version."""
        with self._lock:
            return self._ours()

    def _ours(self) -> RulePack:
        if self._shipped is None:
            self._shipped = read_pack_folder(self.folder)
        return self._shipped

    def in_use(self) -> InUse:
        """Return the pack in use, read again when the installed file is another one than before."""
        with self._lock:
            stamp = self._stamp()
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._choose())
            return self._read[1]

    def _stamp(self) -> object:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _choose(self) -> InUse:
        shipped = self._ours()
        try:
            if not self.file.is_file():
                return InUse(shipped, Origin.SHIPPED)
            files = read_files(self.file)
            beside = _read_note(files.pop(_NOTE, b""))
            pack = read_usable(files, shipped)
        except Refused as refused:
            told = problem("pack.passed_over", self.file.name, file=self.file.name)
            return InUse(shipped, Origin.SHIPPED, (told, *refused.problems))
        if pack.date > shipped.date or beside == shipped.date:
            return InUse(pack, Origin.INSTALLED)
        return InUse(shipped, Origin.SHIPPED, (_not_newer(pack, shipped),))

    def read(self, path: Path) -> RulePack:
        """Read a pack from outside as far as it could be put in use. Raises Refused with all that speaks against it."""
        return read_usable(read_files(path), self.shipped())

    def install(self, path: Path, *, older: bool = False) -> InUse:
        """Put a pack in use for whatever asks from now on; one that is not newer than the shipped only with `older`.

        Raises Refused: the pack cannot be used, is not newer, or cannot be stored. What was in use then stays.
        """
        files = read_files(path)
        shipped = self.shipped()
        pack = read_usable(files, shipped)
        if pack.date <= shipped.date and not older:
            raise Refused(_not_newer(pack, shipped))
        note = {"format": 1, "beside": shipped.date if older else ""}
        _replace(self.file, zipped({**files, _NOTE: json.dumps(note).encode()}))
        return self.in_use()

    def remove(self) -> InUse:
        """Take an installed pack away, so that the shipped one is in use; nothing happens where there is none.

        Raises Refused("pack.cannot_write").
        """
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise Refused(problem("pack.cannot_write", self.file.name, file=self.file.name)) from error
        return self.in_use()


def _not_newer(pack: RulePack, shipped: RulePack) -> Problem:
    return problem("pack.not_newer", "pack.toml", date=pack.date, shipped=shipped.date)


def _read_note(data: bytes) -> str:
    """Return the date of the shipped pack that an installed one was asked for in spite of, empty for none."""
    table = Table(parse(data, _NOTE, _MAX_NOTE), _NOTE)
    table.integer("format", 1, 1)
    beside = table.text("beside", longest=10)
    table.close()
    return beside


def _replace(path: Path, data: bytes) -> None:
    temporary = path.parent / f".{path.name}-{secrets.token_hex(8)}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise Refused(problem("pack.cannot_write", path.name, file=path.name)) from error


_shelf: PackShelf | None = None


def default_shelf() -> PackShelf:
    """Return the shelf of this installation and user."""
    global _shelf  # noqa: PLW0603  # one a process, so that a pack is read once
    folder, file = paths.resources() / "rules", paths.installed_rules()
    if _shelf is None or (_shelf.folder, _shelf.file) != (folder, file):
        _shelf = PackShelf(folder, file)
    return _shelf


def pack_in_use() -> RulePack:
    """Return the rule pack in use."""
    return default_shelf().in_use().pack
