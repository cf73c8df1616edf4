# SPDX-License-Identifier: Apache-2.0
"""Sends that a plan has prepared and that wait for a person (`ports.plans.WaitingRecord`)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text

from koodesk.backend.storage.metadata import metadata

waiting_send: Final = Table(
    "waiting_send",
    metadata,
    Column("digest", Text, ForeignKey("confirmation.digest", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("audience_id", Integer, nullable=False),
    Column("to_send", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("dismissed_ms", BigInteger, nullable=False, server_default=text("0")),
    Column("dismissed_by", Text, nullable=False, server_default=""),
    Index("waiting_send_source", "source"),
)
