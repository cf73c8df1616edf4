# SPDX-License-Identifier: Apache-2.0
"""Phone numbers: every spelling a person would accept, and nothing a person would doubt."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.phone_number import NORMALISATIONS, NUMBER, PhoneNumber, normalise

GOOD = 13800138000
numbers = st.integers(13_000_000_000, 19_999_999_999)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("13800138000", ""),
        (13800138000, "number.numeric"),
        (13800138000.0, "number.numeric"),
        (8613800138000.0, "number.numeric number.country_code"),
        (" 13800138000\u3000", "number.full_width number.separators"),
        ("13800138000\u200b", "number.separators"),
        ("138 0013 8000", "number.separators"),
        ("138-0013-8000", "number.separators"),
        ("138–0013–8000", "number.separators"),
        ("+8613800138000", "number.country_code"),
        ("008613800138000", "number.country_code"),
        ("8613800138000", "number.country_code"),
        ("(+86) 138 0013 8000", "number.country_code number.separators"),
        ("１３８００１３８０００", "number.full_width"),
        ("＋８６－１３８００１３８０００", "number.full_width number.country_code number.separators"),
        ("13800138000.0", "number.decimal"),
    ],
)
def test_a_clear_spelling_is_taken_and_named(cell: object, codes: str) -> None:
    assert normalise(cell) == PhoneNumber(GOOD, codes)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "empty"),
        ("  \u200b", "empty"),
        (None, "empty"),
        (True, "kind"),
        (13800138000.5, "fraction"),
        (float("nan"), "length"),
        (float("inf"), "length"),
        (-13800138000.0, "length"),
        (-13800138000, "length"),
        ("1380013800", "length"),
        ("138001380000", "length"),
        ("1380013800013900139000", "length"),
        ("12800138000", "segment"),
        ("02088888888", "segment"),
        ("1380013800a", "letters"),
        ("1.38E+10", "letters"),
        ("138--0013-8000", "letters"),
        ("-13800138000", "letters"),
        ("1３8٠0138000", "other_script"),
        ("١٣٨٠٠١٣٨٠٠٠", "other_script"),
        ("१३८००१३८०००", "other_script"),
        ("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "other_script"),
        ("+85291234567", "country"),
        ("0085291234567", "country"),
        ("13800138000,13900139000", "several"),
        ("13800138000 13900139000", "several"),
        ("13800138000、13900139000", "several"),
        ("13800138000\n13900139000", "several"),
        ("13800138000/13900139000", "several"),
    ],
)
def test_a_doubtful_one_is_refused_by_a_code(cell: object, code: str) -> None:
    assert normalise(cell) == f"audience.number.{code}"


def test_a_failed_formula_is_no_number() -> None:
    assert normalise("#N/A") == "audience.cell.error"


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


@given(
    numbers,
    st.sampled_from(["", "+86", "0086", "86", "+86 ", "(86)"]),
    st.booleans(),
    st.sampled_from(["", " ", "-"]),
)
def test_every_spelling_of_a_number_is_the_same_number(
    number: int, prefix: str, full: bool, gap: str
) -> None:
    digits = str(number)
    text = prefix + gap.join((digits[:3], digits[3:7], digits[7:]))
    found = normalise(wide(text) if full else text)
    assert isinstance(found, PhoneNumber)
    assert found.number == number
    assert (found.respelled == "") == (text == digits and not full)


@given(numbers)
def test_numbers_of_spreadsheets_survive_as_floats(number: int) -> None:
    assert normalise(float(number)) == normalise(number) == PhoneNumber(number, "number.numeric")


@given(
    st.one_of(
        st.text(), st.text("0123456789 +-()，.０１８６٣", max_size=20), st.floats(), st.integers(), st.none()
    )
)
def test_whatever_comes_is_a_mobile_number_or_a_code(cell: object) -> None:
    found = normalise(cell)
    if isinstance(found, PhoneNumber):
        assert NUMBER.fullmatch(str(found.number))
        assert set(found.respelled.split()) <= set(NORMALISATIONS)
        # Taken apart and put together nothing may be lost or invented: the digits are the cell's own, in order.
        shown = str(int(cell)) if isinstance(cell, float) else str(cell)
        digits = "".join(str(unicodedata.digit(c)) for c in shown if c.isdecimal())
        assert digits.removesuffix(".0").rstrip("0").endswith(str(found.number).rstrip("0"))
    else:
        assert found.startswith("audience.")


@given(numbers)
def test_what_is_stored_is_its_own_spelling(number: int) -> None:
    assert normalise(str(number)) == PhoneNumber(number)
