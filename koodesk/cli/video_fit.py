# SPDX-License-Identifier: Apache-2.0
"""`koodesk video fit FILE --max-bytes N --out F.mp4`: a video, cut and encoded until it fits into a video SMS.

Needs no workspace. Without `--end` the first `--max-seconds` from `--start` are kept, and a warning says when something was
left off. Exit codes: 0 the result is written, 1 it does not fit or cannot be read, 2 wrong use.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from koodesk.cli.output import DONE, as_data, emit, say
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.video_fit import MOST_MS, Container, FitGoal, Turn, VideoCut, plan_fit

if TYPE_CHECKING:
    from koodesk.backend.views.progress import Progress
    from koodesk.domain.video_rules import VideoFacts

_CROP: Final = re.compile(r"(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})")


def add_fit(actions: Any) -> None:
    """Declare the action beside those of `koodesk video`."""
    fit = actions.add_parser("fit", help="cut and encode a video until it fits into a video SMS")
    fit.add_argument("file", type=Path, metavar="FILE", help="mp4, mov, 3gp, mkv or webm")
    fit.add_argument("--max-bytes", type=_count, required=True, metavar="N", help="most bytes of the result")
    fit.add_argument(
        "--max-seconds", type=seconds, default=MOST_MS / 1000, metavar="S", help="default %(default)g"
    )
    fit.add_argument("--out", type=Path, required=True, metavar="F.mp4|F.3gp")
    fit.add_argument("--start", type=seconds, default=0.0, metavar="S", help="where it begins, default 0")
    fit.add_argument("--end", type=seconds, default=None, metavar="S", help="where it ends in the source")
    fit.add_argument("--crop", type=_crop, default=None, metavar="X,Y,W,H", help="in pixels, upright")
    fit.add_argument("--rotate", type=int, choices=(0, 90, 180, 270), default=0, help="clockwise")
    fit.add_argument("--mute", action="store_true", help="leave the sound out")
    fit.add_argument("--json", action="store_true", help="print one JSON object")


def seconds(text: str) -> float:
    """Read a number of seconds from 0."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a number of seconds from 0") from error
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError("a number of seconds from 0")
    return value


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9_,]{0,15}", text, re.ASCII):
        raise argparse.ArgumentTypeError("a number of bytes from 1")
    return int(text.replace(",", "").replace("_", ""))


def _crop(text: str) -> Crop:
    match = _CROP.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("four numbers: X,Y,WIDTH,HEIGHT")
    return Crop(*(int(part) for part in match.groups()))


def wrong_fit(args: argparse.Namespace) -> Problem | None:
    """Return what is wrong with how the command was called."""
    if args.out.suffix.lower() not in (".mp4", ".3gp"):
        return problem("video.fit_not_mp4", file=args.out.name)
    if args.out.exists() and args.out.samefile(args.file):
        return problem("video.fit_onto_itself", file=args.out.name)
    return None


def run_fit(args: argparse.Namespace) -> int:
    """Fit, write and say what came of it. Raises Refused."""
    from koodesk.backend import bootstrap

    check = bootstrap.video_check()
    source = check.probe_source(args.file)
    container = cast("Container", args.out.suffix.lower().removeprefix("."))
    goal = FitGoal(args.max_bytes, round(args.max_seconds * 1000), container)
    cut = _cut(args, source, goal)
    plan = plan_fit(source, cut, goal)
    notes = _notes(args, source, cut)
    found = check.fit(args.file, cut, goal, _silent if args.json or not sys.stderr.isatty() else _show)
    write_whole(args.out, found.data)
    facts = found.facts
    if args.json:
        emit(
            {
                "file": str(args.out),
                "container": found.media_type,
                **asdict(facts),
                "has_sound": facts.has_sound,
                "max_bytes": goal.max_bytes,
                "predicted_bytes": plan.predicted_bytes,
                "cut": asdict(cut),
                "source": asdict(source),
                "notes": [as_data(note) for note in notes],
            }
        )
    else:
        print(
            f"{args.out}  {facts.width}x{facts.height}  {facts.duration_ms / 1000:.2f} s  {facts.fps:g} fps  "
            f"{facts.codec}  {facts.sound_codec or 'no sound'}  {facts.size:,} bytes of {goal.max_bytes:,}"
        )
        say(notes)
    return DONE


def _cut(args: argparse.Namespace, source: VideoFacts, goal: FitGoal) -> VideoCut:
    start = round(args.start * 1000)
    end = min(source.duration_ms, start + goal.max_ms) if args.end is None else round(args.end * 1000)
    return VideoCut(start, end, args.crop, cast("Turn", args.rotate), args.mute)


def _notes(args: argparse.Namespace, source: VideoFacts, cut: VideoCut) -> tuple[Problem, ...]:
    left_off = source.duration_ms - cut.end_ms
    if args.end is not None or left_off <= 0:
        return ()
    return (
        problem(
            "video.fit_shortened",
            "cut",
            severity=Severity.WARNING,
            limit=cut.length_ms / 1000,
            actual=round(left_off / 1000, 1),
        ),
    )


def _silent(progress: Progress) -> None:
    del progress


def _show(progress: Progress) -> None:
    part = f"{progress.done * 100 // progress.total:3d} %" if progress.total else ""
    sys.stderr.write(f"\r{progress.stage} {part}\x1b[K")
    if progress.total and progress.done >= progress.total:
        sys.stderr.write("\n")
    sys.stderr.flush()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole: beside it first, then in its place. Raises Refused: render.cannot_write."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise Refused(problem("render.cannot_write", path.name, file=path.name)) from error
    finally:
        beside.unlink(missing_ok=True)
