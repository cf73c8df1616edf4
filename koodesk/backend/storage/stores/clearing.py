# SPDX-License-Identifier: Apache-2.0
"""Filings, the SMS layer and submissions in SQL. Rows and values are translated in `clearing_rows`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select, update

from koodesk.backend.ports.clearing import (
    FilingRecord,
    SignatureRecord,
    SmsAppRecord,
    SmsTemplateRecord,
    Submission,
)
from koodesk.backend.storage.stores import clearing_rows as rows
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.clearing import (
    filing,
    filing_paper,
    review_cursor,
    sms_app,
    sms_signature,
    sms_template,
    submission,
)
from koodesk.domain.company import read_company
from koodesk.domain.filing import FiledPaper, FilingKind, FilingState
from koodesk.domain.papers import Paper
from koodesk.domain.review_state import ReviewKind


class SqlFilingStore:
    """Filings; a kind nobody touched yet reads as an empty record."""

    def get(self, connection: Connection, kind: FilingKind) -> FilingRecord:
        """Return a filing with its papers in the order they were put there."""
        found = connection.execute(select(filing).where(filing.c.kind == kind.value)).one_or_none()
        if found is None:
            return FilingRecord(kind, FilingState.NOT_SUBMITTED, (), "")
        papers = connection.execute(
            select(filing_paper).where(filing_paper.c.kind == kind.value).order_by(filing_paper.c.place)
        )
        return FilingRecord(
            kind,
            FilingState(found.state),
            tuple(FiledPaper(p.paper, Paper(p.name, p.size, p.digest, p.type)) for p in papers),
            found.submitted_digest,
            read_company(json.loads(found.company)) if found.company else None,
        )

    def put(self, connection: Connection, record: FilingRecord) -> None:
        """Store a filing as it is."""
        company = "" if record.company is None else json.dumps(record.company.to_json(), ensure_ascii=False)
        values = {
            "state": record.state.value,
            "submitted_digest": record.submitted_digest,
            "company": company,
        }
        connection.execute(
            upsert(connection, filing)
            .values(kind=record.kind.value, **values)
            .on_conflict_do_update(index_elements=[filing.c.kind], set_=values)
        )
        connection.execute(delete(filing_paper).where(filing_paper.c.kind == record.kind.value))
        if record.papers:
            connection.execute(
                insert(filing_paper),
                [
                    {
                        "kind": record.kind.value,
                        "paper": filed.paper,
                        "place": place,
                        "name": filed.file.name,
                        "size": filed.file.size,
                        "digest": filed.file.digest,
                        "type": filed.file.type,
                    }
                    for place, filed in enumerate(record.papers)
                ],
            )


class SqlSmsStore:
    """SMS applications, signatures and templates; lists are newest first."""

    def apps(self, connection: Connection) -> tuple[SmsAppRecord, ...]:
        """Return all applications."""
        found = connection.execute(select(sms_app).order_by(sms_app.c.id.desc()))
        return tuple(rows.app_record(row) for row in found)

    def app(self, connection: Connection, app_id: int) -> SmsAppRecord | None:
        """Return one application."""
        found = connection.execute(select(sms_app).where(sms_app.c.id == app_id)).one_or_none()
        return None if found is None else rows.app_record(found)

    def put_app(self, connection: Connection, record: SmsAppRecord) -> SmsAppRecord:
        """Store an application; a new one comes back with its id."""
        values = rows.app_values(record)
        if record.id:
            connection.execute(update(sms_app).where(sms_app.c.id == record.id).values(values))
            return record
        return replace(record, id=rows.new_id(connection.execute(insert(sms_app).values(values))))

    def signatures(self, connection: Connection) -> tuple[SignatureRecord, ...]:
        """Return all signatures."""
        found = connection.execute(select(sms_signature).order_by(sms_signature.c.id.desc()))
        return tuple(rows.signature_record(row) for row in found)

    def signature(self, connection: Connection, signature_id: int) -> SignatureRecord | None:
        """Return one signature."""
        found = connection.execute(
            select(sms_signature).where(sms_signature.c.id == signature_id)
        ).one_or_none()
        return None if found is None else rows.signature_record(found)

    def put_signature(self, connection: Connection, record: SignatureRecord) -> SignatureRecord:
        """Store a signature; a new one comes back with its id."""
        values = rows.signature_values(record)
        if record.id:
            connection.execute(update(sms_signature).where(sms_signature.c.id == record.id).values(values))
            return record
        return replace(record, id=rows.new_id(connection.execute(insert(sms_signature).values(values))))

    def delete_signature(self, connection: Connection, signature_id: int) -> None:
        """Delete a signature; its templates go by the foreign key."""
        connection.execute(delete(sms_signature).where(sms_signature.c.id == signature_id))

    def templates(self, connection: Connection) -> tuple[SmsTemplateRecord, ...]:
        """Return all templates."""
        found = connection.execute(select(sms_template).order_by(sms_template.c.id.desc()))
        return tuple(rows.template_record(row) for row in found)

    def template(self, connection: Connection, template_id: int) -> SmsTemplateRecord | None:
        """Return one template."""
        found = connection.execute(select(sms_template).where(sms_template.c.id == template_id)).one_or_none()
        return None if found is None else rows.template_record(found)

    def put_template(self, connection: Connection, record: SmsTemplateRecord) -> SmsTemplateRecord:
        """Store a template; a new one comes back with its id."""
        values = rows.template_values(record)
        if record.id:
            connection.execute(update(sms_template).where(sms_template.c.id == record.id).values(values))
            return record
        return replace(record, id=rows.new_id(connection.execute(insert(sms_template).values(values))))

    def delete_template(self, connection: Connection, template_id: int) -> None:
        """Delete one template."""
        connection.execute(delete(sms_template).where(sms_template.c.id == template_id))


class SqlSubmissionStore:
    """Submissions, one row per (kind, ref, digest), and the cursor of the feed of changes."""

    def get(self, connection: Connection, kind: ReviewKind, ref: str, digest: str) -> Submission | None:
        """Return one submission."""
        found = connection.execute(
            select(submission).where(
                submission.c.kind == kind.value, submission.c.ref == ref, submission.c.digest == digest
            )
        ).one_or_none()
        return None if found is None else rows.submission(found)

    def by_wire(
        self, connection: Connection, kind: ReviewKind, ref: str, wire_digest: str
    ) -> Submission | None:
        """Return the submission whose present attempt the reviewer knows by a digest."""
        found = connection.execute(
            select(submission).where(
                submission.c.kind == kind.value,
                submission.c.ref == ref,
                submission.c.wire_digest == wire_digest,
            )
        ).one_or_none()
        return None if found is None else rows.submission(found)

    def put(self, connection: Connection, record: Submission) -> None:
        """Store a submission, new or changed."""
        key = {"kind": record.kind.value, "ref": record.ref, "digest": record.digest}
        values = rows.submission_values(record)
        connection.execute(
            upsert(connection, submission)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    def unsent(self, connection: Connection) -> tuple[Submission, ...]:
        """Return the intents without an answer, oldest first."""
        found = connection.execute(
            select(submission).where(submission.c.verdict.is_(None)).order_by(submission.c.id)
        )
        return tuple(rows.submission(row) for row in found)

    def drop_unsent(self, connection: Connection, kind: ReviewKind, ref: str, keep: str) -> None:
        """Forget the intents of a record without an answer, except the one with digest `keep`."""
        connection.execute(
            delete(submission).where(
                submission.c.kind == kind.value,
                submission.c.ref == ref,
                submission.c.digest != keep,
                submission.c.verdict.is_(None),
            )
        )

    def of_kind(self, connection: Connection, kind: ReviewKind) -> Mapping[tuple[str, str], Submission]:
        """Return all submissions of a kind by (ref, digest)."""
        found = connection.execute(select(submission).where(submission.c.kind == kind.value))
        return {(row.ref, row.digest): rows.submission(row) for row in found}

    def cursor(self, connection: Connection, gateway: str) -> int:
        """Return how far a gateway's changes were read, 0 at first."""
        found = connection.execute(
            select(review_cursor.c.cursor).where(review_cursor.c.gateway == gateway)
        ).scalar_one_or_none()
        return int(found or 0)

    def set_cursor(self, connection: Connection, gateway: str, cursor: int) -> None:
        """Keep how far a gateway's changes were read."""
        connection.execute(
            upsert(connection, review_cursor)
            .values(gateway=gateway, cursor=cursor)
            .on_conflict_do_update(index_elements=[review_cursor.c.gateway], set_={"cursor": cursor})
        )
