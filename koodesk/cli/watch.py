# SPDX-License-Identifier: Apache-2.0
"""`koodesk watch FOLDER`: number files that are dropped into a folder become sends that wait for a person.

The folder holds a `plan.toml`. Each file is taken when it has not changed between two looks, so one that is still being
copied is left alone. One process at a time is at work in a folder: another says so, with `--once` ends, else looks again. Nothing
is ever sent by this command.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.views.plans import Dropped
from koodesk.backend.workspace import Workspace
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, PROBLEMS, as_data, emit, report_refusals, say
from koodesk.domain.problem import Refused

_EVERY_SECONDS: Final = 5.0
_APART_SECONDS: Final = 2.0
"""How far apart the two looks of `--once` are."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "watch", help="prepare sends of number files dropped into a folder"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with a plan.toml in it")
    parser.add_argument(
        "--every", type=float, default=_EVERY_SECONDS, metavar="SECONDS", help="between two looks"
    )
    parser.add_argument("--once", action="store_true", help="take what lies there now, then end")
    parser.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    parser.add_argument("--json", action="store_true", help="one JSON object a file on standard output")


def run(args: argparse.Namespace) -> int:
    """Watch until interrupted, or once; return the exit code: 1 when a file of `--once` was refused."""
    workspace = Workspace(args.workspace or paths.default_workspace())
    folder: Path = args.folder.resolve()
    refused = False
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        bring_up(service)
        service.reviews.sync()
        looks, held = 0, False
        while True:
            try:
                for one in service.plans.scan(folder):
                    refused |= bool(one.problems)
                    _tell(one, as_json=args.json)
                held = False
            except Refused as refusal:
                if [one.code for one in refusal.problems] != ["watch.held"]:
                    raise
                if not held:
                    say(refusal.problems)
                held = True
            looks += 1
            if args.once and (held or looks == 2):
                break
            time.sleep(_APART_SECONDS if args.once else max(0.1, args.every))
            service.reviews.sync()
    return outcome.code or (PROBLEMS if refused else DONE)


def _tell(one: Dropped, *, as_json: bool) -> None:
    if as_json:
        emit({**asdict(one), "problems": [as_data(problem) for problem in one.problems]})
        return
    if one.problems:
        print(f"refused: {one.file}", file=sys.stderr)
        say(one.problems)
    else:
        print(
            f"waits for approval: {one.file}, {one.to_send} recipients: koodesk campaign approve {one.digest}"
        )
