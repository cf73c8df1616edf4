# SPDX-License-Identifier: Apache-2.0
"""Workers of a team are killed while others go on, and the engine's own log says what everybody got."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.storage.postgres.presence import gone
from koodesk.domain.fault_script import Does, Fault, FaultScript, On
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
    # Answers that drip out keep calls on their way, so that each kill meets some.
    site.doors.put_faults(FaultScript(faults=(Fault(On.SEND, Does.SLOW, wait_ms=1_500),)))
    count, kills = 10_000, 4
    campaign = site.confirm("team", count, 50)
    root = str(site.workspace.root)
    stays = site.worker("--workspace", root)
    try:
        known = _new_owners(site, frozenset())
        met = 0
        for _ in range(5 * kills):
            killed = site.worker("--workspace", root)
            known |= _new_owners(site, known)
            killed.kill()
            killed.wait()
            met += bool(_left_behind(site))
            if met == kills:
                break
        assert met == kills, "the kills met no calls on their way: the test proves nothing"
        site.doors.put_faults(FaultScript())
        end = time.monotonic() + 120
        while time.monotonic() < end and site.ledger.campaign(campaign).state != "finished":
            time.sleep(0.1)
    finally:
        stays.terminate()
        assert stays.wait(60) == 0, (site.workspace.root / "worker.log").read_text("utf-8")[-2_000:]
    site.judge(campaign, "team", count)


def _new_owners(site: Site, known: frozenset[str]) -> frozenset[str]:
    """Return who has calls on their way and is not known yet, as soon as there is somebody."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with site.database.read() as connection:
            found = connection.exec_driver_sql("SELECT DISTINCT owner FROM chunk WHERE state = 'in_flight'")
            new = frozenset(found.scalars()) - known
        if new:
            return new
        time.sleep(0.005)
    raise AssertionError("nobody sends")


def _left_behind(site: Site) -> int:
    """Return how many workers that are gone have chunks in flight, as soon as the server has noticed that one is: it gives a
    lock back when it reads that the connection has ended."""
    end = time.monotonic() + 2  # sooner than anybody takes over
    found: frozenset[str] = frozenset()
    while not found and time.monotonic() < end:
        with site.database.write_beside() as connection:
            owners = connection.exec_driver_sql("SELECT owner FROM chunk WHERE state = 'in_flight'").scalars()
            found = gone(connection, set(owners))
    return len(found)
