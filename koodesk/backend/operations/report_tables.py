# SPDX-License-Identifier: Apache-2.0
"""Reports as tables with what stands above them, and what a report was asked for with as plain values and back.

Words come from whoever asks: `headings` by column, with "sum" for the last line; `names` for keys that are words (a vendor, a
carrier); `title` and `notes` for the head of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from koodesk.backend.ports.exports import Cell, DayColumns, Options, Table
from koodesk.backend.views.reports import CarrierReport, ReportLine, SmartLine, SmartReport
from koodesk.domain import smart_report
from koodesk.domain.carrier import Carrier
from koodesk.domain.report import Counts, ReportBy, ReportFilter
from koodesk.domain.smart_report import RATES, SmartBy, SmartCounts, SmartFilter

CARRIER_COLUMNS: Final = ("name", "total", "success", "failed", "timeout", "waiting", "replied", "rate")
SMART_COLUMNS: Final = (
    "name",
    "submitted",
    "supported",
    "accepted",
    "success",
    "failed",
    "resolved",
    "exposed_times",
    "exposed",
    "clicked_times",
    "clicked",
    "replied",
    *(f"{step}_rate" for step in RATES),
)
"""Columns of an export; those with `_rate` are shares of the step before."""

_SMART_PARTS: Final = (("success", "chart_3"), ("failed", "chart_5"), ("unreported", "border_strong"))
_CARRIER_PARTS: Final = (
    ("success", "chart_3"),
    ("failed", "chart_5"),
    ("timeout", "chart_4"),
    ("waiting", "border_strong"),
)


def smart_where(options: Options) -> tuple[SmartBy, SmartFilter]:
    """Read what a report of smart messages was asked for with. Raises ValueError, TypeError or KeyError."""
    vendor = options.get("vendor")
    return SmartBy(options["by"]), SmartFilter(
        _day(options, "first"),
        _day(options, "last"),
        int(options.get("task", 0)),
        int(options.get("template", 0)),
        None if vendor is None else str(vendor),
    )


def carrier_where(options: Options) -> tuple[ReportBy, ReportFilter]:
    """Read what a report of video or plain SMS was asked for with. Raises ValueError, TypeError or KeyError."""
    carrier = options.get("carrier")
    return ReportBy(options["by"]), ReportFilter(
        _day(options, "first"),
        _day(options, "last"),
        int(options.get("task", 0)),
        int(options.get("template", 0)),
        None if carrier is None else Carrier(carrier),
    )


def _day(options: Options, name: str) -> date | None:
    told = options.get(name)
    return date.fromisoformat(told) if told else None


def smart_table(report: SmartReport, by: SmartBy, options: Options) -> Table:
    """Return the lines of a report of smart messages and their sum."""
    names = _words(options, "names") if by is SmartBy.VENDOR else {}
    return _table(
        report.lines, report.total, report.days, SMART_COLUMNS, _SMART_PARTS, names, options, _smart_cell
    )


def carrier_table(report: CarrierReport, by: ReportBy, options: Options) -> Table:
    """Return the lines of a report of video or plain SMS and their sum."""
    names = _words(options, "names") if by is ReportBy.CARRIER else {}
    return _table(
        report.lines,
        report.total,
        report.days,
        CARRIER_COLUMNS,
        _CARRIER_PARTS,
        names,
        options,
        _carrier_cell,
    )


def _table(
    lines: Sequence[SmartLine] | Sequence[ReportLine],
    total: Any,
    days: Sequence[SmartLine] | Sequence[ReportLine],
    columns: Sequence[str],
    parts: Sequence[tuple[str, str]],
    names: dict[str, str],
    options: Options,
    cell: Callable[[Any, str], Cell],
) -> Table:
    headings = _words(options, "headings")
    rows = [
        (names.get(line.key) or line.name or line.key, *(cell(line.counts, name) for name in columns[1:]))
        for line in lines
    ]
    rows.append((headings.get("sum", "sum"), *(cell(total, name) for name in columns[1:])))
    chart = DayColumns(
        tuple((headings.get(name, name), role) for name, role in parts),
        tuple((day.name, tuple(getattr(day.counts, name) for name, _ in parts)) for day in days),
    )
    notes = options.get("notes", ())
    return Table(
        str(options.get("title", "")),
        tuple(str(note) for note in notes),
        tuple(headings.get(name, name) for name in columns),
        tuple(rows),
        chart if days else None,
    )


def _words(options: Options, name: str) -> dict[str, str]:
    return {str(key): str(word) for key, word in (options.get(name) or {}).items()}


def _smart_cell(counts: SmartCounts, column: str) -> Cell:
    step, is_rate, _ = column.partition("_rate")
    if not is_rate:
        value: int = getattr(counts, column)
        return value
    share = smart_report.rate(counts, step)
    return "" if share is None else f"{share:.2%}"


def _carrier_cell(counts: Counts, column: str) -> Cell:
    if column != "rate":
        value: int = getattr(counts, column)
        return value
    return "" if counts.rate is None else f"{counts.rate:.2%}"
