# SPDX-License-Identifier: Apache-2.0
"""`koodesk bill list|reconcile|export`: what was billed, and whether it is what was sent; both as files too."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.exporting import export, print_pdf
from koodesk.cli.output import DONE, PROBLEMS, emit, language, report_refusals
from koodesk.domain.billing.items import Item
from koodesk.domain.billing.money import yuan
from koodesk.domain.billing.records import BillBy

if TYPE_CHECKING:
    from koodesk.backend.views.billing import BillRow, Settlement

WAYS = ("day", "item", "campaign")


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "bill", help="bills, and the settlement laid beside the ledger"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="what is settled, grouped")
    out = actions.add_parser("export", help="the same as a .csv, .xlsx or .pdf file")
    out.add_argument("path", type=Path)
    check = actions.add_parser(
        "reconcile", help="lay the bill beside the ledger; ends 1 when they do not agree"
    )
    check.add_argument(
        "--export",
        type=Path,
        default=None,
        metavar="FILE",
        help="write it to a .csv, .xlsx or .pdf file as well",
    )
    for action in (show, out):
        action.add_argument("--by", choices=WAYS, default="day")
    for action in (show, out, check):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with (
        report_refusals(as_json=args.json) as outcome,
        open_service(workspace, printer=print_pdf) as service,
    ):
        outcome.code = DONE
        service.engine.ensure_running()
        if args.action == "reconcile":
            told = as_data(service.bills.settlement())
            if args.export:
                told["file"] = export(service, "settlement", args.export, {"names": _names()}).path
            outcome.code = DONE if told["agrees"] else PROBLEMS
        elif args.action == "export":
            options = {"by": args.by, "names": _names()}
            told = {"lines": export(service, "bill", args.path, options).rows, "path": str(args.path)}
        else:
            bill = service.bills.bill(BillBy(args.by))
            told = {
                "settled_ms": bill.settled_ms,
                "items": [_row(row) for row in bill.rows],
                "total": _row(bill.total),
            }
        if args.json:
            emit(told)
        else:
            _print(told)
    return outcome.code


def as_data(found: Settlement) -> dict[str, Any]:
    """Return the settlement report as the command's JSON object; amounts are yuan, None where not known."""
    return {
        "settled_ms": found.settled_ms,
        "agrees": all(row.agrees for row in found.rows),
        "items": [
            {
                "campaign": row.campaign_id,
                "name": row.name,
                "item": row.item.value,
                "ledger": row.ledger,
                "billed": row.billed,
                "unsettled": row.unsettled,
                "amount": None if row.amount is None else yuan(row.amount),
                "differences": [
                    {"hour_ms": one.hour_ms, "ledger": one.ledger, "billed": one.billed}
                    for one in row.differences
                ],
            }
            for row in found.rows
        ],
        "elsewhere": [_row(row) for row in found.elsewhere],
    }


def _names() -> dict[str, str]:
    """Name the items in a file as the terminal's language does."""
    return {item.value: messages.word(f"state.item.{item.value}", language()) for item in Item}


def _row(row: BillRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "quantity": row.quantity,
        "packaged": row.packaged,
        "charged": row.charged,
        "unknown": row.unknown,
        "amount": yuan(row.amount),
    }


def _print(told: dict[str, Any]) -> None:
    for row in (*told.get("items", ()), *((told["total"],) if "total" in told else ())):
        print("  ".join(f"{key} {value}" for key, value in row.items() if value not in ([], "")))
    if "agrees" in told:
        print("ledger and bill agree" if told["agrees"] else "ledger and bill do not agree")
    if "lines" in told:
        print(f"{told['lines']} lines in {told['path']}")
