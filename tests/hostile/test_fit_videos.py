# SPDX-License-Identifier: Apache-2.0
"""Videos nobody should send, and such as phones do send, on their way into a video SMS: a typed refusal or a right result."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Sized
from fractions import Fraction
from pathlib import Path

import pytest

from koodesk.backend.ports.materials import VideoData
from koodesk.backend.ports.progress import never
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.domain.problem import Refused
from koodesk.domain.video_fit import FitGoal, VideoCut, whole
from koodesk.domain.video_rules import SOURCE_BYTES
from tests.backend.operations.desk import Desk, open_desk
from tests.hostile import fit_forge, picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film

GOAL = FitGoal(300_000)
FTYP = forge.box(b"ftyp", b"isom\0\0\2\0isommp41")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "video.empty"),
    "a playlist of addresses": (lambda: forge.PLAYLISTS["m3u8"], "video.source_format"),
    "a list of files": (lambda: forge.PLAYLISTS["concat"], "video.source_format"),
    "a manifest": (lambda: forge.PLAYLISTS["dash"], "video.source_format"),
    "an address": (lambda: forge.PLAYLISTS["address"], "video.source_format"),
    "a playlist behind the head of an mp4": (lambda: FTYP + forge.PLAYLISTS["m3u8"], "video.truncated"),
    "a playlist behind the head of a matroska": (
        lambda: b"\x1a\x45\xdf\xa3" + forge.PLAYLISTS["m3u8"],
        "video.damaged",
    ),
    "a picture": (lambda: picture_forge.saved(picture_forge.upright(), "PNG"), "video.source_format"),
    "a picture of a phone": (lambda: forge.branded(film(), b"heic"), "video.source_format"),
    "an avi": (lambda: film("mpeg4", container="avi"), "video.source_format"),
    "a transport stream": (lambda: film(container="mpegts"), "video.source_format"),
    "pictures in another file": (lambda: forge.pointing_outside(film()), "video.external"),
    "a quicktime with pictures in another file": (
        lambda: forge.branded(forge.pointing_outside(film()), b"qt  "),
        "video.external",
    ),
    "cut in the middle": (lambda: film()[: len(film()) // 2], "video.truncated"),
    "boxes within boxes": (lambda: forge.nested(50), "video.damaged"),
    "a hundred thousand boxes": (lambda: forge.many_boxes(100_000), "video.damaged"),
    "more samples than bytes": (lambda: forge.claiming_samples(film(), 0xFFFFFFF0), "video.damaged"),
    "claims ten times its length": (lambda: forge.claiming(film(), 10), "video.duration_lies"),
    "claims a tenth of its length": (lambda: forge.claiming(film(frames=100), 0.1), "video.duration_lies"),
    "sound only": (forge.sound_only, "video.sound_only"),
    "a picture every ten seconds": (lambda: film(fps=Fraction(1, 10), frames=3), "video.frame_rate"),
    "a thousand pictures a second": (lambda: film(fps=1000, frames=400), "video.frame_rate"),
    "all pictures at one time": (lambda: at_one_time(film()), "video.duration_lies"),
    "no picture decodes": (lambda: forge.without_pictures(film()), "video.no_frame"),
    "a codec of no name": (lambda: forge.of_unknown_codec(film()), "video.codec_unreadable"),
    "a side above the limit": (
        lambda: film("libvpx-vp9", size=(16_400, 16), frames=10),
        "video.too_many_pixels",
    ),
    "as wide as the limit": (lambda: film("libvpx-vp9", size=(16_384, 16), frames=10), "video.too_narrow"),
    "pixels above the limit": (lambda: film("mpeg4", size=(8064, 5008), frames=10), "video.too_many_pixels"),
    "a film of eight pixels": (lambda: film("mpeg4", size=(8, 8), frames=10), "video.too_narrow"),
}


def at_one_time(data: bytes) -> bytes:
    """Return the film with every picture said to stand for no time."""
    at = forge.body_of(data, b"stts") + 12
    return forge.patched(data, at, struct.pack(">I", 0))


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_source_is_refused_whatever_is_asked_of_it(name: str, desk: Desk) -> None:
    make, code = REFUSED[name]
    path = desk.folder / "film.mp4"
    path.write_bytes(make())
    with pytest.raises(Refused) as refused:
        desk.materials.fit_video(path, VideoCut(0, 300), GOAL)
    (found,) = refused.value.problems
    assert (found.code, found.param("file")) == (code, "film.mp4")
    assert desk.materials.list(kind="all") == ()
    assert not list((desk.folder / "materials").glob("*"))
    # What only looks at it, and measures nothing, may show something of it: it ends, and in an answer.
    looks = (desk.materials.first_frames(path), desk.materials.clip_strip(path, 4))
    assert all(shows_or_refuses(look) for look in looks)


def shows_or_refuses(blocks: Iterator[Sized]) -> bool:
    """Tell whether a preview shows something or is refused as a video is."""
    try:
        return sum(len(block) for block in blocks) > 0
    except Refused as refusal:
        return all(found.code.startswith("video.") for found in refusal.problems)


TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "h264": (lambda: film(size=(128, 96)), "h264"),
    "h264 of ten bits": (lambda: film(size=(128, 96), pixels="yuv420p10le"), "h264"),
    "h264 of full colour": (lambda: film(size=(128, 96), pixels="yuv444p"), "h264"),
    "hevc": (lambda: film("libx265", size=(128, 96)), "hevc"),
    "hevc of ten bits": (lambda: film("libx265", size=(128, 96), pixels="yuv420p10le"), "hevc"),
    "vp9": (lambda: film("libvpx-vp9", size=(128, 96)), "vp9"),
    "vp9 in a webm": (lambda: film("libvpx-vp9", size=(128, 96), container="webm"), "vp9"),
    "av1": (lambda: film("libsvtav1", size=(128, 96)), "av1"),
    "av1 in a matroska": (lambda: film("libsvtav1", size=(128, 96), container="matroska"), "av1"),
    "mpeg4": (lambda: film("mpeg4", size=(128, 96)), "mpeg4"),
    "a film of an old phone": (lambda: film("h263", size=(128, 96), container="3gp"), "h263"),
    "a quicktime": (lambda: film(size=(128, 96), container="mov"), "h264"),
    "in fragments": (lambda: film(size=(128, 96), fragments=True), "h264"),
    "held on its side": (lambda: forge.turned(film(size=(128, 96)), 90), "h264"),
    "sides that are odd": (lambda: film("libvpx-vp9", size=(127, 95), pixels="yuv444p"), "vp9"),
    "as wide as the limit": (lambda: film("mpeg4", size=(8_000, 256), frames=50), "mpeg4"),
    "one that grows": (fit_forge.growing, "vp9"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_good_source_of_any_kind_is_fitted(name: str, desk: Desk) -> None:
    make, codec = TAKEN[name]
    path = desk.folder / "film.mp4"
    path.write_bytes(make())
    facts = desk.materials.probe_video(path)
    assert (facts.codec, facts.frames) == (codec, 50)
    row = desk.materials.fit_video(path, whole(facts), GOAL)
    made = ChildVideos().probe(row.path, never)
    assert (made.codec, made.bits, made.rotation, made.fps) == ("h264", 8, 0, 25)
    assert (made.width % 2, made.height % 2) == (0, 0)
    assert made.size == row.size <= GOAL.max_bytes
    assert abs(made.duration_ms - 2_000) <= 40
    ratio = facts.width / facts.height
    assert abs(made.width / made.height / ratio - 1) < 0.08
    assert sum(len(block) for block in desk.materials.frames(row.digest)) == 30
    assert sum(len(block) for block in desk.materials.clip_strip(path, 5)) == 5
    # Taken in again it is the same file.
    assert desk.materials.add_media(row.path).digest == row.digest


def test_the_clock_of_a_growing_film_goes_on_in_its_second_size(desk: Desk) -> None:
    path = desk.folder / "film.webm"
    path.write_bytes(fit_forge.growing())
    row = desk.materials.fit_video(path, VideoCut(0, 2_000), GOAL)
    seen = fit_forge.levels(row.path.read_bytes())
    assert len(seen) == 50
    # Each half counts its greys from the beginning.
    assert abs(seen[30][1] - seen[5][1]) <= forge.STEP
    assert seen[24][1] > seen[30][1]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9", "libsvtav1"])
def test_broken_pictures_end_in_an_answer(seed: int, codec: str, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(fit_forge.broken(film(codec, size=(128, 96), sound=True), seed))
    made: VideoData | None = None
    codes: list[str] = []
    try:
        made = ChildVideos().fit(path, VideoCut(0, 1_500), GOAL, never)
    except Refused as refusal:
        codes = [found.code for found in refusal.problems]
    assert all(code.startswith("video.") for code in codes)
    if made is None:
        assert codes
        return
    assert made.facts.codec == "h264"
    assert made.facts.duration_ms <= 1_500
    assert made.facts.frames == 37
    assert len(made.data) <= GOAL.max_bytes


def sparse(path: Path, content: bytes, size: int) -> None:
    """Write a file that says it is so large and takes next to nothing."""
    with path.open("wb") as file:
        file.write(content)
        file.truncate(size)


@pytest.mark.skipif(os.name == "nt", reason="files with holes are not made by writing there")
def test_a_file_of_a_hundred_gigabytes_is_not_looked_into(desk: Desk) -> None:
    path = desk.folder / "film.mp4"
    sparse(path, film(), 100 * 1024**3)
    for ask in (
        lambda: desk.materials.probe_video(path),
        lambda: desk.materials.fit_video(path, VideoCut(0, 1_000), GOAL),
        lambda: list(desk.materials.first_frames(path)),
        lambda: list(desk.materials.clip_strip(path, 5)),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        (found,) = refused.value.problems
        assert (found.code, found.param("limit")) == ("video.source_too_large", SOURCE_BYTES)


@pytest.mark.skipif(os.name == "nt", reason="files with holes are not made by writing there")
def test_a_large_film_is_read_where_it_lies(desk: Desk) -> None:
    # An empty box of 1.8 GB behind the film: ten times what a reader may hold in memory besides.
    path, size = desk.folder / "film.mp4", 1_800_000_000
    head = film(size=(128, 96))
    sparse(path, head + struct.pack(">I4s", size - len(head), b"free"), size)
    videos = ChildVideos()
    facts = videos.probe_source(path, never)
    assert (facts.size, facts.frames) == (size, 50)
    assert videos.fit(path, whole(facts), GOAL, never).facts.frames == 50
