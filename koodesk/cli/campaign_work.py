# SPDX-License-Identifier: Apache-2.0
"""A campaign from the command line once it is confirmed: run or await its worker, and show where it stands."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from koodesk import messages
from koodesk.backend.service import Service
from koodesk.backend.views.sending import Confirmation
from koodesk.backend.workspace import Workspace
from koodesk.cli.campaign_calls import show_calls
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain.billing.money import yuan
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem, Refused, problem

_HELD: Final = 3
_LOOK_SECONDS: Final = 0.5


def send_confirmed(
    service: Service, workspace: Workspace, confirmation: Confirmation, args: argparse.Namespace
) -> int:
    """Show what was prepared, ask unless `--yes` was given, send it and show where it stands; return the exit code. With `--dry-run` show
    the calls instead.

    Which campaign it became is said as soon as it is one: what fails afterwards is told beside where it stands, and must not look like
    a send that was never made."""
    say(confirmation.notes)
    say_cost(confirmation)
    if args.dry_run:
        return show_calls(service, confirmation, as_json=args.json)
    if not args.yes:
        if args.json or not sys.stdin.isatty():
            emit({"confirmation": asdict(confirmation), "sent": False})
            return WRONG_USE
        if not agreed(confirmation):
            return PROBLEMS
    row = service.campaigns.confirm(confirmation.digest)
    print(f"confirmed as campaign {row.id}: koodesk campaign status {row.id}", file=sys.stderr, flush=True)
    failed: tuple[Problem, ...] = ()
    try:
        work(service, workspace, row.id, args.receipts)
    except Refused as refusal:
        failed = refusal.problems
        say(failed)
    show(service, row.id, as_json=args.json, failed=failed)
    return DONE if not failed and service.campaigns.get(row.id).state == "finished" else PROBLEMS


def say_cost(confirmation: Confirmation) -> None:
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


def lines(confirmation: Confirmation) -> list[str]:
    """Return every line of a confirmation."""
    told = asdict(confirmation).items()
    return [f"{name:>16}  {value}" for name, value in told if name not in ("notes", "forecast")]


def agreed(confirmation: Confirmation) -> bool:
    """Show a confirmation and ask for a yes."""
    for line in lines(confirmation):
        print(line)
    if confirmation.gateway == Platform.CLOUD:
        print(messages.word("platform.money", language()))
    return input("send? [y/N] ").strip().lower() in ("y", "yes", "是")


def work(service: Service, workspace: Workspace, campaign_id: int, receipts: float) -> None:
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
        while service.flow.goes_on(campaign_id):
            time.sleep(_LOOK_SECONDS)
    elif worker.returncode != 0:
        raise Refused(*_problems(told) or (problem("worker.failed", exit=worker.returncode),))


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


def show(service: Service, campaign_id: int, *, as_json: bool, failed: Sequence[Problem] = ()) -> None:
    """Print where a campaign stands, as JSON with the problems that its worker has met."""
    found = status(service, campaign_id)
    if as_json:
        emit({**found, "problems": [as_data(one) for one in failed]} if failed else found)
        return
    funnel: Mapping[str, Any] = found.pop("funnel")
    carriers: Mapping[str, Mapping[str, int]] = found.pop("carriers")
    for name, value in (*found.items(), *funnel.items()):
        if value not in ("", 0):
            print(f"{name:>14}  {value}")
    for carrier, counts in carriers.items():
        told = "  ".join(f"{name} {value}" for name, value in counts.items() if value)
        print(f"{carrier:>14}  {told}")
