# SPDX-License-Identifier: Apache-2.0
"""Puts every row of a number file in one verdict, drops repeats, and packs what it found into blocks of JSON.

The rules are `domain.phone_number` and `domain.recipient`; here is the loop that asks them a million times. Its fast
path takes what is plainly good with one pattern each and leaves everything else to the rules.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

import orjson

from koodesk.domain.phone_number import NUMBER, NUMERIC, normalise
from koodesk.domain.recipient import Verdict, value_fault, value_limit

BLOCK_ROWS: Final = 5_000
"""Rows of a block: small enough to store in some 15 ms, large enough for the cost of a commit not to show."""

RAW_LIMIT: Final = 64
"""Characters kept of a refused cell."""

DUPLICATE_CODE: Final = "audience.row.duplicate"

_NO_NUMBER: Final = "audience.number.empty"

# A value that is not empty, not too long, and holds nothing a rule could object to.
_GOOD_VALUE: Final = r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff .,:/_-]{0,99}"
_BETWEEN: Final = "\x1f"
_plain_number: Final = NUMBER.fullmatch

Emit = Callable[[int, bytes, bytes], None]
"""Takes rows read so far, the block of valid rows and the block of refused rows."""


class RowChecker:
    """Checks rows one sheet after the other; the counts hold for all of them together."""

    def __init__(self, params: Sequence[str], emit: Emit) -> None:
        self.params: Final = tuple(params)
        self.valid = 0
        self.duplicate = 0
        self.invalid = 0
        self.by_code: Counter[str] = Counter()
        self._respelled: Counter[str] = Counter()
        self._emit = emit
        self._first_of: dict[int, int] = {}
        self._valid_rows: list[tuple[int, int, dict[str, str], str]] = []
        self._refused_rows: list[tuple[int, str, int, str, str, int]] = []
        self._hash = hashlib.sha256(orjson.dumps(self.params))

    @property
    def rows(self) -> int:
        """Data rows so far that were not empty."""
        return self.valid + self.duplicate + self.invalid

    @property
    def normalised(self) -> dict[str, int]:
        """How many valid numbers were respelled, by code."""
        counts: Counter[str] = Counter()
        for how, count in self._respelled.items():
            for code in how.split(" "):
                counts[code] += count
        return dict(sorted(counts.items()))

    def check(
        self,
        rows: Iterable[Sequence[Any]],
        first: int,
        number_at: int,
        values_at: Sequence[int],
        marks: Mapping[int, Mapping[int, str]],
        shift: int = 0,
    ) -> None:
        """Check rows whose first has the row_no `first`.

        `number_at` and `values_at` (in the order of the parameters) index into a row; a refusal names the column
        `shift` further right. `marks` (row_no -> index -> code) are cells already known to be bad.
        """
        first_of = self._first_of
        kept = self._valid_rows
        names = self.params
        pick = _picker(values_at)
        plainly_good = re.compile(_BETWEEN.join([_GOOD_VALUE] * len(names))).fullmatch
        limits = [value_limit(name) for name in names]
        respelled = self._respelled
        row_no = first - 1
        for row in rows:
            row_no += 1
            marked = marks.get(row_no) if marks else None
            if marked is not None and self._refuse_marked(row_no, marked, (number_at, *values_at), shift):
                continue
            cell = row[number_at]
            how = ""
            if type(cell) is str and _plain_number(cell):
                number = int(cell)
            elif type(cell) is float and 13e9 <= cell < 2e10 and cell.is_integer():
                number = int(cell)
                how = NUMERIC
            else:
                outcome = normalise(cell)
                if isinstance(outcome, str):
                    if outcome == _NO_NUMBER and marked is None and not any(v not in ("", None) for v in row):
                        continue  # an empty row is no row
                    self._refuse(row_no, Verdict.INVALID, number_at + shift, outcome, cell)
                    continue
                number = outcome.number
                how = outcome.respelled
            values = pick(row)
            try:
                # One look at all values of the row: most rows are plainly good, and a call each would cost more.
                good = plainly_good(_BETWEEN.join(values)) is not None
            except TypeError:
                good = False  # a cell that is no text
            if not good:
                values = [shown(value) for value in values]
                for at, value, limit in zip(values_at, values, limits, strict=True):
                    if fault := value_fault(value, limit):
                        self._refuse(row_no, Verdict.INVALID, at + shift, fault, value)
                        break
                else:
                    good = True
            if good:
                before = first_of.setdefault(number, row_no)
                if before != row_no:
                    self._refuse(row_no, Verdict.DUPLICATE, number_at + shift, DUPLICATE_CODE, cell, before)
                    continue
                if how:
                    respelled[how] += 1
                kept.append((row_no, number, dict(zip(names, values, strict=True)), how))
                if len(kept) >= BLOCK_ROWS:
                    self.flush()

    def refuse(self, row_no: int, column: int, code: str, raw: object) -> None:
        """Refuse a row the caller could not even take apart."""
        self._refuse(row_no, Verdict.INVALID, column, code, raw)

    def flush(self) -> None:
        """Emit what has been gathered. To be called once more at the end."""
        if not (self._valid_rows or self._refused_rows):
            return
        self.valid += len(self._valid_rows)
        valid = orjson.dumps(self._valid_rows)
        if self._valid_rows:
            # Without the outer brackets, so that the digest does not depend on where blocks end.
            self._hash.update(valid[1:-1] + b",")
        refused = orjson.dumps(self._refused_rows)
        self._valid_rows.clear()
        self._refused_rows.clear()
        self._emit(self.rows, valid, refused)

    def digest(self) -> str:
        """Return the audience digest: SHA-256 over the parameter names as JSON, then each valid row in file order as
        the compact JSON [row_no,number,{param: value},normalisation] and a comma."""
        return self._hash.hexdigest()

    def _refuse_marked(self, row_no: int, marked: Mapping[int, str], used: Sequence[int], shift: int) -> bool:
        for at in used:
            if at in marked:
                self._refuse(row_no, Verdict.INVALID, at + shift, marked[at], "")
                return True
        return False

    def _refuse(
        self, row_no: int, verdict: Verdict, column: int, code: str, raw: object, first: int = 0
    ) -> None:
        if verdict is Verdict.DUPLICATE:
            self.duplicate += 1
        else:
            self.invalid += 1
        self.by_code[code] += 1
        self._refused_rows.append((row_no, verdict.value, column, code, shown(raw)[:RAW_LIMIT], first))
        if len(self._refused_rows) >= BLOCK_ROWS:
            self.flush()


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what takes these cells out of a row, in order."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: [row[at] for at in places]


def shown(value: object) -> str:
    """Write a cell's value the way the spreadsheet shows it at its plainest: 100 for 100.0, 2026-11-22 for a date."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        whole_day = value.time() == datetime.time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
