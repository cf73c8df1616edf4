# SPDX-License-Identifier: Apache-2.0
"""What is measured of a video is what it is, its cover is what it shows, and its preview is in order and in bounds."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from koodesk.backend.ports.materials import VideoFrame
from koodesk.backend.ports.progress import never
from koodesk.backend.readers import runner
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.domain.problem import Refused
from koodesk.domain.video_rules import COVER_BYTES, video_notes
from tests.hostile import picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


def level(jpeg: bytes) -> float:
    """Return how light the middle of a grey picture is."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        seen = picture.convert("L").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(seen, int | float)
    return seen


def noise(number: int, size: tuple[int, int]) -> Image.Image:
    return picture_forge.noise(*size, seed=number)


# --- what it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "pixels", "name", "bits"),
    [
        ("libx264", "yuv420p", "h264", 8),
        ("libx264", "yuv420p10le", "h264", 10),
        ("libx265", "yuv420p", "hevc", 8),
        ("libvpx-vp9", "yuv420p", "vp9", 8),
        ("libsvtav1", "yuv420p", "av1", 8),
        ("mpeg4", "yuv420p", "mpeg4", 8),
    ],
)
def test_every_codec_is_named_and_an_uncommon_one_is_warned_of(
    codec: str, pixels: str, name: str, bits: int, path: Path
) -> None:
    path.write_bytes(film(codec, size=(128, 96), pixels=pixels))
    facts = ChildVideos().probe(path, never)
    assert (facts.codec, facts.bits, facts.codec_on_platform) == (name, bits, "unknown")
    assert (facts.width, facts.height, facts.frames, facts.duration_ms) == (128, 96, 50, 2000)
    expected = [] if (name, bits) == ("h264", 8) else ["video.codec_unlisted"]
    assert [note.code for note in video_notes(facts)] == expected


@pytest.mark.parametrize("fps", [Fraction(30000, 1001), Fraction(24), Fraction(12), Fraction(60)])
@pytest.mark.parametrize("fragments", [False, True])
def test_length_and_rate_are_measured(fps: Fraction, fragments: bool, path: Path) -> None:
    path.write_bytes(film(fps=fps, frames=48, fragments=fragments))
    facts = ChildVideos().probe(path, never)
    assert facts.duration_ms == facts.picture_ms == round(48 / fps * 1000)
    assert facts.fps == pytest.approx(float(fps), abs=0.002)
    assert (facts.size, facts.undecodable) == (path.stat().st_size, 0)


def test_sound_is_told_and_may_outlast_the_pictures(path: Path) -> None:
    path.write_bytes(film(sound=True))
    facts = ChildVideos().probe(path, never)
    assert (facts.has_sound, facts.sound_codec, facts.picture_ms) == (True, "aac", 2000)
    assert 2000 <= facts.duration_ms < 2100
    path.write_bytes(film())
    assert not ChildVideos().probe(path, never).has_sound


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_a_film_is_shown_the_way_it_was_held(clockwise: int, path: Path) -> None:
    path.write_bytes(forge.turned(film(picture=forge.quarters, size=(96, 64)), clockwise))
    facts = ChildVideos().probe(path, never)
    wide = clockwise % 180 == 0
    assert (facts.rotation, facts.width, facts.height) == (clockwise, *((96, 64) if wide else (64, 96)))
    cover = ChildVideos().cover(path, 0, never)
    with Image.open(io.BytesIO(cover.data)) as written:
        seen = written.convert("RGB")
    expected = picture_forge.upright(96, 64).rotate(-clockwise, expand=True)
    assert seen.size == expected.size == (cover.width, cover.height)
    for at in ((8, 8), (seen.width - 8, 8), (8, seen.height - 8), (seen.width - 8, seen.height - 8)):
        ours, theirs = seen.getpixel(at), expected.getpixel(at)
        assert isinstance(ours, tuple)
        assert isinstance(theirs, tuple)
        assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) < 60, at


