# SPDX-License-Identifier: Apache-2.0
"""The large red packet, shop cards, videos and short dramas: what each draws because of a choice, and what lies on what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import LayoutSpec, Switch
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import (
    ButtonContent,
    ImageContent,
    MaterialRef,
    Picture,
    Template,
    TextContent,
    VideoContent,
)
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.ornaments import cloud, waves
from koodesk.preview.painter import draw_items
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import (
    Fill,
    Font,
    PictureBox,
    Placement,
    Pulse,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
)
from koodesk.preview.render import Renderer, blank, png
from tests.preview.arithmetic import MEASURE, RESOURCES, pack, phones


def spec(name: str) -> LayoutSpec:
    return pack().layouts[name]


def starter(name: str) -> Template:
    return sample_starter(spec(name), RESOURCES)[0]


def placed(template: Template, vendor: Vendor = Vendor.HUAWEI) -> Placement:
    return arrange(template, spec(template.layout), vendor, pack(), phones()[vendor], {}, MEASURE)


def texts(placement: Placement) -> list[str]:
    return [i.text for i in placement.items if isinstance(i, TextLine) and i.content_id]


def body_of(placement: Placement, content_id: str) -> Shape:
    (shape,) = (i for i in placement.of(content_id) if isinstance(i, Shape) and i.role == "button")
    return shape


# --- the large red packet ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", [Vendor.HUAWEI, Vendor.VIVO])
def test_the_large_packet_is_three_to_four_with_its_words_and_coin_in_their_zones(vendor: Vendor) -> None:
    placement = placed(starter("RedPacketPersonal"), vendor)
    card = placement.card
    assert card.width / card.height == pytest.approx(3 / 4, abs=0.001)
    plain, free = spec("RedPacketPersonal").slot("background").safe_areas
    (title,) = (i for i in placement.of("title") if isinstance(i, TextLine))
    assert card.y + card.height * plain.top <= title.rect.y
    assert title.rect.bottom <= card.y + card.height * plain.bottom
    coin = body_of(placement, "button")
    assert coin.kind is ShapeKind.COIN
    middle = coin.rect.y + coin.rect.height / 2
    assert card.y + card.height * free.top < middle < card.bottom
    assert card.contains(coin.rect)


def test_as_many_characters_as_the_guide_says_stand_on_their_lines() -> None:
    template = starter("RedPacketPersonal")
    for slot, count in (("merchant", 13), ("title", 11), ("body", 36)):
        content = template.by_slot(slot)
        assert isinstance(content, TextContent)
        for extra, cuts in ((0, 0), (1, 1)):
            longer = template.with_content(replace(content, text="红" * (count + extra)))
            found = [c for c in placed(longer).cuts if c.slot == slot]
            assert len(found) == cuts, (slot, extra)


@pytest.mark.parametrize("choice", ["开", "拆", "抢", "领"])
def test_the_coin_carries_the_chosen_character_cut_into_it(choice: str) -> None:
    template = starter("RedPacketPersonal")
    assert choice in spec("RedPacketPersonal").slot("button").choices
    button = template.by_slot("button")
    assert isinstance(button, ButtonContent)
    placement = placed(template.with_content(replace(button, text=choice)))
    (line,) = (i for i in placement.of("button") if isinstance(i, TextLine))
    assert line.text == choice
    assert line.relief
    coin = body_of(placement, "button").rect
    assert coin.contains(line.rect)
    assert line.rect.x + line.rect.width / 2 == pytest.approx(coin.x + coin.width / 2)


def test_style_two_leaves_background_and_coin_only() -> None:
    one, two = placed(starter("RedPacketPersonal")), placed(replace(starter("RedPacketPersonal"), style=2))
    assert [s.slot for s in one.slots] == ["background", "logo", "merchant", "title", "body", "button"]
    assert [s.slot for s in two.slots] == ["background", "button"]
    assert two.card == one.card
    assert body_of(two, "button") == body_of(one, "button")


def test_the_button_moves_on_huawei_only() -> None:
    moving = replace(starter("RedPacketPersonal"), sub_type=2)
    assert any(isinstance(i, Pulse) for i in placed(moving).items)
    still = placed(moving, Vendor.VIVO)
    assert not any(isinstance(i, Pulse) for i in still.items)
    assert "preview.button.static" in {m.code for m in still.marks}


def test_a_background_of_ones_own_takes_the_place_of_the_drawn_one() -> None:
    template = starter("RedPacketPersonal")
    background = template.by_slot("background")
    assert isinstance(background, ImageContent)
    own = Picture(MaterialRef("own", 1000, 1000, 1))
    placement = placed(template.with_content(replace(background, picture=own)))
    (box,) = (i for i in placement.items if isinstance(i, PictureBox) and i.role == "background")
    assert (box.digest, box.rect) == ("own", placement.card)
    assert box.crop == Crop(125, 0, 750, 1000)
    assert not [i for i in placement.items if isinstance(i, Shape) and i.role == "art"]
    assert [i for i in placed(template).items if isinstance(i, Shape) and i.role == "art"]


def test_the_background_is_met_where_nothing_else_lies() -> None:
    placement = placed(starter("RedPacketPersonal"))
    card = placement.card
    found = placement.slot_at(card.x + 10, card.y + card.height * 0.6)
    assert found is not None
    assert found.slot == "background"
    logo = next(s for s in placement.slots if s.slot == "logo").rect
    assert placement.slot_at(logo.x + 5, logo.y + 5).slot == "logo"  # type: ignore[union-attr]  # it is there


def test_ornaments_stay_within_their_rectangle() -> None:
    rect = Rect(20, 30, 90, 45)
    for depth in (0.0, -1.0):
        box = cloud(Shape(ShapeKind.CLOUD, rect, depth=depth)).boundingRect()
        assert rect.grown(0.5).contains(Rect(box.x(), box.y(), box.width(), box.height()))
    plain, turned = (cloud(Shape(ShapeKind.CLOUD, rect, depth=d)) for d in (0.0, -1.0))
    assert plain != turned
    scales = waves(Shape(ShapeKind.WAVES, rect, count=6))
    assert scales.elementCount() > 500
    assert scales.boundingRect().y() >= rect.y - 1e-6


# --- shop cards ----------------------------------------------------------------------------------------------------


def test_button_colours_follow_the_sub_type_on_huawei_and_stay_elsewhere() -> None:
    def colours(sub_type: int, vendor: Vendor) -> tuple[Fill, Fill]:
        placement = placed(replace(starter("ECImageAndText"), sub_type=sub_type), vendor)
        return body_of(placement, "button_second").fill, body_of(placement, "button").fill

    assert len({colours(n, Vendor.HUAWEI) for n in range(1, 6)}) == 5
    phone = phones()[Vendor.HUAWEI]
    assert colours(1, Vendor.HUAWEI) == (phone.fill("shop_orange", False), phone.fill("shop_red", False))
    assert colours(5, Vendor.HUAWEI) == (phone.fill("shop_black", False), phone.fill("shop_rose", False))
    for vendor in (Vendor.OPPO, Vendor.VIVO, Vendor.SAMSUNG):
        assert len({colours(n, vendor) for n in range(1, 6)}) == 1


@pytest.mark.parametrize(
    ("name", "slot"),
    [("ECImageAndText", "price"), ("Ecommerce", "price"), ("EcommerceCouponVertical", "coupon_amount")],
)
def test_the_currency_sign_can_be_left_out(name: str, slot: str) -> None:
    template = starter(name)
    price = template.by_slot(slot)
    assert isinstance(price, TextContent)
    assert Switch.CURRENCY in spec(name).slot(slot).switches
    assert f"￥{price.text}" in texts(placed(template))
    bare = texts(placed(template.with_content(replace(price, currency=False))))
    assert f"￥{price.text}" not in bare
    assert price.text in bare


def test_a_video_or_pictures_one_at_a_time_with_dots() -> None:
    template = starter("ECImageAndText")
    first, second = placed(template), placed_at(template, 1)
    shown = [[i.digest for i in p.items if isinstance(i, PictureBox)] for p in (first, second)]
    assert len(shown[0]) == len(shown[1]) == 1
    assert shown[0] != shown[1]
    assert sum(1 for i in first.items if isinstance(i, Shape) and i.role == "dots") == 3
    page = template.pages[0]
    film = VideoContent("video", "video", cover=Picture(MaterialRef("cover", 100, 100, 1)))
    words = tuple(c for c in page.contents if not isinstance(c, ImageContent))
    with_film = placed(replace(template, pages=(replace(page, contents=(film, *words)),)))
    (box,) = (i for i in with_film.items if isinstance(i, PictureBox))
    assert (box.role, box.rect.width) == ("video", box.rect.height)
    assert not [i for i in with_film.items if isinstance(i, Shape) and i.role == "dots"]


def placed_at(template: Template, item: int) -> Placement:
    phone = phones()[Vendor.HUAWEI]
    at = {"pictures": item}
    return arrange(template, spec(template.layout), Vendor.HUAWEI, pack(), phone, {}, MEASURE, at=at)


@pytest.mark.parametrize("name", ["EcommerceCouponVertical", "EcommerceCouponHorizontal"])
def test_the_coupon_zone_is_hidden_by_sub_type_two(name: str) -> None:
    zone = [s.id for s in spec(name).slots if 4 <= s.position <= 7]
    assert zone == ["coupon_amount", "coupon_title", "coupon_text", "coupon_button"]
    template = starter(name)
    shown, hidden = placed(template), placed(replace(template, sub_type=2))
    assert set(zone) <= {s.slot for s in shown.slots}
    assert not set(zone) & {s.slot for s in hidden.slots}
    assert {s.slot for s in shown.slots} - set(zone) == {s.slot for s in hidden.slots}
    assert hidden.card.height < shown.card.height
    assert any(isinstance(i, Shape) and i.kind is ShapeKind.TICKET for i in shown.items)
    assert not any(isinstance(i, Shape) and i.kind is ShapeKind.TICKET for i in hidden.items)


def test_the_coupons_button_moves_by_itself() -> None:
    template = starter("EcommerceCouponVertical")
    button = template.by_slot("coupon_button")
    assert isinstance(button, ButtonContent)
    for moving in (True, False):
        placement = placed(template.with_content(replace(button, moving=moving)))
        assert [i.content_id for i in placement.items if isinstance(i, Pulse)] == ["coupon_button"] * moving


@pytest.mark.parametrize(("name", "group"), [("Ecommerce", "goods"), ("VideoImageAndText", "articles")])
def test_rows_from_the_fewest_to_the_most(name: str, group: str) -> None:
    template, layout = starter(name), spec(name)
    slots = [s.id for s in layout.slots_of(group)]
    page = template.pages[0]
    head = tuple(c for c in page.contents if c.slot not in slots)
    one = tuple(c for c in page.contents if c.slot in slots and c.item == 0)
    for count in (layout.group(group).least, layout.group(group).most):
        rows = tuple(replace(c, id=f"{c.id}+{n}", item=n) for n in range(count) for c in one)
        placement = placed(replace(template, pages=(replace(page, contents=(*head, *rows)),)))
        assert len([s for s in placement.slots if s.slot == slots[0]]) == count
        for left in placement.slots:
            assert placement.card.contains(left.rect), left


def test_a_hidden_part_of_a_product_is_not_drawn() -> None:
    template = starter("Ecommerce")
    price = template.by_slot("price", 1)
    assert isinstance(price, TextContent)
    placement = placed(template.with_content(replace(price, visible=False)))
    assert price.id not in {s.content_id for s in placement.slots}
    assert template.by_slot("price", 0).id in {s.content_id for s in placement.slots}  # type: ignore[union-attr]


# --- videos and dramas ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ratio", "shape"), [("threeToFour", 4 / 3), ("oneToOne", 1.0), ("", 4 / 3)])
def test_a_drama_has_the_ratio_it_names(ratio: str, shape: float) -> None:
    template = starter("ShortVideo")
    video = template.by_slot("video")
    assert isinstance(video, VideoContent)
    placement = placed(template.with_content(replace(video, ratio=ratio)))
    (box,) = (i for i in placement.items if isinstance(i, PictureBox))
    assert box.rect.height / box.rect.width == pytest.approx(shape)
    pill = next(i for i in placement.items if isinstance(i, Shape) and i.role == "time")
    assert pill.rect.bottom < box.rect.y + box.rect.height / 2


def test_the_sign_to_play_belongs_to_sub_type_two() -> None:
    def signs(sub_type: int) -> list[Shape]:
        placement = placed(replace(starter("ShortVideoImage"), sub_type=sub_type))
        return [i for i in placement.items if isinstance(i, Shape) and i.kind is ShapeKind.TRIANGLE]

    assert signs(1) == []
    assert len(signs(2)) == 1


def test_a_box_of_a_sub_type_needs_numbers(tmp_path: Path) -> None:
    for path in (RESOURCES / "phones").rglob("*.toml"):
        target = tmp_path / path.relative_to(RESOURCES / "phones")
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text("utf-8").replace("when = [2]", 'when = ["two"]'), "utf-8")
    with pytest.raises(Refused) as refused:
        read_phones(tmp_path)
    assert [p.code for p in refused.value.problems] == ["data.wrong_type"]


@pytest.mark.gui
@pytest.mark.parametrize("name", ["Video", "ShortVideo", "ShortVideoImage", "ECImageAndText"])
def test_what_lies_over_a_picture_stays_over_it(name: str, qapp: QApplication) -> None:
    """The renderer paints pictures anew each time; signs, times and dots over them must come after."""
    template, files = sample_starter(spec(name), RESOURCES)
    faces = fonts.load(RESOURCES / "fonts")
    phone = phones()[Vendor.HUAWEI]
    placement = arrange(template, spec(name), Vendor.HUAWEI, pack(), phone, {}, FontMeasure(faces))
    renderer = Renderer(PictureSource(files.get), faces)
    plain = blank(placement.width, placement.height, 1.0)
    painter = QPainter(plain)
    for part in (placement.shell, placement.front, placement.items):
        draw_items(painter, part, renderer.pictures, faces)
    painter.end()
    for _ in range(2):
        assert renderer.paint(placement) == plain


@pytest.mark.gui
def test_a_relief_lies_around_the_words_and_not_beside_the_coin(qapp: QApplication) -> None:
    faces = fonts.load(RESOURCES / "fonts")
    font = Font(40, bold=True)
    line = TextLine(Rect(20, 10, 40, 40), 46, font, "#8a4b0a", (Run("开", 20, 40, 0, 1),), relief="#ffffff")

    def painted(*items: Shape | TextLine) -> QImage:
        image = blank(80, 80, 1.0)
        image.fill(QColor("#d0a040"))
        painter = QPainter(image)
        draw_items(painter, items, PictureSource(lambda _: None), faces)
        painter.end()
        return image

    cut, flat = painted(line), painted(replace(line, relief=""))
    lights = [
        max(image.pixelColor(x, y).blue() for x in range(80) for y in range(80)) for image in (cut, flat)
    ]
    assert lights[0] > 150
    assert lights[1] <= 0x40
    coin = painted(Shape(ShapeKind.COIN, Rect(20, 20, 40, 40), Fill("#ffedb0", "#eeb54a"), stroke="#a86a17"))
    ground = painted()
    for x, y in ((2, 2), (77, 2), (2, 77), (77, 77), (40, 12)):
        assert coin.pixelColor(x, y) == ground.pixelColor(x, y)
    assert coin.pixelColor(30, 30) != ground.pixelColor(30, 30)
    assert png(coin) == png(
        painted(Shape(ShapeKind.COIN, Rect(20, 20, 40, 40), Fill("#ffedb0", "#eeb54a"), stroke="#a86a17"))
    )
