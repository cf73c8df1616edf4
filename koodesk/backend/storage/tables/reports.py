# SPDX-License-Identifier: Apache-2.0
"""What reports are made of: counts kept as answers and receipts arrive.

report_count   per campaign, Beijing day and vendor (of a video SMS: carrier) how many messages came how far. A message
               counts for the day it was handed over, whatever day its receipts come, so that no line has more
               delivered than sent. Written in the transaction of what it counts (`stores.report_counts`); `verify`
               counts the ledger again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from koodesk.backend.storage.metadata import metadata
from koodesk.backend.storage.tables.sending import receipt
from koodesk.domain.smart_report import COUNTED

report_count: Final = Table(
    "report_count",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("vendor", Text, nullable=False),
    *(Column(name, BigInteger, nullable=False, server_default=text("0")) for name in COUNTED),
    PrimaryKeyConstraint("campaign_id", "day", "vendor"),
    sqlite_with_rowid=False,
)

# What was tapped is told by the clicks themselves, few among the receipts.
Index(
    "receipt_clicked",
    receipt.c.recipient_id,
    receipt.c.code,
    sqlite_where=receipt.c.kind == "clicked",
)

service_click: Final = Table(
    "service_click",
    metadata,
    Column("gateway", Text, nullable=False),
    Column("id", Integer, nullable=False),
    Column("pub", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("billed", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("gateway", "id"),
    Index("service_click_day", "at_ms"),
    sqlite_with_rowid=False,
)
