# SPDX-License-Identifier: Apache-2.0
"""Thirty seconds of full HD fitted into a video SMS: how long, beside FFmpeg's library called directly; until something plays.

"Ours" is what the window waits for: a process of its own that measures the source, encodes, measures the result and hands it
over. Beside it PyAV in this process, with the same filters, the same settings of the same encoders and nothing else: no
checks, no budget, no progress. The preview is timed from choosing a file nobody has opened yet to the first pictures that
can be played. The memory is the most the reading process has held with a source of 200 MB. Ends 0 when the budgets are met.

Needs the extra that opens videos. Sources are made by the `ffmpeg` found on PATH, else by PyAV.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.filter import Graph
from av.video.stream import VideoStream

from koodesk.backend.ports.progress import never
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.backend.readers.video_fit import PRESET, threads
from koodesk.domain.video_fit import FitGoal, FitPlan, VideoCut, plan_fit

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60
CUT = VideoCut(0, 30_000)
GOAL = FitGoal(1_900_000)
LARGE_BYTES = 200_000_000

RATIO_BUDGET = 1.2
PREVIEW_BUDGET_S = 2.0
MEMORY_BUDGET_MB = 300.0


def make(path: Path, bits: int) -> None:
    """Write a minute of moving full HD with sound, at so many bits a second."""
    picture = f"testsrc2=size=1920x1080:rate=30:duration={SECONDS},noise=alls=12:allf=t"
    tone = f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is not None:
        asked = [ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
        asked += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60"]
        asked += ["-b:v", str(bits), "-maxrate", str(bits), "-bufsize", str(bits), "-nal-hrd", "cbr"]
        subprocess.run([*asked, "-c:a", "aac", "-shortest", str(path)], check=True)
        return
    with av.open(str(path), "w", format="mp4") as file:
        video = file.add_stream("libx264", rate=30)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        video.codec_context.bit_rate = bits
        video.codec_context.gop_size = 60
        video.codec_context.options = {"preset": "ultrafast", "nal-hrd": "cbr"} | {
            key: str(bits) for key in ("maxrate", "bufsize")
        }
        sound = file.add_stream("aac", rate=48_000)
        assert isinstance(sound, AudioStream)
        for frame in filtered(picture, "buffersink"):
            assert isinstance(frame, av.VideoFrame)
            file.mux(list(video.encode(frame)))
        for frame in filtered(tone, "abuffersink"):
            assert isinstance(frame, av.AudioFrame)
            file.mux(list(sound.encode(frame)))
        file.mux([*video.encode(None), *sound.encode(None)])


def filtered(chain: str, sink: str) -> Iterator[object]:
    """Yield what a chain of filters makes out of nothing."""
    graph = Graph()
    nodes = [part.split("=", 1) for part in chain.split(",")]
    graph.link_nodes(*(graph.add(name, options) for name, options in nodes), graph.add(sink)).configure()
    while True:
        try:
            yield graph.pull()
        except av.EOFError:
            return


def direct(source: Path, out: Path, plan: FitPlan) -> None:
    """Do the same with FFmpeg's library and nothing around it."""
    with (
        av.open(str(source)) as container,
        av.open(str(out), "w", format="mp4", container_options={"movflags": "faststart"}) as file,
    ):
        pictures, heard = container.streams.video[0], container.streams.audio[0]
        pictures.codec_context.thread_count, pictures.codec_context.thread_type = threads(), "AUTO"
        video, audio = file.add_stream("libx264", rate=plan.fps), file.add_stream("aac", rate=plan.sound.hz)
        assert isinstance(video, VideoStream)
        assert isinstance(audio, AudioStream)
        video.width, video.height, video.pix_fmt = plan.width, plan.height, "yuv420p"
        coder = video.codec_context
        coder.bit_rate, coder.gop_size, coder.thread_count = plan.video_bps, int(plan.fps * 4), threads()
        coder.options = {
            "preset": PRESET,
            "profile": "main",
            "maxrate": str(int(plan.video_bps * 1.5)),
            "bufsize": str(plan.video_bps * 2),
            "qmin": "14",
        }
        audio.layout = "stereo" if plan.sound.channels == 2 else "mono"
        audio.codec_context.bit_rate = plan.audio_bps
        graph = Graph()
        graph.threads = 1
        scale = "flags=bicubic+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv:in_color_matrix=bt709"
        graph.link_nodes(
            graph.add_buffer(template=pictures),
            graph.add("fps", str(plan.fps)),
            graph.add("scale", f"{plan.width}:{plan.height}:{scale}"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ).configure()
        count = 0
        samples = av.AudioResampler(format="fltp", layout=audio.layout, rate=plan.sound.hz)
        end = CUT.length_ms / 1000
        for packet in container.demux(pictures, heard):
            if packet.dts is not None and packet.dts * (packet.time_base or 0) > end:
                break
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    for part in samples.resample(frame):
                        file.mux(list(audio.encode(part)))
                    continue
                assert isinstance(frame, av.VideoFrame)
                graph.push(frame)
                while count < plan.frames:
                    try:
                        made = graph.pull()
                    except (av.BlockingIOError, av.EOFError):
                        break
                    assert isinstance(made, av.VideoFrame)
                    made.pict_type = av.video.frame.PictureType.NONE
                    made.pts, made.time_base = count, 1 / Fraction(plan.fps)
                    count += 1
                    file.mux(list(video.encode(made)))
        file.mux(list(audio.encode(None)))
        file.mux(list(video.encode(None)))


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, in seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def preview(source: Path) -> dict[str, float]:
    """Time from a file to the first pictures that play, to all of them, and to a time line of twelve."""
    begin = time.perf_counter()
    frames = ChildVideos().first_frames(source, 0, CUT.length_ms, never)
    shown = next(frames)
    first = time.perf_counter() - begin
    count = len(shown) + sum(len(block) for block in frames)
    whole = time.perf_counter() - begin
    strip = timed(lambda: list(ChildVideos().clip_strip(source, 12, never)))
    probe = timed(lambda: ChildVideos().probe_source(source, never))
    return {
        "first_s": first,
        "all_s": whole,
        "frames": float(count),
        "strip_of_12_s": strip,
        "probe_s": probe,
    }


def memory(source: Path) -> float:
    """Fit in a child of this process and return the most memory it has held, in MB."""
    ChildVideos().fit(source, CUT, GOAL, never)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Measure, print the table; 1 when a budget was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print(memory(options.memory))
        return 0
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
        folder = Path(name)
        source, large, out = folder / "source.mp4", folder / "large.mp4", folder / "out.mp4"
        make(source, 10_000_000)
        make(large, LARGE_BYTES * 8 // SECONDS + 300_000)
        plan = plan_fit(ChildVideos().probe_source(source, never), CUT, GOAL)
        ours, beside, size = [], [], 0
        # In turns, so that the machine is as noisy for one as for the other.
        for _ in range(options.runs):
            begin = time.perf_counter()
            size = len(ChildVideos().fit(source, CUT, GOAL, never).data)
            ours.append(time.perf_counter() - begin)
            beside.append(timed(lambda: direct(source, out, plan)))
        previews = [preview(source) for _ in range(options.runs)]
        seen = {key: statistics.median(one[key] for one in previews) for key in previews[0]}
        done = subprocess.run(
            [sys.executable, __file__, "--memory", str(large)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
            text=True,
        )
        most = float(done.stdout)
        found = {
            "ours_s": statistics.median(ours),
            "direct_s": statistics.median(beside),
            "ratio": statistics.median(a / b for a, b in zip(ours, beside, strict=True)),
            "bytes": float(size),
            "direct_bytes": float(out.stat().st_size),
            "source_mb": source.stat().st_size / 1e6,
            "large_mb": large.stat().st_size / 1e6,
            "memory_mb": most,
            **seen,
        }
    met = {
        "ratio": found["ratio"] <= RATIO_BUDGET,
        "bytes": size <= GOAL.max_bytes,
        "preview": found["first_s"] <= PREVIEW_BUDGET_S,
        "memory": most <= MEMORY_BUDGET_MB,
    }
    print(json.dumps({"bench": "video_fit", **{k: round(v, 3) for k, v in found.items()}, "met": met}))
    for key, value in found.items():
        print(f"{key:<16}{value:>14,.2f}")
    print(
        f"30 s of 1080p into {size:,} of {GOAL.max_bytes:,} bytes in {found['ours_s']:.1f} s, {found['ratio']:.2f} x FFmpeg's "
        f"library (<= {RATIO_BUDGET:g}); plays after {found['first_s']:.2f} s (<= {PREVIEW_BUDGET_S:g}); "
        f"{most:.0f} MB with a source of {found['large_mb']:.0f} MB (<= {MEMORY_BUDGET_MB:g}): "
        f"{'met' if all(met.values()) else 'MISSED'}"
    )
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
