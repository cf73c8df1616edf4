# SPDX-License-Identifier: Apache-2.0
"""What the export centre keeps of a job beside its own columns, and what a job leaves on the disk."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from koodesk.backend.operations.table_export import half_written
from koodesk.backend.ports.exports import ExportRecord
from koodesk.domain.problem import Problem


def remove_half(record: ExportRecord) -> None:
    """Remove what a process has left that is gone; where its folder is gone too, there is nothing."""
    if record.pid:
        with suppress(OSError):
            half_written(Path(record.path), record.pid).unlink(missing_ok=True)


def written(problems: tuple[Problem, ...]) -> str:
    """Return problems as a job keeps them."""
    plain: list[dict[str, Any]] = [
        {"code": one.code, "where": one.where, "params": dict(one.params)} for one in problems
    ]
    return json.dumps(plain, ensure_ascii=False)


def read(text: str) -> tuple[Problem, ...]:
    """Return the problems that a job keeps."""
    return tuple(
        Problem(one["code"], one["where"], tuple(sorted(one["params"].items()))) for one in json.loads(text)
    )
