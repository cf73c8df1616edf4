# SPDX-License-Identifier: Apache-2.0
"""`koodesk access-key create|list|enable|disable|delete`: AK and SK of a user; the SK is printed once, on standard output."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, emit, language, report_refusals
from koodesk.cli.user import find_user
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.identity import KeyRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("access-key", help="access keys (AK/SK) of users")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key; its secret is printed this once")
    create.add_argument("--note", default="", help="which program uses it")
    show = actions.add_parser("list", help="the keys, without their secrets")
    for action in (create, show):
        action.add_argument("name", metavar="NAME", nargs="?", default="", help="whose; without it one's own")
    show.add_argument("--all", action="store_true", help="everybody's")
    others = []
    for name, about in (
        ("enable", "switch a key on"),
        ("disable", "switch a key off"),
        ("delete", "delete a key"),
    ):
        made = actions.add_parser(name, help=about)
        made.add_argument("ak", metavar="AK")
        others.append(made)
    for action in (create, show, *others):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action == "create":
            _create(service, args)
            return outcome.code
        rows = _list(service, args) if args.action == "list" else _steer(service, args)
        if args.json:
            emit({"keys": [asdict(row) for row in rows]})
        else:
            for row in rows:
                kept = messages.word(f"state.key_kept.{row.kept}", language())
                print(f"{row.ak}  {row.user:<20}  {'on' if row.enabled else 'off':<3}  {kept}  {row.note}")
    return outcome.code


def _create(service: Service, args: argparse.Namespace) -> None:
    keys = service.access_keys
    made = (
        keys.create(find_user(service, args.name).id, args.note) if args.name else keys.create_own(args.note)
    )
    if args.json:
        emit({"ak": made.row.ak, "sk": made.sk, "kept": made.row.kept, "user": made.row.user})
        return
    print(f"AK  {made.row.ak}\nSK  {made.sk}")
    kept = messages.word(f"state.key_kept.{made.row.kept}", language())
    print(f"{kept}. The SK is shown this once.", file=sys.stderr)


def _list(service: Service, args: argparse.Namespace) -> tuple[KeyRow, ...]:
    if args.all:
        return service.access_keys.list()
    if args.name:
        return service.access_keys.list(find_user(service, args.name).id)
    return service.access_keys.own()


def _steer(service: Service, args: argparse.Namespace) -> tuple[KeyRow, ...]:
    keys = service.access_keys
    own = next((row for row in keys.own() if row.ak == args.ak), None)
    row = own or next((row for row in keys.list() if row.ak == args.ak), None)
    if row is None:
        raise Refused(problem("cli.key.unknown", ak=args.ak))
    if args.action == "delete":
        if own:
            keys.delete_own(row.id)
        else:
            keys.delete(row.id)
        return ()
    enabled = args.action == "enable"
    return (keys.set_own_enabled(row.id, enabled) if own else keys.set_enabled(row.id, enabled),)
