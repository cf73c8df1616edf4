# SPDX-License-Identifier: Apache-2.0
"""Tables of the account, of packages and of bills, in an engine's database."""

from __future__ import annotations

from typing import Final

# `account` has one row.
TABLES: Final = """
CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1), enterprise TEXT NOT NULL, verified INTEGER NOT NULL, state TEXT NOT NULL,
    opened_ms INTEGER NOT NULL, protection INTEGER NOT NULL, balance INTEGER NOT NULL
);
INSERT INTO account VALUES (1, '', 1, 'normal', 0, 0, 0);
"""

OPENED_BEFORE: Final = """
UPDATE account SET opened_ms = coalesce(
    (SELECT min(at_ms) FROM (
        SELECT min(submitted_ms) AS at_ms FROM review UNION ALL SELECT min(at_ms) FROM acceptance_chunk)), 0);
"""
"""An engine that has taken something before there were accounts was opened then."""
