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
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.sending import SendableAudience, SendableCard, SendableSms, Sources
from koodesk.backend.sending.export import write_details
from koodesk.backend.sending.reading import Ledger
from koodesk.backend.views.sending import (
    CampaignEventRow,
    CampaignRow,
    Confirmation,
    DetailFilter,
    DetailPage,
    Funnel,
)
from koodesk.domain.campaign import (
    TEST_LIMIT,
    Buckets,
    CampaignDraft,
    Snapshot,
    check_draft,
    decode,
    digest_of,
    encode,
)
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem
from koodesk.domain.quiet_hours import ANY_TIME, PROMOTION, Window, opens_at
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_state import CampaignMove
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, Variable, VariableType, count, places, render
from koodesk.domain.sms_values import check_value

CHUNK: Final = 1_000
"""Recipients of a call where the form names no size: large enough for speed, small enough for an unclear one."""

LINK_TYPE: Final = "NEWTEXT"
PAGE_LIMIT: Final = 1_000


def _nobody() -> None:
    """Wake nobody: a worker that runs looks by itself."""


class Campaigns:
    """Send tasks of one workspace.

    `rules` judge the values of the SMS text, `verify` computes an audience's digest from its rows again and raises
    Refused (audience.altered), `wake` is called when there is something new to send.
    """

    def __init__(
        self,
        access: Access,
        ledger: Ledger,
        sources: Sources,
        gateway: SendGateway,
        rules: SmsRules,
        verify: Callable[[int], None],
        wake: Callable[[], None] = _nobody,
    ) -> None:
        self.access: Final = access
        self._ledger = ledger
        self._sources = sources
        self._gateway = gateway
        self._rules = rules
        self._verify = verify
        self._wake = wake

    # --- from draft to campaign ----------------------------------------------------------------------------

    @needs("kooMessage:devSendTask:create")
    def prepare(self, draft: CampaignDraft) -> Confirmation:
        """Check a draft and freeze what it means now. Raises Refused with everything that is in the way."""
        now = self._gateway.now_ms()
        snapshot, card, notes = self._freeze(draft, uuid.uuid4().hex, now)
        text = encode(snapshot)
        digest = digest_of(text)
        self._ledger.save_confirmation(digest, draft, text, now)
        return _confirmation(digest, snapshot, card, notes, now)

    @needs("kooMessage:devSendTask:create")
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
        if digest_of(text) != confirmation_digest:
            raise Refused(problem("campaign.changed", "confirmation"))
        now = self._gateway.now_ms()
        shown = decode(text)
        present, _, _ = self._freeze(draft, shown.uuid, now)
        changed = [name for name in Snapshot.__slots__ if getattr(shown, name) != getattr(present, name)]
        if changed:
            raise Refused(*(problem("campaign.changed", name) for name in changed))
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
        now = self._gateway.now_ms()
        unique = tuple(dict.fromkeys(numbers))
        if not 1 <= len(unique) <= TEST_LIMIT:
            raise Refused(problem("campaign.test.count", "numbers", limit=TEST_LIMIT, actual=len(unique)))
        values = dict(params or {})
        card, sms = self._sources.card(draft.card_id), self._sources.sms(draft.sms_template_id)
        at_once = replace(draft, start_at_ms=0, not_after_ms=0)
        found = [*check_draft(at_once, now, sms.promotion), *_clearing(card, sms, at_once, self._rules)]
        found.extend(
            problem("campaign.test.params", f"param:{name}", name=name)
            for name in card.params
            if not values.get(name)
        )
        if errors(found):
            raise Refused(*found)
        nobody = SendableAudience(0, "", card.params, len(unique), len(unique), 0, 0, "test", 0, 0, 0, 0)
        snapshot = self._snapshot(at_once, uuid.uuid4().hex, card, sms, nobody, test=True)
        text = json.dumps({name: values[name] for name in card.params}, ensure_ascii=False)
        campaign_id = self._ledger.create_test(
            encode(snapshot), [(number, text) for number in unique], now, self._who
        )
        self._wake()
        return self._ledger.campaign(campaign_id)

    def _freeze(
        self, draft: CampaignDraft, id_: str, now_ms: int
    ) -> tuple[Snapshot, SendableCard, tuple[Problem, ...]]:
        """Ask for everything a draft names, check it, and return the snapshot with what is worth a note."""
        card, sms = self._sources.card(draft.card_id), self._sources.sms(draft.sms_template_id)
        audience = self._sources.audience(draft.audience_id, sms.signature)
        snapshot = self._snapshot(draft, id_, card, sms, audience)
        found = [*check_draft(draft, now_ms, sms.promotion), *_clearing(card, sms, draft, self._rules)]
        missing = [name for name in card.params if name not in audience.params]
        found.extend(problem("campaign.params.missing", "audience", name=name) for name in missing)
        if sms.promotion and not audience.consent.strip():
            found.append(problem("campaign.consent.missing", "audience"))
        if snapshot.to_send <= 0:
            found.append(problem("campaign.nothing_to_send", "audience", rows=audience.rows))
        if errors(found):
            raise Refused(*found)
        if audience.unasked:
            found.append(
                problem(
                    "campaign.capability.unasked",
                    "audience",
                    severity=Severity.WARNING,
                    count=audience.unasked,
                )
            )
        return snapshot, card, tuple(found)

    def _snapshot(
        self,
        draft: CampaignDraft,
        id_: str,
        card: SendableCard,
        sms: SendableSms,
        audience: SendableAudience,
        *,
        test: bool = False,
    ) -> Snapshot:
        window = draft.window or (PROMOTION if sms.promotion else ANY_TIME)
        cannot = audience.unresolvable - audience.unresolvable_opted_out
        not_eligible = cannot if draft.fallback is Fallback.NONE else 0
        size = draft.chunk_size or min(CHUNK, self._gateway.max_chunk)
        return Snapshot(
            uuid=id_,
            name=draft.name.strip(),
            test=test,
            card_id=card.card_id,
            card_digest=card.digest,
            tpl_id=card.tpl_id,
            params=card.params,
            sms_template_id=sms.sms_template_id,
            sms_template=sms.template,
            sms_text=sms.text,
            sms_values=tuple(sorted(draft.sms_values)),
            signature=sms.signature,
            promotion=sms.promotion,
            audience_id=audience.audience_id,
            audience_digest=audience.digest,
            imported=audience.rows,
            invalid=audience.invalid,
            duplicate=audience.duplicate,
            opted_out=audience.opted_out,
            not_eligible=not_eligible,
            to_send=audience.valid - audience.opted_out - not_eligible,
            unasked=audience.unasked,
            fallen_back=0 if draft.fallback is Fallback.NONE else cannot,
            fallback=draft.fallback.value,
            validity_days=draft.validity_days,
            start_at_ms=draft.start_at_ms,
            not_after_ms=draft.not_after_ms,
            window_start=window.start,
            window_end=window.end,
            gateway=self._gateway.name,
            gateway_class=self._gateway.klass.value,
            chunk_size=min(size, self._gateway.max_chunk),
            rate=draft.rate,
        )

    # --- watching ------------------------------------------------------------------------------------------

    @needs("kooMessage:devSendTask:list")
    def list(self, tests: bool = False, limit: int = 500) -> tuple[CampaignRow, ...]:
        """Return campaigns, newest first; test sends only when asked for."""
        return self._ledger.campaigns(tests, limit)

    @needs("kooMessage:devSendTask:list")
    def get(self, campaign_id: int) -> CampaignRow:
        """Return one campaign. Raises Refused (campaign.missing)."""
        return self._ledger.campaign(campaign_id)

    @needs("kooMessage:devSendTask:list")
    def buckets(self, campaign_id: int) -> Buckets:
        """Return where every imported row stands."""
        return self._ledger.buckets(campaign_id)

    @needs("kooMessage:devSendTask:list")
    def funnel(self, campaign_id: int) -> Funnel:
        """Return how far the messages got, whole and by vendor."""
        return self._ledger.funnel(campaign_id, self._now())

    @needs("kooMessage:devSendTask:list")
    def details(
        self, campaign_id: int, after: int = 0, limit: int = 200, where: DetailFilter | None = None
    ) -> DetailPage:
        """Return recipients after a row id, numbers masked; go on with `next` until it is 0."""
        if not 1 <= limit <= PAGE_LIMIT:
            raise Refused(problem("campaign.details.limit", "limit", limit=PAGE_LIMIT, actual=limit))
        return self._ledger.details(campaign_id, after, limit, where or DetailFilter(), self._now())

    @needs("kooMessage:devSendTask:list")
    def events(self, campaign_id: int, after: int = 0, limit: int = 500) -> tuple[CampaignEventRow, ...]:
        """Return what happened to a campaign, oldest first."""
        return self._ledger.events(campaign_id, after, limit)

    # --- steering ------------------------------------------------------------------------------------------

    @needs("kooMessage:devSendTask:control")
    def pause(self, campaign_id: int) -> CampaignRow:
        """Let nothing new leave; what is in flight ends. Raises Refused (campaign.illegal_move)."""
        return self._steer(campaign_id, CampaignMove.PAUSE)

    @needs("kooMessage:devSendTask:control")
    def resume(self, campaign_id: int) -> CampaignRow:
        """Go on, or say yes to a campaign that asks; what it sends is checked against what was confirmed again."""
        row = self._steer(campaign_id, CampaignMove.RESUME)
        self._wake()
        return row

    @needs("kooMessage:devSendTask:control")
    def stop(self, campaign_id: int) -> CampaignRow:
        """Cancel what has not left. Raises Refused (campaign.illegal_move)."""
        row = self._steer(campaign_id, CampaignMove.STOP)
        self._wake()
        return row

    @needs("kooMessage:devSendTask:control")
    def give_up(self, campaign_id: int) -> CampaignRow:
        """Count every unknown recipient as not accepted: a person's decision, written with a name."""
        self._ledger.give_up(campaign_id, self._now(), self._who)
        self._wake()
        return self._ledger.campaign(campaign_id)

    @needs("kooMessage:devSendTask:control")
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

    @needs("kooMessage:devSendTask:export")
    def export(
        self, campaign_id: int, path: Path, reason: str, headings: Mapping[str, str] | None = None
    ) -> int:
        """Write every recipient with its full number to a .csv or .xlsx file; return how many.

        The audit row is durable before the first number leaves. Raises Refused: campaign.export.reason without a
        reason, export.kind for another kind of file, export.not_writable.
        """
        if not reason.strip():
            raise Refused(problem("campaign.export.reason", "reason"))
        self._ledger.campaign(campaign_id)
        now = self._now()
        self._ledger.record_export(campaign_id, now, self._who, reason.strip())
        return write_details(path, self._ledger.full_rows(campaign_id, now), headings or {})

    @property
    def _who(self) -> str:
        return self.access.principal.name

    def _now(self) -> int:
        """Return the gateway's clock; looking and stopping must work while it is away, then by the newest event."""
        try:
            return self._gateway.now_ms()
        except Refused:
            return self._ledger.newest_ms()


