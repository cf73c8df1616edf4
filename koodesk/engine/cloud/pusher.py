# SPDX-License-Identifier: Apache-2.0
"""Pushes receipts to registered addresses, each for itself, and comes back later to one that does not take them.

Taken is what a 2xx answers; what the answer says is not read (facts 4.4: "the platform ignores the answer"). After `TRIES` the
receipts of that push are given up and counted. The waits are in real time.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from koodesk.engine.batches import Acceptance
from koodesk.engine.clock import wall_ms
from koodesk.engine.cloud.addresses import check_address, reached
from koodesk.engine.cloud.pushed import Callback, Push, callbacks, collect, keep
from koodesk.engine.errors import ApiError
from koodesk.engine.faults import Deck
from koodesk.engine.receipts import ReceiptItem
from koodesk.engine.store import Store

TRIES: Final = 10
FIRST_WAIT_MS: Final = 1_000
LONGEST_WAIT_MS: Final = 300_000
LOOK_SECONDS: Final = 0.5
POST_SECONDS: Final = 5

_log: Final = logging.getLogger(__name__)


class Pusher:
    """The pushes of one running engine."""

    def __init__(
        self,
        store: Store,
        acceptance: Callable[[], Acceptance],
        now_ms: Callable[[], int],
        allowed: Callable[[], str],
        deck: Callable[[], Deck] = Deck,
    ) -> None:
        """`deck` is the fault script in force: what it says of receipts it says of pushed ones too."""
        self._store = store
        self._acceptance = acceptance
        self._now_ms = now_ms
        self._allowed = allowed
        self._deck = deck
        self._tries: dict[int, tuple[int, int]] = {}
        self._under_way: dict[int, asyncio.Task[bool]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Push from now on, in the running loop."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Push no more; what is under way is told again by the next run unless it was taken."""
        for task in (self._task, *self._under_way.values()):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _run(self) -> None:
        while True:
            try:
                busy = await self._once()
            except Exception as failure:  # noqa: BLE001 - the addresses cannot be read just now: they are asked for again
                _log.warning("pushes wait: %s", getattr(failure, "code", type(failure).__name__))
                busy = False
            await asyncio.sleep(0 if busy else LOOK_SECONDS)

    async def _once(self) -> bool:
        """Push what is due; tell whether there may be more at once. An address that is slow keeps nobody else waiting."""
        for one in await self._store.run(callbacks):
            if one.id not in self._under_way and self._tries.get(one.id, (0, 0))[1] <= wall_ms():
                self._under_way[one.id] = asyncio.create_task(self._try(one))
        if not self._under_way:
            return False
        await asyncio.wait(
            self._under_way.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        done = {name: task for name, task in self._under_way.items() if task.done()}
        for name in done:
            del self._under_way[name]
        return any(task.result() for task in done.values())

    async def _try(self, callback: Callback) -> bool:
        """Push to one address; whatever goes wrong there, or with what it is to be told, is its own and keeps nobody else waiting."""
        try:
            return await self._push(callback)
        except Exception as failure:  # noqa: BLE001 - one address must not end all pushes
            _log.error("a push waits: %s", getattr(failure, "code", type(failure).__name__))
            tries, _ = self._tries.get(callback.id, (0, 0))
            self._tries[callback.id] = tries, wall_ms() + min(FIRST_WAIT_MS << tries, LONGEST_WAIT_MS)
            return False

    async def _push(self, callback: Callback) -> bool:
        tries = self._tries.get(callback.id, (0, 0))[0]

        deck, address = self._deck(), f"address {callback.id}"

        def told(items: Sequence[ReceiptItem]) -> Sequence[ReceiptItem]:
            return deck.pushed(address, callback.receipt, items, self._now_ms())

        def job(connection: Any) -> Push:
            return collect(connection, callback, self._acceptance(), self._now_ms(), tries, told)

        push = await self._store.run(job)
        moved = (push.receipt, push.review, push.link) != (callback.receipt, callback.review, callback.link)
        if push.bodies and not await asyncio.to_thread(_posted, callback.url, push, self._allowed()):
            if tries + 1 < TRIES:
                wait = min(FIRST_WAIT_MS << tries, LONGEST_WAIT_MS)
                self._tries[callback.id] = (tries + 1, wall_ms() + wait)
                return False
            _log.warning("%d receipts were given up after %d tries", push.count, TRIES)
            self._tries.pop(callback.id, None)
            deck.late.taken(address)
            await self._store.run(lambda c: keep(c, callback, push, push.count))
            return True
        self._tries.pop(callback.id, None)
        deck.late.taken(address)
        if moved:
            await self._store.run(lambda c: keep(c, callback, push))
        return moved


def _posted(url: str, push: Push, allowed: str) -> bool:
    """Post one body after the other; tell whether all were taken."""
    try:
        parts = check_address(url, allowed)
        if not reached(parts, allowed):
            return False
        made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = made(parts.hostname or "", parts.port, timeout=POST_SECONDS)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            for body in push.bodies:
                connection.request("POST", target, orjson.dumps(body), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read(65_536)
                if not 200 <= answer.status < 300:
                    return False
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ApiError, UnicodeError):
        return False
    return True
