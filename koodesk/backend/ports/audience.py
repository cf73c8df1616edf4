# SPDX-License-Identifier: Apache-2.0
"""What the audience operations need from outside: a reader of number files, a place for rows, and the handsets' answer.

Rows travel in blocks of compact JSON: the child process writes them, SQLite takes them apart, and no interpreter has
to touch a million rows in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.ports.progress import Cancel, Report
from koodesk.domain.problem import Problem
from koodesk.domain.recipient import AudienceBucket


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Checked rows in file order, as JSON text.

    `valid`: [[row_no, number, {param: value}, normalisation code or ""], ...];
    `refused`: [[row_no, verdict, column index from 0, code, raw cell text, row_no of the first or 0], ...].
    """

    valid: bytes
    refused: bytes
    read: int


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """What a reader found in all: `rows` = valid + duplicate + invalid, counted without empty rows.

    `digest` is the audience digest (see `operations.audiences`), `source_digest` the SHA-256 of the file, `sheets`
    the names by index, `headers` the column titles of the sheets that were read, `by_code` counts refusals, `normalised` respelled numbers, `notes` what else the user
    should know (a sheet that was left out).
    """

    rows: int
    valid: int
    duplicate: int
    invalid: int
    digest: str
    source_digest: str
    sheets: tuple[str, ...]
    headers: Mapping[int, tuple[str, ...]]
    params: tuple[str, ...]
    by_code: Mapping[str, int]
    normalised: Mapping[str, int]
    notes: tuple[Problem, ...] = ()


class NumberFiles(Protocol):
    """Reads and writes number files (xlsx)."""

    def read(
        self,
        path: Path,
        params: Sequence[str] | None,
        on_block: Callable[[RowBlock], None],
        report: Report,
        cancel: Cancel,
    ) -> ReadSummary:
        """Read and check a file in a process of its own. `params` None takes any header with a number column and
        checks numbers only. Raises Refused: reader.* (the file cannot be read), audience.header."""

    def check_lines(
        self, text: str, params: Sequence[str], on_block: Callable[[RowBlock], None]
    ) -> ReadSummary:
        """Check manual input: a recipient a line, the number first, the values after it separated by commas."""

    def write_sample(self, params: Sequence[tuple[str, str]], path: Path) -> None:
        """Write the sample file made for a template's parameters (name, example)."""

    def write_table(self, header: Sequence[str], rows: Iterable[Sequence[str]], path: Path) -> int:
        """Write an xlsx of text cells with formulas neutralised; return the rows written."""


@dataclass(frozen=True, slots=True)
class AudienceRecord:
    """An audience as stored. `resolvable` and `unresolvable` are counted from the rows."""

    id: int
    name: str
    source_digest: str
    created_ms: int
    params: tuple[str, ...]
    sheets: tuple[str, ...]
    headers: Mapping[int, tuple[str, ...]]
    rows: int
    valid: int
    duplicate: int
    invalid: int
    consent_source: str
    resolvable: int
    unresolvable: int
    digest: str
    by_code: Mapping[str, int]
    normalised: Mapping[str, int]
    consent_kind: str = ""
    consent_by: str = ""
    consent_ms: int = 0


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """Where recipients' consent comes from, what kind of consent it is, and who said so when."""

    source: str
    kind: str
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A valid row: `vendor` is "" before anyone asked, "-" for a phone that cannot show the card."""

    row_no: int
    number: int
    params: Mapping[str, str]
    verdict: str
    vendor: str


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A row that was not taken: the first thing wrong in it, with the cell's text (shortened)."""

    row_no: int
    verdict: str
    column: int
    code: str
    raw: str
    first_row_no: int


class AudienceStore(Protocol):
    """Audiences and their rows. An audience is invisible until `finish`."""

    def begin(self, connection: Connection, name: str, created_ms: int, params: Sequence[str]) -> int:
        """Open an audience whose rows follow; return its id."""

    def add(self, connection: Connection, audience_id: int, block: RowBlock) -> None:
        """Store one block."""

    def finish(self, connection: Connection, audience_id: int, summary: ReadSummary) -> None:
        """Make the audience visible, complete with its counts."""

    def drop_some(self, connection: Connection, audience_id: int, limit: int) -> bool:
        """Remove up to `limit` rows, and the audience with the last of them; True when nothing is left."""

    def hide(self, connection: Connection, audience_id: int) -> None:
        """Take an audience out of sight; its rows can then be removed piece by piece."""

    def unfinished(self, connection: Connection, before_ms: int) -> tuple[int, ...]:
        """Return the audiences that were begun before an instant and never finished."""

    def get(self, connection: Connection, audience_id: int) -> AudienceRecord | None:
        """Return one audience, None when there is none (or it is not finished)."""

    def list(self, connection: Connection) -> tuple[AudienceRecord, ...]:
        """Return all audiences, newest first."""

    def set_consent(self, connection: Connection, audience_id: int, said: ConsentSaid) -> None:
        """Set where the recipients' consent comes from."""

    def rows(
        self, connection: Connection, audience_id: int, bucket: AudienceBucket, offset: int, limit: int
    ) -> tuple[StoredRow, ...]:
        """Page through valid rows of a bucket in file order."""

    def rows_after(
        self, connection: Connection, audience_id: int, row_no: int, limit: int
    ) -> tuple[StoredRow, ...]:
        """Return the valid rows behind a row_no in file order: for going through all of them."""

    def rows_like(
        self, connection: Connection, audience_id: int, text: str, limit: int
    ) -> tuple[StoredRow, ...]:
        """Return the first valid rows one of whose values holds a text, or whose number is it, ends with it (4 digits) or
        begins with it (up to 3). Other parts of a number are not looked for: they are masked."""

    def position(self, connection: Connection, audience_id: int, row_no: int) -> int:
        """Return how many valid rows stand before a row_no."""
        ...

    def refusals(
        self, connection: Connection, audience_id: int, verdict: str, offset: int, limit: int
    ) -> tuple[StoredRefusal, ...]:
        """Page through refused rows in file order; verdict "" means both kinds."""

    def numbers_after(
        self, connection: Connection, audience_id: int, row_no: int, limit: int
    ) -> tuple[tuple[int, int], ...]:
        """Return (row_no, number) of valid rows after a row, in order: for asking in batches."""

    def set_vendors(
        self, connection: Connection, audience_id: int, vendors: Sequence[tuple[int, str]]
    ) -> None:
        """Store the answers of the handsets by row_no; "" becomes "-"."""

    def forget_vendors(self, connection: Connection, audience_id: int) -> None:
        """Make every phone unknown again: another card is asked about."""

    def count_vendors(self, connection: Connection, audience_id: int) -> Mapping[str, int]:
        """Count the answers, keep the sums with the audience, and return vendor -> rows ("" and "-" among them)."""

    def digest(self, connection: Connection, audience_id: int) -> str:
        """Compute the audience digest again from the stored rows."""


class Capability(Protocol):
    """Asks which phones can show a card; the gateways implement it."""

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Return number -> vendor for each number, "" when its phone cannot show the card."""
