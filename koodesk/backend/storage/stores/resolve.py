# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks in SQL (`ports.resolve.ResolveStore`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from koodesk.backend.ports.resolve import (
    DomainRecord,
    JumpUrlRecord,
    LinkReceipt,
    MadeTask,
    ResolveLinkRecord,
    ResolveTaskRecord,
)
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.resolve import (
    jump_url,
    link_domain,
    resolve_cursor,
    resolve_link,
    resolve_receipt,
    resolve_task,
)
from koodesk.domain.filing import FilingState
from koodesk.domain.resolve_task import CodeType, Generation

_ADDED_UP: Final = (
    select(
        resolve_link.c.task_id,
        func.count().label("links"),
        func.sum(resolve_link.c.resolved).label("resolved"),
        func.max(resolve_link.c.last_ms).label("newest_ms"),
    )
    .group_by(resolve_link.c.task_id)
    .subquery()
)


class SqlResolveStore:
    """Domains, jump URLs, tasks and links of a workspace. Holds no state."""

    # --- domains and jump URLs ---

    def domains(self, connection: Connection) -> tuple[DomainRecord, ...]:
        """Return the domains by name."""
        rows = connection.execute(select(link_domain).order_by(link_domain.c.name))
        return tuple(_domain(row) for row in rows)

    def domain(self, connection: Connection, domain_id: int) -> DomainRecord | None:
        """Return one domain."""
        row = connection.execute(select(link_domain).where(link_domain.c.id == domain_id)).one_or_none()
        return None if row is None else _domain(row)

    def put_domain(self, connection: Connection, record: DomainRecord) -> DomainRecord:
        """Store a domain."""
        values = {
            "name": record.name,
            "generation": record.generation.value,
            "note": record.note,
            "state": record.state.value,
            "submitted_digest": record.submitted_digest,
            "created_ms": record.created_ms,
        }
        return replace(record, id=_put(connection, link_domain, record.id, values))

    def delete_domain(self, connection: Connection, domain_id: int) -> None:
        """Forget a domain."""
        connection.execute(delete(link_domain).where(link_domain.c.id == domain_id))

    def jump_urls(self, connection: Connection) -> tuple[JumpUrlRecord, ...]:
        """Return the jump URLs, newest first."""
        rows = connection.execute(select(jump_url).order_by(jump_url.c.id.desc()))
        return tuple(_jump_url(row) for row in rows)

    def jump_url(self, connection: Connection, url_id: int) -> JumpUrlRecord | None:
        """Return one jump URL."""
        row = connection.execute(select(jump_url).where(jump_url.c.id == url_id)).one_or_none()
        return None if row is None else _jump_url(row)

    def put_jump_url(self, connection: Connection, record: JumpUrlRecord) -> JumpUrlRecord:
        """Store a jump URL."""
        values = {
            "url": record.url,
            "host": record.host,
            "note": record.note,
            "state": record.state.value,
            "submitted_digest": record.submitted_digest,
            "created_ms": record.created_ms,
        }
        return replace(record, id=_put(connection, jump_url, record.id, values))

    def delete_jump_url(self, connection: Connection, url_id: int) -> None:
        """Forget a jump URL."""
        connection.execute(delete(jump_url).where(jump_url.c.id == url_id))

    # --- tasks ---

    def tasks(self, connection: Connection) -> tuple[ResolveTaskRecord, ...]:
        """Return the tasks, newest first, their links added up."""
        rows = connection.execute(_tasks().order_by(resolve_task.c.id.desc()))
        return tuple(_task(row) for row in rows)

    def task(self, connection: Connection, task_id: int) -> ResolveTaskRecord | None:
        """Return one task."""
        row = connection.execute(_tasks().where(resolve_task.c.id == task_id)).one_or_none()
        return None if row is None else _task(row)

    def add_task(
        self, connection: Connection, record: ResolveTaskRecord, links: Sequence[ResolveLinkRecord]
    ) -> ResolveTaskRecord:
        """Store a task the platform has not confirmed, with its links as they were asked for."""
        values = {
            "key": record.key,
            "remote_id": 0,
            "name": record.name,
            "card_id": record.card_id,
            "card_name": record.card_name,
            "tpl_id": record.tpl_id,
            "type": record.type.value,
            "days": record.days,
            "times": record.times,
            "generation": record.generation.value,
            "domain": record.domain,
            "signatures": json.dumps(record.signatures, ensure_ascii=False),
            "body": record.body,
            "frozen": False,
            "created_ms": record.created_ms,
            "expires_ms": record.expires_ms,
        }
        number = _put(connection, resolve_task, 0, values)
        connection.execute(
            insert(resolve_link),
            [
                {
                    "task_id": number,
                    "place": link.place,
                    "remote_id": 0,
                    "code": link.code,
                    "url": link.url,
                    "custom_url": link.custom_url,
                    "cust_flag": link.cust_flag,
                    "params": json.dumps(dict(link.params), ensure_ascii=False),
                    "resolved": 0,
                    "first_ms": 0,
                    "last_ms": 0,
                }
                for link in links
            ],
        )
        return replace(record, id=number, links=len(links))

    def confirm(self, connection: Connection, task_id: int, made: MadeTask) -> None:
        """Take over what the platform made."""
        connection.execute(
            update(resolve_task)
            .where(resolve_task.c.id == task_id)
            .values(remote_id=made.id, created_ms=made.created_ms, expires_ms=made.expires_ms)
        )
        for place, link in enumerate(made.links):
            connection.execute(
                update(resolve_link)
                .where(resolve_link.c.task_id == task_id, resolve_link.c.place == place)
                .values(remote_id=link.id, code=link.code, url=link.url)
            )

    def delete_task(self, connection: Connection, task_id: int) -> None:
        """Forget a task with its links."""
        connection.execute(delete(resolve_task).where(resolve_task.c.id == task_id))

    def set_frozen(self, connection: Connection, task_id: int, frozen: bool) -> None:
        """Keep whether a task is frozen."""
        connection.execute(update(resolve_task).where(resolve_task.c.id == task_id).values(frozen=frozen))

    def links(
        self, connection: Connection, task_id: int, after: int, limit: int
    ) -> tuple[ResolveLinkRecord, ...]:
        """Return a task's links in order, from the place after `after` (-1 for the first)."""
        rows = connection.execute(
            select(resolve_link)
            .where(resolve_link.c.task_id == task_id, resolve_link.c.place > after)
            .order_by(resolve_link.c.place)
            .limit(limit)
        )
        return tuple(_link(row) for row in rows)

    # --- receipts ---

    def take(self, connection: Connection, receipts: Sequence[LinkReceipt]) -> int:
        """Count receipts, each once however often it comes; return how many were new."""
        new = 0
        for receipt in receipts:
            added = connection.execute(
                upsert(connection, resolve_receipt)
                .values(code=receipt.code, id=receipt.id, at_ms=receipt.at_ms)
                .on_conflict_do_nothing()
                .returning(resolve_receipt.c.id)
            ).first()
            if added is None:
                continue
            new += 1
            first = func.min(
                func.coalesce(func.nullif(resolve_link.c.first_ms, 0), receipt.at_ms), receipt.at_ms
            )
            connection.execute(
                update(resolve_link)
                .where(resolve_link.c.code == receipt.code)
                .values(
                    resolved=resolve_link.c.resolved + 1,
                    first_ms=first,
                    last_ms=func.max(resolve_link.c.last_ms, receipt.at_ms),
                )
            )
        return new

    def cursor(self, connection: Connection, gateway: str) -> int:
        """Return how far a gateway's receipts were read, 0 at first."""
        found = connection.execute(
            select(resolve_cursor.c.cursor).where(resolve_cursor.c.gateway == gateway)
        ).scalar_one_or_none()
        return int(found or 0)

    def set_cursor(self, connection: Connection, gateway: str, cursor: int) -> None:
        """Keep how far a gateway's receipts were read."""
        connection.execute(
            upsert(connection, resolve_cursor)
            .values(gateway=gateway, cursor=cursor)
            .on_conflict_do_update(index_elements=[resolve_cursor.c.gateway], set_={"cursor": cursor})
        )


