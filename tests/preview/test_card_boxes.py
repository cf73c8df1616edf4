# SPDX-License-Identifier: Apache-2.0
"""What a box does to what is in it: only, prefix, clips, colours by sub-type, and pictures without a published ratio."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.problem import Refused
from koodesk.domain.template import ImageContent, MaterialRef, Picture, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview.card_picture import FLATTEST, TALLEST, own_shape
from koodesk.preview.phone_reader import read_phone
from koodesk.preview.placement import PictureBox, Placement, Shape, TextLine
from tests.preview.arithmetic import RESOURCES, pack
from tests.preview.own_boxes import drawn, off, phone_with, plain, rects
from tests.starters import starter

# --- only and prefix -----------------------------------------------------------------------------------------------

ONLY = """
[[box]]
id = "card"
flow = "row"
width = 101

[[box]]
in = "card"
slot = "button_second"
style = "body"
height = 30

[[box]]
id = "line"
in = "card"
flow = "column"
only = "button_second"
width = 1
height = 30
fill = "soft"

[[box]]
in = "card"
slot = "button"
style = "body"
height = 30
"""


def test_a_box_that_belongs_to_a_slot_goes_with_it() -> None:
    both, one = drawn(plain(), ONLY), drawn(plain(button_second=""), ONLY)
    assert rects(both, "button") == [(51, 0, 50, 30)]
    assert [off(both, i.rect) for i in both.items if isinstance(i, Shape) and i.role == ""] == [
        (50, 0, 1, 30)
    ]
    assert rects(one, "button") == [(0, 0, 101, 30)]
    assert [i for i in one.items if isinstance(i, Shape) and i.role == ""] == []


PREFIX = """
[[box]]
id = "card"
flow = "column"
width = 65

[[box]]
in = "card"
slot = "title"
style = "body"
prefix = "￥"
"""


def _title_line(placement: Placement) -> TextLine:
    (line,) = [i for i in placement.items if isinstance(i, TextLine) and i.slot == "title"]
    return line


def test_a_prefix_stands_before_the_words_and_is_no_part_of_them() -> None:
    line = _title_line(drawn(plain(title="88"), PREFIX))
    assert [(r.text, r.x - line.rect.x, r.width, r.start, r.end) for r in line.runs] == [
        ("￥", 0, 13, 0, 0),
        ("88", 13, 13, 0, 2),
    ]


def test_a_prefix_takes_room_from_the_words() -> None:
    # 65 are five characters of 13: with the prefix the published length fits in smaller letters only.
    with_it = drawn(plain(title="一二三四五"), PREFIX)
    without = drawn(plain(title="一二三四五"), PREFIX.replace('prefix = "￥"', ""))
    assert _title_line(with_it).text == "￥一二三四五"
    assert _title_line(with_it).font.size < _title_line(without).font.size == 13
    assert with_it.cuts == without.cuts == ()


def test_a_prefix_is_left_out_where_the_sender_says_so_and_before_nothing() -> None:
    template = plain(title="88")
    price = template.by_slot("title")
    assert isinstance(price, TextContent)
    bare = template.with_content(replace(price, currency=False))
    assert _title_line(drawn(bare, PREFIX)).text == "88"
    nothing = template.with_content(replace(price, text=""))
    assert _title_line(drawn(nothing, PREFIX)).text == ""


# --- clips ---------------------------------------------------------------------------------------------------------

CLIPS = """
[[box]]
id = "card"
flow = "column"
width = 160
radius = 12

[[box]]
id = "inner"
in = "card"
flow = "column"
radius = 6
padding = [PULL, 0, 0, 0]

[[box]]
in = "inner"
slot = "picture"
pull = PULL
"""


def _picture(placement: Placement) -> PictureBox:
    (box,) = [i for i in placement.items if isinstance(i, PictureBox)]
    return box


def test_a_picture_stays_inside_every_rounded_box_around_it() -> None:
    placement = drawn(plain(), CLIPS.replace("PULL", "0"))
    assert [c.radius for c in _picture(placement).clips] == [12, 12, 6]
    assert {c.rect for c in _picture(placement).clips} == {placement.card}


def test_what_is_pulled_out_of_a_box_is_not_cut_at_its_edge() -> None:
    placement = drawn(plain(), CLIPS.replace("PULL", "5"))
    assert [c.radius for c in _picture(placement).clips] == [12, 12]
    assert rects(placement, "picture") == [(0, 0, 160, 90)]


# --- colours by sub-type -------------------------------------------------------------------------------------------

COLOURED = """
[[box]]
id = "card"
flow = "column"
width = 160
fill = "soft"
fill_by = { 2 = "wine" }

