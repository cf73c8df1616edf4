# SPDX-License-Identifier: Apache-2.0
"""What a confirmation would send, read and not written: the rows, the order, the chunks and the payloads that `sending_create` would
make of it now."""

from __future__ import annotations

import json
from collections.abc import Iterator

from koodesk.backend.ports.gateway import Batch
from koodesk.backend.ports.rehearsal import Rehearsed
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import sending_frequency, sending_plan
from koodesk.domain.campaign import Snapshot, chunk_key, decode, payload, payload_frame
from koodesk.domain.carrier import Segments
from koodesk.domain.problem import Refused, problem

_SLICE = 10_000


class SqlRehearsal:
    """Reads one workspace. `segments` say whom a video SMS goes to."""

    def __init__(self, database: Database, segments: Segments) -> None:
        self._database = database
        self._segments = segments

    def batches(self, digest: str) -> Rehearsed:
        """Return the snapshot and the batches that would leave."""
        with self._database.read() as connection:
            text = connection.exec_driver_sql(
                "SELECT snapshot FROM confirmation WHERE digest = ?", (digest,)
            ).scalar()
        if text is None:
            raise Refused(problem("campaign.not_prepared"))
        snapshot = decode(text)
        return Rehearsed(snapshot, self._batches(snapshot))

    def _batches(self, snapshot: Snapshot) -> Iterator[Batch]:
        frame, size = payload_frame(snapshot), max(1, snapshot.chunk_size)
        left: list[tuple[int, str, int]] = []
        number = 0
        for rows in self._slices(snapshot):
            left += rows
            while len(left) >= size:
                yield _batch(snapshot, number, left[:size], payload(frame, left[:size]))
                number, left = number + 1, left[size:]
        if left:
            yield _batch(snapshot, number, left, payload(frame, left))

    def _slices(self, snapshot: Snapshot) -> Iterator[list[tuple[int, str, int]]]:
        with self._database.read() as connection:
            limited = sending_frequency.is_limited(snapshot)
            held = frozenset(sending_frequency.held_rows(connection, snapshot, 0) if limited else ())
            columns = json.loads(
                connection.exec_driver_sql(
                    "SELECT params FROM audience WHERE id = ?", (snapshot.audience_id,)
                ).scalar_one()
            )
        after = -1
        while True:
            with self._database.read() as connection:
                rows = sending_plan.would_send(connection, snapshot, columns, self._segments, after, _SLICE)
            if not rows:
                return
            yield [(number, params, card) for row_no, number, params, card in rows if row_no not in held]
            after = rows[-1][0]


def _batch(snapshot: Snapshot, number: int, rows: list[tuple[int, str, int]], content: bytes) -> Batch:
    return Batch.of(chunk_key(snapshot.uuid, number), content, tuple(row[0] for row in rows))
