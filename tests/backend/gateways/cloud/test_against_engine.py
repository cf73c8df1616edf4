# SPDX-License-Identifier: Apache-2.0
"""The cloud gateway against the engine's own cloud API: what leaves is accepted, found again, and reported, and the
engine's append-only log is the judge. The real platform is the same code with another address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.gateways.cloud.door import SdkDoor
from koodesk.backend.gateways.cloud.gateway import SUPPORTED, CloudGateway
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.gateway import Answered, Batch, Found, NotFound, NotSent, RefusedWhole, Unknown
from koodesk.engine import control
from koodesk.engine.acceptance_log import acceptances
from tests.engine.client import CONTENT, SIGN, Client
from tests.engine.cloud.cases_sending import FIRST, SMS_TEMPLATE
from tests.engine.cloud.world import AK, READER_AK, READER_SK, SK, World, cleared
from tests.engine.video import CMCC

pytestmark = pytest.mark.slow

HOUR_MS = 3_600_000


class Sender:
    """A gateway on an engine, which follows the engine's clock, and the tasks it waits for."""

    def __init__(self, world: World, ak: str = AK, sk: str = SK, seconds: float = 30) -> None:
        self.world = world
        self.access = CloudAccess(ak, sk, world.client.url)
        self.tasks: dict[str, int] = {}
        self.gateway = CloudGateway(
            CloudClient(self.access, seconds), lambda: tuple(self.tasks.items()), self.now_ms
        )

    def now_ms(self) -> int:
        return int(self.world.client.call("GET", "/status")["now_ms"])

    def batch(self, key: str, numbers: range, **changed: object) -> Batch:
        """Return a batch as the ledger writes it."""
        told = {
            "campaign": "c",
            "task_name": "新春",
            "template": self.world.tpl_id,
            "sms_template": SMS_TEMPLATE,
            "sms_sign": SIGN,
            "sms_text": CONTENT,
            "validity_days": 7,
            "fallback": "sms",
            "recipients": [[n, {"name": "客户"}, 1, {"1": "张三"}] for n in numbers],
            **changed,
        }
        return Batch.of(key, json.dumps(told).encode(), tuple(numbers))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with everything cleared, in the hours of promotion."""
    folder: Path = tmp_path_factory.mktemp("cloud") / "engine"
    made = cleared(folder)
    yield made
    Client.close_all()
    control.stop(folder)


@pytest.fixture
def sender(world: World) -> Sender:
    world.client.call("PUT", "/faults", {})
    return Sender(world)


def accepted(world: World) -> int:
    """Count what the engine's own log says was accepted."""
    return sum(1 for _ in acceptances(world.folder))


def test_a_call_is_accepted_and_found_again_by_its_name(sender: Sender) -> None:
    before = accepted(sender.world)
    numbers = range(FIRST, FIRST + 100)
    outcome = sender.gateway.send(sender.batch("k-1", numbers))
    assert isinstance(outcome, Answered)
    assert [one.number for one in outcome.results if one.accepted] == [*numbers]
    assert accepted(sender.world) == before + 100
    found = sender.gateway.look_up("k-1")
    assert isinstance(found, Found)
    assert sorted(found.results) == sorted(outcome.results)
    assert sender.gateway.look_up("k-2") == NotFound()


def test_an_answer_that_never_came_is_unknown_and_then_found(sender: Sender) -> None:
    world = sender.world
    world.client.call("PUT", "/faults", {"seed": 1, "fault": [{"on": "send", "does": "reset_after"}]})
    before = accepted(world)
    batch = sender.batch("lost", range(FIRST + 1_000, FIRST + 1_010))
    assert sender.gateway.send(batch) == Unknown("connection_broke")
    world.client.call("PUT", "/faults", {})
    assert accepted(world) == before + 10
    found = sender.gateway.look_up("lost")
    assert isinstance(found, Found)
    assert sorted(one.number for one in found.results if one.accepted) == [*batch.numbers]


