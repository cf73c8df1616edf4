# SPDX-License-Identifier: Apache-2.0
"""What reports add to schema 4. Frozen like every step: the counts of what was sent before are taken from the ledger."""

from __future__ import annotations

from typing import Final

REPORTS_4: Final = (
    """CREATE TABLE report_count (
        campaign_id INTEGER NOT NULL, day BIGINT NOT NULL, vendor TEXT NOT NULL,
        submitted BIGINT DEFAULT 0 NOT NULL, supported BIGINT DEFAULT 0 NOT NULL, accepted BIGINT DEFAULT 0 NOT NULL,
        success BIGINT DEFAULT 0 NOT NULL, undelivered BIGINT DEFAULT 0 NOT NULL, resolved BIGINT DEFAULT 0 NOT NULL,
        exposed BIGINT DEFAULT 0 NOT NULL, exposed_times BIGINT DEFAULT 0 NOT NULL, clicked BIGINT DEFAULT 0 NOT NULL,
        clicked_times BIGINT DEFAULT 0 NOT NULL, replied BIGINT DEFAULT 0 NOT NULL,
        PRIMARY KEY (campaign_id, day, vendor), FOREIGN KEY(campaign_id) REFERENCES campaign (id)
    ) WITHOUT ROWID""",
    "CREATE INDEX receipt_clicked ON receipt (recipient_id, code) WHERE kind = 'clicked'",
    """INSERT INTO report_count (campaign_id, day, vendor, submitted, supported, accepted, success, undelivered, resolved,
        exposed, clicked, replied)
    SELECT r.campaign_id, (max(s.at_ms, c.confirmed_ms) + 28800000) / 86400000, r.vendor, count(*), sum(r.card),
        sum(s.outcome = 'accepted'), sum(d.sms IS 1), sum(d.sms IS 0), count(d.resolved_ms), count(d.exposed_ms),
        count(d.clicked_ms), count(d.replied_ms)
    FROM sent s CROSS JOIN recipient r ON r.id = s.recipient_id CROSS JOIN campaign c ON c.id = r.campaign_id
    LEFT JOIN delivery d ON d.recipient_id = s.recipient_id GROUP BY 1, 2, 3""",
    """UPDATE report_count SET exposed_times = n.exposed_times, clicked_times = n.clicked_times FROM (
        SELECT r.campaign_id AS campaign_id, (max(s.at_ms, c.confirmed_ms) + 28800000) / 86400000 AS day, r.vendor AS vendor,
            sum(t.kind = 'exposed') AS exposed_times, sum(t.kind = 'clicked') AS clicked_times
        FROM receipt t CROSS JOIN sent s ON s.recipient_id = t.recipient_id CROSS JOIN recipient r ON r.id = t.recipient_id
        CROSS JOIN campaign c ON c.id = r.campaign_id
        WHERE t.kind IN ('exposed', 'clicked') GROUP BY 1, 2, 3
    ) n WHERE n.campaign_id = report_count.campaign_id AND n.day = report_count.day AND n.vendor = report_count.vendor""",
    # The export centre.
    """CREATE TABLE export_job (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, title TEXT NOT NULL, path TEXT NOT NULL,
        options TEXT NOT NULL, reason TEXT NOT NULL, "by" TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL,
        pid INTEGER NOT NULL, rows INTEGER NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL, size BIGINT NOT NULL,
        problems TEXT NOT NULL, started_ms BIGINT NOT NULL, ended_ms BIGINT NOT NULL, stop INTEGER DEFAULT 0 NOT NULL
    )""",
    # Clicks of service accounts, as the gateway tells them.
    """CREATE TABLE service_click (
        gateway TEXT NOT NULL, id INTEGER NOT NULL, pub TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL,
        billed INTEGER NOT NULL, message TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (gateway, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX service_click_day ON service_click (at_ms)",
)
