# SPDX-License-Identifier: Apache-2.0
"""Whose disk a team's exports go to: a user's on one machine, and her folder of the workspace, whose engine some of them ask.

A machine's name alone may be another's too, so a mark that is made once lies where a user's programs keep their state.
"""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from contextlib import suppress
from pathlib import Path


def export_place(root: Path, mark: Path) -> str:
    """Return the name of a place, the same in every process of a user on a machine that has this folder open; `mark` is the file
    that tells her machine from others."""
    told = f"{_marked(mark)}\n{socket.gethostname()}\n{root.resolve()}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _marked(mark: Path) -> str:
    """Return what the mark says, made where there is none; "" where none can be kept."""
    try:
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = mark.with_name(f".{mark.name}.{uuid.uuid4().hex}.part")
        beside.write_text(uuid.uuid4().hex, "ascii")
        try:
            with suppress(FileExistsError):  # the first one's stays
                os.link(beside, mark)
        finally:
            beside.unlink()
    except OSError:
        pass
    try:
        return mark.read_text("ascii")
    except (OSError, ValueError):
        return ""
