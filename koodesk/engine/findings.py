# SPDX-License-Identifier: Apache-2.0
"""What the automatic reviewer would say of a review, for a person who is about to decide it."""

from __future__ import annotations

from typing import Any

from koodesk.domain.review_state import ReviewKind
from koodesk.engine.review_rows import PARTIES, get, reason_json
from koodesk.engine.reviewer import review
from koodesk.engine.reviewer.knowledge import Knowledge


def findings(connection: Any, review_id: int) -> dict[str, Any]:
    """Return what the automatic reviewer would say now, for each who decides: nothing is decided by asking."""
    found = get(connection, review_id)
    kind, knowledge = ReviewKind(found["kind"]), Knowledge(connection, found["ref"])
    return {
        "items": [
            {
                "party": party,
                "reasons": [reason_json(one, party) for one in review(kind, found["body"], party, knowledge)],
            }
            for party in (found["vendors"] if kind in PARTIES else ("",))
        ]
    }
