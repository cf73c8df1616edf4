# SPDX-License-Identifier: Apache-2.0
"""What the export centre can export, by kind: how each is prepared and which right it asks for."""

from __future__ import annotations

from collections.abc import Callable

from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.audit import Audit
from koodesk.backend.operations.bills import Bills
from koodesk.backend.operations.opt_outs import OptOuts
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.resolve_tasks import ResolveTasks
from koodesk.backend.operations.rights import ACTION_ATTRIBUTE
from koodesk.backend.operations.service_reports import ServiceReports
from koodesk.backend.ports.exports import ExportKind, Options, Prepared, Preparer


def export_kinds(
    details: ExportKind,
    audiences: Audiences,
    reports: Reports,
    services: ServiceReports,
    audit: Audit,
    bills: Bills,
    opt_outs: OptOuts,
    links: ResolveTasks,
) -> dict[str, ExportKind]:
    """Return the kinds. `details` are those of send tasks, whose right depends on the task."""

    def refused(options: Options) -> Prepared:
        return audiences.prepare_refused(int(options["audience"]))

    return {
        "details": details,
        "refused": ExportKind(refused, _right(audiences.prepare_refused)),
        "smart_report": _kind(reports.prepare_smart),
        "video_report": _kind(reports.prepare_video),
        "plain_report": _kind(reports.prepare_plain),
        "service_report": _kind(services.prepare),
        "audit": _kind(audit.prepare),
        "bill": _kind(bills.prepare_bill),
        "settlement": _kind(bills.prepare_settlement),
        "opt_outs": _kind(opt_outs.prepare),
        "links": _kind(links.prepare_links),
    }


def _kind(prepare: Preparer) -> ExportKind:
    return ExportKind(prepare, _right(prepare))


def _right(method: Callable[..., object]) -> Callable[[Options], str]:
    """Return the action a method of a service names, whatever the export was asked for with."""
    action = str(getattr(method, ACTION_ATTRIBUTE))
    return lambda _options: action