# --- covers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_ms", [0, 39, 40, 500, 1_234, 1_960, 2_000])
@pytest.mark.parametrize("fragments", [False, True])
def test_a_cover_is_the_very_frame_of_its_time(at_ms: int, fragments: bool, path: Path) -> None:
    path.write_bytes(film(fragments=fragments))
    cover = ChildVideos().cover(path, at_ms, never)
    number = min(at_ms // 40, 49)
    assert abs(level(cover.data) - (20 + number * forge.STEP)) < forge.STEP / 2 + 0.5


@pytest.mark.parametrize("at_ms", [-1, 2_001, 10**12])
def test_a_time_outside_has_no_cover(at_ms: int, path: Path) -> None:
    path.write_bytes(film())
    with pytest.raises(Refused, match=r"video\.time_outside"):
        ChildVideos().cover(path, at_ms, never)


def test_a_cover_that_hardly_compresses_is_within_the_platforms_limit(path: Path) -> None:
    path.write_bytes(film(size=(1920, 1080), frames=2, picture=noise))
    cover = ChildVideos().cover(path, 0, never)
    assert len(cover.data) <= COVER_BYTES
    assert cover.width / cover.height == pytest.approx(16 / 9, abs=0.01)
    with Image.open(io.BytesIO(cover.data)) as written:
        assert (written.format, written.size) == ("JPEG", (cover.width, cover.height))


# --- pictures for the preview --------------------------------------------------------------------------------------


def strip(path: Path) -> list[VideoFrame]:
    return [frame for block in ChildVideos().frames(path, never) for frame in block]


@pytest.mark.parametrize(("fps", "count"), [(10, 40), (25, 60), (24, 60), (60, 60)])
def test_the_strip_runs_at_fifteen_a_second_at_most(fps: int, count: int, path: Path) -> None:
    path.write_bytes(film(fps=fps, frames=fps * 4))
    frames = strip(path)
    assert abs(len(frames) - count) <= 1
    times = [frame.at_ms for frame in frames]
    assert times == sorted(set(times))
    assert times[0] == 0
    assert times[-1] >= 4000 - 2 * 1000 / min(fps, 15)
    for frame in frames:
        number = round(frame.at_ms * fps / 1000)
        expected = 20 + number * forge.STEP % 220
        assert abs(level(frame.jpeg) - expected) <= 3, frame.at_ms


def test_the_strip_is_small_and_upright(path: Path) -> None:
    path.write_bytes(forge.turned(film(size=(1280, 720), frames=5, picture=forge.quarters), 90))
    for frame in strip(path):
        assert (frame.width, frame.height) == (360, 640)
        with Image.open(io.BytesIO(frame.jpeg)) as picture:
            assert picture.size == (360, 640)


def test_the_strip_ends_after_33_seconds_and_a_long_film_is_warned_of(path: Path) -> None:
    path.write_bytes(film(fps=5, frames=200, size=(32, 32)))
    frames = strip(path)
    assert frames[-1].at_ms == 33_000
    assert [note.code for note in video_notes(ChildVideos().probe(path, never))] == ["video.long"]


def test_noise_stays_within_its_share_of_bytes(path: Path) -> None:
    path.write_bytes(film(size=(640, 640), frames=4, picture=noise))
    assert all(len(frame.jpeg) <= 16 * 1_048_576 // 496 for frame in strip(path))


def test_what_does_not_decode_is_passed_over(path: Path) -> None:
    whole = film()
    at = forge.body_of(whole, b"mdat") + 1200
    path.write_bytes(forge.patched(whole, at, bytes(300)))
    frames = strip(path)
    assert 0 < len(frames) <= 31


# --- ends ----------------------------------------------------------------------------------------------------------


def test_a_cancel_ends_each_reading(path: Path) -> None:
    path.write_bytes(film())
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        ChildVideos().probe(path, lambda: True)
    had_enough = threading.Event()
    frames = ChildVideos().frames(path, had_enough.is_set)
    assert next(frames)
    had_enough.set()
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        next(frames)


def test_closing_the_strip_ends_its_child(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = runner._start

    def start(kind: str) -> subprocess.Popen[bytes]:
        started.append(real(kind))
        return started[0]

    monkeypatch.setattr(runner, "_start", start)
    path.write_bytes(film(frames=800, size=(320, 240)))
    with closing(ChildVideos().frames(path, never)) as frames:
        assert next(frames)
        assert started[0].poll() is None, "it has more to say than the pipe holds"
    assert started[0].returncode is not None


WITHOUT_AV = "import sys; sys.modules['av'] = None; from koodesk.backend.readers.child import main; sys.exit(main('video'))"


def test_without_the_extra_it_is_said_what_is_missing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(kind: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WITHOUT_AV], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    monkeypatch.setattr(runner, "_start", start)
    path.write_bytes(film())
    for call in (
        lambda: ChildVideos().probe(path, never),
        lambda: ChildVideos().cover(path, 0, never),
        lambda: list(ChildVideos().frames(path, never)),
    ):
        with pytest.raises(Refused, match=r"video\.reader_missing"):
            call()
