# SPDX-License-Identifier: Apache-2.0
"""The other topics as a campaign sees them: cards, SMS templates, video SMS and audiences, each with whether it may be sent.

Rights are those of the campaign service, which is the only caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.operations.cards import card_row
from koodesk.backend.operations.filed_links import FiledLinks
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.sms_rows import template_row
from koodesk.backend.operations.video_rows import template_state
from koodesk.backend.ports.audience import AudienceStore
from koodesk.backend.ports.sendable import (
    CarrierCounts,
    SendableAudience,
    SendableCard,
    SendableLinks,
    SendablePlain,
    SendableSms,
    SendableVideo,
)
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.clearing import SmsTemplateRow
from koodesk.backend.views.video import VideoTemplateState
from koodesk.domain.carrier import Carrier, Segments
from koodesk.domain.jump_url import check_jump_url
from koodesk.domain.plain_send import PlainSendRules
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.resolve_task import Generation, check_domain_name
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.signature import SmsType
from koodesk.domain.sms_rules import SmsRuleSet
from koodesk.domain.video_sms.codec import decode


class OptOuts(Protocol):
    """Numbers that replied R to a signature."""

    def count(self, connection: Connection, audience_id: int, signature: str) -> tuple[int, int]:
        """Return how many valid rows of an audience opted out, and how many of those cannot show the card."""
        ...

    def left(
        self, connection: Connection, audience_id: int, signature: str
    ) -> tuple[tuple[int, bool, int], ...]:
        """Count the valid rows that did not opt out: (first four digits, whether the card cannot be shown, rows)."""
        ...


class Owned(Protocol):
    """What the account has whose key is in use. Both raise Refused (cloud.other_account) for what another alone has."""

    def demand(self, tpl_id: str) -> None:
        """Look whose a card or video SMS is."""

    def sms_template(self, ref: str) -> str:
        """Return what the platform calls an SMS template."""


class DeskSources:
    """Implements `ports.sending.Sources` on the desk's own records. `now_ms` is the clock by which a validity ends; `owned` is
    asked where the platform has accounts: then each that returns a template raises what that does too."""

    def __init__(
        self,
        work: UnitOfWork,
        filings: Filings,
        rules: SmsRuleSet,
        audiences: AudienceStore,
        opt_outs: OptOuts,
        segments: Segments,
        now_ms: Callable[[], int],
        filed: FiledLinks,
        plain: PlainSendRules,
        owned: Owned | None = None,
    ) -> None:
        self._work = work
        self._filings = filings
        self._rules = rules
        self._audiences = audiences
        self._opt_outs = opt_outs
        self._segments = segments
        self._now_ms = now_ms
        self._filed = filed
        self._plain = plain
        self._owned = owned

    def card(self, card_id: int) -> SendableCard:
        """Return a card. Raises Refused: card.unknown, filing.needed (no smart message without the filing)."""
        with self._work.read() as connection:
            self._filings.check_cleared(connection)
            record = self._work.cards.get(connection, card_id)
            if record is None:
                raise Refused(problem("card.unknown", "card_id", id=card_id))
            submission = self._work.submissions.get(
                connection, ReviewKind.CARD, str(card_id), record.submitted_digest
            )
        row = card_row(record, submission)
        if self._owned is not None:
            self._owned.demand(row.tpl_id)
        return SendableCard(row.id, row.name, row.tpl_id, row.digest, row.params, row.sendable)

    def sms(self, sms_template_id: int) -> SendableSms:
        """Return an SMS template. Raises Refused("sms.unknown")."""
        with self._work.read() as connection:
            row = self._sms_row(connection, sms_template_id)
        if self._owned is not None:
            self._owned.sms_template(str(row.id))
        return SendableSms(
            sms_template_id=row.id,
            template=str(row.id),
            text=row.content,
            signature=row.signature_name,
            promotion=row.type is SmsType.PROMOTION,
            variables=tuple((str(v.number), v.type.value) for v in row.variables),
            sendable=row.sendable,
        )

    def plain(self, sms_template_id: int) -> SendablePlain:
        """Return an SMS template as what goes out by itself. Raises Refused: sms.unknown, filing.needed."""
        with self._work.read() as connection:
            if self._plain.filing:
                self._filings.check_cleared(connection)
            row = self._sms_row(connection, sms_template_id)
        if self._owned is not None:
            self._owned.sms_template(str(row.id))
        return SendablePlain(
            sms_template_id=row.id,
            template=str(row.id),
            text=row.content,
            signature=row.signature_name,
            promotion=row.type is SmsType.PROMOTION,
            variables=row.variables,
            why_not=row.plain_why_not,
        )

    def _sms_row(self, connection: Connection, sms_template_id: int) -> SmsTemplateRow:
        record = self._work.sms.template(connection, sms_template_id)
        if record is None:
            raise Refused(problem("sms.unknown", "sms_template_id", id=sms_template_id))
        sign = self._work.sms.signature(connection, record.draft.signature_id)
        assert sign is not None  # a foreign key holds it
        apps = {app.id: app for app in self._work.sms.apps(connection)}
        return template_row(self._rules.template, record, sign, apps, {})

    def video(self, template_id: int) -> SendableVideo:
        """Return a video SMS template as it was approved: its signature and channel are those it was handed in with.

        Raises Refused: video_sms.unknown, and filing.needed (nothing is sent without the filing of video SMS).
        """
        now = self._now_ms()
        with self._work.read() as connection:
            self._filings.check_video_cleared(connection)
            record = self._work.video.template(connection, template_id)
            if record is None:
                raise Refused(problem("video_sms.unknown", "template", id=template_id))
            submission = self._work.submissions.get(
                connection, ReviewKind.VIDEO_TEMPLATE, str(template_id), record.submitted_digest
            )
            text = self._work.video.content(connection, template_id, record.submitted_content)
            if text is None:
                raise Refused(problem("video_sms.unknown", "template", id=template_id))
        if self._owned is not None:
            self._owned.demand(record.tpl_id)
        template = decode(text)
        state, expires_ms = template_state(record, submission, template.validity_days, now)
        verdicts = submission.carriers if submission is not None else ()
        return SendableVideo(
            template_id=record.id,
            name=record.name,
            tpl_id=record.tpl_id,
            digest=record.submitted_digest,
            params=template.params,
            signature=record.submitted_signature,
            carriers=tuple(v.carrier for v in verdicts if v.verdict is Verdict.APPROVED),
            channel=template.channel.value,
            three=template.channel.three,
            sendable=state is VideoTemplateState.APPROVED,
            expires_ms=expires_ms,
        )

    def audience(self, audience_id: int, signature: str) -> SendableAudience:
        """Return an audience with its opted-out rows counted for a signature. Raises Refused("audience.unknown")."""
        with self._work.read() as connection:
            record = self._audiences.get(connection, audience_id)
            if record is None:
                raise Refused(problem("audience.unknown", "audience_id", id=audience_id))
            opted_out, unresolvable_opted_out = self._opt_outs.count(connection, audience_id, signature)
        return SendableAudience(
            audience_id=record.id,
            digest=record.digest,
            params=record.params,
            rows=record.rows,
            valid=record.valid,
            invalid=record.invalid,
            duplicate=record.duplicate,
            consent=record.consent_source,
            unasked=record.valid - record.resolvable - record.unresolvable,
            unresolvable=record.unresolvable,
            opted_out=opted_out,
            unresolvable_opted_out=unresolvable_opted_out,
        )

    def carriers(self, audience_id: int, signature: str) -> CarrierCounts:
        """Count an audience by carrier, without who opted out of a signature. Under a second for a million rows."""
        with self._work.read() as connection:
            heads = self._opt_outs.left(connection, audience_id, signature)
        every, unresolvable = Counter[Carrier](), Counter[Carrier]()
        for head, cannot, count in heads:
            carrier = self._segments.carrier_of_head(head)
            every[carrier] += count
            if cannot:
                unresolvable[carrier] += count
        return CarrierCounts(_in_order(every), _in_order(unresolvable))

    def carrier(self, number: int) -> Carrier:
        """Return the carrier a number's segment was given to."""
        return self._segments.carrier(number)

    def links(self) -> SendableLinks:
        """Return the approved domains for standard codes, and the approved jump URLs."""
        with self._work.read() as connection:
            return SendableLinks(
                self._filed.domains(connection, Generation.STANDARD), self._filed.urls(connection)
            )

    def link_problems(self, domain: str, jump_url: str) -> tuple[Problem, ...]:
        """Return what is wrong with a domain and a jump URL of a send: their form, or that they are not filed."""
        rules = self._filed.rules
        found = [*check_domain_name(domain, rules)] if domain else []
        limit = rules.send_jump_url
        if jump_url:
            found += check_jump_url(jump_url, limit.most, rules.private, "jump_url", source=limit.source)
        if errors(tuple(found)):
            return tuple(found)
        with self._work.read() as connection:
            found += self._filed.check_domain(connection, domain, Generation.STANDARD)
            found += self._filed.check_url(self._filed.hosts(connection), jump_url, "jump_url")
        return tuple(found)


def _in_order(counts: Counter[Carrier]) -> tuple[tuple[Carrier, int], ...]:
    return tuple((carrier, counts[carrier]) for carrier in Carrier if counts[carrier])
