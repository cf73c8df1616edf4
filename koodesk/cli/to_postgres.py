# SPDX-License-Identifier: Apache-2.0
"""`koodesk to-postgres`: moves a workspace from its file into a team's database, and checks it row by row."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.backend import bootstrap
from koodesk.backend.workspace import Workspace
from koodesk.cli.output import DONE, emit
from koodesk.domain.problem import Refused, problem


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    moving: argparse.ArgumentParser = subparsers.add_parser(
        "to-postgres",
        help="move a workspace into a team's database",
        description="Copies every table into an empty PostgreSQL database, compares count and digest of each on both sides, and only "
        "then commits. Nobody may have the workspace open. The file stays, under another name. Afterwards the workspace keeps "
        "the address (its password in the system's key store) and opens the team's; KOODESK_DATABASE_URL wins over it.",
    )
    moving.add_argument(
        "url",
        nargs="?",
        default="",
        help="postgresql+psycopg://user@host/database; left out it is KOODESK_DATABASE_URL, which the list of processes does not show",
    )
    moving.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    moving.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Move, and say what was moved. Raises Refused."""
    url = args.url or os.environ.get("KOODESK_DATABASE_URL", "")
    workspace = Workspace(args.workspace or paths.default_workspace())
    if not workspace.database.is_file():
        raise Refused(problem("move.no_workspace", folder=workspace.root.name))
    with bootstrap.open_service(workspace, url="") as service:
        service.access.demand("koodesk:backup:restore")
    moved = bootstrap.move_to_team(workspace, url)
    if args.json:
        emit({"tables": {t.name: {"rows": t.rows, "sha256": t.digest} for t in moved}})
    else:
        for table in moved:
            print(f"{table.name}  {table.rows}  {table.digest[:16]}", file=sys.stdout)
    return DONE
