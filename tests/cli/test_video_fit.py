# SPDX-License-Identifier: Apache-2.0
"""`koodesk video fit`: a video cut and encoded into its bytes, with no workspace; and what `probe` says of its sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from koodesk import cli
from koodesk.backend.ports.progress import never
from koodesk.backend.readers.video_files import ChildVideos
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film


def put(folder: Path, data: bytes, name: str = "film.mp4") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_part_of_a_film_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, film(size=(320, 240), frames=100, sound=True, container="mov"), "film.mov")
    out = tmp_path / "new" / "short.mp4"
    arguments = ["--start", "0.5", "--end", "2.5", "--crop", "0,0,240,240", "--rotate", "90", "--mute"]
    assert (
        cli.main(
            ["video", "fit", str(path), "--max-bytes", "100,000", "--out", str(out), *arguments, "--json"]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    facts = ChildVideos().probe(out, never)
    assert (told["width"], told["height"]) == (facts.width, facts.height)
    assert told["width"] == told["height"]
    assert (told["duration_ms"], told["has_sound"], told["container"]) == (2_000, False, "video/mp4")
    assert told["size"] == out.stat().st_size <= told["max_bytes"] == 100_000
    assert 0 < told["predicted_bytes"] <= 100_000
    assert told["cut"]["crop"] == {"x": 0, "y": 0, "width": 240, "height": 240}
    assert (told["source"]["width"], told["notes"]) == (320, [])
    assert [p.name for p in out.parent.iterdir()] == ["short.mp4"]


def test_what_is_left_off_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = put(tmp_path, film(frames=100)), tmp_path / "short.3gp"
    assert (
        cli.main(
            [
                "video",
                "fit",
                str(path),
                "--max-bytes",
                "100000",
                "--max-seconds",
                "1.5",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    said = capsys.readouterr()
    assert "64x48  1.48 s  25 fps  h264  no sound" in said.out
    assert "first 1.5 s are kept; the 2.5 s after them are not" in said.err
    assert out.read_bytes()[8:10] == b"3g"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--max-bytes", "1000"], "video.fit_impossible"),
        (["--max-bytes", "100000", "--end", "9"], "video.cut_outside"),
        (["--max-bytes", "100000", "--end", "1.9", "--max-seconds", "1"], "video.cut_too_long"),
        (["--max-bytes", "100000", "--crop", "60,0,10,48"], "video.crop_outside"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    arguments: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = put(tmp_path, film()), tmp_path / "short.mp4"
    assert cli.main(["video", "fit", str(path), "--out", str(out), *arguments, "--json"]) == 1
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == [code]
    assert not out.exists()


@pytest.mark.parametrize(
    ("file", "out", "code"),
    [
        ("gone.mp4", "short.mp4", "reader.not_found"),
        ("film.mp4", "short.mov", "video.fit_not_mp4"),
        ("film.mp4", "film.mp4", "video.fit_onto_itself"),
    ],
)
def test_a_wrong_use_is_told_apart(
    file: str, out: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, film())
    before = (tmp_path / "film.mp4").read_bytes()
    arguments = [str(tmp_path / file), "--max-bytes", "100000", "--out", str(tmp_path / out), "--json"]
    assert cli.main(["video", "fit", *arguments]) == 2
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == [code]
    assert (tmp_path / "film.mp4").read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [["--crop", "1,2,3"], ["--rotate", "45"], ["--max-bytes", "0"], ["--start", "-1"]]
)
def test_what_is_no_number_is_a_wrong_use(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["video", "fit", "film.mp4", "--max-bytes", "9", "--out", "o.mp4", *arguments])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("name", "container", "kind", "why"),
    [
        ("film.mov", "mov", "video/quicktime", "video.format"),
        ("film.webm", "webm", "video/x-matroska", "video.format"),
    ],
)
def test_what_no_card_takes_but_a_message_may_is_measured_with_a_warning(
    name: str, container: str, kind: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path, film("libvpx-vp9" if container == "webm" else "libx264", container=container), name)
    assert cli.main(["video", "probe", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["container"], told["for_card"], told["frames"]) == (kind, False, 50)
    assert [(n["code"], n["severity"]) for n in told["notes"]] == [
        (why, "warning"),
        ("video.fit_first", "warning"),
    ]


def test_a_large_one_is_measured_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, forge.padded(film(), 8 * 1_048_576))
    assert cli.main(["video", "probe", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("64x48  2.00 s  25 fps  h264")
    assert "may be fitted into a video SMS" in said.err


def test_a_broken_source_is_refused_as_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, film(container="mov")[:-100], "film.mov")
    assert cli.main(["video", "probe", str(path), "--json"]) == 1
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == ["video.truncated"]
