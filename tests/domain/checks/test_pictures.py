# SPDX-License-Identifier: Apache-2.0
"""Pictures, crops and backgrounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.crop import Crop
from koodesk.domain.edits import SetBackground, SetCrop, SetEvent, SetPicture
from koodesk.domain.template import ImageContent, MaterialRef, Page, Picture, Template
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import (
    NOTE,
    WARNING,
    Case,
    all_codes,
    assert_found,
    both,
    card,
    codes,
    material,
    problems,
    to,
)
from tests.domain.strategies import PICTURE, good

OPPO = Vendor.OPPO


def _picture(width: int = 640, height: int = 640, size: int = 1, media_type: str = "image/png") -> SetPicture:
    return SetPicture("picture", Picture(MaterialRef("a" * 64, width, height, size, media_type)))


def _crop_outside(template: Template) -> Template:
    content = template.content("picture")
    assert isinstance(content, ImageContent)
    return template.with_content(replace(content, picture=replace(PICTURE, crop=Crop(1, 0, 640, 640))))


def _same_again(template: Template) -> Template:
    first, second = template.content("picture"), template.content("picture-2")
    assert isinstance(first, ImageContent)
    assert isinstance(second, ImageContent)
    return template.with_content(replace(second, picture=first.picture))


def _nine(template: Template) -> Template:
    """The shop card with nine pictures."""
    first = template.content("picture")
    assert isinstance(first, ImageContent)
    more = tuple(replace(first, id=f"p{n}", item=n, picture=Picture(material(f"{n}"))) for n in range(3, 9))
    return replace(template, pages=(Page((*template.contents(), *more)),))


def _remote(name: str) -> SetPicture:
    return SetPicture("picture", Picture(MaterialRef("e" * 64, 1, 1, 0, remote=name)))


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
    Case(
        SetPicture("picture", Picture(material("small", 573, 191))),
        "picture.too_small",
        "content:picture",
        WARNING,
        Vendor.HUAWEI,
        "Notification1",
    ),
    Case(
        SetPicture("picture", Picture(material("small", 573, 191))),
        "picture.too_small",
        "content:picture",
        vendor=Vendor.VIVO,
        base="Notification1",
    ),
    Case(
        SetPicture("picture", Picture(material("small", 1232, 693))),
        "picture.below_best",
        "content:picture",
        NOTE,
        base="StandardImageAndText",
    ),
    Case(_remote("id:6919"), "picture.remote", "content:picture", NOTE),
    Case(_remote("url:https://a.example/" + "x" * 983), "picture.address_too_long", "content:picture"),
    Case(_same_again, "picture.used_twice", "content:picture-2", NOTE, base="Carousel"),
    Case(_nine, "picture.too_many", "content:p8", base="ECImageAndText"),
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


def test_the_recommended_size_itself_is_no_note() -> None:
    """1120x372 is not quite 3:1: what is left of it after the crop is enough; 1248x702 is exactly 16:9."""
    notice = both(SetPicture("picture", Picture(material("n", 1120, 372), Crop(2, 0, 1116, 372))))
    assert "picture.below_best" not in all_codes(notice, base="Notification1")
    wide = SetPicture("picture", Picture(material("w", 1248, 702)))
    assert all_codes(wide, base="StandardImageAndText").isdisjoint(
        {"picture.below_best", "picture.too_small"}
    )


def test_one_logo_on_every_coupon_is_no_slip() -> None:
    """The coupons of one shop carry the same logo."""
    logo = Picture(material("logo"))
    same = both(*(SetPicture(i, logo) for i in ("logo", "logo-2", "logo-3")))
    assert "picture.used_twice" not in all_codes(same, base="CardVouchers")


def test_eight_pictures_are_allowed() -> None:
    """One fewer than too many; too many of them are too many for the group as well."""
    eight = _nine(card("ECImageAndText"))
    eight = replace(eight, pages=(Page(tuple(c for c in eight.contents() if c.id != "p8")),))
    assert codes(lambda _: eight) == set()
    assert codes(_nine, base="ECImageAndText") == {"picture.too_many", "group.too_many"}


def test_an_address_of_a_thousand_characters_is_allowed() -> None:
    """Counted without the word that says what it is."""
    assert "picture.address_too_long" not in codes(_remote("url:https://a.example/" + "x" * 982))


def test_an_empty_optional_picture_needs_no_event() -> None:
    """A notice without its picture; with one, the event is asked for."""
    bare = SetPicture("picture", None)
    assert codes(both(bare, SetEvent("picture", None)), base="Notification1") == set()
    assert codes(SetEvent("picture", None), base="Notification1") == {"event.missing"}
