# SPDX-License-Identifier: Apache-2.0
"""A promotional send on a real engine whose clock runs an hour a second: over days, and never outside its hours."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.sending.worker import Worker
from koodesk.domain.fault_script import read_fault_script
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS, PROMOTION, may_start
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]

COUNT, CHUNK, RATE = 1_200, 25, 150
HOUR_MS = 3_600_000
MORNING_MS, EVENING_MS, DAWN_MS = 9 * HOUR_MS, 22 * HOUR_MS, 6 * HOUR_MS
FAULTS = """
seed = 5
[[fault]]
on = "send"
does = "hang"
wait = "700ms"
share = 0.1
attempts = 1
"""
"""A tenth of the calls are held for what is most of an hour there, and then broken: they come again."""


def time_of_day(site: Site) -> int:
    """Return how late it is in Beijing by the engine's clock."""
    return (site.doors.status().now_ms + BEIJING_OFFSET_MS) % DAY_MS


def forward_to(site: Site, then_ms: int) -> None:
    """Run the engine's clock forward to a time of the day."""
    site.doors.forward((then_ms - time_of_day(site)) % DAY_MS)


def accepted_at(site: Site, campaign: str) -> list[int]:
    """Return when each recipient was accepted, from the engine's own log."""
    command = [sys.executable, "-m", "koodesk.engine", "log", "--folder", str(site.workspace.engine)]
    done = subprocess.run(
        [*command, "--campaign", campaign],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return [json.loads(line)["at_ms"] for line in done.stdout.splitlines()]


def test_promotion_keeps_to_its_hours_at_an_hour_a_second(tmp_path: Path) -> None:
    site = Site(tmp_path / "ws")
    gateway = LocalGateway(site.process.endpoint)
    stop = threading.Event()
    worker = threading.Thread(target=Worker(site.ledger, gateway).run_forever, args=(stop,))
    try:
        # The morning is too short for everybody: a part is left for the next day.
        forward_to(site, MORNING_MS)
        campaign = site.confirm(
            "fast",
            COUNT,
            CHUNK,
            promotion=True,
            window_start=PROMOTION.start,
            window_end=PROMOTION.end,
            rate=RATE,
        )
        site.doors.put_faults(read_fault_script(FAULTS))
        site.doors.set_speed(3_600)
        worker.start()
        end, night = time.monotonic() + 240, True
        while site.ledger.campaign(campaign).state != "finished":
            assert time.monotonic() < end, site.ledger.buckets(campaign)
            stop.wait(0.2)
            if night and time_of_day(site) > EVENING_MS:
                # What is in the worker's or the engine's hands would come now; the long rest of the night shows no more.
                night = False
                forward_to(site, DAWN_MS)
    finally:
        stop.set()
        if worker.is_alive():
            worker.join()
        gateway.close()
        site.close()
    times = accepted_at(site, "fast")
    assert len(times) == COUNT
    assert not [at for at in times if not may_start(at, PROMOTION)]
    assert len({(at + BEIJING_OFFSET_MS) // DAY_MS for at in times}) > 1, (
        "one day was enough: it shows nothing"
    )
