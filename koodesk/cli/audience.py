# SPDX-License-Identifier: Apache-2.0
"""`koodesk audience check FILE.xlsx [--param NAME ...] [--refused OUT.xlsx] [--json]`: a number file, checked.

Needs no workspace and stores nothing. Exit codes: 0 every row is valid, 1 problems found (or a file that cannot be
read), 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from koodesk import messages
from koodesk.backend.views.audience import AudienceLine, CheckReport
from koodesk.backend.views.progress import Progress, Report
from koodesk.cli.output import DONE, PROBLEMS, WRONG_USE, as_data, emit, language, say
from koodesk.domain.problem import Problem, problem

_SHOWN_LINES: Final = 20


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("audience", help="check a number file")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="read an xlsx, check every row, count and explain")
    check.add_argument("file", type=Path, metavar="FILE.xlsx")
    check.add_argument(
        "--param",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="the columns beside 手机号, exactly; without it other columns are left unread",
    )
    check.add_argument("--refused", type=Path, metavar="OUT.xlsx", help="write the refused rows here")
    check.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Check the file and print what was found. Raises Refused when it cannot be read."""
    wrong = _wrong_use(args)
    if wrong is not None:
        if args.json:
            emit({"problems": [as_data(wrong)]})
        say([wrong])
        return WRONG_USE
    # Late, so that a wrong use is said without loading a database library.
    from koodesk.backend import bootstrap

    report = bootstrap.number_file_check(messages.row_reason).run(
        args.file, args.param, args.refused, _progress(args.json)
    )
    if args.json:
        emit(as_json(report))
    else:
        _show(report)
    return PROBLEMS if report.duplicate or report.invalid else DONE


def _wrong_use(args: argparse.Namespace) -> Problem | None:
    if not args.file.is_file():
        return problem("reader.not_found", file=args.file.name)
    if args.refused is not None and args.refused.suffix.lower() != ".xlsx":
        return problem("export.not_xlsx", file=args.refused.name)
    if args.refused is not None and args.refused.resolve() == args.file.resolve():
        return problem("export.onto_itself", file=args.file.name)
    if args.param is not None and len(set(args.param)) != len(args.param):
        return problem("audience.param_twice")
    return None


def as_json(report: CheckReport) -> dict[str, Any]:
    """Return the report as the command's JSON object; `rows` = valid + duplicate + invalid."""
    return {
        "rows": report.rows,
        "valid": report.valid,
        "duplicate": report.duplicate,
        "invalid": report.invalid,
        "by_code": dict(report.by_code),
        "normalised": dict(report.normalised),
        "problems": [_line(line) for line in report.problems],
        "notes": [as_data(note) for note in report.notes],
    }


def _line(line: AudienceLine) -> dict[str, Any]:
    kept = ("code", "sheet", "row", "column", "header", "text", "verdict", "first_sheet", "first_row")
    return {key: value for key, value in asdict(line).items() if key in kept}


def _show(report: CheckReport) -> None:
    print(
        f"rows {report.rows:,}  valid {report.valid:,}  duplicate {report.duplicate:,}  invalid {report.invalid:,}"
    )
    for code, count in (*report.by_code.items(), *report.normalised.items()):
        print(f"  {count:>9,}  {messages.word(code, language())}")
    for line in report.problems[:_SHOWN_LINES]:
        place = f"{line.sheet}!{line.column}{line.row}" if line.sheet else f"{line.column}{line.row}"
        print(f"  {place}: {messages.word(line.code, language())}")
    if len(report.problems) > _SHOWN_LINES:
        print(f"  … {report.duplicate + report.invalid - _SHOWN_LINES:,} more: --refused OUT.xlsx, --json")
    say(report.notes)


def _progress(quiet: bool) -> Report:
    """Return what shows progress: one line rewritten on a terminal, nothing elsewhere."""

    def show(progress: Progress) -> None:
        if not quiet and sys.stderr.isatty():
            done = f"{progress.done:,}/{progress.total:,}" if progress.total else ""
            sys.stderr.write(f"\r{progress.stage} {done}\x1b[K")
            if progress.total and progress.done >= progress.total:
                sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    return show
