# SPDX-License-Identifier: Apache-2.0
"""Unknown outcomes (结果未知) for a person: what is known of each call, and her decision about it.

Looking again asks the gateway once more; deciding settles what nobody could find out. A decision is prepared first, and
carried out only by the digest of what was shown: the calls as they were, the decision and its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.table_export import write_table
from koodesk.backend.ports.exports import ExportKind, Prepared
from koodesk.backend.ports.gateway import GatewayClass, SendGateway
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.sending.kinds import export_right, needs_for_kind
from koodesk.backend.sending.settling import SETTLE_MS
from koodesk.backend.sending.unknown_ledger import UnknownLedger
from koodesk.backend.views.unknown import DecisionRow, UnknownRow
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.export_job import FORMATS
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import ChunkState
from koodesk.domain.unknown_call import CODES, REASON_LIMIT, Decision, decision_digest

CALLS_LIMIT: Final = 200
LATE_LIMIT: Final = 50

EXPORTED: Final = ("unknown", *CODES.values())
"""What numbers can be exported: those without an answer, those counted as sent, those counted as not sent."""

COLUMNS: Final = ("number", "call", "key", "called_ms", "bucket", "code")

_BEIJING: Final = timezone(timedelta(hours=8))


class Unknowns:
    """Unknown outcomes of one workspace. `kind_of` finds what a campaign sends, `newest_ms` the last instant known where the
    gateway cannot be asked, `wake` is called when the worker has something to do."""

    def __init__(
        self,
        access: Access,
        ledger: UnknownLedger,
        gateway: SendGateway,
        kind_of: Callable[[int], str],
        newest_ms: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self.access: Final = access
        self._ledger = ledger
        self._gateway = gateway
        self._kind = kind_of
        self._newest_ms = newest_ms
        self._wake = wake

    @needs_for_kind("list")
    def open(self, campaign_id: int, after: int = 0, limit: int = 50) -> UnknownRow:
        """Return what is unknown of a campaign, its calls behind the one numbered `after`. Raises Refused (campaign.missing)."""
        if not 1 <= limit <= CALLS_LIMIT:
            raise Refused(problem("campaign.details.limit", "limit", limit=CALLS_LIMIT, actual=limit))
        _, klass = self._ledger.about(campaign_id)
        calls, numbers, sent, not_sent, contradicted, confirmed, aside = self._ledger.counts(campaign_id)
        rows = self._ledger.calls(campaign_id, after, limit)
        return UnknownRow(
            gateway_class=klass,
            may_look=klass != GatewayClass.BLIND,
            settle_ms=SETTLE_MS[GatewayClass(klass)] if klass != GatewayClass.BLIND else 0,
            call_count=calls,
            numbers=numbers,
            calls=rows,
            next=rows[-1].no if len(rows) == limit else 0,
            counted_sent=sent,
            counted_not_sent=not_sent,
            contradicted=contradicted,
            confirmed=confirmed,
            aside=aside,
            late=self._ledger.late(campaign_id, LATE_LIMIT) if contradicted else (),
        )

    @needs_for_kind("control")
    def look_again(self, campaign_id: int, calls: Sequence[int] = ()) -> int:
        """Ask the gateway about calls at once, about all without an answer where none is named; return how many.

        An early "not found" is kept and shown, but settles nothing before the settle time. Raises Refused:
        campaign.unknown.no_list where the gateway has no list, campaign.unknown.settled.
        """
        _, klass = self._ledger.about(campaign_id)
        if klass == GatewayClass.BLIND:
            raise Refused(problem("campaign.unknown.no_list", "calls"))
        asked = self._ledger.look_again(campaign_id, calls, self._now(), self._who)
        self._wake()
        return asked

    @needs_for_kind("decide")
    def send_again(self, campaign_id: int, calls: Sequence[int] = ()) -> int:
        """Let calls that were put aside leave again, all of them where none is named; return how many.

        With a gateway that keeps keys that is the same call once more; with any other only what never left may go. Raises
        Refused: campaign.unknown.may_have_left, campaign.unknown.settled.
        """
        _, klass = self._ledger.about(campaign_id)
        facts = self._ledger.facts(campaign_id, calls)
        if klass != GatewayClass.IDEMPOTENT:
            never = tuple(fact.no for fact in facts if fact.state == ChunkState.PLANNED)
            if not never or (calls and len(never) != len(facts)):
                raise Refused(problem("campaign.unknown.may_have_left", "calls"))
            calls = never
        count = self._ledger.send_again(campaign_id, calls, self._now(), self._who)
        self._wake()
        return count

    @needs_for_kind("decide")
    def prepare(self, campaign_id: int, decision: Decision, calls: Sequence[int], reason: str) -> DecisionRow:
        """Say what a decision would settle, bound to its digest; without named calls it is about all of them.

        Raises Refused: campaign.unknown.reason for none or one too long, campaign.unknown.settled, campaign.unknown.never_left
        when what never left is to count as sent.
        """
        reason = _checked(reason)
        uuid, _ = self._ledger.about(campaign_id)
        facts = self._ledger.facts(campaign_id, calls)
        if decision is Decision.SENT and any(fact.state == ChunkState.PLANNED for fact in facts):
            raise Refused(problem("campaign.unknown.never_left", "calls"))
        return DecisionRow(
            decision_digest(uuid, decision, reason, facts),
            campaign_id,
            decision.value,
            reason,
            tuple(fact.no for fact in facts),
            sum(fact.unanswered for fact in facts),
        )

    @needs_for_kind("decide")
    def decide(self, campaign_id: int, prepared: DecisionRow) -> int:
        """Carry out a decision as it was shown; return how many numbers it settled.

        Raises Refused (campaign.unknown.changed, campaign.unknown.settled) when any of its calls is no longer as it was.
        """
        if prepared.campaign_id != campaign_id:
            raise Refused(problem("campaign.unknown.changed", "calls"))
        settled = self._ledger.decide(
            campaign_id,
            Decision(prepared.decision),
            prepared.calls,
            prepared.reason,
            prepared.digest,
            self._now(),
            self._who,
        )
        self._wake()
        return settled

    @needs_for_kind("export")
    def prepare_export(
        self,
        campaign_id: int,
        reason: str,
        which: str = EXPORTED[0],
        headings: Mapping[str, str] | None = None,
    ) -> Prepared:
        """Do all of an export of numbers but the writing. Raises Refused: campaign.export.reason, export.unknown for another
        `which` than one of EXPORTED, campaign.missing."""
        if not reason.strip():
            raise Refused(problem("campaign.export.reason", "reason"))
        if which not in EXPORTED:
            raise Refused(problem("export.unknown", "which", kind=which[:40]))
        self._ledger.about(campaign_id)
        _, numbers, sent, not_sent, *_ = self._ledger.counts(campaign_id)
        total = dict(zip(EXPORTED, (numbers, sent, not_sent), strict=True))[which]
        self._ledger.record_export(campaign_id, self._now(), self._who, reason.strip())
        titles = [(headings or {}).get(name, name) for name in COLUMNS]

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            rows = (
                (str(number), call, key, _moment(called_ms), bucket, code)
                for number, call, key, called_ms, bucket, code in self._ledger.numbers(campaign_id, which)
            )
            return write_table(path, titles, rows, progress, cancel, total)

        return Prepared(f"{campaign_id}-{which}", FORMATS[:2], total, write)

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """For `needs_for_kind`."""
        return CampaignKind(self._kind(int(reference)))

    @property
    def _who(self) -> str:
        return self.access.principal.name

    def _now(self) -> int:
        """Return the gateway's clock; a person decides just when it cannot be asked, then by the newest event."""
        try:
            return self._gateway.now_ms()
        except Refused:
            return self._newest_ms()


def unknown_kind(unknown: Unknowns, kind_of: Callable[[int], str]) -> ExportKind:
    """Return the export of numbers of unknown outcome."""
    return ExportKind(
        lambda o: unknown.prepare_export(
            int(o["campaign"]), str(o["reason"]), str(o.get("which", EXPORTED[0])), o.get("headings")
        ),
        export_right(kind_of),
    )


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_LIMIT or not reason.isprintable():
        raise Refused(problem("campaign.unknown.reason", "reason", limit=REASON_LIMIT, actual=len(reason)))
    return reason


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at_ms else ""
