# SPDX-License-Identifier: Apache-2.0
"""Material rows for screens and the command line, and what a video is and shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from koodesk.backend.ports.materials import VideoFrame
from koodesk.domain.brand import BrandKit
from koodesk.domain.crop import CENTRE, Focal
from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_rules import VideoFacts

__all__ = [
    "BrandKit",
    "CardUse",
    "FitReport",
    "LibraryRow",
    "MaterialRow",
    "PlaceUse",
    "UploadOutcome",
    "VideoAdded",
    "VideoFrame",
    "VideoReport",
]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A picture, video or sound of the gallery (图库). Videos and sounds have `duration_ms`; a sound has no pixels and the
    thumbnail of any sound, a video that of its first picture.

    `oversize` says that it is above the platform's limit and must go through 图像优化 before a card is submitted.
    `existed` is set by an upload whose content was in the gallery already. `focal` is the focal point (焦点) in thousandths.
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
    tags: tuple[str, ...] = ()
    focal: Focal = CENTRE

    @property
    def ref(self) -> MaterialRef:
        """Return what a template's picture or video slot holds."""
        return MaterialRef(
            self.digest, self.width, self.height, self.size, self.media_type, duration_ms=self.duration_ms
        )


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A material of the library with what stands around it: how many cards use it, and the digests of those that look alike.

    `logo` says that it is one of the brand kit's.
    """

    material: MaterialRow
    used_by: int
    alike: tuple[str, ...] = ()
    logo: bool = False


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """A place of a card a material stands in: its slot's names, the pixels left after the crop, and which vendors ask for
    more: (vendor, width, height)."""

    slot_zh: str
    slot_en: str
    width: int
    height: int
    short: tuple[tuple[Vendor, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card that uses a material. Without `now` only older versions do, and there are no `places`."""

    card_id: int
    name: str
    now: bool
    places: tuple[PlaceUse, ...] = ()


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
class FitReport:
    """A fitted video: its file, what it turned out to be, and its media type."""

    data: bytes
    facts: VideoFacts
    media_type: str


@dataclass(frozen=True, slots=True)
class VideoAdded:
    """A video taken into the gallery, the cover made of its first picture, and what is worth knowing of it."""

    video: MaterialRow
    cover: MaterialRow
    notes: tuple[Problem, ...]
