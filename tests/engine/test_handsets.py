# SPDX-License-Identifier: Apache-2.0
"""A number's phone depends on seed and mix alone, and the mix is what was asked for."""

from collections import Counter

from koodesk.engine.handsets import NO_CARD, Handsets

MIX = {"HUAWEI": 0.30, "XIAOMI": 0.20, "OPPO": 0.10, "SAMSUNG": 0.05}


def test_a_block_of_neighbouring_numbers_has_the_mix() -> None:
    handsets = Handsets(7, MIX)
    counted = Counter(handsets.vendor(number) for number in range(13_800_000_000, 13_800_050_000))
    assert set(counted) == {*MIX, NO_CARD}
    for vendor, share in {**MIX, NO_CARD: 0.35}.items():
        assert abs(counted[vendor] / 50_000 - share) < 0.01, vendor


def test_it_is_stable_and_the_seed_matters() -> None:
    numbers = range(13_800_000_000, 13_800_001_000)
    one = [Handsets(7, MIX).vendor(number) for number in numbers]
    assert one == [Handsets(7, MIX).vendor(number) for number in numbers]
    assert one != [Handsets(8, MIX).vendor(number) for number in numbers]


def test_all_of_one_vendor_and_none_at_all() -> None:
    numbers = range(13_800_000_000, 13_800_001_000)
    assert {Handsets(1, {"VIVO": 1.0}).vendor(number) for number in numbers} == {"VIVO"}
    assert {Handsets(1, {}).vendor(number) for number in numbers} == {NO_CARD}
