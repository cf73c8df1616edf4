# SPDX-License-Identifier: Apache-2.0
"""A bill and the settlement report as tables. Words come from whoever asks: `headings` by column, `names` for items, "sum" and
the results, `title` and `notes` for the head of a document."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from koodesk.backend.ports.exports import Cell, Options, Table
from koodesk.backend.views.billing import Bill, BillRow, Settlement
from koodesk.domain.billing.money import yuan
from koodesk.domain.billing.records import BillBy

_BEIJING: Final = timezone(timedelta(hours=8))
BILL_COLUMNS: Final = ("name", "quantity", "packaged", "charged", "unknown", "amount")
SETTLEMENT_COLUMNS: Final = (
    "name",
    "item",
    "hour",
    "ledger",
    "billed",
    "unsettled",
    "amount",
    "result",
)
"""A line a campaign and item, its `hour` empty; below it one for each hour (Beijing time) in which the two differ."""


def bill_table(bill: Bill, by: BillBy, options: Options) -> Table:
    """Return the lines of a bill and their sum; amounts in yuan."""
    names = _words(options, "names") if by is BillBy.ITEM else {}

    def cells(name: str, row: BillRow) -> tuple[Cell, ...]:
        return name, row.quantity, row.packaged, row.charged, row.unknown, yuan(row.amount)

    rows = [cells(names.get(row.key, row.name), row) for row in bill.rows]
    rows.append(cells(_words(options, "names").get("sum", "sum"), bill.total))
    return _table(options, BILL_COLUMNS, rows)


def settlement_table(report: Settlement, options: Options) -> Table:
    """Return the settlement report: the two sides of each campaign and item, and the hours in which they differ; then what was
    billed apart from campaigns."""
    names = _words(options, "names")

    def word(key: str) -> str:
        return names.get(key, key)

    rows: list[tuple[Cell, ...]] = []
    for row in report.rows:
        amount = "" if row.amount is None else yuan(row.amount)
        result = word("agrees" if row.agrees else "differs")
        item = word(row.item.value)
        rows.append((row.name, item, "", row.ledger, row.billed, row.unsettled, amount, result))
        rows += [
            (row.name, item, _hour(one.hour_ms), one.ledger, one.billed, "", "", word("differs"))
            for one in row.differences
        ]
    rows += [
        (names.get(row.key, row.name), word("elsewhere"), "", "", row.quantity, "", yuan(row.amount), "")
        for row in report.elsewhere
    ]
    return _table(options, SETTLEMENT_COLUMNS, rows)


def _table(options: Options, columns: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
    headings = _words(options, "headings")
    return Table(
        str(options.get("title", "")),
        tuple(str(note) for note in options.get("notes", ())),
        tuple(headings.get(name, name) for name in columns),
        tuple(rows),
    )


def _hour(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, _BEIJING).strftime("%Y-%m-%d %H:%M")


def _words(options: Options, name: str) -> dict[str, str]:
    return {str(key): str(word) for key, word in (options.get(name) or {}).items()}
