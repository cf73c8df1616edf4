# SPDX-License-Identifier: Apache-2.0
"""What schema 6 adds to the records of the real platform: whose they are, and which keys are of one account.

Records of before were made with whatever key there was. Where calls were only ever made with one, they are that key's;
else nobody knows, and a person says it.
"""

from __future__ import annotations

from typing import Final

_OF_THE_ONLY_KEY: Final = tuple(
    f"UPDATE {table} SET account = (SELECT max(caller) FROM cloud_caller) "  # noqa: S608 - words of this program
    "WHERE (SELECT count(DISTINCT caller) FROM cloud_caller) = 1"
    for table in ("cloud_made", "cloud_upload")
)

ACCOUNTS_6: Final = (
    # SQLite changes no key of a table: each is made anew.
    """CREATE TABLE cloud_made_of (
        id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
        stage TEXT NOT NULL, asked_ms BIGINT NOT NULL, cloud_id TEXT NOT NULL, missed_ms BIGINT NOT NULL, misses INTEGER NOT NULL,
        told TEXT NOT NULL, open BOOLEAN NOT NULL, seq BIGINT NOT NULL, account TEXT DEFAULT '' NOT NULL,
        UNIQUE (kind, ref, digest, account)
    )""",
    """INSERT INTO cloud_made_of SELECT id, kind, ref, digest, name, stage, asked_ms, cloud_id, missed_ms, misses, told, open,
        seq, '' FROM cloud_made""",
    "DROP TABLE cloud_made",
    "ALTER TABLE cloud_made_of RENAME TO cloud_made",
    "CREATE INDEX cloud_made_seq ON cloud_made (seq)",
    """CREATE TABLE cloud_upload_of (
        kind TEXT NOT NULL, digest TEXT NOT NULL, rate TEXT NOT NULL, name TEXT NOT NULL, asked_ms BIGINT NOT NULL,
        cloud_id TEXT NOT NULL, material_id TEXT NOT NULL, used_ms BIGINT NOT NULL, account TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (kind, digest, rate, account)
    )""",
    """INSERT INTO cloud_upload_of SELECT kind, digest, rate, name, asked_ms, cloud_id, material_id, used_ms, ''
        FROM cloud_upload""",
    "DROP TABLE cloud_upload",
    "ALTER TABLE cloud_upload_of RENAME TO cloud_upload",
    """CREATE TABLE cloud_key (
        caller TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, "by" TEXT NOT NULL, at_ms BIGINT NOT NULL
    )""",
    *_OF_THE_ONLY_KEY,
)

ACCOUNTS_6_POSTGRESQL: Final = (
    "ALTER TABLE cloud_made ADD COLUMN account TEXT COLLATE \"C\" DEFAULT '' NOT NULL",
    "ALTER TABLE cloud_made DROP CONSTRAINT cloud_made_kind_ref_digest_key",
    "ALTER TABLE cloud_made ADD CONSTRAINT cloud_made_kind_ref_digest_account_key UNIQUE (kind, ref, digest, account)",
    "ALTER TABLE cloud_upload ADD COLUMN account TEXT COLLATE \"C\" DEFAULT '' NOT NULL",
    "ALTER TABLE cloud_upload DROP CONSTRAINT cloud_upload_pkey",
    "ALTER TABLE cloud_upload ADD PRIMARY KEY (kind, digest, rate, account)",
    """CREATE TABLE cloud_key (
        caller TEXT COLLATE "C" NOT NULL PRIMARY KEY, account TEXT COLLATE "C" NOT NULL, "by" TEXT COLLATE "C" NOT NULL,
        at_ms BIGINT NOT NULL
    )""",
    *_OF_THE_ONLY_KEY,
)
