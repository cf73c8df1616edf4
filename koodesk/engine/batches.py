# SPDX-License-Identifier: Apache-2.0
"""Accepting batches exactly once per Idempotency-Key, and finding their messages again.

The append-only `acceptance` rows, the answer, the fate of the messages and the key stand in one transaction. The
answer is not stored as text: it is a function of the stored request, the refusals and the first message id, and so
the same bytes for ever. Keys are never forgotten, which is longer than the 30 days that are promised.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

import orjson

from koodesk.engine.cleared import Cleared, cleared
from koodesk.engine.delivery import LARGEST_BATCH, plan, to_bytes
from koodesk.engine.errors import ApiError
from koodesk.engine.handsets import Handsets
from koodesk.engine.links import ShortCodes
from koodesk.engine.receipts import add_plan
from koodesk.engine.settings import EngineSettings
from koodesk.engine.store import read_meta, write_meta

DAY_MS: Final = 24 * 3_600_000
LONGEST_KEY: Final = 200
FIRST_NUMBER: Final = 13_000_000_000
LAST_NUMBER: Final = 19_999_999_999

BAD_NUMBER: Final = "KD.BAD_NUMBER"
DUPLICATE_NUMBER: Final = "E200041"
"""Duplicate number. Source: facts 4.2 (send_status of a plain SMS)."""
BLACKLISTED: Final = "KD.BLACKLISTED"
PARAM_MISSING: Final = "KD.PARAM_MISSING"
BAD_ENTRY: Final = "KD.BAD_ENTRY"


@dataclass(frozen=True, slots=True)
class Batch:
    """The envelope of a request, checked; `recipients` as they came."""

    campaign: str
    template: str
    sms_template: str
    sms_sign: str
    sms_text: str
    validity_days: int
    recipients: list[Any]


def read_batch(body: bytes) -> Batch:
    """Read a request. Raises ApiError (400) when its shape is not the contract's."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise ApiError(400, "KD.BAD_JSON", "the body is not JSON") from failure
    if not isinstance(given, dict):
        raise ApiError(400, "KD.BAD_JSON", "the body is not an object")

    def text(name: str, longest: int, *, empty: bool = False) -> str:
        value = given.get(name, "" if empty else None)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None and empty:
            value = ""
        if not isinstance(value, str) or len(value) > longest or not (value or empty):
            raise ApiError(400, "KD.FIELD", "field missing or wrong", where=name, limit=longest)
        return value

    days = given.get("validity_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 7:
        raise ApiError(400, "KD.FIELD", "individual links are valid 1-7 days", where="validity_days", limit=7)
    recipients = given.get("recipients")
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= LARGEST_BATCH:
        raise ApiError(400, "KD.FIELD", "1-5000 recipients", where="recipients", limit=LARGEST_BATCH)
    text("task_name", 30, empty=True)
    return Batch(
        text("campaign", 100),
        text("template", 20, empty=True),
        text("sms_template", 100),
        text("sms_sign", 20),
        text("sms_text", 500, empty=True),
        days,
        recipients,
    )


class Acceptance:
    """Everything about accepting that outlives one request: the engine's secret and how its links are made."""

    def __init__(self, secret: bytes) -> None:
        self.codes = ShortCodes(hashlib.blake2b(b"links", key=secret, digest_size=32).digest())
        # A keyed hash of the number: stable for this engine, so that "twice" can be counted without a number kept.
        self._recipient = hashlib.blake2b(key=secret, digest_size=16, person=b"koodesk-recip")

    def recipient(self, number: int) -> bytes:
        """Return the stable keyed hash (16 bytes) of a number."""
        mac = self._recipient.copy()
        mac.update(b"%d" % number)
        return mac.digest()

    def accept(self, connection: Any, key: str, body: bytes, settings: EngineSettings, now_ms: int) -> bytes:
        """Accept a batch, or give the first answer again. Runs inside the store's transaction; returns the JSON.

        Raises ApiError: 409 when the key came with another body, 400 when the batch is refused as a whole.
        """
        digest = hashlib.sha256(body).hexdigest()
        known = connection.execute(
            "SELECT b.id, b.digest FROM acceptance_chunk c JOIN batch b ON b.id = c.id WHERE c.key = ?",
            (key,),
        ).fetchone()
        if known is not None:
            if known[1] != digest:
                raise ApiError(409, "KD.IDEMPOTENCY_MISMATCH", "this key came with another body", key=key)
            return _answer(connection, known[0])
        batch = read_batch(body)
        rules = cleared(connection, batch.template, batch.sms_template, batch.sms_sign, batch.sms_text)
        rules.check_hours(settings, now_ms)
        refused = _refusals(batch, rules, settings)
        first = int(read_meta(connection, "next_message"))
        batch_id = _insert(connection, key, batch, digest, refused, first, now_ms, rules, settings)
        numbers = [row[0] for index, row in enumerate(batch.recipients) if index not in refused]
        connection.executemany(
            "INSERT INTO acceptance (message, recipient, chunk) VALUES (?, ?, ?)",
            zip(
                range(first, first + len(numbers)),
                map(self.recipient, numbers),
                repeat(batch_id),
                strict=False,
            ),
        )
        write_meta(connection, "next_message", str(first + len(numbers)))
        connection.execute(
            "INSERT INTO batch_body (batch_id, body) VALUES (?, ?)", (batch_id, zlib.compress(body, 1))
        )
        vendor, active = Handsets(settings.seed, settings.vendor_mix).vendor, rules.card_vendors
        shown = [
            bool(row[2]) and vendor(row[0]) in active
            for index, row in enumerate(batch.recipients)
            if index not in refused
        ]
        entries = plan(settings, first, shown, batch.validity_days * DAY_MS)
        add_plan(connection, batch_id, now_ms, entries, to_bytes(entries))
        return _results(batch.recipients, refused, first)

    def answer(self, connection: Any, key: str) -> bytes:
        """Return the first answer to a key. Raises ApiError (404) when the key is not known."""
        known = connection.execute("SELECT id FROM acceptance_chunk WHERE key = ?", (key,)).fetchone()
        if known is None:
            raise ApiError(404, "KD.KEY_UNKNOWN", "no batch has this key", key=key)
        return _answer(connection, known[0])

    def message(self, connection: Any, message_id: int) -> dict[str, Any]:
        """Return what one recipient got. Raises ApiError (404) when there is no such message."""
        row = connection.execute(
            "SELECT a.message, c.id, c.campaign, c.key, c.at_ms, b.first_message, b.refused, b.expires_ms, b.context "
            "FROM acceptance a JOIN acceptance_chunk c ON c.id = a.chunk JOIN batch b ON b.id = c.id "
            "WHERE a.message = ?",
            (message_id,),
        ).fetchone()
        if row is None:
            raise ApiError(404, "KD.MESSAGE_UNKNOWN", "no such message", id=message_id)
        _, batch_id, campaign, chunk, at_ms, first, refused_json, expires_ms, context_json = row
        body = _body(connection, batch_id)
        batch = read_batch(body)
        refused = _refused(refused_json)
        accepted = (entry for index, entry in enumerate(batch.recipients) if index not in refused)
        entry = next(entry for index, entry in enumerate(accepted) if index == message_id - first)
        stored = orjson.loads(context_json)
        vendor = Handsets(stored["seed"], stored["mix"]).vendor(entry[0])
        link = self.codes.link(message_id)
        rules = Cleared.from_json(stored["rules"])
        return {
            "message_id": str(message_id),
            "campaign": campaign,
            "chunk": chunk,
            "number": entry[0],
            "template": batch.template,
            "params": entry[1],
            "card": bool(entry[2]) and vendor in rules.card_vendors,
            "vendor": vendor,
            "short_url": f"https://{link}",
            "aim_code": link.rpartition("/")[2],
            "expires_ms": expires_ms,
            "at_ms": at_ms,
            "sms_text": rules.text.write(_values(entry), link),
        }


def _refusals(batch: Batch, rules: Cleared, settings: EngineSettings) -> dict[int, str]:
    """Return the code of each recipient that is refused, by its place in the request."""
    refused: dict[int, str] = {}
    seen: set[int] = set()
    blacklist = frozenset(settings.blacklist)
    needed, refusal = rules.params, rules.text.refusal
    for index, row in enumerate(batch.recipients):
        if not _is_entry(row):
            refused[index] = BAD_ENTRY
            continue
        number = row[0]
        if not isinstance(number, int) or not FIRST_NUMBER <= number <= LAST_NUMBER:
            refused[index] = BAD_NUMBER
        elif number in seen:
            refused[index] = DUPLICATE_NUMBER
        elif number in blacklist:
            refused[index] = BLACKLISTED
        elif row[2] and not needed <= row[1].keys():
            refused[index] = PARAM_MISSING
        elif code := refusal(_values(row)):
            refused[index] = code
        else:
            seen.add(number)
    return refused


def _is_entry(row: object) -> bool:
    return (
        isinstance(row, list)
        and len(row) in (3, 4)
        and isinstance(row[1], dict)
        and row[2] in (0, 1)
        and (len(row) == 3 or isinstance(row[3], dict))
    )


def _values(row: list[Any]) -> dict[str, Any]:
    values: dict[str, Any] = row[3] if len(row) == 4 else {}
    return values


def _insert(
    connection: Any,
    key: str,
    batch: Batch,
    digest: str,
    refused: dict[int, str],
    first: int,
    now_ms: int,
    rules: Cleared,
    settings: EngineSettings,
) -> int:
    """Write the batch itself and return its number, which is the number of its acceptance_chunk too."""
    batch_id = int(
        connection.execute(
            "INSERT INTO acceptance_chunk (campaign, key, at_ms) VALUES (?, ?, ?)",
            (batch.campaign, key, now_ms),
        ).lastrowid
    )
    # What was in force: later changes of settings or reviews must not change what a message says it was.
    context = {"seed": settings.seed, "mix": dict(settings.vendor_mix), "rules": rules.to_json()}
    connection.execute(
        "INSERT INTO batch (id, digest, refused, first_message, accepted, expires_ms, context) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            batch_id,
            digest,
            orjson.dumps({str(index): code for index, code in refused.items()}).decode(),
            first,
            len(batch.recipients) - len(refused),
            now_ms + batch.validity_days * DAY_MS,
            orjson.dumps(context).decode(),
        ),
    )
    return batch_id


def _answer(connection: Any, batch_id: int) -> bytes:
    refused, first = connection.execute(
        "SELECT refused, first_message FROM batch WHERE id = ?", (batch_id,)
    ).fetchone()
    return _results(read_batch(_body(connection, batch_id)).recipients, _refused(refused), first)


def _body(connection: Any, batch_id: int) -> bytes:
    stored = connection.execute("SELECT body FROM batch_body WHERE batch_id = ?", (batch_id,)).fetchone()[0]
    return zlib.decompress(stored)


def _refused(stored: str) -> dict[int, str]:
    return {int(index): code for index, code in orjson.loads(stored).items()}


def _results(recipients: list[Any], refused: dict[int, str], first: int) -> bytes:
    results: list[tuple[Any, str, Any]] = []
    message = first
    for index, row in enumerate(recipients):
        if refused and index in refused:
            results.append((row[0] if isinstance(row, list) and row else None, "refused", refused[index]))
        else:
            results.append((row[0], "accepted", str(message)))
            message += 1
    return orjson.dumps({"results": results})
