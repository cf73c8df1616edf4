# SPDX-License-Identifier: Apache-2.0
"""How boxes flow: strip, swiper with its dots, stack, and boxes that repeat; sums one can check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.problem import Refused
from koodesk.domain.template import Page
from koodesk.preview.phone_reader import read_phone
from koodesk.preview.placement import Clip, Placement, Shape, TextLine
from tests.preview.arithmetic import RESOURCES
from tests.preview.own_boxes import drawn, off, phone_with, plain, rects, swiped

# --- strip ---------------------------------------------------------------------------------------------------------

STRIP = """
[[box]]
id = "strip"
flow = "strip"
width = 200
gap = 10
padding = [0, 20, 0, 20]

[[box]]
id = "one"
in = "strip"
repeat = "cards"
flow = "column"
width = 100

[[box]]
in = "one"
slot = "title"
style = "body"
"""


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        # Items stand 110 apart and begin at 20; the box cuts them at 0 and 200.
        (0, [(20, 100), (130, 70)]),
        (1, [(0, 10), (20, 100), (130, 70)]),
        (2, [(0, 10), (20, 100), (130, 70)]),
        # Four items take 430 in a room of 160: moved by 270 at most, so that nothing stands empty at the end.
        (3, [(0, 70), (80, 100)]),
        (99, [(0, 70), (80, 100)]),
    ],
)
def test_a_strip_moves_to_the_item_in_view(view: int, shown: list[tuple[float, float]]) -> None:
    placement = drawn(swiped(4), STRIP, {"cards": view})
    found = [(x, width) for x, _, width, _ in rects(placement, "title")]
    assert found == shown
    assert all(placement.card.contains(box.rect) for box in placement.slots)


def test_a_strip_cuts_what_goes_over_its_edge_and_only_that() -> None:
    placement = drawn(swiped(3, title="标题七个字的啊"), STRIP)
    lines = [i for i in placement.items if isinstance(i, TextLine) and i.slot == "title"]
    edge = Clip(placement.card, 0)
    # Seven characters of 13 are 91 wide: the first line ends at 111, the second begins at 130 and is cut at 200.
    assert [edge in line.clips for line in lines] == [False, True]


def test_a_strips_items_are_as_high_as_the_highest() -> None:
    boxes = STRIP.replace('repeat = "cards"', 'repeat = "cards"\nfill = "card"')
    placement = drawn(swiped(3, title="一二三", growing=True), boxes)
    bodies = [i for i in placement.items if isinstance(i, Shape) and i.role == ""]
    # 100 are seven characters of 13: only the third title, nine long and out of sight, takes two lines.
    assert [round(b.rect.height, 6) for b in bodies] == [round(2 * 13 * 1.55, 6)] * 2


SIDE_BY_SIDE = STRIP.replace('flow = "column"\nwidth = 100', 'flow = "row"\nwidth = 100').replace(
    'slot = "title"\nstyle = "body"\n',
    'slot = "title"\nstyle = "body"\n\n[[box]]\nin = "one"\nslot = "button"\nstyle = "body"\nheight = 20\n',
)


def test_of_an_item_half_in_view_only_what_is_in_view_can_be_met() -> None:
    placement = drawn(swiped(3), SIDE_BY_SIDE, {"cards": 1})
    # The first item ends 10 into the box: its button (the right half) peeps in, its title is outside.
    assert [(x, width) for x, _, width, _ in rects(placement, "title")] == [(20, 50), (130, 50)]
    assert [(x, width) for x, _, width, _ in rects(placement, "button")] == [(0, 10), (70, 50), (180, 20)]
    assert all(placement.card.overlaps(item.rect) for item in placement.items if item.content_id)


def test_what_is_out_of_view_is_not_reported_as_cut() -> None:
    template = swiped(4, title="一二三四五六七八九十" * 3)
    seen = {b.content_id for b in drawn(template, STRIP).slots}
    assert {c.content_id for c in drawn(template, STRIP).cuts} == seen
    assert len(seen) == 2


# --- swiper and dots -----------------------------------------------------------------------------------------------

SWIPER = """
[[box]]
id = "card"
flow = "column"
width = 200

[[box]]
id = "swiper"
in = "card"
flow = "swiper"

[[box]]
id = "one"
in = "swiper"
repeat = "cards"
flow = "column"

[[box]]
in = "one"
slot = "title"
style = "body"
lines = 4

