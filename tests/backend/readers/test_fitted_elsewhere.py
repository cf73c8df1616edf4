# SPDX-License-Identifier: Apache-2.0
"""A fitted video, judged by programs that are not ours: FFmpeg's own ffprobe, and a browser that plays it.

Each is skipped, with the reason, where the program is not installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from fractions import Fraction
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.ports.progress import never
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.domain.crop import Crop
from koodesk.domain.video_fit import Container, FitGoal, VideoCut, plan_fit
from tests.hostile import video_forge as forge
from tests.hostile.video_forge import film

FFPROBE = shutil.which("ffprobe")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

CUT = VideoCut(500, 3_500, Crop(10, 20, 300, 200), 90)


@lru_cache(maxsize=2)
def fitted(folder: Path, container: Container) -> tuple[Path, Any, Any]:
    """Fit a turned film with sound; return the result, its facts and the plan it came from."""
    source, out = folder / "source.mp4", folder / f"fitted.{container}"
    source.write_bytes(
        forge.turned(film(fps=50, frames=200, size=(240, 320), sound=True, picture=forge.quarters), 90)
    )
    goal = FitGoal(300_000, container=container)
    videos = ChildVideos()
    facts = videos.probe_source(source, never)
    made = videos.fit(source, CUT, goal, never)
    out.write_bytes(made.data)
    return out, made.facts, plan_fit(facts, CUT, goal)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fitted")


@pytest.mark.skipif(FFPROBE is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("container", ["mp4", "3gp"])
def test_ffprobe_finds_what_the_plan_says(container: Container, folder: Path) -> None:
    path, facts, plan = fitted(folder, container)
    assert FFPROBE is not None
    said = subprocess.run(
        [FFPROBE, "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", str(path)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    told = json.loads(said.stdout)
    video, sound = told["streams"]
    assert said.stderr == b""
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert video["profile"] in {"mp4": ("Main",), "3gp": ("Constrained Baseline", "Baseline")}[container]
    assert (video["width"], video["height"]) == (plan.width, plan.height) == (facts.width, facts.height)
    assert (video["width"], video["height"]) == (200, 300)
    assert Fraction(video["r_frame_rate"]) == Fraction(video["avg_frame_rate"]) == plan.fps == 25
    assert int(video["nb_read_frames"]) == plan.frames == 75
    assert {video[k] for k in ("color_space", "color_transfer", "color_primaries")} == {"bt709"}
    assert video["color_range"] == "tv"
    assert not video.get("side_data_list"), "it stands upright by itself"
    assert (sound["codec_name"], sound["profile"]) == ("aac", "LC")
    assert int(sound["sample_rate"]) == plan.sound.hz
    assert abs(float(told["format"]["duration"]) - 3.0) < 0.03
    assert int(told["format"]["size"]) == path.stat().st_size == facts.size <= 300_000
    brand = told["format"]["tags"]["major_brand"]
    assert brand.startswith("3gp") == (container == "3gp")
    assert not {"encoder", "creation_time", "location"} & set(told["format"]["tags"])


PAGE = """<!doctype html><video id="v" muted src="/film.mp4"></video><script>
const v = document.getElementById("v");
const say = told => fetch("/told", {method: "POST", body: JSON.stringify(told)});
v.onerror = () => say({error: v.error.code + " " + v.error.message});
v.onended = () => say({width: v.videoWidth, height: v.videoHeight, seconds: v.duration, at: v.currentTime,
                       shown: v.getVideoPlaybackQuality().totalVideoFrames});
v.play().catch(why => say({error: String(why)}));
</script>"""


class _Told:
    def __init__(self) -> None:
        self.there = threading.Event()
        self.value: dict[str, Any] = {}


def serving(film_bytes: bytes, told: _Told) -> ThreadingHTTPServer:
    """Serve the page and the film on a port of this machine; what the page finds out comes back as `told`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/": ("text/html", PAGE.encode()), "/film.mp4": ("video/mp4", film_bytes)}.get(self.path)
            self.send_response(200 if found else 404)
            kind, body = found or ("text/plain", b"")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            told.value = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()
            told.there.set()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_plays_it_to_its_end(folder: Path) -> None:
    path, facts, plan = fitted(folder, "mp4")
    assert CHROMIUM is not None
    told = _Told()
    with serving(path.read_bytes(), told) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        browser = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--autoplay-policy=no-user-gesture-required",
                f"--user-data-dir={folder / 'profile'}",
                "--remote-debugging-port=0",
                f"http://127.0.0.1:{server.server_port}/",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert told.there.wait(120), "the browser said nothing"
        finally:
            browser.terminate()
            browser.wait(30)
            server.shutdown()
            thread.join()
    assert "error" not in told.value, told.value
    assert (told.value["width"], told.value["height"]) == (plan.width, plan.height)
    assert told.value["seconds"] == pytest.approx(facts.duration_ms / 1000, abs=0.05)
    assert told.value["at"] == pytest.approx(told.value["seconds"], abs=0.1)
    assert told.value["shown"] > plan.frames // 2
