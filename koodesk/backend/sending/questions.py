# SPDX-License-Identifier: Apache-2.0
"""What is asked about calls of unknown outcome: when, on a sender's thread, and what the answers settle."""

from __future__ import annotations

import logging
import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.gateway import GatewayClass, LookUp, NotFound, SendGateway, Unclear
from koodesk.backend.ports.sending import CampaignWork, Dispatching, OpenQuestion, Settlement
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.sending.settling import APART_MS, answer_code, settle_look_up, too_soon_ms
from koodesk.backend.sending.watch import may_look_up
from koodesk.domain.send_state import ChunkMove

Reply = tuple[OpenQuestion, LookUp]
"""A question that was asked, and what the gateway said."""

_log: Final = logging.getLogger(__name__)


class Questions:
    """The look-ups of one dispatcher. `asking` are the chunks somebody asks about; forgetting them asks once more."""

    def __init__(self, ledger: Dispatching, gateway: SendGateway, clock: Clock, time: GatewayTime) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._klass = GatewayClass(gateway.klass)
        self._clock = clock
        self._time = time
        self.asking: set[int] = set()
        self._first_not_found: dict[int, int] = {}
        self._unclear_since: dict[int, int] = {}

    def ask(
        self,
        works: tuple[CampaignWork, ...],
        pool: ThreadPoolExecutor,
        done: queue.SimpleQueue[Settlement | Reply],
    ) -> None:
        """Look up unknown chunks whose time has come; one at a time a campaign is plenty. Replies go to `done`."""
        now = self._time.now_ms()
        for work in works:
            if not ((work.unknown or work.recalled) and may_look_up(work) and self._time.reachable):
                continue
            due = self._ledger.questions(work.id, 1, now) if work.unknown else ()
            if not due and work.recalled:
                due = self._ledger.questions(work.id, 1, now, recalled=True)
            for question in due:
                if question.chunk_id not in self.asking:
                    self._unclear_since.setdefault(question.chunk_id, self._clock.steady_ms())
                    self.asking.add(question.chunk_id)
                    pool.submit(self._look_up, question, done)

    def settled(self, settlement: Settlement) -> None:
        """Forget that somebody asks about a chunk: what settles it, or calls it unclear, is written."""
        chunk_id = settlement.chunk_id
        self.asking.discard(chunk_id)
        self._first_not_found.pop(chunk_id, None)  # of a call after it, nothing is known yet
        self._unclear_since.pop(chunk_id, None)
        if settlement.move is ChunkMove.DOUBT:
            self._unclear_since[chunk_id] = self._clock.steady_ms()

    def _waited_ms(self, question: OpenQuestion, now_ms: int, steady_ms: int) -> int:
        """Return how long ago a call was made. By a clock that somebody may move, that is no longer than this process has known
        it unclear; a call that was made ahead of the time was made by a clock that was set back since."""
        by_clock, known = (
            now_ms - question.claimed_ms,
            steady_ms - self._unclear_since.get(question.chunk_id, steady_ms),
        )
        if by_clock < 0:
            return known
        return by_clock if self._time.own else min(by_clock, known)

    def _look_up(self, question: OpenQuestion, done: queue.SimpleQueue[Settlement | Reply]) -> None:
        """On a sender thread: ask what became of a call."""
        try:
            answer = self._gateway.look_up(question.key)
        except Exception as failure:  # noqa: BLE001 - a question that failed is asked again; it settles nothing
            _log.error("the gateway raised %s", type(failure).__name__)
            answer = Unclear("gateway.broken")
        done.put((question, answer))

    def answered(self, question: OpenQuestion, answer: LookUp) -> Settlement | None:
        """Return what a look-up settles; where it settles nothing, keep when to ask again."""
        now, steady = self._time.now_ms(), self._clock.steady_ms()
        first = self._first_not_found.get(question.chunk_id, steady)
        try:
            settlement = settle_look_up(question, answer, now, steady - first)
        except Exception as failure:  # noqa: BLE001 - an answer that makes no sense settles nothing
            _log.error("the gateway answered nonsense: %s", type(failure).__name__)
            settlement, answer = None, Unclear("gateway.broken")
        if settlement is not None:
            self._first_not_found.pop(question.chunk_id, None)
            return settlement
        self.asking.discard(question.chunk_id)
        times, since, again = question.not_found, question.not_found_ms, now + APART_MS
        if isinstance(answer, NotFound):
            too_soon = too_soon_ms(self._klass, self._waited_ms(question, now, steady))
            if too_soon:
                again = max(again, now + too_soon)
            elif question.recalled:
                self._unclear_since.pop(question.chunk_id, None)
                self._ledger.not_there(question.chunk_id, question.campaign_id, now)
                return None
            else:
                self._first_not_found.setdefault(question.chunk_id, steady)
                again_not_found = (
                    times and since <= now
                )  # else the clock was set back: the first counts from now
                times, since = times + 1, since if again_not_found else now
        self._ledger.looked_up(question.chunk_id, answer_code(answer), times, since, again, now)
        return None
