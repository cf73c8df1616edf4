# SPDX-License-Identifier: Apache-2.0
"""Tables that the cloud's API brings, since schema 4.

`send_task` has a row for each batch, whoever handed it in: what a list of tasks is asked by. Batches of before schema 4 have
none and are not listed. `withdrawn` is what was deleted or disabled: its review stays, and nothing can be sent with it.
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
    kind TEXT NOT NULL, ref TEXT NOT NULL, how TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (kind, ref)
) WITHOUT ROWID;
"""
