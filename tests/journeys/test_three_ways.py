# SPDX-License-Identifier: Apache-2.0
"""The same journey on SQLite, on PostgreSQL and through the official SDK ends with the same facts. The large form is
`benchmarks/three_ways.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.journeys.three_ways import Facts, Way, travel

pytestmark = pytest.mark.slow

ROWS = 200


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The journey on SQLite."""
    folder = tmp_path_factory.mktemp("sqlite")
    way = Way(folder, "", cloud=False)
    try:
        return travel(way, ROWS, folder)
    finally:
        way.end()


@pytest.fixture
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    if request.param == "cloud":
        made = Way(tmp_path, "", cloud=True)
        yield made
        made.end()
        return
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    with postgres.running() as server:
        made = Way(tmp_path, server.create("journey"), cloud=False)
        yield made
        made.end()


def test_on_sqlite_everybody_is_accepted_once_and_told_of(reference: Facts) -> None:
    assert reference.imported["valid"] == ROWS
    assert (reference.imported["duplicate"], reference.imported["invalid"]) == (ROWS // 100, 2)
    assert reference.plain["accepted"] == reference.plain_accepted == ROWS
    assert 0 < reference.imported["resolvable"] < ROWS
    assert reference.buckets["accepted"] == reference.accepted == reference.recipients == ROWS
    assert reference.funnel["delivered"] == reference.report["success"] == ROWS
    assert reference.funnel["resolved"] == reference.report["resolved"] == reference.imported["resolvable"]
    assert reference.certificate == {"sent_once": ROWS, "not_sent": ROWS // 100 + 2, "unknown": 0}


@pytest.mark.parametrize("way", ["postgres", "cloud"], indirect=True)
def test_by_another_way_the_facts_are_the_same(way: Way, reference: Facts, tmp_path: Path) -> None:
    assert travel(way, ROWS, tmp_path) == reference
