# SPDX-License-Identifier: Apache-2.0
"""Whom a send would reach too often (`ports.desk.Frequency`). The statements are `sending_frequency`."""

from __future__ import annotations

from koodesk.backend.ports.desk import Held, HeldNumber
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import sending_frequency, sending_plan
from koodesk.domain.campaign import Snapshot
from koodesk.domain.carrier import Segments


class SqlFrequency:
    """Counts in the ledger's tables; writes nothing. Seconds for a million rows with several campaigns before them."""

    def __init__(self, database: Database, segments: Segments) -> None:
        self._database = database
        self._segments = segments

    def held(self, snapshot: Snapshot) -> Held:
        """Count the rows of a snapshot's audience that a frequency limit holds back."""
        if not sending_frequency.is_limited(snapshot):
            return Held()
        wanted, values = sending_plan.wanted(snapshot, self._segments)
        with self._database.read() as connection:
            return sending_frequency.count(connection, snapshot, wanted, values)

    def held_numbers(self, snapshot: Snapshot, after: int, limit: int) -> tuple[HeldNumber, ...]:
        """Return those rows behind a row_no, in file order."""
        if not sending_frequency.is_limited(snapshot):
            return ()
        wanted, values = sending_plan.wanted(snapshot, self._segments)
        with self._database.read() as connection:
            return sending_frequency.numbers(connection, snapshot, wanted, values, after, limit)
