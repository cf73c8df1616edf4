# SPDX-License-Identifier: Apache-2.0
"""Audience rows for screens and the command line. Numbers are masked here; nothing above ever holds a full one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koodesk.domain.problem import Problem
from koodesk.domain.recipient import Fallback, ParsingCounts, parsing_counts


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """A checked audience: rows = valid + duplicate + invalid.

    `unknown` are valid numbers whose phones nobody asked about yet. `by_code` counts the refused rows, `normalised`
    the respelled numbers. `digest` is what a confirmation is bound to. `notes` are set right after a check only.
    `consent_kind` (`ConsentKind`, "" while nobody said), `consent_by` and `consent_ms` go with the source of consent.
    """

    id: int
    name: str
    created_ms: int
    params: tuple[str, ...]
    rows: int
    valid: int
    duplicate: int
    invalid: int
    resolvable: int
    unresolvable: int
    consent_source: str
    digest: str
    by_code: Mapping[str, int]
    normalised: Mapping[str, int]
    notes: tuple[Problem, ...] = ()
    consent_kind: str = ""
    consent_by: str = ""
    consent_ms: int = 0

    @property
    def unknown(self) -> int:
        """Valid numbers whose phones were not asked about."""
        return self.valid - self.resolvable - self.unresolvable

    def parsing(self, fallback: Fallback = Fallback.NONE) -> ParsingCounts:
        """Return the five counts of 号码解析情况 for a choice of fallback."""
        return parsing_counts(
            valid=self.valid,
            invalid=self.invalid,
            resolvable=self.resolvable,
            unresolvable=self.unresolvable,
            fallback=fallback,
        )


@dataclass(frozen=True, slots=True)
class AudienceLine:
    """One row of a file behind a count.

    `row` is the row the spreadsheet shows (the line of manual input), `column` its letters ("" for valid rows),
    `header` the column's heading. `code` says why it was refused, or how its number was respelled. `text` is the
    refused cell, masked where it may be a number. `first_row` is where a duplicate's number stood first, 0 otherwise.
    `vendor`: "" not asked, "-" cannot show the card.
    """

    row_no: int
    sheet: str
    row: int
    number: str
    params: Mapping[str, str]
    verdict: str
    code: str
    column: str
    header: str
    text: str
    first_sheet: str
    first_row: int
    vendor: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A check without a workspace (`koodesk audience check`): counts, and the first refused rows."""

    rows: int
    valid: int
    duplicate: int
    invalid: int
    by_code: Mapping[str, int]
    normalised: Mapping[str, int]
    problems: tuple[AudienceLine, ...]
    notes: tuple[Problem, ...]
