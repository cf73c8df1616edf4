# SPDX-License-Identifier: Apache-2.0
"""`--dry-run` of `koodesk campaign send` and `approve`: every call of the send, none made. Phone numbers are masked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from urllib.parse import urlencode

from koodesk.backend.service import Service
from koodesk.backend.views.rehearsal import CallView
from koodesk.backend.views.sending import Confirmation
from koodesk.cli.output import DONE


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print every call the send would make, with numbers masked, and send nothing",
    )


def show_calls(service: Service, confirmation: Confirmation, *, as_json: bool) -> int:
    """Print the calls of what was prepared, one after the other; with `as_json` as the items of one JSON object."""
    calls = service.rehearsal.calls(confirmation.digest)
    count = _as_json(calls) if as_json else _as_lines(calls)
    print(f"dry run: {count} calls were not made, nothing was sent", file=sys.stderr)
    return DONE


def _as_lines(calls: Iterable[CallView]) -> int:
    count = 0
    for call in calls:
        query = f"?{urlencode(call.query, safe='*<>')}" if call.query else ""
        print(f"{call.method} {call.path}{query}")
        if call.body is not None:
            print(f"    {json.dumps(call.body, ensure_ascii=False)}")
        count += 1
    return count


def _as_json(calls: Iterable[CallView]) -> int:
    """Print one object without holding all of it: a million recipients are ten thousand calls."""
    count = 0
    sys.stdout.write('{"sent": false, "calls": [')
    for call in calls:
        sys.stdout.write((", " if count else "") + json.dumps(asdict(call), ensure_ascii=False))
        count += 1
    sys.stdout.write("]}\n")
    return count
