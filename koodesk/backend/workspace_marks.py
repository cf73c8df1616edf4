# SPDX-License-Identifier: Apache-2.0
"""Where a workspace is, when it has been moved: small notes beside its files, each written whole or not at all.

moved.json       left at the old place: where the workspace is now. This one decides
moving.json      at a new place while a move is on its way; "whole" once everything is there and checked
moved-from.json  at the new place: where the old files may still lie
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from koodesk.domain.problem import Refused, problem

MOVED: Final = "moved.json"
MOVING: Final = "moving.json"
MOVED_FROM: Final = "moved-from.json"
GENERATION: Final = "worker.generation"
"""What every worker raises (`sending.fence`)."""

MOST_MOVES: Final = 32
DATABASE: Final = "koodesk.db"


def read_mark(path: Path) -> dict[str, Any] | None:
    """Return what a note says, {} when it cannot be read, None when it is not there."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def write_mark(path: Path, told: Mapping[str, object]) -> None:
    """Write a note durably, by one rename."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(dict(told), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    with suppress(OSError):  # not every system opens folders; there the rename has to do
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def in_use(root: Path) -> Path:
    """Return the folder a workspace is in now: `root`, or where it was moved from there.

    Raises Refused: workspace.moved_away when that folder is not to be found, workspace.half_moved for one that a move which
    was broken off has left.
    """
    first = root
    for _ in range(MOST_MOVES):
        moving = read_mark(root / MOVING)
        if moving is not None and not _switched(root, moving):
            raise Refused(problem("workspace.half_moved", folder=str(root)))
        told = read_mark(root / MOVED)
        if told is None:
            return root
        to = Path(str(told.get("to", "")))
        if not to.is_absolute() or not to.is_dir() or not any(to.iterdir()):  # a disk that is not there
            raise Refused(problem("workspace.moved_away", folder=str(first), to=str(to)))
        root = to
    raise Refused(problem("workspace.moved_away", folder=str(first), to=str(root)))


def leads_to(old: Path, root: Path) -> bool:
    """Tell whether the note at an old place leads to a folder."""
    told = read_mark(old / MOVED)
    return told is not None and Path(str(told.get("to", ""))) == root


def place_of(root: Path) -> str:
    """Return how the ledger names the place of a workspace: this machine and this folder."""
    return f"{socket.gethostname()}:{root.resolve()}"


def _switched(root: Path, moving: Mapping[str, Any]) -> bool:
    """Tell whether a folder that still has the mark of a move is in use all the same: killed just after the switch."""
    return moving.get("whole") is True and leads_to(Path(str(moving.get("from", ""))), root)
