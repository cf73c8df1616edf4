# SPDX-License-Identifier: Apache-2.0
"""Campaigns for a person: prepare, confirm, watch, pause, resume, stop, export.

A campaign begins with `prepare`: everything it depends on is asked for, checked and frozen in a snapshot, and the
snapshot's digest is what `confirm` takes. Confirming asks for everything again; when anything differs, it is refused
and must be prepared anew. Sending itself is the worker's (`worker`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.desk import Frequency
from koodesk.backend.ports.exports import Prepared
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.sendable import Sources
from koodesk.backend.ports.sending import BudgetRow
from koodesk.backend.sending import plain, smart, video
from koodesk.backend.sending.export import COLUMNS, write_details
from koodesk.backend.sending.freezing import Freezer
from koodesk.backend.sending.frozen import Around, confirmation, sent_to, test_numbers
from koodesk.backend.sending.kinds import allowed_kinds, needs_any_kind, needs_for_kind
from koodesk.backend.sending.pricing import Pricing
from koodesk.backend.sending.reading import Ledger
from koodesk.backend.views.sending import (
    CampaignEventRow,
    CampaignRow,
    CarrierCount,
    Confirmation,
    DetailFilter,
    DetailPage,
    Funnel,
    HeldRow,
    LinkChoices,
)
from koodesk.domain.billing.forecast import Forecast
from koodesk.domain.billing.money import read_yuan, yuan
from koodesk.domain.campaign import (
    Buckets,
    CampaignDraft,
    CampaignKind,
    Snapshot,
    decode,
    digest_of,
    encode,
)
from koodesk.domain.export_job import FORMATS
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import masked
from koodesk.domain.send_draft import Draft, kind_of
from koodesk.domain.send_policy import SendPolicy
from koodesk.domain.send_state import CampaignMove
from koodesk.domain.sms import SmsRules
from koodesk.domain.video_send import VideoSendDraft, VideoSendRules

PAGE_LIMIT: Final = 1_000


def _nobody() -> None:
    """Wake nobody: a worker that runs looks by itself."""


class Campaigns:
    """Send tasks of one workspace, of smart messages, video SMS and plain SMS; `kinds` has the rights of each.

    `rules` judge the values of the SMS text, `video_rules` what a video SMS keeps to. `verify` computes an audience's
    digest from its rows again and raises Refused (audience.altered), `policy` is what the workspace holds its sends to now,
    `frequency` counts whom it wrote to lately, `wake` is called when there is something new to send, `pricing`, where there
    is one, forecasts what a send costs.
    """

    def __init__(
        self,
        access: Access,
        ledger: Ledger,
        sources: Sources,
        gateway: SendGateway,
        rules: SmsRules,
        video_rules: VideoSendRules,
        verify: Callable[[int], None],
        policy: Callable[[], SendPolicy],
        frequency: Frequency,
        wake: Callable[[], None] = _nobody,
        pricing: Pricing | None = None,
    ) -> None:
        self.access: Final = access
        self._ledger = ledger
        self._gateway = gateway
        self._around = Around(sources, gateway, rules, video_rules, policy, frequency, pricing)
        self._freezer = Freezer(self._around)
        self._verify = verify
        self._wake = wake

    # --- from draft to campaign ----------------------------------------------------------------------------

    @needs("kooMessage:devSendTask:create")
    def prepare(self, draft: CampaignDraft) -> Confirmation:
        """Check a smart send and freeze what it means now. Raises Refused with everything that is in the way."""
        return self._prepare(draft)

    @needs("kooMessage:basicSendTask:create")
    def prepare_video(self, draft: VideoSendDraft) -> Confirmation:
        """Check the send of a video SMS and freeze what it means now. Raises Refused with everything in the way.

        The confirmation counts the recipients by carrier and warns of those its template is not approved for, who are
        left out, and of a share of China Mobile below what the three-carrier package asks for.
        """
        return self._prepare(draft)

    @needs("kooMessage:devSendTask:create")
    def prepare_plain(self, draft: PlainSendDraft) -> Confirmation:
        """Check the send of a plain SMS and freeze what it means now. Raises Refused with everything in the way."""
        return self._prepare(draft)

    @needs("kooMessage:devSendTask:create")
    def preview(self, draft: CampaignDraft) -> Confirmation:
        """Show what a smart send would be without preparing it: its digest is empty. Raises Refused as `prepare` does."""
        return self._preview(draft)

    @needs("kooMessage:basicSendTask:create")
    def preview_video(self, draft: VideoSendDraft) -> Confirmation:
        """The same for a video SMS."""
        return self._preview(draft)

    @needs("kooMessage:devSendTask:create")
    def preview_plain(self, draft: PlainSendDraft) -> Confirmation:
        """The same for a plain SMS."""
        return self._preview(draft)

    @needs("kooMessage:devSendTask:create")
    def estimate(self, draft: CampaignDraft) -> Forecast | None:
        """Forecast a smart send as its form stands, without a confirmation. Raises Refused as `prepare` does."""
        return self._freezer.freeze(draft, "", self._gateway.now_ms()).forecast

    @needs("kooMessage:basicSendTask:create")
    def estimate_video(self, draft: VideoSendDraft) -> Forecast | None:
        """The same for a video SMS."""
        return self._freezer.freeze(draft, "", self._gateway.now_ms()).forecast

    @needs("kooMessage:devSendTask:create")
    def estimate_plain(self, draft: PlainSendDraft) -> Forecast | None:
        """The same for a plain SMS."""
        return self._freezer.freeze(draft, "", self._gateway.now_ms()).forecast

    @needs("kooMessage:devSendTask:create")
    def links(self) -> LinkChoices:
        """Return the custom domains and jump URLs a smart send may use: approved, the domains for standard codes."""
        found = self._around.sources.links()
        return LinkChoices(found.domains, found.jump_urls)

    @needs("kooMessage:basicSendTask:create")
    def carriers(self, template_id: int, audience_id: int) -> tuple[CarrierCount, ...]:
        """Forecast whom a video SMS would go to: an audience without who opted out, by carrier. Raises Refused (video_sms.*)."""
        found = self._around.sources.video(template_id)
        counts = self._around.sources.carriers(audience_id, found.signature).every
        return tuple(
            CarrierCount(carrier.value, count, carrier in sent_to(found)) for carrier, count in counts
        )

    @needs_for_kind("create")
    def shown(self, confirmation_digest: str) -> Confirmation:
        """Return what was prepared as it would be confirmed now, line for line as it was shown.

        Raises Refused: campaign.not_prepared, campaign.changed when anything of it is another by now, campaign.confirmed
        when it is a campaign already.
        """
        draft, text, campaign_id = self._ledger.confirmation(confirmation_digest)
        if campaign_id is not None:
            raise Refused(problem("campaign.confirmed", "confirmation", id=campaign_id))
        now = self._gateway.now_ms()
        _, frozen = self._freezer.again(confirmation_digest, draft, text, now)
        return confirmation(confirmation_digest, frozen, now)

    @needs_for_kind("create")
    def confirm(
        self, confirmation_digest: str, progress: Report = silent, cancel: Cancel = never
    ) -> CampaignRow:
        """Make the campaign that was prepared; a second time gives the same campaign.

        The audience's digest is computed from its rows again, then they are copied: seconds for a million, told to
        `progress` (stages "check" and "store"). Raises Refused: campaign.not_prepared, campaign.changed when anything
        of it is no longer as it was shown, audience.altered, campaign.cancelled; then there is no campaign.
        """
        draft, text, campaign_id = self._ledger.confirmation(confirmation_digest)
        if campaign_id is not None:
            return self._ledger.campaign(campaign_id)
        now = self._gateway.now_ms()
        shown, _ = self._freezer.again(confirmation_digest, draft, text, now)
        progress(Progress("check", 0, shown.imported))
        self._verify(shown.audience_id)
        campaign_id = self._ledger.create(confirmation_digest, text, now, self._who, progress, cancel)
        self._wake()
        return self._ledger.campaign(campaign_id)

    @needs("kooMessage:devSendTask:create")
    def test_send(
        self, draft: CampaignDraft, numbers: Sequence[int], params: Mapping[str, str] | None = None
    ) -> CampaignRow:
        """Send the draft's card and text to a few numbers at once, as a campaign of its own (试发测试).

        Raises Refused: everything `prepare` would, campaign.test.count for none or more than ten numbers,
        campaign.test.params when a parameter has no value.
        """
        now, unique, values = self._gateway.now_ms(), test_numbers(numbers), dict(params or {})
        return self._test(
            smart.freeze_test(self._around, draft, unique, values, uuid.uuid4().hex, now), unique, values, now
        )

    @needs("kooMessage:basicSendTask:create")
    def test_send_video(
        self, draft: VideoSendDraft, numbers: Sequence[int], params: Mapping[str, str] | None = None
    ) -> CampaignRow:
        """Send the draft's video SMS to a few numbers at once, as a campaign of its own.

        Raises Refused: everything `prepare_video` would, campaign.test.count, campaign.test.params, and
        campaign.test.carrier for a number whose carrier has not approved the template.
        """
        now, unique, values = self._gateway.now_ms(), test_numbers(numbers), dict(params or {})
        return self._test(
            video.freeze_test(self._around, draft, unique, values, uuid.uuid4().hex, now), unique, values, now
        )

    @needs("kooMessage:devSendTask:create")
    def test_send_plain(
        self, draft: PlainSendDraft, numbers: Sequence[int], params: Mapping[str, str] | None = None
    ) -> CampaignRow:
        """Send the draft's plain SMS to a few numbers at once, as a campaign of its own; `params` are the values of the variables
        that the draft has none for. Raises Refused: everything `prepare_plain` would, campaign.test.count, campaign.test.params.
        """
        now, unique, values = self._gateway.now_ms(), test_numbers(numbers), dict(params or {})
        return self._test(
            plain.freeze_test(self._around, draft, unique, values, uuid.uuid4().hex, now), unique, values, now
        )

    def _prepare(self, draft: Draft) -> Confirmation:
        now = self._gateway.now_ms()
        frozen = self._freezer.freeze(draft, uuid.uuid4().hex, now)
        text = encode(frozen.snapshot)
        digest = digest_of(text)
        self._ledger.save_confirmation(digest, draft, text, now)
        return confirmation(digest, frozen, now)

    def _preview(self, draft: Draft) -> Confirmation:
        now = self._gateway.now_ms()
        return confirmation("", self._freezer.freeze(draft, "", now), now)

    def _test(
        self, snapshot: Snapshot, numbers: Sequence[int], values: Mapping[str, str], now_ms: int
    ) -> CampaignRow:
        snapshot = replace(self._freezer.charged(snapshot), budget=0, waves=(), wave_rules=())
        wanted = snapshot.video_params if snapshot.kind == CampaignKind.VIDEO else snapshot.params
        text = json.dumps({name: values[name] for name in wanted}, ensure_ascii=False)
        campaign_id = self._ledger.create_test(
            encode(snapshot), [(number, text) for number in numbers], now_ms, self._who
        )
        self._wake()
        return self._ledger.campaign(campaign_id)

    @needs_for_kind("list")
    def held(self, confirmation_digest: str, after: int = 0, limit: int = 200) -> tuple[HeldRow, ...]:
        """Return the rows of a confirmation that a frequency limit holds back, behind a row_no, numbers masked."""
        if not 1 <= limit <= PAGE_LIMIT:
            raise Refused(problem("campaign.details.limit", "limit", limit=PAGE_LIMIT, actual=limit))
        _, text, _ = self._ledger.confirmation(confirmation_digest)
        found = self._around.frequency.held_numbers(decode(text), after, limit)
        return tuple(HeldRow(one.row_no, masked(one.number), one.counts, one.last_ms) for one in found)

    # --- watching ------------------------------------------------------------------------------------------

    @needs_any_kind("list")
    def list(
        self, tests: bool = False, limit: int = 500, kind: CampaignKind | None = None
    ) -> tuple[CampaignRow, ...]:
        """Return campaigns of a kind, or of every kind one may see, newest first; test sends only when asked for."""
        return self._ledger.campaigns(tests, limit, allowed_kinds(self.access, "list", kind))

    @needs_for_kind("list")
    def get(self, campaign_id: int) -> CampaignRow:
        """Return one campaign. Raises Refused (campaign.missing)."""
        return self._ledger.campaign(campaign_id)

    @needs_for_kind("list")
    def buckets(self, campaign_id: int) -> Buckets:
        """Return where every imported row stands."""
        return self._ledger.buckets(campaign_id)

    @needs_for_kind("list")
    def funnel(self, campaign_id: int) -> Funnel:
        """Return how far the messages got, whole and by vendor, or by carrier for a video SMS."""
        return self._ledger.funnel(campaign_id, self._now())

    @needs_for_kind("list")
    def details(
        self, campaign_id: int, after: int = 0, limit: int = 200, where: DetailFilter | None = None
    ) -> DetailPage:
        """Return recipients after a row id, numbers masked; go on with `next` until it is 0."""
        if not 1 <= limit <= PAGE_LIMIT:
            raise Refused(problem("campaign.details.limit", "limit", limit=PAGE_LIMIT, actual=limit))
        return self._ledger.details(campaign_id, after, limit, where or DetailFilter(), self._now())

    @needs_for_kind("list")
    def events(self, campaign_id: int, after: int = 0, limit: int = 500) -> tuple[CampaignEventRow, ...]:
        """Return what happened to a campaign, oldest first."""
        return self._ledger.events(campaign_id, after, limit)

    # --- steering ------------------------------------------------------------------------------------------

    @needs_for_kind("control")
    def pause(self, campaign_id: int) -> CampaignRow:
        """Let nothing new leave; what is in flight ends. Raises Refused (campaign.illegal_move)."""
        return self._steer(campaign_id, CampaignMove.PAUSE)

    @needs_for_kind("control")
    def resume(self, campaign_id: int) -> CampaignRow:
        """Go on, or say yes to a campaign that asks; what it sends is checked against what was confirmed again.

        Raises Refused (campaign.budget.reached) while its next chunk would go beyond its budget.
        """
        budget = self._ledger.budget(campaign_id)
        if budget.reached:
            raise Refused(
                problem(
                    "campaign.budget.reached",
                    "budget",
                    limit=yuan(budget.amount),
                    actual=yuan(budget.committed),
                )
            )
        row = self._steer(campaign_id, CampaignMove.RESUME)
        self._wake()
        return row

    @needs_for_kind("list")
    def budget(self, campaign_id: int) -> BudgetRow:
        """Return a campaign's budget (预算上限) and how much of it is committed."""
        return self._ledger.budget(campaign_id)

    @needs_for_kind("create")
    def raise_budget(self, campaign_id: int, amount: str) -> CampaignRow:
        """Allow a campaign to cost more, in yuan: a confirmation of its own, kept with who and when. It is resumed apart.

        Raises Refused: money.*, campaign.budget.none, campaign.budget.not_higher.
        """
        self._ledger.raise_budget(campaign_id, read_yuan(amount, "budget"), self._now(), self._who)
        return self._ledger.campaign(campaign_id)

    @needs_for_kind("control")
    def stop(self, campaign_id: int) -> CampaignRow:
        """Cancel what has not left. Raises Refused (campaign.illegal_move)."""
        row = self._steer(campaign_id, CampaignMove.STOP)
        self._wake()
        return row

    @needs_for_kind("control")
    def set_rate(self, campaign_id: int, rate: int) -> CampaignRow:
        """Change the most messages a second; 0 is no limit."""
        if rate < 0:
            raise Refused(problem("campaign.rate.range", "rate", least=0, actual=rate))
        self._ledger.set_rate(campaign_id, rate, self._now(), self._who)
        return self._ledger.campaign(campaign_id)

    def _steer(self, campaign_id: int, move: CampaignMove) -> CampaignRow:
        self._ledger.move(campaign_id, move, self._now(), by=self._who)
        return self._ledger.campaign(campaign_id)

    # --- exporting -----------------------------------------------------------------------------------------

    @needs_for_kind("export")
    def export(
        self, campaign_id: int, path: Path, reason: str, headings: Mapping[str, str] | None = None
    ) -> int:
        """Write every recipient with its full number to a .csv or .xlsx file; return how many.

        The audit row is durable before the first number leaves. Raises Refused: campaign.export.reason without a
        reason, export.kind for another kind of file, export.not_writable.
        """
        return self._prepared(campaign_id, reason, headings or {}).write(path, silent, never)

    @needs_for_kind("export")
    def prepare_export(
        self, campaign_id: int, reason: str, headings: Mapping[str, str] | None = None
    ) -> Prepared:
        """Do all of an export but the writing: the reason asked for, the audit row written. Raises Refused as `export`."""
        return self._prepared(campaign_id, reason, headings or {})

    def _prepared(self, campaign_id: int, reason: str, headings: Mapping[str, str]) -> Prepared:
        if not reason.strip():
            raise Refused(problem("campaign.export.reason", "reason"))
        campaign = self._ledger.campaign(campaign_id)
        now = self._now()
        self._ledger.record_export(campaign_id, now, self._who, reason.strip())
        counts = self._ledger.buckets(campaign_id)
        total = counts.total - counts.invalid - counts.duplicate  # those were never recipients

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            rows = self._ledger.full_rows(campaign_id, now)
            return write_details(path, rows, headings, COLUMNS[campaign.kind], progress, cancel, total)

        return Prepared(campaign.name, FORMATS[:2], total, write)

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """For `needs_for_kind`: the kind of a campaign (its id) or of a confirmation (its digest)."""
        if isinstance(reference, str):
            draft, _, _ = self._ledger.confirmation(reference)
            return kind_of(draft)
        return CampaignKind(self._ledger.kind(reference))

    @property
    def _who(self) -> str:
        return self.access.principal.name

    def _now(self) -> int:
        """Return the gateway's clock; looking and stopping must work while it is away, then by the newest event."""
        try:
            return self._gateway.now_ms()
        except Refused:
            return self._ledger.newest_ms()
