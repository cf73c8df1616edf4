# SPDX-License-Identifier: Apache-2.0
"""How many rows a second the worst-row finder looks at, beside the obvious way: fill the card in and measure each text.

Both judge the same rows by the same text rules in one run, in turns. Reading the file is not in it: that is the import's
benchmark. Ends 0 when ours reaches the budget.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Final

from koodesk import paths
from koodesk.domain.params import substitute
from koodesk.domain.row_plan import compile_plan
from koodesk.domain.rows import RowFinder
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.starters import starter
from koodesk.domain.template import Template, TextContent
from koodesk.domain.text_count import count_end

ROWS: Final = 300_000
PLAIN_ROWS: Final = 20_000
ROUNDS: Final = 5
BUDGET: Final = 200_000


def rows(count: int) -> list[tuple[int, list[str]]]:
    """Return rows as a shop has them: names of two to four characters, one in five hundred too long."""
    names = ("林晓", "欧阳明月", "陈晨", "司马相如", "王小明")
    return [(no, [names[no % 5] if no % 500 else "尊敬的白金会员" * 4]) for no in range(2, count + 2)]


def obvious(template: Template, limits: Sequence[tuple[str, int]], sheet: list[tuple[int, list[str]]]) -> int:
    """Fill in and measure every text of every row for every vendor; return the bad rows."""
    texts = [(c.slot, c.text) for c in template.contents() if isinstance(c, TextContent)]
    bad = 0
    for _, values in sheet:
        filling = {"name": values[0]}
        filled = {slot: substitute(text, filling) for slot, text in texts}
        bad += any(count_end(filled[slot], chars) < len(filled[slot]) for slot, chars in limits)
    return bad


def main() -> int:
    """Measure and print."""
    resources = paths.resources()
    pack = read_pack_folder(resources / "rules")
    layout = pack.layouts["StandardImageAndText"]
    template = starter(layout, resources / "templates" / "starters")
    plan = compile_plan(template, pack)
    limits = [
        (slot.id, fact.value.chars)
        for slot in layout.slots
        for fact in slot.limits.values()
        if fact.value is not None
    ]
    sheet = rows(ROWS)
    ours: list[float] = []
    other: list[float] = []
    for _ in range(ROUNDS):
        finder = RowFinder(plan)
        start = time.perf_counter()
        finder.look(sheet, [0])
        ours.append(ROWS / (time.perf_counter() - start))
        start = time.perf_counter()
        bad = obvious(template, limits, sheet[:PLAIN_ROWS])
        other.append(PLAIN_ROWS / (time.perf_counter() - start))
        same = RowFinder(plan)
        same.look(sheet[:PLAIN_ROWS], [0])
        assert same.bad_rows == bad, (same.bad_rows, bad)
    rate, plain = statistics.median(ours), statistics.median(other)
    met = rate >= BUDGET
    print(
        f"worst rows: {rate:,.0f} rows/s (budget {BUDGET:,} {'met' if met else 'MISSED'}); filled in and measured: {plain:,.0f} rows/s, ours {rate / plain:.1f} x"
    )
    print(
        json.dumps(
            {
                "bench": "rows",
                "unit": "rows/s",
                "ours": round(rate),
                "other": round(plain),
                "ratio": round(rate / plain, 1),
                "budget": BUDGET,
                "met": met,
            }
        )
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
