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
    """A job as storage has it. `options` and `problems` are JSON; instants are of the wall clock. `place` is that of an
    `ExportQueue`, "" without one; `user_id` and `main` are who asked for it, beside her name `by` (`domain.access.Principal`)."""

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
    place: str = ""
    user_id: int = 0
    main: bool = False


class ExportStore(Protocol):
    """The jobs of one workspace. Each method is one short transaction."""

    def add(self, record: ExportRecord) -> int:
        """Keep a job that begins; return its id. One with a place goes into that place's queue in the same transaction."""
        ...

    def take(self, job_id: int, owner: str, pid: int) -> ExportRecord | None:
        """Let an owner write a job that waits, or whose owner is gone: return it as it was, None when it is over or another's."""
        ...

    def give_back(self, job_id: int, owner: str) -> None:
        """Put a job back into its queue that its owner does not write to the end."""
        ...

    def withdraw(self, job_id: int, at_ms: int) -> bool:
        """End a job of a queue as cancelled that nobody writes; False where somebody does."""
        ...

    def beat(self, job_id: int, owner: str, done: int, total: int) -> bool:
        """Keep how far a job is; return whether its owner shall stop: somebody asked for it, or another has taken it over."""
        ...

    def end(
        self, job_id: int, owner: str, state: str, rows: int, size: int, problems: str, at_ms: int
    ) -> bool:
        """Keep how a running job of an owner ended; False where it has ended already, or is another's by now."""
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


class ExportQueue(Protocol):
    """The queue of a team's exports whose files go to one place: a user's disk on one machine, and her folder of the workspace.

    Whoever runs there takes them; each begins by `ExportStore.take`, which says who may write.
    """

    @property
    def place(self) -> str:
        """Whose disk the files of this process go to."""

    def begin(self, owner: str, carry_out: Callable[[int], None]) -> None:
        """Take the exports of this place until none is left, each on a thread of its own, in an owner's name; nothing happens
        where we do. Raises Refused (storage.*)."""
        ...

    def finish(self) -> None:
        """Wait until none is left."""
        ...

    def close(self) -> None:
        """Take no more, and wait for those that are being written."""
        ...


class Owners(Protocol):
    """Signs of life: a name that is held as long as its process lives, and no longer."""

    def hold(self, owner: str) -> AbstractContextManager[object]:
        """Hold a name for as long as the block lasts."""
        ...

    def alive(self, owner: str) -> bool:
        """Tell whether somebody holds a name; a name that nobody holds is cleared away."""
        ...


def owner_name(owner: str) -> str:
    """Return the name that an owner holds in a team's database, and has in the list of workers."""
    return f"export:{owner}"


Rows = Iterable[Sequence[Cell]]
