# SPDX-License-Identifier: Apache-2.0
"""What the export centre needs: jobs in storage, a sign of life of whoever writes, and what an export is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from koodesk.backend.ports.progress import Cancel, Report

Options = Mapping[str, Any]
"""What an export was asked for with: JSON values, kept so that it can be asked for again."""

Cell = str | int


@dataclass(frozen=True, slots=True)
class DayColumns:
    """A chart of the days: its parts from the bottom up with their colour roles, and each day with one count a part."""

    parts: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what stands above it in a document: a title, lines on what it shows (filters, instant), a chart."""

    title: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: DayColumns | None = None


TablePrinter = Callable[[Path, Table], None]
"""Writes a table as a PDF; the backend knows no pictures, so whoever opens the service brings one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An export that may be written: rights, reason and audit row are done with. `write` returns how many rows it wrote; `total`
    is how many there will be, 0 where nobody knows. `formats` are the endings it can be written with."""

    title: str
    formats: tuple[str, ...]
    total: int
    write: Callable[[Path, Report, Cancel], int]


Preparer = Callable[[Options], Prepared]
"""Checks rights and options. Raises Refused; KeyError, TypeError or ValueError for options that are none of its own."""


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of export: how one is prepared, and the action it is, which may depend on what was asked for."""

    prepare: Preparer
    action: Callable[[Options], str]


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A job as storage has it. `options` and `problems` are JSON; instants are of the wall clock."""

    id: int
    kind: str
    title: str
    path: str
    options: str
    reason: str
    by: str
    state: str
    owner: str
    pid: int
    rows: int
    done: int
    total: int
    size: int
    problems: str
    started_ms: int
    ended_ms: int


class ExportStore(Protocol):
    """The jobs of one workspace. Each method is one short transaction."""

    def add(self, record: ExportRecord) -> int:
        """Keep a job that begins; return its id."""
        ...

    def beat(self, job_id: int, done: int, total: int) -> bool:
        """Keep how far a job is; return whether somebody asked to stop it."""
        ...

    def end(self, job_id: int, state: str, rows: int, size: int, problems: str, at_ms: int) -> None:
        """Keep how a running job ended; one that has ended already stays as it is."""
        ...

    def ask_to_stop(self, job_id: int) -> None:
        """Tell whoever writes a job to stop."""
        ...

    def get(self, job_id: int) -> ExportRecord | None:
        """Return one job."""
        ...

    def list(self, limit: int) -> Sequence[ExportRecord]:
        """Return jobs, newest first."""
        ...

    def running(self) -> Sequence[ExportRecord]:
        """Return the jobs that have not ended."""
        ...

    def forget(self, job_id: int) -> None:
        """Take a job that has ended off the list."""
        ...


class Owners(Protocol):
    """Signs of life: a name that is held as long as its process lives, and no longer."""

    def hold(self, owner: str) -> AbstractContextManager[object]:
        """Hold a name for as long as the block lasts."""
        ...

    def alive(self, owner: str) -> bool:
        """Tell whether somebody holds a name; a name that nobody holds is cleared away."""
        ...


Rows = Iterable[Sequence[Cell]]
