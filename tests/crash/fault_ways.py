# SPDX-License-Identifier: Apache-2.0
"""How a campaign reaches the engine while it fails on purpose: by its own door, and through the official SDK at the cloud's API.

Both have the product's own sender and ledger. The cloud has no clock that can be asked, so its desk's is moved with the engine's.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.smart import task_name
from koodesk.backend.gateways.engine_cloud import EngineCloud
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.cloud_keys import CloudKey
from koodesk.backend.ports.gateway import LookUp
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.stores.sending_tasks import WaitingTasks
from koodesk.engine.acceptance_log import acceptances
from koodesk.engine.cloud.spec import cloud_spec
from tests.crash.kill_site import Site

AK, SK = "ABCDEFGHIJKLMNOPQRST", "s" * 40
STEP_MS: Final = 11 * 60_000
"""How far the clock is run forward at once: past the time after which a call is asked about."""

GOING: Final = ("running", "unclear", "stopping")
PATIENCE_SECONDS: Final = 120


class LocalWay:
    """The engine's own door, where a call has a key."""

    name: Final = "local"

    def __init__(self, site: Site, seconds: float) -> None:
        self.site = site
        self._gateway = LocalGateway(site.process.endpoint, seconds)
        self.worker = Worker(site.ledger, self._gateway)

    def confirm(self, uuid: str, count: int, chunk: int, poor: int = 0) -> int:
        """Confirm a campaign; `poor` of its recipients lack a value of the card."""
        return self.site.confirm(uuid, count, chunk, poor=poor)

    def accepted(self, campaign: int, uuid: str) -> Counter[str]:
        del campaign
        return Counter(one["recipient"] for one in acceptances(self.site.workspace.engine, uuid))

    def forward(self) -> None:
        self.site.doors.forward(STEP_MS)

    def close(self) -> None:
        self._gateway.close()


class CloudWay:
    """The cloud's API through the official SDK, unchanged: a call has a unique name and no key."""

    name: Final = "cloud"

    def __init__(self, site: Site, seconds: float) -> None:
        self.site = site
        self.clock = MovedClock(site.doors.status().offset_ms)
        waiting = WaitingTasks(site.database, CloudGateway.name, self.clock.now_ms, look_seconds=0)
        self._gateway = _Counted(
            CloudClient(CloudAccess(AK, SK, site.process.endpoint().url), seconds),
            waiting,
            self.clock.now_ms,
            members=waiting.members,
        )
        self._gateway.looked = []
        self.worker = Worker(site.ledger, self._gateway, clock=self.clock)

    def looked(self, campaign: int) -> int:
        """Count what was asked about this campaign's calls: another's that nobody ever answers is asked about meanwhile."""
        keys = self._keys(campaign)
        return sum(key in keys for key in self._gateway.looked)

    def _keys(self, campaign: int) -> frozenset[str]:
        with self.site.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT key FROM chunk WHERE campaign_id = ?", (campaign,))
            return frozenset(key for (key,) in rows)

    def confirm(self, uuid: str, count: int, chunk: int, poor: int = 0) -> int:
        """Confirm a campaign; `poor` of its recipients lack a value of the card."""
        name, klass = CloudGateway.name, CloudGateway.klass.value
        return self.site.confirm(uuid, count, chunk, poor=poor, gateway=name, gateway_class=klass)

    def accepted(self, campaign: int, uuid: str) -> Counter[str]:
        del uuid  # a chunk is a task of its own there
        tasks = {f"cloud:{task_name(key)}" for key in self._keys(campaign)}
        logged = acceptances(self.site.workspace.engine)
        return Counter(one["recipient"] for one in logged if one["campaign"] in tasks)

    def forward(self) -> None:
        self.site.doors.forward(STEP_MS)
        self.clock.ahead_ms += STEP_MS

    def close(self) -> None:
        self._gateway.close()


class PlainCloudWay(CloudWay):
    """Plain SMS at the cloud's API: nothing lists them."""

    def confirm(self, uuid: str, count: int, chunk: int, poor: int = 0) -> int:
        """Confirm a campaign of plain SMS; `poor` of its recipients lack a value of the text."""
        klass = self._gateway.promise("plain").klass.value
        return self.site.confirm_plain(
            uuid, count, chunk, poor=poor, gateway=CloudGateway.name, gateway_class=klass
        )


class MovedClock:
    """The machine's clock, with both its readings moved as far as the engine's: what has to be a minute apart is."""

    def __init__(self, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms
        self._real = SystemClock()

    def now_ms(self) -> int:
        return self._real.now_ms() + self.ahead_ms

    def steady_ms(self) -> int:
        return self._real.steady_ms() + self.ahead_ms


class _Counted(CloudGateway):
    looked: list[str]

    def look_up(self, key: str) -> LookUp:
        try:
            return super().look_up(key)
        finally:
            self.looked.append(key)


def know_the_desk(site: Site) -> None:
    """Hand the engine the desk's access key, as often as it likes to ask."""
    door = EngineCloud(site.process.endpoint)
    actions = tuple(sorted({one.action for one in cloud_spec().operations}))
    door.change(requests_per_second=100_000)
    door.put_keys([CloudKey(AK, "desk", actions, SK)])
    door.close()


@contextmanager
def working(worker: Worker) -> Iterator[threading.Event]:
    """Have a worker at work meanwhile; what is yielded is a wait that ends with it."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()


def settle(way: LocalWay | CloudWay, campaign: int, looks: int = 0) -> None:
    """Work, and run the clocks forward whenever nothing is on its way, until the campaign waits for nobody but a person. Where nobody
    ever says what became of a call, until it was asked `looks` times."""
    ledger = way.site.ledger
    end = time.monotonic() + PATIENCE_SECONDS
    with working(way.worker) as stop:
        while (state := ledger.campaign(campaign).state) in (*GOING, "scheduled"):
            if looks and isinstance(way, CloudWay) and way.looked(campaign) >= looks:
                return
            buckets = ledger.buckets(campaign)
            assert time.monotonic() < end, (state, buckets)
            if state != "scheduled" and not buckets.in_flight:
                way.forward()
            stop.wait(0.02)
