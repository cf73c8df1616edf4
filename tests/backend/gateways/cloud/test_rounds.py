# SPDX-License-Identifier: Apache-2.0
"""What became of records that wait: one that cannot be asked about keeps nobody else's word back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.client import Told
from koodesk.backend.gateways.cloud.reviews import CloudReviews
from koodesk.backend.gateways.engine_http import MayHaveSent, NothingSent
from koodesk.backend.ports.cloud_records import CloudMade, CloudWord, Stage
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind
from tests.backend.gateways.cloud.clearing_world import Console
from tests.databases import open_database

NOW_MS = 1_795_900_000_000
KIND = ReviewKind.SMS_SIGNATURE


class Lists:
    """Says "approved" of each record but those it fails at; makes nothing."""

    def __init__(self, failing: Mapping[str, Exception]) -> None:
        self.failing = failing
        self.looked: list[str] = []

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord:
        self.looked.append(cloud_id)
        if cloud_id in self.failing:
            raise self.failing[cloud_id]
        return CloudWord("approved", decided_ms=now_ms)

    def content(self, item: ReviewItem, name: str) -> dict[str, str]:
        raise NotImplementedError

    def name(self, item: ReviewItem) -> str:
        raise NotImplementedError

    def find(self, content: Mapping[str, object], cloud_id: str, lost: bool) -> str:
        raise NotImplementedError

    def make(self, content: Mapping[str, object]) -> str:
        raise NotImplementedError


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlCloudRecords]:
    """Five records that wait, a to e."""
    database = open_database(tmp_path)
    database.prepare()
    made = SqlCloudRecords(database)
    for name in "abcde":
        made.begin(CloudMade(KIND.value, name, "d", name, Stage.MADE, NOW_MS, cloud_id=name))
    yield made
    database.close()


@pytest.mark.parametrize(
    ("failing", "told", "failed"),
    [
        ({"b": Told(403, "KM.403", "not yours")}, "acde", ""),
        ({"a": Told(500, "", "")}, "bcde", ""),
        ({"c": MayHaveSent("timeout")}, "abde", ""),
        ({"d": KeyError("state")}, "abce", ""),
        ({"e": Told(404, "KM.404", "gone")}, "abcd", ""),
        ({one: Told(500, "", "") for one in "abcd"}, "", "gateway.unreachable"),
        ({one: Refused(problem("cloud.no_key", "ak")) for one in "abcde"}, "", "cloud.no_key"),
        ({one: NothingSent("connection_refused") for one in "abcde"}, "", "gateway.unreachable"),
    ],
)
def test_one_record_that_cannot_be_asked_about_silences_no_other(
    records: SqlCloudRecords, failing: dict[str, Exception], told: str, failed: str
) -> None:
    reviews = CloudReviews({KIND: Lists(failing)}, records, lambda: NOW_MS, Console())
    if failed:
        with pytest.raises(Refused, match=failed):
            reviews.states(0)
    else:
        page = reviews.states(0)
        assert "".join(sorted(one.ref for one in page.items)) == told


def test_the_next_round_begins_behind_those_that_failed(records: SqlCloudRecords) -> None:
    lists = Lists({one: Told(500, "", "") for one in "abcd"})
    reviews = CloudReviews({KIND: lists}, records, lambda: NOW_MS, Console())
    with pytest.raises(Refused):
        reviews.states(0)
    assert [one.ref for one in reviews.states(0).items] == ["e"]
    assert sorted(lists.looked) == list("abcde")
