# SPDX-License-Identifier: Apache-2.0
"""What a campaign looks like after every behaviour of a gateway: one row of the table each.

Each row is a gateway class, what the gateway does, and where the 30 recipients (3 chunks of 10) stand afterwards.
Never twice, and the sum is the import, hold for every row.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    Found,
    GatewayClass,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    RefusedWhole,
    Unclear,
    Unknown,
)
from koodesk.backend.testing import FixedClock, ScriptedGateway, Step, accept_all, lost, refuse
from tests.backend.sending.workshop import FIRST_NUMBER, open_workshop

KEYED, L, B = GatewayClass.IDEMPOTENT, GatewayClass.LISTABLE, GatewayClass.BLIND
TEN = {"accepted": 30}


def backwards(batch: Batch) -> Outcome:
    """Answer in the opposite order."""
    answer = accept_all(batch)
    assert isinstance(answer, Answered)
    return Answered(answer.results[::-1])


def without_last(batch: Batch) -> Outcome:
    """Say nothing about the last recipient."""
    answer = accept_all(batch)
    assert isinstance(answer, Answered)
    return Answered(answer.results[:-1])


def with_stranger(batch: Batch) -> Outcome:
    """Answer for a number nobody asked for as well."""
    answer = accept_all(batch)
    assert isinstance(answer, Answered)
    return Answered((NumberResult(19_900_000_000, True, "stranger"), *answer.results))


def repeated(batch: Batch) -> Outcome:
    """Answer twice for the first, the second time otherwise."""
    answer = accept_all(batch)
    assert isinstance(answer, Answered)
    return Answered((*answer.results, NumberResult(batch.numbers[0], False, "", "late")))


def no_message_id(batch: Batch) -> Outcome:
    """Accept the first without a message id."""
    answer = accept_all(batch)
    assert isinstance(answer, Answered)
    return Answered((NumberResult(batch.numbers[0], True, ""), *answer.results[1:]))


def raises(batch: Batch) -> Outcome:
    """Break the port's word."""
    raise RuntimeError(batch.key)


TIMEOUT = Unknown("timeout")
TABLE: list[tuple[str, GatewayClass, list[Step], list[LookUp], str, dict[str, int]]] = [
    ("accepts everybody", KEYED, [], [], "finished", TEN),
    ("answers backwards", KEYED, [backwards], [], "finished", TEN),
    ("answer lost", KEYED, [lost(accept_all)], [], "finished", TEN),
    ("answer lost three times", KEYED, [lost(accept_all)] * 3, [], "finished", TEN),
    ("timeout, nothing accepted", KEYED, [TIMEOUT], [], "finished", TEN),
    ("timeout, then not sent, then accepted", KEYED, [TIMEOUT, NotSent("refused")], [], "finished", TEN),
    ("answer lost, then not sent", KEYED, [lost(accept_all), NotSent("refused")], [], "finished", TEN),
    ("not sent five times", KEYED, [NotSent("refused")] * 5, [], "finished", TEN),
    ("not sent, come later", KEYED, [NotSent("busy", 5_000)], [], "finished", TEN),
    ("refuses one", KEYED, [refuse([FIRST_NUMBER + 3])], [], "finished", {"accepted": 29, "refused": 1}),
    ("refuses a whole chunk", KEYED, [RefusedWhole("bad")], [], "finished", {"accepted": 20, "refused": 10}),
    (
        "refuses all of a chunk one by one",
        KEYED,
        [refuse(range(FIRST_NUMBER, FIRST_NUMBER + 10))],
        [],
        "finished",
        {"accepted": 20, "refused": 10},
    ),
    ("one missing in the answer", KEYED, [without_last], [], "unclear", {"accepted": 29, "unknown": 1}),
    ("a stranger in the answer", KEYED, [with_stranger], [], "finished", TEN),
    ("one answered twice", KEYED, [repeated], [], "finished", TEN),
    ("accepted without an id", KEYED, [no_message_id], [], "unclear", {"accepted": 29, "unknown": 1}),
    ("gateway raises", KEYED, [raises], [], "finished", TEN),
    (
        "lost, answers otherwise refused",
        KEYED,
        [lost(refuse([FIRST_NUMBER]))],
        [],
        "finished",
        {"accepted": 29, "refused": 1},
    ),
    ("listable: lost, still running", L, [lost(accept_all)], [], "unclear", {"accepted": 20, "unknown": 10}),
    ("listable: timeout", L, [TIMEOUT], [], "unclear", {"accepted": 20, "unknown": 10}),
    ("listable: not sent", L, [NotSent("refused")], [], "finished", TEN),
    ("listable: refuses one", L, [refuse([FIRST_NUMBER])], [], "finished", {"accepted": 29, "refused": 1}),
    ("blind: lost", B, [lost(accept_all)], [], "unclear", {"accepted": 20, "unknown": 10}),
    ("blind: all lost", B, [lost(accept_all)] * 3, [], "unclear", {"unknown": 30}),
    ("blind: refuses a chunk", B, [RefusedWhole("bad")], [], "finished", {"accepted": 20, "refused": 10}),
]


