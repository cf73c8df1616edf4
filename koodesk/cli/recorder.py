# SPDX-License-Identifier: Apache-2.0
"""`koodesk recorder NUMBER`: the flight recorder, everything known of one number."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, report_refusals

if TYPE_CHECKING:
    from koodesk.backend.views.phones import Recorder


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "recorder", help="the flight recorder: everything known of one phone number"
    )
    parser.add_argument("number", help="the phone number")
    parser.add_argument("--campaign", type=int, default=0, help="this campaign only")
    parser.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Look the number up; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        found = service.recorder.look_up(args.number, args.campaign)
        told = as_data(found)
        if args.json:
            emit(told)
        else:
            for record in told["campaigns"]:
                print(f"{record['campaign']:>6}  {record['name']}  {record['message_id']}")
                for event in record["events"]:
                    print(f"        {event['at_ms']:>14}  {event['what']:<11}  {event['params']}")
    return outcome.code


def as_data(found: Recorder) -> dict[str, Any]:
    """Return a record as the command's JSON object; instants are ms of the gateway's clock, 0 where only the order is known."""
    return {
        "number": found.number,
        "carrier": found.carrier,
        "region": found.region,
        "campaigns": [
            {
                "campaign": record.campaign_id,
                "name": record.campaign,
                "kind": record.kind,
                "test": record.test,
                "signature": record.signature,
                "state": record.state,
                "message_id": record.message_id,
                "digest": record.digest,
                "events": [
                    {"what": event.what, "at_ms": event.at_ms, "params": dict(event.params)}
                    for event in record.events
                ],
            }
            for record in found.recordings
        ],
        "opt_outs": [
            {"signature": signature, "at_ms": at_ms, "source": source}
            for signature, at_ms, source in found.opt_outs
        ],
        "engine_asked": not found.unheard,
        "more": found.more,
    }
