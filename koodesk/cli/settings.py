# SPDX-License-Identifier: Apache-2.0
"""`koodesk settings get|set`: what a workspace holds itself to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, WRONG_USE, emit, say
from koodesk.domain.problem import problem


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "settings", help="hours and frequency of promotion, how long what may go is kept"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("get", help="every setting, or one")
    show.add_argument("name", nargs="?", default="")
    change = actions.add_parser("set", help="change settings: NAME=VALUE ...")
    change.add_argument("values", nargs="+", metavar="NAME=VALUE")
    for action in (show, change):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    changes: dict[str, int] = {}
    for given in args.values if args.action == "set" else ():
        name, _, value = given.partition("=")
        if not (name and value.lstrip("-").isascii() and value.lstrip("-").isdecimal()):
            say([problem("settings.not_a_number", name, name=name[:40])])
            return WRONG_USE
        changes[name] = int(value)
    with open_service(Workspace(args.workspace or paths.default_workspace())) as service:
        view = service.settings.set(changes) if changes else service.settings.get()
    wanted = set(changes) or ({args.name} if getattr(args, "name", "") else set())
    unknown = sorted(wanted - {row.name for row in view.rows})
    if unknown:
        say([problem("settings.unknown", unknown[0], name=unknown[0])])
        return WRONG_USE
    rows = [row for row in view.rows if not wanted or row.name in wanted]
    if args.json:
        emit({row.name: {"value": row.value, "default": row.default, "by": row.by} for row in rows})
    else:
        for row in rows:
            print(f"{row.name:<28}  {row.value}")
    return DONE
