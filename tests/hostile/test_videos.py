# SPDX-License-Identifier: Apache-2.0
"""Videos nobody should send, through the gallery's own door: a typed refusal each, and nothing of them kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.ports.progress import never
from koodesk.backend.readers import mp4_boxes
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.domain.problem import Refused
from koodesk.domain.video_rules import PLATFORM_BYTES
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film

FTYP = forge.box(b"ftyp", b"isom\0\0\2\0isommp41")

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "video.empty"),
    "a playlist of addresses": (lambda: forge.PLAYLISTS["m3u8"], "video.format"),
    "a list of files": (lambda: forge.PLAYLISTS["concat"], "video.format"),
    "a manifest": (lambda: forge.PLAYLISTS["dash"], "video.format"),
    "an address": (lambda: forge.PLAYLISTS["address"], "video.format"),
    "a playlist behind the head of an mp4": (lambda: FTYP + forge.PLAYLISTS["m3u8"], "video.truncated"),
    "a picture": (lambda: picture_forge.saved(picture_forge.upright(), "PNG"), "video.format"),
    "matroska": (lambda: film(container="matroska"), "video.format"),
    "quicktime": (lambda: film(container="mov"), "video.format"),
    "quicktime that also says mp4": (lambda: forge.branded(film(), b"qt  "), "video.format"),
    "3gp": (lambda: film("mpeg4", container="3gp"), "video.format"),
    "a picture of a phone": (lambda: forge.branded(film(), b"heic"), "video.format"),
    "one byte above the platform's limit": (
        lambda: forge.padded(film(), PLATFORM_BYTES + 1),
        "video.too_large",
    ),
    "pictures in another file": (lambda: forge.pointing_outside(film()), "video.external"),
    "cut in the middle": (lambda: film()[: len(film()) // 2], "video.truncated"),
    "the last byte missing": (lambda: film()[:-1], "video.truncated"),
    "something appended": (lambda: film() + b"PK\3\4 hidden archive", "video.truncated"),
    "no index": (lambda: FTYP + forge.box(b"mdat", bytes(500)), "video.truncated"),
    "an empty index": (lambda: FTYP + forge.box(b"moov", b""), "video.damaged"),
    "boxes within boxes": (lambda: forge.nested(50), "video.damaged"),
    "a hundred thousand boxes": (lambda: forge.many_boxes(100_000), "video.damaged"),
    "more samples than bytes": (lambda: forge.claiming_samples(film(), 0xFFFFFFF0), "video.damaged"),
    "claims ten times its length": (lambda: forge.claiming(film(), 10), "video.duration_lies"),
    "claims a tenth of its length": (lambda: forge.claiming(film(frames=100), 0.1), "video.duration_lies"),
    "claims no length": (lambda: forge.claiming(film(), 0), "video.duration_lies"),
    "pictures that stand longer than the header says": (lambda: forge.stretched(film()), "video.frame_rate"),
    "sound only": (forge.sound_only, "video.sound_only"),
    "a picture every ten seconds": (lambda: film(fps=Fraction(1, 10), frames=3), "video.frame_rate"),
    "a thousand pictures a second": (lambda: film(fps=1000, frames=100), "video.frame_rate"),
    "no picture decodes": (lambda: forge.without_pictures(film()), "video.no_frame"),
    "a codec of no name": (lambda: forge.of_unknown_codec(film()), "video.codec_unreadable"),
    "a side above the limit": (
        lambda: film("libvpx-vp9", size=(16_400, 16), frames=2),
        "video.too_many_pixels",
    ),
    "pixels above the limit": (lambda: film("mpeg4", size=(8064, 5008), frames=1), "video.too_many_pixels"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_video_named_mp4(name: str, desk: Desk) -> None:
    make, code = HOSTILE[name]
    path = desk.folder / "film.mp4"
    path.write_bytes(make())
    with pytest.raises(Refused) as refused:
        desk.materials.add_video(path)
    (found,) = refused.value.problems
    assert (found.code, found.param("file")) == (code, "film.mp4")
    assert desk.materials.list(kind="all") == ()
    assert not list((desk.folder / "materials").glob("*"))


def test_the_limit_of_bytes_is_exact(desk: Desk) -> None:
    path = desk.folder / "film.mp4"
    path.write_bytes(forge.padded(film(), PLATFORM_BYTES))
    assert desk.materials.add_video(path).video.size == PLATFORM_BYTES


def test_what_lies_is_said_with_both_lengths(desk: Desk) -> None:
    path = desk.folder / "film.mp4"
    path.write_bytes(forge.claiming(film(), 10))
    with pytest.raises(Refused) as refused:
        desk.materials.add_video(path)
    (found,) = refused.value.problems
    assert (found.param("claimed"), found.param("actual")) == (20.0, 2.0)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (ReaderLimits(memory=300 * 1_048_576), "memory"),
        # Enough to decode and not to start the threads that scale.
        (ReaderLimits(memory=360 * 1_048_576), "memory"),
        (ReaderLimits(wall_seconds=0.05), "time"),
    ],
)
def test_a_video_that_would_use_up_the_machine_is_stopped_and_its_caller_lives(
    limits: ReaderLimits, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film("mpeg4", size=(7680, 4320), frames=3))
    with pytest.raises(Refused, match=r"video\.too_heavy"):
        ChildVideos(limits).cover(path, 0, never)
    # The same file within the limits that ship.
    assert ChildVideos().cover(path, 0, never).width == 1280


def test_what_phones_note_about_a_film_is_gone(desk: Desk) -> None:
    noted, plain = desk.folder / "noted.mp4", desk.folder / "plain.mp4"
    noted.write_bytes(forge.with_notes(film()))
    plain.write_bytes(film())
    for mark in (b"+39.9042", b"SERIAL-0001", b"\xe0\0\0\0"):
        assert mark in noted.read_bytes()
    added = desk.materials.add_video(noted)
    stored = added.video.path.read_bytes()
    for mark in (b"+39.9042", b"SERIAL-0001", b"\xe0\0\0\0"):
        assert mark not in stored
    # Pictures stay what they were, and taking the stored file in again changes nothing.
    assert added.cover.digest == desk.materials.add_video(plain).cover.digest
    assert desk.materials.add_video(added.video.path).video.digest == added.video.digest


@given(st.integers(0, len(film()) - 1))
def test_no_part_of_a_film_passes_for_a_film(length: int) -> None:
    with pytest.raises(Refused) as refused:
        mp4_boxes.scan(film()[:length])
    assert refused.value.problems[0].code in {"video.format", "video.truncated"}


@given(st.binary(max_size=400))
def test_boxes_of_anything_end_in_an_answer(rest: bytes) -> None:
    for data in (rest, FTYP + rest, FTYP + forge.box(b"moov", rest)):
        try:
            found = mp4_boxes.scan(data)
        except Refused:
            continue
        assert len(mp4_boxes.without_notes(data, found)) == len(data)


@given(st.data())
def test_a_film_with_one_byte_changed_in_its_index_ends_in_an_answer(data: st.DataObject) -> None:
    whole = film()
    start = whole.index(b"moov")
    at = data.draw(st.integers(start, len(whole) - 1))
    changed = forge.patched(whole, at, bytes([data.draw(st.integers(0, 255))]))
    try:
        found = mp4_boxes.scan(changed)
    except Refused:
        return
    assert len(mp4_boxes.without_notes(changed, found)) == len(changed)
