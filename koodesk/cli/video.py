# SPDX-License-Identifier: Apache-2.0
"""`koodesk video probe FILE [--json]` and `koodesk video cover FILE --at SECONDS --out F.jpg`: a video, looked at.

Needs no workspace. Exit codes: 0 it may be used (warnings do not count), 1 it may not, or the reader of videos is not
installed, 2 wrong use. What no card takes but `koodesk video fit` does may be used as well: a warning says so.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk.cli import video_templates
from koodesk.cli.output import DONE, WRONG_USE, as_data, emit, say
from koodesk.cli.video_fit import add_fit, run_fit, seconds, write_whole, wrong_fit
from koodesk.domain.media_types import HEAD_BYTES, source_type
from koodesk.domain.problem import Problem, problem

if TYPE_CHECKING:
    from koodesk.backend.views.materials import VideoReport


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("video", help="look at a video")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    probe = actions.add_parser("probe", help="measure a video and say what may hold it")
    probe.add_argument("file", type=Path, metavar="FILE")
    probe.add_argument("--json", action="store_true", help="print one JSON object")
    cover = actions.add_parser(
        "cover", help="write what a video shows at a time as a cover (JPEG, at most 100 KB)"
    )
    cover.add_argument("file", type=Path, metavar="FILE.mp4")
    cover.add_argument("--at", type=seconds, default=0.0, metavar="SECONDS", help="default 0")
    cover.add_argument("--out", type=Path, required=True, metavar="F.jpg")
    cover.add_argument("--json", action="store_true", help="print one JSON object")
    add_fit(actions)
    video_templates.add_actions(actions)


def run(args: argparse.Namespace) -> int:
    """Do what was asked and print it. Raises Refused when the video may not be used."""
    if args.action in video_templates.ACTIONS:
        return video_templates.run(args)
    wrong = _wrong_use(args)
    if wrong is not None:
        if args.json:
            emit({"problems": [as_data(wrong)]})
        say([wrong])
        return WRONG_USE
    # Late, so that a wrong use is said without loading a database library.
    from koodesk.backend import bootstrap

    if args.action == "fit":
        return run_fit(args)
    check = bootstrap.video_check()
    if args.action == "probe":
        report = check.probe_any(args.file)
        if args.json:
            emit(as_json(report, _type_of(args.file)))
        else:
            _show(report)
        return DONE
    data, width, height = check.cover(args.file, round(args.at * 1000))
    write_whole(args.out, data)
    if args.json:
        emit({"file": str(args.out), "width": width, "height": height, "bytes": len(data)})
    else:
        print(f"{args.out}  {width}x{height}  {len(data):,} bytes")
    return DONE


def _type_of(path: Path) -> str | None:
    with path.open("rb") as stream:
        return source_type(stream.read(HEAD_BYTES))


def _wrong_use(args: argparse.Namespace) -> Problem | None:
    if not args.file.is_file():
        return problem("reader.not_found", file=args.file.name)
    if args.action == "fit":
        return wrong_fit(args)
    if args.action == "cover" and args.out.suffix.lower() not in (".jpg", ".jpeg"):
        return problem("video.cover_not_jpeg", file=args.out.name)
    return None


def as_json(report: VideoReport, container: str | None) -> dict[str, Any]:
    """Return a report as the command's JSON object. `platform.codec` is "unknown": the platform publishes none."""
    facts = report.facts
    return {
        "container": container,
        **asdict(facts),
        "has_sound": facts.has_sound,
        "for_card": not any(note.code == "video.fit_first" for note in report.notes),
        "platform": {"container": "mp4", "codec": facts.codec_on_platform},
        "notes": [as_data(note) for note in report.notes],
    }


def _show(report: VideoReport) -> None:
    facts = report.facts
    sound = facts.sound_codec or "no sound"
    print(
        f"{facts.width}x{facts.height}  {facts.duration_ms / 1000:.2f} s  {facts.fps:g} fps  "
        f"{facts.codec} {facts.bits} bit  {sound}  {facts.size:,} bytes"
    )
    say(report.notes)
