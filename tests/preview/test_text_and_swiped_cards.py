# SPDX-License-Identifier: Apache-2.0
"""Image, text, poster and swiped layouts on every vendor that takes them: everything in its place, and what a choice changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.checks import check
from koodesk.domain.layout_contents import content_id, ordered
from koodesk.domain.problem import Severity
from koodesk.domain.rule_pack import LayoutSpec, SlotKind
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import ButtonContent, Content, ImageContent, Page, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange
from koodesk.preview.placement import Fill, PictureBox, Placement, Shape, TextLine
from tests.preview.arithmetic import MEASURE, RESOURCES, pack, phones

LAYOUTS = (
    "StandardImageAndText",
    "MultipleImageAndText",
    "PureText",
    "Carousel",
    "CarouselTitle",
    "CarouselSquareImage",
    "CarouselImageSixteenToNine",
    "CarouselVerticalImage",
    "SimplePoster",
    "NativePureText",
    "NativeImageAndText",
)
PAIRS = [(name, vendor) for name in LAYOUTS for vendor in Vendor if pack().layouts[name].takes(vendor)]
LONG = "一段很长很长的文字，里面有English words与12345，" * 20


def _layout(name: str) -> LayoutSpec:
    return pack().layouts[name]


def _starter(name: str) -> Template:
    return sample_starter(_layout(name), RESOURCES)[0]


def _with_items(template: Template, layout: LayoutSpec, count: int) -> Template:
    """Return the card with `count` items in each group: the first ones, repeated as often as needed."""
    contents: list[Content] = []
    for content in template.contents():
        if not layout.slot(content.slot).group:
            contents.append(content)
        elif content.item == 0:
            contents += [replace(content, id=content_id(content.slot, n), item=n) for n in range(count)]
    return replace(template, pages=(Page(ordered(layout, tuple(contents))),))


def _with_words(template: Template, words: str) -> Template:
    for content in template.contents():
        if isinstance(content, TextContent | ButtonContent):
            template = template.with_content(replace(content, text=words))
    return template


def _place(template: Template, vendor: Vendor, view: int = 0, *, dark: bool = False) -> Placement:
    layout = _layout(template.layout)
    at = {g.id: view for g in layout.groups}
    return arrange(template, layout, vendor, pack(), phones()[vendor], {}, MEASURE, dark=dark, at=at)


def _assert_tidy(placement: Placement, layout: LayoutSpec) -> None:
    assert placement.screen.contains(placement.card)
    for number, box in enumerate(placement.slots):
        assert placement.card.contains(box.rect), box
        for other in placement.slots[number + 1 :]:
            if layout.slot(box.slot).kind is SlotKind.IMAGE and layout.slot(other.slot).kind is SlotKind.TEXT:
                continue  # words may lie on the picture before them, never on other words or a button
            assert not box.rect.overlaps(other.rect), (box, other)
    boxes = {box.content_id: box.rect for box in placement.slots}
    for item in placement.items:
        if isinstance(item, TextLine) and item.content_id and item.text and not item.clips:
            assert boxes[item.content_id].contains(item.rect, 0.01), item


@pytest.mark.parametrize(("name", "vendor"), PAIRS)
def test_everything_is_in_its_place(name: str, vendor: Vendor) -> None:
    """With the fewest and the most items, whichever is in view, with no words, few and far too many."""
    layout, template = _layout(name), _starter(name)
    counts = sorted({g.least for g in layout.groups} | {g.most for g in layout.groups}) or [0]
    for count in counts:
        card = _with_items(template, layout, count) if count else template
        for words in (None, "", "二", LONG):
            shown = card if words is None else _with_words(card, words)
            for view in sorted({0, count // 2, max(count - 1, 0)}):
                _assert_tidy(_place(shown, vendor, view, dark=view == 0), layout)


@pytest.mark.parametrize(("name", "vendor"), PAIRS)
def test_every_slot_of_the_starter_is_drawn(name: str, vendor: Vendor) -> None:
    """What is in view holds each slot of the layout that the style has."""
    layout, template = _layout(name), _starter(name)
    assert {b.slot for b in _place(template, vendor).slots} == {s.id for s in layout.slots}


@pytest.mark.parametrize(("name", "vendor"), PAIRS)
def test_optional_slots_may_be_left_out(name: str, vendor: Vendor) -> None:
    layout, template = _layout(name), _starter(name)
    needed = tuple(c for c in template.contents() if layout.slot(c.slot).required)
    placement = _place(replace(template, pages=(Page(needed),)), vendor)
    _assert_tidy(placement, layout)
    assert {b.slot for b in placement.slots} == {s.id for s in layout.slots if s.required}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_starter_passes_the_checks(name: str) -> None:
    template = _starter(name)
    assert {p.severity for p in check(template, pack())} <= {Severity.NOTE}
    assert all(c.picture is not None for c in template.contents() if isinstance(c, ImageContent))
    assert template.vendors == tuple(v for v in Vendor if _layout(name).takes(v))


@pytest.mark.parametrize("name", [n for n in LAYOUTS if n.startswith("Carousel") and "Image" in n])
def test_rotating_pictures_show_the_one_in_view_and_dots(name: str) -> None:
    template = _starter(name)
    for vendor in (v for v in Vendor if _layout(name).takes(v)):
        for view in (0, 1, 2):
            placement = _place(template, vendor, view)
            content = template.by_slot("picture", view)
            assert content is not None
            shown = [i.content_id for i in placement.items if isinstance(i, PictureBox)]
            assert content.id in shown
            dots = [i for i in placement.items if isinstance(i, Shape) and i.role == "dots"]
            assert [d.rect.width for d in dots].index(12) == view
            assert len(dots) == 3


@pytest.mark.parametrize("vendor", [v for v in Vendor if pack().layouts["CarouselVerticalImage"].takes(v)])
@pytest.mark.parametrize("dark", [False, True])
def test_the_colour_of_the_button_is_huaweis_alone(vendor: Vendor, dark: bool) -> None:
    """2-6 are honoured by HUAWEI only (facts 2.2): elsewhere the button is blue whatever was chosen."""
    template = _starter("CarouselVerticalImage")
    found: list[Fill] = []
    for spec in _layout("CarouselVerticalImage").sub_types:
        placement = _place(replace(template, sub_type=spec.value), vendor, dark=dark)
        found += [i.fill for i in placement.items if isinstance(i, Shape) and i.role == "button"]
    phone = phones()[vendor]
    colours = ("blue", "black", "purple", "gold", "pink", "rose")
    if vendor is not Vendor.HUAWEI:
        colours = ("blue",) * 6
    assert found == [phone.fill(f"shop_{colour}", dark) for colour in colours]
    assert len({phone.fill(f"shop_{c}", dark) for c in colours}) == len(set(colours))


@pytest.mark.parametrize(
    ("style", "slots"),
    [
        (1, {"logo", "title", "body", "button"}),
        (2, {"logo", "title", "body", "button", "button_second"}),
        (3, {"body"}),
    ],
)
@pytest.mark.parametrize("vendor", [v for v in Vendor if pack().layouts["PureText"].takes(v)])
def test_a_style_of_the_long_text_has_its_slots(style: int, slots: set[str], vendor: Vendor) -> None:
    layout = _layout("PureText")
    placement = _place(replace(_starter("PureText"), style=style), vendor)
    _assert_tidy(placement, layout)
    assert {b.slot for b in placement.slots} == slots


@pytest.mark.parametrize("vendor", [Vendor.HUAWEI, Vendor.OPPO])
def test_350_characters_show_whole(vendor: Vendor) -> None:
    """The published total (hc) is met by the drawing: what the rules take is not cut here."""
    template = _with_words(replace(_starter("PureText"), style=3), "字" * 350)
    assert _layout("PureText").total_chars[vendor].value == 350
    assert _place(template, vendor).cuts == ()


@pytest.mark.parametrize(
    ("name", "group", "least", "most"),
    [
        ("MultipleImageAndText", "articles", 1, 3),
        ("CarouselTitle", "cards", 2, 10),
        ("CarouselSquareImage", "pictures", 1, 5),
        ("CarouselImageSixteenToNine", "pictures", 1, 5),
        ("CarouselVerticalImage", "pictures", 1, 5),
    ],
)
def test_groups_are_as_large_as_the_platform_says(name: str, group: str, least: int, most: int) -> None:
    """2-4 articles with the lead one, 2-10 swiped cards, at most 5 rotating pictures (facts 2.1, 2.5)."""
    spec = _layout(name).group(group)
    assert (spec.least, spec.most) == (least, most)
