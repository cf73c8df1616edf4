# SPDX-License-Identifier: Apache-2.0
"""How long a review takes, on the engine's clock.

Stated by the platform: signatures and SMS templates about two hours within working days 09:00-18:00 (facts 1.5, 1.6).
**Assumed by Koodesk**, because no source says: one working day for the smart-message filing (the facts have "not
stated"; its sister products say three at most), five minutes to launch an application, twenty to configure a number,
and between ten minutes and four working hours for each vendor's review of a card.
"""

from __future__ import annotations

import hashlib
from typing import Final

from koodesk.domain.review_state import ReviewKind
from koodesk.engine.working_hours import HOUR_MS, WORKING_DAY_MS, after_working

MINUTE_MS: Final = 60_000
LAUNCH_MS: Final = 5 * MINUTE_MS
CONFIGURE_MS: Final = 20 * MINUTE_MS
QUICKEST_CARD_MS: Final = 10 * MINUTE_MS
SLOWEST_CARD_MS: Final = 4 * HOUR_MS


def due_ms(kind: ReviewKind, submitted_ms: int) -> int:
    """Return when a review other than a card's is decided."""
    if kind is ReviewKind.FILING:
        return after_working(submitted_ms, WORKING_DAY_MS)
    if kind is ReviewKind.SMS_APP:
        return submitted_ms + LAUNCH_MS  # nobody reviews an application, so nobody's working hours matter
    return after_working(submitted_ms, 2 * HOUR_MS)


def card_due_ms(seed: int, digest: str, vendor: str, submitted_ms: int) -> int:
    """Return when one vendor decides about a card: a stable function of seed, card and vendor."""
    drawn = hashlib.blake2b(f"{seed}:{digest}:{vendor}".encode(), digest_size=8).digest()
    span = int.from_bytes(drawn, "big") % (SLOWEST_CARD_MS - QUICKEST_CARD_MS)
    return after_working(submitted_ms, QUICKEST_CARD_MS + span)


def configured_ms(approved_ms: int) -> int:
    """Return when the number of an approved signature is configured."""
    return after_working(approved_ms, CONFIGURE_MS)