def _clearing(card: SendableCard, sms: SendableSms, draft: CampaignDraft, rules: SmsRules) -> list[Problem]:
    """Return what of card and SMS template is not cleared for sending, and what is wrong with the text's values."""
    found: list[Problem] = []
    if not card.sendable:
        found.append(problem("campaign.card.not_sendable", "card", id=card.card_id))
    if not sms.sendable:
        found.append(problem("campaign.sms.not_sendable", "sms_template", id=sms.sms_template_id))
    if not any(kind == LINK_TYPE for _, kind in sms.variables):
        found.append(problem("campaign.sms.no_link", "sms_template", source="KM.00001377"))
    values = dict(draft.sms_values)
    needed = {name: kind for name, kind in sms.variables if kind != LINK_TYPE}
    found.extend(
        problem("campaign.sms_values.missing", f"sms:{name}", name=name)
        for name in sorted(needed.keys() - values.keys())
    )
    found.extend(
        problem("campaign.sms_values.unknown", f"sms:{name}", name=name)
        for name in sorted(values.keys() - needed.keys())
    )
    for name in sorted(needed.keys() & values.keys()):
        judged = check_value(rules, Variable(int(name), VariableType(needed[name])), values[name])
        found.extend(replace(one, where=f"sms:{name}") for one in judged)
    if needed.keys() <= values.keys():
        found.extend(_length(sms, values, rules))
    return found


