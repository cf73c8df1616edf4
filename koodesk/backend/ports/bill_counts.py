# SPDX-License-Identifier: Apache-2.0
"""What the settlement report needs from storage: the ledger counted by campaign, way and hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BilledCampaign:
    """A campaign as a bill knows it: by its uuid; the snapshot says what a message of it is charged for."""

    id: int
    uuid: str
    name: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class HourCount:
    """Recipients of a campaign to whom something happened in an hour: `way` is sms, video (arrived) or resolved."""

    hour_ms: int
    way: str
    count: int


@dataclass(frozen=True, slots=True)
class RecipientAt:
    """A recipient with its number and the instant of what it is listed for."""

    id: int
    number: int
    what: str
    at_ms: int


class BillCounts(Protocol):
    """Counts of the ledger. Each method is one short read, but for `parts`."""

    def campaigns(self) -> tuple[BilledCampaign, ...]:
        """Return every campaign, test sends included, newest first."""
        ...

    def accounts(self) -> Mapping[str, tuple[str, str]]:
        """Return kind ("pub", "sa_shortcut") and name of service accounts and shortcuts by the number a bill has of them."""
        ...

    def hours(self, campaign_id: int) -> tuple[HourCount, ...]:
        """Count a campaign's recipients by hour and way."""
        ...

    def parts(self, campaign_id: int, parts_of: Callable[[Mapping[str, str]], int]) -> tuple[HourCount, ...]:
        """Count the SMS parts of a campaign's messages that arrived, by hour; `parts_of` tells those of one by its values. In short
        reads: some seconds a million messages."""
        ...

    def behind(self, campaign_id: int, way: str, hour_ms: int, limit: int) -> tuple[RecipientAt, ...]:
        """List who is counted for an hour and way, and then who was accepted by its end and has no such receipt yet."""
        ...
