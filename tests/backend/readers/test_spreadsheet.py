# SPDX-License-Identifier: Apache-2.0
"""What a number file says, in whatever dialect it was written: verdicts, places and counts right to the row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koodesk.backend.ports.audience import ReadSummary, RowBlock
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.backend.readers.row_checker import RowChecker
from koodesk.domain.problem import Severity
from tests.hostile import xlsx_forge as forge

FILES = XlsxNumberFiles()


class Gathered:
    """Everything a reading said."""

    def __init__(self) -> None:
        self.valid: list[list[Any]] = []
        self.refused: list[list[Any]] = []
        self.summary: ReadSummary

    def add(self, block: RowBlock) -> None:
        self.valid += json.loads(block.valid)
        self.refused += json.loads(block.refused)


def read(folder: Path, data: bytes, params: list[str] | None = None) -> Gathered:
    gathered = Gathered()
    gathered.summary = FILES.read(forge.write(folder, data), params, gathered.add, silent, never)
    assert gathered.summary.rows == len(gathered.valid) + len(gathered.refused)
    return gathered


DIRTY: list[list[forge.Cell]] = [
    ["手机号", "name"],
    ["13800138000", "张三"],
    [13800138001.0, "李四"],
    [13800138002, "王五"],
    ["１３８００１３８００３", "赵六"],
    ["+86 138-0013-8004", "钱七"],
    [],
    ["008613800138005", "孙八"],
    ["+8613800138000", "again"],
    ["1380013800a", "letters"],
    ["13800138006,13800138007", "two"],
    ["١٣٨٠٠١٣٨٠٠٠", "arabic"],
    ["1380013800", "short"],
    ["12800138000", "segment"],
    [None, "nobody"],
    ["13800138008", None],
    ["13800138009", "<b>"],
    ["13800138010", "a\u202eb"],
    ["13800138011", "=1+1"],
    [("cached", "13800138012"), "formula with its result"],
    [("formula", "A1+1"), "formula without"],
    [("error", "#REF!"), "failed"],
    ["13800138013", ("error", "#N/A")],
    ["13800138014", 12.0],
    ["13800138015", True],
    ["13800138016", "x" * 101],
]
VALID = {
    2: (13800138000, "张三", ""),
    3: (13800138001, "李四", "number.numeric"),
    4: (13800138002, "王五", "number.numeric"),
    5: (13800138003, "赵六", "number.full_width"),
    6: (13800138004, "钱七", "number.country_code number.separators"),
    8: (13800138005, "孙八", "number.country_code"),
    19: (13800138011, "=1+1", ""),
    20: (13800138012, "formula with its result", ""),
    24: (13800138014, "12", ""),
    25: (13800138015, "TRUE", ""),
}
REFUSED = {
    9: ("duplicate", 0, "audience.row.duplicate"),
    10: ("invalid", 0, "audience.number.letters"),
    11: ("invalid", 0, "audience.number.several"),
    12: ("invalid", 0, "audience.number.other_script"),
    13: ("invalid", 0, "audience.number.length"),
    14: ("invalid", 0, "audience.number.segment"),
    15: ("invalid", 0, "audience.number.empty"),
    16: ("invalid", 1, "audience.value.empty"),
    17: ("invalid", 1, "audience.value.forbidden_character"),
    18: ("invalid", 1, "audience.value.direction_mark"),
    21: ("invalid", 0, "audience.cell.no_result"),
    22: ("invalid", 0, "audience.cell.error"),
    23: ("invalid", 1, "audience.cell.error"),
    26: ("invalid", 1, "audience.value.too_long"),
}


@pytest.mark.parametrize(("shared", "exponent"), [(False, False), (True, False), (False, True), (True, True)])
def test_every_row_gets_its_verdict_in_every_dialect(shared: bool, exponent: bool, tmp_path: Path) -> None:
    found = read(tmp_path, forge.workbook(DIRTY, shared=shared, exponent=exponent), ["name"])
    assert {row[0]: (row[1], row[2]["name"], row[3]) for row in found.valid} == VALID
    assert {row[0]: (row[1], row[2], row[3]) for row in found.refused} == REFUSED
    summary = found.summary
    assert (summary.rows, summary.valid, summary.duplicate, summary.invalid) == (24, 10, 1, 13)
    assert sum(summary.by_code.values()) == summary.duplicate + summary.invalid
    assert summary.normalised == {
        "number.country_code": 2,
        "number.full_width": 1,
        "number.numeric": 2,
        "number.separators": 1,
    }


def test_a_duplicate_names_the_row_that_came_first(tmp_path: Path) -> None:
    found = read(
        tmp_path, forge.workbook([["手机号"], ["13800138000"], ["138 0013 8000"], [13800138000.0]]), []
    )
    assert [(row[0], row[5]) for row in found.refused] == [(3, 2), (4, 2)]


def test_an_invalid_row_does_not_take_its_number_from_a_good_one(tmp_path: Path) -> None:
    rows: list[list[forge.Cell]] = [["手机号", "name"], ["13800138000", "<"], ["13800138000", "ok"]]
    found = read(tmp_path, forge.workbook(rows), ["name"])
    assert [row[0] for row in found.valid] == [3]


def test_columns_may_stand_in_any_order_and_anywhere(tmp_path: Path) -> None:
    rows: list[list[forge.Cell]] = [
        [],
        [],
        [None, "city", " 手机号 ", "name"],
        [None, "北京", "13800138000", "<"],
    ]
    found = read(tmp_path, forge.workbook(rows), ["name", "city"])
    assert found.refused == [[4, "invalid", 3, "audience.value.forbidden_character", "<", 0]]
    assert found.summary.headers == {0: ("", "city", "手机号", "name")}


def test_without_parameters_named_other_columns_are_left_unread(tmp_path: Path) -> None:
    rows: list[list[forge.Cell]] = [
        ["手机号", "name"],
        ["13800138000", "<"],
        [("formula", "1"), ""],
        ["", "note"],
    ]
    found = read(tmp_path, forge.workbook(rows), None)
    assert [row[:3] for row in found.valid] == [[2, 13800138000, {}]]
    assert [row[3] for row in found.refused] == ["audience.cell.no_result", "audience.number.empty"]


def test_every_sheet_with_the_header_is_read_and_others_are_named(tmp_path: Path) -> None:
    tables: list[list[list[forge.Cell]]] = [
        [["手机号"], ["13800138000"]],
        [["how to fill this in"]],
        [],
        [["手机号"], ["13800138000"], ["13800138001"]],
    ]
    found = read(tmp_path, forge.workbook(*tables), [])
    assert [row[0] for row in found.valid] == [2, 3 * 1_048_576 + 3]
    assert [row[0] for row in found.refused] == [3 * 1_048_576 + 2]
    (note,) = found.summary.notes
    assert (note.code, note.severity, note.param("sheet")) == (
        "audience.sheet_left_out",
        Severity.WARNING,
        "Sheet2",
    )


def test_a_file_of_openpyxl_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["手机号", "day"], [13800138000, "x"], ["13800138001", "=1+1"]):
        book.active.append(row)
    book.save(tmp_path / "source.xlsx")
    found = read(tmp_path, (tmp_path / "source.xlsx").read_bytes(), ["day"])
    assert [row[1] for row in found.valid] == [13800138000]
    assert [row[3] for row in found.refused] == ["audience.cell.no_result"]


def test_the_sample_reads_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "sample.xlsx"
    FILES.write_sample([("name", "=张三"), ("city", "北京")], path)
    gathered = Gathered()
    gathered.summary = FILES.read(path, ["name", "city"], gathered.add, silent, never)
    assert gathered.valid == [[2, 13800138000, {"name": "=张三", "city": "北京"}, ""]]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet["A2"].number_format == "@"
    assert sheet.column_dimensions["A"].number_format == "@"


def test_exported_cells_cannot_become_formulas(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "plain", "a\x00b"]
    assert FILES.write_table(["x"], [[text] for text in hostile], path) == len(hostile)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    written = [sheet.cell(no, 1) for no in range(2, len(hostile) + 2)]
    assert {cell.data_type for cell in written} == {"s"}
    assert [str(cell.value)[:2] for cell in written] == [
        "'=",
        "'+",
        "'-",
        "'@",
        "'\t",
        "'\n",
        "pl",
        "a\ufffd",
    ]


@pytest.mark.parametrize(
    ("text", "params", "valid", "codes"),
    [
        ("13800138000\n\n 13900139000 \n", [], [13800138000, 13900139000], []),
        ("13800138000,张三\n13900139000\t李四", ["name"], [13800138000, 13900139000], []),
        ('13800138000,"a,b"', ["name"], [13800138000], []),
        ("13800138000", ["name"], [], ["audience.line.pieces"]),
        ("13800138000,a,b", ["name"], [], ["audience.line.pieces"]),
        ("13800138000,13900139000", [], [], ["audience.number.several"]),
        ("13800138000\n+86 13800138000", [], [13800138000], ["audience.row.duplicate"]),
        ("\ud800", [], [], ["audience.number.letters"]),
    ],
)
def test_typed_lines(text: str, params: list[str], valid: list[int], codes: list[str]) -> None:
    gathered = Gathered()
    summary = FILES.check_lines(text, params, gathered.add)
    assert [row[1] for row in gathered.valid] == valid
    assert [row[3] for row in gathered.refused] == codes
    assert summary.rows == summary.valid + summary.duplicate + summary.invalid == len(valid) + len(codes)


cells = st.one_of(
    st.sampled_from(["13800138000", "138 0013 8000", "", "x", "13900139000", "＋8613800138000"]),
    st.floats(allow_nan=True),
    st.integers(13_000_000_000, 13_000_000_009).map(str),
    st.text(max_size=15),
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(cells, cells), max_size=60), st.integers(1, 7))
def test_every_row_is_in_exactly_one_verdict(rows: list[tuple[Any, Any]], block: int) -> None:
    def run(size: int) -> tuple[RowChecker, list[Any]]:
        seen: list[Any] = []
        checker = RowChecker(
            ["v"], lambda read, valid, refused: seen.extend(json.loads(valid) + json.loads(refused))
        )
        for start in range(0, len(rows), size):
            checker.check(rows[start : start + size], start + 2, 0, (1,), {})
            checker.flush()
        return checker, seen

    checker, seen = run(block)
    filled = [no for no, row in enumerate(rows, 2) if any(value != "" for value in row)]
    assert sorted(row[0] for row in seen) == filled
    assert checker.rows == len(filled)
    assert sum(checker.by_code.values()) == checker.duplicate + checker.invalid
    # Where blocks end changes nothing of the digest.
    assert run(len(rows) or 1)[0].digest() == checker.digest()
