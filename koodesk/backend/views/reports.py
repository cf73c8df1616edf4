# SPDX-License-Identifier: Apache-2.0
"""Frozen rows of the report pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from koodesk.domain.heat import Clicks
from koodesk.domain.report import Counts
from koodesk.domain.service_report import ServiceCounts
from koodesk.domain.smart_report import SmartCounts
from koodesk.domain.template import Template


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line: `key` is the task's or template's id, the carrier or the day; `name` what is shown for it."""

    key: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """A report of video SMS, or of plain SMS, as of `as_of_ms` on the gateway's clock: its lines, their sum, and the days for the chart.

    `tasks` and `templates` are what can be chosen to filter by, as (id, name), newest first, whatever the filter.
    """

    lines: tuple[ReportLine, ...]
    total: Counts
    days: tuple[ReportLine, ...]
    tasks: tuple[tuple[int, str], ...]
    templates: tuple[tuple[int, str], ...]
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class SmartLine:
    """One line: `key` is the task's or template's id, the vendor ("" for unknown), the day or the month; `name` what is shown
    for it."""

    key: str
    name: str
    counts: SmartCounts


@dataclass(frozen=True, slots=True)
class SmartReport:
    """A report of smart messages as of `as_of_ms` on the gateway's clock, 0 while that is away: its lines, their sum, and the
    days for the chart.

    `tasks` and `templates` are what can be chosen to filter by, as (id, name), newest first, whatever the filter. `complete_to` is the last
    day the gateway's own report has by now (次日 16:00), None where everything is live; `last_day` the last day of a send, in days
    since 1970-01-01.
    """

    lines: tuple[SmartLine, ...]
    total: SmartCounts
    days: tuple[SmartLine, ...]
    tasks: tuple[tuple[int, str], ...]
    templates: tuple[tuple[int, str], ...]
    as_of_ms: int
    last_day: int
    complete_to: date | None


@dataclass(frozen=True, slots=True)
class CountGap:
    """A kept count that is not what the ledger says."""

    task: int
    day: date
    vendor: str
    name: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The ledger counted anew: how many messages, how many counts were compared, those that differ."""

    messages: int
    counts: int
    gaps: tuple[CountGap, ...]


@dataclass(frozen=True, slots=True)
class HeatReport:
    """Where a card was tapped: the very version that was sent (None where it is gone), its clicks by vendor and component, and by
    vendor how many people it was shown to. `tasks` are the sends it is of: one, or all of one version of a template."""

    title: str
    tasks: tuple[str, ...]
    template: Template | None
    clicks: tuple[Clicks, ...]
    exposed: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """Clicks on something of a service account: `name` of the account ("" for one that is not of this desk), `kind` (menu, home,
    shortcut) and `item` ("menu:1.2", or the day); what the grouping leaves out is 0 or empty. `words` are what stands on the item
    in effect, empty where it has none or is there no more."""

    account: int
    name: str
    kind: str
    item: str
    counts: ServiceCounts
    words: str = ""


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """A report of service accounts. `days` have the clicks of menu, home page and shortcuts in this order; `accounts` can be chosen;
    `last_day` is that of the newest click, in days since 1970-01-01; `complete` is whether the newest clicks could be fetched."""

    lines: tuple[ServiceLine, ...]
    total: ServiceCounts
    days: tuple[tuple[str, tuple[int, ...]], ...]
    accounts: tuple[tuple[int, str], ...]
    last_day: int
    complete: bool
