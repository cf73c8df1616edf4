# SPDX-License-Identifier: Apache-2.0
"""What the row bar needs from outside: the workspace's number files and their rows, as the editor sees them.

Numbers come masked. Every answer comes later, on the thread that asked, and not at all once the page is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from koodesk.domain.problem import Problem
from koodesk.domain.row_plan import SmsText
from koodesk.domain.sms import SmsRules
from koodesk.domain.template import Template


@dataclass(frozen=True, slots=True)
class RowFile:
    """A checked number file: its id, name, and how many rows can be shown."""

    id: int
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class RowMessage:
    """An SMS template of the workspace; `links` are the places the platform fills with the short link."""

    name: str
    text: SmsText
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChoices:
    """What can be chosen, and the rule of an SMS's length."""

    files: tuple[RowFile, ...]
    messages: tuple[RowMessage, ...]
    rules: SmsRules


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One recipient: place among the file's rows from 0, row of the spreadsheet, masked number and values."""

    at: int
    row: int
    number: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One problem of one row: its sentence is asked for by `code`; `at_row` is what `locate` takes."""

    at_row: int
    row: int
    code: str
    param: str
    value: str


@dataclass(frozen=True, slots=True)
class BadRows:
    """What was found in a whole file: rows looked at, rows with a problem, rows a code, and the first."""

    rows: int
    bad: int
    counts: tuple[tuple[str, int], ...]
    first: tuple[BadRow, ...]


Failed = Callable[[tuple[Problem, ...]], None]


class RowSource(Protocol):
    """Number files. A call that takes long gives back how to cancel it."""

    def choices(self, then: Callable[[RowChoices], None], failed: Failed) -> None:
        """Return the files and SMS templates there are."""

    def add(
        self, path: Path, params: tuple[str, ...], then: Callable[[RowFile], None], failed: Failed
    ) -> None:
        """Check and store a number file from outside."""

    def row(self, file: int, at: int, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the row at a place, None when there is none."""

    def locate(self, file: int, at_row: int, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the row a problem names."""

    def search(self, file: int, text: str, then: Callable[[ShownRow | None], None], failed: Failed) -> None:
        """Return the first row whose number begins with a text, or one of whose values holds it."""

    def check(
        self,
        file: int,
        template: Template,
        sms: SmsText | None,
        progress: Callable[[int, int], None],
        then: Callable[[BadRows], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """Look at every row in the background; `progress` gets rows done and in all. Return how to cancel."""
