# SPDX-License-Identifier: Apache-2.0
"""Material rows for screens and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A picture of the gallery (图库).

    `oversize` says that it is above the platform's limit and must go through 图像优化 before a card is submitted.
    `existed` is set by an upload whose content was in the gallery already.
    """

    digest: str
    name: str
    media_type: str
    width: int
    height: int
    size: int
    created_ms: int
    path: Path
    thumbnail: Path
    oversize: bool
    existed: bool = False

    @property
    def ref(self) -> MaterialRef:
        """Return what a template's picture slot holds."""
        return MaterialRef(self.digest, self.width, self.height, self.size, self.media_type)


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What became of one file of an upload: a row, or the problems that kept it out."""

    name: str
    row: MaterialRow | None
    problems: tuple[Problem, ...] = ()
