# SPDX-License-Identifier: Apache-2.0
"""kill -9 of worker and engine, at named points and at random moments, judged by the engine's own append-only log."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from random import Random

import pytest

from tests.crash.crashing_worker import POINTS
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all stories; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point(site: Site, point: str, times: int) -> None:
    uuid = f"{point}-{times}"
    campaign = site.confirm(
        uuid, 2_000, 50
    )  # so many chunks that no turn takes all that is left before the third
    worker = site.worker(
        str(site.workspace.root), str(campaign), point, str(times), module="tests.crash.crashing_worker"
    )
    code = worker.wait(120)
    # Receipts may all be there before the fuse burns; every other point is certainly passed.
    assert code == -signal.SIGKILL or "receipts" in point
    site.finish(campaign)
    site.judge(campaign, uuid, 2_000)


def test_a_killed_engine_comes_back_and_nothing_is_lost(site: Site) -> None:
    campaign = site.confirm("engine", 20_000, 500)
    worker = site.worker("--workspace", str(site.workspace.root), "--campaign", str(campaign))
    random = Random(5)
    for _ in range(3):
        time.sleep(random.uniform(0.3, 0.8))
        site.kill_engine()
    assert worker.wait(300) == 0, (site.workspace.root / "worker.log").read_text("utf-8")[-2_000:]
    site.finish(campaign)
    site.judge(campaign, "engine", 20_000)


def test_random_moments_of_a_large_send(site: Site) -> None:
    """At least 20 kills in a send of 100,000, every fifth of them the engine's."""
    count, seed = 100_000, int(os.environ.get("KOODESK_TEST_SEED", "20261122"))
    campaign = site.confirm("random", count, 500)
    killed = site.send_with_kills(campaign, 22, Random(seed))
    site.finish(campaign)
    site.judge(campaign, "random", count)
    assert killed >= 20, f"the kills came after the end: too little was tested (seed {seed})"
