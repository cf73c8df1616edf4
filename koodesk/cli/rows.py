# SPDX-License-Identifier: Apache-2.0
"""`koodesk rows check CARD.koocard --audience F.xlsx [--sms-text TEXT] [--sms-sign NAME] [--sms-variable ...] [--json]`.

The worst-row finder: how many rows have which problem, and the first 1,000 bad rows. `--sms-variable 2=MONEY:amount` gives a
place of the SMS its type, and the column that fills it. Needs no workspace and stores nothing. Exit codes: 0 every row is
good, 1 problems found (or a number file that cannot be read), 2 wrong use, or a card that cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from koodesk import messages
from koodesk.backend.views.progress import Progress, Report
from koodesk.backend.views.rows import BadRow, RowReport
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain import koocard
from koodesk.domain.problem import Refused, problem
from koodesk.domain.row_plan import SmsText, SmsVariable
from koodesk.domain.sms import VariableType

_SHOWN: Final = 20


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rows", help="find the rows of a number file a card goes wrong for")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check", help="look at every row: overflow, empty, illegal values, extra SMS parts"
    )
    check.add_argument("card", type=Path, metavar="CARD.koocard")
    check.add_argument("--audience", type=Path, required=True, metavar="F.xlsx")
    check.add_argument("--sms-text", default="", metavar="TEXT", help="the SMS it rides on, with ${places}")
    check.add_argument("--sms-sign", default="", metavar="NAME", help="its signature, without 【】")
    check.add_argument(
        "--sms-variable",
        type=_variable,
        action="append",
        default=[],
        metavar="PLACE=TYPE[:COLUMN]",
        help="a place of the SMS with its type, one of " + ", ".join(VariableType),
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")


def _variable(text: str) -> SmsVariable:
    place, _, rest = text.partition("=")
    kind, _, column = rest.partition(":")
    try:
        found = SmsVariable(place.strip(), VariableType(kind.strip().upper()), column.strip())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"PLACE=TYPE[:COLUMN]; {', '.join(VariableType)}") from error
    return found


def run(args: argparse.Namespace) -> int:
    """Look at every row and print what was found. Raises Refused when the number file cannot be read."""
    try:
        template, _ = koocard.load(args.card)
        if not args.audience.is_file():
            raise Refused(problem("reader.not_found", file=args.audience.name))
    except Refused as refused:
        if args.json:
            emit({"problems": [as_data(p) for p in refused.problems]})
        say(refused.problems)
        return WRONG_USE
    # Late, so that a wrong card is said without loading a database library.
    from koodesk.backend import bootstrap

    sms = SmsText(args.sms_text, args.sms_sign, tuple(args.sms_variable)) if args.sms_text else None
    report = bootstrap.row_check().run(template, args.audience, sms, _progress(args.json))
    if args.json:
        emit(as_json(report))
    else:
        _show(report)
    return PROBLEMS if report.bad_rows else DONE


def as_json(report: RowReport) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {
        "rows": report.rows,
        "bad_rows": report.bad_rows,
        "by_problem": dict(report.by_problem),
        "first": [
            {
                "row": one.row,
                "sheet": one.sheet,
                "code": one.code,
                "vendor": one.vendor,
                "slot": one.slot,
                "param": one.param,
                "value": one.value,
                "reason": one.reason,
            }
            for one in report.first
        ],
        "notes": [as_data(note) for note in report.notes],
    }


def _show(report: RowReport) -> None:
    tongue = language()
    print(messages.word("rows.summary", tongue, rows=report.rows, bad=report.bad_rows))
    for code, count in report.by_problem.items():
        print(f"{count:>9,}  {messages.word(code, tongue)}")
    for one in report.first[:_SHOWN]:
        print(f"  {_place(one)}  {messages.word(one.code, tongue)}  {one.param}={one.value}")
    say(report.notes)


def _place(one: BadRow) -> str:
    vendor = f" {one.vendor}" if one.vendor else ""
    return f"{one.sheet}!{one.row}{vendor} {one.slot}".strip()


def _progress(quiet: bool) -> Report:
    """Show progress on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        return lambda _progress: None

    def show(progress: Progress) -> None:
        print(f"\r{progress.done:,} / {progress.total:,}", end="", file=sys.stderr, flush=True)

    return show
