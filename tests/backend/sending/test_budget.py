# SPDX-License-Identifier: Apache-2.0
"""The budget lock: what may cost too much never leaves, whatever is killed, retried or lost on the way."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from koodesk.backend.ports.gateway import NotSent, RefusedWhole, Unknown
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import Step, accept_all, lost
from koodesk.domain.billing.budget import worst_each
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import SEGMENTS, Workshop, snapshot

CHARGES = (("notice_send", 2), ("notice_resolve", 1))
PRICES = (("notice_send", 5_000), ("notice_resolve", 1_000))
EACH = 11_000
"""What a recipient with a card costs at most: two parts and a resolve."""


def confirm(workshop: Workshop, count: int, budget: int, chunk_size: int = 10) -> int:
    return workshop.confirm(count, chunk_size=chunk_size, charges=CHARGES, prices=PRICES, budget=budget)


def spent(workshop: Workshop) -> int:
    """What the other side may charge for everything it has accepted."""
    return len(workshop.gateway.accepted) * EACH


@pytest.mark.parametrize(
    ("budget", "leaves", "state"),
    [
        (50 * EACH, 50, "finished"),
        (50 * EACH - 1, 40, "paused"),
        (10 * EACH, 10, "paused"),
        (10 * EACH - 1, 0, "paused"),
        (1, 0, "paused"),
    ],
)
def test_it_pauses_before_the_chunk_that_might_go_beyond(
    workshop: Workshop, budget: int, leaves: int, state: str
) -> None:
    campaign = confirm(workshop, 50, budget)
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, len(workshop.gateway.accepted)) == (state, leaves)
    assert row.reason == ("budget" if state == "paused" else "")
    assert spent(workshop) <= budget


def test_a_plain_sms_has_nothing_to_resolve(workshop: Workshop) -> None:
    campaign = workshop.confirm(
        50,
        chunk_size=10,
        budget=30 * 10_000,
        kind="plain",
        params=(),
        charges=CHARGES[:1],
        prices=PRICES[:1],
    )
    assert workshop.ledger.budget(campaign).most == 50 * 10_000
    workshop.run(campaign)
    assert (workshop.state(campaign), len(workshop.gateway.accepted)) == ("paused", 30)


def test_a_campaign_without_a_budget_is_not_held(workshop: Workshop) -> None:
    campaign = workshop.confirm(50)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"


def test_numbers_without_a_card_cost_what_they_get(workshop: Workshop) -> None:
    told = snapshot("u", 1, charges=CHARGES, prices=PRICES, fallback="sms")
    assert worst_each(told) == (EACH, 10_000)
    basic = replace(
        told, fallback="basic", charges=(*CHARGES, ("video", 1)), prices=(*PRICES, ("video", 19_100))
    )
    assert worst_each(basic) == (EACH, 19_100)
    assert worst_each(replace(basic, kind="video")) == (19_100, 19_100)
    plain = replace(told, kind="plain", fallback="none", charges=CHARGES[:1], prices=PRICES[:1])
    assert worst_each(plain) == (10_000, 10_000)
    campaign = confirm(workshop, 10, 1 << 40)
    assert workshop.ledger.budget(campaign).most == 10 * EACH


@pytest.mark.both_databases
def test_raising_it_goes_on_where_it_stopped(workshop: Workshop) -> None:
    campaign = confirm(workshop, 50, 25 * EACH)
    workshop.run(campaign)
    stand = workshop.ledger.budget(campaign)
    assert (stand.amount, stand.committed, stand.most, stand.reached) == (
        25 * EACH,
        20 * EACH,
        50 * EACH,
        True,
    )
    now = workshop.clock.now_ms()
    for amount in (25 * EACH, 1):
        with pytest.raises(Refused) as refused:
            workshop.ledger.raise_budget(campaign, amount, now, "lin")
        assert [p.code for p in refused.value.problems] == ["campaign.budget.not_higher"]
    workshop.ledger.raise_budget(campaign, 45 * EACH, now, "lin")
    assert not workshop.ledger.budget(campaign).reached
    workshop.ledger.move(campaign, CampaignMove.RESUME, now)
    workshop.run(campaign)
    assert (workshop.state(campaign), len(workshop.gateway.accepted)) == ("paused", 40)
    workshop.ledger.raise_budget(campaign, 50 * EACH, workshop.clock.now_ms(), "lin")
    workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert len(workshop.gateway.accepted) == 50
    assert workshop.gateway.twice() == []
    with workshop.database.read() as connection:
        rows = connection.exec_driver_sql('SELECT amount, "by" FROM campaign_budget ORDER BY id').fetchall()
    assert [tuple(row) for row in rows] == [
        (25 * EACH, "tester"),
        (45 * EACH, "lin"),
        (50 * EACH, "lin"),
    ]


def test_what_a_budget_was_cannot_be_changed(workshop: Workshop) -> None:
    confirm(workshop, 10, EACH)
    for statement in ("UPDATE campaign_budget SET amount = 1 << 40", "DELETE FROM campaign_budget"):
        with pytest.raises(Exception, match="append-only"), workshop.database.write() as connection:
            connection.exec_driver_sql(statement)


def test_a_campaign_that_had_none_gets_none(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    with pytest.raises(Refused) as refused:
        workshop.ledger.raise_budget(campaign, EACH, 1, "lin")
    assert [p.code for p in refused.value.problems] == ["campaign.budget.none"]


@pytest.mark.parametrize("seed", range(25))
def test_it_is_never_exceeded_by_lost_answers_retries_and_kills(workshop: Workshop, seed: int) -> None:
    draw = random.Random(seed)
    budget = draw.randrange(0, 60) * EACH + draw.randrange(EACH)
    campaign = confirm(workshop, 60, max(1, budget), chunk_size=draw.choice([1, 7, 10]))
    steps: list[Step] = [
        accept_all,
        lost(accept_all),
        NotSent("KD.BUSY"),
        Unknown("timeout"),
        RefusedWhole("E200030"),
    ]
    workshop.gateway.will(*[draw.choice(steps) for _ in range(40)])
    for _ in range(12):
        # A worker that is killed: what it had in flight is an orphan for the next one, on a ledger opened anew.
        workshop.ledger = SqlLedger(workshop.database, SEGMENTS)
        worker = workshop.worker(senders=draw.choice([1, 3]))
        worker.run_until_idle(campaign)
        assert spent(workshop) <= max(1, budget)
        workshop.clock.forward(120_000)
        if workshop.state(campaign) == "paused":
            workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())
    assert workshop.gateway.twice() == []
    assert workshop.ledger.budget(campaign).committed <= max(1, budget)
