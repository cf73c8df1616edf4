# SPDX-License-Identifier: Apache-2.0
"""`koodesk bench once`: a send under kills and lost answers, judged by the engine's own log.

Ends 0 when the promise of the gateway's class was kept: nobody lost, nobody twice, and unknown recipients only where the
class leaves some. `--sender` runs a known-bad sender instead, for which it ends 0 when the judge catches it.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, emit

MOST_RECIPIENTS: Final = 5_000_000
MOST_KILLS: Final = 1_000


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("bench", help="prove a send under faults")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    once = actions.add_parser("once", help="kill worker and engine while they send; count lost and twice")
    once.add_argument("--recipients", type=int, default=100_000)
    once.add_argument(
        "--kills", type=int, default=50, help="of the worker; at every fifth the engine goes too"
    )
    once.add_argument(
        "--gateway",
        default="idempotent",
        choices=("idempotent", "listable", "blind"),
        help="what the gateway keeps: keys, a list of tasks, nothing",
    )
    once.add_argument(
        "--sender",
        default="koodesk",
        choices=("koodesk", "fetched", "marked", "hasty"),
        help="whose sender: ours, or one that is known to be wrong",
    )
    once.add_argument("--seed", type=int, default=None, help="of the faults and of the moments of the kills")
    once.add_argument(
        "--keep", type=Path, default=None, help="the workspace to make, an empty folder, and keep"
    )
    once.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Run it, print what was found, return the exit code."""
    if not (1 <= args.recipients <= MOST_RECIPIENTS and 0 <= args.kills <= MOST_KILLS):
        print(f"--recipients 1-{MOST_RECIPIENTS}, --kills 0-{MOST_KILLS}", file=sys.stderr)
        return WRONG_USE
    if args.keep is not None and args.keep.exists() and any(args.keep.iterdir()):
        print(f"{args.keep}: not empty; a send is proved in an empty folder only", file=sys.stderr)
        return WRONG_USE
    from koodesk.proof.once import OURS, plan_of, prove

    seed = secrets.randbelow(1 << 31) if args.seed is None else args.seed
    plan = plan_of(args.gateway, args.recipients, args.kills, seed, args.sender)
    folder = Path(tempfile.mkdtemp(prefix="koodesk-once-"))
    try:
        result = prove((args.keep or folder / "workspace").resolve(), plan, _say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found = result.verdict
    holds = found.holds(plan.klass)
    told = {
        "sender": args.sender,
        "gateway": plan.klass.value,
        "recipients": args.recipients,
        "seed": seed,
        "worker_kills": result.worker_kills,
        "engine_kills": result.engine_kills,
        "accepted": found.accepted,
        "lost": found.lost,
        "twice": found.twice,
        "unknown": found.unknown,
        "untold": found.untold,
        "ended": result.ended,
        "seconds": round(result.seconds, 1),
        "holds": holds,
    }
    if args.json:
        emit(told)
    else:
        for name, value in told.items():
            print(
                f"{name:>14}  {value:,}" if type(value) is int and name != "seed" else f"{name:>14}  {value}"
            )
    return DONE if holds is (args.sender == OURS) else PROBLEMS


def _say(line: str) -> None:
    print(line, file=sys.stderr)
