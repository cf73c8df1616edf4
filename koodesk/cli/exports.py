# SPDX-License-Identifier: Apache-2.0
"""`koodesk exports list|again|stop|remove|work`: the export centre from the command line."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, as_data, emit, language, report_refusals, say
from koodesk.domain.export_job import ExportState

if TYPE_CHECKING:
    from koodesk.backend.views.exports import ExportRow
    from koodesk.backend.workspace import Workspace


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("exports", help="the export centre")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="exports, newest first")
    listing.add_argument("--limit", type=int, default=50)
    again = actions.add_parser("again", help="do an export again, to the same file")
    stop = actions.add_parser("stop", help="stop an export that waits or is written; no file is left")
    remove = actions.add_parser("remove", help="take an export off the list; its file stays")
    work = actions.add_parser(
        "work",
        help="of a team: write the exports that wait for this machine, until none is left",
        description="Each is written with the rights of whoever asked for it. `koodesk worker` starts this by itself.",
    )
    for action in (again, stop, remove):
        action.add_argument("id", type=int)
    for action in (listing, again, stop, remove, work):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    if args.action == "work":
        return _work(workspace, as_json=args.json)
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        if args.action == "remove":
            service.exports.forget(args.id)
            rows: tuple[ExportRow, ...] = ()
        elif args.action == "stop":
            service.exports.cancel(args.id)
            rows = ()
        elif args.action == "again":
            rows = (service.exports.wait(service.exports.repeat(args.id).id),)
            outcome.code = DONE if rows[0].state == ExportState.FINISHED else PROBLEMS
        else:
            rows = service.exports.list(args.limit)
        if args.json:
            emit({"exports": [_as_json(row) for row in rows]})
        else:
            for row in rows:
                _print(row)
    return outcome.code


def _work(workspace: Workspace, *, as_json: bool) -> int:
    """Write what waits for this machine; told to end it gives back what it has not written to the end."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.cli.exporting import print_pdf, ready_to_draw

    _application = ready_to_draw()
    with (
        report_refusals(as_json=as_json) as outcome,
        open_service(workspace, words=messages.row_reason, place="worker", printer=print_pdf) as service,
    ):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(DONE))
        service.exports.work()
    return outcome.code


def _as_json(row: ExportRow) -> dict[str, Any]:
    return {**asdict(row), "problems": [as_data(one) for one in row.problems]}


def _print(row: ExportRow) -> None:
    state = messages.word(f"state.export.{row.state}", language())
    kind = messages.word(f"export_kind.{row.kind}", language())
    told = f"{row.title}  {row.path}" if row.offered else f"{row.by}  -"
    print(f"{row.id:>5}  {state}  {row.rows:>9,}  {row.size:>11,} B  {kind}  {told}")
    say(row.problems)
