# SPDX-License-Identifier: Apache-2.0
"""What a page of receipts says: one by one and as columns the same, and answers that come while a page is being put in."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from types import TracebackType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.ports.gateway import GatewayClass, Receipt
from koodesk.backend.ports.receipt_columns import ReceiptColumns, columns_of
from koodesk.backend.sending.settling import settle_outcome
from koodesk.backend.storage.stores.sending_inbox import (
    BAD,
    CLICKED,
    EXPOSED,
    OK,
    REPLIED,
    RESOLVED,
    Told,
    told,
)
from koodesk.backend.storage.stores.sending_receipts import take_page
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import Workshop, open_workshop

KINDS = {"sms": OK, "shortchain": RESOLVED, "exposed": EXPOSED, "clicked": CLICKED, "reply": REPLIED}
RECEIPTS = st.lists(
    st.builds(
        Receipt,
        st.integers(-3, 12),
        st.sampled_from(("m1", "m2", "m3")),
        st.sampled_from((*KINDS, "new kind")),
        st.sampled_from(("0", "failed")),
        st.sampled_from(("", "A", "B")),
        st.integers(0, 3),
    ),
    max_size=14,
)


def one_by_one(receipts: list[Receipt]) -> list[Told]:
    """Say the same of each receipt by looking at all before it."""
    rows: list[Told] = []
    for id_, message, kind, status, code, at_ms, _, _ in sorted(receipts, key=itemgetter(0)):
        what = KINDS.get(kind, 0)
        if status != "0":
            what = {OK: BAD, RESOLVED: 0}.get(what, what)
        alike = [place for place, row in enumerate(rows) if row[1:3] == (message, kind) and row[6]]
        if what and alike and what <= BAD:
            kept = rows[alike[0]]
            if (at_ms, what == OK, code) > (kept[5], kept[6] == OK, kept[4]):
                rows[alike[0]] = (*kept[:6], 0)
            else:
                what = 0
        elif what and alike:
            again = what in (EXPOSED, CLICKED) and not any(
                row[0] == id_ and row[6] >= EXPOSED for row in rows
            )
            what = what + 1 if again else 0
        rows.append((id_, message, kind, status, code, at_ms, what))
    return rows


@given(RECEIPTS)
def test_a_page_says_what_its_receipts_say_one_by_one(receipts: list[Receipt]) -> None:
    assert told(receipts) == one_by_one(receipts)
    assert told(ReceiptColumns(columns_of(receipts))) == one_by_one(receipts)


def test_columns_are_a_sequence_of_receipts() -> None:
    receipts = [Receipt(i, f"m{i}", "sms", "0", "", 9 - i) for i in range(5)]
    columns = ReceiptColumns(columns_of(receipts))
    assert list(columns) == receipts
    assert (len(columns), columns[3], columns[-1], list(columns[1:3])) == (
        5,
        receipts[3],
        receipts[4],
        receipts[1:3],
    )
    assert not ReceiptColumns(columns_of([]))


class _AnswersMeanwhile:
    """The writer of a process that had to be waited for: an answer was written before it was free."""

    def __init__(self, workshop: Workshop, campaign: int) -> None:
        self.workshop, self.now = workshop, workshop.clock.now_ms()
        (self.job,) = workshop.ledger.jobs(campaign, "planned", 1, self.now)
        workshop.ledger.turn([], [self.job], self.now, "o")
        self.outcome = workshop.gateway.send(self.job.batch)

    def __enter__(self) -> None:
        settlement = settle_outcome(self.job, self.outcome, GatewayClass.IDEMPOTENT, self.now)
        self.workshop.ledger.turn([settlement], [], self.now, "o")

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Nothing is held."""


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A ledger in a temporary file."""
    opened = open_workshop(tmp_path)
    yield opened
    opened.database.close()


def test_an_answer_that_comes_while_a_page_is_put_in_is_found(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    workshop.ledger.move(campaign, CampaignMove.START, workshop.clock.now_ms())
    meanwhile = _AnswersMeanwhile(workshop, campaign)
    page = [
        Receipt(place, f"{key}:{number}", "sms", "0", "", 5)
        for place, (key, number) in enumerate(workshop.gateway.accepted)
    ]
    assert take_page(workshop.database, meanwhile, "scripted", page, 10) == len(page) == 10
    assert workshop.ledger.strays() == 0
    assert workshop.ledger.funnel(campaign, 0).total.delivered == 10
