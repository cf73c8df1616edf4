# SPDX-License-Identifier: Apache-2.0
"""`koodesk report smart|video|plain|service-account|verify`: the reports as lines, as JSON or as a file; and the kept counts against the ledger."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.exporting import export, print_pdf
from koodesk.cli.output import DONE, PROBLEMS, emit, language, report_refusals
from koodesk.domain.carrier import Carrier
from koodesk.domain.export_job import ExportState
from koodesk.domain.report import ReportBy, ReportFilter
from koodesk.domain.service_report import KINDS, ServiceBy, ServiceFilter
from koodesk.domain.smart_report import SmartBy, SmartFilter
from koodesk.domain.vendor import Vendor

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_SMART = (
    "submitted",
    "supported",
    "accepted",
    "success",
    "failed",
    "resolved",
    "exposed_times",
    "exposed",
    "clicked_times",
    "clicked",
)
_CARRIERS = ("total", "success", "failed", "timeout", "waiting", "replied")


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser("report", help="what became of the sends")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    smart = actions.add_parser("smart", help="smart messages: how far they came")
    smart.add_argument("--by", choices=[by.value for by in SmartBy], default=SmartBy.DAY.value)
    smart.add_argument("--vendor", choices=[v.value for v in Vendor], default=None)
    video = actions.add_parser("video", help="video SMS: delivered, failed, timed out")
    plain = actions.add_parser("plain", help="plain SMS: delivered, failed, timed out")
    for report in (video, plain):
        report.add_argument("--by", choices=[by.value for by in ReportBy], default=ReportBy.TASK.value)
        report.add_argument("--carrier", choices=[c.value for c in Carrier], default=None)
    clicks = actions.add_parser("service-account", help="clicks on menus, home pages and shortcuts")
    clicks.add_argument("--by", choices=[by.value for by in ServiceBy], default=ServiceBy.ITEM.value)
    clicks.add_argument("--account", type=int, default=None, metavar="ID")
    clicks.add_argument("--kind", choices=KINDS, default="")
    verify = actions.add_parser("verify", help="count the ledger again and compare")
    for report in (smart, video, plain):
        report.add_argument("--task", type=int, default=0, metavar="ID")
        report.add_argument("--template", type=int, default=0, metavar="ID")
    for report in (smart, video, plain, clicks):
        report.add_argument(
            "--from", dest="first", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD"
        )
        report.add_argument("--to", dest="last", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
        report.add_argument("--export", type=Path, default=None, metavar="FILE", help=".xlsx, .csv or .pdf")
    for action in (smart, video, plain, clicks, verify):
        action.add_argument("--workspace", type=Path, default=None, help="folder of the workspace")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; return the exit code."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace

    workspace = Workspace(args.workspace or paths.default_workspace())
    with (
        report_refusals(as_json=args.json) as outcome,
        open_service(workspace, printer=print_pdf) as service,
    ):
        actions = {
            "smart": _smart,
            "video": _carriers,
            "plain": _carriers,
            "service-account": _clicks,
            "verify": _verify,
        }
        outcome.code = actions[args.action](service, args)
    return outcome.code


def _export(service: Service, args: argparse.Namespace, kind: str, only: dict[str, Any]) -> int:
    options = {
        "by": args.by,
        "first": args.first.isoformat() if args.first else "",
        "last": args.last.isoformat() if args.last else "",
        **only,
    }
    row = export(service, kind, args.export, options)
    if args.json:
        emit({"file": str(args.export), "lines": row.rows, "state": row.state})
    else:
        print(f"{row.rows:,} lines: {args.export}")
    return DONE if row.state == ExportState.FINISHED else PROBLEMS


def _smart(service: Service, args: argparse.Namespace) -> int:
    by = SmartBy(args.by)
    where = SmartFilter(args.first, args.last, args.task, args.template, args.vendor)
    if args.export:
        only = {"vendor": args.vendor, "task": args.task, "template": args.template}
        return _export(service, args, "smart_report", only)
    report = service.reports.smart(by, where)
    names = {
        line.key: messages.word(f"vendor.{line.key}", language())
        for line in report.lines
        if by is SmartBy.VENDOR and line.key
    }
    if args.json:
        emit(
            {
                "by": by.value,
                "as_of_ms": report.as_of_ms,
                "lines": [{"key": x.key, "name": x.name, **asdict(x.counts)} for x in report.lines],
                "total": asdict(report.total),
            }
        )
        return DONE
    rows = [(names.get(x.key, x.name or "-"), x.counts) for x in report.lines]
    _print(_SMART, [*rows, ("=", report.total)])
    return DONE


def _carriers(service: Service, args: argparse.Namespace) -> int:
    by = ReportBy(args.by)
    carrier = Carrier(args.carrier) if args.carrier else None
    where = ReportFilter(args.first, args.last, args.task, args.template, carrier)
    if args.export:
        only = {"carrier": args.carrier, "task": args.task, "template": args.template}
        return _export(service, args, f"{args.action}_report", only)
    count = service.reports.video if args.action == "video" else service.reports.plain
    report = count(by, where)
    if args.json:
        emit(
            {
                "by": by.value,
                "as_of_ms": report.as_of_ms,
                "lines": [{"key": x.key, "name": x.name, **asdict(x.counts)} for x in report.lines],
                "total": asdict(report.total),
            }
        )
        return DONE
    _print(_CARRIERS, [*((x.name, x.counts) for x in report.lines), ("=", report.total)])
    return DONE


def _clicks(service: Service, args: argparse.Namespace) -> int:
    if args.export:
        return _export(service, args, "service_report", {"account": args.account, "kind": args.kind})
    where = ServiceFilter(args.first, args.last, args.account, args.kind)
    report = service.service_reports.clicks(ServiceBy(args.by), where)
    if args.json:
        emit(
            {
                "by": args.by,
                "complete": report.complete,
                "lines": [{**asdict(line), "free": line.counts.free} for line in report.lines],
                "total": {**asdict(report.total), "free": report.total.free},
            }
        )
        return DONE
    names = [
        (" ".join(filter(None, (x.name, x.kind, x.words, x.item))) or "-", x.counts) for x in report.lines
    ]
    _print(("clicks", "billed", "free"), [*names, ("=", report.total)])
    return DONE


def _verify(service: Service, args: argparse.Namespace) -> int:
    found = service.reports.verify()
    if args.json:
        emit(
            {
                "messages": found.messages,
                "counts": found.counts,
                "gaps": [{**asdict(gap), "day": gap.day.isoformat()} for gap in found.gaps],
            }
        )
    else:
        for gap in found.gaps:
            place = f"task {gap.task} {gap.day} {gap.vendor or '-'} {gap.name}"
            print(f"{place}: kept {gap.kept:,}, the ledger says {gap.counted:,}")
        print(
            f"{found.messages:,} messages counted again, {found.counts:,} counts compared, {len(found.gaps):,} differ",
            file=sys.stderr,
        )
    return PROBLEMS if found.gaps else DONE


def _print(columns: Sequence[str], rows: Sequence[tuple[str, object]]) -> None:
    """Print a table: the name last, for Chinese has no width in columns."""
    print("  ".join(f"{column:>13}" for column in columns))
    for name, counts in rows:
        print("  ".join(f"{getattr(counts, column):>13,}" for column in columns), name, sep="  ")
