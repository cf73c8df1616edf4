# SPDX-License-Identifier: Apache-2.0
"""`koodesk phone list|inbox|open|tap|reply|menu|home|shortcut`: simulated phones from the command line.

A tap made here is brought home at once: where no worker runs, one takes the receipts and ends.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import paths
from koodesk.cli import phone_account
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.phone_tap import OPENED, REPLIED
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.phones import Inbox, PhoneMessage, PhoneRow
    from koodesk.backend.workspace import Workspace


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "phone", help="simulated phones: what they got, taps and replies"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("list", help="the phones and their numbers")
    number = actions.add_parser("number", help="give a phone a number")
    number.add_argument("phone", type=int, help="id of the phone, from `phone list`")
    number.add_argument("number", help="the number; empty takes it away")
    inbox = actions.add_parser("inbox", help="what a phone got, newest first")
    inbox.add_argument("phone", type=int, help="id of the phone, from `phone list`")
    opened = actions.add_parser("open", help="a message as its recipient got it")
    opened.add_argument("message", help="id of the message, from `phone inbox` or `recorder`")
    phone_account.add_place(opened)
    tapped = actions.add_parser("tap", help="look at a card, or tap what is on it")
    tapped.add_argument("message", help="id of the message")
    tapped.add_argument("what", help=f"{OPENED}, or a component: button:5, image:1")
    reply = actions.add_parser("reply", help="write back; R unsubscribes")
    reply.add_argument("message", help="id of the message")
    reply.add_argument("text")
    around = phone_account.add_actions(actions)
    for action in (show, number, inbox, opened, tapped, reply, *around):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with report_refusals(as_json=args.json) as outcome, open_service(workspace) as service:
        outcome.code = DONE
        told = _carry_out(service, workspace, args)
        if args.json:
            emit(told)
        else:
            _print(args.action, told)
    return outcome.code


def _carry_out(service: Service, workspace: Workspace, args: argparse.Namespace) -> dict[str, Any]:
    if args.action == "list":
        return {"items": [_phone(row) for row in service.phones.list()]}
    if args.action == "number":
        return _phone(service.phones.set_number(args.phone, args.number))
    if args.action == "inbox":
        return _inbox(service.phones.inbox(args.phone))
    service.engine.ensure_running()
    if args.action == "open":
        vendor = Vendor(args.vendor) if args.vendor else None
        return _message(service.phones.open(args.message, vendor, args.region))
    if args.action in phone_account.ACTIONS:
        return phone_account.tap(service, args)
    what, text = (REPLIED, args.text) if args.action == "reply" else (args.what, "")
    made = service.phones.tap(args.message, what, text)
    campaign = service.phones.open(args.message).campaign_id
    _bring_home(workspace, campaign)
    after = service.phones.open(args.message)
    here = {one.id for one in after.receipts if one.arrived}
    return {
        "message_id": args.message,
        "receipts": [
            {
                "id": one.id,
                "kind": one.kind,
                "status": one.status,
                "code": one.code,
                "at_ms": one.at_ms,
                "arrived": one.id in here,
            }
            for one in made
        ],
        "opted_out": bool(after.opted_out_ms),
    }


def _bring_home(workspace: Workspace, campaign_id: int) -> None:
    """Let a worker take what the engine tells; where one runs already, it does so by itself."""
    root = str(workspace.root.resolve())
    command = [sys.executable, "-m", "koodesk.worker", "--workspace", root]
    subprocess.run(  # noqa: S603 - our own program, a number and a path we made
        [*command, "--campaign", str(campaign_id), "--receipts", "1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _phone(row: PhoneRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name or row.vendor,
        "vendor": row.vendor,
        "carrier": row.carrier,
        "region": row.region,
        "number": row.number,
    }


def _inbox(inbox: Inbox) -> dict[str, Any]:
    return {
        "phone": _phone(inbox.phone),
        "items": [
            {
                "message_id": row.message_id,
                "campaign": row.campaign_id,
                "name": row.campaign,
                "kind": row.kind,
                "signature": row.signature,
                "at_ms": row.at_ms,
                "delivered_ms": row.delivered_ms,
                "exposed_ms": row.exposed_ms,
                "clicked_ms": row.clicked_ms,
                "replied_ms": row.replied_ms,
                "read": row.read,
            }
            for row in inbox.rows
        ],
        "failed": inbox.failed,
    }


def _message(message: PhoneMessage) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "campaign": message.campaign_id,
        "name": message.campaign,
        "kind": message.kind,
        "number": message.number,
        "signature": message.signature,
        "vendor": message.vendor,
        "shown_on": message.shown_on,
        "card": message.card,
        "why_no_card": message.why_no_card,
        "text": message.text,
        "link": message.link,
        "params": dict(message.params),
        "digest": message.digest,
        "same_digest": message.same,
        "delivered_ms": message.delivered_ms,
        "failed": message.failed,
        "expires_ms": message.expires_ms,
        "account": phone_account.account_data(message),
        "components": [
            {"what": one.what, "event": one.event.type.value if one.event else None}
            for one in message.components
        ],
        "counts": {kind: message.count(kind) for kind in ("exposed", "clicked", "reply")},
        "waiting": message.waiting,
        "opted_out": bool(message.opted_out_ms),
    }


def _print(action: str, told: dict[str, Any]) -> None:
    if action == "list":
        for one in told["items"]:
            print(f"{one['id']:>4}  {one['vendor']:<8}  {one['number'] or '-':<11}  {one['name']}")
    elif action == "inbox":
        for one in told["items"]:
            print(f"{one['message_id']:>18}  {one['kind']:<6}  {one['name']}")
    else:
        for name, value in told.items():
            print(f"{name:>14}  {value}")
