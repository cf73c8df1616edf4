# SPDX-License-Identifier: Apache-2.0
"""`koodesk worker`: a worker in the foreground, or a look at those there are. A workspace in a file has one; a team's has as many
as are started, on as many machines, and the ledger's claims say who sends what."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.backend.views.workers import JobRow, MinuteRow, WorkerRow
from koodesk.cli.output import DONE, emit


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "worker",
        help="send what is confirmed, until told to stop; list workers, the queue",
        description="Without an action: sends and receives until SIGTERM or SIGINT, then ends its calls. With KOODESK_DATABASE_URL "
        "it works for a team, beside as many others as are started.",
    )
    parser.add_argument(
        "action",
        nargs="?",
        choices=["list", "queue", "speed"],
        default="",
        help="list: who sends, and since when; queue: jobs that wait, run, are stalled or failed; speed: what left in the last minutes",
    )
    parser.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    parser.add_argument(
        "--campaign", type=int, default=0, help="end when this campaign waits for nobody but a person"
    )
    parser.add_argument(
        "--json", action="store_true", help="with an action: one JSON object on standard output"
    )


def run(args: argparse.Namespace) -> int:
    """Run a worker as a process of its own, hand on what it is told, and return its exit code; or show what is there."""
    workspace = args.workspace or paths.default_workspace()
    if args.action:
        return _show(workspace, args.action, as_json=args.json)
    command = [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.absolute())]
    if args.campaign:
        command += ["--campaign", str(args.campaign)]
    with subprocess.Popen(command) as worker:  # noqa: S603 - this program
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.terminate())
        return worker.wait()


def _show(workspace: Path, action: str, *, as_json: bool) -> int:
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    with open_service(Workspace(workspace)) as service:
        view = service.workers.view()
    lists: dict[str, tuple[WorkerRow | JobRow | MinuteRow, ...]] = {
        "list": view.workers,
        "queue": view.jobs,
        "speed": view.minutes,
    }
    if as_json:
        emit({"shared": view.shared, "now_ms": view.now_ms, action: [asdict(row) for row in lists[action]]})
    elif action == "list":
        for worker in view.workers:
            beat = f"{(view.now_ms - worker.beat_ms) / 1000:.0f} s" if worker.beat_ms else "-"
            print(
                f"{worker.machine}  {worker.pid}  {worker.gateway}  {worker.state}  {worker.running} jobs  heartbeat {beat}"
            )
    elif action == "queue":
        for job in view.jobs:
            by = f"{job.machine} {job.pid}" if job.machine else "-"
            print(f"{job.id}  {job.task}  {job.number or '-'}  {job.state}  {by}")
    else:
        for minute in view.minutes:
            print(f"{minute.at_ms}  {minute.accepted}  {minute.refused}")
    return DONE
