# SPDX-License-Identifier: Apache-2.0
"""What is owed to rates, kept for all workers: when the next chunk of a scope may leave. Inside the transaction that claims, and only
for chunks that have a rate to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.sending import Job

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LARGEST: Final = 5_000
"""Most messages of a chunk, at any gateway: nobody waits longer than it costs. A clock that was set back would have them."""

_NOW: Final = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
_READY: Final = "SELECT ready_ms FROM rate_pace WHERE scope = ?"


def ready(connection: Connection, job: Job) -> dict[str, int] | None:
    """Return for each scope of a chunk from when its cost counts, None where one of them has to wait. Other workers wait here until
    the transaction ends, in the order of the scopes."""
    shared = connection.dialect.name == "postgresql"
    # Clocks of a team's machines differ: theirs is the server's.
    now = int(connection.exec_driver_sql(_NOW).scalar_one()) if shared else job.real_ms
    begins: dict[str, int] = {}
    for scope, rate, _ in job.paced:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO rate_pace (scope, ready_ms) VALUES (?, 0)", (scope,)
        )
        owed = connection.exec_driver_sql(_READY + " FOR UPDATE" * shared, (scope,)).scalar_one() - now
        if 0 < owed <= _LARGEST * 1000 // rate:
            return None
        begins[scope] = now
    return begins


def pay(connection: Connection, job: Job, begins: dict[str, int]) -> None:
    """A chunk leaves: the next of its scopes waits for it."""
    for scope, rate, messages in job.paced:
        connection.exec_driver_sql(
            "UPDATE rate_pace SET ready_ms = ? WHERE scope = ?",
            (begins[scope] - (-messages * 1000 // rate), scope),
        )
