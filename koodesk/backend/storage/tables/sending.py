# SPDX-License-Identifier: Apache-2.0
"""The ledger's tables: what was confirmed, who it is for, what left, what came back.

What is frozen and what moves:

    confirmation   what a person is about to confirm; used once
    campaign       the frozen snapshot and its digest; only `state` and the few columns beside it move
    recipient      written once, when the campaign is confirmed; a trigger forbids change. `bucket` here is the decision
                   of that moment (pending, opted_out, not_eligible); what happened later is in chunk and sent. `vendor` is
                   that of the phone; in a campaign of video SMS the carrier of the number, as its segment said then
    chunk          fixed members (first_id..last_id, all of them pending at confirmation), key and payload digest fixed;
                   its state is the intent (in_flight, committed before the first byte) and the outcome
    sent           append-only, one row a recipient at most: accepted with a message id, or refused with a code
    receipt        append-only, unique by the gateway's id
    delivery       what the receipts of one recipient add up to: the same whatever order they came in
    campaign_event append-only, a row a move

Every counter is derived. `chunk.accepted` and `chunk.refused` repeat the number of the chunk's `sent` rows: they are
written in the transaction that writes those rows, a CHECK bounds them, and `verify` recounts. Without them live
progress of a million recipients would be a scan a second.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from koodesk.backend.storage.metadata import metadata

confirmation: Final = Table(
    "confirmation",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("draft", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("campaign_id", Integer, ForeignKey("campaign.id")),
    sqlite_with_rowid=False,
)

campaign: Final = Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("test", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("digest", Text, nullable=False, unique=True),
    Column("snapshot", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("gateway_class", Text, nullable=False),
    Column("audience_id", Integer, nullable=False, server_default="0"),
    Column("card_id", Integer, nullable=False, server_default="0"),
    Column("sms_template_id", Integer, nullable=False, server_default="0"),
    Column("signature", Text, nullable=False),
    Column("promotion", Integer, nullable=False),
    Column("fallback", Text, nullable=False),
    Column("validity_days", Integer, nullable=False),
    Column("start_at_ms", BigInteger, nullable=False, server_default="0"),
    Column("not_after_ms", BigInteger, nullable=False, server_default="0"),
    Column("window_start", Integer, nullable=False),
    Column("window_end", Integer, nullable=False),
    Column("chunk_size", Integer, nullable=False),
    Column("rate", Integer, nullable=False, server_default="0"),
    Column("first_id", Integer, nullable=False, server_default="0"),
    Column("last_id", Integer, nullable=False, server_default="-1"),
    Column("imported", Integer, nullable=False, server_default="0"),
    Column("invalid", Integer, nullable=False, server_default="0"),
    Column("duplicate", Integer, nullable=False, server_default="0"),
    Column("opted_out", Integer, nullable=False, server_default="0"),
    Column("not_eligible", Integer, nullable=False, server_default="0"),
    Column("plan_digest", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    Column("confirmed_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger, nullable=False, server_default="0"),
    Column("ended_ms", BigInteger, nullable=False, server_default="0"),
    # Last, where the step from schema 2 puts it.
    Column("kind", Text, nullable=False, server_default="smart"),
    Index("campaign_by_state", "state"),
)

recipient: Final = Table(
    "recipient",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("params", Text, nullable=False),
    Column("card", Integer, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("bucket", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    UniqueConstraint("campaign_id", "number"),
    CheckConstraint("bucket IN ('pending', 'opted_out', 'not_eligible')"),
)

chunk: Final = Table(
    "chunk",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("first_id", Integer, nullable=False),
    Column("last_id", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("payload_digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("doubt", Integer, nullable=False, server_default="0"),
    Column("owner", Text, nullable=False, server_default=""),
    Column("claimed_ms", BigInteger, nullable=False, server_default="0"),
    Column("settled_ms", BigInteger, nullable=False, server_default="0"),
    Column("next_ms", BigInteger, nullable=False, server_default="0"),
    Column("not_found", Integer, nullable=False, server_default="0"),
    Column("not_found_ms", BigInteger, nullable=False, server_default="0"),
    Column("accepted", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    UniqueConstraint("campaign_id", "no"),
    Index("chunk_by_state", "campaign_id", "state", "no"),
    CheckConstraint("members = last_id - first_id + 1 AND members > 0"),
    CheckConstraint("accepted >= 0 AND refused >= 0 AND accepted + refused <= members"),
)

sent: Final = Table(
    "sent",
    metadata,
    Column("recipient_id", Integer, primary_key=True),
    Column("message_id", Text, unique=True),
    Column("outcome", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("at_ms", BigInteger, nullable=False),
    # On PostgreSQL a trigger asks once a statement (`postgres.functions.SENT_OF`).
    ForeignKeyConstraint(["recipient_id"], ["recipient.id"]).ddl_if(dialect="sqlite"),
    CheckConstraint("outcome IN ('accepted', 'refused')"),
    CheckConstraint("(outcome = 'accepted') = (message_id IS NOT NULL)"),
)

receipt: Final = Table(
    "receipt",
    metadata,
    Column("gateway_receipt_id", Integer, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("recipient_id", Integer),
    # A receipt whose message is not known (yet) is kept apart: the outcome of its chunk may still be on its way.
    Index("receipt_stray", "message_id", sqlite_where=Column("recipient_id").is_(None)),
)

delivery: Final = Table(
    "delivery",
    metadata,
    Column("recipient_id", Integer, primary_key=True),
    Column("sms", Integer),
    Column("sms_ms", BigInteger),
    Column("sms_code", Text),
    Column("resolved_ms", BigInteger),
    Column("exposed_ms", BigInteger),
    Column("clicked_ms", BigInteger),
    Column("replied_ms", BigInteger),
)

receipt_cursor: Final = Table(
    "receipt_cursor",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("after", BigInteger, nullable=False),
)

opt_out: Final = Table(
    "opt_out",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("signature", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    # Last, where the step to schema 4 puts them.
    Column("campaign_id", Integer, nullable=False, server_default="0"),
    Column("by", Text, nullable=False, server_default=""),
    Index("opt_out_by_signature", "signature", "at_ms"),
    sqlite_with_rowid=False,
)
"""`source` is reply (of `campaign_id`), import or hand (of `by`)."""

opt_out_event: Final = Table(
    "opt_out_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("number", BigInteger),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("count", Integer, nullable=False),
)
"""What a person did to the list: added, imported, removed, exported. Append-only."""

campaign_event: Final = Table(
    "campaign_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("chunk_no", Integer),
    Column("params", Text, nullable=False, server_default="{}"),
    Column("by", Text, nullable=False, server_default=""),
    Index("campaign_event_by_campaign", "campaign_id", "id"),
)

dispatcher: Final = Table(
    "dispatcher",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("place", Text, nullable=False),
    CheckConstraint("id = 1"),
)


def _guard(table: Table, name: str, when: str, message: str, condition: str = "") -> None:
    """Give a table a trigger that refuses a statement, where a condition is given only when it holds."""
    sql = (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table.name} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    event.listen(table, "after_create", DDL(sql))  # type: ignore[no-untyped-call]  # DDL() carries no annotations


for _table in (sent, recipient, campaign_event, opt_out_event):
    for _verb in ("UPDATE", "DELETE"):
        # Only a campaign that was never finished (`stores.sending_create`) may lose its recipients again.
        _unless = (
            "WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) IS NOT 'creating'"
            if (_table is recipient and _verb == "DELETE")
            else ""
        )
        _guard(_table, f"{_table.name}_no_{_verb.lower()}", _verb, f"{_table.name} is append-only", _unless)
_guard(receipt, "receipt_no_delete", "DELETE", "receipt is append-only")
_guard(
    receipt,
    "receipt_is_fixed",
    "UPDATE OF gateway_receipt_id, message_id, kind, status, code, at_ms",
    "a receipt is what arrived",
)
_guard(
    campaign,
    "campaign_is_frozen",
    "UPDATE OF uuid, digest, snapshot, gateway, gateway_class, signature, promotion, fallback, kind",
    "a confirmed campaign is frozen",
)
_guard(
    chunk,
    "chunk_is_fixed",
    "UPDATE OF campaign_id, no, first_id, last_id, members, key, payload_digest",
    "a chunk keeps its members, key and payload",
)
