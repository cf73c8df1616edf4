# SPDX-License-Identifier: Apache-2.0
"""`koodesk lint MESSAGE.koovideo [--json]`: a video SMS file against the platform's rules.

A file holds neither a signature nor a filing, so what they are asked for is not judged, and a letter the message needs is
a warning. Exit codes as for cards: 0 nothing stops a submission, 1 errors found, 2 a file that cannot be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koodesk import paths
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, say
from koodesk.domain.problem import Problem, Refused, Severity, errors
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.rules import check_template, letter_problems, letters_needed, read_video_rules
from koodesk.domain.video_sms.template import VideoTemplate

FOREIGN: Final = "--vendor, --workspace, --fix, --out and --dry-run go with a card, not with a video SMS"


def is_message(path: Path) -> bool:
    """Tell whether a file is a video SMS, by its name."""
    return path.suffix.lower() == koovideo.SUFFIX


def lint(template: VideoTemplate) -> tuple[Problem, ...]:
    """Check a template by the rules that ship, the letters it needs as warnings."""
    rules = read_video_rules((paths.resources() / "rules" / "video_sms.toml").read_text("utf-8"))
    letters = letter_problems(letters_needed(template, rules), (), severity=Severity.WARNING)
    return (*check_template(template, rules), *letters)


def run(path: Path, *, as_json: bool) -> int:
    """Check the file and print what was found; return the exit code."""
    try:
        template, _ = koovideo.load(path)
    except Refused as refused:
        _show(refused.problems, as_json=as_json)
        return WRONG_USE
    found = lint(template)
    _show(found, as_json=as_json)
    return PROBLEMS if errors(found) else DONE


def _show(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    if as_json:
        emit({"problems": [as_data(p) for p in problems]})
    else:
        say(problems)
