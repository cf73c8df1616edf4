# SPDX-License-Identifier: Apache-2.0
"""The generation of a ledger, inside the caller's transaction: how far it is, by which an older copy is told (`sending.fence`)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from koodesk.backend.storage.stores import sending_moves
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from sqlalchemy import Connection


def enter(connection: Connection, seen: int, place: str, *, shared: bool) -> tuple[str, int, bool]:
    """Take the next generation; see `ports.sending.Dispatching.fence`. What disagrees asks, in the same commit: a worker that
    dies before it could ask must not leave a ledger that the next one trusts."""
    row = connection.exec_driver_sql("SELECT workspace, generation, place FROM dispatcher").first()
    if row is None:
        workspace, generation, agrees = uuid.uuid4().hex, seen, seen == 0
    else:
        # Each machine of a team has a folder: there a mark may not be there yet.
        marked = shared or seen > 0
        here = place == row[2] or (
            shared and place.rpartition("/")[0] == row[2]
        )  # as it was told before 0068
        workspace, generation, agrees = row[0], row[1], marked and seen <= row[1] and here
    generation = max(generation, seen) + 1
    connection.exec_driver_sql(
        "INSERT INTO dispatcher (id, workspace, generation, place) VALUES (1, ?, ?, ?) "
        "ON CONFLICT(id) DO UPDATE SET generation = excluded.generation, place = excluded.place",
        (workspace, generation, place),
    )
    if not agrees:
        sending_moves.ask_restored(connection)
    return workspace, generation, agrees


def go_on(connection: Connection, reached: int, place: str) -> None:
    """Raise the generation with what leaves. `reached` is what the worker knows it was, `place` what tells a team's database from
    a copy of it, "" for a file. Last in its transaction: workers of a team wait for each other here.

    Raises Refused (worker.older): this database is an older one than the worker has sent from, or took another's place.
    """
    raised = connection.exec_driver_sql(
        "UPDATE dispatcher SET generation = generation + 1 WHERE id = 1 AND generation >= ? AND (? = '' OR place = ?)",
        (reached, place, place),
    )
    if raised.rowcount != 1:
        raise Refused(problem("worker.older"))


def standing(connection: Connection) -> tuple[str, int]:
    """Return the workspace's id and its generation."""
    row = connection.exec_driver_sql("SELECT workspace, generation FROM dispatcher").one()
    return str(row[0]), int(row[1])
