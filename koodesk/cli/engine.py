# SPDX-License-Identifier: Apache-2.0
"""`koodesk engine start|status|stop|clock|log|cloud|faults`: the local engine from the command line.

The engine is the other side of the wire, so this command does not import it: it runs `python -m koodesk.engine` on the
workspace's engine folder and hands on what that prints.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from koodesk import paths
from koodesk.backend.workspace import Workspace
from koodesk.cli.output import DONE, emit
from koodesk.domain.problem import Refused, problem

FASTEST_CLOCK: Final = 3_600
_UNITS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN: Final = re.compile(r"([0-9]{1,9})([smhd])")


def add_parser(subparsers: Any) -> None:
    """Add the command and its actions."""
    parser: argparse.ArgumentParser = subparsers.add_parser("engine", help="the local engine")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    about = {
        "start": "start the engine, or find the one that runs; say where it answers",
        "status": "say whether it runs, where, its clock and what it holds",
        "stop": "end it cleanly",
        "clock": "show its clock, run it forward or give it another speed",
        "log": "print its append-only record of acceptances, a JSON line each",
        "cloud": "show or set what its cloud API allows",
        "faults": "make it fail on purpose: put a fault script in force, show it or end it",
    }
    for name, text in about.items():
        action = actions.add_parser(name, help=text)
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        if name == "clock":
            action.add_argument(
                "--forward", type=span_ms, default=0, metavar="SPAN", help="for example 90s, 30m, 24h, 3d"
            )
            action.add_argument(
                "--speed", type=speed, metavar="N", help="1 is real time, 3600 an hour a second"
            )
        if name == "cloud":
            action.add_argument("--rate", type=int, metavar="N", help="requests a second for each access key")
            action.add_argument(
                "--callbacks",
                choices=("loopback", "public"),
                help="which addresses receipts may be pushed to",
            )
        if name == "faults":
            action.add_argument("script", type=Path, nargs="?", help="a fault script (TOML)")
            action.add_argument("--clear", action="store_true", help="end the faults")
        if name == "log":
            action.add_argument(
                "--campaign", default=None, help="of this campaign only: its id at the desk, or its uuid"
            )


def span_ms(text: str) -> int:
    """Read a span such as "24h" as milliseconds. Raises argparse.ArgumentTypeError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a span such as 90s, 30m, 24h, 3d")
    return int(found[1]) * _UNITS[found[2]]


def speed(text: str) -> int:
    """Read a speed of the clock. Raises argparse.ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= FASTEST_CLOCK):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 to {FASTEST_CLOCK}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run one action. Raises Refused when the engine cannot be started, reached or stopped."""
    root = args.workspace or paths.default_workspace()
    folder = Workspace(root).create().engine if args.action == "start" else Workspace(root).engine
    if args.action == "faults":
        return _faults(Workspace(root), args)
    if args.action == "cloud":
        return _cloud(Workspace(root), args)
    if args.action == "log":
        campaign = [] if args.campaign is None else ["--campaign", _uuid(Workspace(root), args.campaign)]
        return _engine(["log", *campaign], folder, capture=False).returncode
    more: list[str] = []
    if args.action == "clock":
        more = ["--forward-ms", str(args.forward)]
        more += ["--speed", str(args.speed)] if args.speed is not None else []
    done = _engine([args.action, *more], folder, capture=True)
    answer = _read(done.stdout)
    if done.returncode != DONE:
        raise Refused(
            problem(
                str(answer.get("error", "engine.failed")), **answer.get("params", {"exit": done.returncode})
            )
        )
    if args.json:
        emit(answer)
    else:
        _show(answer)
    return DONE


def _faults(workspace: Workspace, args: argparse.Namespace) -> int:
    """Put a script in force, end it, or show the one that is; through the service, so that its rights hold."""
    from koodesk.backend.bootstrap import open_service

    with open_service(workspace) as service:
        service.engine.ensure_running()
        if args.clear:
            script = service.engine.put_faults("")
        elif args.script is not None:
            found = service.engine.fault_file(args.script)
            script = service.engine.put_faults(found.text, found.name)
        else:
            script = service.engine.faults()
    told = script.to_json()
    if args.json:
        emit(told)
    elif not script.faults:
        print("no faults")
    else:
        print(f"{script.name}  seed {script.seed}".strip())
        for rule in told["fault"]:
            print("  ".join(f"{name} {value}" for name, value in rule.items()))
    return DONE


def _cloud(workspace: Workspace, args: argparse.Namespace) -> int:
    """Show or set what the cloud's API allows; through the service, so that its rights hold."""
    from koodesk.backend.bootstrap import open_service

    with open_service(workspace) as service:
        url = service.engine.ensure_running().url
        if args.rate is not None or args.callbacks is not None:
            found = service.engine.change_cloud(requests_per_second=args.rate, callbacks=args.callbacks)
        else:
            found = service.engine.cloud()
    if args.json:
        emit({"url": url, **asdict(found)})
    else:
        print(
            f"{url}  {found.requests_per_second} requests/s a key  receipts to {found.callbacks}  {found.keys} keys"
        )
    return DONE


def _engine(arguments: Sequence[str], folder: Path, *, capture: bool) -> subprocess.CompletedProcess[bytes]:
    environment = dict(os.environ)
    package = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package, environment.get("PYTHONPATH", ""))))
    command = [sys.executable, "-m", "koodesk.engine", *arguments, "--folder", str(folder)]
    sys.stdout.flush()
    return subprocess.run(  # noqa: S603 - our own interpreter and module
        command, stdout=subprocess.PIPE if capture else None, env=environment, check=False
    )


def _read(printed: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(printed)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _show(answer: dict[str, Any]) -> None:
    for name, value in answer.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {amount}" for key, amount in value.items())
        elif name == "now_ms":
            name, value = "clock", datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="seconds")
        print(f"{name:10} {value}")


def _uuid(workspace: Workspace, campaign: str) -> str:
    """Return the name the engine knows a campaign by: the uuid of a desk's id, anything else as it is.

    Raises Refused (campaign.missing) for an id the desk does not have.
    """
    if not (campaign.isascii() and campaign.isdigit()):
        return campaign
    from koodesk.backend.bootstrap import open_service

    with open_service(workspace) as service:
        return service.campaigns.get(int(campaign)).uuid
