# SPDX-License-Identifier: Apache-2.0
"""Frozen service accounts (已冻结): from a freeze on phones show none of it, and nothing of it can be tapped.

A freeze ends with a new review (facts 1.11): as soon as a review of the account that was handed in after the freeze is in
effect. So nothing has to be told when an account is let go; handing it in once more is what does it. All functions run
inside the store's transaction.
"""

from __future__ import annotations

from typing import Any, Final

from koodesk.engine.errors import ApiError

LONGEST_REASON: Final = 200
"""Characters of the reason of a freeze. Source: OAS."""

FROZEN: Final = (
    "EXISTS (SELECT 1 FROM sa_freeze f WHERE f.pub = r.ref AND NOT EXISTS (SELECT 1 FROM review n "
    "WHERE n.kind = 'pub' AND n.ref = f.pub AND n.id > f.review AND n.state = 'approved'))"
)
"""The condition that the account of a review `r` is frozen."""

_IS_FROZEN: Final = f"SELECT {FROZEN} FROM (SELECT ? AS ref) r"  # noqa: S608 - our own text


def is_frozen(connection: Any, pub: str) -> bool:
    """Tell whether an account is frozen."""
    return bool(connection.execute(_IS_FROZEN, (pub,)).fetchone()[0])


def freeze(connection: Any, pub: str, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Freeze an account that phones show, with a reason; freezing it again changes nothing.

    Raises ApiError: 400, 404, or 409 for one that was never approved.
    """
    reason = given.get("reason")
    if not isinstance(reason, str) or not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise ApiError(400, "KD.FIELD", "why it is frozen", where="reason", limit=LONGEST_REASON)
    last, approved = connection.execute(
        "SELECT max(id), max(state IN ('approved', 'processing')) FROM review WHERE kind = 'pub' AND ref = ?",
        (pub,),
    ).fetchone()
    if last is None:
        raise ApiError(404, "KD.REVIEW_UNKNOWN", "no such service account", review=pub[:40])
    if not approved:
        raise ApiError(409, "KD.ACCOUNT_NOT_APPROVED", "the account is not approved yet", account=pub[:40])
    if not is_frozen(connection, pub):
        connection.execute(
            "INSERT OR REPLACE INTO sa_freeze (pub, review, at_ms, reason) VALUES (?, ?, ?, ?)",
            (pub, last, now_ms, reason.strip()),
        )
    (at_ms,) = connection.execute("SELECT at_ms FROM sa_freeze WHERE pub = ?", (pub,)).fetchone()
    return {"pub": pub, "frozen": True, "at_ms": at_ms}
