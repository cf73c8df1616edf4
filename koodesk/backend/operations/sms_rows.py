# SPDX-License-Identifier: Apache-2.0
"""Rows of the SMS layer, made from its records and their submissions."""

from __future__ import annotations

from collections.abc import Mapping

from koodesk.backend.operations.submitting import progress_of
from koodesk.backend.ports.clearing import SignatureRecord, SmsAppRecord, SmsTemplateRecord, Submission
from koodesk.backend.views.clearing import ReviewProgress, SignatureRow, SmsAppRow, SmsTemplateRow
from koodesk.domain import sms
from koodesk.domain.digest import content_digest
from koodesk.domain.plain_send import why_not_plain
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.signature import SignatureDraft
from koodesk.domain.sms import SmsRules, SmsTemplateDraft

Submissions = Mapping[tuple[str, str], Submission]
"""Submissions of one kind by (ref, digest)."""


def _progress(submissions: Submissions, id: int, digest: str) -> ReviewProgress:
    return progress_of(submissions.get((str(id), digest)))


def content_of(draft: SignatureDraft | SmsTemplateDraft) -> str:
    """Return what a form was opened with, in short: equal drafts, equal content."""
    return content_digest(repr(draft).encode())[:16]


def app_row(record: SmsAppRecord, submissions: Submissions) -> SmsAppRow:
    """Return the row of an application."""
    return SmsAppRow(
        id=record.id,
        name=record.draft.name,
        uplink_url=record.draft.uplink_url,
        state=record.state,
        created_ms=record.created_ms,
        progress=_progress(submissions, record.id, record.submitted_digest),
    )


def signature_row(record: SignatureRecord, app_name: str, submissions: Submissions) -> SignatureRow:
    """Return the row of a signature."""
    draft = record.draft
    return SignatureRow(
        id=record.id,
        app_id=draft.app_id,
        app_name=app_name,
        name=draft.name,
        type=draft.type,
        source=draft.source,
        source_title=draft.source_title,
        third_party=draft.third_party,
        licence=record.licence,
        attorney=record.attorney,
        note=draft.note,
        state=record.state,
        channel_num=record.channel_num,
        created_ms=record.created_ms,
        progress=_progress(submissions, record.id, record.submitted_digest),
        draft_content=content_of(draft),
    )


def template_row(
    rules: SmsRules,
    record: SmsTemplateRecord,
    sign: SignatureRecord,
    apps: Mapping[int, SmsAppRecord],
    submissions: Submissions,
) -> SmsTemplateRow:
    """Return the row of a template; it cannot be sent either while its signature or application is not usable."""
    draft, app = record.draft, apps[sign.draft.app_id]
    under: list[Problem] = []
    if not sign.state.usable:
        under.append(problem("sms.template.signature_not_usable", "signature", state=sign.state.value))
    if not app.state.usable:
        under.append(problem("sms.template.app_not_usable", "app", state=app.state.value))
    found = sms.check_content(rules, draft.content, draft.type, draft.variables, sign.draft.name)
    return SmsTemplateRow(
        id=record.id,
        app_id=app.id,
        app_name=app.draft.name,
        signature_id=sign.id,
        signature_name=sign.draft.name,
        name=draft.name,
        type=draft.type,
        content=draft.content,
        variables=draft.variables,
        note=draft.note,
        state=record.state,
        estimate=sms.estimate(rules, draft.content, sign.draft.name, draft.variables),
        created_ms=record.created_ms,
        progress=_progress(submissions, record.id, record.submitted_digest),
        why_not=(*sms.why_not_sendable(record.state, draft.variables), *under),
        plain_why_not=(*why_not_plain(record.state, draft.variables), *under),
        notes=tuple(p for p in found if p.severity is not Severity.ERROR),
        draft_content=content_of(draft),
    )
