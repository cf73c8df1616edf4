# SPDX-License-Identifier: Apache-2.0
"""Signatures and templates of video SMS in SQL."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from koodesk.backend.ports.video import VideoRevision, VideoSignatureRecord, VideoTemplateRecord
from koodesk.backend.storage.stores.clearing_rows import new_id, paper, paper_text
from koodesk.backend.storage.tables.video import (
    video_material,
    video_revision,
    video_signature,
    video_template,
)
from koodesk.domain.video_sms.signature import VideoSignatureDraft, VideoSignatureState

_PRESENT = and_(
    video_revision.c.template_id == video_template.c.id,
    video_revision.c.revision == video_template.c.revision,
)


def _records() -> Select[Any]:
    return select(
        video_template,
        video_revision.c.digest,
        video_revision.c.name,
        video_revision.c.title,
        video_revision.c.params,
        video_revision.c.size,
        video_revision.c.saved_ms,
        video_revision.c.template,
    ).join(video_revision, _PRESENT)


class SqlVideoStore:
    """Video SMS of one workspace; holds no state."""

    # --- signatures ------------------------------------------------------------------------------------------

    def signatures(self, connection: Connection) -> tuple[VideoSignatureRecord, ...]:
        """Return all signatures, newest first."""
        found = connection.execute(select(video_signature).order_by(video_signature.c.id.desc()))
        return tuple(_signature(row) for row in found)

    def signature(self, connection: Connection, signature_id: int) -> VideoSignatureRecord | None:
        """Return one signature."""
        wanted = select(video_signature).where(video_signature.c.id == signature_id)
        found = connection.execute(wanted).one_or_none()
        return None if found is None else _signature(found)

    def put_signature(self, connection: Connection, record: VideoSignatureRecord) -> VideoSignatureRecord:
        """Store a signature; a new one comes back with its id."""
        values = {
            "name": record.draft.name,
            "third_party": record.draft.third_party,
            "authorization": paper_text(record.authorization),
            "other": paper_text(record.other),
            "state": record.state.value,
            "submitted_digest": record.submitted_digest,
            "created_ms": record.created_ms,
        }
        if record.id:
            connection.execute(
                update(video_signature).where(video_signature.c.id == record.id).values(values)
            )
            return record
        return replace(record, id=new_id(connection.execute(insert(video_signature).values(values))))

    def delete_signature(self, connection: Connection, signature_id: int) -> None:
        """Delete a signature; templates keep what they were handed in with."""
        connection.execute(delete(video_signature).where(video_signature.c.id == signature_id))

    # --- templates -------------------------------------------------------------------------------------------

    def templates(self, connection: Connection) -> tuple[VideoTemplateRecord, ...]:
        """Return all templates, last saved first."""
        order = (video_revision.c.saved_ms.desc(), video_template.c.id.desc())
        return tuple(_template(row) for row in connection.execute(_records().order_by(*order)))

    def template(self, connection: Connection, template_id: int) -> VideoTemplateRecord | None:
        """Return one template."""
        found = connection.execute(_records().where(video_template.c.id == template_id)).one_or_none()
        return None if found is None else _template(found)

    def content(self, connection: Connection, template_id: int, digest: str = "") -> str | None:
        """Return the JSON of the present revision, or of the newest one with a content digest."""
        query = select(video_revision.c.template).where(video_revision.c.template_id == template_id)
        if digest:
            query = query.where(video_revision.c.digest == digest).order_by(video_revision.c.revision.desc())
        else:
            query = query.join(video_template, _PRESENT)
        return connection.execute(query.limit(1)).scalar_one_or_none()

    def create(self, connection: Connection, revision: VideoRevision) -> VideoTemplateRecord:
        """Store a new template with its first revision."""
        result = connection.execute(
            insert(video_template).values(
                tpl_id="",
                revision=1,
                submitted_digest="",
                submitted_content="",
                submitted_signature="",
                created_ms=revision.saved_ms,
            )
        )
        return self._add(connection, new_id(result), 1, revision)

    def save(self, connection: Connection, template_id: int, revision: VideoRevision) -> VideoTemplateRecord:
        """Add a revision under the next number and make it the present one."""
        last = connection.execute(
            select(func.max(video_revision.c.revision)).where(video_revision.c.template_id == template_id)
        ).scalar_one()
        number = int(last) + 1
        connection.execute(
            update(video_template).where(video_template.c.id == template_id).values(revision=number)
        )
        return self._add(connection, template_id, number, revision)

    def set_submitted(
        self, connection: Connection, template_id: int, digest: str, content: str, signature: str
    ) -> None:
        """Keep what was last handed in."""
        connection.execute(
            update(video_template)
            .where(video_template.c.id == template_id)
            .values(submitted_digest=digest, submitted_content=content, submitted_signature=signature)
        )

    def set_tpl_id(self, connection: Connection, template_id: int, tpl_id: str) -> None:
        """Keep the platform's id."""
        connection.execute(
            update(video_template).where(video_template.c.id == template_id).values(tpl_id=tpl_id)
        )

    def delete_template(self, connection: Connection, template_id: int) -> None:
        """Delete a template; revisions and material use go by the foreign keys."""
        connection.execute(delete(video_template).where(video_template.c.id == template_id))

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the present names of the templates any revision of which shows a material."""
        using = select(video_material.c.template_id).where(video_material.c.digest == material)
        found = connection.execute(_records().where(video_template.c.id.in_(using)))
        return tuple(sorted(row.name or row.title for row in found))

    def _add(
        self, connection: Connection, template_id: int, number: int, revision: VideoRevision
    ) -> VideoTemplateRecord:
        connection.execute(
            insert(video_revision).values(
                template_id=template_id,
                revision=number,
                digest=revision.digest,
                name=revision.name,
                title=revision.title,
                params=json.dumps(revision.params),
                size=revision.size,
                template=revision.template,
                saved_ms=revision.saved_ms,
            )
        )
        if revision.materials:
            connection.execute(
                insert(video_material),
                [
                    {"template_id": template_id, "revision": number, "digest": digest}
                    for digest in revision.materials
                ],
            )
        stored = self.template(connection, template_id)
        assert stored is not None  # written just above, in this transaction
        return stored


def _signature(row: Row[*tuple[Any, ...]]) -> VideoSignatureRecord:
    return VideoSignatureRecord(
        id=row.id,
        draft=VideoSignatureDraft(row.name, row.third_party),
        authorization=paper(row.authorization),
        other=paper(row.other),
        state=VideoSignatureState(row.state),
        submitted_digest=row.submitted_digest,
        created_ms=row.created_ms,
    )


def _template(row: Row[*tuple[Any, ...]]) -> VideoTemplateRecord:
    return VideoTemplateRecord(
        id=row.id,
        tpl_id=row.tpl_id,
        name=row.name,
        title=row.title,
        params=tuple(json.loads(row.params)),
        size=row.size,
        revision=row.revision,
        digest=row.digest,
        submitted_digest=row.submitted_digest,
        submitted_content=row.submitted_content,
        submitted_signature=row.submitted_signature,
        created_ms=row.created_ms,
        saved_ms=row.saved_ms,
        template=row.template,
    )
