# SPDX-License-Identifier: Apache-2.0
"""Whether a folder lies on another machine: there the locks that SQLite and Koodesk stand on do not hold everywhere.

What cannot be told is not refused: an unknown kind of disk counts as one of this machine.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath
from typing import Final

KINDS: Final = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "afs",
        "ncpfs",
        "9p",
        "davfs",
        "sshfs",
        "davfs2",
    )
)
"""Kinds of file system, as /proc/mounts names them (after "fuse."), that reach another machine."""

_REMOTE_DRIVE: Final = 4
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
"""Blanks and backslashes in /proc/mounts."""


def on_network(path: Path) -> str:
    """Return the kind of network file system a folder lies on, "" for a disk of this machine or one nobody can tell."""
    if sys.platform == "win32":
        return _on_windows(path)
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    return kind_of(mounts, PurePosixPath(path.resolve()))


def kind_of(mounts: str, path: PurePosixPath) -> str:
    """Return the kind of the innermost mount a path lies in, where it is one of `KINDS`."""
    found, depth = "", -1
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        place = PurePosixPath(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), parts[1]))
        if (place == path or place in path.parents) and len(place.parts) >= depth:
            found, depth = parts[2], len(place.parts)
    kind = found.removeprefix("fuse.")
    return kind if kind in KINDS else ""


def _on_windows(path: Path) -> str:
    if str(path).startswith("\\\\"):
        return "UNC"
    if sys.platform == "win32":
        import ctypes

        if ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == _REMOTE_DRIVE:
            return "UNC"
    return ""
