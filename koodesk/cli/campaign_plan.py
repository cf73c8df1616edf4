# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign plan|waiting|approve|dismiss`: a send in two steps, by a plan and by the token of what it prepared.

`plan` checks everything and prints what would be confirmed with its token; it sends nothing. `approve` shows it again, refuses
it when anything has changed, and sends it once, however often the token is given.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from koodesk.backend.service import Service
from koodesk.backend.views.plans import Planned
from koodesk.backend.workspace import Workspace
from koodesk.cli import campaign_calls
from koodesk.cli.campaign_work import lines, say_cost, send_confirmed
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, emit, say

ACTIONS: Final = ("plan", "waiting", "approve", "dismiss")


def add_actions(actions: Any) -> None:
    """Declare the actions beside those of campaigns."""
    plan = actions.add_parser("plan", help="prepare a send by a plan file; a person approves it")
    plan.add_argument("file", type=Path, metavar="PLAN.toml")
    plan.add_argument(
        "--audience", type=Path, metavar="FILE.xlsx", help="the number file, where the plan names none"
    )
    plan.add_argument("--dry-run", action="store_true", help="check everything and keep nothing")
    actions.add_parser("waiting", help="the sends that wait for a person")
    approve = actions.add_parser("approve", help="confirm a send that waits, and send it")
    approve.add_argument("token", metavar="TOKEN")
    approve.add_argument("--yes", action="store_true", help="send without asking")
    campaign_calls.add_option(approve)
    approve.add_argument(
        "--receipts", type=float, default=0.0, help="wait up to so many seconds for delivery reports"
    )
    actions.add_parser("dismiss", help="turn a send down that waits").add_argument("token", metavar="TOKEN")


def run(service: Service, workspace: Workspace, args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action == "plan":
        return _plan(service, args)
    if args.action == "waiting":
        return _waiting(service, as_json=args.json)
    if args.action == "dismiss":
        service.plans.dismiss(args.token)
        if args.json:
            emit({"dismissed": args.token})
        return DONE
    return _approve(service, workspace, args)


def _plan(service: Service, args: argparse.Namespace) -> int:
    bring_up(service)
    service.reviews.sync()
    ask = service.plans.rehearse if args.dry_run else service.plans.prepare
    planned = ask(args.file, args.audience)
    shown = planned.confirmation
    say(shown.notes)
    if args.json:
        emit(as_data(planned))
        return DONE
    for line in lines(shown):
        print(line)
    say_cost(shown)
    if planned.rehearsed:
        print("dry run: nothing was kept, nothing was sent", file=sys.stderr)
    else:
        print(f"waits for approval: koodesk campaign approve {shown.digest}", file=sys.stderr)
    return DONE


def as_data(planned: Planned) -> dict[str, Any]:
    """Return what came of a plan as JSON data; `token` is what approves it, "" of a dry run."""
    return {
        "token": planned.confirmation.digest,
        "dry_run": planned.rehearsed,
        "sent": False,
        "file": planned.file,
        "rows": planned.rows,
        "valid": planned.valid,
        "duplicate": planned.duplicate,
        "invalid": planned.invalid,
        "confirmation": asdict(planned.confirmation),
    }


def _waiting(service: Service, *, as_json: bool) -> int:
    rows = service.plans.waiting()
    if as_json:
        emit({"items": [asdict(row) for row in rows]})
        return DONE
    for row in rows:
        print(
            f"{row.digest[:16]}  {row.kind:<5}  {row.to_send:>9}  {row.origin:<5}  {row.by}  {row.name}  ({row.file})"
        )
    return DONE


def _approve(service: Service, workspace: Workspace, args: argparse.Namespace) -> int:
    row = service.plans.find(args.token)
    bring_up(service)
    service.reviews.sync()
    return send_confirmed(service, workspace, service.campaigns.shown(row.digest), args)
