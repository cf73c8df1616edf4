# SPDX-License-Identifier: Apache-2.0
"""Plain SMS under kill -9 of worker and engine, by the engine's own append-only log: one message a recipient over the local engine; at the
cloud's API none twice, and who nobody knows of is listed as unknown.

A short form in the suite; all points and a large send with PROOF_FAULTS=all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from random import Random

import pytest

from tests.crash.crashing_worker import POINTS
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]

ALL = os.environ.get("PROOF_FAULTS") == "all"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all stories; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


@pytest.mark.parametrize("point", POINTS if ALL else ("after_call",))
def test_a_worker_killed_at_a_named_point(site: Site, point: str) -> None:
    uuid = f"plain-{point}"
    campaign = site.confirm_plain(uuid, 1_000, 100)
    worker = site.worker(
        str(site.workspace.root), str(campaign), point, "2", module="tests.crash.crashing_worker"
    )
    code = worker.wait(120)
    # Receipts may all be there before the fuse burns; every other point is certainly passed.
    assert code == -signal.SIGKILL or "receipts" in point
    site.finish(campaign)
    site.judge(campaign, uuid, 1_000)


@pytest.mark.skipif(not ALL, reason="the large form: PROOF_FAULTS=all")
def test_random_moments_of_a_large_send(site: Site) -> None:
    """At least 20 kills in a send of 100,000, every fifth of them the engine's."""
    count, seed = 100_000, int(os.environ.get("KOODESK_TEST_SEED", "20261129"))
    campaign = site.confirm_plain("plain-random", count, 500)
    killed = site.send_with_kills(campaign, 22, Random(seed))
    site.finish(campaign)
    site.judge(campaign, "plain-random", count)
    assert killed >= 20, f"the kills came after the end: too little was tested (seed {seed})"
