# SPDX-License-Identifier: Apache-2.0
"""Entries of the audit log as the lines of a table that has left the workspace, and the check of such a table.

Each line has everything its entry's hash covers and the hash before it. So a changed cell is found in the file alone, and so
is a line that was put in, or swapped. A line that is missing shows as a gap: a filter leaves gaps too, so what a gap means is
for whoever knows how the file was made. What was cut off at either end only a hash noted elsewhere can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final

from koodesk.domain.audit import FIRST_HASH, AuditEntry, Broken, Outcome, entry_hash

COLUMNS: Final = (
    "id",
    "at",
    "user_id",
    "who",
    "place",
    "action",
    "what",
    "subject",
    "outcome",
    "detail",
    "previous",
    "hash",
)
"""The columns, by the names that their headings are given under; `at` is UTC."""

_AT: Final = "%Y-%m-%d %H:%M:%S.%f"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEUTRAL: Final = tuple(f"'{sign}" for sign in "=+-@\t\r")
"""How a cell begins that a spreadsheet would take for a formula, once a table has put a sign before it."""


@dataclass(frozen=True, slots=True)
class FileVerified:
    """What a check of a file found: `entries` that hold, from `first` to `last` by number, the newest's hash as `head`, how many
    `gaps` there are between neighbours, and the first entry that does not hold."""

    entries: int
    first: int
    last: int
    head: str
    gaps: int
    broken: Broken | None = None

    @property
    def whole(self) -> bool:
        """Tell whether this is a chain from its first entry on without a gap."""
        return self.broken is None and self.gaps == 0 and self.first == 1


def cells_of(entry: AuditEntry) -> tuple[str | int, ...]:
    """Return an entry as the cells of a line."""
    at = (_EPOCH + timedelta(milliseconds=entry.at_ms)).strftime(_AT)[:-3]
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return tuple({**values, "at": at, "outcome": entry.outcome.value}[column] for column in COLUMNS)


def verify_lines(lines: Iterable[Sequence[str]]) -> FileVerified:
    """Check lines of a table below its heading, newest first or oldest first."""
    rows = [list(line) for line in lines]
    numbers = [row[0] for row in rows if row]
    if numbers and numbers[0].isdecimal() and numbers[-1].isdecimal() and int(numbers[0]) > int(numbers[-1]):
        rows.reverse()
    first = count = last = gaps = 0
    head = ""
    for place, row in enumerate(rows, 1):
        number = int(row[0]) if row and row[0].isdecimal() else place
        entry = next(_readings(row), None)
        if entry is None:
            return FileVerified(count, first, last, head, gaps, Broken(number, "content"))
        if count and entry.id <= last:
            return FileVerified(count, first, last, head, gaps, Broken(number, "gap"))
        neighbours = entry.id == last + 1
        known = head if count else FIRST_HASH
        if neighbours and entry.previous != known:
            return FileVerified(count, first, last, head, gaps, Broken(number, "link"))
        gaps += bool(count) and not neighbours
        first = first or entry.id
        count, last, head = count + 1, entry.id, entry.hash
    return FileVerified(count, first, last, head, gaps)


def _readings(row: Sequence[str]) -> Iterator[AuditEntry]:
    """Yield the entries a line may stand for whose hash is right: a cell that begins with the sign of a neutral cell may have had
    it from the beginning."""
    if len(row) != len(COLUMNS):
        return
    choices = [(cell, cell[1:]) if cell.startswith(_NEUTRAL) else (cell,) for cell in row]
    for cells in product(*choices):
        told = dict(zip(COLUMNS, cells, strict=True))
        try:
            at = datetime.strptime(told["at"], _AT).replace(tzinfo=UTC)
            entry = AuditEntry(
                id=int(told["id"]),
                at_ms=(at - _EPOCH) // timedelta(milliseconds=1),
                user_id=int(told["user_id"]),
                who=told["who"],
                place=told["place"],
                action=told["action"],
                what=told["what"],
                subject=told["subject"],
                outcome=Outcome(told["outcome"]),
                detail=told["detail"],
                previous=told["previous"],
                hash=told["hash"],
            )
        except ValueError:
            continue
        as_written = [str(cell) for cell in cells_of(entry)] == list(cells)
        if as_written and entry_hash(entry.previous, entry) == entry.hash:
            yield entry
