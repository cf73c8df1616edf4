# SPDX-License-Identifier: Apache-2.0
"""Reading the append-only record of acceptances, with or without a running engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from koodesk.engine.schema import APPLICATION_ID, BUSY_SECONDS, DATABASE_NAME, ForeignDatabase, sqlite_module


def acceptances(folder: Path, campaign: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield every acceptance in the order it happened: campaign, recipient (stable keyed hash), chunk, message, at_ms.

    Reads the file alone. A folder without a database has accepted nothing. Raises ForeignDatabase for another
    program's file.
    """
    path = folder / DATABASE_NAME
    if not path.exists():
        return
    # Not mode=ro: after a kill the write-ahead log must be replayed by whoever opens the file next.
    connection = sqlite_module().connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA query_only=ON")
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
                return
            raise ForeignDatabase(DATABASE_NAME)
        rows = connection.execute(
            "SELECT campaign, recipient, chunk, message, at_ms FROM acceptance_log "
            "WHERE ? IS NULL OR campaign = ? ORDER BY message",
            (campaign, campaign),
        )
        for name, recipient, chunk, message, at_ms in rows:
            yield {
                "campaign": name,
                "recipient": recipient,
                "chunk": chunk,
                "message": str(message),
                "at_ms": at_ms,
            }
    finally:
        connection.close()
