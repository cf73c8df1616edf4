# SPDX-License-Identifier: Apache-2.0
"""What a call says about its chunk when the chunk has moved on meanwhile: another worker has taken it over, or nobody knows
whether the claim was committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.ports.gateway import (
    Answered,
    GatewayClass,
    GatewayClock,
    NotSent,
    NumberResult,
    Outcome,
    RefusedWhole,
    Unknown,
)
from koodesk.backend.ports.sending import Job
from koodesk.backend.sending import worker as worker_module
from koodesk.backend.sending.settling import settle_outcome
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import Workshop, open_workshop

BEGIN = 1_780_000_000_000
LATER = BEGIN + 3_600_000
SIZE = 10
YEAR_MS = 365 * 86_400_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workshop]:
    opened = open_workshop(tmp_path)
    yield opened
    opened.database.close()


def accepts(job: Job) -> Answered:
    return Answered(tuple(NumberResult(n, True, f"m{n}") for n in job.batch.numbers))


def claimed(desk: Workshop, campaign: int, state: str, owner: str) -> Job:
    """Claim the one chunk in a worker's name, as it is found in a state."""
    (job,) = desk.ledger.jobs(campaign, state, 1, LATER)
    assert desk.ledger.turn((), [job], BEGIN, owner) == {job.chunk_id}
    return job


def ends(desk: Workshop, job: Job, outcome: Outcome, owner: str) -> None:
    """Let a worker write what its call came to."""
    settlement = settle_outcome(job, outcome, GatewayClass.IDEMPOTENT, BEGIN)
    desk.ledger.turn([settlement], (), BEGIN, owner)


@pytest.fixture
def taken_over(desk: Workshop) -> tuple[int, Job, Job]:
    """A chunk that a worker has left on its way, and that another has sent again: campaign, first and second call."""
    campaign = desk.confirm(SIZE, chunk_size=SIZE)
    desk.ledger.move(campaign, CampaignMove.START, BEGIN)
    first = claimed(desk, campaign, "planned", "first")
    with desk.database.write() as connection:  # its name is no longer held
        connection.exec_driver_sql("UPDATE chunk SET owner = 'gone' WHERE state = 'in_flight'")
    assert desk.ledger.adopt_orphans("second", BEGIN) == 1
    return campaign, first, claimed(desk, campaign, "unknown", "second")


@pytest.mark.both_databases
@pytest.mark.parametrize("said", [RefusedWhole("template"), NotSent("busy"), Unknown("timeout")])
def test_what_a_call_came_to_says_nothing_of_the_one_after_it(
    desk: Workshop, taken_over: tuple[int, Job, Job], said: Outcome
) -> None:
    """The first worker was only cut off: its refusal, come late, must not close what the second has on its way."""
    campaign, first, second = taken_over
    ends(desk, first, said, "first")
    assert desk.counts(campaign) == {"in_flight": SIZE}
    ends(desk, second, accepts(second), "second")
    assert desk.counts(campaign) == {"accepted": SIZE}


@pytest.mark.both_databases
def test_an_acceptance_is_one_whoever_heard_of_it(desk: Workshop, taken_over: tuple[int, Job, Job]) -> None:
    campaign, first, second = taken_over
    ends(desk, first, accepts(first), "first")
    assert desk.counts(campaign) == {"accepted": SIZE}
    ends(desk, second, RefusedWhole("template"), "second")
    assert desk.counts(campaign) == {"accepted": SIZE}


@pytest.mark.both_databases
def test_a_refusal_stands_while_nobody_has_sent_again(desk: Workshop) -> None:
    campaign = desk.confirm(SIZE, chunk_size=SIZE)
    desk.ledger.move(campaign, CampaignMove.START, BEGIN)
    first = claimed(desk, campaign, "planned", "first")
    with desk.database.write() as connection:
        connection.exec_driver_sql("UPDATE chunk SET owner = 'gone' WHERE state = 'in_flight'")
    desk.ledger.adopt_orphans("second", BEGIN)
    ends(desk, first, RefusedWhole("template"), "first")
    assert desk.counts(campaign) == {"refused": SIZE}


