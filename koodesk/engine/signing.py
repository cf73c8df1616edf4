# SPDX-License-Identifier: Apache-2.0
"""Signatures of requests: HMAC-SHA256 over method, path with query, time and the digest of the body.

The time is real time, not the engine's: a run-forward clock must not lock the desk out.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TIME_HEADER: Final = "X-Koodesk-Time"
SIGNATURE_HEADER: Final = "X-Koodesk-Signature"
OLDEST_MS: Final = 5 * 60 * 1000


def signature(key: bytes, method: str, target: str, time: str, body_digest: str) -> str:
    """Return the hex signature. `target` is the path as sent, with "?query" when there is one."""
    text = f"{method}\n{target}\n{time}\n{body_digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_signed(
    key: bytes, method: str, target: str, body_digest: str, *, time: str, given: str, wall_ms: int
) -> bool:
    """Tell whether a request bears a valid signature of the last five minutes. Constant time in the signature."""
    if not (time.isascii() and time.isdigit() and len(time) <= 16 and given.isascii()):
        return False
    expected = signature(key, method, target, time, body_digest)
    return hmac.compare_digest(expected, given) and abs(wall_ms - int(time)) <= OLDEST_MS
