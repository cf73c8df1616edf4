# SPDX-License-Identifier: Apache-2.0
"""What schema 4 adds for the search: the names of records, the index over them, and triggers that queue every change.

Frozen like the other steps: what today's tables are is `tables.search`.
"""

from __future__ import annotations

from typing import Final

_WATCHED: Final = (
    # name, table, kind, ref, columns
    ("card", "card", "'card'", "{row}.id", ""),
    ("video_template", "video_template", "'video_template'", "{row}.id", ""),
    (
        "campaign",
        "campaign",
        "CASE {row}.kind WHEN 'video' THEN 'video_campaign' ELSE 'campaign' END",
        "{row}.id",
        " OF name, state",
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
        " OF title, content",
    ),
    ("resolve_task", "resolve_task", "'resolve_task'", "{row}.id", " OF name, remote_id"),
    ("link_domain", "link_domain", "'link_domain'", "{row}.id", ""),
    ("jump_url", "jump_url", "'jump_url'", "{row}.id", ""),
    ("material", "material", "'material'", "{row}.digest", ""),
    ("review", "submission", "'review'", "{row}.kind || '/' || {row}.ref", " OF tpl_id"),
)
_QUEUE: Final = "INSERT INTO search_queue (kind, ref)"

SEARCH_4: Final = (
    """CREATE TABLE search_entry (
        id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,
        folded TEXT NOT NULL, UNIQUE (kind, ref)
    )""",
    "CREATE TABLE search_queue (seq INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL)",
    "CREATE INDEX search_entry_name ON search_entry (kind, folded)",
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, tokenize='unicode61', prefix='1', columnsize=0)",
    *(
        f"CREATE TRIGGER search_{name}_{verb.lower()} AFTER {verb}{of if verb == 'UPDATE' else ''} ON {table} BEGIN "
        f"{_QUEUE} VALUES ({kind.format(row=row)}, {ref.format(row=row)}); END"
        for name, table, kind, ref, of in _WATCHED
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
    # What an older workspace holds is taken into the index by its first searches.
    *(
        f"{_QUEUE} SELECT {kind.format(row=table)}, {ref.format(row=table)} FROM {table}"  # noqa: S608 - names of our own
        for _, table, kind, ref, _ in _WATCHED
    ),
)
