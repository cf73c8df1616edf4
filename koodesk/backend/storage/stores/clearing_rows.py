# SPDX-License-Identifier: Apache-2.0
"""Clearing's records to and from table rows."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import CursorResult, Row

from koodesk.backend.ports.clearing import SignatureRecord, SmsAppRecord, SmsTemplateRecord, Submission
from koodesk.domain.carrier import Carrier
from koodesk.domain.papers import Paper
from koodesk.domain.review_state import Reason, ReviewKind, VendorVerdict, Verdict
from koodesk.domain.signature import SignatureDraft, SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateDraft, SmsTemplateState, Variable, VariableType
from koodesk.domain.sms_app import SmsAppDraft, SmsAppState, name_key
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_sms.review import CarrierVerdict

_VENDORS = frozenset(v.value for v in Vendor)
_CARRIERS = frozenset(c.value for c in Carrier)

Values = dict[str, Any]
"""Column values of one row."""


def new_id(result: CursorResult[Any]) -> int:
    """Return the id an insert gave."""
    key = result.inserted_primary_key
    assert key is not None  # every insert here is of one row with an integer key
    return int(key[0])


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def paper_text(stored: Paper | None) -> str:
    """Return a paper as a column holds it."""
    return _dumps(None if stored is None else [stored.name, stored.size, stored.digest, stored.type])


def paper(text: str) -> Paper | None:
    """Return a paper from its column."""
    found = json.loads(text)
    return None if found is None else Paper(*found)


def app_values(record: SmsAppRecord) -> Values:
    """Return the columns of an application."""
    return {
        "name": record.draft.name,
        "name_key": name_key(record.draft.name),
        "uplink_url": record.draft.uplink_url,
        "state": record.state.value,
        "submitted_digest": record.submitted_digest,
        "created_ms": record.created_ms,
    }


def app_record(row: Row[*tuple[Any, ...]]) -> SmsAppRecord:
    """Return an application from its row."""
    draft = SmsAppDraft(row.name, row.uplink_url)
    return SmsAppRecord(row.id, draft, SmsAppState(row.state), row.submitted_digest, row.created_ms)


def signature_values(record: SignatureRecord) -> Values:
    """Return the columns of a signature."""
    draft = record.draft
    return {
        "app_id": draft.app_id,
        "name": draft.name,
        "type": draft.type.value,
        "source": int(draft.source),
        "source_title": draft.source_title,
        "third_party": draft.third_party,
        "licence": paper_text(record.licence),
        "attorney": paper_text(record.attorney),
        "note": draft.note,
        "state": record.state.value,
        "submitted_digest": record.submitted_digest,
        "channel_num": record.channel_num,
        "created_ms": record.created_ms,
    }


def signature_record(row: Row[*tuple[Any, ...]]) -> SignatureRecord:
    """Return a signature from its row."""
    draft = SignatureDraft(
        name=row.name,
        type=SmsType(row.type),
        app_id=row.app_id,
        source=SignatureSource(row.source),
        third_party=row.third_party,
        source_title=row.source_title,
        note=row.note,
    )
    return SignatureRecord(
        id=row.id,
        draft=draft,
        licence=paper(row.licence),
        attorney=paper(row.attorney),
        state=SignatureState(row.state),
        submitted_digest=row.submitted_digest,
        channel_num=row.channel_num,
        created_ms=row.created_ms,
    )


def template_values(record: SmsTemplateRecord) -> Values:
    """Return the columns of an SMS template."""
    draft = record.draft
    return {
        "signature_id": draft.signature_id,
        "name": draft.name,
        "type": draft.type.value,
        "content": draft.content,
        "variables": _dumps([[v.number, v.type.value, v.description] for v in draft.variables]),
        "note": draft.note,
        "state": record.state.value,
        "submitted_digest": record.submitted_digest,
        "created_ms": record.created_ms,
    }


def template_record(row: Row[*tuple[Any, ...]]) -> SmsTemplateRecord:
    """Return an SMS template from its row."""
    draft = SmsTemplateDraft(
        name=row.name,
        type=SmsType(row.type),
        signature_id=row.signature_id,
        content=row.content,
        variables=tuple(Variable(n, VariableType(t), d) for n, t, d in json.loads(row.variables)),
        note=row.note,
    )
    return SmsTemplateRecord(row.id, draft, SmsTemplateState(row.state), row.submitted_digest, row.created_ms)


def submission_values(record: Submission) -> Values:
    """Return the columns of a submission, its key left out."""
    return {
        "body": record.body,
        "vendors": _dumps(record.vendors),
        "verdict": None if record.verdict is None else record.verdict.value,
        "verdicts": _dumps(
            [
                *([v.vendor.value, v.verdict.value, v.reason] for v in record.verdicts),
                *([c.carrier.value, c.verdict.value, c.reason] for c in record.carriers),
            ]
        ),
        "reasons": _dumps(
            [
                [r.code, r.where, r.params, r.text, None if r.vendor is None else r.vendor.value]
                for r in record.reasons
            ]
        ),
        "submitted_ms": record.submitted_ms,
        "due_ms": record.due_ms,
        "decided_ms": record.decided_ms,
        "channel_num": record.channel_num,
        "tpl_id": record.tpl_id,
        "attempt": record.attempt,
        "wire_digest": record.wire_digest,
        "calendar": record.calendar,
    }


def submission(row: Row[*tuple[Any, ...]]) -> Submission:
    """Return a submission from its row."""
    return Submission(
        kind=ReviewKind(row.kind),
        ref=row.ref,
        digest=row.digest,
        body=row.body,
        vendors=tuple(json.loads(row.vendors)),
        verdict=None if row.verdict is None else Verdict(row.verdict),
        verdicts=tuple(
            VendorVerdict(Vendor(v), Verdict(s), r) for v, s, r in json.loads(row.verdicts) if v in _VENDORS
        ),
        carriers=tuple(
            CarrierVerdict(Carrier(c), Verdict(s), r)
            for c, s, r in json.loads(row.verdicts)
            if c in _CARRIERS
        ),
        reasons=tuple(
            Reason(
                code,
                where,
                tuple((n, v) for n, v in params),
                text,
                None if vendor is None else Vendor(vendor),
            )
            for code, where, params, text, vendor in json.loads(row.reasons)
        ),
        submitted_ms=row.submitted_ms,
        due_ms=row.due_ms,
        decided_ms=row.decided_ms,
        channel_num=row.channel_num,
        tpl_id=row.tpl_id,
        attempt=row.attempt,
        calendar=row.calendar,
    )
