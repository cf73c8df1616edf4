# SPDX-License-Identifier: Apache-2.0
"""What reports need from storage: the kept counts by task, day and vendor or carrier, and the ledger counted anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from koodesk.backend.ports.progress import Cancel, Report
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.heat import Clicks
from koodesk.domain.report import Counts
from koodesk.domain.smart_report import SmartTally


@dataclass(frozen=True, slots=True)
class SentTask:
    """A confirmed send of what carriers report about: video SMS, or plain SMS. Its recipients have the ids from `first_id` to `last_id`; nothing of it happened before
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


@dataclass(frozen=True, slots=True)
class SentCard:
    """A send of a smart message: its card, the digest of the version that was sent, and its recipients' ids."""

    task: int
    name: str
    card: int
    digest: str
    first_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class CountGap:
    """A kept count that is not what the ledger says: of one task, Beijing day (days since 1970-01-01) and vendor."""

    task: int
    day: int
    vendor: str
    name: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class Recount:
    """The ledger counted anew: how many messages it took, how many counts were compared, and those that differ."""

    messages: int
    counts: int
    gaps: tuple[CountGap, ...]


class ReportStore(Protocol):
    """Counts of the ledger. Each method but `recount` is one short read."""

    def smart_tallies(self, tests: bool = False) -> tuple[SmartTally, ...]:
        """Return the kept counts of the sends of smart messages; of test sends too when asked for."""
        ...

    def smart_names(self) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
        """Return the tasks and the templates of the sends of smart messages as (id, name), newest first."""
        ...

    def sent_cards(self, task: int, template: int) -> tuple[SentCard, ...]:
        """Return one send, or the sends of a template without tests, newest first; 0 is none."""
        ...

    def clicks(self, sent: SentCard) -> tuple[Clicks, ...]:
        """Return the clicks of a send by vendor and code."""
        ...

    def recount(self, progress: Report, cancel: Cancel) -> Recount:
        """Count the ledger and compare: some seconds a million messages. Raises Refused (report.cancelled)."""
        ...

    def sent_tasks(self, kind: CampaignKind) -> tuple[SentTask, ...]:
        """Return the sends of video SMS or of plain SMS without tests, newest first."""
        ...

    def stamp(self, task: SentTask) -> tuple[int, int]:
        """Return what changes whenever a task's counts may have: how far receipts were read, how many answers came."""
        ...

    def counts(self, task: SentTask, timed_out_before_ms: int) -> tuple[CarrierDay, ...]:
        """Count a task's rows; what was accepted before the instant and has no report is a timeout."""
        ...
