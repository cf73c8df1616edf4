# SPDX-License-Identifier: Apache-2.0
"""Frozen rows of the report pages."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.report import Counts


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line: `key` is the task's or template's id, the carrier or the day; `name` what is shown for it."""

    key: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class VideoReport:
    """A report of video SMS as of `as_of_ms` on the gateway's clock: its lines, their sum, and the days for the chart.

    `tasks` and `templates` are what can be chosen to filter by, as (id, name), newest first, whatever the filter.
    """

    lines: tuple[ReportLine, ...]
    total: Counts
    days: tuple[ReportLine, ...]
    tasks: tuple[tuple[int, str], ...]
    templates: tuple[tuple[int, str], ...]
    as_of_ms: int
