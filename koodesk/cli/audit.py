# SPDX-License-Identifier: Apache-2.0
"""`koodesk audit list|verify|export`: who did what. `verify` ends with 1 when the chain is broken, and says where."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, emit, language, report_refusals
from koodesk.domain.audit import AuditFilter, Outcome

if TYPE_CHECKING:
    from koodesk.backend.service import Service


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
    export = actions.add_parser("export", help="write entries to a .csv or .xlsx file")
    export.add_argument("file", type=Path)
    for action in (show, export):
        action.add_argument("--who", default="", help="entries of one user")
        action.add_argument("--outcome", choices=[o.value for o in Outcome], default=None)
        action.add_argument("--words", default="", help="in action, method, subject or reason")
    for action in (show, verify, export):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = _verify(service, args) if args.action == "verify" else _read(service, args)
    return outcome.code


def _read(service: Service, args: argparse.Namespace) -> int:
    where = AuditFilter(args.who, Outcome(args.outcome) if args.outcome else None, words=args.words)
    if args.action == "export":
        count = service.audit.export(args.file, where)
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
