# SPDX-License-Identifier: Apache-2.0
"""Workers of a team die at each point of their jobs: `python -m tests.crash.kill_jobs` walks all of them, at the first and a later
pass, and says of each what the engine's own log says. The suite walks two (test_kill_jobs)."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from koodesk.backend.storage.stores.workers import SqlWorkers
from tests import postgres
from tests.crash.crashing_jobs import POINTS
from tests.crash.kill_site import Site

COUNT, CHUNK = 1_000, 25
HASTE = 6
"""Who dies before it has said its number in the queue is missed by its heart alone: after five seconds here, not thirty."""


def walk(site: Site, points: Sequence[tuple[str, int]]) -> None:
    """Confirm a campaign for each point and pass, let a worker die there, then let one live; judge every campaign.

    Raises AssertionError when a worker did not die, a campaign does not end, or somebody got anything but one message.
    """
    root, begun = str(site.workspace.root), list[tuple[str, int]]()
    for point, times in points:
        steps = [(point, times)]
        if point == "before_rescue":  # somebody has to be gone
            steps.insert(0, ("after_fetch", 1))
        for step, passes in steps:
            name = f"{point}-{times}-{step}"
            begun.append((name, site.confirm(name, COUNT, CHUNK)))
            dies = site.worker(step, str(passes), "--workspace", root, module="tests.crash.crashing_jobs")
            assert dies.wait(120) == -signal.SIGKILL, f"{name} was not reached"
    lives = site.worker("0", "30", str(HASTE), "--workspace", root, module="tests.crash.steered_worker")
    try:
        end = time.monotonic() + 240
        for name, campaign in begun:
            while site.ledger.campaign(campaign).state != "finished":
                assert time.monotonic() < end, f"{name} does not end"
                time.sleep(0.05)
        store = SqlWorkers(site.database)
        while [(job.task, job.status) for job in store.jobs()] != [("receive", "doing")]:
            assert time.monotonic() < end, f"the queue keeps {store.jobs()}"
            time.sleep(0.05)
        assert len(store.workers()) == 1, "the dead are taken off the list"
    finally:
        lives.terminate()
        assert lives.wait(60) == 0, (site.workspace.root / "worker.log").read_text("utf-8")[-2_000:]
    for name, campaign in begun:
        site.judge(campaign, name, COUNT)


def main() -> int:
    """Walk every point, and print one line of each."""
    with postgres.running() as server:
        for times in (1, 2):
            for point in POINTS:
                if times > 1 and point in ("before_finish", "after_finish", "before_rescue", "after_fetch"):
                    continue  # a worker passes it once a campaign
                with tempfile.TemporaryDirectory() as folder:
                    began = time.monotonic()
                    site = Site(Path(folder), server.create(f"{point}_{times}"))
                    try:
                        walk(site, [(point, times)])
                    finally:
                        site.close()
                    print(
                        f"{point:<16} pass {times}: each message once, {time.monotonic() - began:.0f} s",
                        flush=True,
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
