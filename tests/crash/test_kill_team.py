# SPDX-License-Identifier: Apache-2.0
"""Workers of a team are killed while others go on, and the engine's own log says what everybody got."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from koodesk.backend.storage.postgres.presence import gone
from tests import postgres
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    with postgres.running() as server:
        opened = Site(tmp_path, server.create("team"))
        yield opened
        opened.close()


def test_two_workers_one_of_them_killed_again_and_again(site: Site) -> None:
    """The other is never ended: what the dead leave in flight is taken over by one that lives."""
    count, random = 20_000, Random(6)
    campaign = site.confirm("team", count, 50)
    root = str(site.workspace.root)
    stays = site.worker("--workspace", root)
    left = 0
    try:
        for kill in range(12):
            killed = site.worker("--workspace", root)
            site.wait_for_progress(campaign, killed)
            time.sleep(random.uniform(0.0, 0.1))
            killed.kill()
            killed.wait()
            left += _left_behind(site)
            if left and kill >= 3:
                break
        assert left, "no kill met a call on its way: the test proves nothing"
        end = time.monotonic() + 120
        while time.monotonic() < end and site.ledger.campaign(campaign).state != "finished":
            time.sleep(0.1)
    finally:
        stays.terminate()
        assert stays.wait(60) == 0, (site.workspace.root / "worker.log").read_text("utf-8")[-2_000:]
    site.judge(campaign, "team", count)


def _left_behind(site: Site) -> int:
    """Return how many chunks are in flight in the name of a worker that is gone."""
    with site.database.write_beside() as connection:
        owners = (
            connection.exec_driver_sql("SELECT owner FROM chunk WHERE state = 'in_flight'").scalars().all()
        )
        return len(gone(connection, set(owners)))
