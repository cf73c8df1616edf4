# SPDX-License-Identifier: Apache-2.0
"""A workspace of 50 finished campaigns with 5,000,000 recipient rows, written by SQL alone and kept in the temporary folder.

    python benchmarks/big_workspace.py [--campaigns 50] [--recipients 100000]

Every recipient has an answer and most have a delivery; clicks are receipts, the rest of the receipts is left out: no page
reads them. The counts of the reports are made of the ledger by the step that older workspaces walk. Every fifth campaign is one of video SMS.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.reports_step import REPORTS_4
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from tests.backend.sending.workshop import snapshot, video_snapshot

FIRST_MS: Final = 1_790_000_000_000
DAY_MS: Final = 86_400_000
CHUNK: Final = 1_000
_PICK: Final = (
    "CASE n % 7 WHEN 0 THEN 'HUAWEI' WHEN 1 THEN 'XIAOMI' WHEN 2 THEN 'OPPO' WHEN 3 THEN 'VIVO' WHEN 4 THEN 'MEIZU' "
    "WHEN 5 THEN 'SAMSUNG' ELSE '' END"
)
_CARRIER: Final = "CASE n % 4 WHEN 2 THEN 'cucc' WHEN 3 THEN 'ctcc' ELSE 'cmcc' END"
_COUNT: Final = "WITH RECURSIVE count(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n + 1 < :many) "


def build(campaigns: int = 50, recipients: int = 100_000) -> Workspace:
    """Return the workspace, built when it is not there yet."""
    folder = Path(tempfile.gettempdir()) / f"koodesk-big-{SCHEMA_VERSION}-{campaigns}-{recipients}"
    workspace = Workspace(folder)
    if (folder / "whole").exists():
        return workspace
    workspace.create()
    for left in folder.glob("koodesk.db*"):
        left.unlink()
    begin = time.perf_counter()
    database = Database(workspace.database, cache_kb=262_144)
    database.prepare()
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA foreign_keys=OFF")
        for number in range(1, campaigns + 1):
            raw.execute("BEGIN IMMEDIATE")
            _campaign(raw, number, recipients, video=number % 5 == 0)
            raw.execute("COMMIT")
            print(
                f"\r{number}/{campaigns} campaigns, {time.perf_counter() - begin:.0f} s",
                end="",
                file=sys.stderr,
            )
        raw.execute("BEGIN IMMEDIATE")
        for statement in REPORTS_4:
            if statement.startswith(("INSERT INTO report_count", "UPDATE report_count")):
                raw.execute(statement)
        raw.execute("COMMIT")
        raw.execute("ANALYZE")
    database.close()
    (folder / "whole").touch()
    print(f"\nbuilt in {time.perf_counter() - begin:.0f} s: {folder}", file=sys.stderr)
    return workspace


def _campaign(raw: Any, number: int, many: int, *, video: bool) -> None:
    at_ms = FIRST_MS + number * DAY_MS
    made = video_snapshot if video else snapshot
    text = encode(
        made(f"big-{number}", many, name=f"大促 {number}", chunk_size=CHUNK, gateway="local", card_id=1)
    )
    first = 1 + (number - 1) * many
    raw.execute(
        "INSERT INTO campaign (id, uuid, name, state, digest, snapshot, gateway, gateway_class, audience_id, card_id, "
        "signature, promotion, fallback, validity_days, window_start, window_end, chunk_size, first_id, last_id, imported, "
        "created_ms, confirmed_ms, started_ms, ended_ms, kind) "
        "VALUES (?, ?, ?, 'finished', ?, ?, 'local', 'idempotent', 0, 1, '雅居', 0, 'none', 7, 0, 1440, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            f"big-{number}",
            f"大促 {number}",
            digest_of(text),
            text,
            CHUNK,
            first,
            first + many - 1,
            many,
            at_ms,
            at_ms,
            at_ms,
            at_ms + 600_000,
            "video" if video else "smart",
        ),
    )
    values = {"many": many, "first": first, "campaign": number, "at": at_ms, "chunk": CHUNK}
    vendor = _CARRIER if video else _PICK
    raw.execute(
        _COUNT + "INSERT INTO recipient (id, campaign_id, number, params, card, vendor, bucket) "
        f"SELECT :first + n, :campaign, 13000000000 + n, json_object('name', '王' || n, 'amount', n), {0 if video else 1}, "
        f"{vendor}, 'pending' FROM count",
        values,
    )
    raw.execute(
        _COUNT
        + "INSERT INTO chunk (campaign_id, no, first_id, last_id, members, kind, key, payload_digest, state, outcome, "
        "accepted) SELECT :campaign, n, :first + n * :chunk, :first + n * :chunk + :chunk - 1, :chunk, 'send', "
        "'big-' || :campaign || '-' || n, '', 'accepted', 'ok', :chunk FROM count",
        {**values, "many": many // CHUNK},
    )
    raw.execute(
        _COUNT + "INSERT INTO sent (recipient_id, message_id, outcome, at_ms) "
        "SELECT :first + n, CAST(:first + n + 4294967296 AS TEXT), 'accepted', :at + n FROM count",
        values,
    )
    raw.execute(
        _COUNT
        + "INSERT INTO delivery (recipient_id, sms, sms_ms, sms_code, resolved_ms, exposed_ms, clicked_ms) "
        "SELECT :first + n, n % 25 <> 0, :at + n + 2000, 'DELIVRD', "
        + (
            "NULL, NULL, NULL"
            if video
            else "CASE WHEN n % 5 THEN :at + n + 3000 END, CASE WHEN n % 5 > 1 THEN :at + n + 60000 END, "
            "CASE WHEN n % 20 = 3 THEN :at + n + 90000 END"
        )
        + " FROM count WHERE n % 50 <> 7",
        values,
    )
    if not video:
        raw.execute(
            _COUNT
            + "INSERT INTO receipt (gateway_receipt_id, message_id, kind, status, code, at_ms, recipient_id) "
            "SELECT (:first + n) * 8 + 3, CAST(:first + n + 4294967296 AS TEXT), 'clicked', '0', "
            "CASE n % 3 WHEN 0 THEN 'image:1' ELSE 'button:5' END, :at + n + 90000, :first + n FROM count WHERE n % 20 = 3",
            values,
        )


def main() -> int:
    """Build it and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=50)
    parser.add_argument("--recipients", type=int, default=100_000)
    given = parser.parse_args()
    print(json.dumps({"workspace": str(build(given.campaigns, given.recipients).root)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
