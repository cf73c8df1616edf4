# SPDX-License-Identifier: Apache-2.0
"""`koodesk backup create|verify|restore`: a workspace as one file, and back."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, emit


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "backup", help="a workspace as one file, and back"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="write a backup")
    create.add_argument(
        "file", type=Path, nargs="?", default=None, help="without it, into the workspace's own folder"
    )
    verify = actions.add_parser("verify", help="read a backup wholly and check everything in it")
    verify.add_argument("file", type=Path)
    restore = actions.add_parser(
        "restore", help="make a workspace of a backup, or put it in the place of one that nobody has open"
    )
    restore.add_argument("file", type=Path)
    where = restore.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--into", type=Path, metavar="FOLDER", help="a folder that is not there yet, or is empty"
    )
    where.add_argument(
        "--over",
        action="store_true",
        help="over the workspace, its users, rights and audit log too: the main account's; a backup of it is taken first, "
        "its engine's record stays",
    )
    for action in (create, verify, restore):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend import bootstrap
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    if args.action == "restore" and args.over:
        view, kept = bootstrap.replace_workspace(workspace, args.file)
        told = {**_told(view), "kept": kept.name}
    else:
        with bootstrap.open_service(workspace) as service:
            if args.action == "create":
                row = service.backups.create(args.file.absolute() if args.file else None)
                told = {"file": row.path, "size": row.size, "created_ms": row.created_ms}
            elif args.action == "verify":
                told = _told(service.backups.verify(args.file))
            else:
                told = _told(service.backups.restore(args.file, args.into.absolute()))
    if args.json:
        emit(told)
    else:
        print("  ".join(f"{name} {value}" for name, value in told.items()), file=sys.stdout)
    return DONE


def _told(view: Any) -> dict[str, Any]:
    return {
        "file": view.name,
        "koodesk": view.koodesk,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(view.created_ms / 1000)),
        "size": view.size,
        "materials": view.materials,
        "papers": view.papers,
        "engine": view.engine,
    }
