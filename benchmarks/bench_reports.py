# SPDX-License-Identifier: Apache-2.0
"""Reports over 5,000,000 recipient rows: from the kept counts, and beside them by the obvious GROUP BY over the ledger.

    python benchmarks/bench_reports.py [--campaigns 50] [--recipients 100000]

Budget: the slowest report and the click map of a task <= 1 s; that of all tasks of a template is printed beside. Both ways must give the same sums.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.big_workspace import FIRST_MS, build
from koodesk import paths
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.domain.access import read_access_rules
from koodesk.domain.smart_report import SmartBy, SmartFilter

BUDGET_MS: Final = 1_000
ROUNDS: Final = 20
_OBVIOUS: Final = (
    "SELECT (s.at_ms + 28800000) / 86400000, r.vendor, count(*), sum(d.sms IS 1), count(d.exposed_ms), count(d.clicked_ms) "
    "FROM sent s JOIN recipient r ON r.id = s.recipient_id JOIN campaign c ON c.id = r.campaign_id "
    "LEFT JOIN delivery d ON d.recipient_id = r.id WHERE c.kind = 'smart' GROUP BY 1, 2"
)


def main() -> int:
    """Time both, compare, print; 1 when the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=50)
    parser.add_argument("--recipients", type=int, default=100_000)
    given = parser.parse_args()
    workspace = build(given.campaigns, given.recipients)
    database = Database(workspace.database)
    database.prepare()
    rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
    store = SqlReportStore(database)
    reports = Reports(Access(rules, rules.local_owner()), store, lambda: FIRST_MS)
    took: list[float] = []
    for place in range(ROUNDS):
        for by in SmartBy:
            begin = time.perf_counter()
            reports.smart(by, SmartFilter(vendor="HUAWEI") if place % 2 else None)
            took.append((time.perf_counter() - begin) * 1000)
    whole = reports.smart()
    begin = time.perf_counter()
    reports.heat(task=1)
    heat_ms = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    reports.heat(template=1)
    all_heat_ms = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    with database.read() as connection:
        rows = connection.exec_driver_sql(_OBVIOUS).fetchall()
    obvious_ms = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    gaps = store.recount(silent, never).gaps
    verify_s = time.perf_counter() - begin
    database.close()
    same = not gaps and (
        sum(row[2] for row in rows),
        sum(row[3] for row in rows),
        sum(row[4] for row in rows),
        sum(row[5] for row in rows),
    ) == (whole.total.submitted, whole.total.success, whole.total.exposed, whole.total.clicked)
    slowest = max(took)
    met = same and slowest <= BUDGET_MS and heat_ms <= BUDGET_MS
    result = {
        "bench": "reports",
        "recipients": given.campaigns * given.recipients,
        "report_ms": round(sorted(took)[len(took) // 2], 1),
        "slowest_report_ms": round(slowest, 1),
        "heat_ms": round(heat_ms, 1),
        "heat_of_all_tasks_ms": round(all_heat_ms, 1),
        "group_by_ms": round(obvious_ms),
        "times_faster": round(obvious_ms / (sorted(took)[len(took) // 2]), 1),
        "verify_s": round(verify_s, 1),
        "equal": same,
        "met": met,
    }
    print(json.dumps(result))
    print(
        f"report over {result['recipients']:,} recipients: {result['report_ms']} ms, slowest {slowest:.0f} ms (<= {BUDGET_MS}); "
        f"GROUP BY over the ledger {obvious_ms:,.0f} ms ({result['times_faster']:,} x); click map of a task {heat_ms:.0f} ms, of a template in all its tasks {all_heat_ms:.0f} ms (no budget); "
        f"counted again and equal in {verify_s:.0f} s: {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
