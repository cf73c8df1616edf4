# SPDX-License-Identifier: Apache-2.0
"""Writing a confirmed campaign in slices, so that a million recipients hold up nobody else's write.

While it is being written a campaign carries the mark CREATING and its writer's token; nobody sees it. Each slice is
one short transaction that first looks whether the token is still there. A second confirmation of the same digest waits
for the first and gets the same campaign; where the first writer is silent for `SILENT_MS`, it is taken for dead, what
it left is removed, and should it wake up it finds its token gone. Only the last transaction makes the campaign visible.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import sending_budget, sending_frequency, sending_plan, sending_wave
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_opt_outs import left_in
from koodesk.domain.campaign import Snapshot, payload_frame
from koodesk.domain.carrier import Segments
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import CREATING, Bucket, CampaignState

if TYPE_CHECKING:
    from sqlalchemy import Connection

SLICE: Final = 10_000
"""Rows of a transaction: some 50 ms."""

GAP_SECONDS: Final = 0.01
"""Between two slices, so that another process in SQLite's busy wait finds a moment."""

SILENT_MS: Final = 30_000
"""A writer that has not written for so long on the wall clock is gone: it writes several times a second."""

_WAIT_SECONDS: Final = 0.1


class CampaignWriter:
    """Writes campaigns into one database. `lock` queues the writers of this process; `segments` say whom a video SMS
    goes to, and are not asked for a campaign without one."""

    def __init__(self, database: Database, lock: threading.Lock, segments: Segments | None = None) -> None:
        self._database = database
        self._lock = lock
        self._segments = segments

    def write(self, digest: str, snapshot: str, at_ms: int, by: str, progress: Report, cancel: Cancel) -> int:
        """Write the campaign of a snapshot and return its id; a digest that is there gives the same campaign.

        Raises Refused: campaign.changed, campaign.cancelled when `cancel` says so; then nothing of it stays.
        """
        token = uuid.uuid4().hex
        while True:
            campaign_id, ours = self._begin(digest, snapshot, at_ms, token)
            if ours:
                break
            if campaign_id:
                return campaign_id
            if cancel():
                raise Refused(problem("campaign.cancelled"))
            time.sleep(_WAIT_SECONDS)
        try:
            counted = self._fill(campaign_id, token, progress, cancel)
            return self._finish(campaign_id, token, digest, at_ms, by, counted)
        except BaseException:
            self._remove(campaign_id, token)
            raise

    def clean(self) -> int:
        """Remove what dead writers left; return how many campaigns."""
        with self._database.read() as connection:
            left = connection.exec_driver_sql(
                "SELECT id, started_ms FROM campaign WHERE state = ?", (CREATING,)
            ).fetchall()
        dead = [campaign_id for campaign_id, beat_ms in left if _silent(beat_ms)]
        for campaign_id in dead:
            self._take_over(campaign_id)
        return len(dead)

    # --- steps -----------------------------------------------------------------------------------------------

    def _begin(self, digest: str, text: str, at_ms: int, token: str) -> tuple[int, bool]:
        """Return (id, whether it is ours to write); id 0 means that another writer is at it."""
        with self._write() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, state, started_ms FROM campaign WHERE digest = ?", (digest,)
            ).first()
            if row is None:
                campaign_id, frozen = sending_plan.insert_campaign(
                    connection, digest, text, at_ms, audience=True, state=CREATING
                )
                sending_plan.reserve(
                    connection, campaign_id, frozen.to_send + frozen.opted_out + frozen.not_eligible
                )
                connection.exec_driver_sql(
                    "UPDATE campaign SET reason = ?, started_ms = ? WHERE id = ?",
                    (token, _wall_ms(), campaign_id),
                )
                return campaign_id, True
        if row[1] != CREATING:
            return int(row[0]), False
        if _silent(row[2]):
            self._take_over(row[0])
        return 0, False

    def _fill(self, campaign_id: int, token: str, progress: Report, cancel: Cancel) -> frozenset[int]:
        """Copy and plan; return the campaigns that were counted against the frequency limits from the beginning."""
        with self._database.read() as connection:
            frozen, first, last = sending_plan.frozen(connection, campaign_id)
            limited = sending_frequency.is_limited(frozen)
            counted = (
                sending_frequency.past_campaigns(connection, frozen, campaign_id) if limited else frozenset()
            )
            held = sending_frequency.held_rows(connection, frozen, campaign_id) if limited else array("Q")
            columns = json.loads(
                connection.exec_driver_sql(
                    "SELECT params FROM audience WHERE id = ?", (frozen.audience_id,)
                ).scalar_one()
            )
            low, high = connection.exec_driver_sql(
                "SELECT coalesce(min(row_no), 0), coalesce(max(row_no), -1) FROM audience_row WHERE audience_id = ?",
                (frozen.audience_id,),
            ).one()
        total = 2 * (last - first + 1)
        for following in self._copy(campaign_id, token, frozen, columns, (low, high), (first, last), held):
            _say(progress, cancel, following - first, total)
        for planned in self._plan(campaign_id, token, frozen, first):
            _say(progress, cancel, total // 2 + planned, total)
        return counted

    def _copy(
        self,
        campaign_id: int,
        token: str,
        frozen: Snapshot,
        columns: list[str],
        rows: tuple[int, int],
        ids: tuple[int, int],
        held: array[int],
    ) -> Iterator[int]:
        """Copy those to send, then the opted-out, then the not eligible; yield the next free id after each slice."""
        following = ids[0]
        for bucket, confirmed in (
            (Bucket.PENDING, frozen.to_send),
            (Bucket.OPTED_OUT, frozen.opted_out),
            (Bucket.NOT_ELIGIBLE, frozen.not_eligible),
        ):
            begin = following
            for row_no in range(rows[0], rows[1] + 1, SLICE) if confirmed else ():
                with self._write(campaign_id, token) as connection:
                    following += sending_plan.copy_rows(
                        connection,
                        campaign_id,
                        frozen,
                        columns,
                        bucket,
                        (row_no, row_no + SLICE),
                        following,
                        self._segments,
                        held[bisect_left(held, row_no) : bisect_left(held, row_no + SLICE)],
                    )
                    _as_confirmed(following - 1 <= ids[1], confirmed, following - begin)
                yield following
                time.sleep(GAP_SECONDS)
            _as_confirmed(following - begin == confirmed, confirmed, following - begin)

    def _plan(self, campaign_id: int, token: str, frozen: Snapshot, first: int) -> Iterator[int]:
        """Cut those to send into chunks and keep each payload's digest; yield how many recipients are done."""
        frame = payload_frame(frozen)
        size = max(1, frozen.chunk_size)
        for start in range(0, frozen.to_send, max(size, SLICE // size * size)):
            end = min(frozen.to_send, start + max(size, SLICE // size * size))
            with self._database.read() as connection:
                chunks = [
                    sending_plan.plan_chunk(connection, campaign_id, frozen, frame, first, place)
                    for place in range(start // size, -(-end // size))
                ]
            with self._write(campaign_id, token) as connection:
                sending_plan.insert_chunks(connection, chunks)
                sending_budget.cost_chunks(connection, campaign_id, frozen)
            yield end
            time.sleep(GAP_SECONDS)

    def _finish(
        self, campaign_id: int, token: str, digest: str, at_ms: int, by: str, counted: frozenset[int]
    ) -> int:
        with self._write(campaign_id, token) as connection:
            frozen, _, _ = sending_plan.frozen(connection, campaign_id)
            since = left_in(connection, campaign_id, frozen.signature)
            if sending_frequency.is_limited(frozen) and (
                sending_frequency.past_campaigns(connection, frozen, campaign_id) - counted
            ):  # another promotion of this signature was confirmed while this one was being written
                since += sending_frequency.at_limit_in(connection, frozen, campaign_id)
            _as_confirmed(since == 0, frozen.to_send, frozen.to_send - since)
            connection.exec_driver_sql(
                "UPDATE campaign SET state = ?, reason = '', started_ms = 0, opted_out = ?, not_eligible = ?, "
                "plan_digest = ? WHERE id = ?",
                (
                    CampaignState.SCHEDULED.value,
                    frozen.opted_out,
                    frozen.not_eligible,
                    sending_plan.plan_digest(connection, campaign_id),
                    campaign_id,
                ),
            )
            connection.exec_driver_sql(
                "UPDATE confirmation SET campaign_id = ? WHERE digest = ?", (campaign_id, digest)
            )
            sending_budget.begin(connection, campaign_id, frozen, at_ms, by)
            sending_wave.begin(connection, campaign_id, frozen)
            add_event(connection, campaign_id, at_ms, "campaign.confirm", by=by)
            self._database.announce_campaign(connection, campaign_id, frozen.gateway)
        return campaign_id

    # --- removing --------------------------------------------------------------------------------------------

    def _take_over(self, campaign_id: int) -> None:
        """Make a dead writer's campaign ours, to remove it."""
        token = uuid.uuid4().hex
        with self._write() as connection:
            taken = connection.exec_driver_sql(
                "UPDATE campaign SET reason = ?, started_ms = ? WHERE id = ? AND state = ? AND abs(? - started_ms) > ?",
                (token, _wall_ms(), campaign_id, CREATING, _wall_ms(), SILENT_MS),
            ).rowcount
        if taken:
            self._remove(campaign_id, token)

    def _remove(self, campaign_id: int, token: str) -> None:
        """Remove a campaign that is not finished, slice by slice; nothing happens when the token is gone."""
        try:
            with self._write(campaign_id, token) as connection:
                first, last = connection.exec_driver_sql(
                    "SELECT first_id, last_id FROM campaign WHERE id = ?", (campaign_id,)
                ).one()
                connection.exec_driver_sql("DELETE FROM chunk WHERE campaign_id = ?", (campaign_id,))
                connection.exec_driver_sql("DELETE FROM chunk_cost WHERE campaign_id = ?", (campaign_id,))
            for begin in range(first, last + 1, SLICE):
                with self._write(campaign_id, token) as connection:
                    connection.exec_driver_sql(
                        "DELETE FROM recipient WHERE id BETWEEN ? AND ? AND +campaign_id = ?",
                        (begin, begin + SLICE - 1, campaign_id),
                    )
                time.sleep(GAP_SECONDS)
            with self._write(campaign_id, token) as connection:
                connection.exec_driver_sql("DELETE FROM campaign WHERE id = ?", (campaign_id,))
        except Refused:
            return  # somebody else's by now, or the disk does not let us: the next start removes it

    @contextmanager
    def _write(self, campaign_id: int = 0, token: str = "") -> Iterator[Connection]:
        """One slice: a write that first looks for the token and leaves a sign of life."""
        with self._lock, self._database.write() as connection:
            if campaign_id:
                mine = connection.exec_driver_sql(
                    "UPDATE campaign SET started_ms = ? WHERE id = ? AND state = ? AND reason = ?",
                    (_wall_ms(), campaign_id, CREATING, token),
                ).rowcount
                if not mine:
                    raise Refused(problem("campaign.not_prepared"))
            yield connection


def _say(progress: Report, cancel: Cancel, done: int, total: int) -> None:
    if cancel():
        raise Refused(problem("campaign.cancelled"))
    progress(Progress("store", done, total))


def _as_confirmed(holds: bool, confirmed: int, found: int) -> None:
    if not holds:
        raise Refused(problem("campaign.changed", "audience", limit=confirmed, actual=found))


def _silent(beat_ms: int) -> bool:
    return abs(_wall_ms() - beat_ms) > SILENT_MS


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
