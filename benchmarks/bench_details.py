# SPDX-License-Identifier: Apache-2.0
"""The detail list of a campaign with 1,000,000 recipients: the first page, and the pages one comes to by scrolling.

Beside it: the same rows by LIMIT and OFFSET, at the same places. Budgets: first page <= 300 ms; later pages p95 the same.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from koodesk.backend.storage.database import Database  # noqa: E402 - found only with the line above
from koodesk.backend.storage.stores.sending import SqlLedger  # noqa: E402
from koodesk.backend.views.sending import DetailFilter  # noqa: E402
from koodesk.domain.campaign import digest_of, encode  # noqa: E402
from tests.backend.sending.workshop import add_audience, snapshot  # noqa: E402

BUDGET_MS: Final = 300
PAGE: Final = 200
OFFSET_PAGE: Final = (
    "SELECT id, number, bucket FROM recipient WHERE campaign_id = ? ORDER BY number LIMIT ? OFFSET ?"
)


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds a call takes."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def by_offset(connection: Connection, campaign: int, at: int) -> object:
    """Read a page the plain way."""
    return connection.exec_driver_sql(OFFSET_PAGE, (campaign, PAGE, at)).fetchall()


def main() -> int:
    """Make the campaign, read it, print; 1 when the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
        path = Path(name) / "koodesk.db"
        database = Database(path)
        database.prepare()
        add_audience(database, options.recipients)
        text = encode(snapshot("details", options.recipients, chunk_size=1_000))
        campaign = SqlLedger(database).create(digest_of(text), text, 1, "bench")
        database.close()  # a list is opened with cold caches of ours
        database = Database(path)
        ledger = SqlLedger(database)
        first = timed(lambda: ledger.details(campaign, 0, PAGE, DetailFilter(), 0))
        step = options.recipients // options.pages
        start = ledger.details(campaign, 0, 1, DetailFilter(), 0).rows[0].id
        later = [
            timed(partial(ledger.details, campaign, start + place * step, PAGE, DetailFilter(), 0))
            for place in range(options.pages)
        ]
        with database.read() as connection:
            offset = [
                timed(partial(by_offset, connection, campaign, place * step))
                for place in range(0, options.pages, 10)
            ]
        database.close()
    p95 = statistics.quantiles(later, n=20)[-1]
    beside = statistics.quantiles(offset, n=20)[-1]
    met = first <= BUDGET_MS and p95 <= BUDGET_MS
    result = {
        "bench": "details",
        "recipients": options.recipients,
        "first_page_ms": round(first, 1),
        "later_page_p95_ms": round(p95, 1),
        "offset_page_p95_ms": round(beside, 1),
        "times_faster_than_offset": round(beside / p95, 1),
        "met": met,
    }
    print(json.dumps(result))
    print(
        f"details of {options.recipients:,} recipients: first page {first:.0f} ms (<= {BUDGET_MS}), later pages p95 "
        f"{p95:.0f} ms, by OFFSET {beside:.0f} ms ({beside / p95:.0f} x): {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
