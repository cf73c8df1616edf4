# SPDX-License-Identifier: Apache-2.0
"""What is said of a worker and of a job: the lock before the heart, and never the age of anything."""

import pytest

from koodesk.domain.workers import JobState, WorkerState, job_state, worker_state


@pytest.mark.parametrize(
    ("alive", "silent", "said"),
    [
        (True, False, WorkerState.WORKING),
        (True, True, WorkerState.SILENT),
        (False, False, WorkerState.GONE),  # its heart beat a moment ago, its connection is closed
        (False, True, WorkerState.GONE),
    ],
)
def test_a_worker(alive: bool, silent: bool, said: WorkerState) -> None:
    assert worker_state(alive=alive, silent=silent) is said


@pytest.mark.parametrize(
    ("status", "by", "said"),
    [
        ("todo", None, JobState.WAITING),
        ("todo", WorkerState.GONE, JobState.WAITING),
        ("doing", WorkerState.WORKING, JobState.RUNNING),
        ("doing", WorkerState.SILENT, JobState.STALLED),
        ("doing", WorkerState.GONE, JobState.STALLED),
        ("doing", None, JobState.STALLED),
        ("failed", WorkerState.WORKING, JobState.FAILED),
        ("aborting", None, JobState.FAILED),  # what no release of ours writes
    ],
)
def test_a_job(status: str, by: WorkerState | None, said: JobState) -> None:
    assert job_state(status, by) is said
