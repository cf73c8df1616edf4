# SPDX-License-Identifier: Apache-2.0
"""Numbers find the carrier that issued them; a longer segment goes before a shorter one; what is not listed is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.carrier import Carrier, Segments, read_segments


@pytest.fixture(scope="module")
def segments() -> Segments:
    return read_segments((paths.resources() / "rules" / "carriers.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        (13800138000, Carrier.CMCC),
        (13480000000, Carrier.CMCC),
        (13490000000, Carrier.UNKNOWN),
        (17030000000, Carrier.CMCC),
        (17040000000, Carrier.CUCC),
        (17000000000, Carrier.CTCC),
        (13000000000, Carrier.CUCC),
        (18900000000, Carrier.CTCC),
        (19200000000, Carrier.UNKNOWN),
        (17400000000, Carrier.UNKNOWN),
        (16190000000, Carrier.UNKNOWN),
        (14000000000, Carrier.UNKNOWN),
        (16500000000, Carrier.CMCC),
        (16700000000, Carrier.CUCC),
        (17100000000, Carrier.CUCC),
        (16200000000, Carrier.CTCC),
        (17010000000, Carrier.CTCC),
        (17090000000, Carrier.CUCC),
    ],
)
def test_the_segment_says_who_issued_a_number(segments: Segments, number: int, carrier: Carrier) -> None:
    assert segments.carrier(number) is carrier


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_all_numbers_with_the_same_four_digits_have_one_carrier(segments: Segments, number: int) -> None:
    assert segments.carrier(number) is segments.carrier_of_head(number // 10_000_000)


@pytest.mark.parametrize("wrong", ['["138", "138"]', '["1"]', '["13800"]', '["13x"]', '["１３８"]'])
def test_data_that_is_not_segments_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="segment"):
        read_segments(f'date = "2026-01-01"\nsource = "test"\n[segments]\ncmcc = {wrong}\n')


def test_a_longer_segment_goes_before_a_shorter_one() -> None:
    text = 'date = "2026-01-01"\nsource = "t"\n[segments]\ncucc = ["170"]\nctcc = ["1700"]\n'
    found = read_segments(text)
    assert [found.carrier(n) for n in (17000000000, 17010000000)] == [Carrier.CTCC, Carrier.CUCC]


def test_a_segment_cannot_belong_to_two() -> None:
    with pytest.raises(ValueError, match="segment 138"):
        read_segments('date = "2026-01-01"\nsource = "t"\n[segments]\ncmcc = ["138"]\ncucc = ["138"]\n')
