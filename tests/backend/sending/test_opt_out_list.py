# SPDX-License-Identifier: Apache-2.0
"""Who is put on the opt-out list by a person is taken out of what has not left yet."""

from __future__ import annotations

import pytest

from koodesk.backend.storage.stores.opt_out_list import SqlOptOutStore
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
