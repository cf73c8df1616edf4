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
from koodesk.domain.campaign import chunk_key
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

    def batch(self, key: str, count: int = 5, first: int = FIRST, **changes: Any) -> Batch:
        """A chunk of a smart campaign."""
        told = {**desk.batch(self.world.tpl_id, first, count), **changes}
        return Batch.of(key, orjson.dumps(told), tuple(first + i for i in range(count)))

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


def test_a_script_played_again_strikes_the_same_turns_whoever_sends(office: Desk) -> None:
    # The name of a task is a digest of its key, and the key begins with the campaign's own uuid.
    struck, found = [], []
    for uuid in ("a" * 32, "b" * 32):
        office.faults(on="send", does="reset", share=0.5)
        keys = [chunk_key(uuid, number) for number in range(8)]
        batches = [office.batch(key, 2, first=FIRST + 10 * place) for place, key in enumerate(keys)]
        sent = [office.gateway.send(one) for one in batches]
        struck.append([place for place, one in enumerate(sent) if isinstance(one, Unknown)])
        office.faults(on="look_up", does="unknown_key", share=0.5)
        found.append(
            [place for place, key in enumerate(keys) if isinstance(office.gateway.look_up(key), Found)]
        )
    assert struck[0] == struck[1]
    assert 0 < len(struck[0]) < 8
    assert found[0] == found[1]
    # What is asked about a call is named as the call is: the same share of them.
    assert found[0] == [place for place in range(8) if place not in struck[0]]


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
