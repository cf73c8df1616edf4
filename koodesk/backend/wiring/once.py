# SPDX-License-Identifier: Apache-2.0
"""The proof of once: what is unknown of a campaign and who decides about it; certificates; how campaigns flow."""

from __future__ import annotations

from typing import TypedDict

from koodesk.backend.gateways.engine_record import EngineRecord
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.exports import ExportKind, TablePrinter
from koodesk.backend.sending.certificates import Certificates, certificate_kind
from koodesk.backend.sending.flow import Flow
from koodesk.backend.sending.unknown import Unknowns, unknown_kind
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_evidence import SqlEvidence
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.wiring.ground import Ground


class Once(TypedDict):
    """Unknown outcomes, certificates, waves and rates."""

    unknown: Unknowns
    certificates: Certificates
    flow: Flow


def once(ground: Ground, printer: TablePrinter | None) -> Once:
    """Wire what stands beside the campaigns of a ledger."""
    ledger = SqlLedger(ground.database)
    return {
        "unknown": Unknowns(
            ground.access,
            SqlUnknown(ground.database),
            ground.gateway,
            ledger.kind,
            ledger.newest_ms,
            ground.worker.revive,
        ),
        "flow": Flow(ground.access, ledger, ground.gateway, ground.worker.revive),
        "certificates": Certificates(
            ground.access,
            ledger,
            SqlEvidence(ground.database),
            {LocalGateway.name: EngineRecord(ground.workspace)},
            ground.clock.now_ms,
            printer,
        ),
    }


def export_kinds(ground: Ground, parts: Once) -> dict[str, ExportKind]:
    """Return what of it the export centre can write."""
    kind_of = SqlLedger(ground.database).kind
    return {
        "unknown": unknown_kind(parts["unknown"], kind_of),
        "certificate": certificate_kind(parts["certificates"], kind_of),
    }
