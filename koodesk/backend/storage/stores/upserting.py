# SPDX-License-Identifier: Apache-2.0
"""INSERT ... ON CONFLICT as a SQLAlchemy statement: both databases have it, SQLAlchemy has a class for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> Any:
    """Return an insert that may go on with `.values()` and `.on_conflict_do_...()`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)