def _length(sms: SendableSms, values: Mapping[str, str], rules: SmsRules) -> list[Problem]:
    """Return whether the SMS as the phone gets it, signature and link included, is too long."""
    link = "x" * rules.link_chars
    filled = {number: values.get(str(number), link) for number in places(sms.text)}
    actual = count(bracketed(sms.signature)) + count(render(sms.text, filled))
    if actual <= rules.with_signature_max:
        return []
    limit = rules.with_signature_max
    return [problem("campaign.sms.too_long", "sms_template", source="msgsms", limit=limit, actual=actual)]


def _confirmation(
    digest: str, snapshot: Snapshot, card: SendableCard, notes: tuple[Problem, ...], now_ms: int
) -> Confirmation:
    start = max(now_ms, snapshot.start_at_ms)
    return Confirmation(
        digest=digest,
        name=snapshot.name,
        card_id=snapshot.card_id,
        card_name=card.name,
        sms_text=snapshot.sms_text,
        signature=snapshot.signature,
        promotion=snapshot.promotion,
        audience_id=snapshot.audience_id,
        audience_digest=snapshot.audience_digest,
        imported=snapshot.imported,
        invalid=snapshot.invalid,
        duplicate=snapshot.duplicate,
        opted_out=snapshot.opted_out,
        not_eligible=snapshot.not_eligible,
        to_send=snapshot.to_send,
        with_card=snapshot.to_send - snapshot.fallen_back,
        fallback=snapshot.fallback,
        validity_days=snapshot.validity_days,
        start_at_ms=snapshot.start_at_ms,
        not_after_ms=snapshot.not_after_ms,
        window_start=snapshot.window_start,
        window_end=snapshot.window_end,
        opens_ms=opens_at(start, Window(snapshot.window_start, snapshot.window_end)),
        price_fen=snapshot.price_fen,
        notes=notes,
    )
