# SPDX-License-Identifier: Apache-2.0
"""What users and rights need from outside: their records, a way to hash passwords, and a place for secrets.

The store takes the connection of an open transaction (`ports.unit_of_work`) as its first argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user as stored; `id` 0 asks for a new one. `password` is an argon2id string, empty when none was set.

    `failed` wrong tries in a row; nobody signs in as her before `locked_until_ms`. `revision` counts changes of the record.
    """

    id: int
    name: str
    note: str
    password: str
    main: bool
    enabled: bool
    must_change: bool
    failed: int
    locked_until_ms: int
    revision: int
    created_ms: int
    signed_in_ms: int


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group as stored; `id` 0 asks for a new one."""

    id: int
    name: str
    note: str
    revision: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A custom policy as stored; `id` 0 asks for a new one. `document` is its text."""

    id: int
    name: str
    note: str
    document: str
    revision: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """An access key as stored; `id` 0 asks for a new one. `kept` says where its secret is: "keystore" or "session"."""

    id: int
    user_id: int
    ak: str
    sk_digest: str
    note: str
    kept: str
    enabled: bool
    created_ms: int
    used_ms: int


class IdentityStore(Protocol):
    """Users, groups and policies by name; keys oldest first."""

    def users(self, connection: Connection) -> tuple[UserRecord, ...]: ...

    def user(self, connection: Connection, user_id: int) -> UserRecord | None: ...

    def user_called(self, connection: Connection, name: str) -> UserRecord | None: ...

    def main(self, connection: Connection) -> UserRecord | None:
        """Return the main account's record: there is one since a password was set for it."""
        ...

    def put_user(self, connection: Connection, record: UserRecord) -> UserRecord: ...

    def delete_user(self, connection: Connection, user_id: int) -> None:
        """Delete a user with her memberships and keys."""
        ...

    def groups(self, connection: Connection) -> tuple[GroupRecord, ...]: ...

    def group(self, connection: Connection, group_id: int) -> GroupRecord | None: ...

    def group_called(self, connection: Connection, name: str) -> GroupRecord | None: ...

    def put_group(self, connection: Connection, record: GroupRecord) -> GroupRecord: ...

    def delete_group(self, connection: Connection, group_id: int) -> None: ...

    def memberships(self, connection: Connection, user_id: int | None = None) -> tuple[tuple[int, int], ...]:
        """Return all (user, group), or those of one user."""
        ...

    def set_groups(self, connection: Connection, user_id: int, groups: Sequence[int]) -> None: ...

    def set_members(self, connection: Connection, group_id: int, users: Sequence[int]) -> None: ...

    def granted(self, connection: Connection) -> tuple[tuple[int, str], ...]:
        """Return all (group, name of a policy)."""
        ...

    def set_policies(self, connection: Connection, group_id: int, names: Sequence[str]) -> None: ...

    def policies(self, connection: Connection) -> tuple[PolicyRecord, ...]: ...

    def policy(self, connection: Connection, policy_id: int) -> PolicyRecord | None: ...

    def policy_called(self, connection: Connection, name: str) -> PolicyRecord | None: ...

    def put_policy(self, connection: Connection, record: PolicyRecord) -> PolicyRecord: ...

    def delete_policy(self, connection: Connection, policy_id: int) -> None: ...

    def keys(self, connection: Connection, user_id: int | None = None) -> tuple[KeyRecord, ...]: ...

    def key(self, connection: Connection, ak: str) -> KeyRecord | None: ...

    def put_key(self, connection: Connection, record: KeyRecord) -> KeyRecord: ...

    def delete_key(self, connection: Connection, key_id: int) -> None: ...


class Prover(Protocol):
    """Lets whoever is signed in prove that it is she, before something that asks for it."""

    def asks_password(self) -> bool:
        """Tell whether whoever is signed in is a user of this desk, who has a password to prove it with."""
        ...

    def prove(self, password: str) -> None:
        """Check her password. Raises Refused: session.proof_missing, session.proof_wrong, session.locked,
        session.no_password."""
        ...


class PasswordHasher(Protocol):
    """Hashes passwords slowly, so that a stolen database does not give them away."""

    def hash(self, password: str) -> str: ...

    def verify(self, stored: str, password: str) -> bool:
        """Tell whether a password is the stored one; takes as long where nothing is stored."""
        ...

    def outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with less effort than today's."""
        ...


class Secrets(Protocol):
    """Keeps secrets in the system's key store, or for this session only where there is none."""

    def keep(self, name: str, secret: str) -> str:
        """Keep a secret and return where: "keystore" or "session"."""
        ...

    def find(self, name: str) -> str | None: ...

    def forget(self, name: str) -> None: ...
