# SPDX-License-Identifier: Apache-2.0
"""Fault scripts strike the cloud's API, seen by the desk's gateway to the real platform: what broke before its work left no task,
what broke after it is found again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.gateway import Answered, Batch, Found, NotFound, RefusedWhole, Unknown
from tests.engine import client as desk
from tests.engine.cloud.world import AK, SK, World

FIRST = 13_800_000_000


class Desk:
    """The gateway and what waits for it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waiting: list[tuple[str, int]] = []
        client = CloudClient(CloudAccess(AK, SK, world.client.url), seconds=5)
        self.gateway = CloudGateway(client, lambda: self.waiting, self.now_ms)

    def now_ms(self) -> int:
        """The engine's clock."""
        return int(self.world.client.call("GET", "/status")["now_ms"])

    def batch(self, key: str, count: int = 5, **changes: Any) -> Batch:
        """A chunk of a smart campaign."""
        told = {**desk.batch(self.world.tpl_id, FIRST, count), **changes}
        return Batch.of(key, orjson.dumps(told), tuple(FIRST + i for i in range(count)))

    def faults(self, **fault: Any) -> None:
        """Let every call of a kind fail in one way; nothing ends it."""
        script = {"seed": 7, "fault": [{"share": 1.0, **fault}]} if fault else {}
        self.world.client.call("PUT", "/faults", script)


@pytest.fixture
def office(world: World) -> Iterator[Desk]:
    """A desk whose engine behaves again afterwards."""
    made = Desk(world)
    yield made
    made.faults()
    made.gateway.close()


@pytest.mark.parametrize("does", ["reset_after", "cut", "garbled", "status_after", "empty"])
def test_an_answer_that_is_lost_is_unknown_and_the_task_is_found(office: Desk, does: str) -> None:
    office.faults(on="send", does=does, **({"status": 502} if does == "status_after" else {}))
    assert isinstance(office.gateway.send(office.batch(f"lost-{does}")), Unknown)
    office.faults()
    found = office.gateway.look_up(f"lost-{does}")
    assert isinstance(found, Found)
    assert [one.number for one in found.results] == [FIRST + i for i in range(5)]


@pytest.mark.parametrize("does", ["reset", "status"])
def test_a_call_that_broke_before_its_work_leaves_no_task(office: Desk, does: str) -> None:
    office.faults(on="send", does=does, **({"status": 500} if does == "status" else {}))
    assert isinstance(office.gateway.send(office.batch(f"before-{does}")), Unknown)
    office.faults()
    assert office.gateway.look_up(f"before-{does}") == NotFound()


def test_a_list_that_lags_behind_does_not_name_a_task_that_is_there(office: Desk) -> None:
    office.gateway.send(office.batch("lag"))
    office.faults(on="look_up", does="unknown_key")
    assert office.gateway.look_up("lag") == NotFound()
    office.faults()
    assert isinstance(office.gateway.look_up("lag"), Found)


def test_recipients_that_a_fault_refuses_are_refused_alone(office: Desk) -> None:
    office.faults(on="send", does="refuse_some", part=0.5, code="KD.FAULT")
    sent = office.gateway.send(office.batch("some", 40))
    assert isinstance(sent, Answered)
    refused = [one for one in sent.results if not one.accepted]
    assert 0 < len(refused) < 40
    assert {one.code for one in refused} == {"KD.FAULT"}
    found = office.gateway.look_up("some")
    assert isinstance(found, Found)
    assert set(found.results) == set(sent.results)


def test_what_is_refused_as_a_whole_says_why(office: Desk) -> None:
    assert office.gateway.send(office.batch("whole", template="123456789")) == RefusedWhole(
        "KD.TEMPLATE_UNKNOWN"
    )
