# SPDX-License-Identifier: Apache-2.0
"""Frozen rows of the export centre (下载中心), and what a table is made of where it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.ports.exports import DayColumns, Table
from koodesk.domain.problem import Problem

__all__ = ["DayColumns", "ExportRow", "Table"]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export. `done` of `total` rows while it runs (0: nobody knows); `rows` and `size` (bytes) of the file once it is there;
    `gone` says that it is there no more. `reason` is why numbers were exported, `problems` why there is no file.

    `action` is the right that this kind of export asks for. Whoever lacks it sees that there was an export, by whom and when,
    and neither its title nor its file: `offered` is False then."""

    id: int
    kind: str
    title: str
    path: str
    state: str
    by: str
    reason: str
    done: int
    total: int
    rows: int
    size: int
    problems: tuple[Problem, ...]
    started_ms: int
    ended_ms: int
    gone: bool
    action: str
    offered: bool