@pytest.mark.both_databases
def test_who_did_not_get_a_chunk_gives_nothing_of_it_back(desk: Workshop) -> None:
    """Both chose it; one has it on its way, and the other, who does not know whether its claim was committed, says that nothing
    of its own has left."""
    campaign = desk.confirm(SIZE, chunk_size=SIZE)
    desk.ledger.move(campaign, CampaignMove.START, BEGIN)
    job = claimed(desk, campaign, "planned", "first")
    ends(desk, job, NotSent("worker.late"), "second")
    assert desk.counts(campaign) == {"in_flight": SIZE}
    ends(desk, job, NotSent("worker.late"), "first")
    assert desk.counts(campaign) == {"pending": SIZE}


@pytest.mark.both_databases
def test_a_look_up_before_a_repeat_says_nothing_of_it(
    desk: Workshop, taken_over: tuple[int, Job, Job]
) -> None:
    """Not found once, then sent again: from then on both "not found" are still to come."""
    campaign, _, second = taken_over
    ends(desk, second, Unknown("timeout"), "second")
    desk.ledger.looked_up(second.chunk_id, "not_found", 1, BEGIN, BEGIN, BEGIN)
    assert [one.not_found for one in desk.ledger.questions(campaign, 1, LATER)] == [1]
    third = claimed(desk, campaign, "unknown", "second")
    ends(desk, third, Unknown("timeout"), "second")
    assert [one.not_found for one in desk.ledger.questions(campaign, 1, LATER)] == [0]


@pytest.mark.parametrize("klass", [GatewayClass.IDEMPOTENT, GatewayClass.LISTABLE])
@pytest.mark.parametrize("cut", [1, 2])
def test_a_commit_nobody_hears_of_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, klass: GatewayClass, cut: int
) -> None:
    """The connection breaks between a commit and its answer: what was claimed by it has not left, and leaves later."""
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.0)
    desk = open_workshop(tmp_path, ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50)))
    campaign = desk.confirm(3 * SIZE, chunk_size=SIZE)
    turn, turns = desk.ledger.turn, 0

    def unheard(*args: Any) -> frozenset[int]:
        nonlocal turns
        found = turn(*args)
        turns += bool(args[0] or args[1])
        if turns == cut and (args[0] or args[1]):
            turns += 1
            raise Refused(problem("storage.unreachable", place="there"))
        return found

    monkeypatch.setattr(desk.ledger, "turn", unheard)
    desk.run(campaign)
    assert (desk.state(campaign), desk.counts(campaign)) == ("finished", {"accepted": 3 * SIZE})
    assert (desk.gateway.twice(), len(desk.gateway.calls)) == ([], 3)
    desk.database.close()


class OurClock(ScriptedGateway):
    """Has no clock of its own, as the real cloud."""

    def reading(self) -> GatewayClock:
        return super().reading()._replace(own=False)


@pytest.mark.parametrize("gateway_kind", [ScriptedGateway, OurClock])
@pytest.mark.parametrize("minutes", [2, 11], ids=["before it is asked about", "between two look-ups"])
def test_a_clock_that_is_set_back_keeps_no_question_waiting(
    tmp_path: Path, gateway_kind: type[ScriptedGateway], minutes: int
) -> None:
    """A call was made by a clock a year ahead: nobody waits a year to ask about it, nor until "not found" counts."""
    gateway = gateway_kind(klass=GatewayClass.LISTABLE, clock=FixedClock())
    desk = open_workshop(tmp_path, gateway)
    gateway.will(Unknown("timeout"))
    desk.clock.jump(YEAR_MS)
    campaign = desk.confirm(3 * SIZE, chunk_size=SIZE)
    living = desk.worker()
    with living._running():
        for back_ms, passing in ((0, minutes), (-YEAR_MS, 14)):
            desk.clock.jump(back_ms)
            for _ in range(passing):
                for _ in range(4):
                    living._dispatcher.turn()
                desk.clock.forward(61_000)
    assert (desk.state(campaign), desk.counts(campaign)) == (
        "finished",
        {"accepted": 2 * SIZE, "refused": SIZE},
    )
    assert (len(gateway.calls), gateway.twice()) == (3, [])
    desk.database.close()
