# SPDX-License-Identifier: Apache-2.0
"""How long a review takes, on the engine's clock.

Stated by the platform: signatures and SMS templates about two hours within working days 09:00-18:00 (facts 1.5, 1.6).
The filings of video SMS and of the service account take within three working days, a video SMS signature about two hours
(facts 1.3, 1.10).
**Assumed by Koodesk**, because no source says: one working day for the smart-message filing (the facts have "not
stated"; its sister products say three at most), five minutes to launch an application, twenty to configure a number,
and between ten minutes and four working hours for each vendor's review of a card and each carrier's of a video SMS.
Of the service account only "in effect within 24 hours after the approval" is stated (facts 1.11): how long its reviews take
is assumed as well, one working day for a profile and four working hours for the rest; half a working hour when urged.
"""

from __future__ import annotations

import hashlib
from typing import Final

from koodesk.domain.review_state import ReviewKind
from koodesk.engine.working_hours import HOUR_MS, WORKING_DAY_MS, after_working

MINUTE_MS: Final = 60_000
LAUNCH_MS: Final = 5 * MINUTE_MS
CONFIGURE_MS: Final = 20 * MINUTE_MS
QUICKEST_PARTY_MS: Final = 10 * MINUTE_MS
SLOWEST_PARTY_MS: Final = 4 * HOUR_MS
LONG_FILING_DAYS: Final = 3
QUICKEST_EFFECT_MS: Final = HOUR_MS
SLOWEST_EFFECT_MS: Final = 24 * HOUR_MS
URGED_MS: Final = HOUR_MS // 2
SERVICE_ACCOUNT: Final = frozenset(
    (
        ReviewKind.PUB,
        ReviewKind.SA_MENU,
        ReviewKind.SA_HOME,
        ReviewKind.SA_PORT,
        ReviewKind.SA_SHORTCUT,
    )
)
"""Reviews of the service account: what is approved takes effect later."""


def due_ms(kind: ReviewKind, submitted_ms: int, *, three_days: bool = False) -> int:
    """Return when a review with one verdict is decided; `three_days` says that a filing is one of those that take so long."""
    if kind is ReviewKind.FILING:
        return after_working(submitted_ms, WORKING_DAY_MS * (LONG_FILING_DAYS if three_days else 1))
    if kind is ReviewKind.SMS_APP:
        return submitted_ms + LAUNCH_MS  # nobody reviews an application, so nobody's working hours matter
    if kind is ReviewKind.PUB:
        return after_working(submitted_ms, WORKING_DAY_MS)
    if kind in SERVICE_ACCOUNT:
        return after_working(submitted_ms, 4 * HOUR_MS)
    return after_working(submitted_ms, 2 * HOUR_MS)


def effect_ms(seed: int, digest: str, approved_ms: int) -> int:
    """Return when an approved record of the service account takes effect: within 24 hours, at any time of the day."""
    drawn = hashlib.blake2b(f"{seed}:{digest}:effect".encode(), digest_size=8).digest()
    return (
        approved_ms
        + QUICKEST_EFFECT_MS
        + int.from_bytes(drawn, "big") % (SLOWEST_EFFECT_MS - QUICKEST_EFFECT_MS)
    )


def urged_ms(now_ms: int) -> int:
    """Return when a review that was urged now is decided."""
    return after_working(now_ms, URGED_MS)


def party_due_ms(seed: int, digest: str, party: str, submitted_ms: int) -> int:
    """Return when one vendor decides about a card, or one carrier about a video SMS: a stable function of the seed,
    what was handed in, and who decides."""
    drawn = hashlib.blake2b(f"{seed}:{digest}:{party}".encode(), digest_size=8).digest()
    span = int.from_bytes(drawn, "big") % (SLOWEST_PARTY_MS - QUICKEST_PARTY_MS)
    return after_working(submitted_ms, QUICKEST_PARTY_MS + span)


def configured_ms(approved_ms: int) -> int:
    """Return when the number of an approved signature is configured."""
    return after_working(approved_ms, CONFIGURE_MS)
