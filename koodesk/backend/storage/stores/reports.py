# SPDX-License-Identifier: Apache-2.0
"""What reports read: the counts kept as receipts arrive, and for video and plain SMS the ledger, one short read a task.

A recipient of these has the carrier of its number in `vendor`, as its segment said when the task was confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.ports.reports import CarrierDay, Recount, SentCard, SentTask
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.report_funnel import open_ones
from koodesk.backend.storage.stores.report_recount import recount
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.heat import Clicks
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.report import BEIJING_MS, DAY_MS, Counts
from koodesk.domain.smart_report import COUNTED, SmartCounts, SmartTally

_TEMPLATE_OF = {
    CampaignKind.VIDEO: "coalesce(CAST(json_extract(snapshot, '$.video_template_id') AS INTEGER), 0), "
    "coalesce(json_extract(snapshot, '$.video_name'), '')",
    CampaignKind.PLAIN: "sms_template_id, coalesce((SELECT t.name FROM sms_template t WHERE t.id = campaign.sms_template_id), '')",
}
"""Id and name of what a task sent, the name as it is kept: an SMS template that is gone has none."""
# `sent` is append-only and a chunk's sums stand in the transaction of its rows: the sum of the chunks counts the answers.
_STAMP = (
    "SELECT coalesce((SELECT sum(after) FROM receipt_cursor), 0), "
    "coalesce((SELECT sum(accepted + refused) FROM chunk WHERE campaign_id = ?), 0)"
)
# Who opted out before the send has an answer from then; it counts for the day the send was confirmed.
_COUNTS = (
    f"SELECT (max(s.at_ms, ?) + {BEIJING_MS}) / {DAY_MS}, r.vendor, count(*), count(*) FILTER (WHERE d.sms = 1), "  # noqa: S608 - numbers of our own
    "count(*) FILTER (WHERE s.outcome = 'refused' OR d.sms = 0), "
    "count(*) FILTER (WHERE s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms <= ?), "
    "count(*) FILTER (WHERE s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms > ?), count(d.replied_ms) "
    "FROM recipient r JOIN sent s ON s.recipient_id = r.id LEFT JOIN delivery d ON d.recipient_id = r.id "
    "WHERE r.id BETWEEN ? AND ? GROUP BY 1, 2"
)

_SMART_COUNTS = (
    f"SELECT n.campaign_id, c.card_id, n.day, n.vendor, {', '.join(f'n.{name}' for name in COUNTED)} "  # noqa: S608 - words of this program
    "FROM report_count n JOIN campaign c ON c.id = n.campaign_id WHERE c.kind = 'smart' AND c.test <= ?"
)
_SMART_TASKS = (
    "SELECT id, name FROM campaign WHERE kind = 'smart' AND test = 0 AND state <> 'creating' ORDER BY id DESC"
)
_SMART_CARDS = (
    "SELECT c.card_id, coalesce((SELECT r.name FROM card k JOIN card_revision r ON r.card_id = k.id AND r.revision = k.revision "
    "WHERE k.id = c.card_id), '') FROM campaign c WHERE c.kind = 'smart' AND c.test = 0 AND c.state <> 'creating' "
    "GROUP BY c.card_id ORDER BY max(c.id) DESC"
)

_SENT_CARDS = (
    "SELECT id, name, card_id, coalesce(json_extract(snapshot, '$.card_digest'), ''), first_id, last_id FROM campaign "
    "WHERE kind = 'smart' AND state <> 'creating' AND (id = ? OR (card_id = ? AND test = 0 AND card_id <> 0)) "
    "ORDER BY id DESC"
)
# The index on clicks has them by recipient: few rows of a large range are read.
_CLICKS = (
    "SELECT r.vendor, t.code, count(*), count(DISTINCT t.recipient_id) FROM receipt t INDEXED BY receipt_clicked "
    "CROSS JOIN recipient r ON r.id = t.recipient_id "
    "WHERE t.kind = 'clicked' AND t.recipient_id BETWEEN ? AND ? GROUP BY 1, 2"
)

_KEPT = (
    "SELECT day, vendor, submitted, accepted, success, undelivered, replied FROM report_count "
    "WHERE campaign_id = ? ORDER BY day, vendor"
)


class SqlReportStore:
    """Reads one workspace's ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def smart_tallies(self, tests: bool = False) -> tuple[SmartTally, ...]:
        """Return the kept counts of the sends of smart messages; of test sends too when asked for."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_SMART_COUNTS, (int(tests),)).fetchall()
        return tuple(SmartTally(row[0], row[1], row[2], row[3], SmartCounts(*row[4:])) for row in rows)

    def smart_names(self) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
        """Return the tasks and the templates of the sends of smart messages as (id, name), newest first."""
        with self._database.read() as connection:
            tasks = connection.exec_driver_sql(_SMART_TASKS).fetchall()
            cards = connection.exec_driver_sql(_SMART_CARDS).fetchall()
        return tuple((row[0], row[1]) for row in tasks), tuple((row[0], row[1]) for row in cards)

    def sent_cards(self, task: int, template: int) -> tuple[SentCard, ...]:
        """Return one send, or the sends of a template without tests, newest first; 0 is none."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_SENT_CARDS, (task, template)).fetchall()
        return tuple(SentCard(*row) for row in rows)

    def clicks(self, sent: SentCard) -> tuple[Clicks, ...]:
        """Return the clicks of a send by vendor and code."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_CLICKS, (sent.first_id, sent.last_id)).fetchall()
        return tuple(Clicks(*row) for row in rows)

    def recount(self, progress: Report, cancel: Cancel) -> Recount:
        """Count the ledger and compare it with what is kept, in one read: both are of the same instant."""
        with self._database.read() as connection:
            return recount(connection, progress, cancel)

    def sent_tasks(self, kind: CampaignKind) -> tuple[SentTask, ...]:
        """Return the sends of video SMS or of plain SMS without tests, newest first."""
        with self._database.read() as connection:
            found = connection.exec_driver_sql(
                f"SELECT id, name, {_TEMPLATE_OF[kind]}, first_id, last_id, confirmed_ms FROM campaign "  # noqa: S608 - words of ours
                "WHERE kind = ? AND test = 0 AND state <> 'creating' ORDER BY id DESC",
                (kind.value,),
            )
            return tuple(SentTask(*row) for row in found)

    def stamp(self, task: SentTask) -> tuple[int, int]:
        """Return what changes whenever a task's counts may have."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(_STAMP, (task.id,)).one()
        return int(row[0]), int(row[1])

    def counts(self, task: SentTask, timed_out_before_ms: int) -> tuple[CarrierDay, ...]:
        """Count a task's rows by Beijing day and carrier: from the counts that are kept, from the ledger where they cannot tell."""
        with self._database.read() as connection:
            kept = connection.exec_driver_sql(_KEPT, (task.id,)).fetchall()
            parted = [
                open_ones(row[0], row[3] - row[4] - row[5], timed_out_before_ms + TIMEOUT_MS) for row in kept
            ]
            if None not in parted:
                return tuple(
                    _carrier_day(row, *(told or (0, 0))) for row, told in zip(kept, parted, strict=True)
                )
            rows = connection.exec_driver_sql(
                _COUNTS,
                (task.confirmed_ms, timed_out_before_ms, timed_out_before_ms, task.first_id, task.last_id),
            ).fetchall()
        return tuple(CarrierDay(row[0], row[1], Counts(*row[2:])) for row in rows)


def _carrier_day(row: Sequence[Any], timeout: int, waiting: int) -> CarrierDay:
    day, carrier, submitted, accepted, success, undelivered, replied = row
    failed = submitted - accepted + undelivered
    return CarrierDay(day, carrier, Counts(submitted, success, failed, timeout, waiting, replied))
