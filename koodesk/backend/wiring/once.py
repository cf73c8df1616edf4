# SPDX-License-Identifier: Apache-2.0
"""The proof of once: what is unknown of a campaign and who decides about it."""

from __future__ import annotations

from typing import TypedDict

from koodesk.backend.ports.exports import ExportKind
from koodesk.backend.sending.unknown import Unknowns, unknown_kind
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.wiring.ground import Ground


class Once(TypedDict):
    """Unknown outcomes."""

    unknown: Unknowns


def once(ground: Ground) -> Once:
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
        )
    }


def export_kinds(ground: Ground, parts: Once) -> dict[str, ExportKind]:
    """Return what of it the export centre can write."""
    kind_of = SqlLedger(ground.database).kind
    return {"unknown": unknown_kind(parts["unknown"], kind_of)}
