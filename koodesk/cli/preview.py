# SPDX-License-Identifier: Apache-2.0
"""`koodesk preview qr CARD`: a card on a real phone: its preview's address as a QR code in the terminal.

Only this machine can open it unless --network lets phones of the same network in; that ends with --off, or when the engine is
started again. Exit codes: 0 done, 1 refused, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.cli.output import DONE, emit, report_refusals
from koodesk.domain.vendor import Vendor


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("preview", help="a card on a real phone: qr, off")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("qr", help="put a card up and print its QR code")
    show.add_argument("card", type=int, metavar="CARD", help="number of the card")
    show.add_argument(
        "--vendor", choices=[v.value for v in Vendor], help="whose phone; the card's first otherwise"
    )
    show.add_argument(
        "--minutes", type=int, default=30, metavar="N", help="how long it can be opened (1-1440)"
    )
    show.add_argument(
        "--network", action="store_true", help="let phones in the same network open previews (off otherwise)"
    )
    off = actions.add_parser("off", help="serve no pages any more, to nobody")
    for action in (show, off):
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
        if args.action == "off":
            pages = service.h5.turn_off()
            if args.json:
                emit({"mode": pages.mode})
            return outcome.code
        _, template = service.cards.open(args.card)
        vendor = Vendor(args.vendor) if args.vendor else (*template.vendors, Vendor.HUAWEI)[0]
        if args.network:
            service.h5.open_network(True)
        found = service.h5.preview(template, vendor, None, args.minutes)
        if args.json:
            emit(
                {
                    "url": found.url,
                    "token": found.token,
                    "expires_ms": found.expires_ms,
                    "network": found.network,
                }
            )
            return outcome.code
        import segno

        until = datetime.fromtimestamp(found.expires_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        who = "phones in the same network" if found.network else "this machine only"
        segno.make(found.url, error="m", micro=False).terminal(out=sys.stdout, compact=True)
        print(f"{found.url}\nfor {who}, until {until}")
    return outcome.code