[[box]]
in = "card"
slot = "title"
style = "body"
fill_by = { 1 = "gold", 2 = "wine" }

[[box]]
in = "card"
slot = "button"
style = "title"
height = 30
fill = "accent"
fill_by = { 1 = "gold", 3 = "wine" }
ink_by = { 2 = "soft", 3 = "cream" }
"""


@pytest.mark.parametrize(
    ("vendor", "chosen", "card", "title", "button", "ink"),
    [
        (Vendor.HUAWEI, 1, "soft", "gold", "gold", "gold"),
        (Vendor.HUAWEI, 2, "wine", "wine", "accent", "soft"),
        (Vendor.HUAWEI, 3, "soft", "", "wine", "cream"),
        # Not among those that honour the choice: the first one shows.
        (Vendor.OPPO, 3, "soft", "gold", "gold", "gold"),
        # No such choice: the first one as well.
        (Vendor.HUAWEI, 9, "soft", "gold", "gold", "gold"),
    ],
)
def test_colours_follow_the_sub_type_the_vendor_shows(
    vendor: Vendor, chosen: int, card: str, title: str, button: str, ink: str
) -> None:
    template = starter(pack().layouts["CarouselVerticalImage"])
    placement = drawn(replace(template, sub_type=chosen), COLOURED, vendor=vendor)
    phone = read_phone(RESOURCES / "phones" / "huawei.toml")
    fills = [i.fill for i in placement.items if isinstance(i, Shape) and i.role in ("", "button")]
    assert fills == [phone.fill(role, False) for role in (card, title, button)]
    (words,) = [i for i in placement.items if isinstance(i, TextLine) and i.slot == "button"]
    assert words.colour == phone.colour(ink, False)


def test_a_layout_without_sub_types_keeps_the_plain_colour() -> None:
    placement = drawn(plain(), COLOURED)
    phone = read_phone(RESOURCES / "phones" / "huawei.toml")
    (body,) = [i.fill for i in placement.items if isinstance(i, Shape) and i.role == "button"]
    assert body == phone.fill("accent", False)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('2 = "wine" }', '2 = "whine" }', "phone.unknown_role"),
        ('2 = "soft"', '2 = "sofa"', "phone.unknown_role"),
        ("{ 1 =", "{ one =", "data.unknown_name"),
        ('2 = "wine" }', '2 = "" }', "data.key_missing"),
        ('fill_by = { 2 = "wine" }', 'fill_by = "wine"', "data.wrong_type"),
    ],
)
def test_a_mistaken_colour_by_sub_type_is_found_on_reading(old: str, new: str, code: str) -> None:
    assert old in COLOURED
    with pytest.raises(Refused) as refused:
        phone_with("CarouselVerticalImage", COLOURED.replace(old, new, 1))
    assert [p.code for p in refused.value.problems] == [code]


# --- pictures whose ratio nobody published -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(300, 400, 4 / 3), (400, 300, 0.75), (100, 900, TALLEST), (900, 100, FLATTEST), (0, 0, 1.0)],
)
def test_a_picture_without_a_published_ratio_keeps_its_own(width: int, height: int, shape: float) -> None:
    picture = Picture(MaterialRef("ab" * 32, width, height, 1)) if width else None
    assert own_shape(ImageContent("picture", "picture", picture)) == pytest.approx(shape)


def test_such_a_picture_takes_its_height_from_its_shape() -> None:
    poster = starter(pack().layouts["SimplePoster"], picture=Picture(MaterialRef("ab" * 32, 300, 400, 1)))
    boxes = '\n[[box]]\nid = "card"\nflow = "column"\nwidth = 150\n\n[[box]]\nin = "card"\nslot = "picture"\n'
    assert rects(drawn(poster, boxes), "picture") == [(0, 0, 150, 200)]
