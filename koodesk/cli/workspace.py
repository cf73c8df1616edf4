# SPDX-License-Identifier: Apache-2.0
"""`koodesk workspace show|move|remove-old`: where a workspace is, and moving it to another folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, emit


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "workspace", help="where a workspace is, and moving it to another folder"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="say where the workspace is, and what a move has left behind")
    move = actions.add_parser(
        "move", help="copy it to an empty folder, check the copy wholly, and use it from then on"
    )
    move.add_argument("folder", type=Path)
    move.add_argument("--remove-old", action="store_true", help="then delete what is left at the old place")
    remove = actions.add_parser("remove-old", help="delete what a move has left at the old place")
    for action in (show, move, remove):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend import bootstrap
    from koodesk.backend.workspace import Workspace

    workspace = Workspace((args.workspace or paths.default_workspace()).absolute())
    removed = False
    if args.action == "move":
        with bootstrap.open_service(workspace) as service:
            service.place.prepare_move(args.folder.absolute())
        workspace = bootstrap.move_workspace(workspace, args.folder.absolute())
    with bootstrap.open_service(workspace) as service:
        if args.action == "remove-old" or (args.action == "move" and args.remove_old):
            removed = service.place.remove_left()
        view = service.place.get()
    told: dict[str, Any] = {"workspace": view.folder, "old": view.old, "old_size": view.old_size}
    if args.action != "show":
        told["removed"] = removed
    if args.json:
        emit(told)
    else:
        print("  ".join(f"{name} {value}" for name, value in told.items() if value != ""), file=sys.stdout)
    return DONE
