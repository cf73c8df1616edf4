# SPDX-License-Identifier: Apache-2.0
"""Forty and more ways for the engine to fail, each with the buckets a campaign must end in, judged by the engine's own
append-only log: whatever the wire did, nobody is accepted twice, and the ledger says what the log says.

By the engine's own door, where a call has a key, and through the official SDK at the cloud's API, where it has none: there ten of them
in the suite, and all by `python scripts/fault_table.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from koodesk.domain.fault_script import FaultScript, read_fault_script
from koodesk.domain.send_state import CampaignMove
from tests.crash.fault_cases import CASES, CHUNK, COUNT, IN_THE_SUITE, LONG, Case, rule
from tests.crash.fault_ways import CloudWay, LocalWay, know_the_desk, settle, working
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]

AnyWay = LocalWay | CloudWay
Open = Callable[[str, float], AnyWay]
ALL = os.environ.get("PROOF_FAULTS") == "all"
LOOKS = 4
"""How often a call that nobody ever says anything of is asked about before the test believes it."""


def test_there_are_forty_and_more_by_each_way() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.rules, case.poor) for case in CASES}) == len(CASES)
    for way in ("local", "cloud"):
        assert len([case for case in CASES if case.ends(way)]) >= 40
    assert all(case.cloud or case.why for case in CASES)
    assert {case.name for case in CASES if case.cloud} > IN_THE_SUITE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all cases; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("faults"))
    know_the_desk(made)
    yield made
    made.close()


@pytest.fixture
def by(site: Site) -> Iterator[Open]:
    """Open a way to the engine, as patient as one wants; the engine behaves again afterwards."""
    opened: list[AnyWay] = []

    def way(name: str, seconds: float) -> AnyWay:
        opened.append((CloudWay if name == "cloud" else LocalWay)(site, seconds))
        return opened[-1]

    yield way
    for one in opened:
        one.close()
    site.doors.put_faults(FaultScript())


def script(*rules: str, seed: int = 7) -> FaultScript:
    """Read a script as a file of these rules."""
    return read_fault_script("\n".join((f"seed = {seed}", *rules)))


@pytest.mark.parametrize(
    ("way", "case"),
    [
        pytest.param(way, case, id=f"{way}: {case.name}")
        for way in ("local", "cloud")
        for case in CASES
        if case.ends(way) and (way == "local" or ALL or case.name in IN_THE_SUITE)
    ],
)
def test_a_behaviour_ends_in_its_buckets(site: Site, by: Open, way: str, case: Case) -> None:
    ends = case.ends(way)
    assert ends is not None
    desk, uuid = by(way, case.patience), f"{way}: {case.name}"
    campaign = desk.confirm(uuid, COUNT, case.chunk, poor=case.poor)
    site.doors.put_faults(script(*case.rules))
    if way == "cloud":
        settle(desk, campaign, LOOKS if ends.unknown else 0)
    else:
        desk.worker.run_until_idle(campaign)
        if ends.asked:
            assert site.ledger.buckets(campaign).unknown > 0, "nobody was left out"
            settle(desk, campaign)
    if isinstance(desk, CloudWay):
        assert (desk.looked(campaign) > 0) is (ends.asked or ends.unknown > 0)
    counts = desk.accepted(campaign, uuid)
    assert max(counts.values(), default=1) == 1, "twice"
    buckets = site.ledger.buckets(campaign)
    assert buckets == site.ledger.recount(campaign)
    accepted = ends.accepted if ends.accepted >= 0 else len(counts)
    refused = ends.refused if ends.refused >= 0 else COUNT - len(counts)
    assert (buckets.accepted, buckets.refused, buckets.unknown) == (accepted, refused, ends.unknown)
    if not ends.unknown:
        assert len(counts) == accepted, "lost"
    if ends.refused < 0:
        assert 0 < refused < COUNT, "the case shows nothing"
    assert site.ledger.campaign(campaign).state == ends.state


@pytest.mark.parametrize("way", ["local", "cloud"])
def test_a_list_is_not_burnt(site: Site, by: Open, way: str) -> None:
    """Calls that are refused whole one after the other pause the campaign: most of the list never leaves."""
    desk, uuid = by(way, LONG), f"{way}: burnt"
    campaign = desk.confirm(uuid, 400, CHUNK)
    site.doors.put_faults(script(rule("send", "refuse", code="E200015")))
    desk.worker.run_until_idle(campaign)
    buckets = site.ledger.buckets(campaign)
    assert (buckets.accepted, buckets.unknown, desk.accepted(campaign, uuid)) == (0, 0, {})
    assert buckets.pending >= 300
    assert site.ledger.campaign(campaign).state == "paused"


def test_what_never_answers_is_settled_after_a_stop(site: Site, by: Open) -> None:
    """Every answer is lost for ever, and so is the first look-up: a stop asks again, and finds all of them. (At the cloud nothing is
    left to stop then, and it asks anyway.)"""
    desk, uuid = by("local", LONG), "stopped"
    campaign = desk.confirm(uuid, COUNT, CHUNK)
    site.doors.put_faults(script(rule("send", "reset_after"), rule("look_up", "reset", attempts=1)))
    with working(desk.worker) as stop:
        while len(desk.accepted(campaign, uuid)) < COUNT:
            stop.wait(0.05)
    assert site.ledger.buckets(campaign).unknown == COUNT
    site.ledger.move(campaign, CampaignMove.STOP, site.doors.status().now_ms, by="test")
    settle(desk, campaign)
    assert site.ledger.buckets(campaign).accepted == COUNT
    assert max(desk.accepted(campaign, uuid).values()) == 1


def test_a_script_played_again_strikes_the_same_calls(site: Site, by: Open) -> None:
    """By the engine's own door: at the cloud a call is named by its campaign, and another campaign's are other calls."""
    found = []
    desk = by("local", LONG)
    for name in ("first", "second"):
        campaign = desk.confirm(f"again-{name}", COUNT, CHUNK)
        site.doors.put_faults(script(rule("send", "refuse_some", share=0.5, part=0.4), seed=11))
        desk.worker.run_until_idle(campaign)
        rows = list(site.ledger.full_rows(campaign, site.doors.status().now_ms))
        first = min(int(row.number) for row in rows)
        found.append([(int(row.number) - first, row.bucket) for row in rows])
    assert found[0] == found[1]
    assert {bucket for _, bucket in found[0]} == {"accepted", "refused"}


def test_a_script_outlives_the_engine(site: Site) -> None:
    given = script(rule("send", "reset_after", attempts=1))
    site.doors.put_faults(given)
    site.kill_engine()
    site.process.ensure_running()
    assert site.doors.faults().script == given
    site.doors.put_faults(FaultScript())
