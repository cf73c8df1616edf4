# SPDX-License-Identifier: Apache-2.0
"""Waves, shared rates and breakers in SQL. The limit of a wave is also a condition of the claim (`IN_WAVE`), so nobody goes
beyond it, whatever a worker remembers."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending_dispatch import live
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_wave import advance
from koodesk.domain.breaker import BreakerState
from koodesk.domain.campaign import decode
from koodesk.domain.waves import WaveFacts, WaveRules

if TYPE_CHECKING:
    from sqlalchemy import Connection


class GuardStore:
    """The part of the ledger that keeps waves, rates and breakers. Writers of this process queue at `_writer`."""

    _database: Database
    _writer: threading.Lock

    def hold_wave(self, campaign_id: int, at_ms: int) -> bool:
        """Begin to hold."""
        with self._writer, self._database.write() as connection:
            held = connection.exec_driver_sql(
                "UPDATE campaign_wave SET since_ms = ? WHERE campaign_id = ? AND since_ms = 0",
                (at_ms, campaign_id),
            ).rowcount
            if held:
                wave = connection.exec_driver_sql(
                    "SELECT wave FROM campaign_wave WHERE campaign_id = ?", (campaign_id,)
                ).scalar_one()
                add_event(connection, campaign_id, at_ms, "campaign.wave_held", None, [("wave", wave + 1)])
            return bool(held)

    def wave_facts(self, campaign_id: int, now_ms: int) -> tuple[WaveRules, WaveFacts]:
        """Return the rules of a held campaign and what became of the waves that have left."""
        with self._database.read() as connection:
            return facts(connection, campaign_id, now_ms)

    def next_wave(self, campaign_id: int, at_ms: int, by: str) -> bool:
        """Let the next wave leave."""
        with self._writer, self._database.write() as connection:
            return advance(connection, campaign_id, at_ms, by)

    def rates(self) -> Mapping[str, int]:
        """Return the rates by scope."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql("SELECT scope, rate FROM send_rate").fetchall()
        return {str(scope): int(rate) for scope, rate in rows}

    def set_shared_rate(self, scope: str, rate: int, at_ms: int, by: str) -> None:
        """Change a rate that campaigns share; an event in every live campaign."""
        with self._writer, self._database.write() as connection:
            connection.exec_driver_sql(
                'INSERT INTO send_rate (scope, rate, at_ms, "by") VALUES (?, ?, ?, ?) ON CONFLICT (scope) '
                'DO UPDATE SET rate = excluded.rate, at_ms = excluded.at_ms, "by" = excluded."by"',
                (scope, rate, at_ms, by),
            )
            for work in live(connection):
                add_event(
                    connection,
                    work.id,
                    at_ms,
                    "campaign.shared_rate",
                    None,
                    [("rate", rate), ("scope", scope)],
                    by,
                )

    def vendors(self, first_id: int, last_id: int) -> Mapping[str, int]:
        """Count a range of recipients by vendor."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT vendor, count(*) FROM recipient WHERE id BETWEEN ? AND ? GROUP BY vendor",
                (first_id, last_id),
            ).fetchall()
        return {str(vendor): int(count) for vendor, count in rows}

    def breaker(self, gateway: str, state: str, until_ms: int, at_ms: int) -> None:
        """Keep that a gateway's breaker has opened or closed."""
        with self._writer, self._database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO gateway_breaker (gateway, state, since_ms, until_ms) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (gateway) DO UPDATE SET state = excluded.state, since_ms = excluded.since_ms, "
                "until_ms = excluded.until_ms",
                (gateway, state, at_ms, until_ms),
            )
            for work in live(connection):
                if work.gateway == gateway:
                    add_event(
                        connection,
                        work.id,
                        at_ms,
                        "campaign.breaker_open" if state == BreakerState.OPEN else "campaign.breaker_closed",
                    )

    def breakers(self) -> Mapping[str, tuple[str, int, int]]:
        """Return by gateway: state, since when, until when it is open at least."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT gateway, state, since_ms, until_ms FROM gateway_breaker"
            ).fetchall()
        return {str(row[0]): (str(row[1]), int(row[2]), int(row[3])) for row in rows}

    def wave(self, campaign_id: int) -> tuple[int, tuple[int, ...], WaveRules, int] | None:
        """Return a campaign's wave (from 0), the limits of all of them, its rules and since when it is held (0: not)."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT wave, limits, rules, since_ms FROM campaign_wave WHERE campaign_id = ?",
                (campaign_id,),
            ).first()
        if row is None:
            return None
        return int(row[0]), tuple(json.loads(row[1])), WaveRules(**json.loads(row[2])), int(row[3])

    def shares(self, campaign_id: int) -> tuple[int, ...]:
        """Return in which shares a campaign goes, as it was confirmed."""
        with self._database.read() as connection:
            text = connection.exec_driver_sql(
                "SELECT snapshot FROM campaign WHERE id = ?", (campaign_id,)
            ).scalar_one()
        return decode(text).waves


def facts(connection: Connection, campaign_id: int, now_ms: int) -> tuple[WaveRules, WaveFacts]:
    """Return the rules of a campaign and what became of what has left."""
    rules, since = connection.exec_driver_sql(
        "SELECT rules, since_ms FROM campaign_wave WHERE campaign_id = ?", (campaign_id,)
    ).one()
    accepted, refused, unknown = connection.exec_driver_sql(
        "SELECT coalesce(sum(accepted), 0), coalesce(sum(refused), 0), "
        "coalesce(sum(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END), 0) FROM chunk WHERE campaign_id = ? "
        "AND state <> 'planned'",
        (campaign_id,),
    ).one()
    delivered, failed = connection.exec_driver_sql(
        "SELECT coalesce(sum(success), 0), coalesce(sum(undelivered), 0) FROM report_count WHERE campaign_id = ?",
        (campaign_id,),
    ).one()
    return WaveRules(**json.loads(rules)), WaveFacts(
        accepted, refused, delivered, failed, unknown, since, now_ms
    )
