# SPDX-License-Identifier: Apache-2.0
"""Rows of the studio's gallery: cards as records, with their revisions and their vendors' verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.views.clearing import ReviewProgress
from koodesk.domain.problem import Problem
from koodesk.domain.review_state import CardState, VendorVerdict
from koodesk.domain.template import Use
from koodesk.domain.vendor import Vendor


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card template of the workspace.

    `revision` counts the saved versions from 1 and is what `save` expects back; `digest` is the content's identity.
    `tpl_id` is the platform's 9-digit id, empty before the first submission. `verdicts` are those on the revision last
    submitted, `submitted_digest` names it. `params` are parameter names in order. `why_not` says why it cannot be
    sent now. A card with
    variants is handed in as `parts`, cards of these names; each of them knows it by `master_id` (0: no part of any).
    """

    id: int
    tpl_id: str
    name: str
    layout: str
    use: Use
    vendors: tuple[Vendor, ...]
    params: tuple[str, ...]
    revision: int
    digest: str
    submitted_digest: str
    state: CardState
    verdicts: tuple[VendorVerdict, ...]
    created_ms: int
    saved_ms: int
    progress: ReviewProgress
    why_not: tuple[Problem, ...]
    left_open: tuple[Problem, ...] = ()
    master_id: int = 0
    parts: tuple[str, ...] = ()

    @property
    def sendable(self) -> bool:
        """Tell whether campaigns may use it now: its present content is approved by one vendor at least."""
        return not self.why_not

    @property
    def changed_since_review(self) -> bool:
        """Tell whether the present content differs from what was last submitted."""
        return bool(self.submitted_digest) and self.digest != self.submitted_digest

    @property
    def activated(self) -> tuple[Vendor, ...]:
        """Return the vendors that have activated the revision last submitted."""
        return tuple(v.vendor for v in self.verdicts if v.verdict.value == "approved")


@dataclass(frozen=True, slots=True)
class CardVersionRow:
    """One saved version of a card; `submitted` says that this very content was handed in for review.

    `label` is the name it was given, `pinned` that a vendor approved it.
    """

    card_id: int
    revision: int
    digest: str
    name: str
    saved_ms: int
    submitted: bool
    label: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class PublicCardRow:
    """A public template: it comes with the program and is copied, never changed. `tags` are of `public_cards.TAGS`."""

    name: str
    layout: str
    title_zh: str
    title_en: str
    tags: tuple[str, ...]
    vendors: tuple[Vendor, ...]
    params: tuple[str, ...]
