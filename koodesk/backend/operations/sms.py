# SPDX-License-Identifier: Apache-2.0
"""SMS applications, signatures and templates: adding, changing what was refused, handing in, listing.

Every rule is the domain's; what is here is the order of things: check the form, save the intent, hand in, save the
answer. An entry whose reviewer could not be reached is saved and handed in by the next `sync`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations import sms_rows as rows
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.ports.clearing import SignatureRecord, SmsAppRecord, SmsTemplateRecord, Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import Used, refuse_in_use
from koodesk.backend.ports.files import PaperFiles
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.clearing import SignatureRow, SmsAppRow, SmsTemplateRow
from koodesk.domain import signature as signatures
from koodesk.domain import sms, sms_app
from koodesk.domain.papers import Paper, PaperRule
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.review_state import ReviewKind, revision_digest, taken_by
from koodesk.domain.signature import SignatureDraft, SignatureEvent, SignatureState, SmsType
from koodesk.domain.sms import SmsEstimate, SmsTemplateDraft, SmsTemplateEvent, SmsTemplateState, Variable
from koodesk.domain.sms_app import SmsAppDraft, SmsAppEvent, SmsAppState
from koodesk.domain.sms_rules import SmsRuleSet


class Sms:
    """The SMS layer of the desk (短消息配置)."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        rules: SmsRuleSet,
        papers: PaperFiles,
        clock: Clock,
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._submitting = submitting
        self._papers = papers
        self._clock = clock
        submitting.register(ReviewKind.SMS_APP, self._move_app)
        submitting.register(ReviewKind.SMS_SIGNATURE, self._move_signature)
        submitting.register(ReviewKind.SMS_TEMPLATE, self._move_template)

    # --- applications ----------------------------------------------------------------------------------------

    @needs("kooMessage:smsApp:list")
    def apps(self) -> tuple[SmsAppRow, ...]:
        """Return all applications, newest first."""
        with self._work.read() as connection:
            found = self._work.submissions.of_kind(connection, ReviewKind.SMS_APP)
            return tuple(rows.app_row(record, found) for record in self._work.sms.apps(connection))

    @needs("kooMessage:smsApp:create")
    def add_app(self, name: str, uplink_url: str = "") -> SmsAppRow:
        """Add an application and hand it in. Cannot be deleted afterwards.

        Adding again one that the reviewer never got hands it in. Raises Refused: sms_app.*, gateway.* (saved).
        """
        draft = SmsAppDraft(name, uplink_url)
        with self._work.write() as connection:
            known = self._work.sms.apps(connection)
            same = next((r for r in known if sms_app.name_key(r.draft.name) == sms_app.name_key(name)), None)
            retry = same is not None and same.state is SmsAppState.NOT_SUBMITTED
            taken = tuple(r.draft.name for r in known if not (retry and r is same))
            _refuse(sms_app.check_app(self.rules.app, draft, taken))
            digest = revision_digest(sms_app.body(draft))
            if retry and same is not None:
                state = sms_app.advance(same.state, SmsAppEvent.EDIT)
                record = replace(same, draft=draft, state=state, submitted_digest=digest)
            else:
                record = SmsAppRecord(0, draft, SmsAppState.NOT_SUBMITTED, digest, self._clock.now_ms())
            record = self._work.sms.put_app(connection, record)
            submission = self._submitting.intend(
                connection, ReviewKind.SMS_APP, str(record.id), digest, sms_app.body(draft)
            )
        self._hand_in(submission)
        return next(row for row in self.apps() if row.id == record.id)

    # --- signatures ------------------------------------------------------------------------------------------

    @needs("kooMessage:smsSignature:list")
    def signatures(self, app_id: int | None = None) -> tuple[SignatureRow, ...]:
        """Return the signatures, of one application where given, newest first."""
        with self._work.read() as connection:
            apps = {r.id: r for r in self._work.sms.apps(connection)}
            found = self._work.submissions.of_kind(connection, ReviewKind.SMS_SIGNATURE)
            return tuple(
                rows.signature_row(record, apps[record.draft.app_id].draft.name, found)
                for record in self._work.sms.signatures(connection)
                if app_id in (None, record.draft.app_id)
            )

    @needs("kooMessage:smsSignature:create")
    def add_signature(
        self, draft: SignatureDraft, licence: Path | None, attorney: Path | None = None
    ) -> SignatureRow:
        """Add a signature and hand it in; `licence` and `attorney` are files to be copied in.

        Raises Refused: signature.*, paper.*, gateway.* (saved).
        """
        return self._put_signature(0, draft, licence, attorney)

    @needs("kooMessage:smsSignature:create")
    def change_signature(
        self,
        signature_id: int,
        draft: SignatureDraft,
        licence: Path | None = None,
        attorney: Path | None = None,
        seen: str = "",
    ) -> SignatureRow:
        """Change a refused signature (or one not handed in yet) and hand it in; None keeps the stored file.

        `seen` is the row's `draft_content` when it was opened. Raises Refused: record.changed when somebody has changed it since,
        signature.illegal_move in every other state, and as `add_signature`.
        """
        return self._put_signature(signature_id, draft, licence, attorney, seen)

    @needs("kooMessage:smsSignature:delete")
    def delete_signature(self, signature_id: int) -> None:
        """Delete a signature with its channel number.

        Raises Refused: signature.under_review, record.in_use while templates are under it: the platform would delete them
        with it, and nobody should lose them unasked.
        """
        with self._work.write() as connection:
            record = self._signature(connection, signature_id)
            if record.state in (SignatureState.PENDING_REVIEW, SignatureState.PROCESSING):
                raise Refused(problem("signature.under_review", state=record.state.value))
            under = [t for t in self._work.sms.templates(connection) if t.draft.signature_id == signature_id]
            refuse_in_use(tuple(t.draft.name for t in under))
            self._submitting.give_up(connection, ReviewKind.SMS_SIGNATURE, str(signature_id))
            self._work.sms.delete_signature(connection, signature_id)

    # --- templates -------------------------------------------------------------------------------------------

    @needs("kooMessage:smsTemplate:list")
    def templates(self, sendable_for_signature: int | None = None) -> tuple[SmsTemplateRow, ...]:
        """Return all templates newest first; with a signature's id, those of it that can carry a smart message."""
        with self._work.read() as connection:
            apps = {r.id: r for r in self._work.sms.apps(connection)}
            signs = {r.id: r for r in self._work.sms.signatures(connection)}
            found = self._work.submissions.of_kind(connection, ReviewKind.SMS_TEMPLATE)
            listed = tuple(
                rows.template_row(self.rules.template, record, signs[record.draft.signature_id], apps, found)
                for record in self._work.sms.templates(connection)
            )
        if sendable_for_signature is None:
            return listed
        return tuple(r for r in listed if r.signature_id == sendable_for_signature and r.sendable)

    @needs("kooMessage:smsTemplate:create")
    def add_template(self, draft: SmsTemplateDraft) -> SmsTemplateRow:
        """Add a template and hand it in. Raises Refused: sms.*, gateway.* (saved)."""
        return self._put_template(0, draft)

    @needs("kooMessage:smsTemplate:create")
    def change_template(self, template_id: int, draft: SmsTemplateDraft, seen: str = "") -> SmsTemplateRow:
        """Change a refused template (or one not handed in yet) and hand it in; `seen` is the row's `draft_content` when it was opened.

        Raises Refused: record.changed when somebody has changed it since, sms.illegal_move, ...
        """
        return self._put_template(template_id, draft, seen)

    @needs("kooMessage:smsTemplate:delete")
    def delete_template(self, template_id: int) -> None:
        """Delete a template that is not under review. Raises Refused: sms.under_review, record.in_use (by a campaign)."""
        with self._work.write() as connection:
            record = self._template(connection, template_id)
            if record.state is SmsTemplateState.REVIEWING:
                raise Refused(problem("sms.under_review", state=record.state.value))
            refuse_in_use(self._work.uses.names(connection, Used.SMS_TEMPLATE, template_id))
            self._submitting.give_up(connection, ReviewKind.SMS_TEMPLATE, str(template_id))
            self._work.sms.delete_template(connection, template_id)

    @needs("kooMessage:smsTemplate:list")
    def estimate(
        self, content: str, signature_name: str, variables: tuple[Variable, ...] = ()
    ) -> SmsEstimate:
        """Return 预计短消息字数 and 预计拆分条数 of a content. Quick and pure: touches nothing."""
        return sms.estimate(self.rules.template, content, signature_name, variables)

    @needs("kooMessage:smsTemplate:list")
    def check(
        self, content: str, kind: SmsType, variables: tuple[Variable, ...], signature_name: str
    ) -> tuple[Problem, ...]:
        """Return what is wrong with a content, notes included, for a form that answers while one types."""
        return sms.check_content(self.rules.template, content, kind, variables, signature_name)

    # --- inside ----------------------------------------------------------------------------------------------

    def _hand_in(self, submission: Submission) -> None:
        if submission.verdict is None:
            self._submitting.hand_in(submission)

    def _store(self, rule: PaperRule, where: str, path: Path | None) -> Paper | None:
        return None if path is None else self._papers.put(rule, where, path)

    def _put_signature(
        self,
        signature_id: int,
        draft: SignatureDraft,
        licence: Path | None,
        attorney: Path | None,
        seen: str = "",
    ) -> SignatureRow:
        rules = self.rules.signature
        paper = self._store(rules.licence, "paper:licence", licence)
        letter = self._store(rules.attorney, "paper:attorney", attorney)
        with self._work.write() as connection:
            app = self._work.sms.app(connection, draft.app_id)
            if app is None:
                raise Refused(problem("signature.no_app", "app_id", source="seed t2-6"))
            others = [r for r in self._work.sms.signatures(connection) if r.draft.app_id == draft.app_id]
            same = next(
                (r for r in others if r.draft.name == draft.name and r.draft.type is draft.type), None
            )
            if not signature_id and same is not None and same.state is SignatureState.NOT_SUBMITTED:
                signature_id = same.id  # the reviewer never got it: adding again hands it in
            if signature_id:
                record = self._signature(connection, signature_id)
                _as_seen(seen, rows.content_of(record.draft))
                state = signatures.advance(record.state, SignatureEvent.EDIT)
                kept = record.attorney if draft.third_party else None
                record = replace(
                    record,
                    draft=draft,
                    licence=paper or record.licence,
                    attorney=letter or kept,
                    state=state,
                )
            else:
                created = self._clock.now_ms()
                record = SignatureRecord(
                    0, draft, paper, letter, SignatureState.NOT_SUBMITTED, "", "", created
                )
            found = list(signatures.check_signature(rules, draft, record.licence, record.attorney))
            if same is not None and same.id != signature_id:
                found.append(problem("signature.name.taken", "name", name=draft.name))
            _refuse(tuple(found))
            body = signatures.body(draft, app.draft.name, record.licence, record.attorney)
            record = self._work.sms.put_signature(
                connection, replace(record, submitted_digest=revision_digest(body))
            )
            submission = self._submitting.intend(
                connection, ReviewKind.SMS_SIGNATURE, str(record.id), record.submitted_digest, body
            )
        self._hand_in(submission)
        return next(row for row in self.signatures() if row.id == record.id)

    def _put_template(self, template_id: int, draft: SmsTemplateDraft, seen: str = "") -> SmsTemplateRow:
        with self._work.write() as connection:
            sign = self._work.sms.signature(connection, draft.signature_id)
            if sign is None:
                raise Refused(problem("sms.no_signature", "signature_id", source="seed t2-7"))
            app = self._work.sms.app(connection, sign.draft.app_id)
            assert app is not None  # a foreign key holds it
            others = [
                r for r in self._work.sms.templates(connection) if r.draft.signature_id == draft.signature_id
            ]
            same = next((r for r in others if r.draft.name == draft.name), None)
            if not template_id and same is not None and same.state is SmsTemplateState.NOT_SUBMITTED:
                template_id = same.id  # the reviewer never got it: adding again hands it in
            if template_id:
                record = self._template(connection, template_id)
                _as_seen(seen, rows.content_of(record.draft))
                state = sms.advance(record.state, SmsTemplateEvent.EDIT)
                record = replace(record, draft=draft, state=state)
            else:
                created = self._clock.now_ms()
                record = SmsTemplateRecord(0, draft, SmsTemplateState.NOT_SUBMITTED, "", created)
            taken = tuple(r.draft.name for r in others if r.id != template_id)
            found = list(sms.check_template(self.rules.template, draft, sign.draft.name, taken))
            if not sign.state.usable:  # the reviewer would only send it back
                found.append(
                    problem(
                        "sms.signature_not_usable",
                        "signature_id",
                        source="seed 2.3.2",
                        name=sign.draft.name,
                        state=sign.state.value,
                    )
                )
            if draft.type is not sign.draft.type:
                found.append(
                    problem(
                        "sms.type_differs",
                        "type",
                        source="SDK",
                        actual=draft.type.value,
                        expected=sign.draft.type.value,
                    )
                )
            _refuse(tuple(found))
            body = sms.body(draft, app.draft.name, sign.draft.name)
            record = self._work.sms.put_template(
                connection, replace(record, submitted_digest=revision_digest(body))
            )
            submission = self._submitting.intend(
                connection, ReviewKind.SMS_TEMPLATE, str(record.id), record.submitted_digest, body
            )
        self._hand_in(submission)
        return next(row for row in self.templates() if row.id == record.id)

    def _signature(self, connection: Connection, signature_id: int) -> SignatureRecord:
        record = self._work.sms.signature(connection, signature_id)
        if record is None:
            raise Refused(problem("signature.unknown", id=signature_id))
        return record

    def _template(self, connection: Connection, template_id: int) -> SmsTemplateRecord:
        record = self._work.sms.template(connection, template_id)
        if record is None:
            raise Refused(problem("sms.unknown", id=template_id))
        return record

    # --- what the reviewer decided ---------------------------------------------------------------------------

    def _move_app(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.sms.app(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        event, begins = sms_app.event_of(submission.verdict), (SmsAppState.NOT_SUBMITTED, SmsAppEvent.SUBMIT)
        state = taken_by(record.state, event, sms_app.MOVES, begins)
        if state is record.state:
            return False
        self._work.sms.put_app(connection, replace(record, state=state))
        return True

    def _move_signature(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.sms.signature(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        event, begins = (
            signatures.event_of(submission.verdict),
            (SignatureState.NOT_SUBMITTED, SignatureEvent.SUBMIT),
        )
        state = taken_by(record.state, event, signatures.MOVES, begins)
        channel = submission.channel_num or record.channel_num
        if (state, channel) == (record.state, record.channel_num):
            return False
        self._work.sms.put_signature(connection, replace(record, state=state, channel_num=channel))
        return True

    def _move_template(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.sms.template(connection, int(submission.ref))
        if record is None or submission.verdict is None or submission.digest != record.submitted_digest:
            return False
        event, begins = (
            sms.event_of(submission.verdict),
            (SmsTemplateState.NOT_SUBMITTED, SmsTemplateEvent.SUBMIT),
        )
        state = taken_by(record.state, event, sms.MOVES, begins)
        if state is record.state:
            return False
        self._work.sms.put_template(connection, replace(record, state=state))
        return True


def _as_seen(seen: str, content: str) -> None:
    """Refuse to save over what somebody else has saved since; the empty text saves over anything."""
    if seen and seen != content:
        raise Refused(problem("record.changed"))


def _refuse(found: tuple[Problem, ...]) -> None:
    wrong = errors(found)
    if wrong:
        raise Refused(*wrong)
