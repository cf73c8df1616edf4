# SPDX-License-Identifier: Apache-2.0
"""Plain SMS at the cloud's API, where nothing lists them, while the engine fails on purpose: nobody is accepted twice by the engine's own
log, what was not certainly turned away is never sent again, and what nobody answered stays unknown until a person decides.

Some in the suite, all of them with PROOF_FAULTS=all (`python scripts/fault_table.py`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.domain.fault_script import FaultScript, read_fault_script
from koodesk.domain.unknown_call import Decision, decision_digest
from tests.crash.fault_cases import CHUNK, COUNT, LITTLE, LONG, rule
from tests.crash.fault_ways import PATIENCE_SECONDS, PlainCloudWay, know_the_desk, working
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]

ALL = os.environ.get("PROOF_FAULTS") == "all"
SENT, OPEN, GONE, SOME = "everybody", "nobody knows", "refused", "some"


@dataclass(frozen=True)
class Case:
    """What the engine does to every call, and what becomes of the recipients. `done`: whether the engine took them all the same;
    `refused` how many it refuses alone, 0 for some."""

    name: str
    rules: tuple[str, ...]
    ends: str
    done: bool = True
    poor: int = 0
    always: bool = False
    refused: int = 0

    @property
    def patience(self) -> float:
        """How long the desk waits for an answer."""
        return LITTLE if "hang" in self.rules[0] or '"slow"' in self.rules[0] else LONG


def every(
    name: str, does: str, ends: str, *, done: bool = True, always: bool = False, **keys: object
) -> Case:
    """A fault of every call."""
    return Case(name, (rule("send", does, **keys),), ends, done, always=always)


CASES = (
    Case("no fault", ("",), SENT),
    every("turned away too many times asked", "status", SENT, status=429, attempts=2),
    every("turned away busy", "status", OPEN, done=False, status=503),
    every("a gateway fails before", "status", OPEN, done=False, status=502),
    every("an error before", "status", OPEN, done=False, status=500),
    every("the connection breaks before", "reset", OPEN, done=False),
    every("no answer before", "hang", OPEN, done=False, wait="700ms"),
    every("the connection breaks after", "reset_after", OPEN, always=True),
    every("a gateway fails after", "status_after", OPEN, status=502),
    every("no answer after", "hang_after", OPEN, wait="700ms"),
    every("half of an answer", "cut", OPEN),
    every("an answer that is no JSON", "garbled", OPEN),
    every("an answer about nobody", "empty", OPEN),
    every("an answer that leaves some out", "leave_out", SOME, part=0.5, always=True),
    every("an answer about somebody else too", "foreign", SENT),
    every("an answer that says everything twice", "twice", SENT),
    every("an answer in another order", "shuffled", SENT),
    every("some refused", "refuse_some", SOME, part=0.5, code="E200028"),
    Case("some refused, and the answer is lost", (rule("send", "reset_after"),), OPEN, poor=3),
    Case("values that are missing", ("",), SOME, poor=4, refused=4),
    every("refused as a whole", "refuse", GONE, done=False, code="E200015"),
)
PLAYED = [case for case in CASES if ALL or case.always]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all cases; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("plain"))
    know_the_desk(made)
    yield made
    made.close()


@pytest.mark.parametrize("case", PLAYED, ids=lambda case: f"plain: {case.name}")
def test_a_behaviour_ends_in_its_buckets(site: Site, case: Case) -> None:
    way = PlainCloudWay(site, case.patience)
    campaign = way.confirm(f"plain: {case.name}", COUNT, CHUNK, poor=case.poor)
    site.doors.put_faults(read_fault_script("\n".join(("seed = 7", *case.rules))))
    try:
        settle(way, campaign)
        counts = way.accepted(campaign, "")
        buckets = site.ledger.buckets(campaign)
        assert buckets == site.ledger.recount(campaign)
        assert max(counts.values(), default=1) == 1, "twice"
        assert way.looked(campaign) == 0, "there is nothing to ask"
        found = buckets.accepted, buckets.refused, buckets.unknown
        if case.ends == SENT:
            assert found == (COUNT, 0, 0)
        elif case.ends == GONE:
            assert found == (0, COUNT, 0)
        elif case.ends == OPEN:
            assert found == (0, 0, COUNT)
        else:
            assert 0 < buckets.accepted < COUNT
            assert buckets.accepted + buckets.refused + buckets.unknown == COUNT
            assert case.refused in (0, buckets.refused)
        assert buckets.accepted <= len(counts), "accepted by nobody's word"
        assert (len(counts) > 0) is case.done
        state = site.ledger.campaign(campaign).state
        assert state == ("unclear" if buckets.unknown else "finished")
        if buckets.unknown:
            decide(site, campaign, way.clock.now_ms())
            settle(way, campaign)
            assert site.ledger.campaign(campaign).state == "finished"
            assert way.accepted(campaign, "") == counts, "a person's word sends nothing"
    finally:
        site.doors.put_faults(FaultScript())
        way.close()


def settle(way: PlainCloudWay, campaign: int) -> None:
    """Work, and run the clocks forward whenever nothing is on its way, until the campaign is over or waits for a person."""
    ledger, end = way.site.ledger, time.monotonic() + PATIENCE_SECONDS
    with working(way.worker) as stop:
        while (state := ledger.campaign(campaign).state) in ("scheduled", "running"):
            buckets = ledger.buckets(campaign)
            assert time.monotonic() < end, (state, buckets)
            if state != "scheduled" and not buckets.in_flight:
                way.forward()
            stop.wait(0.02)
        way.forward()  # past every time after which another kind would be asked about
        stop.wait(0.1)


def decide(site: Site, campaign: int, at_ms: int) -> None:
    """Count what nobody knows as not sent, as a person does."""
    unknown = SqlUnknown(site.database)
    uuid, klass = unknown.about(campaign)
    assert klass == "blind"
    digest = decision_digest(uuid, Decision.NOT_SENT, "seen in the console", unknown.facts(campaign, ()))
    unknown.decide(campaign, Decision.NOT_SENT, (), "seen in the console", digest, at_ms, "test")
