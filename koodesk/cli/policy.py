# SPDX-License-Identifier: Apache-2.0
"""`koodesk policy check FILE|list|create|delete`: policies. `check` needs no workspace; it ends with 1 for an error."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, PROBLEMS, as_data, emit, language, report_refusals, say
from koodesk.domain.problem import Refused, errors, problem

FILE_MAX = 65_536
"""Bytes of a file that are looked at; a document has at most 6,144 characters."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("policy", help="system and custom policies")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="check the document of a custom policy")
    show = actions.add_parser("list", help="the policies and the groups that have them")
    create = actions.add_parser("create", help="make a custom policy of a document")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--note", default="")
    delete = actions.add_parser("delete", help="delete a custom policy that no group has")
    delete.add_argument("name", metavar="NAME")
    for action in (check, create):
        action.add_argument("file", type=Path, metavar="FILE.json")
    for action in (show, create, delete):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    for action in (check, show, create, delete):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import access_rules, open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.domain.policy_document import read_document

    with report_refusals(as_json=args.json) as outcome:
        outcome.code = DONE
        if args.action == "check":
            found = read_document(_text(args.file), access_rules())[1]
            if args.json:
                emit({"problems": [as_data(p) for p in found]})
            else:
                say(found)
            outcome.code = PROBLEMS if errors(found) else DONE
            return outcome.code
        with open_service(Workspace(args.workspace or paths.default_workspace())) as service:
            rows = service.policies.list() if args.action != "create" else ()
            if args.action == "create":
                rows = (service.policies.create(args.name, _text(args.file), args.note),)
            elif args.action == "delete":
                row = next(
                    (r for r in rows if not r.system and r.name.casefold() == args.name.casefold()), None
                )
                if row is None:
                    raise Refused(problem("policy.unknown", name=args.name))
                service.policies.delete(row.id)
                rows = ()
        if args.json:
            emit({"policies": [asdict(row) for row in rows]})
        else:
            for row in rows:
                note = row.note_zh if language() == "zh" else row.note_en
                print(f"{row.name:<44}  {', '.join(row.groups) or '-':<24}  {note}")
    return outcome.code


def _text(path: Path) -> str:
    """Read a document. Raises Refused: reader.not_found, policy.not_text."""
    if not path.is_file():
        raise Refused(problem("reader.not_found", file=path.name))
    with path.open("rb") as file:
        data = file.read(FILE_MAX + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise Refused(problem("policy.not_text", "document", file=path.name)) from failure
