# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign send|plan|waiting|approve|dismiss|list|status|pause|resume|stop|unknown|certificate|verify-certificate`: send tasks from the command line.

Every action goes through the service, so the checks are the window's. What is sent is a smart message or a video SMS
(`campaign_form`). `send` shows what will happen and asks; with `--yes` it does not ask. It then runs a worker in a
process of its own until the campaign is done; where another worker has the workspace, that one sends and this command
watches.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.views.sending import CampaignRow
from koodesk.backend.workspace import Workspace
from koodesk.cli import (
    campaign_calls,
    campaign_flow,
    campaign_form,
    campaign_plan,
    campaign_unknown,
    certificate,
)
from koodesk.cli.campaign_work import send_confirmed, show, work
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import emit, report_refusals
from koodesk.domain.campaign import CampaignKind


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("campaign", help="send tasks: send, watch, steer")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    send = actions.add_parser("send", help="check a number file and send a card or a video SMS to it")
    campaign_form.add_options(send)
    send.add_argument(
        "--receipts", type=float, default=0.0, help="wait up to so many seconds for delivery reports"
    )
    send.add_argument("--yes", action="store_true", help="send without asking")
    campaign_calls.add_option(send)
    listing = actions.add_parser("list", help="campaigns, newest first")
    listing.add_argument("--kind", choices=[one.value for one in CampaignKind], help="of one kind only")
    for name in ("status", "pause", "resume", "stop"):
        actions.add_parser(name).add_argument("id", type=int)
    campaign_unknown.add_parser(actions)
    campaign_flow.add_parsers(actions)
    certificate.add_parsers(actions)
    campaign_plan.add_actions(actions)
    for action in actions.choices.values():
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action == "send":
        campaign_form.check_use(args)
    workspace = Workspace(args.workspace or paths.default_workspace())
    printer = certificate.printer() if args.action == "certificate" else None
    with report_refusals(as_json=args.json) as outcome, open_service(workspace, printer=printer) as service:
        if args.action == "send":
            outcome.code = _send(service, workspace, args)
        elif args.action in ("certificate", "verify-certificate"):
            outcome.code = (certificate.make if args.action == "certificate" else certificate.verify)(
                service, args
            )
        elif args.action in campaign_flow.ACTIONS:
            outcome.code = campaign_flow.run(service, args)
        elif args.action == "unknown":
            outcome.code = campaign_unknown.run(service, args)
        elif args.action in campaign_plan.ACTIONS:
            outcome.code = campaign_plan.run(service, workspace, args)
        elif args.action == "list":
            _list(service, args.kind, as_json=args.json)
        else:
            if args.action != "status":
                getattr(service.campaigns, args.action)(args.id)
            if args.action in ("resume", "stop"):  # both need a worker to come to their end
                work(service, workspace, args.id, receipts=0)
            show(service, args.id, as_json=args.json)
    return outcome.code


def _send(service: Service, workspace: Workspace, args: argparse.Namespace) -> int:
    bring_up(service)
    service.reviews.sync()
    confirmation = campaign_form.prepare(service, args)
    return send_confirmed(service, workspace, confirmation, args)


def _list(service: Service, kind: str | None, *, as_json: bool) -> None:
    rows: Sequence[CampaignRow] = service.campaigns.list(kind=CampaignKind(kind) if kind else None)
    if as_json:
        emit({"items": [asdict(row) for row in rows]})
        return
    for row in rows:
        print(f"{row.id:>6}  {row.kind:<5}  {row.state:<15} {row.accepted:>9}/{row.to_send:<9} {row.name}")
