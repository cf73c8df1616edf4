# SPDX-License-Identifier: Apache-2.0
"""The other side of the sender's state machine: what becomes of a call, and a gateway whose calls arrive late and whose list shows
them later still."""

from __future__ import annotations

from typing import Final

from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    GatewayClass,
    GatewayClock,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    RefusedWhole,
    Unknown,
)
from koodesk.backend.testing import ScriptedGateway, Step, accept_all, lost, refuse_by


def some(batch: Batch) -> Outcome:
    """Refuse every third number."""
    return refuse_by(lambda number: "blacklist" if number % 3 == 0 else "")(batch)


def left_out(batch: Batch) -> Outcome:
    """Answer for the first only."""
    return Answered((NumberResult(batch.numbers[0], True, f"{batch.key}:{batch.numbers[0]}"),))


def told_twice(batch: Batch) -> Outcome:
    """Say everything twice, and something of a stranger."""
    told = tuple(NumberResult(n, True, f"{batch.key}:{n}") for n in reversed(batch.numbers))
    return Answered((*told, *told, NumberResult(19_999_999_998, True, "x")))


def astray(batch: Batch) -> Outcome:
    """Time out; the call is still on its way, and arrives later."""
    del batch
    return Unknown("timeout")


STEPS: Final[tuple[Step, ...]] = (
    accept_all,
    some,
    told_twice,
    left_out,
    lost(accept_all),
    lost(some),
    RefusedWhole("template"),
    NotSent("busy", 1_000),
    Unknown("reset"),
    astray,
)


LONGEST_WAY_MS: Final = 50_000
"""How long a call may be on its way: less than two "not found" are apart."""


class Platform(ScriptedGateway):
    """A gateway that remembers when each call left that it took. Calls arrive late, and its list may show them later still:
    `shows_ms` after they left. It counts by the steady clock, which nobody moves. One with a list has no clock of its own, like the real cloud."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.took: list[tuple[str, int]] = []
        self.shows_ms = 0
        self._left: dict[str, int] = {}
        self._under_way: list[tuple[int, int, Batch]] = []

    def reading(self) -> GatewayClock:
        return super().reading()._replace(own=self.klass is not GatewayClass.LISTABLE)

    def send(self, batch: Batch) -> Outcome:
        self.arrive()
        stray = bool(self.script) and self.script[0] is astray
        outcome = super().send(batch)
        if stray and batch.key not in self._first:
            self._under_way.append((self.clock.passed_ms + LONGEST_WAY_MS, self._time_ms(), batch))
        return outcome

    def look_up(self, key: str) -> LookUp:
        self.arrive()
        shown = self._left.get(key, 0) + self.shows_ms <= self.clock.passed_ms
        return super().look_up(key) if shown or self.klass is not GatewayClass.LISTABLE else NotFound()

    def arrive(self) -> None:
        """Take the calls whose way is over."""
        for due in [one for one in self._under_way if one[0] <= self.clock.passed_ms]:
            self._under_way.remove(due)
            arrived_ms, left_ms, batch = due
            if self.klass is GatewayClass.IDEMPOTENT and batch.key in self._first:
                continue
            answer = accept_all(batch)
            assert isinstance(answer, Answered)
            self._keep(batch, answer)
            self.took[-1] = batch.key, left_ms
            self._left[batch.key] = arrived_ms - LONGEST_WAY_MS

    def _keep(self, batch: Batch, answer: Answered) -> None:
        super()._keep(batch, answer)
        self.took.append((batch.key, self._time_ms()))
        self._left[batch.key] = self.clock.passed_ms


LOST: Final[tuple[Step, ...]] = (lost(accept_all), lost(some), Unknown("reset"), astray)
