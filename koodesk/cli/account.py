# SPDX-License-Identifier: Apache-2.0
"""`koodesk account open|show|set`: opening the service, and the account at the platform."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.account import Account, AccountState

YES_NO = ("yes", "no")


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "account", help="open the service; the account at the platform"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    opening = actions.add_parser("open", help="open the service, once; main account only")
    opening.add_argument(
        "--agree",
        action="store_true",
        help="I have read and agree to the KooMessage and the SMS service statements",
    )
    show = actions.add_parser("show", help="whether it is opened, verified, in arrears")
    change = actions.add_parser("set", help="set what the platform decides (local engine only)")
    change.add_argument("--enterprise", default=None, help="the enterprise's verified name")
    change.add_argument("--verified", choices=YES_NO, default=None, help="real-name verification")
    change.add_argument("--state", choices=[state.value for state in AccountState], default=None)
    change.add_argument(
        "--protection", choices=YES_NO, default=None, help="operation protection: who pays proves who she is"
    )
    for action in (opening, show, change):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        service.engine.ensure_running()
        if args.action == "open":
            found = service.account.open(agreed=args.agree)
        elif args.action == "show":
            found = service.account.get()
        else:
            found = service.account.change(
                enterprise=args.enterprise,
                verified=_truth(args.verified),
                state=AccountState(args.state) if args.state else None,
                protection=_truth(args.protection),
            )
        if args.json:
            emit(as_data(found))
        else:
            _print(found)
    return outcome.code


def as_data(account: Account) -> dict[str, Any]:
    """Return the account as the command's JSON object; `balance` is in thousandths of a fen."""
    return {
        "opened": account.opened,
        "opened_ms": account.opened_ms,
        "enterprise": account.enterprise,
        "verified": account.verified,
        "state": account.state.value,
        "protection": account.protection,
        "balance": account.balance,
    }


def _print(account: Account) -> None:
    shown = as_data(account)
    shown["state"] = messages.word(f"state.account.{account.state.value}", "en")
    del shown["opened_ms"], shown["balance"]
    for name, value in shown.items():
        said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value or "-"
        print(f"{name:<11} {said}")


def _truth(word: str | None) -> bool | None:
    return None if word is None else word == "yes"
