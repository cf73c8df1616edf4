# SPDX-License-Identifier: Apache-2.0
"""Who is put on the opt-out list by a person is taken out of what has not left yet."""

from __future__ import annotations

import pytest

from koodesk.backend.storage.stores.opt_out_list import SqlOptOutStore
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop

SIGN = "雅居"
NUMBER = FIRST_NUMBER + 3


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("source", "given"),
    [("hand", [NUMBER]), ("import", f'[[1,{NUMBER},{{}},""]]'.encode())],
    ids=["by hand", "from a file"],
)
def test_what_has_not_left_is_withheld(workshop: Workshop, source: str, given: list[int] | bytes) -> None:
    campaign_id = workshop.confirm(20, promotion=True)
    store = SqlOptOutStore()
    with workshop.database.write() as connection:
        assert store.add(connection, SIGN, given, 1, source, "x") == 1
        assert store.add(connection, SIGN, given, 1, source, "x") == 0
    workshop.run(campaign_id)
    assert workshop.counts(campaign_id) == {"accepted": 19, "refused": 1}
    sent = b"".join(batch.payload for batch in workshop.gateway.calls)
    assert str(NUMBER).encode() not in sent
    assert str(NUMBER + 1).encode() in sent


@pytest.mark.both_databases
def test_a_chunk_that_left_with_somebody_who_is_withheld_now_is_looked_up_and_said(
    workshop: Workshop,
) -> None:
    """The ledger was restored from before the call, and the list brought in again: the gateway keeps the key with other bytes."""
    campaign_id = workshop.confirm(20, promotion=True, chunk_size=10)
    for job in workshop.ledger.jobs(campaign_id, "planned", 1, workshop.clock.now_ms()):
        workshop.gateway.send(job.batch)
    workshop.gateway.calls.clear()
    with workshop.database.write() as connection:
        SqlOptOutStore().add(connection, SIGN, [NUMBER], 1, "hand", "x")
    workshop.run(campaign_id)
    assert workshop.counts(campaign_id) == {"accepted": 19, "refused": 1}
    assert workshop.state(campaign_id) == "finished"
    assert (len(workshop.gateway.calls), len(workshop.gateway.asked)) == (2, 1)
    (late,) = SqlUnknown(workshop.database).late(campaign_id, 10)
    assert (late.call_no, late.bucket, late.code) == (1, "refused", "KD.DESK.OPTED_OUT")
    assert (workshop.gateway.calls[0].key, NUMBER) in workshop.gateway.accepted
    assert late.message_id.endswith(str(NUMBER))
