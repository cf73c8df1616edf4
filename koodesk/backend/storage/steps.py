# SPDX-License-Identifier: Apache-2.0
"""The way from each older schema of the desk's database to the next.

A step is frozen once a release has taken it: it describes the past, so it names columns itself and reads no table of
today's. A new schema adds one entry here, and a test that walks from the oldest fixture proves that old and new
workspaces end alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.storage.metadata import SCHEMA_VERSION

STEPS: Final[Mapping[int, tuple[str, ...]]] = {
    # 2: videos in the gallery have a length; materials have tags, a focal point and a look, and there is a brand kit.
    2: (
        "ALTER TABLE material ADD COLUMN duration_ms INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE material ADD COLUMN tags TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE material ADD COLUMN focal_x INTEGER DEFAULT 500 NOT NULL",
        "ALTER TABLE material ADD COLUMN focal_y INTEGER DEFAULT 500 NOT NULL",
        "ALTER TABLE material ADD COLUMN look TEXT DEFAULT '' NOT NULL",
        """CREATE TABLE brand_item (
            kind TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, place)
        )""",
        # Saved versions have names; a card with variants is handed in as cards of its own, which know their master.
        "ALTER TABLE card_revision ADD COLUMN label TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE card ADD COLUMN master_id INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE card ADD COLUMN master_digest TEXT DEFAULT '' NOT NULL",
    ),
}
"""What each schema adds to the one before it."""


def walk(connection: Connection, version: int) -> None:
    """Bring a database of an older schema to today's, inside the caller's transaction: wholly or not at all."""
    for next_version in range(version + 1, SCHEMA_VERSION + 1):
        for statement in STEPS[next_version]:
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
