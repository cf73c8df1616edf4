# SPDX-License-Identifier: Apache-2.0
"""What the painter leaves on a picture: clipped where it must be, still at phase 0, and never more than it was given."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from koodesk.domain.samples import sample_starter
from koodesk.domain.template import TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Clip, Fill, Font, Placement, Rect, Shape, ShapeKind
from koodesk.preview.render import Renderer, paint, png
from koodesk.preview.sheet import Column, sheet
from tests.preview.arithmetic import RESOURCES, TAKERS, card, layout, pack, phones
from tests.preview.goldens import GOLDENS

pytestmark = pytest.mark.gui


def _renderer() -> Renderer:
    return Renderer(PictureSource(lambda _: None), fonts.load(RESOURCES / "fonts"))


def _placement(vendor: Vendor, *, dark: bool = False, sub_type: int = 1, body: str = "一") -> Placement:
    template = replace(card(body=body), sub_type=sub_type)
    measure = FontMeasure(fonts.load(RESOURCES / "fonts"))
    return arrange(template, layout(), vendor, pack(), phones()[vendor], {}, measure, dark=dark)


@pytest.mark.parametrize("vendor", TAKERS)
def test_nothing_of_the_card_is_painted_beside_it(vendor: Vendor, qapp: QApplication) -> None:
    placement = _placement(vendor)
    renderer = _renderer()
    whole = renderer.paint(placement)
    without = renderer.paint(replace(placement, items=()))
    edge = placement.card.united(placement.toggle).grown(1.0)
    for x in range(0, whole.width(), 2):
        for y in range(0, whole.height(), 2):
            if not (edge.x <= x < edge.right and edge.y <= y < edge.bottom):
                assert whole.pixel(x, y) == without.pixel(x, y), (x, y)


def test_phase_moves_the_dynamic_button_only(qapp: QApplication) -> None:
    renderer = _renderer()
    moving, still = _placement(Vendor.HUAWEI, sub_type=2), _placement(Vendor.HUAWEI)
    assert renderer.paint(moving, 1.0, 0.0) == renderer.paint(still)
    assert renderer.paint(moving, 1.0, 0.5) != renderer.paint(still)
    assert renderer.paint(still, 1.0, 0.5) == renderer.paint(still)


def test_kept_ground_changes_nothing(qapp: QApplication) -> None:
    """A renderer that has painted other things paints the same picture as a new one."""
    renderer = _renderer()
    for body in ("一", "二" * 60, "三"):
        for dark in (False, True):
            placement = _placement(Vendor.VIVO, dark=dark, body=body)
            assert renderer.paint(placement) == paint(placement, renderer.pictures, renderer.faces)


def test_scale_is_pixels_a_dp(qapp: QApplication) -> None:
    placement = _placement(Vendor.OPPO)
    image = _renderer().paint(placement, 1.5)
    assert (image.width(), image.height()) == (
        round(placement.width * 1.5),
        round(placement.height * 1.5),
    )


def test_png_holds_no_time_and_comes_back_the_same(qapp: QApplication) -> None:
    image = _renderer().paint(_placement(Vendor.XIAOMI))
    data = png(image)
    assert b"tIME" not in data
    assert b"tEXt" not in data
    assert b"iCCP" not in data
    back = QImage.fromData(data).convertToFormat(QImage.Format.Format_ARGB32)
    assert back.pixelColor(176, 300) == QColor.fromRgba(image.convertToFormat(back.format()).pixel(176, 300))


def test_measured_width_is_additive(qapp: QApplication) -> None:
    measure = FontMeasure(fonts.load(RESOURCES / "fonts"))
    font = Font(13, bold=True)
    text = "新春Red红包 30%，"
    assert measure.advance(text, font) == pytest.approx(sum(measure.advance(c, font) for c in text))
    assert measure.advance("红", Font(20)) == pytest.approx(20)
    assert measure.missing("红🏮包🏮") == "🏮"
    assert measure.missing("喆玥祎垚堃") == ""


def test_a_sheet_has_a_column_for_every_vendor(qapp: QApplication) -> None:
    renderer = _renderer()
    drawn = Column("华为", _placement(Vendor.HUAWEI), ("“标题”被截断",))
    refused = Column("魅族", None, ("不支持“红包”版式",))
    one, two = (sheet(columns, "新春红包", "2024-10-12", renderer) for columns in ([drawn], [drawn, refused]))
    assert two.width() - one.width() == pytest.approx(_placement(Vendor.HUAWEI).width + 28, abs=1)
    assert two.height() == one.height()
    bare = sheet([replace(drawn, notes=())], "新春红包", "2024-10-12", renderer)
    assert bare != one


@pytest.mark.parametrize(
    "name", ["oppo-background", "vivo-background", "huawei-long", "huawei-moving", "samsung-dark"]
)
def test_typing_and_growing_leave_nothing_behind(name: str, qapp: QApplication) -> None:
    """Whatever was painted before, the picture is that of a renderer which has painted nothing."""
    golden = next(g for g in GOLDENS if g.name == name)
    folder = RESOURCES / "samples" / "materials"
    starter, materials = sample_starter(layout(), RESOURCES)
    files = {**materials, "lantern": (folder / "lantern.png").read_bytes()}
    faces = fonts.load(RESOURCES / "fonts")
    measure, pictures = FontMeasure(faces), PictureSource(files.get)
    renderer = Renderer(pictures, faces)
    template = golden.change(starter)
    body = template.by_slot("body")
    assert isinstance(body, TextContent)
    for text in ("一", "一二", "一二", "一" * 30, "一" * 31, "一" * 60, "一二", body.text):
        changed = template.with_content(replace(body, text=text))
        phone = phones()[golden.vendor]
        placement = arrange(changed, layout(), golden.vendor, pack(), phone, {}, measure, dark=golden.dark)
        assert renderer.paint(placement, 1.0, golden.phase) == Renderer(pictures, faces).paint(
            placement, 1.0, golden.phase
        )


def test_a_background_that_arrives_later_is_shown(qapp: QApplication) -> None:
    golden = next(g for g in GOLDENS if g.name == "oppo-background")
    starter, _ = sample_starter(layout(), RESOURCES)
    files: dict[str, bytes] = {}
    faces = fonts.load(RESOURCES / "fonts")
    pictures = PictureSource(files.get)
    renderer = Renderer(pictures, faces)
    template, phone = golden.change(starter), phones()[Vendor.OPPO]
    placement = arrange(template, layout(), Vendor.OPPO, pack(), phone, {}, FontMeasure(faces))
    before = renderer.paint(placement)
    renderer.paint(placement)
    files["lantern"] = (RESOURCES / "samples" / "materials" / "lantern.png").read_bytes()
    pictures.forget("lantern")
    assert renderer.paint(placement) != before
    assert renderer.paint(placement) == Renderer(pictures, faces).paint(placement)


def test_a_picture_that_fills_a_round_card_has_its_corners(qapp: QApplication) -> None:
    """The clip of a box of the picture's own size holds too: the picture itself is not rounded."""
    rect = Rect(0, 0, 40, 40)
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    square = Shape(ShapeKind.ROUND, rect, Fill("#ff000000"), clips=(Clip(rect, 20),))
    draw_items(painter, (square,), PictureSource(lambda _: None), fonts.load(RESOURCES / "fonts"))
    painter.end()
    assert image.pixelColor(1, 1) == QColor("#ffffff")
    assert image.pixelColor(20, 20) == QColor("#000000")
