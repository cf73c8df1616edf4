# SPDX-License-Identifier: Apache-2.0
"""Videos, their covers, and layouts that show a video or pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.crop import Crop
from koodesk.domain.edits import SetPicture, SetRatio, SetVideo
from koodesk.domain.template import MaterialRef, Page, Picture, Template, VideoContent
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import (
    WARNING,
    Case,
    all_codes,
    assert_found,
    both,
    card,
    codes,
    material,
    video,
)

WHERE = "content:video"
COVER = Picture(material("cover"), Crop(0, 0, 2000, 1125))


def _video(clip: MaterialRef | None = None, cover: Picture | None = COVER, *, none: bool = False) -> SetVideo:
    return SetVideo("video", None if none else clip or video(), cover)


def _cover(width: int = 1280, height: int = 720, size: int = 90_000, kind: str = "image/png") -> SetVideo:
    return _video(cover=Picture(MaterialRef("c" * 64, width, height, size, kind)))


def _crop_outside(template: Template) -> Template:
    content = template.content("video")
    assert isinstance(content, VideoContent)
    return template.with_content(replace(content, cover=replace(COVER, crop=Crop(1, 0, 2000, 1125))))


def _shop(template: Template) -> Template:
    """The shop card with a video besides its pictures."""
    contents = (VideoContent("video", "video", video(720, 720), Picture(material("c"))), *template.contents())
    return replace(template, pages=(Page(contents),))


def _bare_shop(template: Template) -> Template:
    kept = tuple(c for c in template.contents() if c.slot != "picture")
    return replace(template, pages=(Page(kept),))


CASES = (
    Case(_video(none=True), "video.card_missing", WHERE, base="Video"),
    Case(_video(cover=None), "cover.missing", WHERE, base="Video"),
    Case(_video(video(size=7_340_033)), "video.card_too_large", WHERE, base="Video"),
    Case(_video(replace(video(), media_type="video/webm")), "video.card_type_refused", WHERE, base="Video"),
    Case(_video(video(seconds=34)), "video.card_too_long", WHERE, WARNING, base="Video"),
    Case(_video(video(720, 1280)), "video.ratio", WHERE, WARNING, base="Video"),
    Case(_cover(size=102_401), "cover.too_large", WHERE, base="Video"),
    Case(_cover(kind="image/webp"), "cover.type_refused", WHERE, base="Video"),
    Case(_cover(1280, 960), "cover.ratio", WHERE, base="Video"),
    Case(_cover(1072, 603), "cover.too_small", WHERE, vendor=Vendor.VIVO, base="Video"),
    Case(_crop_outside, "picture.crop_outside", WHERE, base="Video"),
    Case(SetRatio("video", "sixteenToNine"), "ratio.unknown", WHERE, base="ShortVideo"),
    Case(SetRatio("video", "oneToOne"), "cover.ratio", WHERE, base="ShortVideo"),
    Case(_shop, "media.both", WHERE, WARNING, base="ECImageAndText"),
    Case(_bare_shop, "media.missing", "slot:picture", base="ECImageAndText"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_the_limits_themselves_are_allowed() -> None:
    """7 MB and 100 KB to the byte, 33 seconds, 1088x612 to the pixel, a codec's even number of lines."""
    assert codes(_video(video(1080, 606, 7_340_032, 33)), base="Video") == set()
    assert codes(_cover(1088, 612, 102_400), base="Video") == set()


def test_thirty_three_seconds_and_a_bit_is_too_long() -> None:
    """A length is rounded up."""
    assert "video.card_too_long" in codes(_video(replace(video(), duration_ms=33_001)), base="Video")


def test_the_cover_of_a_video_elsewhere_is_not_measured() -> None:
    """Of what only the platform has, nothing is claimed."""
    away = MaterialRef("e" * 64, 1, 1, 0, "video/mp4", 0, "id:6919")
    cover = Picture(MaterialRef("f" * 64, 1, 1, 0, "image/png", 0, "id:6920"))
    assert codes(_video(away, cover), base="Video") == set()
    assert "picture.remote" in all_codes(_video(away, cover), base="Video")


def test_a_shop_card_with_a_video_alone_is_fine() -> None:
    """The pictures may be left out for it; the sub-type's button colours do not matter."""
    shop = _bare_shop(_shop(card("ECImageAndText")))
    assert codes(lambda _: shop, base="ECImageAndText") == set()


def test_an_empty_optional_video_asks_for_nothing() -> None:
    """No cover without a video."""
    template = card("ECImageAndText")
    empty = replace(template, pages=(Page((VideoContent("video", "video"), *template.contents())),))
    assert codes(lambda _: empty, base="ECImageAndText") == set()
    assert "media.missing" in codes(
        lambda _: both(*(SetPicture(i, None) for i in ("picture", "picture-2", "picture-3"))).apply(empty)
    )
