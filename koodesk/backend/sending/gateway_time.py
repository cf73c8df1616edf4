# SPDX-License-Identifier: Apache-2.0
"""The gateway's clock without a call for every reading: the last answer plus the steady time since, at its speed.

While the gateway cannot be asked, the estimate goes on: rules of the day and waits keep their sense.
"""

from __future__ import annotations

import threading
from typing import Final

from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.gateway import GatewayClock, SendGateway
from koodesk.domain.problem import Refused

REFRESH_MS: Final = 500


class GatewayTime:
    """Readings of a gateway's clock, refreshed at most every `REFRESH_MS`. Safe to use from several threads.

    `reachable` is whether the last question was answered, `known` whether any ever was.
    """

    def __init__(self, gateway: SendGateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._lock = threading.Lock()
        self._at_ms = clock.steady_ms()
        self._reading = GatewayClock(clock.now_ms())
        self._apart_ms = self._reading.now_ms - self._at_ms
        self._asked_ms: int | None = None
        self.reachable = False
        self.known = False

    def now_ms(self) -> int:
        """Return the gateway's clock as far as it is known."""
        with self._lock:
            return self._reading.now_ms + self._reading.speed * (self._clock.steady_ms() - self._at_ms)

    @property
    def speed(self) -> int:
        """How many seconds the gateway's clock runs in one, as far as it is known."""
        return self._reading.speed

    @property
    def own(self) -> bool:
        """Whether it is the gateway's own clock, and not this machine's in its place."""
        return self._reading.own

    def refresh(self, *, force: bool = False) -> bool:
        """Ask the gateway when the last answer is old; return whether it can be reached."""
        steady = self._clock.steady_ms()
        apart = self._clock.now_ms() - steady
        with self._lock:
            # The steady clock may stand still while the machine sleeps: then the two have moved apart.
            slept = abs(apart - self._apart_ms) > REFRESH_MS
            if not (force or slept) and self._asked_ms is not None and steady - self._asked_ms < REFRESH_MS:
                return self.reachable
            self._asked_ms, self._apart_ms = steady, apart
        try:
            reading = self._gateway.reading()
        except Refused:
            self.reachable = False
            return False
        with self._lock:
            self._reading, self._at_ms = reading, self._clock.steady_ms()
        self.reachable = self.known = True
        return True
