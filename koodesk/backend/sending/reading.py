# SPDX-License-Identifier: Apache-2.0
"""What the campaign service reads from storage for screens and the command line, in view rows; and the whole ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from koodesk.backend.ports.sending import Dispatching, Inbox, Planning
from koodesk.backend.views.sending import (
    CampaignEventRow,
    CampaignRow,
    DetailFilter,
    DetailPage,
    DetailRow,
    Funnel,
)
from koodesk.domain.campaign import EVERY_KIND, Buckets


class Reading(Protocol):
    """What screens and the command line show."""

    def campaigns(
        self, tests: bool, limit: int, kinds: Sequence[str] = EVERY_KIND
    ) -> tuple[CampaignRow, ...]:
        """Return campaigns of some kinds, newest first."""
        ...

    def kind(self, campaign_id: int) -> str:
        """Return what a campaign sends: "smart", "video" or "plain". Raises Refused (campaign.missing)."""
        ...

    def campaign(self, campaign_id: int) -> CampaignRow:
        """Return one campaign. Raises Refused (campaign.missing)."""
        ...

    def buckets(self, campaign_id: int) -> Buckets:
        """Return the derived counters."""
        ...

    def recount(self, campaign_id: int) -> Buckets:
        """Count the same from the rows themselves; slow, for verification."""
        ...

    def funnel(self, campaign_id: int, now_ms: int) -> Funnel:
        """Return the funnel, whole and by vendor or carrier."""
        ...

    def details(
        self, campaign_id: int, after: int, limit: int, where: DetailFilter, now_ms: int
    ) -> DetailPage:
        """Return recipients with an id above `after`, numbers masked."""
        ...

    def full_rows(self, campaign_id: int, now_ms: int) -> Iterator[DetailRow]:
        """Stream every recipient with its full number, for an export."""
        ...

    def events(self, campaign_id: int, after: int, limit: int) -> tuple[CampaignEventRow, ...]:
        """Return what happened, oldest first."""
        ...

    def newest_ms(self) -> int:
        """Return the instant of the newest event of any campaign, 0 when there is none."""
        ...

    def record_export(self, campaign_id: int, at_ms: int, by: str, reason: str) -> None:
        """Write the audit row of an export, before the first number leaves."""
        ...


class Ledger(Planning, Dispatching, Inbox, Reading, Protocol):
    """All of it: what one store implements."""
