# SPDX-License-Identifier: Apache-2.0
"""Fetching receipts: page after page from the ledger's cursor, each page stored with the cursor in one commit.

A page that was stored and whose cursor was not, or the other way round, cannot happen; a page fetched twice is stored
once.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Final

from koodesk.backend.ports.gateway import ReceiptPage, SendGateway
from koodesk.backend.ports.sending import Inbox
from koodesk.domain.problem import Refused

PAGE: Final = 10_000
IDLE_SECONDS: Final = 0.3
UNREACHABLE_SECONDS: Final = 2.0

_log: Final = logging.getLogger(__name__)


class ReceiptReader:
    """Reads one gateway's receipts into the ledger. `resets` counts how often the gateway's list had begun anew.

    With `ahead`, and while many wait, the next page is asked for and made ready before the one at hand is stored. That is for a ledger on a
    server, which one waits for; one in this process would only share the interpreter with it, and is slower by a tenth.
    """

    def __init__(
        self,
        inbox: Inbox,
        gateway: SendGateway,
        page: int = PAGE,
        unreachable_seconds: float = UNREACHABLE_SECONDS,
        ahead: bool = False,
    ) -> None:
        self._inbox = inbox
        self._gateway = gateway
        self._page = page
        self._unreachable_seconds = unreachable_seconds
        self._asks_ahead = ahead
        self._cursor: int | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: tuple[int, Future[ReceiptPage]] | None = None
        self.resets = 0

    def poll(self) -> int:
        """Fetch and store one page; return how many receipts it held. Raises Refused when the gateway is away.

        A list that ends before our cursor is another list: it is read from its start. Receipts are stored once each, so
        that reading any of them again changes nothing.
        """
        if not self._inbox.receives(self._gateway.name):
            self._cursor = None  # when we take over, another has moved it
            return 0
        if self._cursor is None:
            self._cursor = self._inbox.cursor(self._gateway.name)
        page = self._fetched(self._cursor)
        if page.last is not None and page.last < self._cursor:
            _log.warning("the receipts of %s begin anew: read from the start", self._gateway.name)
            self.resets += 1
            self._inbox.rewind(self._gateway.name)
            self._cursor = 0
            return self._page  # there may be a whole page waiting
        if page.unreadable:
            _log.error("%d receipts of %s cannot be read", page.unreadable, self._gateway.name)
        if self._pool is not None and len(page.items) == self._page:
            self._ahead = page.next, self._pool.submit(self._asked, page.next)
        if page.items or page.next != self._cursor:
            self._inbox.take(self._gateway.name, page.items, page.next)
            self._cursor = page.next
        return len(page.items)

    def _fetched(self, after: int) -> ReceiptPage:
        """Return a page: the one that was asked for ahead, where it is that one. There is one question at a time."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == after:
            return ahead[1].result()
        if ahead is not None:
            wait([ahead[1]])
        return self._asked(after)

    def _asked(self, after: int) -> ReceiptPage:
        page = self._gateway.receipts(after, self._page)
        return replace(page, items=self._inbox.ready(page.items))

    def run(self, stop: threading.Event) -> None:
        """Poll until told to stop; a gateway that is away, or a database that is busy, is met again later. Who is told to stop may
        live on for long: another can read then."""
        try:
            if not self._asks_ahead:
                self._poll_until(stop)
                return
            with ThreadPoolExecutor(1, "receipts-ahead") as self._pool:
                self._poll_until(stop)
            self._pool = self._ahead = None
        finally:
            self._inbox.receives_no_more(self._gateway.name)

    def _poll_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                # The fuller the page, the sooner the next: half a page takes about as long to take as to come.
                pause = IDLE_SECONDS * max(0.0, 1 - 2 * self.poll() / self._page)
            except Refused as refusal:
                _log.info("receipts wait: %s", refusal)
                self._cursor, pause = None, self._unreachable_seconds
            except Exception as failure:  # noqa: BLE001 - one page that cannot be taken must not end all receipts
                _log.error("receipts could not be taken: %s", type(failure).__name__)
                self._cursor, pause = None, self._unreachable_seconds
            stop.wait(pause)
