# SPDX-License-Identifier: Apache-2.0
"""How often a caller may ask: a bucket for each key, filled by real time."""

from __future__ import annotations

from koodesk.engine.cloud.errors import refusal


class Pace:
    """Buckets of one running engine. A bucket holds one second's worth."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, int]] = {}

    def take(self, ak: str, per_second: int, wall_ms: int) -> None:
        """Count one request. Raises ApiError (429) when the key has asked too often."""
        left, since_ms = self._buckets.get(ak, (float(per_second), wall_ms))
        left = min(per_second, left + max(0, wall_ms - since_ms) * per_second / 1000)
        if left < 1:
            raise refusal("KD.CLOUD.TOO_OFTEN", limit=f"{per_second}/s")
        self._buckets[ak] = (left - 1, wall_ms)
