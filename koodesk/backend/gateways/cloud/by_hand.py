# SPDX-License-Identifier: Apache-2.0
"""Handing in without an API: a person takes a dossier to the console, and says afterwards what became of it.

Nothing is sent. What is handed in waits; decisions come by `operations.dossiers`, not by asking, so there are no changes.
"""

from __future__ import annotations

from collections.abc import Callable

from koodesk.backend.ports.review_gateway import ReviewItem, ReviewPage, ReviewState, VendorState
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import Verdict


class ByHand:
    """Implements `ports.gateway.ReviewGateway` by a person's hand."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    def submit(self, item: ReviewItem) -> ReviewState:
        """Let it wait for a person, who takes it to the console."""
        waiting = Verdict.WAITING.value
        return ReviewState(
            0,
            item.kind,
            item.ref,
            item.digest,
            waiting,
            tuple(VendorState(vendor, waiting, "") for vendor in item.vendors),
            submitted_ms=self._now_ms(),
        )

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        """Return no changes: a person tells them."""
        del limit
        return ReviewPage((), after)

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Refuse: whoever has to be urged is at the console."""
        del ref, digest
        raise Refused(problem("dossier.urge_there", "kind", kind=kind))
