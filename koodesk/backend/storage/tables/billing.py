# SPDX-License-Identifier: Apache-2.0
"""Budgets of campaigns: what was allowed, by whom and when (append-only, the newest row holds), and what each chunk may
cost at most. Money is thousandths of a fen."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, ForeignKey, Index, Integer, Table, Text, event

from koodesk.backend.storage.metadata import metadata

campaign_budget: Final = Table(
    "campaign_budget",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Index("campaign_budget_by_campaign", "campaign_id", "id"),
)

chunk_cost: Final = Table(
    "chunk_cost",
    metadata,
    Column("campaign_id", Integer, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("worst", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        campaign_budget,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # DDL() carries no annotations
            f"CREATE TRIGGER campaign_budget_no_{_verb.lower()} BEFORE {_verb} ON campaign_budget "
            "BEGIN SELECT RAISE(ABORT, 'campaign_budget is append-only'); END"
        ),
    )
