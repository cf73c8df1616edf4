# SPDX-License-Identifier: Apache-2.0
"""`koodesk campaign certificate ID FILE` and `koodesk campaign verify-certificate FILE`: the proof of a finished campaign.

`verify-certificate` ends with 1 when anything does not hold, and says what.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import DONE, PROBLEMS, emit, language
from koodesk.domain.certificate import Standing
from koodesk.domain.export_job import ExportState
from koodesk.domain.problem import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from koodesk.backend.service import Service
    from koodesk.preview.table_pdf import Printed


def add_parsers(actions: Any) -> None:
    """Declare both actions of `koodesk campaign`."""
    make: argparse.ArgumentParser = actions.add_parser(
        "certificate", help="write the certificate of a finished campaign"
    )
    make.add_argument("id", type=int)
    make.add_argument("file", type=Path, help=".zip (whole), .pdf (a page to print) or .csv (the rows)")
    make.add_argument("--reason", default="", help="why; the file holds whole numbers")
    verify: argparse.ArgumentParser = actions.add_parser(
        "verify-certificate", help="check a certificate: its file, this ledger, the engine's record"
    )
    verify.add_argument("file", type=Path)


def make(service: Service, args: argparse.Namespace) -> int:
    """Write a certificate; return the exit code."""
    options = {"campaign": args.id, "reason": args.reason, "words": messages.certificate_words(language())}
    row = service.exports.wait(service.exports.start("certificate", args.file, options).id)
    if row.problems:
        raise Refused(*row.problems)
    if args.json:
        emit({"file": row.path, "rows": row.rows, "state": row.state})
    else:
        print(f"{row.path}  {row.rows:,}")
    return DONE if row.state == ExportState.FINISHED else PROBLEMS


def verify(service: Service, args: argparse.Namespace) -> int:
    """Check a certificate; return 0 when nothing failed."""
    found = service.certificates.verify(args.file)
    told = found.certificate
    if args.json:
        emit(
            {
                "good": found.good,
                "checks": [asdict(check) for check in found.checks],
                "campaign": told.campaign,
                "imported": told.imported,
                **{one.value: told.count(one) for one in Standing},
                "ledger_digest": told.ledger_digest,
            }
        )
        return DONE if found.good else PROBLEMS
    print(f"{told.name}  {told.campaign}")
    print(
        "  ".join(f"{one.value} {told.count(one):,}" for one in Standing), f" of {told.imported:,} imported"
    )
    for check in found.checks:
        outcome = messages.word(f"certificate_outcome.{check.outcome}", language())
        print(f"  {outcome}  {messages.word(f'certificate_check.{check.check}', language())}")
        if check.outcome == "fails":
            print(f"  ! {check.check}: {check.count:,}", file=sys.stderr)
    return DONE if found.good else PROBLEMS


def printer() -> Callable[[Path, Printed], None]:
    """Return what writes the page as a PDF, with the application that drawing text needs."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from koodesk.preview import fonts
    from koodesk.preview.table_pdf import write_pdf

    application = QGuiApplication.instance() or QGuiApplication([])
    faces = fonts.load(paths.resources() / "fonts")

    def write(path: Path, table: Printed, _held: object = application) -> None:
        write_pdf(path, table, faces)

    return write
