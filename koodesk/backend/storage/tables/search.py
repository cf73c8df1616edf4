# SPDX-License-Identifier: Apache-2.0
"""Tables of the search: what records are called, the index over it, and the queue of what has to be looked at again.

Triggers on the tables of records fill the queue, so no writer knows of the search; a search takes the queue into the
index (`stores.search`). All of it can be made again from the records.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Column, Integer, Table, Text, UniqueConstraint, event

from koodesk.backend.storage.metadata import metadata

search_entry: Final = Table(
    "search_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    # The name as `domain.search.fold` writes it: names that begin with the query come first.
    Column("folded", Text, nullable=False),
    UniqueConstraint("kind", "ref"),
)

search_queue: Final = Table(
    "search_queue",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
)

INDEX: Final = (
    "CREATE INDEX search_entry_name ON search_entry (kind, folded)",
    # Tokens are made in Python (`domain.search.tokens`); prefixes of one sign answer a query of one sign.
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, tokenize='unicode61', prefix='1', columnsize=0)",
)

WATCHED: Final = (
    # name, table, expressions of kind and ref, columns whose change is looked at ("" for all)
    ("card", "card", "'card'", "{row}.id", ""),
    ("video_template", "video_template", "'video_template'", "{row}.id", ""),
    (
        "campaign",
        "campaign",
        "CASE {row}.kind WHEN 'video' THEN 'video_campaign' ELSE 'campaign' END",
        "{row}.id",
        "name, state",
    ),
    ("audience", "audience", "'audience'", "{row}.id", ""),
    ("sms_template", "sms_template", "'sms_template'", "{row}.id", ""),
    ("sms_signature", "sms_signature", "'sms_signature'", "{row}.id", ""),
    ("sms_app", "sms_app", "'sms_app'", "{row}.id", ""),
    ("video_signature", "video_signature", "'video_signature'", "{row}.id", ""),
    (
        "service_account",
        "sa_record",
        "CASE {row}.kind WHEN 'sa_port' THEN 'sa_port' WHEN 'sa_shortcut' THEN 'sa_shortcut' ELSE 'service_account' END",
        "CASE {row}.account_id WHEN 0 THEN {row}.id ELSE {row}.account_id END",
        "title, content",
    ),
    ("resolve_task", "resolve_task", "'resolve_task'", "{row}.id", "name, remote_id"),
    ("link_domain", "link_domain", "'link_domain'", "{row}.id", ""),
    ("jump_url", "jump_url", "'jump_url'", "{row}.id", ""),
    ("material", "material", "'material'", "{row}.digest", ""),
    ("review", "submission", "'review'", "{row}.kind || '/' || {row}.ref", "tpl_id"),
)


_QUEUE: Final = "INSERT INTO search_queue (kind, ref)"


def triggers() -> tuple[str, ...]:
    """Return the statements that make the queue follow the records."""
    made = []
    for name, table, kind, ref, columns in WATCHED:
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            of = f" OF {columns}" if verb == "UPDATE" and columns else ""
            made.append(
                f"CREATE TRIGGER search_{name}_{verb.lower()} AFTER {verb}{of} ON {table} BEGIN "
                f"{_QUEUE} VALUES ({kind.format(row=row)}, {ref.format(row=row)}); END"
            )
    return tuple(made)


for _statement in (*INDEX, *triggers()):
    # DDL() reads % as its own sign
    event.listen(metadata, "after_create", DDL(_statement.replace("%", "%%")))  # type: ignore[no-untyped-call]  # DDL() carries no annotations
