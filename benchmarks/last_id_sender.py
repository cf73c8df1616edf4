# SPDX-License-Identifier: Apache-2.0
"""A sender whose memory is one number: the last recipient of the newest batch it has fetched.

    python benchmarks/last_id_sender.py DATABASE ENGINE_ENDPOINT

The shape of listmonk's campaigns (v2 to v5: fetching the next batch of subscribers by id moves `last_subscriber_id` in
the same statement; ten workers send what was fetched), written anew for one campaign and this engine. Kinder than the
original in one thing: a call carries ten recipients. `bench_beside.py` runs and kills it.
"""

from __future__ import annotations

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.hand_sql import connect
from koodesk.backend.gateways.engine_http import EngineHttp, read_endpoint

BATCH: Final = 1_000
A_CALL: Final = 10
WORKERS: Final = 10


def fetch(connection: Any) -> list[tuple[int, str]]:
    """Return the next recipients and move the checkpoint past them, in one commit."""
    connection.execute("BEGIN IMMEDIATE")
    rows = connection.execute(
        "SELECT number, params, id FROM recipient WHERE id > (SELECT after FROM cursor) ORDER BY id LIMIT ?",
        (BATCH,),
    ).fetchall()
    if rows:
        connection.execute("UPDATE cursor SET after = ?", (rows[-1][2],))
    connection.execute("COMMIT")
    return [row[:2] for row in rows]


def main() -> None:
    """Send from the checkpoint to the end."""
    connection = connect(Path(sys.argv[1]))
    http = EngineHttp(lambda: read_endpoint(Path(sys.argv[2])))
    (head,) = connection.execute("SELECT head FROM plan").fetchone()

    def send(rows: list[tuple[int, str]]) -> None:
        members = ",".join([f"[{number},{params},1,{{}}]" for number, params in rows])
        body = f"{head}{members}]}}".encode()
        http.call("POST", "/engine/v1/batches", body, {"Idempotency-Key": uuid.uuid4().hex})

    with ThreadPoolExecutor(WORKERS) as pool:
        while rows := fetch(connection):
            list(pool.map(send, [rows[start : start + A_CALL] for start in range(0, len(rows), A_CALL)]))


if __name__ == "__main__":
    main()
