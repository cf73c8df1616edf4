# SPDX-License-Identifier: Apache-2.0
"""What the worst-row finder shows: counts per problem and the first rows that have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koodesk.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class BadRow:
    """One problem of one row: `row` of `sheet` as the spreadsheet counts, `row_no` as the program does.

    `vendor` "" means all that show the parameter; `slot` "sms" is the SMS text; `where` is a place a screen can go to; `value`
    is an excerpt with long numbers masked; `reason` the code of the rule a value of the SMS breaks.
    """

    row_no: int
    sheet: str
    row: int
    code: str
    vendor: str
    slot: str
    where: str
    param: str
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowReport:
    """A whole file: rows looked at, rows with a problem, how many rows have each, and the first bad ones in file order."""

    rows: int
    bad_rows: int
    by_problem: Mapping[str, int]
    first: tuple[BadRow, ...]
    notes: tuple[Problem, ...] = ()
