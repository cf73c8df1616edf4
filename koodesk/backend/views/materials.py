# SPDX-License-Identifier: Apache-2.0
"""Material rows for screens and the command line, and what a video is and shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from koodesk.backend.ports.materials import VideoFrame
from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef
from koodesk.domain.video_rules import VideoFacts

__all__ = ["MaterialRow", "UploadOutcome", "VideoAdded", "VideoFrame", "VideoReport"]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A picture or video of the gallery (图库); a video has `duration_ms`, and the thumbnail of its first picture.

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
    duration_ms: int = 0

    @property
    def ref(self) -> MaterialRef:
        """Return what a template's picture or video slot holds."""
        return MaterialRef(
            self.digest, self.width, self.height, self.size, self.media_type, duration_ms=self.duration_ms
        )


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What became of one file of an upload: a row, or the problems that kept it out."""

    name: str
    row: MaterialRow | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoReport:
    """What a video is, and what is worth knowing of it (warnings)."""

    facts: VideoFacts
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class VideoAdded:
    """A video taken into the gallery, the cover made of its first picture, and what is worth knowing of it."""

    video: MaterialRow
    cover: MaterialRow
    notes: tuple[Problem, ...]
