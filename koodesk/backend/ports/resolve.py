# SPDX-License-Identifier: Apache-2.0
"""What resolve tasks, their links and H5 pages need from outside: records, and the platform's side of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.filing import FilingState
from koodesk.domain.resolve_task import CodeType, Generation


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """A custom domain as stored; `id` 0 asks for a new one."""

    id: int
    name: str
    generation: Generation
    note: str
    state: FilingState
    submitted_digest: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class JumpUrlRecord:
    """A jump URL as stored; its host is what is filed. `id` 0 asks for a new one."""

    id: int
    url: str
    host: str
    note: str
    state: FilingState
    submitted_digest: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class ResolveTaskRecord:
    """A task as stored. `body` is what the platform is asked with, under `key`; `remote_id` is its id there, 0 while it has not
    confirmed. `links` and `resolved` are added up over its links."""

    id: int
    key: str
    remote_id: int
    name: str
    card_id: int
    card_name: str
    tpl_id: str
    type: CodeType
    days: int
    times: int
    generation: Generation
    domain: str
    signatures: tuple[str, ...]
    body: str
    frozen: bool
    created_ms: int
    expires_ms: int
    links: int = 0
    resolved: int = 0
    last_ms: int = 0


@dataclass(frozen=True, slots=True)
class ResolveLinkRecord:
    """A link as stored; times are 0 while it was never resolved."""

    task_id: int
    place: int
    remote_id: int
    code: str
    url: str
    custom_url: str
    cust_flag: str
    params: tuple[tuple[str, str], ...]
    resolved: int = 0
    first_ms: int = 0
    last_ms: int = 0


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link as the platform made it."""

    id: int
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class MadeTask:
    """A task as the platform made it, its links in the order they were asked for."""

    id: int
    created_ms: int
    expires_ms: int
    links: tuple[MadeLink, ...]


@dataclass(frozen=True, slots=True)
class LinkReceipt:
    """A shortchain receipt of a resolve task."""

    id: int
    code: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class LinkReceiptPage:
    """Receipts after a cursor. `last` below the cursor tells that it is another platform's."""

    items: tuple[LinkReceipt, ...]
    next: int
    last: int


@dataclass(frozen=True, slots=True)
class PagesStatus:
    """The listener for browsers: `mode` is off, loopback or network; `urls` begin the addresses it is reached by."""

    mode: str
    port: int
    urls: tuple[str, ...]
    previews: int


class ResolveStore(Protocol):
    """Domains and jump URLs (by name), tasks (newest first) and their links."""

    def domains(self, connection: Connection) -> tuple[DomainRecord, ...]: ...

    def domain(self, connection: Connection, domain_id: int) -> DomainRecord | None: ...

    def put_domain(self, connection: Connection, record: DomainRecord) -> DomainRecord: ...

    def delete_domain(self, connection: Connection, domain_id: int) -> None: ...

    def jump_urls(self, connection: Connection) -> tuple[JumpUrlRecord, ...]: ...

    def jump_url(self, connection: Connection, url_id: int) -> JumpUrlRecord | None: ...

    def put_jump_url(self, connection: Connection, record: JumpUrlRecord) -> JumpUrlRecord: ...

    def delete_jump_url(self, connection: Connection, url_id: int) -> None: ...

    def tasks(self, connection: Connection) -> tuple[ResolveTaskRecord, ...]: ...

    def task(self, connection: Connection, task_id: int) -> ResolveTaskRecord | None: ...

    def add_task(
        self, connection: Connection, record: ResolveTaskRecord, links: Sequence[ResolveLinkRecord]
    ) -> ResolveTaskRecord:
        """Store a task the platform has not confirmed, with its links as they were asked for."""
        ...

    def confirm(self, connection: Connection, task_id: int, made: MadeTask) -> None:
        """Take over what the platform made."""
        ...

    def delete_task(self, connection: Connection, task_id: int) -> None: ...

    def set_frozen(self, connection: Connection, task_id: int, frozen: bool) -> None: ...

    def links(
        self, connection: Connection, task_id: int, after: int, limit: int
    ) -> tuple[ResolveLinkRecord, ...]:
        """Return links in order whose place is above `after` (-1 for all)."""
        ...

    def take(self, connection: Connection, receipts: Sequence[LinkReceipt]) -> int:
        """Count receipts, each once however often it comes; return how many were new."""
        ...

    def cursor(self, connection: Connection, gateway: str) -> int: ...

    def set_cursor(self, connection: Connection, gateway: str, cursor: int) -> None: ...


class ResolveGateway(Protocol):
    """The platform's side. Every method raises Refused (gateway.*, account.*)."""

    @property
    def name(self) -> str:
        """What receipts of it are kept under."""
        ...

    def create(self, key: str, body: bytes) -> MadeTask:
        """Make a task; the same key and body is the same task."""
        ...

    def freeze(self, remote_id: int, frozen: bool) -> None: ...

    def receipts(self, after: int, limit: int) -> LinkReceiptPage: ...

    def now_ms(self) -> int: ...


class PagesGateway(Protocol):
    """H5 pages on the platform's side. Every method raises Refused (gateway.*)."""

    def pages(self) -> PagesStatus: ...

    def switch(self, mode: str) -> PagesStatus: ...

    def missing(self, digests: Sequence[str]) -> tuple[str, ...]: ...

    def put_picture(self, digest: str, data: bytes) -> None: ...

    def preview(
        self, template: str, vendor: str, values: Mapping[str, str], sender: str, minutes: int
    ) -> tuple[str, str, int]:
        """Return token, path and end (real time) of a preview; `template` is the codec's JSON text."""
        ...

    def end_preview(self, token: str) -> bool: ...
