# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign send|list|status|pause|resume|stop|unknown`: send tasks from the command line.

Every action goes through the service, so the checks are the window's. What is sent is a smart message or a video SMS
(`campaign_form`). `send` shows what will happen and asks; with `--yes` it does not ask. It then runs a worker in a
process of its own until the campaign is done; where another worker has the workspace, that one sends and this command
watches.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.views.sending import CampaignRow, Confirmation
from koodesk.backend.workspace import Workspace
from koodesk.cli import campaign_form, campaign_unknown
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, emit, report_refusals, say
from koodesk.domain.billing.money import yuan
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.pacing import CALL_MS
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.quiet_hours import Window, may_start

_HELD: Final = 3
_LOOK_SECONDS: Final = 0.5
_GOES_ON: Final = frozenset({"scheduled", "running", "stopping"})


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
    listing = actions.add_parser("list", help="campaigns, newest first")
    listing.add_argument("--kind", choices=[one.value for one in CampaignKind], help="of one kind only")
    for name in ("status", "pause", "resume", "stop"):
        actions.add_parser(name).add_argument("id", type=int)
    campaign_unknown.add_parser(actions)
    for action in actions.choices.values():
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    if args.action == "send":
        campaign_form.check_use(args)
    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        if args.action == "send":
            outcome.code = _send(service, workspace, args)
        elif args.action == "unknown":
            outcome.code = campaign_unknown.run(service, args)
        elif args.action == "list":
            _list(service, args.kind, as_json=args.json)
        else:
            if args.action != "status":
                getattr(service.campaigns, args.action)(args.id)
            if args.action in ("resume", "stop"):  # both need a worker to come to their end
                _work(service, workspace, args.id, receipts=0)
            _show(service, args.id, as_json=args.json)
    return outcome.code


def _send(service: Service, workspace: Workspace, args: argparse.Namespace) -> int:
    service.engine.ensure_running()
    service.reviews.sync()
    confirmation = campaign_form.prepare(service, args)
    say(confirmation.notes)
    _say_cost(confirmation)
    if not args.yes:
        if args.json or not sys.stdin.isatty():
            emit({"confirmation": asdict(confirmation), "sent": False})
            return WRONG_USE
        if not _agreed(confirmation):
            return PROBLEMS
    row = service.campaigns.confirm(confirmation.digest)
    _work(service, workspace, row.id, args.receipts)
    _show(service, row.id, as_json=args.json)
    return DONE if service.campaigns.get(row.id).state == "finished" else PROBLEMS


def _say_cost(confirmation: Confirmation) -> None:
    """Print what the send is forecast to cost, to standard error."""
    forecast = confirmation.forecast
    if forecast is None:
        return
    for part in forecast.parts:
        print(
            f"  {part.item.value:<18} expected {part.expected:,}, at most {part.most:,}, "
            f"of these from packages {part.most_packaged:,}, each {_cost(part.price)}",
            file=sys.stderr,
        )
    print(
        f"  cost: expected {_cost(forecast.expected)}, at most {_cost(forecast.most)}, "
        f"without packages {_cost(forecast.ceiling)}",
        file=sys.stderr,
    )


def _cost(amount: int | None) -> str:
    return "unknown" if amount is None else f"{yuan(amount)} yuan"


def _agreed(confirmation: Confirmation) -> bool:
    for name, value in asdict(confirmation).items():
        if name not in ("notes", "forecast"):
            print(f"{name:>16}  {value}")
    return input("send? [y/N] ").strip().lower() in ("y", "yes", "是")


def _work(service: Service, workspace: Workspace, campaign_id: int, receipts: float) -> None:
    """Run a worker until the campaign waits; where another one has the workspace, watch that one.

    Raises Refused with what kept the worker from starting.
    """
    command = [
        sys.executable,
        "-m",
        "koodesk.worker",
        "--workspace",
        str(workspace.root.resolve()),
        "--campaign",
        str(campaign_id),
        "--receipts",
        str(receipts),
    ]
    with subprocess.Popen(  # noqa: S603 - our own program, numbers and a path we made
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as worker:
        try:
            _, told = worker.communicate()
        except KeyboardInterrupt:
            worker.terminate()  # it ends the calls that have left, then goes
            worker.communicate()
            raise
    if worker.returncode == _HELD:
        while _goes_on(service, campaign_id):
            time.sleep(_LOOK_SECONDS)
    elif worker.returncode != 0:
        raise Refused(*_problems(told) or (problem("worker.failed", exit=worker.returncode),))


def _goes_on(service: Service, campaign_id: int) -> bool:
    """Tell whether another process's worker still has something to do: not while the campaign waits for its hours."""
    row = service.campaigns.get(campaign_id)
    if row.state not in _GOES_ON:
        return False
    now = service.engine.status().now_ms
    if row.state == "scheduled":
        return row.start_at_ms <= now
    window = Window(row.window_start, row.window_end)
    return row.state != "running" or bool(row.in_flight) or may_start(now, window, CALL_MS)


def _problems(told: bytes) -> list[Problem]:
    """Read the problems a worker wrote before it ended, a JSON object a line; other lines are its log."""
    found: list[Problem] = []
    for line in told.decode("utf-8", "replace").splitlines():
        try:
            said = json.loads(line)
            found.append(problem(str(said["code"]), **said["params"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def status(service: Service, campaign_id: int) -> dict[str, Any]:
    """Return the state, every bucket, and the funnel of a campaign as JSON data, that of a video SMS by carrier too.

    `task_state` is the platform's word for a task of video SMS, "" for a smart message.
    """
    row = service.campaigns.get(campaign_id)
    buckets = service.campaigns.buckets(campaign_id)
    funnel = service.campaigns.funnel(campaign_id)
    return {
        "id": row.id,
        "uuid": row.uuid,
        "kind": row.kind,
        "name": row.name,
        "state": row.state,
        "task_state": row.task_state,
        "reason": row.reason,
        "imported": row.imported,
        **asdict(buckets),
        "total": buckets.total,
        "funnel": asdict(funnel.total),
        "carriers": {carrier: asdict(counts) for carrier, counts in funnel.carriers},
    }


def _show(service: Service, campaign_id: int, *, as_json: bool) -> None:
    found = status(service, campaign_id)
    if as_json:
        emit(found)
        return
    funnel: Mapping[str, Any] = found.pop("funnel")
    carriers: Mapping[str, Mapping[str, int]] = found.pop("carriers")
    for name, value in (*found.items(), *funnel.items()):
        if value not in ("", 0):
            print(f"{name:>14}  {value}")
    for carrier, counts in carriers.items():
        told = "  ".join(f"{name} {value}" for name, value in counts.items() if value)
        print(f"{carrier:>14}  {told}")


def _list(service: Service, kind: str | None, *, as_json: bool) -> None:
    rows: Sequence[CampaignRow] = service.campaigns.list(kind=CampaignKind(kind) if kind else None)
    if as_json:
        emit({"items": [asdict(row) for row in rows]})
        return
    for row in rows:
        print(f"{row.id:>6}  {row.kind:<5}  {row.state:<15} {row.accepted:>9}/{row.to_send:<9} {row.name}")
