# SPDX-License-Identifier: Apache-2.0
"""`koodesk opt-out list|add|remove|import|export`: who gets no more of a signature."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.exporting import export
from koodesk.cli.output import DONE, emit


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("opt-out", help="who gets no more of a signature")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="entries newest first, numbers masked unless one may see them")
    show.add_argument("--signature", default="")
    show.add_argument("--number", default="", help="a whole number, its first three or last four digits")
    show.add_argument("--limit", type=int, default=200)
    add = actions.add_parser("add", help="opt numbers out of a signature")
    add.add_argument("numbers", nargs="+")
    take = actions.add_parser(
        "import", help="opt out every number of an xlsx or csv: the real cloud tells no desk who replied R"
    )
    take.add_argument("file", type=Path)
    remove = actions.add_parser("remove", help="take a number off the list")
    remove.add_argument("number")
    out = actions.add_parser("export", help="write the list with whole numbers")
    out.add_argument("file", type=Path)
    out.add_argument("--signature", default="")
    for action in (add, take, remove):
        action.add_argument("--signature", required=True)
    for action in (remove, out):
        action.add_argument("--reason", required=True)
    for action in (show, add, take, remove, out):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    with open_service(Workspace(args.workspace or paths.default_workspace())) as service:
        opt_outs = service.opt_outs
        if args.action == "list":
            rows = opt_outs.page(args.signature, args.number, "", args.limit).rows
            if args.json:
                emit({"items": [_as_data(row) for row in rows]})
            for row in () if args.json else rows:
                print(f"{row.number}  【{row.signature}】  {row.source.value:<7}  {row.campaign or row.by}")
            return DONE
        if args.action == "remove":
            opt_outs.remove(args.signature, args.number, args.reason)
            told: dict[str, object] = {"removed": 1}
        elif args.action == "export":
            options = {"reason": args.reason, "signature": args.signature}
            told = {"rows": export(service, "opt_outs", args.file, options).rows}
        else:
            added = (
                opt_outs.add(args.signature, "\n".join(args.numbers))
                if args.action == "add"
                else opt_outs.import_file(args.signature, args.file)
            )
            told = {"new": added.new, "known": added.known, "invalid": added.invalid}
    if args.json:
        emit(told)
    else:
        print("  ".join(f"{name} {value}" for name, value in told.items()))
    return DONE


def _as_data(row: Any) -> dict[str, object]:
    return {
        "number": row.number,
        "signature": row.signature,
        "at_ms": row.at_ms,
        "source": row.source.value,
        "campaign_id": row.campaign_id,
        "campaign": row.campaign,
        "by": row.by,
    }
