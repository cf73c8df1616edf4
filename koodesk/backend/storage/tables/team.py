# SPDX-License-Identifier: Apache-2.0
"""Who works on a workspace: a row a worker, from its start to its end. Whether it lives is told by its lock, never by the row."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from koodesk.backend.storage.metadata import metadata

desk_worker: Final = Table(
    "desk_worker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("machine", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("queue_id", BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
"""`queue_id` is the worker's number among procrastinate's workers, 0 for one that takes no jobs."""
