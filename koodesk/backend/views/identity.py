# SPDX-License-Identifier: Apache-2.0
"""Who is signed in, users, groups, policies, access keys and the audit log, as screens and commands show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from koodesk.domain.access import Kind
from koodesk.domain.audit import AuditEntry, AuditFilter, AuditSlice, Verified
from koodesk.domain.problem import Problem

__all__ = [
    "OFFERED",
    "AuditEntry",
    "AuditFilter",
    "AuditSlice",
    "Credentials",
    "GroupDraft",
    "GroupRow",
    "KeyRow",
    "MatrixRow",
    "NewKey",
    "PolicyRow",
    "RightRow",
    "SessionRow",
    "UserDraft",
    "UserRow",
    "Verified",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with: a name and a password, or an access key."""

    name: str = ""
    password: str = field(default="", repr=False)
    ak: str = ""
    sk: str = field(default="", repr=False)


OFFERED: Final[ContextVar[Callable[[], Credentials | None] | None]] = ContextVar(
    "koodesk_credentials", default=None
)
"""How a command without a window says who it is; asked when a workspace is opened and only where it is needed."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Who is signed in. `denied` says for each action of the catalogue that is not allowed why not.

    `main_password`: the main account has a password, so that one has to sign in. `users` counts the users besides it. `ended`
    says why the one who was signed in no longer is, where somebody else did it.
    """

    user_id: int
    name: str
    main: bool
    signed_in: bool
    main_password: bool
    users: int
    denied: Mapping[str, Problem]
    ended: Problem | None = None


@dataclass(frozen=True, slots=True)
class UserDraft:
    """What an administrator says of a user."""

    name: str
    note: str = ""
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user. `locked_until_ms` is 0 unless she is locked now after wrong tries; `groups` are (id, name)."""

    id: int
    name: str
    note: str
    main: bool
    enabled: bool
    has_password: bool
    must_change: bool
    locked_until_ms: int
    groups: tuple[tuple[int, str], ...]
    keys: int
    revision: int
    created_ms: int
    signed_in_ms: int


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """What an administrator says of a group."""

    name: str
    note: str = ""
    policies: tuple[str, ...] = ()
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its policies by name and its members as (id, name)."""

    id: int
    name: str
    note: str
    policies: tuple[str, ...]
    members: tuple[tuple[int, str], ...]
    revision: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy: `id` is 0 for one of the system's, whose words are in both languages; `groups` have it."""

    id: int
    name: str
    note_zh: str
    note_en: str
    source: str
    document: str
    groups: tuple[str, ...]
    revision: int
    created_ms: int

    @property
    def system(self) -> bool:
        """Tell whether it comes with the program."""
        return self.id == 0


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An action and which system policies allow it, in the order of the matrix's columns."""

    action: str
    name_zh: str
    name_en: str
    kind: Kind
    source: str
    allowed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class RightRow:
    """An action, whether somebody may do it, and the policy that says so; `missing` is another action it lacks."""

    action: str
    name_zh: str
    name_en: str
    allowed: bool
    policy: str
    missing: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An access key without its secret; `kept` says where that is: "keystore", "session", or "lost" after the session."""

    id: int
    user_id: int
    user: str
    ak: str
    note: str
    enabled: bool
    kept: str
    created_ms: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new access key: the only time its secret is shown."""

    row: KeyRow
    sk: str = field(repr=False)
