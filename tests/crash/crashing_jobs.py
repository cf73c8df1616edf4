# SPDX-License-Identifier: Apache-2.0
"""A team's real worker that kills itself at a named point of its jobs: `python -m tests.crash.crashing_jobs POINT N --workspace DIR`.

The points are put around procrastinate and the queue from outside, so that no line of the product knows of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from koodesk import worker
from koodesk.backend.storage.postgres.jobs import SEND
from koodesk.backend.storage.stores.workers import SqlWorkers
from tests.crash.crashing_worker import Fuse

POINTS = (
    "before_offer",
    "after_offer",
    "before_fetch",
    "after_fetch",
    "before_finish",
    "after_finish",
    "before_rescue",
)


def main(arguments: Sequence[str]) -> int:
    """Work until the fuse burns."""
    point, times, *rest = arguments
    fuse = Fuse(point, int(times))
    fetch, finish, gone = JobManager.fetch_job, JobManager.finish_job, SqlWorkers.gone
    offer = SqlWorkers.offer

    async def fetched(manager: JobManager, **asked: Any) -> Job | None:
        fuse.at("before_fetch")
        job = await fetch(manager, **asked)
        if job is not None and job.task_name == SEND:
            fuse.at("after_fetch")
        return job

    async def finished(manager: JobManager, job: Job, *given: Any, **named: Any) -> None:
        if job.task_name == SEND:
            fuse.at("before_finish")
        await finish(manager, job, *given, **named)
        if job.task_name == SEND:
            fuse.at("after_finish")

    def offered(workers: SqlWorkers, gateway: str, sendable: Mapping[int, int]) -> None:
        fuse.at("before_offer")
        offer(workers, gateway, sendable)
        fuse.at("after_offer")

    def rescued(workers: SqlWorkers) -> list[tuple[str, int]]:
        found = gone(workers)
        if found:
            fuse.at("before_rescue")
        return found

    JobManager.fetch_job = fetched  # type: ignore[assignment,method-assign]  # the points are put around it
    JobManager.finish_job = finished  # type: ignore[assignment,method-assign]  # ... and it
    SqlWorkers.offer = offered  # type: ignore[assignment,method-assign]  # ... and it
    SqlWorkers.gone = rescued  # type: ignore[assignment,method-assign]  # ... and it
    return worker.main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
