# SPDX-License-Identifier: Apache-2.0
"""`koodesk cloud show|set|check|files|same-account|forget`: the access key of the real platform, whether it answers, and what was uploaded there.

The secret is asked for, or taken from KOODESK_CLOUD_SK: never an argument, which other programs of the machine could read.
Nothing here sends a message or costs money.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from koodesk import messages, paths
from koodesk.backend.views.cloud import CloudFile
from koodesk.cli.output import DONE, WRONG_USE, emit, language, report_refusals


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "cloud", help="the access key of the real platform"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("show", help="which key is set and where the platform is")
    actions.add_parser("check", help="ask one harmless question")
    actions.add_parser("files", help="what was uploaded, and when the platform deletes it")
    actions.add_parser("forget", help="take the key away")
    same = actions.add_parser(
        "same-account", help="say that the key in use is of the account of an earlier one (see show)"
    )
    same.add_argument("account", metavar="ACCOUNT", help="as show names it; - for the one nobody knows")
    given = actions.add_parser("set", help="keep a key; its secret is asked for, or KOODESK_CLOUD_SK")
    given.add_argument("ak", metavar="AK")
    given.add_argument(
        "--endpoint", default="", metavar="URL", help="another address than that of cn-north-4"
    )
    for action in actions.choices.values():
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    sk = os.environ.get("KOODESK_CLOUD_SK", "")
    if args.action == "set" and not sk:
        if not sys.stdin.isatty():
            print("the secret is asked for at a terminal, or taken from KOODESK_CLOUD_SK", file=sys.stderr)
            return WRONG_USE
        sk = getpass.getpass("SK: ")
    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action == "forget":
            service.cloud.forget()
            return outcome.code
        if args.action == "files":
            _files(service.cloud.files(), as_json=args.json)
            return outcome.code
        if args.action == "check":
            told = asdict(service.cloud.check())
        elif args.action == "same-account":
            account = "" if args.account == "-" else args.account
            told = asdict(service.cloud.same_account(account))
        elif args.action == "set":
            told = asdict(service.cloud.set_key(args.ak, sk, args.endpoint))
        else:
            told = asdict(service.cloud.show())
        if args.json:
            emit(told)
        else:
            if told.get("kept"):
                told["kept"] = messages.word(f"state.key_kept.{told['kept']}", language())
            for other in told.pop("others", ()):
                print(
                    f"{'other':>10}  {other['account'] or '-'}  {other['made']} records, {other['files']} files, last {_time(other['last_ms'])}"
                )
            for name, value in told.items():
                print(f"{name:>10}  {value if value != '' else '-'}")
    return outcome.code


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")


def _files(found: Sequence[CloudFile], *, as_json: bool) -> None:
    if as_json:
        emit({"items": [asdict(one) for one in found]})
        return
    for one in found:
        ends = _time(one.expires_ms) if one.expires_ms else "-"
        print(f"{one.kind:<9}  {ends:<16}  {one.rate or '-':<22}  {one.cloud_id}  {one.name}")
