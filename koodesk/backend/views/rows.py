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


@dataclass(frozen=True, slots=True)
class PlainRows:
    """The rows of an audience as a plain SMS: `by_parts` has (parts, rows that go as so many), `longest` is the longest row's
    place among the valid ones, from 0, with its characters and parts.

    `too_long` rows are longer than the platform takes, `bad` have a value that it does not take; `first_bad` is the place of the
    first of either, -1 for none, with what is wrong with its value, None where it is too long.
    """

    rows: int
    by_parts: tuple[tuple[int, int], ...]
    longest: int
    longest_chars: int
    longest_parts: int
    too_long: int
    bad: int
    first_bad: int
    problem: Problem | None

    @property
    def parts(self) -> int:
        """How many parts all of them are billed as."""
        return sum(parts * rows for parts, rows in self.by_parts)
