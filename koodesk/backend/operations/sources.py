# SPDX-License-Identifier: Apache-2.0
"""The other topics as a campaign sees them: cards, SMS templates and audiences, each with whether it may be sent.

Rights are those of the campaign service, which is the only caller.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.operations.cards import card_row
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.sms_rows import template_row
from koodesk.backend.ports.audience import AudienceStore
from koodesk.backend.ports.sending import SendableAudience, SendableCard, SendableSms
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.signature import SmsType
from koodesk.domain.sms_rules import SmsRuleSet


class OptOuts(Protocol):
    """Numbers that replied R to a signature."""

    def count(self, connection: Connection, audience_id: int, signature: str) -> tuple[int, int]:
        """Return how many valid rows of an audience opted out, and how many of those cannot show the card."""
        ...


class DeskSources:
    """Implements `ports.sending.Sources` on the desk's own records."""

    def __init__(
        self,
        work: UnitOfWork,
        filings: Filings,
        rules: SmsRuleSet,
        audiences: AudienceStore,
        opt_outs: OptOuts,
    ) -> None:
        self._work = work
        self._filings = filings
        self._rules = rules
        self._audiences = audiences
        self._opt_outs = opt_outs

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
        return SendableCard(row.id, row.name, row.tpl_id, row.digest, row.params, row.sendable)

    def sms(self, sms_template_id: int) -> SendableSms:
        """Return an SMS template. Raises Refused("sms.unknown")."""
        with self._work.read() as connection:
            record = self._work.sms.template(connection, sms_template_id)
            if record is None:
                raise Refused(problem("sms.unknown", "sms_template_id", id=sms_template_id))
            sign = self._work.sms.signature(connection, record.draft.signature_id)
            assert sign is not None  # a foreign key holds it
            apps = {app.id: app for app in self._work.sms.apps(connection)}
        row = template_row(self._rules.template, record, sign, apps, {})
        return SendableSms(
            sms_template_id=row.id,
            template=str(row.id),
            text=row.content,
            signature=row.signature_name,
            promotion=row.type is SmsType.PROMOTION,
            variables=tuple((str(v.number), v.type.value) for v in row.variables),
            sendable=row.sendable,
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
