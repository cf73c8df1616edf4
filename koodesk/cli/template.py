# SPDX-License-Identifier: Apache-2.0
"""`koodesk template new|public|import|list|submit`: cards from the command line.

`new` writes a card file, `public` lists what it may be a copy of; both need no workspace (`template_new`). The others work
on the records of one.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli import template_new
from koodesk.cli.engine_up import bring_up
from koodesk.cli.output import DONE, emit, report_refusals

if TYPE_CHECKING:
    from koodesk.backend.views.cards import CardRow


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "template", help="cards: new, public, import, list, submit"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    template_new.add_parser(actions)
    take = actions.add_parser("import", help="store a card file in the workspace")
    take.add_argument("file", type=Path, metavar="CARD.koocard")
    actions_of = [take, actions.add_parser("list", help="the cards, last saved first")]
    hand_in = actions.add_parser("submit", help="hand a card in for review")
    hand_in.add_argument("id", type=int)
    for action in (*actions_of, hand_in):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action in ("new", "public"):
        with report_refusals(as_json=args.json) as outcome:
            outcome.code = (
                template_new.run(args)
                if args.action == "new"
                else template_new.list_public(as_json=args.json)
            )
        return outcome.code
    # Late: `new` needs no database library.
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        if args.action == "import":
            _show(service.cards.import_file(args.file), as_json=args.json)
        elif args.action == "submit":
            bring_up(service)
            service.reviews.sync()
            _show(service.cards.submit(args.id), as_json=args.json)
        else:
            rows = service.cards.list()
            if args.json:
                emit({"items": [as_data(row) for row in rows]})
            else:
                for row in rows:
                    _show(row, as_json=False)
    return outcome.code


def as_data(row: CardRow) -> dict[str, Any]:
    """Return a card as the command's JSON object."""
    return {
        "id": row.id,
        "tpl_id": row.tpl_id,
        "name": row.name,
        "layout": row.layout,
        "state": row.state.value,
        "sendable": row.sendable,
        "params": list(row.params),
        "revision": row.revision,
        "digest": row.digest,
        "vendors": {v.vendor.value: {"state": v.verdict.value, "reason": v.reason} for v in row.verdicts},
        "reasons": [{"code": r.code, "where": r.where, "text": r.text} for r in row.progress.reasons],
    }


def _show(row: CardRow, *, as_json: bool) -> None:
    if as_json:
        emit(as_data(row))
        return
    activated = ",".join(row.activated) or "-"
    print(f"{row.id:>6}  {row.tpl_id or '-':>9}  {row.state.value:<9}  {activated}  {row.name}")
