# SPDX-License-Identifier: Apache-2.0
"""What the ledger knows of unknown outcomes beyond the chunk itself.

chunk_look_up  what was asked about a call and what the gateway said; the same answer again is counted, not repeated
late_report    append-only: a status report about a recipient who had been settled without the gateway's answer; it
               confirms a decision, and its message id is the recipient's from then on, or contradicts it

and what keeps a list and a gateway from harm while it is sent:

    campaign_wave  the wave a campaign is in: chunks below `limit_no` may leave; held since `since_ms` (0: not)
    send_rate      the most messages a second of the workspace or of a vendor, beside each campaign's own
    rate_pace      when the next chunk of a scope may leave: "workspace", a vendor, "campaign:<id>"; a row once it has a rate
    gateway_breaker  whether a gateway's breaker is open, for screens; the worker decides by its own memory
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    event,
)

from koodesk.backend.storage.metadata import metadata

chunk_look_up: Final = Table(
    "chunk_look_up",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chunk_id", Integer, ForeignKey("chunk.id"), nullable=False),
    Column("answer", Text, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Index("chunk_look_up_by_chunk", "chunk_id", "id"),
)

late_report: Final = Table(
    "late_report",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("recipient_id", Integer, ForeignKey("recipient.id"), nullable=False),
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("chunk_no", Integer, nullable=False),
    Column("receipt_id", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Index("late_report_by_campaign", "campaign_id", "recipient_id"),
    CheckConstraint("verdict IN ('confirms', 'contradicts')"),
)

campaign_wave: Final = Table(
    "campaign_wave",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id"), primary_key=True),
    Column("wave", Integer, nullable=False),
    Column("limit_no", Integer, nullable=False),
    Column("limits", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)

send_rate: Final = Table(
    "send_rate",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("rate", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
)

rate_pace: Final = Table(
    "rate_pace",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("ready_ms", BigInteger, nullable=False),
)

gateway_breaker: Final = Table(
    "gateway_breaker",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        late_report,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # DDL() carries no annotations
            f"CREATE TRIGGER late_report_no_{_verb.lower()} BEFORE {_verb} ON late_report "
            "BEGIN SELECT RAISE(ABORT, 'late_report is append-only'); END"
        ),
    )
