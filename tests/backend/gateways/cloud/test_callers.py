# SPDX-License-Identifier: Apache-2.0
"""Whose key a call was made with: another account's list does not say that it never arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.cloud_records import CloudMade, Stage
from koodesk.backend.ports.gateway import NotFound, NotSent, Unclear
from koodesk.backend.ports.sending import Job
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.cloud_accounts import SqlCloudAccounts
from koodesk.backend.storage.stores.cloud_callers import CLOSE_MS, CloudCallers
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


def claims(desk: Workshop, at_ms: int = 0) -> Job:
    """Claim a chunk, now unless an instant is said; nobody hears of its call."""
    now = at_ms or SystemClock().now_ms()
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
    # So soon after the change nobody can be sure whose that was: the clocks of two machines are not the same.
    assert theirs.look_up(second.batch.key) == Unclear("other_caller")
    third = claims(desk, SystemClock().now_ms() + 2 * CLOSE_MS)
    assert theirs.look_up(third.batch.key) == NotFound(), "that one was made with this key"


USED = (
    ("B0", True),  # nobody else's was ever used
    ("A0 B1000", True),
    ("A0 B1900", False),  # too close before the call
    ("B0 A2100", False),  # too close after it: A looks whose key is the last one only every few seconds
    ("B0 A2200", True),
    ("A0 B1000 A1990 B2000", False),  # both are at work: either may have made it
    ("A0 B1000 A1500 B1600", True),
    ("A0", False),
)
"""Callers with the second of their row, and whether a call of the second 2,000 was surely B's."""


def test_a_call_is_surely_a_callers_where_nobody_elses_key_was_in_use_around_it(desk: Workshop) -> None:
    callers = CloudCallers(desk.database)
    job = claims(desk, 2_000_000)
    found = []
    for used, _ in USED:
        with desk.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM cloud_caller")
        for one in used.split():
            callers.used(one[0], int(one[1:]) * 1_000)
        found.append((used, callers.made(job.batch.key, "B")))
    assert tuple(found) == USED


def test_of_two_workers_with_two_keys_neither_settles_the_others_call(
    desk: Workshop, cloud: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = asks(desk, "OURS", cloud.url), asks(desk, "THEIRS", cloud.url)
    for one in (ours, theirs):
        one.look_up("k")  # both are at work
    monkeypatch.setattr("koodesk.backend.gateways.cloud.keyed.LOOK_SECONDS", -1.0)
    for one in (ours, theirs):
        one.look_up("k")  # each sees after a few seconds that the last key is not its own
    job = claims(desk)
    ours.look_up("k")  # the call is ours
    assert theirs.look_up(job.batch.key) == Unclear("other_caller")


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


def test_keys_that_a_person_said_are_of_one_account_see_each_other_s_calls(
    desk: Workshop, cloud: Platform
) -> None:
    job = claims(desk)
    asks(desk, "OURS", cloud.url).look_up("k")
    theirs = asks(desk, "THEIRS", cloud.url)
    assert theirs.look_up(job.batch.key) == Unclear("other_caller")
    ours, other = (CloudAccess(ak, "", cloud.url).caller() for ak in ("OURS", "THEIRS"))
    SqlCloudAccounts(desk.database).unite(other, ours, "Li", 1)
    assert theirs.look_up(job.batch.key) == NotFound()


def test_nothing_leaves_with_a_template_of_another_account(desk: Workshop, cloud: Platform) -> None:
    job = claims(desk)
    tpl_id = str(json.loads(job.batch.payload)["template"])
    ours = CloudAccess("OURS", "", cloud.url).caller()
    SqlCloudRecords(desk.database, lambda: ours).tell(
        CloudMade("card", "1", "d", "新春", Stage.MADE, 1, cloud_id=tpl_id)
    )
    outcome = asks(desk, "THEIRS", cloud.url).send(job.batch)
    assert isinstance(outcome, NotSent)
    assert outcome.code == "cloud.other_account"
    assert cloud.asked == []
