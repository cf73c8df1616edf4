# SPDX-License-Identifier: Apache-2.0
"""Settling a million messages beside the obvious way: receipts a row each, counted by one GROUP BY.

The messages are accepted first, each batch as the engine does it, with what it will be charged for added up then; that part is
told apart, as a share of accepting. Settling is then what a request waits for when the clock has gone on.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from koodesk.engine import settlement, usage
from koodesk.engine.delivery import EVENT_BITS, EVENTS, INDEX_BITS, INDEX_SHIFT, from_bytes
from koodesk.engine.settings import EngineSettings
from tests.engine.client import batch
from tests.engine.inside import DAY_MS, Inside

BUDGET_MS = 150
"""A request may wait so long for everything that is due to be settled."""

BUDGET_SHARE = 0.12
"""Adding up what a batch will be charged for may take this much of accepting it."""

SIZE = 5_000


def accept(engine: Inside, template: str, messages: int) -> tuple[float, float]:
    """Accept so many messages; return seconds, and seconds of them for what they will be charged for."""
    counted = 0.0
    plain = usage.usage

    def timed(*given: Any, **named: Any) -> Any:
        nonlocal counted
        begun = time.perf_counter()
        found = plain(*given, **named)
        counted += time.perf_counter() - begun
        return found

    usage.usage = timed
    begun = time.perf_counter()
    for first in range(0, messages, SIZE):
        count = min(SIZE, messages - first)
        engine.accept_bytes(f"b-{first}", orjson.dumps(batch(template, 13_800_000_000 + first, count)))
    usage.usage = plain
    return time.perf_counter() - begun, counted


def rows_of(engine: Inside, folder: Path) -> tuple[sqlite3.Connection, int]:
    """Write every receipt as a row, as one would who has no plans, and return the database and how many there are."""
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("CREATE TABLE receipt (message INTEGER, kind INTEGER, status TEXT, at_ms INTEGER)")
    plain.execute("CREATE INDEX receipt_at ON receipt (at_ms)")
    rows = 0
    for batch_id, first, at_ms in engine.connection.execute(
        "SELECT b.id, b.first_message, c.at_ms FROM batch b JOIN acceptance_chunk c ON c.id = b.id"
    ).fetchall():
        entries = from_bytes(
            engine.connection.execute(
                "SELECT entries FROM batch_plan WHERE batch_id = ?", (batch_id,)
            ).fetchone()[0]
        )
        told = [
            (
                first + (entry >> INDEX_SHIFT & (1 << INDEX_BITS) - 1),
                EVENTS[entry & (1 << EVENT_BITS) - 1].kind,
                EVENTS[entry & (1 << EVENT_BITS) - 1].status,
                at_ms + (entry >> 29),
            )
            for entry in entries
        ]
        plain.execute("BEGIN")
        plain.executemany("INSERT INTO receipt VALUES (?, ?, ?, ?)", told)
        plain.execute("COMMIT")
        rows += len(told)
    return plain, rows


def main() -> int:
    """Measure, print the table; 1 when a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as made:
        folder = Path(made)
        engine = Inside(folder)
        template = engine.clear()
        engine.settings = replace(EngineSettings(), quiet_hours=False)
        accepted, counted = accept(engine, template, options.messages)
        plain, rows = rows_of(engine, folder)

        begun = time.perf_counter()
        engine.connection.execute("BEGIN")
        settlement.advance(engine.connection, engine.now_ms + 9 * DAY_MS)
        engine.connection.execute("COMMIT")
        settled = time.perf_counter() - begun
        billed = dict(
            engine.connection.execute("SELECT item, sum(quantity) FROM bill_line GROUP BY item").fetchall()
        )

        begun = time.perf_counter()
        recounted = plain.execute(
            "SELECT at_ms / 3600000, kind, count(DISTINCT message) FROM receipt "
            "WHERE kind IN (0, 1) AND status = '0' GROUP BY 1, 2"
        ).fetchall()
        recount = time.perf_counter() - begun
        # A receipt told twice in two hours counts twice there: the sums are compared without the hours.
        sums = dict(
            plain.execute(
                "SELECT kind, count(DISTINCT message) FROM receipt WHERE kind IN (0, 1) AND status = '0' GROUP BY 1"
            ).fetchall()
        )
        plain.close()
        engine.connection.close()
    same = (billed["promotion_send"], billed["promotion_resolve"]) == (sums[0], sums[1])
    share = counted / accepted
    print(f"{options.messages:,} messages, {rows:,} receipts, {len(recounted)} hours and kinds")
    print(f"  settled               {settled * 1000:10.1f} ms   (budget {BUDGET_MS} ms)")
    print(f"  one obvious GROUP BY  {recount * 1000:10.1f} ms   ratio {recount / settled:.0f} x")
    print(f"  added up on accepting {share:10.1%}      (budget {BUDGET_SHARE:.0%})")
    print(f"  sums are equal        {same!s:>10}")
    return 0 if same and settled * 1000 <= BUDGET_MS and share <= BUDGET_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
