# SPDX-License-Identifier: Apache-2.0
"""The ledger in SQL: one short transaction a method. What each writes is in the modules beside this one.

`sending_create` and `sending_plan` from confirmation to chunks, `sending_opt_outs` replies, `sending_dispatch` claims and outcomes,
`sending_moves` a campaign's moves, `sending_receipts` receipts, `sending_views` reads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from koodesk.backend.ports.gateway import Batch, Receipt
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.ports.sending import BudgetRow, CampaignWork, Job, OpenQuestion, Settlement
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import (
    sending_budget,
    sending_dispatch,
    sending_events,
    sending_fence,
    sending_moves,
    sending_plan,
    sending_recall,
    sending_receipts,
    sending_unknown,
    sending_views,
)
from koodesk.backend.storage.stores.chunk_text import chunk_text
from koodesk.backend.storage.stores.late_counts import LateCounts
from koodesk.backend.storage.stores.receipts_beside import ReadyReceipts
from koodesk.backend.storage.stores.sending_create import CampaignWriter
from koodesk.backend.storage.stores.sending_drafts import read_draft, write_draft
from koodesk.backend.storage.stores.sending_guard import GuardStore
from koodesk.backend.storage.stores.sending_opt_outs import left_in, withheld
from koodesk.backend.storage.stores.sending_sound import is_sound
from koodesk.backend.views.sending import (
    CampaignEventRow,
    CampaignRow,
    DetailFilter,
    DetailPage,
    DetailRow,
    Funnel,
)
from koodesk.domain.billing.money import yuan
from koodesk.domain.campaign import (
    EVERY_KIND,
    Buckets,
    CampaignKind,
    PayloadFrame,
    Snapshot,
    decode,
    digest_of,
    payload,
    payload_frame,
)
from koodesk.domain.carrier import Segments
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_draft import Draft
from koodesk.domain.send_state import CampaignMove, ChunkMove

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_EXPORT_PAGE = 2_000


class SqlLedger(GuardStore):
    """The ledger of one workspace. Safe to use from several threads; writers of this process queue here rather than
    in the database's busy wait, which sleeps longer than they work. `segments` are needed to confirm what has a video
    SMS in it, and by nobody who only sends: the carriers are written down then."""

    def __init__(self, database: Database, segments: Segments | None = None) -> None:
        self._database = database
        self._segments = segments
        self.shared = database.shared
        self._writer = threading.Lock()
        self._campaigns = CampaignWriter(database, self._writer, segments)
        self._frames: dict[int, PayloadFrame] = {}

    # --- planning ------------------------------------------------------------------------------------------

    def save_confirmation(self, digest: str, draft: Draft, snapshot: str, at_ms: int) -> None:
        """Keep what a person is looking at."""
        with self._writer, self._database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO confirmation (digest, draft, snapshot, created_ms) VALUES (?,?,?,?)",
                (digest, write_draft(draft), snapshot, at_ms),
            )

    def confirmation(self, digest: str) -> tuple[Draft, str, int | None]:
        """Return draft, snapshot and, once confirmed, the campaign's id. Raises Refused (campaign.not_prepared)."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT draft, snapshot, campaign_id FROM confirmation WHERE digest = ?", (digest,)
            ).first()
        if row is None:
            raise Refused(problem("campaign.not_prepared"))
        return read_draft(row[0]), row[1], row[2]

    def create(
        self,
        digest: str,
        snapshot: str,
        at_ms: int,
        by: str,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> int:
        """Write campaign, recipients and chunks, visible when all is there; the same digest gives the same campaign."""
        return self._campaigns.write(digest, snapshot, at_ms, by, progress, cancel)

    def create_test(self, snapshot: str, recipients: Sequence[tuple[int, str]], at_ms: int, by: str) -> int:
        """Write a test send with the recipients given as (number, JSON of parameters)."""
        with self._writer, self._database.write() as connection:
            campaign_id, frozen = sending_plan.insert_campaign(
                connection, digest_of(snapshot), snapshot, at_ms, audience=False
            )
            first = sending_plan.reserve(connection, campaign_id, len(recipients))
            sending_plan.copy_numbers(
                connection, campaign_id, first, recipients, self._carriers(frozen, recipients)
            )
            gone = left_in(connection, campaign_id, frozen.signature)
            if gone:
                raise Refused(problem("campaign.test.opted_out", "numbers", count=gone))
            size, frame = max(1, frozen.chunk_size), payload_frame(frozen)
            sending_plan.insert_chunks(
                connection,
                [
                    sending_plan.plan_chunk(connection, campaign_id, frozen, frame, first, number)
                    for number in range(-(-len(recipients) // size))
                ],
            )
            connection.exec_driver_sql(
                "UPDATE campaign SET plan_digest = ? WHERE id = ?",
                (sending_plan.plan_digest(connection, campaign_id), campaign_id),
            )
            sending_events.add_event(connection, campaign_id, at_ms, "campaign.confirm", by=by)
            self._database.announce_campaign(connection, campaign_id, frozen.gateway)
        return campaign_id

    def _carriers(self, frozen: Snapshot, recipients: Sequence[tuple[int, str]]) -> dict[int, str] | None:
        if frozen.kind == CampaignKind.SMART:
            return None
        assert self._segments is not None, "whose number it is, segments say"
        return {number: self._segments.carrier(number).value for number, _ in recipients}

    def clean(self) -> int:
        """Remove campaigns whose writing never ended; return how many. For a start."""
        return self._campaigns.clean()

    # --- dispatching ---------------------------------------------------------------------------------------

    def live(self) -> tuple[CampaignWork, ...]:
        """Return the campaigns a worker has to do with, oldest first."""
        with self._database.read() as connection:
            return sending_dispatch.live(connection)

    def sound(self, campaign_id: int) -> bool:
        """Tell whether everything of a campaign that may still leave is what was confirmed."""
        return is_sound(self._database, campaign_id)

    def _frame(self, campaign_id: int) -> PayloadFrame:
        frame = self._frames.get(campaign_id)
        if frame is None:
            with self._database.read() as connection:
                text = connection.exec_driver_sql(
                    "SELECT snapshot FROM campaign WHERE id = ?", (campaign_id,)
                ).scalar_one()
            frame = self._frames[campaign_id] = payload_frame(decode(text))
        return frame

    def jobs(self, campaign_id: int, state: str, limit: int, now_ms: int) -> tuple[Job, ...]:
        """Return the next chunks of a campaign in a state whose time has come, payload built and compared.

        Raises Refused (campaign.changed) when a payload no longer has the digest it was planned with.
        """
        frame = self._frame(campaign_id)
        jobs: list[Job] = []
        with self._database.read() as connection:
            rows = sending_dispatch.due(connection, campaign_id, state, limit, now_ms)
            for chunk_id, number, first_id, last_id, attempt, doubt, key, digest, refused in rows:
                content, numbers = chunk_text(connection, frame, campaign_id, first_id, last_id)
                batch = Batch.of(key, content, numbers)
                if batch.digest != digest or len(numbers) != last_id - first_id + 1:
                    raise Refused(
                        problem("campaign.changed", "chunk", campaign=campaign_id, chunk=number + 1)
                    )
                apart = withheld(connection, first_id, last_id) if refused else frozenset()
                if apart:
                    members = sending_plan.chunk_rows(connection, campaign_id, first_id, last_id)
                    left = [row for place, row in enumerate(members, first_id) if place not in apart]
                    batch = Batch.of(key, payload(frame, left), tuple([row[0] for row in left]))
                jobs.append(
                    Job(chunk_id, campaign_id, number, first_id, attempt, bool(doubt), batch, apart, refused)
                )
        return tuple(jobs)

    def questions(
        self, campaign_id: int, limit: int, now_ms: int, *, recalled: bool = False
    ) -> tuple[OpenQuestion, ...]:
        """Return unknown chunks, or those that were recalled, whose next look-up is due."""
        with self._database.read() as connection:
            rows = sending_dispatch.questions(connection, campaign_id, limit, now_ms, recalled=recalled)
            return tuple(replace(self._question(connection, row), recalled=recalled) for row in rows)

    def not_there(self, chunk_id: int, campaign_id: int, at_ms: int) -> None:
        """A recalled chunk has not left."""
        with self._writer, self._database.write() as connection:
            if sending_recall.free(connection, chunk_id):
                sending_dispatch.cancel_if_stopping(connection, campaign_id, at_ms)

    def _question(self, connection: Connection, row: Row[*tuple[Any, ...]]) -> OpenQuestion:
        chunk_id, campaign_id, number, first_id, key, last_id, claimed_ms, not_found, not_found_ms = row
        apart = withheld(connection, first_id, last_id)
        numbers = sending_plan.chunk_numbers(connection, first_id, last_id)
        return OpenQuestion(
            chunk_id=chunk_id,
            campaign_id=campaign_id,
            chunk_no=number,
            first_id=first_id,
            key=key,
            numbers=tuple([n for place, n in enumerate(numbers, first_id) if place not in apart]),
            claimed_ms=claimed_ms,
            not_found=not_found,
            not_found_ms=not_found_ms,
            withheld=apart,
        )

    def turn(
        self,
        settled: Sequence[Settlement],
        claims: Sequence[Job],
        now_ms: int,
        owner: str,
        reached: int | None = None,
    ) -> frozenset[int]:
        """Write outcomes and new intents in one durable commit; return the chunk ids that were claimed. With `reached` they raise
        the generation."""
        if not settled and not claims:
            return frozenset()
        if claims:
            self._database.hold(owner)  # before anything is in flight in its name
        late = LateCounts() if self.shared else None
        with self._writer, self._database.write_beside() as connection:
            for settlement in settled:
                sending_dispatch.settle(connection, settlement, now_ms, late, owner)
                for report in settlement.against:
                    sending_unknown.late_report(connection, report)
            claimed = sending_dispatch.claim(connection, claims, now_ms, owner)
            if late is not None:
                late.put(connection)
            if claimed and reached is not None:
                sending_fence.go_on(connection, reached, self._database.place(connection))
            return claimed

    def looked_up(
        self, chunk_id: int, answer: str, times: int, since_ms: int, next_ms: int, at_ms: int
    ) -> None:
        """Keep what a look-up said that settled nothing, and when to ask again."""
        with self._writer, self._database.write() as connection:
            sending_unknown.looked_up(connection, chunk_id, answer, times, since_ms, next_ms, at_ms)

    def adopt_orphans(self, owner: str, now_ms: int) -> int:
        """Turn every chunk that another owner left in flight into an unknown one."""
        self._database.hold(owner)
        with self._writer, self._database.write() as connection:
            return sending_dispatch.adopt_orphans(connection, owner, now_ms)

    def move(
        self,
        campaign_id: int,
        move: CampaignMove,
        at_ms: int,
        reason: str = "",
        by: str = "",
        note: str = "",
        only_from: frozenset[str] | None = None,
    ) -> bool:
        """Move a campaign and write its event row."""
        with self._writer, self._database.write() as connection:
            return sending_moves.move(connection, campaign_id, move, at_ms, reason, by, note, only_from)

    def expire(self, campaign_id: int, at_ms: int) -> int:
        """Expire what is still planned; return how many chunks."""
        with self._writer, self._database.write() as connection:
            chunks = sending_moves.close_planned(connection, campaign_id, ChunkMove.EXPIRE, at_ms)
            if chunks:
                sending_events.add_event(
                    connection, campaign_id, at_ms, "campaign.expire", params=[("chunks", chunks)]
                )
            return chunks

    def note(
        self, campaign_id: int, at_ms: int, code: str, params: Sequence[tuple[str, int | str]] = ()
    ) -> None:
        """Write an event row that is no move."""
        with self._writer, self._database.write() as connection:
            sending_events.add_event(connection, campaign_id, at_ms, code, params=params)

    def set_rate(self, campaign_id: int, rate: int, at_ms: int, by: str) -> None:
        """Change how many messages a second may leave; it counts from the next chunk."""
        with self._writer, self._database.write() as connection:
            connection.exec_driver_sql("UPDATE campaign SET rate = ? WHERE id = ?", (rate, campaign_id))
            sending_events.add_event(
                connection, campaign_id, at_ms, "campaign.rate", params=[("rate", rate)], by=by
            )

    def budget(self, campaign_id: int) -> BudgetRow:
        """Return a campaign's budget and what of it is committed."""
        with self._database.read() as connection:
            return sending_budget.stand(connection, campaign_id)

    def raise_budget(self, campaign_id: int, amount: int, at_ms: int, by: str) -> None:
        """Allow a campaign to cost more."""
        with self._writer, self._database.write() as connection:
            sending_budget.raise_to(connection, campaign_id, amount, at_ms, by)
            told = [("amount", yuan(amount))]
            sending_events.add_event(connection, campaign_id, at_ms, "campaign.budget", params=told, by=by)

    def fence(self, seen: int, place: str) -> tuple[str, int, bool]:
        """Take the next generation; return (workspace id, generation, whether file and place agree with the ledger).

        `seen` is the generation kept beside the database, 0 when there is none, less when it cannot be read: above ours, or
        lost, this database is older than the last worker's; another `place`, the workspace was copied or moved. Where they do not agree, what is
        still to be sent through a gateway without keys asks a person, in the same commit.
        """
        with self._writer, self._database.write() as connection:
            place = self._database.place(connection) or place
            return sending_fence.enter(connection, seen, place, shared=self.shared)

    def standing(self) -> tuple[str, int]:
        """Return the workspace's id and how far it is."""
        with self._database.read() as connection:
            return sending_fence.standing(connection)

    # --- receipts ------------------------------------------------------------------------------------------

    def receives(self, gateway: str) -> bool:
        """Tell whether this process is the one that reads a gateway's receipts."""
        return self._database.hold(f"receipts:{gateway}")

    def receives_no_more(self, gateway: str) -> None:
        """Let another process read a gateway's receipts."""
        self._database.let_go(f"receipts:{gateway}")

    def cursor(self, gateway: str) -> int:
        """Return the gateway's cursor up to which receipts are stored."""
        with self._database.read() as connection:
            after = connection.exec_driver_sql(
                "SELECT after FROM receipt_cursor WHERE gateway = ?", (gateway,)
            ).scalar()
            return int(after or 0)

    def ready(self, receipts: Sequence[Receipt]) -> Sequence[Receipt]:
        """Return a page with what a server's ledger takes it by; a file's has nothing to wait for meanwhile."""
        return ReadyReceipts(receipts) if self.shared else receipts

    def take(self, gateway: str, receipts: Sequence[Receipt], next_cursor: int) -> int:
        """Store receipts and what they add up to, move the cursor; return how many were new."""
        return sending_receipts.take_page(self._database, self._writer, gateway, receipts, next_cursor)

    def rewind(self, gateway: str) -> None:
        """Put the gateway's cursor back to the start, and say so in every campaign that is not over."""
        with self._writer, self._database.write() as connection:
            sending_receipts.rewind(connection, gateway)

    def strays(self) -> int:
        """Return how many receipts belong to no message we know (yet)."""
        with self._database.read() as connection:
            return int(
                connection.exec_driver_sql(
                    "SELECT count(*) FROM receipt WHERE recipient_id IS NULL"
                ).scalar_one()
            )

    # --- reading -------------------------------------------------------------------------------------------

    def campaigns(
        self, tests: bool, limit: int, kinds: Sequence[str] = EVERY_KIND
    ) -> tuple[CampaignRow, ...]:
        """Return campaigns of some kinds, newest first."""
        with self._database.read() as connection:
            return sending_views.campaigns(connection, tests, limit, kinds)

    def kind(self, campaign_id: int) -> str:
        """Return what a campaign sends. Raises Refused (campaign.missing)."""
        with self._database.read() as connection:
            return sending_views.kind(connection, campaign_id)

    def campaign(self, campaign_id: int) -> CampaignRow:
        """Return one campaign. Raises Refused (campaign.missing)."""
        with self._database.read() as connection:
            return sending_views.campaign(connection, campaign_id)

    def buckets(self, campaign_id: int) -> Buckets:
        """Return the derived counters."""
        with self._database.read() as connection:
            return sending_views.buckets(connection, campaign_id)

    def recount(self, campaign_id: int) -> Buckets:
        """Count the same from the rows themselves."""
        with self._database.read() as connection:
            return sending_views.recount(connection, campaign_id)

    def funnel(self, campaign_id: int, now_ms: int) -> Funnel:
        """Return the funnel, whole and by vendor."""
        with self._database.read() as connection:
            return sending_views.funnel(connection, campaign_id, now_ms)

    def details(
        self, campaign_id: int, after: int, limit: int, where: DetailFilter, now_ms: int
    ) -> DetailPage:
        """Return recipients with an id above `after`, numbers masked."""
        with self._database.read() as connection:
            return sending_views.details(connection, campaign_id, after, limit, where, now_ms)

    def full_rows(self, campaign_id: int, now_ms: int) -> Iterator[DetailRow]:
        """Stream every recipient with its full number, in short reads that hold nobody up."""
        after = 0
        while True:
            with self._database.read() as connection:
                page = sending_views.full_rows(connection, campaign_id, after, _EXPORT_PAGE, now_ms)
            yield from page
            if len(page) < _EXPORT_PAGE:
                return
            after = page[-1].id

    def events(self, campaign_id: int, after: int, limit: int) -> tuple[CampaignEventRow, ...]:
        """Return what happened, oldest first."""
        with self._database.read() as connection:
            return sending_views.events(connection, campaign_id, after, limit)

    def newest_ms(self) -> int:
        """Return the instant of the newest event of any campaign, 0 when there is none."""
        with self._database.read() as connection:
            newest = connection.exec_driver_sql(
                "SELECT at_ms FROM campaign_event ORDER BY id DESC LIMIT 1"
            ).scalar()
            return int(newest or 0)

    def record_export(self, campaign_id: int, at_ms: int, by: str, reason: str) -> None:
        """Write the audit row of an export, before the first number leaves."""
        with self._writer, self._database.write() as connection:
            sending_events.add_event(
                connection, campaign_id, at_ms, "campaign.export", params=[("reason", reason)], by=by
            )
