# SPDX-License-Identifier: Apache-2.0
"""What the service account needs from storage: records of all five kinds, and bindings.

The store takes the connection of an open transaction (`ports.unit_of_work`) as its first argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.service_account.regions import Choice
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Binding, Content, RecordKind


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A profile, menu, home page, channel number or shortcut as stored; `id` 0 asks for a new one.

    `account_id` is the id of the profile a menu or home page belongs to, 0 for the others. `content` is the present
    revision, `pending` what was handed in and is not in effect yet, `live` what is in effect; None before there is one.
    `submitted_digest` names the submission. `effect_ms` is when `pending` takes effect or `live` took it, 0 before it is
    known. `freezes` counts: each begins a new review at its end.
    """

    id: int
    kind: RecordKind
    account_id: int
    revision: int
    content: Content
    pending: Content | None
    live: Content | None
    submitted_digest: str
    approval: Approval
    life: Life
    effect_ms: int
    freezes: int
    freeze_reason: str
    urged_ms: int
    created_ms: int
    saved_ms: int

    @property
    def rests(self) -> bool:
        """Tell whether it was in effect and is frozen: until a review that unfreezing began is in effect."""
        return self.live is not None and self.life in (Life.FROZEN, Life.NOT_IN_EFFECT)


@dataclass(frozen=True, slots=True)
class BindingRecord:
    """A binding as stored."""

    id: int
    binding: Binding
    created_ms: int


class AccountGateway(Protocol):
    """What service accounts ask of the platform beyond reviews. Raises Refused: gateway.unreachable, gateway.refused."""

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Ask the reviewer to decide sooner (催审)."""
        ...

    def freeze(self, pub: str, reason: str) -> None:
        """Let phones show nothing of an account from now on (冻结); freezing it again changes nothing. A new review ends it."""
        ...


class PortGateway(Protocol):
    """What a platform wants to know of channel numbers beyond reviews; the local engine wants nothing. Each is asked for once: what is
    there already, or gone already, perhaps by a call whose answer was lost, is left so. Raises Refused: gateway.*, cloud.*."""

    def bind(self, pub: str, number: str, signatures: tuple[str, ...], regions: Choice) -> None:
        """Let a number serve an account with some of its signatures in some regions (绑定)."""
        ...

    def unbind(self, pub: str, number: str, regions: Choice) -> None:
        """Take a number from an account in these regions (解绑)."""
        ...

    def delete(self, number: str) -> None:
        """Delete a number that serves nobody."""
        ...


class AccountsShown(Protocol):
    """Where what phones show is looked up: the records as they are, or as they were (`operations.service_account_history`)."""

    def records(self, connection: Connection, kind: RecordKind) -> tuple[ServiceRecord, ...]:
        """Return all records of a kind, newest first."""
        ...

    def record(self, connection: Connection, record_id: int) -> ServiceRecord | None: ...

    def of_account(self, connection: Connection, account_id: int, kind: RecordKind) -> ServiceRecord | None:
        """Return the menu or home page of an account."""
        ...

    def bindings(self, connection: Connection) -> tuple[BindingRecord, ...]:
        """Return all bindings, newest first."""
        ...


class ShownStore(Protocol):
    """What phones showed of all service accounts, by time; it only grows. Instants are the gateway's clock."""

    def last(self, connection: Connection) -> tuple[int, str] | None:
        """Return since when the newest state is shown, and the state; None before the first."""
        ...

    def add(self, connection: Connection, since_ms: int, content: str, pictures: Mapping[str, str]) -> None:
        """Add a state, with the digests of the pictures it shows and whose they are."""
        ...

    def at(self, connection: Connection, at_ms: int) -> str | None:
        """Return the state that was shown at an instant; None for one before the first."""
        ...

    def names_showing(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return whose a picture was in any state, by its digest."""
        ...


class ServiceAccountStore(Protocol):
    """Records and bindings, newest first."""

    def records(self, connection: Connection, kind: RecordKind) -> tuple[ServiceRecord, ...]:
        """Return all records of a kind."""
        ...

    def record(self, connection: Connection, record_id: int) -> ServiceRecord | None: ...

    def of_account(self, connection: Connection, account_id: int, kind: RecordKind) -> ServiceRecord | None:
        """Return the menu or home page of an account."""
        ...

    def put(self, connection: Connection, record: ServiceRecord) -> ServiceRecord:
        """Store a record; a new one comes back with its id."""
        ...

    def delete(self, connection: Connection, record_id: int) -> None:
        """Delete a record; with a profile its menu and home page go."""
        ...

    def bindings(self, connection: Connection) -> tuple[BindingRecord, ...]: ...

    def bind(self, connection: Connection, binding: Binding, at_ms: int) -> BindingRecord: ...

    def unbind(self, connection: Connection, binding_id: int) -> bool:
        """Remove a binding; tell whether there was one."""
        ...

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return what the records are called that show a material, by its digest."""
        ...
