# SPDX-License-Identifier: Apache-2.0
"""`koodesk sms-template list`: the SMS templates of a workspace and which of them a smart message can ride on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, report_refusals

if TYPE_CHECKING:
    from koodesk.backend.views.clearing import SmsTemplateRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("sms-template", help="SMS templates: list")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="the SMS templates, newest first")
    show.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    show.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """List them; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        rows = service.sms.templates()
        if args.json:
            emit({"items": [as_data(row) for row in rows]})
        else:
            for row in rows:
                sendable = "sendable" if row.sendable else "-"
                print(
                    f"{row.id:>6}  {row.state.value:<13}  {sendable:<8}  【{row.signature_name}】{row.name}"
                )
    return outcome.code


def as_data(row: SmsTemplateRow) -> dict[str, Any]:
    """Return an SMS template as the command's JSON object; `params` are the variables a send fills."""
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state.value,
        "sendable": row.sendable,
        "params": list(row.params),
        "signature": row.signature_name,
        "type": row.type.value,
        "content": row.content,
        "why_not": [p.code for p in row.why_not],
    }
