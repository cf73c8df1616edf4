# SPDX-License-Identifier: Apache-2.0
"""Dossiers for screens and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.review_state import ReviewKind, Verdict


@dataclass(frozen=True, slots=True)
class DossierRow:
    """Something that is handed in by hand. `state` is the last word of a person ("" while nobody told any) with its day, who
    told it and why; `verdict` is what it means for the record. `gives` names the numbers the platform gives for it."""

    kind: ReviewKind
    ref: str
    digest: str
    title: str
    papers: int
    submitted_ms: int
    verdict: Verdict
    state: str = ""
    on_day: str = ""
    by: str = ""
    reason: str = ""
    gives: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return what a list keeps a row by."""
        return f"{self.kind.value}:{self.ref}"

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to tell what became of it."""
        return not self.verdict.decided
