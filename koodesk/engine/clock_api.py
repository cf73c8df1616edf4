# SPDX-License-Identifier: Apache-2.0
"""The clock over HTTP, and keeping it: what it may tell is on the disk before it tells it.

At a speed the offset is kept once a second, for three seconds to come. After a clean end the clock goes on from where it
stood, plus the real time it was off; after a kill from what was kept, at most three real seconds' worth ahead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request

from koodesk.engine.clock import FASTEST, LONGEST_FORWARD_MS, EngineClock
from koodesk.engine.errors import ApiError
from koodesk.engine.reading import json_object
from koodesk.engine.store import Store, read_meta, write_meta

KEEP_SECONDS: Final = 1.0
_OFFSET: Final = "offset_ms"
_SPEED: Final = "clock_speed"

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""

_log = logging.getLogger(__name__)


class ClockApi:
    """The clock of one running engine; `advance` does what is due up to now."""

    def __init__(self, store: Store, advance: Callable[[Any], int]) -> None:
        self._store = store
        self._advance = advance
        self._changing = asyncio.Lock()
        self._clock = EngineClock()

    async def load(self, floor_ms: int) -> None:
        """Go on from what a former run kept; `floor_ms` is the newest instant it recorded."""

        def job(connection: Any) -> tuple[int, int]:
            speed = connection.execute("SELECT value FROM meta WHERE name = ?", (_SPEED,)).fetchone()
            return int(read_meta(connection, _OFFSET)), int(speed[0]) if speed else 1

        offset_ms, speed = await self._store.run(job)
        self._clock = EngineClock(offset_ms, floor_ms, speed=speed)

    def now_ms(self) -> int:
        """Return the present instant."""
        return self._clock.now_ms()

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path and handler of each."""
        return [("GET", "/clock", self.look), ("POST", "/clock", self.change)]

    async def look(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        """Tell the clock."""
        return self.to_json()

    async def change(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        """Run it forward, or give it another speed."""
        given = json_object(body)
        by_ms = _within(given, "forward_ms", 0, LONGEST_FORWARD_MS)
        async with self._changing:
            speed = _within(given, "speed", 1, FASTEST) if "speed" in given else self._clock.speed
            slower = speed < self._clock.speed
            await self._keep(by_ms, speed)
            if slower:
                await self._keep(0, speed)  # what was kept ahead for the former speed is given back
        await self._store.run(self._advance)
        return self.to_json()

    def to_json(self) -> dict[str, Any]:
        """Return the clock as JSON values."""
        return {
            "now_ms": self._clock.now_ms(),
            "offset_ms": self._clock.offset_ms,
            "speed": self._clock.speed,
        }

    async def keep(self) -> None:
        """Keep what a clock with a speed needs to go on, until cancelled."""
        while True:
            try:
                async with self._changing:
                    if self._clock.speed > 1:
                        await self._keep(0, self._clock.speed)
            except ApiError as failure:
                _log.warning("the clock could not be kept and stands: %s", failure)
            await asyncio.sleep(KEEP_SECONDS)

    async def close(self) -> None:
        """Stand, and keep exactly that."""
        async with self._changing:
            offset_ms = self._clock.stand()
            await self._store.run(lambda connection: _write(connection, offset_ms, self._clock.speed))

    async def _keep(self, by_ms: int, speed: int) -> None:
        kept_ms = self._clock.to_keep(by_ms, speed)
        await self._store.run(lambda connection: _write(connection, kept_ms, speed))
        self._clock.change(kept_ms, by_ms, speed)


def _write(connection: Any, offset_ms: int, speed: int) -> None:
    write_meta(connection, _OFFSET, str(offset_ms))
    write_meta(connection, _SPEED, str(speed))


def _within(given: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = given.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ApiError(400, "KD.FIELD", f"a whole number of {low}..{high}", where=name, limit=high)
    return value
