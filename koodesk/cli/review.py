# SPDX-License-Identifier: Apache-2.0
"""`koodesk review list|approve|reject`: the review desk of the local engine from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.backend.views.clearing import ReviewRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "review", help="the review desk: list, approve, reject"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="what was handed in, oldest first")
    show.add_argument("--state", choices=[v.value for v in Verdict], default=None)
    show.add_argument("--kind", choices=[k.value for k in ReviewKind], default=None)
    approve = actions.add_parser("approve", help="approve one review, or everything that waits")
    reject = actions.add_parser("reject", help="reject a review with a reason")
    which = approve.add_mutually_exclusive_group(required=True)
    which.add_argument("id", type=int, nargs="?")
    which.add_argument("--all", action="store_true", help="everything that waits")
    reject.add_argument("id", type=int)
    reject.add_argument("--reason", required=True)
    reject.add_argument("--where", default="", help="the slot or field it is about, as in content:3 or name")
    for action in (approve, reject):
        action.add_argument(
            "--vendor", choices=[v.value for v in Vendor], default=None, help="this vendor only"
        )
    for action in (show, approve, reject):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        bring_up(service)
        service.reviews.sync()
        if args.action == "list":
            rows = service.reviews.list(
                Verdict(args.state) if args.state else None, ReviewKind(args.kind) if args.kind else None
            )
        else:
            vendor = Vendor(args.vendor) if args.vendor else None
            if args.action == "reject":
                rows = (service.reviews.reject(args.id, args.reason, vendor, args.where),)
            else:
                ids = [row.id for row in service.reviews.list(Verdict.WAITING)] if args.all else [args.id]
                rows = tuple(service.reviews.approve(id_, vendor) for id_ in ids)
        if args.json:
            emit({"items": [as_data(row) for row in rows]})
        else:
            for row in rows:
                print(f"{row.id:>6}  {row.kind.value:<13}  {row.state.value:<10}  {row.title}")
    return outcome.code


def as_data(row: ReviewRow) -> dict[str, Any]:
    """Return a review as the command's JSON object; instants are the engine's clock in ms."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "ref": row.ref,
        "title": row.title,
        "state": row.state.value,
        "vendors": {v.vendor.value: {"state": v.verdict.value, "reason": v.reason} for v in row.vendors},
        "reasons": [{"code": r.code, "where": r.where, "text": r.text} for r in row.reasons],
        "submitted_ms": row.submitted_ms,
        "due_ms": row.due_ms,
        "calendar": row.calendar,
        "decided_ms": row.decided_ms,
        "channel_num": row.channel_num,
        "tpl_id": row.tpl_id,
    }
