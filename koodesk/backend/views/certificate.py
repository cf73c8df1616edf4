# SPDX-License-Identifier: Apache-2.0
"""Frozen rows about certificates."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.certificate import Certificate


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One thing that was checked: `outcome` is "holds", "fails" or "unknown" (nobody here can tell); `count` how many rows it is
    about, or how many differ."""

    check: str
    outcome: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """What a certificate says and what was found when it was checked again."""

    certificate: Certificate
    checks: tuple[CheckRow, ...]

    @property
    def good(self) -> bool:
        """Tell whether nothing failed."""
        return all(check.outcome != "fails" for check in self.checks)
