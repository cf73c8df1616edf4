# SPDX-License-Identifier: Apache-2.0
"""`koodesk worker`: a worker in the foreground. A workspace in a file has one; a team's has as many as are started, on as
many machines, and the ledger's claims say who sends what."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from koodesk import paths


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "worker",
        help="send what is confirmed, until told to stop",
        description="Sends and receives until SIGTERM or SIGINT, then ends its calls. With KOODESK_DATABASE_URL it works for "
        "a team, beside as many others as are started.",
    )
    parser.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    parser.add_argument(
        "--campaign", type=int, default=0, help="end when this campaign waits for nobody but a person"
    )


def run(args: argparse.Namespace) -> int:
    """Run a worker as a process of its own, hand on what it is told, and return its exit code."""
    workspace = args.workspace or paths.default_workspace()
    command = [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.absolute())]
    if args.campaign:
        command += ["--campaign", str(args.campaign)]
    with subprocess.Popen(command) as worker:  # noqa: S603 - this program
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.terminate())
        return worker.wait()
