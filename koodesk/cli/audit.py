# SPDX-License-Identifier: Apache-2.0
"""`koodesk audit list|verify|export`: who did what. `verify` ends with 1 when the chain is broken, and says where; of a file
that was exported too, without the workspace."""

from __future__ import annotations

import argparse
import csv
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.exporting import export
from koodesk.cli.output import DONE, PROBLEMS, emit, language, report_refusals
from koodesk.domain.audit import AuditFilter, Outcome
from koodesk.domain.audit_file import COLUMNS, verify_lines
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from koodesk.backend.service import Service


LARGEST = 256 * 1_048_576
"""Bytes of an exported file at most: about a million entries."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("audit", help="the audit log")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="the newest entries first")
    show.add_argument("--limit", type=int, default=50)
    verify = actions.add_parser("verify", help="walk the chain; exit code 1 where it is broken")
    verify.add_argument(
        "--noted", default="", metavar="HASH", help="a hash noted earlier that must still be there"
    )
    verify.add_argument(
        "file",
        type=Path,
        nargs="?",
        default=None,
        help="an exported .csv instead of a workspace; a file that a filter made has gaps",
    )
    out = actions.add_parser("export", help="write entries to a .csv or .xlsx file")
    out.add_argument("file", type=Path)
    for action in (show, out):
        action.add_argument("--who", default="", help="entries of one user")
        action.add_argument("--outcome", choices=[o.value for o in Outcome], default=None)
        action.add_argument("--words", default="", help="in action, method, subject or reason")
    for action in (show, verify, out):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    if args.action == "verify" and args.file is not None:
        with report_refusals(as_json=args.json) as outcome:
            outcome.code = _verify_file(args)
        return outcome.code
    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = _verify(service, args) if args.action == "verify" else _read(service, args)
    return outcome.code


def _read(service: Service, args: argparse.Namespace) -> int:
    where = AuditFilter(args.who, Outcome(args.outcome) if args.outcome else None, words=args.words)
    if args.action == "export":
        options = {"who": where.who, "outcome": args.outcome, "words": where.words}
        count = export(service, "audit", args.file, options).rows
        if args.json:
            emit({"file": str(args.file), "entries": count})
        else:
            print(f"{args.file}  {count:,}")
        return DONE
    entries = service.audit.page(0, args.limit, where).entries
    if args.json:
        emit({"entries": [asdict(entry) for entry in entries]})
    else:
        for e in entries:
            at = datetime.fromtimestamp(e.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
            print(
                f"{e.id:>6}  {at}  {e.who:<16}  {e.outcome.value:<8}  {e.what:<28}  {e.subject}  {e.detail}"
            )
    return DONE


def _verify_file(args: argparse.Namespace) -> int:
    """Check an exported file for what it says of itself; no workspace is opened."""
    lines = read_lines(args.file)
    found = verify_lines(lines)
    noted = not args.noted or any(args.noted == line[-1] for line in lines)
    if args.json:
        emit({**asdict(found), "whole": found.whole, "noted": noted})
    elif found.broken is not None:
        why = messages.word(f"state.audit_break.{found.broken.why}", language())
        print(f"broken at entry {found.broken.entry}: {why}. {found.entries:,} entries before it hold.")
    else:
        gaps = f", {found.gaps:,} gaps between them" if found.gaps else ""
        print(f"{found.entries:,} entries hold, {found.first}-{found.last}{gaps}. {found.head}")
        if not noted:
            print("the noted hash is not among them")
    return DONE if found.broken is None and noted else PROBLEMS


def read_lines(path: Path) -> list[list[str]]:
    """Read the lines below the heading of an exported .csv. Raises Refused: audit.file.unreadable, audit.file.too_large."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(problem("audit.file.too_large", "file", file=path.name, limit=LARGEST))
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file, strict=True))[1:]
    except (OSError, ValueError, csv.Error) as failure:
        raise Refused(problem("audit.file.unreadable", "file", file=path.name)) from failure
    if not lines or any(len(line) != len(COLUMNS) for line in lines):
        raise Refused(problem("audit.file.unreadable", "file", file=path.name))
    return lines


def _verify(service: Service, args: argparse.Namespace) -> int:
    found = service.audit.verify(args.noted)
    why = "" if found.broken is None else messages.word(f"state.audit_break.{found.broken.why}", language())
    if args.json:
        emit(asdict(found))
    elif found.broken is None:
        print(f"{found.entries:,} entries hold. {found.head}")
    else:
        print(f"broken at entry {found.broken.entry}: {why}. {found.entries:,} entries before it hold.")
    return DONE if found.broken is None else PROBLEMS
