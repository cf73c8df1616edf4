# SPDX-License-Identifier: Apache-2.0
"""`koodesk open [--workspace DIR | --sample]`: the studio itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("open", help="open the studio")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workspace", type=Path, help="the workspace folder")
    where.add_argument("--sample", action="store_true", help="open the sample workspace, filled on first use")


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it closes."""
    from koodesk import app, paths
    from koodesk.backend.workspace import Workspace

    folder = args.workspace or (paths.sample_workspace() if args.sample else paths.default_workspace())
    return app.run(Workspace(folder), sample=args.sample)
