# SPDX-License-Identifier: Apache-2.0
"""A real worker that kills itself at a named point: `python -m tests.crash.crashing_worker WORKSPACE CAMPAIGN POINT N`.

The points are put around ledger and gateway from outside, so that no line of the product knows of them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from koodesk.backend.database_address import is_a_teams
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.gateway import Batch, Outcome, Receipt
from koodesk.backend.ports.sending import Job, Settlement
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.opening import open_database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace

POINTS = (
    "before_claim",
    "after_claim",
    "before_call",
    "after_call",
    "before_outcome",
    "after_outcome",
    "before_receipts",
    "after_receipts",
)


class Fuse:
    """Kills the process the n-th time its point is passed."""

    def __init__(self, point: str, times: int) -> None:
        self._point = point
        self._left = times

    def at(self, point: str) -> None:
        """Pass a point."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class CrashingLedger(SqlLedger):
    """The ledger with points around its commits."""

    fuse: Fuse

    def turn(
        self,
        settled: Sequence[Settlement],
        claims: Sequence[Job],
        now_ms: int,
        owner: str,
        reached: int | None = None,
    ) -> frozenset[int]:
        """Pass the points of claims and outcomes."""
        for found, word in ((claims, "claim"), (settled, "outcome")):
            if found:
                self.fuse.at(f"before_{word}")
        claimed = super().turn(settled, claims, now_ms, owner, reached)
        for found, word in ((claims, "claim"), (settled, "outcome")):
            if found:
                self.fuse.at(f"after_{word}")
        return claimed

    def take(self, gateway: str, receipts: Sequence[Receipt], next_cursor: int) -> int:
        """Pass the points of receipts."""
        self.fuse.at("before_receipts")
        new = super().take(gateway, receipts, next_cursor)
        self.fuse.at("after_receipts")
        return new


class CrashingGateway(LocalGateway):
    """The gateway with points around its call."""

    fuse: Fuse

    def send(self, batch: Batch) -> Outcome:
        """Pass the points of the call."""
        self.fuse.at("before_call")
        outcome = super().send(batch)
        self.fuse.at("after_call")
        return outcome


def main(arguments: Sequence[Any]) -> None:
    """Send a campaign until the fuse burns."""
    root, campaign, point, times = arguments
    workspace = Workspace(Path(root))
    ledger = CrashingLedger(open_database(workspace))
    gateway = CrashingGateway(LocalEngineProcess(workspace).endpoint)
    ledger.fuse = gateway.fuse = Fuse(point, int(times))
    with nullcontext() if is_a_teams(workspace.root) else WorkerLock(workspace.worker_lock):
        Worker(ledger, gateway).run_until_idle(int(campaign))


if __name__ == "__main__":
    main(sys.argv[1:])
