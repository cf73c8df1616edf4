# SPDX-License-Identifier: Apache-2.0
"""Who sends: the workers of a workspace, its queue and what left lately."""

from __future__ import annotations

from koodesk.backend.operations.workers import Workers
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.wiring.ground import Ground
from koodesk.file_lock import is_locked


def workers(base: Ground) -> Workers:
    """Return the service of the workers."""
    return Workers(
        base.access,
        SqlWorkers(base.database),
        lambda: is_locked(base.workspace.worker_lock),
        base.gateway.now_ms,
        base.clock.now_ms,
    )
