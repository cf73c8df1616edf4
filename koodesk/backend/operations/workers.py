# SPDX-License-Identifier: Apache-2.0
"""Who sends (发送程序), what waits in the queue, and how much left in the last minutes: for looking only.

On a file there is one worker, known by its lock; a running campaign is what it does. A team's workers are known by the locks
they hold in the database and by the heartbeats of their queue.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.workers import EXPORTS, JobRecord, WorkerRecord, WorkerStore
from koodesk.backend.views.workers import JobRow, MinuteRow, WorkerRow, WorkersView
from koodesk.domain.problem import Refused
from koodesk.domain.workers import JobState, WorkerState, job_state, worker_state

MINUTES: Final = 10
MINUTE_MS: Final = 60_000


class Workers:
    """The workers of one workspace. `held` tells whether a file's worker lock is held, `gateway_ms` reads the gateway's clock,
    `now_ms` this machine's."""

    def __init__(
        self,
        access: Access,
        store: WorkerStore,
        held: Callable[[], bool],
        gateway_ms: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self.access: Final = access
        self._store = store
        self._held = held
        self._gateway_ms = gateway_ms
        self._now_ms = now_ms

    @needs("koodesk:worker:list")
    def view(self) -> WorkersView:
        """Return workers, jobs and throughput as they are now."""
        records = self._records()
        states = {one.name: worker_state(alive=one.alive, silent=one.silent) for one in records}
        known = {one.name: one for one in records}
        jobs = [self._job(job, known, states) for job in self._store.jobs()]
        busy = Counter((job.machine, job.pid) for job in jobs if job.state is JobState.RUNNING)
        return WorkersView(
            shared=self._store.shared,
            now_ms=self._now_ms(),
            workers=tuple(
                WorkerRow(
                    machine=one.machine,
                    pid=one.pid,
                    gateway=EXPORTS if one.gateway.startswith(f"{EXPORTS}-") else one.gateway,
                    since_ms=one.since_ms,
                    beat_ms=one.beat_ms,
                    state=states[one.name],
                    running=busy[one.machine, one.pid],
                )
                for one in records
            ),
            jobs=tuple(jobs),
            minutes=self._minutes(),
        )

    def _records(self) -> list[WorkerRecord]:
        """Return who is there; of a file whoever holds the lock, whether it has said its name or not."""
        found = list(self._store.workers())
        if self._store.shared:
            return found
        if not self._held():
            return []
        unnamed = WorkerRecord("", socket.gethostname(), 0, "", 0, beat_ms=0, silent=False, alive=True)
        return [replace(found[-1], alive=True)] if found else [unnamed]

    def _job(self, job: JobRecord, known: dict[str, WorkerRecord], states: dict[str, WorkerState]) -> JobRow:
        worker = known.get(job.worker) if self._store.shared else next(iter(known.values()), None)
        state = job_state(job.status, states[worker.name] if worker is not None else None)
        if not self._store.shared and worker is None:
            state = JobState.WAITING  # a file's campaigns wait for its worker to be started
        return JobRow(
            id=job.id,
            task=job.task,
            number=job.number,
            subject=job.subject,
            state=state,
            machine=worker.machine if worker is not None else "",
            pid=worker.pid if worker is not None else 0,
            since_ms=job.since_ms,
        )

    def _minutes(self) -> tuple[MinuteRow, ...]:
        try:
            now = self._gateway_ms()
        except Refused:
            now = self._now_ms()
        first = (now // MINUTE_MS - MINUTES + 1) * MINUTE_MS
        found = {one.at_ms: one for one in self._store.minutes(first, first + MINUTES * MINUTE_MS)}
        return tuple(
            MinuteRow(at, found[at].accepted, found[at].refused) if at in found else MinuteRow(at, 0, 0)
            for at in range(first, first + MINUTES * MINUTE_MS, MINUTE_MS)
        )
