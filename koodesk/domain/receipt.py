# SPDX-License-Identifier: Apache-2.0
"""What the receipts of one recipient add up to.

Receipts come late, twice and in any order. `fold` takes them one by one and gives the same result for every order and
any repetition (a property test says so); the ledger does the same in SQL. A timeout is never stored: it is what a
missing report is called after 72 h, so a late report corrects it by arriving.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

TIMEOUT_MS: Final = 72 * 3_600_000
"""No status within 72 h is a timeout. Source: facts 1.10 [SDK]."""


class DeliveryStatus(StrEnum):
    """What is known about the delivery of an accepted message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The sum of the receipts so far. `sms` is None before the first status report; the instants are None before the
    first receipt of their kind, and the earliest afterwards."""

    sms: bool | None = None
    sms_ms: int | None = None
    sms_code: str | None = None
    resolved_ms: int | None = None
    exposed_ms: int | None = None
    clicked_ms: int | None = None
    replied_ms: int | None = None


_FIELD: Final = {
    "shortchain": "resolved_ms",
    "exposed": "exposed_ms",
    "clicked": "clicked_ms",
    "reply": "replied_ms",
}


def fold(sum_: Delivery, kind: str, status: str, code: str, at_ms: int) -> Delivery:
    """Add one receipt. Of two status reports the later counts; at the same instant "delivered" does, then the greater
    code, so that the order of arrival never decides. A failed resolve is no resolve."""
    if kind == "sms":
        new = (at_ms, status == "0", code)
        if sum_.sms is not None and (sum_.sms_ms or 0, sum_.sms, sum_.sms_code or "") >= new:
            return sum_
        return replace(sum_, sms=new[1], sms_ms=at_ms, sms_code=code)
    field = _FIELD.get(kind)
    if field is None or (kind == "shortchain" and status != "0"):
        return sum_
    before: int | None = getattr(sum_, field)
    if before is not None and before <= at_ms:
        return sum_
    # A receipt's kind names the one field it moves; replace() has no typed form for a computed field name.
    return replace(sum_, **{field: at_ms})  # type: ignore[arg-type]


def status_of(delivery: Delivery, accepted_ms: int, now_ms: int) -> DeliveryStatus:
    """Return what to call the delivery at `now_ms` of a message accepted at `accepted_ms`."""
    if delivery.sms is None:
        return DeliveryStatus.TIMEOUT if now_ms - accepted_ms >= TIMEOUT_MS else DeliveryStatus.WAITING
    return DeliveryStatus.DELIVERED if delivery.sms else DeliveryStatus.FAILED
