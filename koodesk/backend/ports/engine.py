# SPDX-License-Identifier: Apache-2.0
"""The local engine as the desk sees it: where it runs, how it stands, its settings, clock and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from koodesk.backend.ports.gateway import GatewayClock

if TYPE_CHECKING:
    from koodesk.backend.ports.faults import FaultsInForce
    from koodesk.domain.fault_script import FaultScript


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a running engine is reached; the key signs every request and lives as long as the process."""

    url: str
    pid: int
    key: str
    version: str


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The engine at a glance. `now_ms` is its clock, `offset_ms` how far that is ahead of real time, `speed` how many
    seconds it runs in one; `faults` how many rules of a fault script are in force; `changes` the last change of a review.

    The reviewers' hours: `day` (workday, weekend, holiday, makeup: a weekend that is worked), `announced` whether this
    year's holidays are known, `open` whether they are at work, and `opens_ms` when they are next.
    """

    version: str
    pid: int
    now_ms: int
    offset_ms: int
    reviewer: str
    reviews: int
    messages: int
    receipts: int
    day: str = ""
    announced: bool = True
    open: bool = True
    opens_ms: int = 0
    speed: int = 1
    faults: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The seeded model of phones and faults, as GET/PUT /engine/v1/settings. Shares are 0..1.

    `video_silent` is the share of video SMS nobody ever reports about.
    `lost_answers` and `busy` are faults: batches accepted without an answer, and batches turned away.
    """

    reviewer: str
    seed: int
    vendor_mix: tuple[tuple[str, float], ...]
    delivered: float
    resolved: float
    exposed: float
    clicked: float
    duplicate_receipts: float
    out_of_order: float
    receipt_delay_ms: int
    replied: float = 0.004
    quiet_hours: bool = True
    lost_answers: float = 0.0
    busy: float = 0.0
    video_silent: float = 0.01


class EngineAdmin(Protocol):
    """What only a local engine has: a clock that runs forward and settings. Raises Refused."""

    def status(self) -> EngineStatus:
        """Return the engine at a glance."""
        ...

    def forward(self, forward_ms: int) -> int:
        """Run the engine's clock forward; return the new now in ms."""
        ...

    def set_speed(self, speed: int) -> GatewayClock:
        """Let the engine's clock run at a speed from now on; return the clock."""
        ...

    def settings(self) -> EngineSettings:
        """Return the settings in force."""
        ...

    def change(self, settings: EngineSettings) -> EngineSettings:
        """Put settings in force and return them."""
        ...

    def faults(self) -> FaultsInForce:
        """Return the fault script in force, and since when it is."""
        ...

    def put_faults(self, script: FaultScript) -> FaultScript:
        """Put a fault script in force from now on, an empty one to end it; return it."""
        ...

    def message(self, message_id: str) -> Mapping[str, object]:
        """Return what one phone got: short_url, expires_ms, vendor, sms_text and more."""
        ...
