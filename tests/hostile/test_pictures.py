# SPDX-License-Identifier: Apache-2.0
"""Pictures nobody should send, through the gallery's own door: a typed refusal each, and nothing of them kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from koodesk.domain.material_rules import MAX_PIXELS, PLATFORM_BYTES
from koodesk.domain.problem import Refused
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import picture_forge as forge


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def truncated() -> bytes:
    whole = forge.saved(forge.noise(200, 200), "JPEG")
    return whole[: len(whole) // 2]


def gif() -> bytes:
    return forge.saved(forge.upright(), "GIF")


def huge_bmp() -> bytes:
    """A small file whose header says that it is enormous."""
    small = bytearray(forge.saved(forge.upright(), "BMP"))
    small[18:26] = (60_000).to_bytes(4, "little") + (60_000).to_bytes(4, "little")
    return bytes(small)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "picture.empty"),
        (forge.huge_png, "picture.too_many_pixels"),
        (forge.eps, "picture.format"),
        (gif, "picture.format"),
        (truncated, "picture.damaged"),
        (lambda: b"\xff\xd8\xff", "picture.damaged"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture.damaged"),
        (lambda: forge.saved(forge.upright(), "PNG")[:90], "picture.damaged"),
        (lambda: b"<svg onload='x'/>", "picture.format"),
        (lambda: b"BM", "picture.damaged"),
        (lambda: b"BM" + b"\0" * 60, "picture.damaged"),
        (huge_bmp, "picture.too_many_pixels"),
        (lambda: forge.saved(forge.upright(), "BMP")[:80], "picture.damaged"),
    ],
)
def test_a_bad_picture_named_jpg(make: Callable[[], bytes], code: str, desk: Desk) -> None:
    path = desk.folder / "picture.jpg"
    path.write_bytes(make())
    (outcome,) = desk.materials.add_files([path])
    assert outcome.row is None
    assert [p.code for p in outcome.problems] == [code]
    assert desk.materials.list() == ()
    assert not list((desk.folder / "materials").glob("*"))


def test_the_limit_of_pixels_is_in_the_refusal(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.materials.add_bytes("x.png", forge.huge_png())
    (found,) = refused.value.problems
    assert (found.param("width"), found.param("height"), found.param("limit")) == (60_000, 60_000, MAX_PIXELS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_upright_and_without_secrets(orientation: int, desk: Desk) -> None:
    data = forge.photograph(orientation)
    assert b"SERIAL-0001" in data
    row = desk.materials.add_bytes("photo.jpg", data)
    stored = row.path.read_bytes()
    picture = Image.open(io.BytesIO(stored)).convert("RGB")
    assert (row.width, row.height) == picture.size == (60, 40)
    for (right, bottom), colour in forge.CORNERS.items():
        seen = picture.getpixel((5 + right * 50, 5 + bottom * 30))
        assert isinstance(seen, tuple)
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 40, (orientation, right, bottom)
    assert b"SERIAL-0001" not in stored
    assert b"Exif" not in stored


def test_what_was_appended_is_gone(desk: Desk) -> None:
    plain = forge.saved(forge.upright(), "PNG")
    row = desk.materials.add_bytes("x.png", plain + b"PK\x03\x04 hidden archive")
    assert b"hidden" not in row.path.read_bytes()
    assert desk.materials.add_bytes("again.png", plain).digest == row.digest


def test_text_chunks_of_a_png_are_gone(desk: Desk) -> None:
    data = forge.saved(forge.upright(), "PNG")
    at = data.index(b"IDAT") - 4
    row = desk.materials.add_bytes(
        "x.png", data[:at] + forge.png_chunk(b"tEXt", b"Author\0somebody") + data[at:]
    )
    assert b"somebody" not in row.path.read_bytes()


def test_a_picture_one_byte_over_the_platforms_limit_is_flagged_and_can_be_optimised(desk: Desk) -> None:
    noise = forge.noise(1100, 700)
    row = desk.materials.add_bytes("large.png", forge.saved(noise, "PNG"))
    assert row.size > PLATFORM_BYTES
    assert row.oversize
    small = desk.materials.optimise(row.digest)
    assert small.size <= PLATFORM_BYTES
    assert not small.oversize
    assert (small.width, small.height, small.media_type) == (1100, 700, "image/jpeg")
    assert desk.materials.get(row.digest) == row, "the original stays"


@pytest.mark.parametrize(("over", "flagged"), [(0, False), (1, True)])
def test_the_limit_is_exact(over: int, flagged: bool, desk: Desk) -> None:
    from koodesk.domain.material_rules import oversize

    assert oversize(PLATFORM_BYTES + over) is flagged


def test_a_bitmap_is_written_anew_as_png(desk: Desk) -> None:
    path = desk.folder / "scan.bmp"
    path.write_bytes(forge.saved(forge.upright(), "BMP"))
    (outcome,) = desk.materials.add_files([path])
    assert outcome.row is not None
    assert outcome.row.media_type == "image/png"
    assert outcome.row.path.read_bytes().startswith(b"\x89PNG")
