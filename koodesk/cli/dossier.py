# SPDX-License-Identifier: Apache-2.0
"""`koodesk dossier list|write|tell`: what the real platform has no API for, to take to its console, and what became of it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, emit, language, report_refusals
from koodesk.domain.dossier import HandState
from koodesk.domain.review_state import ReviewKind


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "dossier", help="what is handed in at the cloud's console by hand"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="what waits for a hand, and what became of it")
    write = actions.add_parser(
        "write", help="a folder or .zip with the fields to copy and the papers to upload"
    )
    tell = actions.add_parser("tell", help="say what became of it at the console")
    for made in (write, tell):
        made.add_argument("kind", choices=[kind.value for kind in ReviewKind])
        made.add_argument("ref", help="the record, as list shows it")
    write.add_argument("path", type=Path, help="a .zip, or a folder that is not there yet")
    tell.add_argument("state", choices=[state.value for state in HandState])
    tell.add_argument("--on", default="", metavar="DAY", help="YYYY-MM-DD; today in Beijing without it")
    tell.add_argument("--reason", default="", help="why it was rejected")
    tell.add_argument(
        "--given", action="append", default=[], metavar="NAME=VALUE", help="a number that the platform gave"
    )
    for action in actions.choices.values():
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action == "list":
            rows = service.dossiers.list()
            if args.json:
                emit({"items": [asdict(row) for row in rows]})
            for row in () if args.json else rows:
                _print(row)
            return outcome.code
        kind = ReviewKind(args.kind)
        if args.action == "write":
            papers = service.dossiers.write(
                kind, args.ref, args.path, lambda code: messages.word(code, language())
            )
            if args.json:
                emit({"path": str(args.path), "papers": papers})
            else:
                print(args.path)
            return outcome.code
        day = args.on or (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
        given = dict(one.partition("=")[::2] for one in args.given)
        row = service.dossiers.tell(kind, args.ref, HandState(args.state), day, args.reason, given)
        if args.json:
            emit(asdict(row))
        else:
            _print(row)
    return outcome.code


def _print(row: Any) -> None:
    kind = messages.word(f"state.review_kind.{row.kind.value}", language())
    state = messages.word(f"state.dossier.{row.state or 'waiting'}", language())
    print(
        f"{row.kind.value:<16} {row.ref:<12} {kind}  {row.title}  {state} {row.on_day} {row.by} {row.reason}".rstrip()
    )
