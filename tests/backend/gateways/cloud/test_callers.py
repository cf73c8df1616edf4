# SPDX-License-Identifier: Apache-2.0
"""Whose key a call was made with: another account's list does not say that it never arrived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.gateway import NotFound, Unclear
from koodesk.backend.ports.sending import Job
from koodesk.backend.storage.stores.cloud_callers import CloudCallers
from koodesk.domain.send_state import CampaignMove
from koodesk.worker import cloud_gateway
from tests.backend.gateways.cloud.platform import Platform, platform
from tests.backend.sending.workshop import Workshop, open_workshop

pytestmark = pytest.mark.both_databases

SIZE = 10


@pytest.fixture
def cloud() -> Iterator[Platform]:
    """A platform that lists no task."""
    with platform() as told:
        told.tells("/v1/aim/send-tasks", {"aim_send_tasks": []})
        told.tells("/v1/aim-basic/send-tasks", {"data": {"aim_basic_send_tasks": []}})
        yield told


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workshop]:
    opened = open_workshop(tmp_path)
    campaign = opened.confirm(3 * SIZE, chunk_size=SIZE, gateway="cloud", gateway_class="listable")
    opened.ledger.move(campaign, CampaignMove.START, SystemClock().now_ms())
    yield opened
    opened.database.close()


def claims(desk: Workshop) -> Job:
    """Claim a chunk, whose call nobody hears of."""
    now = SystemClock().now_ms()
    (job,) = desk.ledger.jobs(1, "planned", 1, now)
    desk.ledger.turn((), [job], now, "me")
    return job


def asks(desk: Workshop, ak: str, url: str) -> CloudGateway:
    """Return the gateway of a worker that was started with an access key."""
    return cloud_gateway(desk.database, lambda: CloudAccess(ak, "SK", url))


def test_what_one_account_does_not_list_another_may_have_taken(desk: Workshop, cloud: Platform) -> None:
    first = claims(desk)
    assert asks(desk, "OURS", cloud.url).look_up(first.batch.key) == NotFound()
    theirs = asks(desk, "THEIRS", cloud.url)
    assert theirs.look_up(first.batch.key) == Unclear("other_caller")
    second = claims(desk)
    assert theirs.look_up(second.batch.key) == NotFound(), "that one was made with this key"
    again = asks(desk, "OURS", cloud.url)
    assert again.look_up(second.batch.key) == Unclear("other_caller")


def test_a_caller_is_written_down_once_and_no_key_is(desk: Workshop, cloud: Platform) -> None:
    for _ in range(2):
        asks(desk, "OURS", cloud.url).look_up("k")
    with desk.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT caller FROM cloud_caller").scalars().all()
    assert rows == [CloudAccess("OURS", "", cloud.url).caller()]
    assert "OURS" not in rows[0]


def test_a_key_that_cannot_be_written_down_makes_no_call(desk: Workshop, cloud: Platform) -> None:
    with desk.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE cloud_caller")
    callers = CloudCallers(desk.database)
    with pytest.raises(Exception, match="cloud_caller"):
        callers.used("x", 1)
    with pytest.raises(Exception, match="cloud_caller"):
        asks(desk, "OURS", cloud.url).look_up("k")
    assert cloud.asked == []
