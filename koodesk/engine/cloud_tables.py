# SPDX-License-Identifier: Apache-2.0
"""Tables that the cloud's API brings, since schema 4.

`send_task` has a row for each batch, whoever handed it in: what a list of tasks is asked by. Batches of before schema 4 have
none and are not listed. `withdrawn` is what was deleted or disabled: its review stays, and nothing can be sent with it.
`cloud_callback` keeps how far each address has been told: the numbers of the receipt feed, of the reviews' changes and of resolves.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE send_task (
    batch_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, template TEXT NOT NULL, sms_template TEXT NOT NULL,
    sign TEXT NOT NULL, at_ms INTEGER NOT NULL, submitted INTEGER NOT NULL, sender TEXT NOT NULL DEFAULT '',
    told TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX send_task_at ON send_task (at_ms);
CREATE INDEX send_task_name ON send_task (name);
CREATE TABLE withdrawn (
    kind TEXT NOT NULL, ref TEXT NOT NULL, how TEXT NOT NULL, at_ms INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, ref)
) WITHOUT ROWID;
CREATE TABLE cloud_paper (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL, about TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE cloud_material (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, name TEXT NOT NULL, rate TEXT NOT NULL,
    about TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, url TEXT NOT NULL, video TEXT NOT NULL, main INTEGER NOT NULL, at_ms INTEGER NOT NULL
);
CREATE TABLE cloud_media (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE cloud_binding (
    id TEXT PRIMARY KEY, port TEXT NOT NULL, pub TEXT NOT NULL, signs TEXT NOT NULL, province TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE cloud_callback (
    id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, family TEXT NOT NULL, url_type INTEGER NOT NULL, url TEXT NOT NULL,
    remark TEXT NOT NULL, at_ms INTEGER NOT NULL, receipt INTEGER NOT NULL, review INTEGER NOT NULL, link INTEGER NOT NULL,
    lost INTEGER NOT NULL DEFAULT 0, UNIQUE (family, url_type, url)
);
"""
