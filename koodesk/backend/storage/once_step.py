# SPDX-License-Identifier: Apache-2.0
"""What the proof of once adds to schema 5: the log of look-ups, reports that came after a decision, waves, rates, breakers."""

from __future__ import annotations

from typing import Final

ONCE_5: Final = (
    """CREATE TABLE chunk_look_up (
        id INTEGER NOT NULL PRIMARY KEY, chunk_id INTEGER NOT NULL, answer TEXT NOT NULL, first_ms BIGINT NOT NULL,
        last_ms BIGINT NOT NULL, times INTEGER NOT NULL, FOREIGN KEY(chunk_id) REFERENCES chunk (id)
    )""",
    "CREATE INDEX chunk_look_up_by_chunk ON chunk_look_up (chunk_id, id)",
    """CREATE TABLE late_report (
        message_id TEXT NOT NULL PRIMARY KEY, recipient_id INTEGER NOT NULL, campaign_id INTEGER NOT NULL,
        chunk_no INTEGER NOT NULL, receipt_id BIGINT NOT NULL, at_ms BIGINT NOT NULL, verdict TEXT NOT NULL,
        CHECK (verdict IN ('confirms', 'contradicts')), FOREIGN KEY(recipient_id) REFERENCES recipient (id),
        FOREIGN KEY(campaign_id) REFERENCES campaign (id)
    )""",
    "CREATE INDEX late_report_by_campaign ON late_report (campaign_id, recipient_id)",
    """CREATE TRIGGER late_report_no_update BEFORE UPDATE ON late_report
        BEGIN SELECT RAISE(ABORT, 'late_report is append-only'); END""",
    """CREATE TRIGGER late_report_no_delete BEFORE DELETE ON late_report
        BEGIN SELECT RAISE(ABORT, 'late_report is append-only'); END""",
    # Waves, rates that campaigns share, breakers.
    """CREATE TABLE campaign_wave (
        campaign_id INTEGER NOT NULL PRIMARY KEY, wave INTEGER NOT NULL, limit_no INTEGER NOT NULL, limits TEXT NOT NULL,
        rules TEXT NOT NULL, since_ms BIGINT NOT NULL, FOREIGN KEY(campaign_id) REFERENCES campaign (id)
    )""",
    """CREATE TABLE send_rate (
        scope TEXT NOT NULL PRIMARY KEY, rate INTEGER NOT NULL, at_ms BIGINT NOT NULL, "by" TEXT NOT NULL
    )""",
    """CREATE TABLE gateway_breaker (
        gateway TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, since_ms BIGINT NOT NULL, until_ms BIGINT NOT NULL
    )""",
)
