# SPDX-License-Identifier: Apache-2.0
"""A fitted video shows and plays what the cut kept, when it should, within its bytes, and leaves nothing else behind."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image

from koodesk.backend.ports.materials import VideoData
from koodesk.backend.ports.progress import Progress, never
from koodesk.backend.readers import mp4_boxes, mp4_faststart, runner, video_fit, video_source
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused
from koodesk.domain.video_fit import Container, FitGoal, FitPlan, Turn, VideoCut, plan_fit, whole
from tests.hostile import fit_forge, picture_forge
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film

GOAL = FitGoal(400_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


def fit(path: Path, data: bytes, cut: VideoCut | None = None, goal: FitGoal = GOAL) -> VideoData:
    path.write_bytes(data)
    videos = ChildVideos()
    return videos.fit(path, cut or whole(videos.probe_source(path, never)), goal, never)


def first_picture(data: bytes) -> Image.Image:
    with av.open(io.BytesIO(data), "r") as file:
        frame = next(file.decode(video=0)).reformat(format="rgb24", src_colorspace="ITU709")
        picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # typed in part
    return picture


def noise(number: int, size: tuple[int, int]) -> Image.Image:
    return picture_forge.noise(*size, seed=number)


# --- which pictures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [0, 40, 400, 1_010])
def test_the_pictures_are_those_of_the_cut(start: int, path: Path) -> None:
    made = fit(path, film(frames=50), VideoCut(start, start + 800))
    seen = fit_forge.levels(made.data)
    assert [at for at, _ in seen] == [n * 40.0 for n in range(20)]
    for at, level in seen:
        number = int(start + at + 0.5) // 40
        assert abs(level - (20 + number * forge.STEP)) <= forge.STEP / 2, at
    assert (made.facts.frames, made.facts.fps, made.facts.duration_ms) == (20, 25, 800)


@pytest.mark.parametrize(("fps", "steady"), [(60, 30), (50, 25), (24, 24), (120, 30)])
def test_fast_films_keep_every_second_picture(fps: int, steady: int, path: Path) -> None:
    made = fit(path, film(fps=fps, frames=fps))
    assert made.facts.fps == steady
    step = fps // steady
    for number, (_, level) in enumerate(fit_forge.levels(made.data)):
        assert abs(level - (20 + number * step * forge.STEP % 220)) <= forge.STEP, number


def test_an_uneven_film_becomes_even_and_shows_the_same(path: Path) -> None:
    times = (0, 20, 500, 540, 580, 1_400, 1_450, 1_460, 1_470, 1_900)
    path.write_bytes(fit_forge.uneven(times))
    videos = ChildVideos()
    cut = whole(videos.probe_source(path, never))
    made = videos.fit(path, cut, GOAL, never)
    seen = fit_forge.levels(made.data)
    gaps = {round(b - a, 3) for (a, _), (b, _) in pairwise(seen)}
    assert len(gaps) == 1, "a steady rate"
    for at, level in seen:
        number = max(n for n, begin in enumerate(times) if begin <= at + 0.5)
        assert abs(level - (20 + number * forge.STEP)) <= forge.STEP / 2 + 0.5, (at, number, level)


@pytest.mark.parametrize("held", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, Crop(40, 24, 120, 80), Crop(1, 3, 61, 67)])
def test_what_is_kept_stands_as_it_was_asked_for(
    held: int, rotate: Turn, crop: Crop | None, path: Path
) -> None:
    source = forge.turned(film(frames=8, picture=forge.quarters, size=(256, 192)), held)
    made = fit(path, source, VideoCut(0, 300, crop, rotate))
    upright = picture_forge.upright(256, 192).rotate(-held, expand=True)
    if crop is not None:
        upright = upright.crop((crop.x, crop.y, crop.x + crop.width, crop.y + crop.height))
    expected = upright.rotate(-rotate, expand=True).convert("RGB")
    seen = first_picture(made.data)
    assert made.facts.rotation == 0
    assert seen.size == (made.facts.width, made.facts.height)
    assert abs(seen.width - expected.width) <= 1
    assert abs(seen.height - expected.height) <= 1
    for across in (0.12, 0.88):
        for down in (0.12, 0.88):
            ours = seen.getpixel((int(seen.width * across), int(seen.height * down)))
            theirs = expected.getpixel((int(expected.width * across), int(expected.height * down)))
            assert isinstance(ours, tuple)
            assert isinstance(theirs, tuple)
            assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) < 60, (across, down)


@pytest.mark.parametrize("curve", [16, 18])
def test_hdr_is_brought_down_to_ordinary_colours(curve: int, path: Path) -> None:
    made = fit(path, fit_forge.hdr(curve))
    assert (made.facts.codec, made.facts.bits) == ("h264", 8)
    with av.open(io.BytesIO(made.data), "r") as file:
        frame = next(file.decode(video=0))
        assert (frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range) == (1, 1, 1, 1)
    picture = first_picture(made.data).getpixel((60, 40))
    assert isinstance(picture, tuple)
    # Half of either curve is bright daylight: grey stays grey, and is not the half it would be if nothing were done.
    assert max(picture) - min(picture) < 12
    assert abs(picture[0] - 128) > 10


def test_colours_of_a_small_film_are_not_shifted(path: Path) -> None:
    def red(number: int, size: tuple[int, int]) -> Image.Image:
        return Image.new("RGB", size, (200, 40, 40))

    made = fit(path, film(frames=8, size=(128, 96), picture=red))
    seen = first_picture(made.data).getpixel((60, 40))
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, (200, 40, 40), strict=True)) < 14, seen


# --- sound ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "heard"),
    [(0, 2_500, (1_000, 1_500)), (700, 2_500, (300, 800)), (1_250, 2_500, (0, 250))],
)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_the_sound_stays_with_the_pictures(
    start: int, end: int, heard: tuple[int, int], channels: int, path: Path
) -> None:
    made = fit(path, fit_forge.beeping(1_000, 1_500, channels=channels), VideoCut(start, end))
    begin, stop = fit_forge.loud(made.data)
    assert abs(begin - heard[0]) < 45
    assert abs(stop - heard[1]) < 45
    assert made.facts.duration_ms <= end - start


@pytest.mark.parametrize("gap", [(-100, 800), (200, 700), (100, 950)])
@pytest.mark.parametrize("start", [0, 500])
def test_sound_that_is_missing_moves_nothing(gap: tuple[int, int], start: int, path: Path) -> None:
    source = fit_forge.with_gap(fit_forge.beeping(1_200, 1_700), *gap)
    made = fit(path, source, VideoCut(start, 2_500))
    begin, stop = fit_forge.loud(made.data)
    assert abs(begin - (1_200 - start)) < 60
    assert abs(stop - (1_700 - start)) < 60
    # Silence stands in the gap, so that no player has to guess.
    with av.open(io.BytesIO(made.data), "r") as file:
        played = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
    assert abs(played * 1000 - (2_500 - start)) < 60


def test_a_mute_film_has_no_sound_and_more_for_the_pictures(path: Path) -> None:
    source = fit_forge.beeping(0, 3_000)
    assert fit(path, source, VideoCut(0, 2_000, mute=True)).facts.sound_codec == ""
    assert fit(path, source, VideoCut(0, 2_000)).facts.sound_codec == "aac"


def test_the_last_picture_stands_while_the_sound_goes_on(path: Path) -> None:
    made = fit(path, fit_forge.beeping(2_000, 2_800, 3.0, lines=1.0))
    seen = fit_forge.levels(made.data)
    assert len(seen) >= 74
    assert abs(seen[-1][1] - (20 + 24 * forge.STEP)) <= forge.STEP
    begin, stop = fit_forge.loud(made.data)
    assert abs(begin - 2_000) < 45
    assert abs(stop - 2_800) < 45


# --- bytes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("max_bytes", [60_000, 120_000, 400_000])
@pytest.mark.parametrize("container", ["mp4", "3gp"])
def test_noise_stays_within_its_bytes(max_bytes: int, container: Container, path: Path) -> None:
    goal = FitGoal(max_bytes, container=container)
    made = fit(path, film(size=(320, 240), frames=75, picture=noise, sound=True), goal=goal)
    assert len(made.data) == made.facts.size <= max_bytes
    assert made.media_type == {"mp4": "video/mp4", "3gp": "video/3gpp"}[container]
    found = mp4_boxes.container_of(made.data)
    assert found == container


def test_too_much_at_first_is_tried_again_smaller(path: Path) -> None:
    stages: list[Progress] = []
    # So few pictures of noise that the encoder has no time to learn what they take.
    path.write_bytes(film(size=(320, 240), frames=75, picture=noise))
    cut, goal = VideoCut(0, 300), FitGoal(20_000)
    videos = ChildVideos()
    made = videos.fit(path, cut, goal, never, stages.append)
    plan = plan_fit(videos.probe_source(path, never), cut, goal)
    assert {"fit", "fit_again"} <= {p.stage for p in stages}
    assert made.facts.width * made.facts.height < plan.width * plan.height
    assert goal.max_bytes // 4 < len(made.data) <= goal.max_bytes


def test_two_attempts_are_made_and_no_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(film(size=(320, 240), frames=75, picture=noise))
    source = video_source.MeasuredFilm(video_source.of_file(path))
    plans: list[FitPlan] = []

    def no_tighter(plan: FitPlan, *_: object) -> FitPlan:
        plans.append(plan)
        return plan

    monkeypatch.setattr(video_fit, "tighter", no_tighter)
    pipe = io.BytesIO()
    with pytest.raises(Refused) as refused:
        video_fit.fit(source, VideoCut(0, 300), FitGoal(9_000), pipe)
    (found,) = refused.value.problems
    least = found.param("least")
    assert (found.code, found.param("limit"), len(plans)) == ("video.fit_impossible", 9_000, 1)
    assert isinstance(least, int)
    assert least > 9_000


def test_what_does_not_fit_at_all_says_how_much_it_takes(path: Path) -> None:
    source = film(size=(320, 240), frames=75, picture=noise)
    with pytest.raises(Refused) as refused:
        fit(path, source, VideoCut(0, 3_000), FitGoal(3_500))
    (found,) = refused.value.problems
    least = found.param("least")
    assert (found.code, found.param("limit")) == ("video.fit_impossible", 3_500)
    assert isinstance(least, int)
    assert fit(path, source, VideoCut(0, 3_000), FitGoal(round(least * 1.2))).facts.size <= least * 1.2


def test_progress_is_real_and_ends_whole(path: Path) -> None:
    said: list[Progress] = []
    path.write_bytes(film(size=(640, 480), frames=250, picture=forge.quarters))
    ChildVideos().fit(path, VideoCut(0, 10_000), GOAL, never, said.append)
    fitting = [p for p in said if p.stage == "fit"]
    done = [p.done for p in fitting]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert {p.total for p in fitting} == {10_000}
    assert done[-1] == 10_000


# --- the file ------------------------------------------------------------------------------------------------------


def test_it_plays_while_it_arrives_and_holds_no_notes(path: Path) -> None:
    made = fit(path, forge.with_notes(film(sound=True)), VideoCut(0, 1_000)).data
    assert made.index(b"moov") < made.index(b"mdat")
    for mark in (b"+39.9042", b"SERIAL-0001", b"Lavf", b"HandBrake"):
        assert mark not in made
    assert mp4_boxes.without_notes(made, mp4_boxes.scan(made)) == made
    assert mp4_faststart.index_first(made) == made


# --- before it is fitted -------------------------------------------------------------------------------------------


def shown(blocks: Callable[[], object]) -> list[tuple[int, float]]:
    found = []
    for block in blocks():  # type: ignore[attr-defined]  # an iterator of blocks
        for frame in block:
            with Image.open(io.BytesIO(frame.jpeg)) as picture:
                level = picture.convert("L").getpixel((picture.width // 2, picture.height // 2))
            assert isinstance(level, int | float)
            found.append((frame.at_ms, level))
    return found


@pytest.mark.parametrize("gap", [5, 500])
def test_the_time_line_shows_pictures_of_its_places(gap: int, path: Path) -> None:
    path.write_bytes(film(fps=10, frames=50, gap=gap))
    seen = shown(lambda: ChildVideos().clip_strip(path, 10, never))
    assert len(seen) == 10
    for number, (at, level) in enumerate(seen):
        assert number * 500 - 1 <= at <= number * 500 + 500
        assert abs(level - (20 + at // 100 * forge.STEP)) <= 3


def test_a_preview_of_a_part_begins_and_ends_there(path: Path) -> None:
    path.write_bytes(film(fps=10, frames=50, gap=500))
    seen = shown(lambda: ChildVideos().first_frames(path, 1_000, 2_000, never))
    assert [at for at, _ in seen] == list(range(1_000, 2_001, 100))
    assert all(abs(level - (20 + at // 100 * forge.STEP)) <= 3 for at, level in seen)


# --- ends ----------------------------------------------------------------------------------------------------------


def test_a_cancel_ends_the_child_and_leaves_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = runner._start

    def start(kind: str) -> subprocess.Popen[bytes]:
        started.append(real(kind))
        return started[-1]

    monkeypatch.setattr(runner, "_start", start)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path.write_bytes(film(size=(640, 480), frames=500, picture=forge.quarters))
    enough = threading.Event()

    def report(progress: Progress) -> None:
        if progress.stage == "fit" and progress.done:
            enough.set()

    with pytest.raises(Refused, match=r"reader\.cancelled"):
        ChildVideos().fit(path, VideoCut(0, 20_000), FitGoal(2_000_000), enough.is_set, report)
    assert started[0].returncode not in (None, 0), "it was ended in the middle"
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]


def test_closing_a_preview_ends_its_child(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = runner._start

    def start(kind: str) -> subprocess.Popen[bytes]:
        started.append(real(kind))
        return started[-1]

    monkeypatch.setattr(runner, "_start", start)
    path.write_bytes(film(frames=800, size=(320, 240)))
    with closing(ChildVideos().first_frames(path, 0, 30_000, never)) as frames:
        assert next(frames)
    assert started[0].returncode is not None


@pytest.mark.parametrize(
    "limits", [ReaderLimits(memory=300 * 1_048_576), ReaderLimits(wall_seconds=0.05)], ids=["memory", "time"]
)
def test_a_fit_that_would_use_up_the_machine_is_stopped(limits: ReaderLimits, path: Path) -> None:
    path.write_bytes(film("mpeg4", size=(3840, 2160), frames=10))
    with pytest.raises(Refused, match=r"video\.too_heavy"):
        ChildVideos(fit_limits=limits).fit(path, VideoCut(0, 400), GOAL, never)


WITHOUT_AV = "import sys; sys.modules['av'] = None; from koodesk.backend.readers.child import main; sys.exit(main('video'))"


def test_without_the_extra_it_is_said_what_is_missing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(kind: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WITHOUT_AV], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    monkeypatch.setattr(runner, "_start", start)
    path.write_bytes(film())
    videos = ChildVideos()
    for call in (
        lambda: videos.probe_source(path, never),
        lambda: videos.fit(path, VideoCut(0, 1_000), GOAL, never),
        lambda: list(videos.clip_strip(path, 3, never)),
        lambda: list(videos.first_frames(path, 0, 100, never)),
    ):
        with pytest.raises(Refused, match=r"video\.reader_missing"):
            call()


WITHOUT_X264 = """
import sys, av
real = av.container.output.OutputContainer.add_stream
from koodesk.backend.readers import child, video_fit
def none_of_it(*args, **kwargs):
    raise av.codec.codec.UnknownCodecError("libx264")
class Output:
    def __init__(self, inner): self.inner = inner
    def __enter__(self): self.inner.__enter__(); return self
    def __exit__(self, *e): return None
    add_stream = staticmethod(none_of_it)
real_open = av.open
av.open = lambda *a, **k: Output(real_open(*a, **k)) if "w" in a[1:2] else real_open(*a, **k)
sys.exit(child.main("video"))
"""


def test_without_an_encoder_it_is_said_what_is_missing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(kind: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WITHOUT_X264], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    path.write_bytes(film())
    monkeypatch.setattr(runner, "_start", start)
    with pytest.raises(Refused, match=r"video\.encoder_missing"):
        ChildVideos().fit(path, VideoCut(0, 1_000), GOAL, never)
