# SPDX-License-Identifier: Apache-2.0
"""Records of the service account and their bindings in SQL."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from koodesk.backend.ports.service_account import BindingRecord, ServiceRecord
from koodesk.backend.storage.stores.clearing_rows import new_id
from koodesk.backend.storage.tables.service_account import sa_binding, sa_material, sa_record
from koodesk.domain.service_account.codec import from_text, text_of
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Binding, Content, RecordKind, pictures_of, title_of


class SqlServiceAccountStore:
    """Service accounts of one workspace; holds no state."""

    def records(self, connection: Connection, kind: RecordKind) -> tuple[ServiceRecord, ...]:
        """Return all records of a kind, newest first."""
        wanted = select(sa_record).where(sa_record.c.kind == kind.value).order_by(sa_record.c.id.desc())
        return tuple(_record(row) for row in connection.execute(wanted))

    def record(self, connection: Connection, record_id: int) -> ServiceRecord | None:
        """Return one record."""
        found = connection.execute(select(sa_record).where(sa_record.c.id == record_id)).one_or_none()
        return None if found is None else _record(found)

    def of_account(self, connection: Connection, account_id: int, kind: RecordKind) -> ServiceRecord | None:
        """Return the menu or home page of an account."""
        wanted = select(sa_record).where(sa_record.c.account_id == account_id, sa_record.c.kind == kind.value)
        found = connection.execute(wanted).one_or_none()
        return None if found is None else _record(found)

    def put(self, connection: Connection, record: ServiceRecord) -> ServiceRecord:
        """Store a record with the pictures its contents show."""
        values = {
            "kind": record.kind.value,
            "account_id": record.account_id,
            "revision": record.revision,
            "title": title_of(record.content),
            "content": text_of(record.content),
            "pending": _text(record.pending),
            "live": _text(record.live),
            "submitted_digest": record.submitted_digest,
            "approval": record.approval.value,
            "life": record.life.value,
            "effect_ms": record.effect_ms,
            "freezes": record.freezes,
            "freeze_reason": record.freeze_reason,
            "urged_ms": record.urged_ms,
            "created_ms": record.created_ms,
            "saved_ms": record.saved_ms,
        }
        if record.id:
            connection.execute(update(sa_record).where(sa_record.c.id == record.id).values(values))
            connection.execute(delete(sa_material).where(sa_material.c.record_id == record.id))
        else:
            record = replace(record, id=new_id(connection.execute(insert(sa_record).values(values))))
        shown = {
            picture.digest
            for content in (record.content, record.pending, record.live)
            if content is not None
            for picture in pictures_of(content)
        }
        if shown:
            rows = [{"record_id": record.id, "digest": digest} for digest in sorted(shown)]
            connection.execute(insert(sa_material), rows)
        return record

    def delete(self, connection: Connection, record_id: int) -> None:
        """Delete a record; with a profile its menu and home page go."""
        connection.execute(
            delete(sa_record).where(or_(sa_record.c.id == record_id, sa_record.c.account_id == record_id))
        )

    def bindings(self, connection: Connection) -> tuple[BindingRecord, ...]:
        """Return all bindings, newest first."""
        found = connection.execute(select(sa_binding).order_by(sa_binding.c.id.desc()))
        return tuple(
            BindingRecord(
                row.id,
                Binding(
                    row.port_id,
                    row.account_id,
                    tuple(json.loads(row.signatures)),
                    tuple(json.loads(row.regions)),
                ),
                row.created_ms,
            )
            for row in found
        )

    def bind(self, connection: Connection, binding: Binding, at_ms: int) -> BindingRecord:
        """Store a new binding."""
        result = connection.execute(
            insert(sa_binding).values(
                port_id=binding.port_id,
                account_id=binding.account_id,
                signatures=json.dumps(binding.signatures, ensure_ascii=False),
                regions=json.dumps(binding.regions),
                created_ms=at_ms,
            )
        )
        return BindingRecord(new_id(result), binding, at_ms)

    def unbind(self, connection: Connection, binding_id: int) -> bool:
        """Remove a binding; tell whether there was one."""
        return connection.execute(delete(sa_binding).where(sa_binding.c.id == binding_id)).rowcount > 0

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return what the records are called that show a material."""
        wanted = (
            select(sa_record.c.title)
            .join(sa_material, sa_material.c.record_id == sa_record.c.id)
            .where(sa_material.c.digest == material)
            .order_by(sa_record.c.id)
        )
        return tuple(connection.execute(wanted).scalars())


def _text(content: Content | None) -> str:
    return "" if content is None else text_of(content)


def _record(row: Row[Any]) -> ServiceRecord:
    kind = RecordKind(row.kind)

    def content(text: str) -> Content | None:
        return from_text(kind, text) if text else None

    return ServiceRecord(
        id=row.id,
        kind=kind,
        account_id=row.account_id,
        revision=row.revision,
        content=from_text(kind, row.content),
        pending=content(row.pending),
        live=content(row.live),
        submitted_digest=row.submitted_digest,
        approval=Approval(row.approval),
        life=Life(row.life),
        effect_ms=row.effect_ms,
        freezes=row.freezes,
        freeze_reason=row.freeze_reason,
        urged_ms=row.urged_ms,
        created_ms=row.created_ms,
        saved_ms=row.saved_ms,
    )
