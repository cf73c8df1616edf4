# SPDX-License-Identifier: Apache-2.0
"""Rows of an imported audience: the same finder over them, search that gives nothing masked away, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.operations.audience_lines import mask_numbers
from koodesk.backend.operations.row_check import RowCheck, Rows
from koodesk.backend.ports.progress import Progress
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.domain.plain_rows import PlainText
from koodesk.domain.problem import Refused
from koodesk.domain.recipient import AudienceBucket
from koodesk.domain.sms import Variable, VariableType
from tests.backend.operations.desk import Desk, open_desk
from tests.domain.row_cards import card, rules
from tests.domain.strategies import pack

CARD = card("${name}，您好", "订单${code} 拒收请回复R")
LINES = "\n".join(
    [
        "13800138000,张三,A100%",
        "13912341234,十十十十十十十十十十十十十十十十十十十十,A101",
        "13700001380,李四,a_102",
        "13812345678,王  五,A-13800138000",
    ]
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def rows_of(desk: Desk) -> Rows:
    check = RowCheck(ChildRowFiles(), pack(), rules())
    return Rows(desk.audiences.access, desk.work, SqlAudienceStore(), check)


@pytest.fixture
def audience(desk: Desk) -> int:
    return desk.audiences.check_text(LINES, ["name", "code"]).id


def test_worst_rows_of_an_audience(desk: Desk, audience: int) -> None:
    said: list[Progress] = []
    report = rows_of(desk).check_audience(CARD, audience, progress=said.append)
    assert (report.rows, report.bad_rows) == (4, 2)
    assert report.by_problem == {"rows.spaces": 1, "rows.overflow": 1}
    assert {(one.row, one.code, one.vendor) for one in report.first} == {
        (2, "rows.overflow", "HUAWEI"),
        (2, "rows.overflow", "OPPO"),
        (2, "rows.overflow", "MEIZU"),
        (4, "rows.spaces", ""),
    }
    assert (said[-1].done, said[-1].total) == (4, 4)


def test_pages_miss_and_repeat_no_row(desk: Desk) -> None:
    lines = "\n".join(f"{13_800_000_000 + n},{'<' if n % 7 == 0 else '张三'},A{n}" for n in range(12_001))
    found = desk.audiences.check_text(lines.replace("<", "王 五 " * 20), ["name", "code"])
    report = rows_of(desk).check_audience(CARD, found.id)
    assert report.rows == 12_001
    assert report.bad_rows == len(range(0, 12_001, 7))
    assert list(dict.fromkeys(one.row for one in report.first))[:3] == [1, 8, 15]


def test_an_audience_of_another_card_is_refused(desk: Desk) -> None:
    other = desk.audiences.check_text("13800138000,张三", ["name"]).id
    for call, code in (
        (lambda: rows_of(desk).check_audience(CARD, other), r"rows\.column_missing"),
        (lambda: rows_of(desk).check_audience(CARD, 77), r"audience\.unknown"),
        (lambda: rows_of(desk).search(77, "1"), r"audience\.unknown"),
    ):
        with pytest.raises(Refused, match=code):
            call()


def test_cancel(desk: Desk, audience: int) -> None:
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        rows_of(desk).check_audience(CARD, audience, cancel=lambda: True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13912341234", [2]),  # the whole number
        ("139", [2]),  # its beginning
        ("1234", [2]),  # its end; in the hidden part of the fourth it is not looked for
        ("李", [3]),
        ("A10", [1, 2]),  # capitals matter
        ("%", [1]),
        ("_", [3]),
        ("name", []),  # a name of a column is no value
        ("  ", []),
        ("1391", []),
        ("13912", []),
        ("1391234123", []),
        ("2345", []),
        ("１３９", []),
    ],
)
def test_search_finds_values_and_what_a_masked_number_shows(
    desk: Desk, audience: int, text: str, found: list[int]
) -> None:
    lines = rows_of(desk).search(audience, text)
    assert [line.row for line in lines] == found
    assert all("*" in line.number and line.number == mask_numbers(line.number) for line in lines)


def test_search_takes_no_more_than_asked(desk: Desk, audience: int) -> None:
    assert [line.row for line in rows_of(desk).search(audience, "1", 2)] == [1, 2]


def test_a_found_row_has_its_place(desk: Desk, audience: int) -> None:
    (line,) = rows_of(desk).search(audience, "李四")
    at = rows_of(desk).position(audience, line.row_no)
    assert desk.audiences.rows(audience, AudienceBucket.VALID, at, 1) == (line,)


def test_nobody_sees_a_row(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, nobody=True)
    rows = rows_of(desk)
    for call in (
        lambda: rows.check_audience(CARD, 1),
        lambda: rows.check_file(CARD, tmp_path / "x.xlsx"),
        lambda: rows.file_row(CARD, tmp_path / "x.xlsx", 2),
        lambda: rows.search(1, "1"),
        lambda: rows.position(1, 1),
    ):
        with pytest.raises(Refused, match=r"access\.denied"):
            call()
    desk.database.close()


def test_an_audience_as_a_plain_sms(desk: Desk) -> None:
    audience = desk.audiences.check_text(
        f"13800138000,张三,9\n13912341234,{'长' * 70},9\n13700001380,李四,nine", ["1", "2"]
    ).id
    text = PlainText("${1}满${2}", "云杉", (Variable(1, VariableType.TEXT), Variable(2, VariableType.MONEY)))
    found = rows_of(desk).check_plain(text, audience)
    assert (found.rows, found.by_parts, found.parts) == (3, ((1, 2), (2, 1)), 4)
    assert (found.longest, found.longest_chars, found.longest_parts) == (1, 76, 2)
    assert (found.bad, found.first_bad, found.problem and found.problem.code) == (2, 1, "sms.value.too_long")
    assert desk.audiences.rows(audience, AudienceBucket.VALID, found.longest, 1)[0].row == 2

    with pytest.raises(Refused, match=r"rows\.column_missing"):
        rows_of(desk).check_plain(PlainText("${3}", "云杉"), audience)
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        rows_of(desk).check_plain(text, audience, cancel=lambda: True)
    with pytest.raises(Refused, match=r"audience\.unknown"):
        rows_of(desk).check_plain(text, audience + 1)