def test_a_repeat_would_be_a_second_task(sender: Sender) -> None:
    """The platform has no key: this is why the class is `listable`, and why nothing unclear is sent again by itself."""
    before = accepted(sender.world)
    batch = sender.batch("twice", range(FIRST + 2_000, FIRST + 2_002))
    for _ in range(2):
        assert isinstance(sender.gateway.send(batch), Answered)
    assert accepted(sender.world) == before + 4
    assert not isinstance(sender.gateway.look_up("twice"), Found)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"template": "999999999"}, RefusedWhole),
        ({"sms_template": "no such"}, NotSent),
        ({"validity_days": 8}, RefusedWhole),
    ],
)
def test_what_the_platform_refuses_was_not_accepted(
    sender: Sender, changed: dict[str, object], outcome: type
) -> None:
    before = accepted(sender.world)
    told = sender.gateway.send(sender.batch("bad", range(FIRST + 3_000, FIRST + 3_002), **changed))
    assert isinstance(told, outcome), told
    assert accepted(sender.world) == before


@pytest.mark.parametrize(("ak", "sk"), [(AK, "wrong" * 8), ("NOSUCHKEY", SK), (READER_AK, READER_SK)])
def test_a_key_that_may_not_has_sent_nothing(world: World, ak: str, sk: str) -> None:
    sender = Sender(world, ak, sk)
    before = accepted(world)
    assert isinstance(sender.gateway.send(sender.batch("no", range(FIRST, FIRST + 2))), NotSent)
    assert accepted(world) == before


def test_status_reports_come_by_asking_and_once(sender: Sender) -> None:
    world = sender.world
    numbers = range(FIRST + 4_000, FIRST + 4_050)
    outcome = sender.gateway.send(sender.batch("told", numbers))
    assert isinstance(outcome, Answered)
    task = outcome.results[0].message_id.partition(":")[0]
    sender.tasks[task] = sender.now_ms()
    world.client.call("POST", "/clock", {"forward_ms": 24 * HOUR_MS})
    items = sender.gateway.receipts(0, 1_000).items
    by_kind = {kind: [one for one in items if one.kind == kind] for kind in ("sms", "shortchain")}
    assert sorted(one.message_id for one in by_kind["sms"]) == sorted(
        one.message_id for one in outcome.results
    )
    assert {one.message_id for one in by_kind["shortchain"]} <= {
        one.message_id for one in by_kind["sms"] if one.status == "0"
    }
    assert len(by_kind["shortchain"]) > 10
    world.client.call("POST", "/clock", {"forward_ms": 2 * HOUR_MS})
    again = sender.gateway.receipts(0, 1_000).items
    assert {one.id for one in items} <= {one.id for one in again}


@pytest.mark.parametrize("lost", [False, True])
def test_a_video_sms_is_accepted_once_and_found_by_its_name(sender: Sender, lost: bool) -> None:
    world = sender.world
    before, key = accepted(world), f"video-{lost}"
    numbers = range(CMCC + 100, CMCC + 120)
    values = [[n, {"p_1": "北辰", "p_2": "本周"}] for n in numbers]
    batch = sender.batch(
        key, numbers, kind="video", template=world.video_id, expiration_hours=72, recipients=values
    )
    if lost:
        world.client.call("PUT", "/faults", {"seed": 1, "fault": [{"on": "send", "does": "reset_after"}]})
    outcome = sender.gateway.send(batch)
    world.client.call("PUT", "/faults", {})
    assert accepted(world) == before + 20
    found = sender.gateway.look_up(key)
    assert isinstance(found, Found)
    assert [one.number for one in found.of(batch.numbers)] == [*numbers]
    if lost:
        assert outcome == Unknown("connection_broke")
    else:
        assert isinstance(outcome, Answered)
        assert outcome.results == found.of(batch.numbers)


def test_which_phones_show_the_card(sender: Sender) -> None:
    numbers = [*range(FIRST, FIRST + 250)]
    found = sender.gateway.capability(numbers, sender.world.tpl_id)
    assert set(found) == set(numbers)
    assert set(found.values()) == {SUPPORTED, ""}


def test_the_door_counts_ones_own_templates(sender: Sender) -> None:
    assert SdkDoor().check(sender.access).templates >= 1
