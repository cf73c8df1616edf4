# SPDX-License-Identifier: Apache-2.0
"""How many messages a second the engine accepts, and how many receipts a second it hands out, over HTTP.

    python benchmarks/bench_engine.py [--messages 100000] [--batch 1000] [--connections 2] [--kind smart|video] [--json]

The requests are made before the clock starts, so that the figure is the engine's (and one thin client's, on the same
cores). Beside it stands what a plain engine would do instead, without HTTP, checks or signatures: a row per message and
per receipt with random text keys. Budgets: 20,000 messages a second with all their receipts handed out, and memory at
most 1.2 x that of a tenth of the messages. Ends 0 when both are met, 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson

from koodesk.engine import control
from tests.engine import video
from tests.engine.client import Client, batch, clear


def send(client: Client, requests: list[tuple[str, bytes]]) -> None:
    """Send prepared batches over one connection."""
    for key, body in requests:
        status, _ = client.raw("POST", "/engine/v1/batches", body, {"Idempotency-Key": key})
        if status != 200:
            raise RuntimeError(f"the engine answered {status}")


def drain(client: Client) -> int:
    """Read the receipt feed to its end and return how many receipts came."""
    after = count = 0
    while True:
        _, body = client.raw("GET", f"/engine/v1/receipts?after={after}&limit=10000")
        page = orjson.loads(body)
        count += len(page["items"])
        if page["next"] == after:
            return count
        after = page["next"]


def resident_kb(pid: int) -> int:
    """Return the largest resident memory of a process in KB, 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")), 0)


def plain(folder: Path, messages: int, size: int) -> float:
    """Return messages a second of the usual way: rows with random text keys, receipts a row each."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE message (id TEXT PRIMARY KEY, number INTEGER, code TEXT UNIQUE, at_ms INTEGER)"
    )
    connection.execute("CREATE TABLE receipt (id TEXT PRIMARY KEY, message TEXT, kind TEXT, due_ms INTEGER)")
    connection.execute("CREATE INDEX receipt_due ON receipt (due_ms)")
    begun = time.perf_counter()
    for start in range(0, messages, size):
        ids = [secrets.token_hex(16) for _ in range(size)]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO message VALUES (?, ?, ?, 0)", [(one, start, secrets.token_urlsafe(8)) for one in ids]
        )
        connection.executemany(
            "INSERT INTO receipt VALUES (?, ?, ?, ?)",
            [
                (secrets.token_hex(16), one, kind, start)
                for one in ids
                for kind in ("sms", "shortchain", "exposed")
            ],
        )
        connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    return messages / spent


BUDGET_PER_S = 20_000
BUDGET_MEMORY = 1.2


def bodies(client: Client, kind: str, messages: int, size: int) -> list[tuple[str, bytes]]:
    """Clear everything for a send and return the requests: smart messages with a card for everybody, or video SMS."""
    firsts = range(0, messages, size)
    if kind == "video":
        template = video.clear_over_http(client)
        return [
            (
                f"bench-{first}",
                orjson.dumps(
                    video.batch(
                        template,
                        [video.row(video.CMCC + i) for i in range(first, min(first + size, messages))],
                    )
                ),
            )
            for first in firsts
        ]
    template = clear(client)
    return [
        (f"bench-{first}", orjson.dumps(batch(template, 13_800_000_000 + first, min(size, messages - first))))
        for first in firsts
    ]


def measure(folder: Path, kind: str, messages: int, size: int, connections: int) -> dict[str, float]:
    """Run one engine through it all and return the figures."""
    started = control.start(folder)
    client = Client.of(folder)
    client.call("POST", "/account/open", {"agreed": True})
    requests = bodies(client, kind, messages, size)
    clients = [Client.of(folder) for _ in range(connections)]
    threads = [
        threading.Thread(target=send, args=(one, requests[index::connections]))
        for index, one in enumerate(clients)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = time.perf_counter() - begun
    client.call("POST", "/clock", {"forward_ms": 80 * 3_600_000})
    begun = time.perf_counter()
    receipts = drain(client)
    drained = time.perf_counter() - begun
    memory = resident_kb(started["pid"])
    database = (folder / "engine.db").stat().st_size
    for one in (client, *clients):
        one.close()
    control.stop(folder)
    return {
        "messages": messages,
        "batch": size,
        "accepted_per_s": round(messages / accepted),
        "receipts": receipts,
        "receipts_per_s": round(receipts / drained),
        "both_messages_per_s": round(messages / (accepted + drained)),
        "engine_mb": round(memory / 1024),
        "bytes_per_message": round(database / messages),
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--kind", choices=("smart", "video"), default="smart")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="koodesk-engine-") as folder:
        root = Path(folder)
        few = max(given.messages // 10, given.batch)
        tenth = measure(root / "tenth", given.kind, few, given.batch, given.connections)
        found = measure(root / "engine", given.kind, given.messages, given.batch, given.connections)
        found["plain_messages_per_s"] = round(plain(root, min(given.messages, 100_000), given.batch))
    found["times_plain"] = round(found["both_messages_per_s"] / found["plain_messages_per_s"], 1)
    found["memory_to_tenth"] = round(found["engine_mb"] / max(tenth["engine_mb"], 1), 2)
    if given.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:24} {value:>12,}")
    met = found["both_messages_per_s"] >= BUDGET_PER_S and found["memory_to_tenth"] <= BUDGET_MEMORY
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
