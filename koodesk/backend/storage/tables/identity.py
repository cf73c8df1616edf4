# SPDX-License-Identifier: Apache-2.0
"""Tables of users and rights (IAM), of access keys, and of the audit log, which only grows. Since schema 4."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, event

from koodesk.backend.storage.metadata import metadata

iam_user: Final = Table(
    "iam_user",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # the name as it is compared: one user whatever the case
    Column("folded", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    # an argon2id string, empty for nobody can sign in with it
    Column("password", Text, nullable=False),
    Column("main", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("locked_until_ms", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ms", Integer, nullable=False),
    Column("signed_in_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

iam_group: Final = Table(
    "iam_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

iam_membership: Final = Table(
    "iam_membership",
    metadata,
    Column("user_id", Integer, ForeignKey("iam_user.id", ondelete="CASCADE"), nullable=False),
    Column("group_id", Integer, ForeignKey("iam_group.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("user_id", "group_id"),
)

iam_policy: Final = Table(
    "iam_policy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

iam_group_policy: Final = Table(
    "iam_group_policy",
    metadata,
    Column("group_id", Integer, ForeignKey("iam_group.id", ondelete="CASCADE"), nullable=False),
    # of a system policy, or of a custom one
    Column("policy", Text, nullable=False),
    PrimaryKeyConstraint("group_id", "policy"),
)

access_key: Final = Table(
    "access_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("iam_user.id", ondelete="CASCADE"), nullable=False),
    Column("ak", Text, nullable=False, unique=True),
    # SHA-256 of the secret: enough to know it when it is shown, not to sign with it
    Column("sk_digest", Text, nullable=False),
    Column("note", Text, nullable=False),
    # "keystore" or "session": where the secret itself is
    Column("kept", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_ms", Integer, nullable=False),
    Column("used_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ms", Integer, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    # SQLite keeps the highest number ever given apart: it tells that the end was cut off.
    sqlite_autoincrement=True,
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        audit,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # DDL() carries no annotations
            f"CREATE TRIGGER audit_no_{_verb.lower()} BEFORE {_verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        ),
    )
