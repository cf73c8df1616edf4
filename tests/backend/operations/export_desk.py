# SPDX-License-Identifier: Apache-2.0
"""The export centre of a workshop's ledger, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from koodesk import paths
from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.exports import ExportKind, ExportQueue, Preparer
from koodesk.backend.storage.owner_marks import OwnerMarks
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.domain.access import read_access_rules
from tests.backend.sending.workshop import Workshop

DETAILS = "kooMessage:devSendTask:export"


def exports_of(
    workshop: Workshop,
    preparers: Mapping[str, Preparer],
    folder: Path,
    *policies: str,
    queue: ExportQueue | None = None,
) -> Exports:
    """Return the exports of a ledger, all of them with the right to send details, for somebody with these policies, or for the person at the keyboard."""
    kinds = {name: ExportKind(prepare, lambda _: DETAILS) for name, prepare in preparers.items()}
    rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
    principal = rules.principal("someone", policies) if policies else rules.local_owner()
    store = SqlExportStore(workshop.database)
    access, marks = Access(rules, principal), OwnerMarks(folder / "marks")
    return Exports(access, store, marks, kinds, workshop.clock.now_ms, queue)
