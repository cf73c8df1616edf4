# SPDX-License-Identifier: Apache-2.0
"""Calls of unknown outcome in SQL: what is known of each, what was asked, what a person decides (`sending.unknown_ledger`).

A decision and the facts it is about are read and written in one transaction: what changed since it was shown refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.sending import Settlement
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending_dispatch import settle
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_moves import move
from koodesk.backend.storage.stores.sending_views import mask
from koodesk.backend.views.unknown import AskedRow, LateReportRow, UnknownCallRow, UnknownNumber
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import QUARANTINED, CampaignMove, CampaignState, ChunkState
from koodesk.domain.unknown_call import (
    CODES,
    MOVES,
    CallFacts,
    Decision,
    Verdict,
    decision_digest,
    verdict_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NEVER: Final = 1 << 61
"""A next look-up later than this is none at all (`settling.SETTLE_MS` of a gateway without a list)."""

_PAGE: Final = 2_000

_OPEN: Final = "(chunk.state = 'unknown' OR (chunk.state = 'planned' AND chunk.outcome = 'quarantined'))"
"""What a person may decide about: no answer, or put aside before anything left."""

_FACTS: Final = (
    "SELECT no + 1, key, attempt, members, accepted, refused, state, id FROM chunk "
    "WHERE campaign_id = ? AND {open} AND (? = 0 OR no + 1 IN (SELECT CAST(value AS INTEGER) FROM json_each(?))) ORDER BY no"
).replace("{open}", _OPEN)

_UNANSWERED: Final = f"""
SELECT r.id, r.number, chunk.no + 1, chunk.key, chunk.claimed_ms,
    CASE chunk.state WHEN 'planned' THEN 'pending' ELSE 'unknown' END, chunk.outcome FROM chunk
