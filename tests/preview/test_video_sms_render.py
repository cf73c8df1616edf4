# SPDX-License-Identifier: Apache-2.0
"""Video SMS as pictures: nothing beyond its place, nothing left from before, moving pictures where they belong."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate
from koodesk.preview import fonts
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Rect
from koodesk.preview.render import png
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_pictures import gif_still, still_loader
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_render import MessageRenderer, moving_items
from tests.preview.arithmetic import RESOURCES
from tests.preview.video_sms_goldens import pictures, samples
from tests.preview.video_sms_samples import GIF, LAUNCH, PICTURE, VIDEO, place

pytestmark = pytest.mark.gui

EVERY = pytest.mark.parametrize("kind", list(PhoneKind))
GREEN = QColor("#12b04a")


def _renderer(source: PictureSource | None = None) -> MessageRenderer:
    return MessageRenderer(source or PictureSource(lambda _: None), fonts.load(RESOURCES / "fonts"))


def _place(
    template: VideoTemplate = LAUNCH, kind: PhoneKind = PhoneKind.ANDROID, **options: object
) -> VideoPlacement:
    measure = FontMeasure(fonts.load(RESOURCES / "fonts"))
    return place(template, kind, measure=measure, **options)  # type: ignore[arg-type]  # what `place` takes


def _green(width: int = 64, height: int = 36) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(GREEN)
    return image


def _colour(image: QImage, rect: Rect, x: float, y: float) -> QColor:
    return image.pixelColor(round(rect.x + rect.width * x), round(rect.y + rect.height * y))


@EVERY
@pytest.mark.parametrize("offset", [0.0, 133.0, 9999.0])
def test_nothing_of_the_message_is_painted_beyond_the_thread(
    kind: PhoneKind, offset: float, qapp: QApplication
) -> None:
    """With pictures that are not there yet, whose places are drawn in another way, and with pictures."""
    long = replace(LAUNCH, frames=LAUNCH.frames * 2)
    placement = _place(long, kind, whole=False, offset=offset)
    for source in (None, PictureSource(lambda _: png(_green()))):
        renderer = _renderer(source)
        whole = renderer.paint(placement)
        without = renderer.paint(replace(placement, items=()))
        assert whole != without
        thread = placement.thread
        inside = QRect(round(thread.x), round(thread.y), round(thread.width), round(thread.height))
        for image in (whole, without):
            painter = QPainter(image)
            painter.fillRect(inside, QColor("black"))
            painter.end()
        assert whole == without


def test_what_was_painted_before_is_not_seen(qapp: QApplication) -> None:
    """A renderer that has painted other states paints the same picture as a new one, whatever is typed or pushed down."""
    source = pictures()
    template = samples()[0]["parts"].template
    used = _renderer(source)
    for count in (0, 1, 1, 30, 31, 5, 90, 0):
        first = Frame((template.frames[0].elements[0], Text("新" * count + "#p_1#")))
        changed = replace(template, frames=(first, *template.frames[1:]))
        for kind in PhoneKind:
            for offset in (0.0, 77.5):
                placement = _place(changed, kind, whole=offset == 0.0, offset=offset, dark=count > 40)
                for scale in (1.0, 1.25, 2.0):
                    assert used.paint(placement, scale) == _renderer(source).paint(placement, scale)


@EVERY
def test_moving_pictures_stand_in_their_places(kind: PhoneKind, qapp: QApplication) -> None:
    template = VideoTemplate("主题", (Frame((VIDEO,)), Frame((GIF,)), Frame((PICTURE,))))
    placement = _place(template, kind)
    renderer = _renderer()
    names = [f"frame:{n}/element:1" for n in (1, 2, 3)]
    still = renderer.paint(placement)
    moving = renderer.paint(placement, 1.0, dict.fromkeys(names, _green()))
    boxes = [box.rect for name in names if (box := placement.media_box(name)) is not None]
    assert len(boxes) == 3
    for rect, moves in zip(boxes, (True, True, False), strict=True):
        for x, y in ((0.5, 0.5), (0.1, 0.5), (0.9, 0.9), (0.1, 0.9)):  # sign to play, badges, and beside them
            assert (_colour(moving, rect, x, y) == GREEN) is moves
    # Beside the two that move nothing has changed.
    for image in (still, moving):
        painter = QPainter(image)
        for rect in boxes[:2]:
            painter.fillRect(
                QRect(int(rect.x), int(rect.y), int(rect.width) + 1, int(rect.height) + 1), "black"
            )
        painter.end()
    assert still == moving


def test_a_moving_picture_of_another_shape_fills_its_place(qapp: QApplication) -> None:
    placement = _place(VideoTemplate("", (Frame((VIDEO,)),)))
    box = placement.media_box("frame:1/element:1")
    assert box is not None
    image = _renderer().paint(placement, 1.0, {box.content_id: _green(30, 90)})
    assert {_colour(image, box.rect, x, 0.5).name() for x in (0.02, 0.5, 0.98)} == {GREEN.name()}


def test_a_sound_that_plays_keeps_its_bar(qapp: QApplication) -> None:
    """It has no picture to stand in its place; a frame for something that is not there is left alone."""
    renderer = _renderer()
    placement = _place()
    assert renderer.paint(placement, 1.0, {"frame:9/element:1": _green()}) == renderer.paint(placement)
    kept = moving_items(placement, {"frame:1/element:1": _green()})
    gone = set(placement.items) - set(kept)
    assert {item.content_id for item in gone} == {"frame:1/element:1"}
    assert {getattr(item, "role", "") for item in gone} == {"play", "time"}


def test_a_picture_that_arrives_later_is_shown(qapp: QApplication) -> None:
    files: dict[str, bytes] = {}
    source = PictureSource(files.get)
    renderer = _renderer(source)
    placement = _place(VideoTemplate("", (Frame((PICTURE,)),)))
    box = placement.media_box("frame:1/element:1")
    assert box is not None
    before = renderer.paint(placement)
    assert renderer.paint(placement) == before
    files[PICTURE.digest] = png(_green())
    source.forget_missing()
    after = renderer.paint(placement)
    assert _colour(after, box.rect, 0.5, 0.5) == GREEN
    other = _green()
    other.fill(QColor("#3355cc"))
    files[PICTURE.digest] = png(other)
    source.forget(PICTURE.digest)
    assert _colour(renderer.paint(placement), box.rect, 0.5, 0.5) == QColor("#3355cc")


def test_a_canvas_may_draw_the_message_by_itself(qapp: QApplication) -> None:
    renderer = _renderer()
    placement = _place()
    image = renderer.paint(replace(placement, items=()))
    painter = QPainter(image)
    renderer.draw_message(painter, placement)
    painter.end()
    assert image == renderer.paint(placement)


def test_scale_is_pixels_a_dp(qapp: QApplication) -> None:
    placement = _place()
    image = _renderer().paint(placement, 1.5)
    assert (image.width(), image.height()) == (round(placement.width * 1.5), round(placement.height * 1.5))


def test_one_renderer_for_several_threads(qapp: QApplication) -> None:
    renderer = _renderer(pictures())
    template = samples()[0]["launch"].template
    placements = [_place(template, kind, dark=dark) for kind in PhoneKind for dark in (False, True)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(renderer.paint, placements * 3))
    alone = [_renderer(pictures()).paint(one) for one in placements]
    assert together == alone * 3


# --- stills --------------------------------------------------------------------------------------------------------


def _gif(colour: str = "#12b04a", size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    first = Image.new("RGB", size, colour)
    first.save(file, "GIF", save_all=True, append_images=[Image.new("RGB", size, "black")], duration=90)
    return file.getvalue()


def test_the_first_picture_of_a_gif_is_its_still(qapp: QApplication) -> None:
    data = gif_still(_gif())
    assert data is not None
    image = QImage.fromData(data)
    assert (image.width(), image.height()) == (40, 30)
    assert image.pixelColor(20, 15) == GREEN


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"GIF89a" + b"\0" * 60, _gif()[:30], b"GIF89a\xff\xff\xff\xff\x00\x00\x00;", png],
    ids=["empty", "magic", "zeros", "cut", "huge", "png"],
)
@pytest.mark.qt_log_ignore("gif", "GIF")
def test_a_broken_gif_has_no_still(data: object, qapp: QApplication) -> None:
    held = data if isinstance(data, bytes) else png(_green())
    assert gif_still(held) is None


def test_a_loader_gives_stills_and_covers(qapp: QApplication) -> None:
    asked: list[tuple[str, int]] = []

    def cover(digest: str, at_ms: int) -> bytes | None:
        asked.append((digest, at_ms))
        return b"cover"

    files = {"aa": b"\xff\xd8\xff picture", "bb": _gif()}
    load = still_loader(files.get, cover)
    assert load("aa") == files["aa"]
    assert load("bb") == gif_still(files["bb"])
    assert load("cc") is None
    assert load("dd@1200") == b"cover"
    assert asked == [("dd", 1200)]
    assert load("dd@-5") is None
