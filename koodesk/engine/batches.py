# SPDX-License-Identifier: Apache-2.0
"""Accepting batches exactly once per Idempotency-Key, and finding their messages again.

The append-only `acceptance` rows, the answer, the fate of the messages and the key stand in one transaction. The
answer is not stored as text: it is a function of the stored request, the refusals and the first message id, and so
the same bytes for ever. Keys are never forgotten, which is longer than the 30 days that are promised. Smart messages,
video SMS and plain SMS differ in what is checked and in what becomes of them, not in this.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

import orjson

from koodesk.domain.quiet_hours import ANY_TIME, Window
from koodesk.domain.resolve_task import Generation
from koodesk.engine import account, usage
from koodesk.engine.cleared import WRONG_TYPE, cleared, hold_hours
from koodesk.engine.delivery import VIDEO, plan, to_bytes
from koodesk.engine.envelope import DAY_MS, HOUR_MS, SmartBatch, VideoBatch, read_batch
from koodesk.engine.errors import ApiError
from koodesk.engine.filed_links import check_domain, check_url
from koodesk.engine.links import ShortCodes
from koodesk.engine.receipts import add_plan
from koodesk.engine.recipients import smart_parts, smart_refusals, smart_ways, video_refusals
from koodesk.engine.sent_message import FALLBACK_MS, Sent, told
from koodesk.engine.settings import EngineSettings
from koodesk.engine.store import read_meta, write_meta
from koodesk.engine.video_cleared import video_cleared

LONGEST_KEY: Final = 200


_BY_NAME: Final = "SELECT batch_id FROM send_task WHERE name = ? ORDER BY batch_id LIMIT 1"

Refusal = Callable[[object], str]
"""Says with which code a number is refused for no reason of its own, empty for none."""


def nobody_else(_number: object) -> str:
    """Refuse nobody beside those whom the rules refuse."""
    return ""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A batch that is taken: whom it refuses, how the others' messages go out, and what is kept of the circumstances.

    `validity_ms` is the life of links, or of the attempt to deliver a video SMS. `parts` are the SMS parts of each message that is
    accepted, `promotion` the class of its SMS template: what it is billed as.
    """

    kind: str
    refused: dict[int, str]
    ways: list[int]
    validity_ms: int
    expiration_ms: int
    context: dict[str, Any]
    parts: list[int]
    promotion: bool


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

    def accept(
        self,
        connection: Any,
        key: str,
        body: bytes,
        settings: EngineSettings,
        now_ms: int,
        refusal: Refusal = nobody_else,
        hours: Window = ANY_TIME,
    ) -> bytes:
        """Accept a batch, or give the first answer again. Runs inside the store's transaction; returns the JSON.

        `refusal` gives the code with which a fault refuses a number that would be taken, empty for no fault. `hours` are those
        the sender wants it taken in; it is taken in them or not at all, because nobody else knows this clock so well.

        Raises ApiError: 409 when the key came with another body, 400 when the batch is refused as a whole, 403 while the
        account takes nothing new.
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
        hold_hours(hours, now_ms)
        account.demand(connection)
        batch = read_batch(body)
        if isinstance(batch, VideoBatch):
            checked = _check_video(connection, batch, settings, now_ms, refusal)
        else:
            checked = _check_smart(connection, batch, settings, now_ms, refusal)
        refused = checked.refused
        first = int(read_meta(connection, "next_message"))
        batch_id = _insert(connection, key, batch, digest, checked, first, now_ms)
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
        entries = plan(settings, first, checked.ways, checked.validity_ms, checked.expiration_ms)
        add_plan(connection, batch_id, now_ms, entries, to_bytes(entries))
        used = usage.usage(entries, now_ms, checked.ways, checked.parts, promotion=checked.promotion)
        usage.keep(connection, batch_id, used)
        return _results(batch.recipients, refused, first)

    def answer(self, connection: Any, key: str, *, named: bool = False) -> bytes:
        """Return the first answer to a key or, `named`, of the first batch whose task has that name, as the cloud's list
        would be searched. Raises ApiError (404) when there is none."""
        sql = _BY_NAME if named else "SELECT id FROM acceptance_chunk WHERE key = ?"
        known = connection.execute(sql, (key,)).fetchone()
        if known is None:
            raise ApiError(404, "KD.KEY_UNKNOWN", "no batch has this key", key=key)
        return _answer(connection, known[0])

    def request(self, connection: Any, batch_id: int) -> tuple[SmartBatch | VideoBatch, dict[int, str]]:
        """Return a batch as it was handed in, and the code of each recipient that was refused, by its place."""
        (refused,) = connection.execute("SELECT refused FROM batch WHERE id = ?", (batch_id,)).fetchone()
        return read_batch(_body(connection, batch_id)), _refused(refused)

    def message(self, connection: Any, message_id: int) -> dict[str, Any]:
        """Return what one recipient got. Raises ApiError (404) when there is no such message."""
        row = connection.execute(
            "SELECT c.id, c.campaign, c.key, c.at_ms, b.first_message, b.refused, b.expires_ms, b.context "
            "FROM acceptance a JOIN acceptance_chunk c ON c.id = a.chunk JOIN batch b ON b.id = c.id "
            "WHERE a.message = ?",
            (message_id,),
        ).fetchone()
        if row is None:
            raise ApiError(404, "KD.MESSAGE_UNKNOWN", "no such message", id=message_id)
        batch_id, campaign, chunk, at_ms, first, refused_json, expires_ms, context = row
        batch = read_batch(_body(connection, batch_id))
        refused = _refused(refused_json)
        accepted = (entry for index, entry in enumerate(batch.recipients) if index not in refused)
        entry = next(entry for index, entry in enumerate(accepted) if index == message_id - first)
        sent = Sent(message_id, campaign, chunk, at_ms, expires_ms, orjson.loads(context), batch, entry)
        return told(connection, sent, self.codes)


def _with_faults(recipients: list[Any], refused: dict[int, str], refusal: Refusal) -> dict[int, str]:
    """Add those whom a fault refuses to those whom the rules refuse."""
    if refusal is nobody_else:
        return refused
    for index, row in enumerate(recipients):
        if index not in refused and (code := refusal(row[0])):
            refused[index] = code
    return refused


def _check_smart(
    connection: Any, batch: SmartBatch, settings: EngineSettings, now_ms: int, refusal: Refusal
) -> _Checked:
    check_domain(connection, batch.domain, Generation.STANDARD)
    if batch.jump_url:
        check_url(connection, batch.jump_url, "jump_url")
    rules = cleared(
        connection, batch.template, batch.sms_template, batch.sms_sign, batch.sms_text, batch.domain
    )
    if batch.plain and rules.text.has_link:
        raise ApiError(400, WRONG_TYPE, "a plain SMS has no link to fill", where="sms_template")
    rules.check_hours(settings, now_ms)
    # What was in force: later changes of settings or reviews must not change what a message says it was.
    context = {"seed": settings.seed, "mix": dict(settings.vendor_mix), "rules": rules.to_json()}
    basic = None
    if batch.basic_template:
        basic = video_cleared(connection, batch.basic_template, now_ms, "basic_template")
        context["basic"] = basic.to_json()
    refused = _with_faults(batch.recipients, smart_refusals(batch, rules, basic, settings), refusal)
    ways = smart_ways(batch, rules, basic, refused, settings)
    parts = smart_parts(batch, rules, refused)
    validity_ms = batch.validity_days * DAY_MS
    kind = "plain" if batch.plain else "smart"
    return _Checked(kind, refused, ways, validity_ms, FALLBACK_MS, context, parts, rules.promotion)


def _check_video(
    connection: Any, batch: VideoBatch, settings: EngineSettings, now_ms: int, refusal: Refusal
) -> _Checked:
    rules = video_cleared(connection, batch.template, now_ms)
    refused = _with_faults(batch.recipients, video_refusals(batch, rules, settings), refusal)
    ways = [VIDEO] * (len(batch.recipients) - len(refused))
    tried_ms = batch.expiration_hours * HOUR_MS
    context = {"seed": settings.seed, "video": rules.to_json()}
    return _Checked("video", refused, ways, tried_ms, tried_ms, context, [1] * len(ways), promotion=True)


def _insert(
    connection: Any,
    key: str,
    batch: SmartBatch | VideoBatch,
    digest: str,
    checked: _Checked,
    first: int,
    now_ms: int,
) -> int:
    """Write the batch itself and return its number, which is the number of its acceptance_chunk too."""
    batch_id = int(
        connection.execute(
            "INSERT INTO acceptance_chunk (campaign, key, at_ms) VALUES (?, ?, ?)",
            (batch.campaign, key, now_ms),
        ).lastrowid
    )
    connection.execute(
        "INSERT INTO batch (id, kind, digest, refused, first_message, accepted, expires_ms, context) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            batch_id,
            checked.kind,
            digest,
            orjson.dumps({str(index): code for index, code in checked.refused.items()}).decode(),
            first,
            len(checked.ways),
            now_ms + checked.validity_ms,
            orjson.dumps(checked.context).decode(),
        ),
    )
    sms = ("sms", batch.sms_template, batch.sms_sign) if isinstance(batch, SmartBatch) else ("video", "", "")
    kind = "smart" if sms[0] == "sms" and batch.template else sms[0]
    connection.execute(
        "INSERT INTO send_task (batch_id, kind, name, template, sms_template, sign, at_ms, submitted) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (batch_id, kind, batch.name, batch.template, *sms[1:], now_ms, len(batch.recipients)),
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
