# SPDX-License-Identifier: Apache-2.0
"""How a review stands in the database: read, listed, told in the change feed, and moved to a state. All functions run
inside the store's transaction."""

from __future__ import annotations

from typing import Any, Final

import orjson

from koodesk.domain.carrier import THREE_CARRIERS
from koodesk.domain.problem import Problem
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.vendor import Vendor
from koodesk.engine.errors import ApiError
from koodesk.engine.timing import SERVICE_ACCOUNT
from koodesk.engine.working_hours import Note, note

LARGEST_PAGE: Final = 500

COLUMNS: Final = "id, kind, ref, digest, state, stage, body, vendors, reasons, submitted_ms, due_ms, decided_ms, channel_num, tpl_id"
STAGES: Final = {
    ReviewKind.FILING: {
        Verdict.WAITING: "审核中",
        Verdict.APPROVED: "审核通过",
        Verdict.REJECTED: "审核未通过",
    },
    ReviewKind.SMS_APP: {
        Verdict.WAITING: "CREATED",
        Verdict.APPROVED: "LAUNCHED",
        Verdict.REJECTED: "SUSPENDED",
    },
    ReviewKind.SMS_SIGNATURE: {
        Verdict.WAITING: "PENDING_REVIEW",
        Verdict.PROCESSING: "PROCESSING",
        Verdict.APPROVED: "REVIEW_PASSED",
        Verdict.REJECTED: "REVIEW_NOT_PASS",
    },
    ReviewKind.SMS_TEMPLATE: {
        Verdict.WAITING: "Reviewing",
        Verdict.APPROVED: "Adopted",
        Verdict.REJECTED: "Reject",
    },
    ReviewKind.CARD: {Verdict.WAITING: "1", Verdict.APPROVED: "2", Verdict.REJECTED: "3"},
    ReviewKind.VIDEO_SIGNATURE: {
        Verdict.WAITING: "审核中",
        Verdict.APPROVED: "审核通过",
        Verdict.REJECTED: "审核未通过",
    },
    # Custom domains and jump URLs: no source names their states, so they have a filing's.
    ReviewKind.DOMAIN: {
        Verdict.WAITING: "审核中",
        Verdict.APPROVED: "审核通过",
        Verdict.REJECTED: "审核未通过",
    },
    ReviewKind.JUMP_URL: {
        Verdict.WAITING: "审核中",
        Verdict.APPROVED: "审核通过",
        Verdict.REJECTED: "审核未通过",
    },
    ReviewKind.VIDEO_TEMPLATE: {Verdict.WAITING: "1", Verdict.APPROVED: "0", Verdict.REJECTED: "2"},
    # approve_state of the service account; 2 both before and after it takes effect.
    **{
        kind: {
            Verdict.WAITING: "1",
            Verdict.PROCESSING: "2",
            Verdict.APPROVED: "2",
            Verdict.REJECTED: "3",
        }
        for kind in SERVICE_ACCOUNT
    },
}
"""The platform's own word for each state (facts 1.3-1.7, 1.10); a card's or video SMS template's is its audit_state."""

PARTIES: Final = {
    ReviewKind.CARD: frozenset(vendor.value for vendor in Vendor),
    ReviewKind.VIDEO_TEMPLATE: frozenset(carrier.value for carrier in THREE_CARRIERS),
}
"""What is decided by several, each for itself: a card by vendors, a video SMS template by carriers. The wire calls both
`vendors`."""


def get(connection: Any, review_id: int) -> dict[str, Any]:
    """Return one review. Raises ApiError (404)."""
    row = connection.execute(f"SELECT {COLUMNS} FROM review WHERE id = ?", (review_id,)).fetchone()  # noqa: S608 - our own column list
    if row is None:
        raise ApiError(404, "KD.REVIEW_UNKNOWN", "no such review", review=review_id)
    return as_json(row)


def listed(connection: Any, kind: str, state: str, after: int, limit: int) -> dict[str, Any]:
    """Return reviews with an id above `after`, oldest first; empty `kind` or `state` is any."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM review WHERE id > ? AND (? = '' OR kind = ?) AND (? = '' OR state = ?) "  # noqa: S608 - our own column list
        "ORDER BY id LIMIT ?",
        (after, kind, kind, state, state, limit),
    ).fetchall()
    return {"items": [as_json(row) for row in rows], "next": rows[-1][0] if rows else after}


def changes(connection: Any, after: int, limit: int) -> dict[str, Any]:
    """Return every change with a seq above `after`, in order: the review as it was right after it."""
    rows = connection.execute(
        "SELECT c.seq, c.at_ms, c.snapshot, r.body FROM review_change c JOIN review r ON r.id = c.review_id "
        "WHERE c.seq > ? ORDER BY c.seq LIMIT ?",
        (after, limit),
    ).fetchall()
    items = [
        {"seq": seq, "at_ms": at_ms, **orjson.loads(snapshot), "body": orjson.loads(body)}
        for seq, at_ms, snapshot, body in rows
    ]
    return {"items": items, "next": rows[-1][0] if rows else after}


def settle(
    connection: Any,
    found: dict[str, Any],
    verdict: Verdict,
    at_ms: int,
    reasons: list[dict[str, Any]] | None = None,
    *,
    next_ms: int | None = None,
) -> None:
    kind = ReviewKind(found["kind"])
    channel = found["channel_num"]
    if kind is ReviewKind.SMS_SIGNATURE and verdict is Verdict.APPROVED:
        channel = _channel_num(found["id"])
    connection.execute(
        "UPDATE review SET state = ?, stage = ?, vendors = ?, reasons = ?, decided_ms = ?, next_ms = ?, channel_num = ? "
        "WHERE id = ?",
        (
            verdict.value,
            STAGES[kind][verdict],
            orjson.dumps(found["vendors"]).decode(),
            orjson.dumps(reasons or []).decode(),
            at_ms if verdict.decided else None,
            next_ms,
            channel,
            found["id"],
        ),
    )
    record(connection, found["id"], at_ms)


def record(connection: Any, review_id: int, at_ms: int) -> None:
    snapshot = get(connection, review_id)
    del snapshot["body"]
    connection.execute(
        "INSERT INTO review_change (review_id, at_ms, snapshot) VALUES (?, ?, ?)",
        (review_id, at_ms, orjson.dumps(snapshot).decode()),
    )


def as_json(row: Any) -> dict[str, Any]:
    found = dict(zip(COLUMNS.split(", "), row, strict=True))
    for name in ("body", "vendors", "reasons"):
        found[name] = orjson.loads(found[name])
    # Nobody reviews an application, so no calendar matters to it (`timing`).
    apart = found["kind"] == ReviewKind.SMS_APP.value
    found["calendar"] = (Note.NONE if apart else note(found["submitted_ms"], found["due_ms"])).value
    return found


def reason_json(found: Problem, vendor: str = "") -> dict[str, Any]:
    """Return a reason of a rule as it stands in a review."""
    # No text: the desk makes the sentence from code and params, in the reader's language.
    return {
        "code": found.code,
        "where": found.where,
        "params": dict(found.params),
        "text": "",
        "vendor": vendor,
        "source": found.source,
    }


def person_reason(text: str, vendor: str, where: str) -> dict[str, Any]:
    return {
        "code": "review.person",
        "where": where,
        "params": {},
        "text": text,
        "vendor": vendor,
        "source": "",
    }


def _channel_num(review_id: int) -> str:
    # 106 is how the numbers of enterprise SMS begin; the rest only has to differ.
    return f"106900{review_id:08d}"
