# SPDX-License-Identifier: Apache-2.0
"""Pictures, crops and backgrounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.crop import Crop
from koodesk.domain.edits import SetBackground, SetCrop, SetPicture
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, Case, assert_found, both, codes, problems, to
from tests.domain.strategies import PICTURE, good

OPPO = Vendor.OPPO


def _picture(width: int = 640, height: int = 640, size: int = 1, media_type: str = "image/png") -> SetPicture:
    return SetPicture("picture", Picture(MaterialRef("a" * 64, width, height, size, media_type)))


def _crop_outside(template: Template) -> Template:
    content = template.content("picture")
    assert isinstance(content, ImageContent)
    return template.with_content(replace(content, picture=replace(PICTURE, crop=Crop(1, 0, 640, 640))))


CASES = (
    Case(SetPicture("picture", None), "picture.missing", "content:picture"),
    Case(_picture(size=2_097_153), "picture.too_large", "content:picture"),
    Case(_picture(media_type="image/gif"), "picture.type_refused", "content:picture"),
    Case(_crop_outside, "picture.crop_outside", "content:picture"),
    Case(_picture(640, 641), "picture.ratio", "content:picture"),
    Case(SetCrop("picture", Crop(0, 0, 640, 400)), "picture.ratio", "content:picture"),
    Case(_picture(319, 319), "picture.too_small", "content:picture", vendor=Vendor.VIVO),
    Case(
        SetCrop("picture", Crop(9, 9, 319, 319)), "picture.too_small", "content:picture", vendor=Vendor.VIVO
    ),
    Case(
        SetBackground("picture", Vendor.HUAWEI, PICTURE),
        "background.refused",
        "content:picture/background.HUAWEI",
    ),
    Case(
        both(to(Vendor.HUAWEI), SetBackground("picture", OPPO, PICTURE)),
        "background.unused",
        "content:picture/background.OPPO",
        NOTE,
    ),
    Case(
        SetBackground("picture", OPPO, PICTURE),
        "background.size_unpublished",
        "content:picture/background.OPPO",
        NOTE,
        OPPO,
    ),
    Case(
        SetBackground("picture", OPPO, Picture(MaterialRef("b" * 64, 10, 10, 3_000_000))),
        "picture.too_large",
        "content:picture/background.OPPO",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_the_limits_themselves_are_allowed() -> None:
    """2 MB to the byte, 320 to the pixel, after the crop."""
    assert codes(_picture(320, 320, 2_097_152)) == set()
    assert codes(both(_picture(4000, 3000), SetCrop("picture", Crop(11, 13, 320, 320)))) == set()


def test_the_smallest_size_is_vivos_alone() -> None:
    """Without VIVO a small picture is the marketer's choice."""
    assert codes(both(_picture(100, 100), to(Vendor.HUAWEI))) == set()


def test_a_background_need_not_be_square() -> None:
    """Only the slot's own picture has its ratio."""
    wide = Picture(MaterialRef("b" * 64, 1080, 400, 10))
    assert {p.code for p in problems(SetBackground("picture", OPPO, wide))} >= {"background.size_unpublished"}
    assert codes(SetBackground("picture", OPPO, wide)) == set()
    assert codes(lambda _: good()) == set()
