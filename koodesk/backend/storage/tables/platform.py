# SPDX-License-Identifier: Apache-2.0
"""Tables of the choice of platform: what stood with the one that is not in use, and what was decided by hand."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text, event

from koodesk.backend.storage.metadata import metadata

platform_shelf: Final = Table(
    "platform_shelf",
    metadata,
    Column("platform", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("platform", "what", "ref"),
)
"""`what` is a table, `ref` the record's id there, `content` its columns of clearing as a JSON object."""

hand_review: Final = Table(
    "hand_review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("on_day", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""What a person said became of something at the console, one row a word. Only grows. `given` is what the platform gave for
it, as JSON."""

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        hand_review,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # DDL() carries no annotations
            f"CREATE TRIGGER hand_review_no_{_verb.lower()} BEFORE {_verb} ON hand_review "
            "BEGIN SELECT RAISE(ABORT, 'hand_review is append-only'); END"
        ),
    )
