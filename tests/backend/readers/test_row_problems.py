# SPDX-License-Identifier: Apache-2.0
"""The worst-row finder's child: rows in the file's order whatever the cells are, every sheet, and an end when asked for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from koodesk.backend.ports.progress import Progress, never, silent
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.domain.problem import Refused
from koodesk.domain.recipient import place
from koodesk.domain.row_plan import RowPlan, compile_plan
from tests.domain.row_cards import card
from tests.domain.strategies import pack
from tests.hostile import xlsx_forge as forge

FILES = ChildRowFiles()
HEADER: list[forge.Cell] = ["手机号", "name", "code"]


def plan() -> RowPlan:
    return compile_plan(card("${name}，您好", "订单${code} 拒收请回复R"), pack())


def find(folder: Path, *tables: list[list[forge.Cell]]) -> list[tuple[int, int, str]]:
    """Return (sheet, row, code) of what is found."""
    path = forge.write(folder, forge.workbook(*tables))
    return [(*place(no), f.code) for no, f in FILES.find(path, plan(), silent, never).first]


def test_failed_formulas_are_named_in_their_place(tmp_path: Path) -> None:
    table: list[list[forge.Cell]] = [
        HEADER,
        ["13800000001", "<", "A1"],
        ["13800000002", ("error", "#REF!"), "A1"],
        ["13800000003", "张三", ("formula", "1+1")],
        ["13800000004", ("cached", "张三"), "A1"],
        ["13800000005", "&", "A1"],
    ]
    assert find(tmp_path, table) == [
        (0, 2, "rows.forbidden_mark"),
        (0, 3, "rows.cell_error"),
        (0, 4, "rows.cell_error"),
        (0, 6, "rows.forbidden_mark"),
    ]


def test_every_sheet_is_looked_at_whatever_the_order_of_its_columns(tmp_path: Path) -> None:
    first: list[list[forge.Cell]] = [HEADER, ["13800000001", "张三", 12.0], [], ["13800000002", None, 12.0]]
    second: list[list[forge.Cell]] = [["city", "code", "name", "手机号"], ["北京", "A1", ">", "13800000003"]]
    assert find(tmp_path, first, second) == [(0, 4, "rows.empty"), (1, 2, "rows.forbidden_mark")]


def test_numbers_and_dates_are_judged_as_they_are_shown(tmp_path: Path) -> None:
    # 12 is shown as 12 and fits; as 12.0 it would be no other.
    table: list[list[forge.Cell]] = [HEADER, ["13800000001", 12, True], ["13800000002", 1.5, "A1"]]
    assert find(tmp_path, table) == []


def test_a_file_whose_looking_takes_long_ends_when_asked(tmp_path: Path) -> None:
    rows: list[list[forge.Cell]] = [[str(13_800_000_000 + n), "张三", "A1"] for n in range(60_000)]
    path = forge.write(tmp_path, forge.workbook([HEADER, *rows]))
    heard = threading.Event()

    def report(progress: Progress) -> None:
        if progress.stage == "rows":
            heard.set()

    with pytest.raises(Refused, match=r"reader\.cancelled"):
        FILES.find(path, plan(), report, heard.is_set)
    assert heard.is_set()


def test_the_limits_hold(tmp_path: Path) -> None:
    path = forge.write(tmp_path, forge.workbook([HEADER, ["13800000001", "张三", "A1"]]))
    with pytest.raises(Refused, match=r"reader\.timeout"):
        ChildRowFiles(ReaderLimits(wall_seconds=0)).find(path, plan(), silent, never)
