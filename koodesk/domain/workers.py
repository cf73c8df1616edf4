# SPDX-License-Identifier: Apache-2.0
"""What is said of workers and of jobs in the queue."""

from __future__ import annotations

from enum import StrEnum


class WorkerState(StrEnum):
    """WORKING: its lock is held. SILENT: its lock is held, its heart has not beaten for half a minute. GONE: its lock is free,
    and it did not say good-bye."""

    WORKING = "working"
    SILENT = "silent"
    GONE = "gone"


class JobState(StrEnum):
    """STALLED: nobody who lives runs it; it is offered again by the next worker that looks."""

    WAITING = "waiting"
    RUNNING = "running"
    STALLED = "stalled"
    FAILED = "failed"


_OF_QUEUE = {"todo": JobState.WAITING, "doing": JobState.RUNNING, "failed": JobState.FAILED}


def worker_state(*, alive: bool, silent: bool) -> WorkerState:
    """Return what is said of a worker: its lock comes before its heart."""
    if not alive:
        return WorkerState.GONE
    return WorkerState.SILENT if silent else WorkerState.WORKING


def job_state(status: str, by: WorkerState | None) -> JobState:
    """Return what is said of a job of a status of the queue, run by a worker of a state (None: nobody who is known)."""
    state = _OF_QUEUE.get(status, JobState.FAILED)
    if state is JobState.RUNNING and by is not WorkerState.WORKING:
        return JobState.STALLED
    return state
