# SPDX-License-Identifier: Apache-2.0
"""INSERT ... ON CONFLICT as a SQLAlchemy statement: both databases have it, SQLAlchemy has a class for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(connection: Connection, table: Table) -> Any:
    """Return an insert that may go on with `.values()` and `.on_conflict_do_...()`."""
    if connection.dialect.name == "postgresql":
        # Not loaded where nobody needs it: it is a sixth of what a worker loads, with every driver's part.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)
