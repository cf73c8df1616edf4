# SPDX-License-Identifier: Apache-2.0
"""When the next page of receipts is asked for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import Receipt, ReceiptPage
from koodesk.backend.sending.receiving import IDLE_SECONDS, ReceiptReader
from koodesk.backend.testing import ScriptedGateway
from tests.backend.sending.workshop import open_workshop

PAGE = 10


class Paging(ScriptedGateway):
    """A gateway whose list of receipts came in pages of these sizes."""

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self._sizes = sizes

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return the next page."""
        size = self._sizes.pop(0)
        told = tuple(Receipt(after + i, str(after + i), "sms", "0", "DELIVRD", 1) for i in range(1, size + 1))
        return ReceiptPage(told, after + size)


class Patience(threading.Event):
    """Ends the reader after so many waits, and keeps how long it wanted to wait each time."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._times = times

    def wait(self, timeout: float | None = None) -> bool:
        """Note the wait, and do not wait."""
        assert timeout is not None
        self.waits.append(timeout)
        if len(self.waits) == self._times:
            self.set()
        return self.is_set()


def test_the_fuller_a_page_the_sooner_the_next(tmp_path: Path) -> None:
    sizes = [PAGE, PAGE // 2, PAGE // 2 - 1, 1, 0]
    workshop = open_workshop(tmp_path, Paging(list(sizes)))
    patience = Patience(len(sizes))
    ReceiptReader(workshop.ledger, workshop.gateway, page=PAGE).run(patience)
    assert patience.waits == pytest.approx([0, 0, IDLE_SECONDS * 0.2, IDLE_SECONDS * 0.8, IDLE_SECONDS])
    assert workshop.ledger.cursor(workshop.gateway.name) == sum(sizes)
    workshop.database.close()
