# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign unknown ID [show|look|send-again|count-sent|count-not-sent|export]`: calls of unknown outcome from the command line.

A decision is shown first and asked about; `--digest` takes one that was shown before, `--yes` the one of this moment.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koodesk import messages
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, emit, language
from koodesk.domain.export_job import ExportState
from koodesk.domain.problem import Refused, problem
from koodesk.domain.unknown_call import CODES, Decision

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_DECISIONS: Final = {"count-sent": Decision.SENT, "count-not-sent": Decision.NOT_SENT}
_WHICH: Final = ("unknown", *CODES.values())


def add_parser(actions: Any) -> None:
    """Declare the action of `koodesk campaign`."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "unknown", help="calls of unknown outcome: show, look again, decide, export their numbers"
    )
    parser.add_argument("id", type=int)
    parser.add_argument(
        "do", nargs="?", default="show", choices=["show", "look", "send-again", *_DECISIONS, "export"]
    )
    parser.add_argument("file", nargs="?", type=Path, help="export: a .csv or .xlsx file")
    parser.add_argument("--calls", default="", metavar="1,2", help="of these calls only; otherwise of all")
    parser.add_argument("--reason", default="", help="why; a decision and an export need one")
    parser.add_argument("--which", choices=_WHICH, default=_WHICH[0], help="export: which numbers")
    parser.add_argument("--digest", default="", help="decide only when the decision still has this digest")
    parser.add_argument("--yes", action="store_true", help="decide without asking")


def run(service: Service, args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    try:
        calls = tuple(int(one) for one in args.calls.split(",") if one.strip())
    except ValueError:
        print("--calls takes numbers with commas between them", file=sys.stderr)
        return WRONG_USE
    if args.do == "show":
        return _show(service, args)
    if args.do == "look":
        count = service.unknown.look_again(args.id, calls)
        if args.json:
            emit({"asked": count})
        else:
            print(f"{count} calls are looked up at the worker's next turn")
        return DONE
    if args.do == "send-again":
        count = service.unknown.send_again(args.id, calls)
        if args.json:
            emit({"again": count})
        else:
            print(f"{count} calls that were put aside leave again")
        return DONE
    if args.do == "export":
        return _export(service, args)
    return _decide(service, args, calls)


def _show(service: Service, args: argparse.Namespace) -> int:
    found = service.unknown.open(args.id, limit=200)
    if args.json:
        emit(asdict(found))
        return DONE
    print(
        f"{found.numbers} numbers in {found.call_count} calls; gateway class {found.gateway_class}; counted sent "
        f"{found.counted_sent}, not sent {found.counted_not_sent}; contradicted {found.contradicted}, confirmed {found.confirmed}"
    )
    for call in found.calls:
        asked = "; ".join(f"{_word(one.answer)} x{one.times}" for one in call.asked)
        print(f"{call.no:>6}  {call.unknown:>6}/{call.members:<6} {call.key}  {_word(call.outcome)}  {asked}")
    for late in found.late:
        print(f"  contradicted: {late.number}  call {late.call_no}  {_word(late.code)}  {late.message_id}")
    return DONE


def _decide(service: Service, args: argparse.Namespace, calls: tuple[int, ...]) -> int:
    prepared = service.unknown.prepare(args.id, _DECISIONS[args.do], calls, args.reason)
    if args.digest and args.digest != prepared.digest:
        raise Refused(problem("campaign.unknown.changed", "digest"))
    if not (args.yes or args.digest):
        if args.json or not sys.stdin.isatty():
            emit({"decision": asdict(prepared), "decided": False})
            return WRONG_USE
        for name, value in asdict(prepared).items():
            print(f"{name:>12}  {value}")
        if input("decide? [y/N] ").strip().lower() not in ("y", "yes", "是"):
            return PROBLEMS
    count = service.unknown.decide(args.id, prepared)
    if args.json:
        emit({"decision": asdict(prepared), "decided": True, "numbers": count})
    else:
        print(f"{count} numbers decided")
    return DONE


def _export(service: Service, args: argparse.Namespace) -> int:
    if args.file is None:
        print("export needs a FILE", file=sys.stderr)
        return WRONG_USE
    options = {"campaign": args.id, "reason": args.reason, "which": args.which}
    row = service.exports.wait(service.exports.start("unknown", args.file, options).id)
    if row.problems:
        raise Refused(*row.problems)
    if args.json:
        emit({"file": row.path, "rows": row.rows, "state": row.state})
    else:
        print(f"{row.path}  {row.rows:,}")
    return DONE if row.state == ExportState.FINISHED else PROBLEMS


def _word(code: str) -> str:
    return messages.word(f"result.{code}", language()) if code else "-"