def _tasks() -> Any:
    return select(resolve_task, _ADDED_UP.c.links, _ADDED_UP.c.resolved, _ADDED_UP.c.newest_ms).outerjoin(
        _ADDED_UP, _ADDED_UP.c.task_id == resolve_task.c.id
    )


def _put(connection: Connection, table: Table, number: int, values: Mapping[str, object]) -> int:
    if number:
        connection.execute(update(table).where(table.c.id == number).values(**values))
        return number
    made = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert made is not None  # SQLite gives one
    return int(made[0])


def _domain(row: Row[Any]) -> DomainRecord:
    return DomainRecord(
        row.id,
        row.name,
        Generation(row.generation),
        row.note,
        FilingState(row.state),
        row.submitted_digest,
        row.created_ms,
    )


def _jump_url(row: Row[Any]) -> JumpUrlRecord:
    return JumpUrlRecord(
        row.id, row.url, row.host, row.note, FilingState(row.state), row.submitted_digest, row.created_ms
    )


def _task(row: Row[Any]) -> ResolveTaskRecord:
    return ResolveTaskRecord(
        id=row.id,
        key=row.key,
        remote_id=row.remote_id,
        name=row.name,
        card_id=row.card_id,
        card_name=row.card_name,
        tpl_id=row.tpl_id,
        type=CodeType(row.type),
        days=row.days,
        times=row.times,
        generation=Generation(row.generation),
        domain=row.domain,
        signatures=tuple(json.loads(row.signatures)),
        body=row.body,
        frozen=row.frozen,
        created_ms=row.created_ms,
        expires_ms=row.expires_ms,
        links=row.links or 0,
        resolved=row.resolved or 0,
        last_ms=row.newest_ms or 0,
    )


def _link(row: Row[Any]) -> ResolveLinkRecord:
    return ResolveLinkRecord(
        task_id=row.task_id,
        place=row.place,
        remote_id=row.remote_id,
        code=row.code,
        url=row.url,
        custom_url=row.custom_url,
        cust_flag=row.cust_flag,
        params=tuple(sorted(json.loads(row.params).items())),
        resolved=row.resolved,
        first_ms=row.first_ms,
        last_ms=row.last_ms,
    )