[[box]]
id = "dots"
in = "card"
flow = "column"
height = 15
dots = "cards"
dot = "soft"
dot_on = "accent"
align = "centre"
"""


@pytest.mark.parametrize(("view", "item"), [(0, 0), (1, 1), (2, 2), (7, 2), (-1, 0)])
def test_a_swiper_shows_the_item_in_view_alone(view: int, item: int) -> None:
    template = swiped(3, title="一二三四五六七八", growing=True)
    placement = drawn(template, SWIPER, {"cards": view})
    (box,) = [b for b in placement.slots if b.slot == "title"]
    content = template.by_slot("title", item)
    assert content is not None
    assert box.content_id == content.id
    # 8, 16 and 24 characters of 13 in 200 (15 a line) are one line and two.
    assert rects(placement, "title") == [(0, 0, 200, round((1, 2, 2)[item] * 13 * 1.55, 6))]


def dots_of(placement: Placement) -> list[Shape]:
    """Return the dots."""
    return [i for i in placement.items if isinstance(i, Shape) and i.role == "dots"]


def test_dots_count_the_items_and_the_one_in_view_is_long() -> None:
    placement = drawn(swiped(3), SWIPER, {"cards": 1})
    dots = dots_of(placement)
    # 5 + 4 + 12 + 4 + 5 = 30 in the middle of 200; 5 high in the middle of 15 below one line.
    top = round(13 * 1.55 + 5, 6)
    assert [off(placement, d.rect) for d in dots] == [
        (85, top, 5, 5),
        (94, top, 12, 5),
        (110, top, 5, 5),
    ]
    phone = read_phone(RESOURCES / "phones" / "huawei.toml")
    bright, faint = phone.fill("accent", False), phone.fill("soft", False)
    assert [d.fill for d in dots] == [faint, bright, faint]


def test_one_item_has_no_dots() -> None:
    assert dots_of(drawn(swiped(1), SWIPER)) == []


def test_dots_of_a_role_that_is_not_there_are_found_on_reading() -> None:
    with pytest.raises(Refused) as refused:
        phone_with("Carousel", SWIPER.replace('dot = "soft"', 'dot = "sofa"'))
    assert [(p.code, p.param("role")) for p in refused.value.problems] == [("phone.unknown_role", "sofa")]


# --- stack and repeat ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("align", "spread", "corner"),
    [("start", "start", (10, 5)), ("centre", "centre", (75, 45)), ("end", "end", (140, 85))],
)
def test_a_stack_lays_one_on_the_other(align: str, spread: str, corner: tuple[float, float]) -> None:
    boxes = f"""
[[box]]
id = "card"
flow = "stack"
width = 200
height = 130
padding = [5, 10, 5, 10]
align = "{align}"
spread = "{spread}"

[[box]]
id = "ground"
in = "card"
flow = "column"
fill = "card"

[[box]]
in = "card"
slot = "button"
style = "body"
width = 50
height = 40
"""
    placement = drawn(plain(), boxes)
    (ground,) = [i for i in placement.items if isinstance(i, Shape) and i.role == ""]
    assert off(placement, ground.rect) == (10, 5, 180, 120)
    assert rects(placement, "button") == [(*corner, 50, 40)]
    # The later box lies above: a point on both is the button's.
    x, y = placement.card.x + corner[0] + 1, placement.card.y + corner[1] + 1
    hit = placement.slot_at(x, y)
    assert hit is not None
    assert hit.slot == "button"


def test_a_stack_without_a_height_is_as_high_as_its_highest() -> None:
    boxes = """
[[box]]
id = "card"
flow = "stack"
width = 160

[[box]]
in = "card"
slot = "picture"

[[box]]
id = "foot"
in = "card"
flow = "column"
spread = "end"

[[box]]
in = "foot"
slot = "button"
style = "body"
height = 30
"""
    placement = drawn(plain(), boxes)
    assert rects(placement, "picture") == [(0, 0, 160, 90)]
    assert rects(placement, "button") == [(0, 60, 160, 30)]
    assert placement.card.height == 90


REPEAT = """
[[box]]
id = "card"
flow = "column"
width = 120
gap = 7

[[box]]
id = "one"
in = "card"
repeat = "cards"
flow = "row"

[[box]]
in = "one"
slot = "picture"
width = 20
height = 20

[[box]]
in = "one"
slot = "title"
style = "body"
"""


@pytest.mark.parametrize("count", [1, 2, 5, 10])
def test_a_repeated_box_is_there_once_an_item(count: int) -> None:
    template = swiped(count, title="一")
    placement = drawn(template, REPEAT)
    # Rows are as high as a line (13 x 1.55 = 20.15), 7 apart.
    step = 13 * 1.55 + 7
    assert rects(placement, "picture") == [(0, round(n * step, 6), 20, 20) for n in range(count)]
    assert [b.content_id for b in placement.slots if b.slot == "title"] == [
        c.id for c in template.contents() if c.slot == "title"
    ]
    assert placement.card.height == pytest.approx(count * step - 7)


def test_an_item_without_anything_is_not_there() -> None:
    template = swiped(3)
    kept = tuple(c for c in template.contents() if c.item != 1)
    placement = drawn(replace(template, pages=(Page(kept),)), REPEAT)
    assert [y for _, y, _, _ in rects(placement, "picture")] == [0, round(13 * 1.55 + 7, 6)]
