# SPDX-License-Identifier: Apache-2.0
"""`koodesk video`: measure a file and take a cover from it, with no workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from koodesk import cli, paths
from koodesk.domain.video_rules import COVER_BYTES
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film

SAMPLES = paths.resources() / "samples" / "videos"


def put(folder: Path, data: bytes, name: str = "film.mp4") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_good_video_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, film(sound=True))
    assert cli.main(["video", "probe", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["container"] == "video/mp4"
    assert (told["width"], told["height"], told["frames"], told["fps"]) == (64, 48, 50, 25.0)
    assert (told["codec"], told["has_sound"], told["size"]) == ("h264", True, path.stat().st_size)
    assert told["platform"] == {"container": "mp4", "codec": "unknown"}
    assert told["notes"] == []


def test_a_warning_is_said_and_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, film("libvpx-vp9"))
    assert cli.main(["video", "probe", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("64x48  2.00 s  25 fps  vp9 8 bit  no sound")
    assert "publishes no codecs" in said.err


def test_a_bad_video_fails_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, forge.PLAYLISTS["m3u8"])
    assert cli.main(["video", "probe", str(path), "--json"]) == 1
    said = capsys.readouterr()
    assert [p["code"] for p in json.loads(said.out)["problems"]] == ["video.format"]
    assert "film.mp4 is no mp4 video" in said.err


def test_a_cover_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = put(tmp_path, film(picture=forge.quarters)), tmp_path / "new" / "cover.jpg"
    assert cli.main(["video", "cover", str(path), "--at", "1.5", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": str(out),
        "width": 64,
        "height": 48,
        "bytes": out.stat().st_size,
    }
    with Image.open(out) as cover:
        assert (cover.format, cover.size) == ("JPEG", (64, 48))
    assert [p.name for p in out.parent.iterdir()] == ["cover.jpg"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["probe", "gone.mp4"], "reader.not_found"),
        (["cover", "film.mp4", "--out", "cover.png"], "video.cover_not_jpeg"),
        (["cover", "gone.mp4", "--out", "cover.jpg"], "reader.not_found"),
    ],
)
def test_a_wrong_use_is_told_apart(
    arguments: list[str],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(tmp_path, film())
    monkeypatch.chdir(tmp_path)
    assert cli.main(["video", *arguments, "--json"]) == 2
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == [code]
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("at", ["-1", "nan", "inf", "soon"])
def test_a_time_that_is_none_is_a_wrong_use(at: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["video", "cover", "film.mp4", f"--at={at}", "--out", "cover.jpg"])
    assert ended.value.code == 2


def test_a_time_after_the_end_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = put(tmp_path, film()), tmp_path / "cover.jpg"
    assert cli.main(["video", "cover", str(path), "--at", "9", "--out", str(out)]) == 1
    assert "its pictures end at 2" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(("name", "size"), [("tea", (640, 360)), ("ferry", (480, 640))])
def test_the_samples_that_ship_are_within_every_bound(
    name: str, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["video", "probe", str(SAMPLES / f"{name}.mp4"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["width"], told["height"], told["duration_ms"], told["notes"]) == (*size, 5000, [])
    assert told["size"] <= 250_000
    cover = SAMPLES / f"{name}-cover.jpg"
    assert cover.stat().st_size <= COVER_BYTES
    with Image.open(cover) as picture:
        assert picture.size == (2 * size[0], 2 * size[1])
