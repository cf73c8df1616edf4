# SPDX-License-Identifier: Apache-2.0
"""What reports need from storage: the ledger counted by task, day and carrier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from koodesk.domain.report import Counts


@dataclass(frozen=True, slots=True)
class VideoTask:
    """A confirmed send of video SMS. Its recipients have the ids from `first_id` to `last_id`; nothing of it happened before
    `confirmed_ms`."""

    id: int
    name: str
    template_id: int
    template_name: str
    first_id: int
    last_id: int
    confirmed_ms: int


@dataclass(frozen=True, slots=True)
class CarrierDay:
    """Counts of a task's numbers of one carrier on one Beijing day; `carrier` as the ledger keeps it, "" for none."""

    day: int
    carrier: str
    counts: Counts


class ReportStore(Protocol):
    """Counts of the ledger. Each method is one short read."""

    def video_tasks(self) -> tuple[VideoTask, ...]:
        """Return the sends of video SMS without tests, newest first."""
        ...

    def stamp(self, task: VideoTask) -> tuple[int, int]:
        """Return what changes whenever a task's counts may have: how far receipts were read, how many answers came."""
        ...

    def counts(self, task: VideoTask, timed_out_before_ms: int) -> tuple[CarrierDay, ...]:
        """Count a task's rows; what was accepted before the instant and has no report is a timeout."""
        ...
