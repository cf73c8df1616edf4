# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform (`ports.cloud_records`). Instants are ms."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, text

from koodesk.backend.storage.metadata import metadata

cloud_made: Final = Table(
    "cloud_made",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("cloud_id", Text, nullable=False),
    Column("missed_ms", BigInteger, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("told", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("account", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("kind", "ref", "digest", "account"),
    Index("cloud_made_seq", "seq"),
)

cloud_upload: Final = Table(
    "cloud_upload",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("rate", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("cloud_id", Text, nullable=False),
    Column("material_id", Text, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("account", Text, primary_key=True, server_default=text("''")),
)
"""`account` of both is whose they are (`stores.cloud_accounts`), "" where nobody knows: made before it was written down."""

cloud_caller: Final = Table(
    "cloud_caller",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)
"""Whose access key calls were made with, as a digest, and from when on: a row whenever it is another's than before."""

cloud_key: Final = Table(
    "cloud_key",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Which keys a person said are of one account, which is named by the first of them."""
