# SPDX-License-Identifier: Apache-2.0
"""Values, places and counts of audiences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.recipient import (
    FILE_NAME,
    ROWS_OF_A_SHEET,
    Fallback,
    column_letters,
    masked,
    parsing_counts,
    place,
    row_no,
    value_fault,
    value_limit,
)


@pytest.mark.parametrize("value", ["张三", "=1+1", "+1", "-1", "@x", "a b", "x" * 100, "😀", 'say "hi"'])
def test_a_good_value(value: str) -> None:
    assert value_fault(value) == ""


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "value.empty"),
        (" \u3000", "value.empty"),
        ("x" * 101, "value.too_long"),
        ("a<b", "value.forbidden_character"),
        ("a>b", "value.forbidden_character"),
        ("a&b", "value.forbidden_character"),
        ("a\nb", "value.control_character"),
        ("a\x00", "value.control_character"),
        ("a\u202eb", "value.direction_mark"),
        ("#REF!", "cell.error"),
    ],
)
def test_a_bad_value(value: str, code: str) -> None:
    assert value_fault(value) == f"audience.{code}"


@pytest.mark.parametrize(
    ("name", "limit"), [("name", 100), ("p_1", 256), ("p_100", 256), ("p_0", 100), ("p_", 100), ("ap_1", 100)]
)
def test_a_parameter_of_a_video_sms_may_be_longer(name: str, limit: int) -> None:
    assert value_limit(name) == limit
    assert value_fault("x" * limit, value_limit(name)) == ""
    assert value_fault("x" * (limit + 1), value_limit(name)) == (
        "audience.value.too_long" if limit == 100 else "audience.value.too_long_for_video"
    )


@given(st.integers(0, 100), st.integers(1, ROWS_OF_A_SHEET))
def test_a_row_number_keeps_its_place(sheet: int, row: int) -> None:
    assert place(row_no(sheet, row)) == (sheet, row)


def test_the_first_sheet_counts_as_the_spreadsheet_does() -> None:
    assert row_no(0, 2) == 2


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_named_as_spreadsheets_do(index: int, name: str) -> None:
    assert column_letters(index) == name


@given(*[st.integers(0, 1_000_000)] * 4, st.sampled_from(Fallback))
def test_the_five_counts_add_up(
    resolvable: int, unresolvable: int, unknown: int, invalid: int, fallback: Fallback
) -> None:
    valid = resolvable + unresolvable + unknown
    counts = parsing_counts(
        valid=valid, invalid=invalid, resolvable=resolvable, unresolvable=unresolvable, fallback=fallback
    )
    assert counts.imported == counts.invalid + counts.resolvable + counts.unresolvable + unknown
    assert counts.submitted == resolvable + (0 if fallback is Fallback.NONE else unresolvable)


def test_a_masked_number_shows_seven_digits() -> None:
    assert masked(13812345678) == "138****5678"
    assert masked("12") == "**"


@pytest.mark.parametrize("name", ["numbers.xlsx", "号码2026.xlsx", "A.XLSX"])
def test_a_file_name_of_letters_digits_and_chinese(name: str) -> None:
    assert FILE_NAME.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["a b.xlsx", "a-b.xlsx", "a_b.xlsx", ".xlsx", "a.xls", "a.xlsx.exe", "é.xlsx", "a.xlsx\n"]
)
def test_another_file_name(name: str) -> None:
    assert not FILE_NAME.fullmatch(name)
