# SPDX-License-Identifier: Apache-2.0
"""The number file of the demo: as many good recipients as asked for, each once, the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.demo import files
from koodesk.domain.phone_number import PhoneNumber, normalise


def cells(path: Path) -> list[str]:
    from openpyxl import load_workbook

    rows = load_workbook(path, read_only=True).active.iter_rows(min_row=2, values_only=True)
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize(("count", "dirty"), [(1, True), (2, True), (50, True), (50, False)])
def test_it_holds_as_many_good_numbers_as_asked_for(tmp_path: Path, count: int, dirty: bool) -> None:
    found = cells(files.numbers(tmp_path / "a.xlsx", ("name",), count, 7, dirty=dirty))
    good = {n.number for n in map(normalise, found) if isinstance(n, PhoneNumber)}
    assert len(good) == count
    assert found == cells(files.numbers(tmp_path / "b.xlsx", ("name",), count, 7, dirty=dirty))