JOIN recipient r ON r.id BETWEEN chunk.first_id AND chunk.last_id
WHERE chunk.campaign_id = ? AND {_OPEN} AND r.id > ?
AND NOT EXISTS (SELECT 1 FROM sent s WHERE s.recipient_id = r.id) ORDER BY r.id LIMIT ?
"""  # noqa: S608 - the condition is this program's own words
_DECIDED: Final = """
SELECT r.id, r.number, k.no + 1, k.key, k.claimed_ms, s.outcome, s.code FROM campaign c
JOIN recipient r ON r.id BETWEEN c.first_id AND c.last_id JOIN sent s ON s.recipient_id = r.id AND s.code = ?
JOIN chunk k ON k.campaign_id = c.id AND k.no = (r.id - c.first_id) / c.chunk_size
WHERE c.id = ? AND r.id > ? ORDER BY r.id LIMIT ?
"""


def looked_up(
    connection: Connection, chunk_id: int, answer: str, times: int, since_ms: int, next_ms: int, at_ms: int
) -> None:
    """Keep what a look-up said and when to ask again; the same answer again is counted."""
    connection.exec_driver_sql(
        "UPDATE chunk SET not_found = ?, not_found_ms = ?, next_ms = ? "
        "WHERE id = ? AND (state = 'unknown' OR (state = 'planned' AND outcome = 'restored'))",
        (times, since_ms, next_ms, chunk_id),
    )
    again = connection.exec_driver_sql(
        "UPDATE chunk_look_up SET last_ms = ?, times = times + 1 WHERE answer = ? "
        "AND id = (SELECT max(id) FROM chunk_look_up WHERE chunk_id = ?)",
        (at_ms, answer, chunk_id),
    )
    if not again.rowcount:
        connection.exec_driver_sql(
            "INSERT INTO chunk_look_up (chunk_id, answer, first_ms, last_ms, times) VALUES (?, ?, ?, ?, 1)",
            (chunk_id, answer, at_ms, at_ms),
        )


def late_report(connection: Connection, receipt: Receipt) -> None:
    """Keep a report that names a call and a phone whose answer is settled already, where it says something new."""
    row = connection.exec_driver_sql(
        "SELECT k.campaign_id, k.no, r.id, s.outcome, s.code, coalesce(s.message_id, '') FROM chunk k "
        "JOIN recipient r ON r.campaign_id = k.campaign_id AND r.number = ? AND r.id BETWEEN k.first_id AND k.last_id "
        "JOIN sent s ON s.recipient_id = r.id WHERE k.key = ?",
        (receipt.number, receipt.key),
    ).first()
    if row is None:
        return
    campaign_id, number, recipient_id, outcome, code, message_id = row
    verdict = verdict_of(outcome, code, message_id, receipt.message_id)
    if verdict is None:
        return
    if verdict is Verdict.CONFIRMS:
        other = connection.exec_driver_sql(
            "SELECT 1 FROM late_report WHERE recipient_id = ? AND verdict = 'confirms' AND message_id <> ?",
            (recipient_id, receipt.message_id),
        ).first()
        if other is not None:
            verdict = Verdict.CONTRADICTS  # accepted twice, under two ids
    new = connection.exec_driver_sql(
        "INSERT INTO late_report (message_id, recipient_id, campaign_id, chunk_no, receipt_id, at_ms, verdict) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            receipt.message_id,
            recipient_id,
            campaign_id,
            number,
            receipt.id,
            receipt.at_ms,
            verdict.value,
        ),
    ).rowcount
    if new and verdict is Verdict.CONTRADICTS:
        add_event(connection, campaign_id, receipt.at_ms, "chunk.contradicted", number, [("outcome", code)])


def name_confirmed(connection: Connection) -> None:
    """Give receipts of the page to the recipients whose decision their message id has confirmed."""
    if connection.exec_driver_sql("SELECT 1 FROM late_report WHERE verdict = 'confirms' LIMIT 1").first():
        connection.exec_driver_sql(
            "UPDATE temp.inbox SET recipient_id = (SELECT l.recipient_id FROM late_report l "
            "WHERE l.message_id = inbox.message_id AND l.verdict = 'confirms') WHERE recipient_id IS NULL"
        )


class SqlUnknown:
    """Unknown outcomes of one workspace's ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def about(self, campaign_id: int) -> tuple[str, str]:
        """Return a campaign's uuid and its gateway's class."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT uuid, gateway_class FROM campaign WHERE id = ?", (campaign_id,)
            ).first()
        if row is None:
            raise Refused(problem("campaign.missing", campaign=campaign_id))
        return str(row[0]), str(row[1])

    def counts(self, campaign_id: int) -> tuple[int, int, int, int, int, int, int]:
        """Return the counts of `sending.unknown_ledger.UnknownLedger.counts`."""
        with self._database.read() as connection:
            calls, numbers, aside = connection.exec_driver_sql(
                "SELECT count(*), coalesce(sum(members - accepted - refused), 0), "
                "coalesce(sum(CASE outcome WHEN 'quarantined' THEN 1 ELSE 0 END), 0) FROM chunk "
                "WHERE campaign_id = ? AND {open}".replace("{open}", _OPEN),
                (campaign_id,),
            ).one()
            decided = dict.fromkeys(Decision, 0)
            for params in connection.exec_driver_sql(
                "SELECT params FROM campaign_event WHERE campaign_id = ? AND code = 'campaign.decide'",
                (campaign_id,),
            ).scalars():
                told = json.loads(params)
                decided[Decision(told["decision"])] += int(told["numbers"])
            late = {
                str(verdict): int(count)
                for verdict, count in connection.exec_driver_sql(
                    "SELECT verdict, count(*) FROM late_report WHERE campaign_id = ? GROUP BY verdict",
                    (campaign_id,),
                )
            }
        return (
            calls,
            numbers,
            decided[Decision.SENT],
            decided[Decision.NOT_SENT],
            late.get(Verdict.CONTRADICTS.value, 0),
            late.get(Verdict.CONFIRMS.value, 0),
            aside,
        )

    def calls(self, campaign_id: int, after: int, limit: int) -> tuple[UnknownCallRow, ...]:
        """Return calls without a whole answer."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, no, key, claimed_ms, attempt, members, accepted, refused, outcome, not_found, next_ms, state FROM chunk "
                "WHERE campaign_id = ? AND {open} AND no >= ? ORDER BY no LIMIT ?".replace("{open}", _OPEN),
                (campaign_id, after, limit),
            ).fetchall()
            return tuple(
                UnknownCallRow(
                    no=row[1] + 1,
                    key=row[2],
                    called_ms=row[3],
                    attempts=row[4],
                    members=row[5],
                    accepted=row[6],
                    refused=row[7],
                    unknown=row[5] - row[6] - row[7],
                    outcome=row[8],
                    not_found=row[9],
                    next_ms=row[10] if row[10] < _NEVER else 0,
                    asked=_asked(connection, row[0]),
                    left=row[11] == ChunkState.UNKNOWN,
                    aside=row[8] == QUARANTINED,
                )
                for row in rows
            )

    def late(self, campaign_id: int, limit: int) -> tuple[LateReportRow, ...]:
        """Return reports that contradict what was settled."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT l.chunk_no + 1, l.recipient_id, r.number, s.outcome, s.code, l.message_id, l.at_ms, l.verdict "
                "FROM late_report l JOIN recipient r ON r.id = l.recipient_id JOIN sent s ON s.recipient_id = r.id "
                "WHERE l.campaign_id = ? AND l.verdict = 'contradicts' ORDER BY l.at_ms DESC, l.message_id LIMIT ?",
                (campaign_id, limit),
            ).fetchall()
            return tuple(LateReportRow(row[0], row[1], mask(row[2]), *row[3:]) for row in rows)

    def facts(self, campaign_id: int, calls: Sequence[int]) -> tuple[CallFacts, ...]:
        """Return what is known of calls now."""
        with self._database.read() as connection:
            return tuple(fact for fact, _ in _facts(connection, campaign_id, calls))

    def decide(
        self,
        campaign_id: int,
        decision: Decision,
        calls: Sequence[int],
        reason: str,
        digest: str,
        at_ms: int,
        by: str,
    ) -> int:
        """Settle the unanswered numbers of calls as a person says."""
        with self._database.write() as connection:
            facts = _facts(connection, campaign_id, calls)
            campaign: str = connection.exec_driver_sql(
                "SELECT uuid FROM campaign WHERE id = ?", (campaign_id,)
            ).scalar_one()
            if decision_digest(campaign, decision, reason, [fact for fact, _ in facts]) != digest:
                raise Refused(problem("campaign.unknown.changed", "calls"))
            for fact, chunk_id in facts:
                settlement = Settlement(
                    chunk_id,
                    campaign_id,
                    fact.no - 1,
                    MOVES[decision],
                    code=CODES[decision],
                    refuse_rest=decision is Decision.NOT_SENT,
                    accept_rest=decision is Decision.SENT,
                )
                settle(connection, settlement, at_ms)
            numbers = sum(fact.unanswered for fact, _ in facts)
            told = [
                ("calls", len(facts)),
                ("decision", decision.value),
                ("digest", digest),
                ("numbers", numbers),
                ("reason", reason),
            ]
            add_event(connection, campaign_id, at_ms, "campaign.decide", None, told, by)
            return numbers

    def look_again(self, campaign_id: int, calls: Sequence[int], at_ms: int, by: str) -> int:
        """Let calls be asked about at the worker's next turn."""
        with self._database.write() as connection:
            facts = _facts(connection, campaign_id, calls)
            connection.exec_driver_sql(
                "UPDATE chunk SET next_ms = 0 WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND state = 'unknown'",
                (json.dumps([chunk_id for _, chunk_id in facts]),),
            )
            add_event(
                connection, campaign_id, at_ms, "campaign.look_again", None, [("calls", len(facts))], by
            )
            return len(facts)

    def send_again(self, campaign_id: int, calls: Sequence[int], at_ms: int, by: str) -> int:
        """Let calls that were put aside leave again, their campaign with them."""
        with self._database.write() as connection:
            facts = _facts(connection, campaign_id, calls)
            count = connection.exec_driver_sql(
                "UPDATE chunk SET outcome = '', next_ms = 0 WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) "
                "AND state IN ('planned', 'unknown') AND outcome = 'quarantined'",
                (json.dumps([chunk_id for _, chunk_id in facts]),),
            ).rowcount
            if not count:
                raise Refused(problem("campaign.unknown.settled", "calls", call=0))
            add_event(connection, campaign_id, at_ms, "campaign.send_again", None, [("calls", count)], by)
            unclear = frozenset({CampaignState.UNCLEAR.value})
            move(connection, campaign_id, CampaignMove.RESUME, at_ms, "", by, "", unclear)
            return count

    def numbers(self, campaign_id: int, which: str) -> Iterator[UnknownNumber]:
        """Stream numbers for an export, in short reads that hold nobody up."""
        after = 0
        while True:
            with self._database.read() as connection:
                if which == ChunkState.UNKNOWN.value:
                    found = connection.exec_driver_sql(_UNANSWERED, (campaign_id, after, _PAGE))
                else:
                    found = connection.exec_driver_sql(_DECIDED, (which, campaign_id, after, _PAGE))
                rows = found.fetchall()
            for row in rows:
                yield row[1], row[2], row[3], row[4], row[5], row[6]
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def record_export(self, campaign_id: int, at_ms: int, by: str, reason: str) -> None:
        """Write the event of an export."""
        with self._database.write() as connection:
            add_event(connection, campaign_id, at_ms, "campaign.export", None, [("reason", reason)], by)


def _facts(
    connection: Connection, campaign_id: int, calls: Sequence[int]
) -> tuple[tuple[CallFacts, int], ...]:
    """Return facts and chunk id of calls. Raises Refused (campaign.unknown.settled)."""
    rows = connection.exec_driver_sql(_FACTS, (campaign_id, len(calls), json.dumps(list(calls)))).fetchall()
    found = tuple((CallFacts(*row[:7]), int(row[7])) for row in rows)
    gone = sorted(set(calls) - {fact.no for fact, _ in found})
    if gone or not found:
        raise Refused(problem("campaign.unknown.settled", "calls", call=gone[0] if gone else 0))
    return found


def _asked(connection: Connection, chunk_id: int) -> tuple[AskedRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT answer, first_ms, last_ms, times FROM chunk_look_up WHERE chunk_id = ? ORDER BY id",
        (chunk_id,),
    )
    return tuple(AskedRow(*row) for row in rows)
