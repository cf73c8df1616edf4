# SPDX-License-Identifier: Apache-2.0
"""The checker catches the three known-bad senders, and finds nothing where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all, lost
from tests.backend.sending.workshop import FIRST_NUMBER, open_workshop
from tests.crash.bad_senders import (
    Killed,
    Sender,
    Store,
    Wire,
    checkpoint_when_fetched,
    look_up_too_soon,
    mark_after_send,
)
from tests.crash.checker import Verdict, judge

EVERYBODY = list(range(FIRST_NUMBER, FIRST_NUMBER + 50))


def story(sender: Sender, kill_at: str, time_out_at: int) -> Verdict:
    """Run a sender, kill it at the second passing of a point, run it again to its end, judge it."""
    wire, store = Wire(time_out_at=time_out_at), Store()
    passed: list[str] = []

    def at(point: str) -> None:
        passed.append(point)
        if passed.count(kill_at) == 2 and point == kill_at:
            passed.extend([kill_at] * 9)
            raise Killed

    for _ in range(2):
        try:
            sender(EVERYBODY, wire, store, at)
        except Killed:
            continue
    return judge(EVERYBODY, wire.accepted, set())


@pytest.mark.parametrize(
    ("sender", "kill_at", "time_out_at", "lost_", "twice"),
    [
        (checkpoint_when_fetched, "fetched", -1, 10, 0),
        (mark_after_send, "sent", -1, 0, 10),
        (look_up_too_soon, "never", 3, 0, 10),
    ],
)
def test_each_bad_sender_is_caught(
    sender: Sender, kill_at: str, time_out_at: int, lost_: int, twice: int
) -> None:
    verdict = story(sender, kill_at, time_out_at)
    assert (len(verdict.lost), len(verdict.twice)) == (lost_, twice)
    assert not verdict.clean


@pytest.mark.parametrize("sender", [checkpoint_when_fetched, mark_after_send, look_up_too_soon])
def test_the_same_senders_are_clean_while_nothing_happens(sender: Sender) -> None:
    assert story(sender, "never", -1).clean


@pytest.mark.parametrize("klass", list(GatewayClass))
def test_ours_is_clean_where_those_are_not(tmp_path: Path, klass: GatewayClass) -> None:
    """The third story, for every class of gateway: an answer is lost on the third call."""
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50))
    gateway.will(accept_all, accept_all, lost(accept_all))
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(50)
    workshop.run(campaign)
    with workshop.database.read() as connection:
        reported = {
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT number FROM recipient r WHERE NOT EXISTS (SELECT 1 FROM sent s WHERE s.recipient_id = r.id)"
            )
        }
    assert judge(EVERYBODY, [number for _, number in gateway.accepted], reported).clean
    assert bool(reported) is (klass is not GatewayClass.IDEMPOTENT)
    workshop.database.close()
