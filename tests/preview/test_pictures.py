# SPDX-License-Identifier: Apache-2.0
"""Pictures: what is decoded, what is refused, what is kept, and which part of which size is drawn."""

import struct
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from koodesk.domain.crop import Crop
from koodesk.preview.pictures import KEEP_SIDE, Ladder, PictureSource, decode

pytestmark = pytest.mark.gui


def _file(width: int, height: int, kind: str = "PNG", colour: str = "red") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]  # the stub wants bytes, Qt takes a text
    return bytes(buffer.data().data())


def _png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header says a size and whose body is nearly nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_ladder_is_halved_down(qapp: QApplication) -> None:
    ladder = decode(_file(800, 400))
    assert ladder is not None
    assert ladder.natural == (800, 400)
    assert [rung.width() for rung in ladder.rungs] == [800, 400, 200, 100]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 50,
        b"%!PS-Adobe-3.0 EPSF-3.0",
        _png_of_size(60_000, 60_000),
        b"\xff\xd8\xff\xe0" + b"\0" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=["empty", "gif", "eps", "bomb", "broken jpeg", "svg"],
)
@pytest.mark.qt_log_ignore("JPEG")
def test_what_cannot_be_decoded_is_no_picture(data: bytes, qapp: QApplication) -> None:
    assert decode(data) is None


def test_a_large_picture_is_kept_smaller_and_cropped_alike(qapp: QApplication) -> None:
    ladder = decode(_file(4000, 3000, "JPEG"))
    assert ladder is not None
    assert ladder.natural == (4000, 3000)
    assert ladder.rungs[0].width() == KEEP_SIDE
    image, part = ladder.part(Crop(2000, 1500, 2000, 1500), 4 / 3, 10_000)
    assert part.x() == pytest.approx(image.width() / 2)
    assert part.right() == pytest.approx(image.width())
    assert part.bottom() == pytest.approx(image.height())


def test_the_rung_is_at_least_as_large_as_what_is_drawn(qapp: QApplication) -> None:
    ladder = decode(_file(1600, 1600))
    assert ladder is not None
    for pixels in (10, 72, 144, 399, 400, 401, 1600, 3000):
        image, part = ladder.part(None, 1.0, pixels)
        assert part.width() >= pixels or image.width() == 1600
        assert part.width() < 2 * pixels or image is ladder.rungs[-1]


@pytest.mark.parametrize("crop", [Crop(-5, -5, 10, 10), Crop(90, 90, 500, 500), Crop(900, 900, 0, -3)])
def test_a_box_beyond_the_picture_is_drawn_as_far_as_it_goes(crop: Crop, qapp: QApplication) -> None:
    ladder = decode(_file(100, 100))
    assert ladder is not None
    image, part = ladder.part(crop, 1.0, 72)
    assert part.width() > 0
    assert part.height() > 0
    assert image.rect().toRectF().contains(part)


def test_pictures_are_asked_for_once_and_the_oldest_go(qapp: QApplication) -> None:
    asked: Counter[str] = Counter()

    def loader(digest: str) -> bytes | None:
        asked[digest] += 1
        return _file(256, 256) if digest != "none" else None

    one = decode(_file(256, 256))
    assert isinstance(one, Ladder)
    source = PictureSource(loader, limit=2 * one.memory())
    for digest in ("a", "b", "a", "none", "none", "c"):
        source.ladder(digest)
    assert asked == {"a": 1, "b": 1, "none": 1, "c": 1}
    assert source.held() <= 2 * one.memory()
    source.ladder("b")
    assert asked["b"] == 2
    held = source.held()
    source.forget("b")
    assert source.held() == held - one.memory()
    source.forget("none")
    source.ladder("none")
    assert asked["none"] == 2


def test_no_digest_is_no_picture(qapp: QApplication) -> None:
    assert PictureSource(lambda _: pytest.fail("asked")).ladder("") is None


def test_many_threads_get_the_same_picture(qapp: QApplication) -> None:
    source = PictureSource(lambda _: _file(300, 300))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(source.ladder, ["x"] * 40))
    assert all(ladder is not None and ladder.natural == (300, 300) for ladder in found)
    kept = source.ladder("x")
    assert kept is not None
    assert source.held() == kept.memory()