@pytest.mark.parametrize(
    ("klass", "script", "look_ups", "state", "counts"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_where_everybody_stands(
    tmp_path: Path,
    klass: GatewayClass,
    script: list[Step],
    look_ups: list[LookUp],
    state: str,
    counts: dict[str, int],
) -> None:
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50)).will(*script)
    gateway.look_ups.extend(look_ups)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    assert workshop.state(campaign) == state
    assert workshop.counts(campaign) == counts
    assert gateway.twice() == []
    if klass is not KEYED:
        called = [batch.key for batch in gateway.calls if batch.key not in _not_sent(script, gateway)]
        assert len(called) == len(set(called)), "never sent again by itself without a key"
    payloads = {(batch.key, batch.digest) for batch in gateway.calls}
    assert len(payloads) == len({batch.key for batch in gateway.calls}), "a repeat is byte for byte the same"
    workshop.database.close()


def _not_sent(script: list[Step], gateway: ScriptedGateway) -> set[str]:
    return {
        batch.key for step, batch in zip(script, gateway.calls, strict=False) if isinstance(step, NotSent)
    }


@pytest.mark.parametrize(
    ("answers", "counts", "state"),
    [
        ([None], {"accepted": 30}, "finished"),  # None: what the gateway keeps
        ([NotFound(), NotFound()], {"accepted": 20, "refused": 10}, "finished"),
        ([NotFound(), None], {"accepted": 30}, "finished"),
        (
            [Unclear("timeout"), NotFound(), Unclear("timeout"), NotFound()],
            {"accepted": 20, "refused": 10},
            "finished",
        ),
    ],
)
def test_a_listable_gateway_is_asked_after_its_settle_time(
    tmp_path: Path, answers: list[LookUp | None], counts: dict[str, int], state: str
) -> None:
    gateway = ScriptedGateway(klass=L, clock=FixedClock(tick_ms=20)).will(
        lost(accept_all) if None in answers else TIMEOUT
    )
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    assert gateway.asked == [], "not before the settle time"
    sent_at = workshop.clock.now_ms()
    for answer in answers:
        workshop.clock.forward(600_000)
        if answer is not None:
            gateway.look_ups.append(answer)
    # One worker sees the whole story: what it saw first must be an honest minute before what it saw last.
    worker = workshop.worker()
    with worker._running():
        for _ in range(60):
            worker._dispatcher.turn()
            workshop.clock.forward(20_000)
    assert workshop.clock.now_ms() > sent_at
    assert workshop.counts(campaign) == counts
    assert workshop.state(campaign) == state
    assert len([b for b in gateway.calls if b.key.endswith("000000")]) == 1, "never sent again"
    workshop.database.close()


def test_two_look_ups_of_one_moment_settle_nothing_however_the_clock_jumps(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=L, clock=FixedClock(tick_ms=1)).will(TIMEOUT)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    worker = workshop.worker()
    with worker._running():
        for _ in range(20):
            workshop.clock.jump(3_600_000)
            worker._time.refresh(force=True)
            worker._dispatcher.turn()
    assert len(gateway.asked) >= 2
    assert workshop.counts(campaign) == {"accepted": 20, "unknown": 10}
    workshop.database.close()


def test_found_settles_by_number(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=L, clock=FixedClock(tick_ms=20)).will(TIMEOUT)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    numbers = range(FIRST_NUMBER + 9, FIRST_NUMBER - 1, -1)
    gateway.look_ups.append(
        Found(tuple(NumberResult(n, n % 2 == 0, f"m{n}" if n % 2 == 0 else "", "odd") for n in numbers))
    )
    workshop.clock.forward(700_000)
    worker = workshop.worker()
    with worker._running():
        for _ in range(10):
            worker._dispatcher.turn()
    assert workshop.counts(campaign) == {"accepted": 25, "refused": 5}
    with workshop.database.read() as connection:
        wrong = connection.exec_driver_sql(
            "SELECT count(*) FROM sent s JOIN recipient r ON r.id = s.recipient_id WHERE s.code = 'odd' "
            "AND (r.number % 2 = 0) <> (s.outcome = 'accepted')"
        ).scalar_one()
    assert wrong == 0
    workshop.database.close()


@pytest.mark.parametrize(
    ("script", "counts"),
    [
        ([lost(accept_all), RefusedWhole("template")], {"accepted": 10}),
        ([lost(accept_all), *[RefusedWhole("template")] * 3], {"accepted": 10}),
        ([TIMEOUT, RefusedWhole("template")], {"accepted": 10}),  # it had not arrived, and later goes through
        ([TIMEOUT, *[RefusedWhole("template")] * 40], {"refused": 10}),
        ([RefusedWhole("template")], {"refused": 10}),
    ],
)
def test_refusing_a_repeat_denies_no_acceptance(
    tmp_path: Path, script: list[Step], counts: dict[str, int]
) -> None:
    """A repeat that is refused says nothing of the attempt before it, whose answer never came."""
    gateway = ScriptedGateway(clock=FixedClock(tick_ms=50)).will(*script)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    assert workshop.counts(campaign) == counts
    assert len(gateway.accepted) == counts.get("accepted", 0)
    assert gateway.twice() == []
    workshop.database.close()
