# SPDX-License-Identifier: Apache-2.0
"""The brand kit as it is kept, and what it says of a text."""

from __future__ import annotations

import pytest

from koodesk.domain.brand import EMPTY, MOST, NAME_LIMIT, BrandKit, tidy
from koodesk.domain.problem import Refused


def test_a_kit_is_kept_tidy() -> None:
    kit = BrandKit(
        (" #E60012 ", "#e60012"),
        ("a" * 64, "a" * 64),
        (" 云杉  商城", "", "云杉 商城"),
        ("【云杉商城】", "云杉商城"),
    )
    assert tidy(kit) == BrandKit(("#e60012",), ("a" * 64,), ("云杉 商城",), ("云杉商城",))
    assert tidy(EMPTY).empty


@pytest.mark.parametrize(
    ("kit", "code", "where"),
    [
        (BrandKit(colours=("red",)), "brand.colour", "colours"),
        (BrandKit(colours=("#12345",)), "brand.colour", "colours"),
        (BrandKit(names=("长" * (NAME_LIMIT + 1),)), "brand.name_too_long", "names"),
        (BrandKit(signs=("长" * (NAME_LIMIT + 1),)), "brand.name_too_long", "signs"),
        (BrandKit(names=tuple(f"n{n}" for n in range(MOST + 1))), "brand.too_many", "names"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(kit: BrandKit, code: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        tidy(kit)
    assert [(p.code, p.where) for p in refused.value.problems] == [(code, where)]


def test_a_text_that_holds_a_name_names_the_sender() -> None:
    kit = BrandKit(names=("云杉商城",), signs=("云杉",))
    assert kit.named_in("来自云杉商城的红包")
    assert kit.named_in("云杉请客")
    assert not kit.named_in("栗子优选")
    assert not EMPTY.named_in("")
    assert kit.offered() == ("云杉商城", "云杉")
