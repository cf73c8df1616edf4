# SPDX-License-Identifier: Apache-2.0
"""An engine without HTTP: its database and a clock that the test sets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import orjson

from koodesk.engine import account, receipts, review_rows, reviews
from koodesk.engine.batches import Acceptance
from koodesk.engine.schema import open_database
from koodesk.engine.settings import EngineSettings
from koodesk.engine.store import read_meta
from tests.engine.client import card, filing, signature, sms_template

MONDAY_TEN = 1_795_399_200_000
"""Monday 2026-11-23, 10:00 Beijing time."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class Inside:
    """The engine's functions on one connection, each call a transaction of its own as the store would make it."""

    def __init__(self, folder: Path, settings: EngineSettings | None = None, *, opened: bool = True) -> None:
        self.folder = folder
        self.settings = settings or EngineSettings()
        self.now_ms = MONDAY_TEN
        self.connection: Any = open_database(folder)
        self.acceptance = Acceptance(bytes.fromhex(read_meta(self.connection, "secret")))
        if opened:
            account.open_service(self.connection, {"agreed": True}, self.now_ms)

    def reopen(self) -> None:
        """Close and open the database, as a restart does."""
        self.connection.close()
        self.connection = open_database(self.folder)
        self.acceptance = Acceptance(bytes.fromhex(read_meta(self.connection, "secret")))

    def hand_in(
        self, kind: str, ref: str, body: dict[str, Any], vendors: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Hand something in now."""
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        given = {"kind": kind, "ref": ref, "digest": digest, "vendors": list(vendors), "body": body}
        return reviews.submit(self.connection, given, self.settings, self.now_ms)

    def later(self, by_ms: int) -> None:
        """Let time pass and the reviewers work."""
        self.now_ms += by_ms
        reviews.advance(self.connection, self.settings, self.now_ms)

    def reviewed(
        self, kind: str, ref: str, body: dict[str, Any], vendors: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Hand something in, wait a week, return the review."""
        found = self.hand_in(kind, ref, body, vendors)
        self.later(7 * DAY_MS)
        return review_rows.get(self.connection, found["id"])

    def clear(self) -> str:
        """Have everything approved and return the card's tpl_id; it is Monday ten o'clock again, weeks later."""
        self.reviewed("filing", "filing:send_task", filing())
        self.reviewed("sms_app", "app:1", {"name": "yunshan", "uplink_url": ""})
        self.reviewed("sms_signature", "signature:1", signature())
        self.reviewed("sms_template", "sms:1", sms_template())
        body = card()
        found = self.reviewed("card", "card:1", body, tuple(body["vendors"]))
        assert found["state"] == "approved", found["reasons"]
        return str(found["tpl_id"])

    def accept(self, key: str, body: dict[str, Any]) -> Any:
        """Send a batch; return the answer's JSON."""
        return orjson.loads(self.accept_bytes(key, orjson.dumps(body)))

    def accept_bytes(self, key: str, body: bytes) -> bytes:
        """Send a batch as it stands."""
        self.connection.execute("BEGIN")
        try:
            answer = self.acceptance.accept(self.connection, key, body, self.settings, self.now_ms)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return answer

    def feed(self, after: int = 0, limit: int = 10_000) -> list[tuple[int, str, str, str, str, int]]:
        """Read the receipt feed from `after` to its present end, `limit` at a time."""
        items: list[tuple[int, str, str, str, str, int]] = []
        while True:
            page, following = receipts.page(self.connection, after, limit, self.now_ms)
            items += page
            if following == after:
                return items
            after = following

    def acceptances(self) -> list[tuple[Any, ...]]:
        """Return the append-only rows."""
        rows = self.connection.execute(
            "SELECT campaign, recipient, chunk, message, at_ms FROM acceptance_log ORDER BY message"
        )
        return [tuple(row) for row in rows]
