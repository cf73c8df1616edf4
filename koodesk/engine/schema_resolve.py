# SPDX-License-Identifier: Apache-2.0
"""Tables of resolve tasks, their links and what opening them came to, and the pictures of H5 pages.

`resolve_event` is append-only: what is billed is counted from its rows with `ok` 1.
"""

from __future__ import annotations

from typing import Final

APPEND_ONLY: Final = ("resolve_event",)

TABLES: Final = """
CREATE TABLE resolve_task (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, name TEXT NOT NULL, tpl_id TEXT NOT NULL,
    type TEXT NOT NULL, days INTEGER NOT NULL, times INTEGER NOT NULL, generation INTEGER NOT NULL, domain TEXT NOT NULL,
    signatures TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, frozen_ms INTEGER
);
CREATE TABLE resolve_link (
    id INTEGER PRIMARY KEY, task INTEGER NOT NULL, place INTEGER NOT NULL, code TEXT NOT NULL UNIQUE,
    custom_url TEXT NOT NULL, cust_flag TEXT NOT NULL, params TEXT NOT NULL, resolved INTEGER NOT NULL DEFAULT 0,
    first_ms INTEGER, last_ms INTEGER
);
CREATE INDEX resolve_link_task ON resolve_link (task, id);
CREATE TABLE resolve_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task INTEGER NOT NULL, link INTEGER NOT NULL, code TEXT NOT NULL,
    ok INTEGER NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE INDEX resolve_event_ok ON resolve_event (id) WHERE ok = 1;
CREATE TABLE h5_picture (digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, data BLOB NOT NULL);
"""
