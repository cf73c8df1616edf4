# SPDX-License-Identifier: Apache-2.0
"""The named crash points: the quick ones at their first pass here, all of them at the first, the middle and the last pass, on a
file and on PostgreSQL, by `python scripts/crash_points.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.crash_stories import STORIES, play_at
from tests.crash.kill_site import Site
from tests.crash.points import POINTS, Point, points_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all stories; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


def test_there_are_thirty_and_each_has_its_story() -> None:
    assert [point.id for point in POINTS] == [f"C{number:02}" for number in range(1, 31)]
    of_a_team = points_of(shared=True)
    assert {point.story for point in (*POINTS, *of_a_team)} == {*STORIES, ""}
    assert [point.id for point in of_a_team if not point.story] == ["C28", "C29"]
    assert {point.when for point in POINTS} == {"before", "after"}


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.parametrize("point", [point for point in POINTS if point.quick], ids=lambda point: point.id)
def test_a_process_killed_at_its_first_pass(site: Site, tmp_path: Path, point: Point) -> None:
    assert play_at(site, tmp_path, point, 1).killed, "the story does not pass the point"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same with a database of PostgreSQL."""
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    with postgres.running() as server:
        made = Site(tmp_path_factory.mktemp("team"), server.create("team"), server.create)
        yield made
        made.close()


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.parametrize(
    "point",
    [point for point in points_of(shared=True) if point.id in ("C05", "C27")],
    ids=lambda point: point.id,
)
def test_a_teams_process_killed_at_its_first_pass(team: Site, tmp_path: Path, point: Point) -> None:
    assert play_at(team, tmp_path, point, 1).killed, "the story does not pass the point"
