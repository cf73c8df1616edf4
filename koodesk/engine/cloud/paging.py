# SPDX-License-Identifier: Apache-2.0
"""Pages and windows of time, each family of lists by its own rules (facts 4.1, 4.2).

    AIM lists, video SMS    offset from 0, limit 20 when left out;  page_info {offset, limit, total}
    service account, SMS    the same with 10
    materials               offset is the number of a page, from 1
    AIM details, reports    offset + limit above 10,000: an empty page

A window needs both ends; one alone is passed over. Nothing is told that is older than a year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from koodesk.engine.cloud.call import Call
from koodesk.engine.cloud.checking import milliseconds
from koodesk.engine.cloud.errors import wrong_field

T = TypeVar("T")

DAY_MS: Final = 24 * 3_600_000
WEEK_MS: Final = 7 * DAY_MS
YEAR_MS: Final = 365 * DAY_MS
DEEPEST: Final = 10_000
USUAL: Final = 20
USUAL_OF_ACCOUNTS: Final = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    offset: int
    limit: int

    @property
    def too_deep(self) -> bool:
        """Tell whether AIM details and reports answer with nothing."""
        return self.offset + self.limit > DEEPEST

    def of(self, found: Sequence[T]) -> Sequence[T]:
        """Return this part of a whole list."""
        return found[self.offset : self.offset + self.limit]

    def info(self, total: int) -> dict[str, int]:
        """Return `page_info`."""
        return {"offset": self.offset, "limit": self.limit, "total": total}


def page_of(call: Call, usual: int = USUAL) -> Page:
    """Return the page that a request asks for, in its query or its body."""
    given = {**call.body, **call.values}
    return Page(int(given.get("offset", 0)), int(given.get("limit", usual)))


def window_of(
    call: Call, default_ms: int, names: tuple[str, str] = ("begin_time", "end_time")
) -> tuple[int, int]:
    """Return the instants a list is asked for, both included; the last `default_ms` when no window is given.

    Raises ApiError (400) when it ends before it begins.
    """
    given = {**call.body, **call.values}
    begin, end = (given.get(name) for name in names)
    if begin is None or end is None:
        return call.now_ms - default_ms, call.now_ms
    first, last = milliseconds(begin), milliseconds(end)
    if first > last:
        raise wrong_field(names[0], expected=f"not after {names[1]}")
    return max(first, call.now_ms - YEAR_MS), last


def both_or_none(call: Call, names: tuple[str, str] = ("begin_time", "end_time")) -> tuple[int, int] | None:
    """Return a window where one is given whole, None for none. Raises ApiError (400) for half of one."""
    if all(call.values.get(name) is None for name in names):
        return None
    for name in names:
        if call.values.get(name) is None:
            raise wrong_field(name, expected=f"{names[0]} and {names[1]} or neither")
    return window_of(call, YEAR_MS, names)


def kept(rows: Sequence[dict[str, Any]], *tests: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return the rows that pass every test."""
    return [row for row in rows if all(test(row) for test in tests)]


def iso(at_ms: int | None) -> str:
    """Return an instant as the platform writes it, empty for none."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}" if at_ms else ""


def iso_ms(at_ms: int) -> str:
    """Return an instant with its milliseconds."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
