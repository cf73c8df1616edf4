# SPDX-License-Identifier: Apache-2.0
"""What the service of unknown outcomes needs from the ledger, one short transaction a method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from koodesk.backend.views.unknown import LateReportRow, UnknownCallRow, UnknownNumber
from koodesk.domain.unknown_call import CallFacts, Decision


class UnknownLedger(Protocol):
    """Calls without a whole answer, and decisions about them."""

    def about(self, campaign_id: int) -> tuple[str, str]:
        """Return a campaign's uuid and its gateway's class. Raises Refused (campaign.missing)."""
        ...

    def counts(self, campaign_id: int) -> tuple[int, int, int, int, int, int, int]:
        """Return: calls and numbers without an answer; numbers counted as sent, as not sent; reports that contradict,
        that confirm; calls that were put aside."""
        ...

    def calls(self, campaign_id: int, after: int, limit: int) -> tuple[UnknownCallRow, ...]:
        """Return calls without a whole answer behind the one numbered `after`, in order."""
        ...

    def late(self, campaign_id: int, limit: int) -> tuple[LateReportRow, ...]:
        """Return reports that contradict what was settled, newest first."""
        ...

    def facts(self, campaign_id: int, calls: Sequence[int]) -> tuple[CallFacts, ...]:
        """Return what is known of calls now, of all without a whole answer where none is named.

        Raises Refused (campaign.unknown.settled) when one of those named has its whole answer or never left.
        """
        ...

    def decide(
        self,
        campaign_id: int,
        decision: Decision,
        calls: Sequence[int],
        reason: str,
        digest: str,
        at_ms: int,
        by: str,
    ) -> int:
        """Settle the unanswered numbers of calls as a person says, in one commit with its event; return how many numbers.

        Raises Refused: campaign.unknown.changed when `digest` is of anything but what is known now.
        """
        ...

    def look_again(self, campaign_id: int, calls: Sequence[int], at_ms: int, by: str) -> int:
        """Let calls be asked about at the worker's next turn; return how many."""
        ...

    def send_again(self, campaign_id: int, calls: Sequence[int], at_ms: int, by: str) -> int:
        """Let calls that were put aside leave again; return how many. Raises Refused (campaign.unknown.settled) for none."""
        ...

    def numbers(self, campaign_id: int, which: str) -> Iterator[UnknownNumber]:
        """Stream numbers for an export: without an answer ("unknown"), or by a decision ("counted_sent", ...)."""
        ...

    def record_export(self, campaign_id: int, at_ms: int, by: str, reason: str) -> None:
        """Write the event of an export, before the first number leaves."""
        ...
