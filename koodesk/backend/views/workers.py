# SPDX-License-Identifier: Apache-2.0
"""Frozen rows about who sends, what waits for them, and how much left lately."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.ports.workers import EXPORTS
from koodesk.domain.workers import JobState, WorkerState

__all__ = ["EXPORTS", "JobRow", "MinuteRow", "WorkerRow", "WorkersView"]


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker. `pid` is 0 where only its lock is known; `beat_ms` is its last heartbeat, 0 where it has none: a file's worker is
    known by its lock alone. `running` counts the jobs it has. `gateway` is `EXPORTS` for a program that writes exports and sends
    nothing."""

    machine: str
    pid: int
    gateway: str
    since_ms: int
    beat_ms: int
    state: WorkerState
    running: int


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: `task` is send, receive or export, `number` and `subject` the campaign's (of an export its number and kind), `machine` and
    `pid` who runs it."""

    id: int
    task: str
    number: int
    subject: str
    state: JobState
    machine: str
    pid: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """How many recipients were answered in a minute of the gateway's clock that begins at `at_ms`."""

    at_ms: int
    accepted: int
    refused: int


@dataclass(frozen=True, slots=True)
class WorkersView:
    """Everything about the workers of a workspace at `now_ms` of this machine's clock. `minutes` are the last whole ones and the
    one that runs, oldest first, without gaps."""

    shared: bool
    now_ms: int
    workers: tuple[WorkerRow, ...]
    jobs: tuple[JobRow, ...]
    minutes: tuple[MinuteRow, ...]

    def count(self, state: JobState) -> int:
        """Return how many jobs are in a state."""
        return sum(job.state is state for job in self.jobs)

    @property
    def at_work(self) -> int:
        """How many workers live that send."""
        return sum(
            worker.state is not WorkerState.GONE and worker.gateway != EXPORTS for worker in self.workers
        )
