# SPDX-License-Identifier: Apache-2.0
"""What the editor asks of the store of pictures and videos (图库). The page answers with the materials of the workspace.

Every call returns at once and answers later on the window's thread: files from outside are read by other processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from koodesk.domain.crop import CENTRE, Crop, Focal
from koodesk.domain.problem import Problem
from koodesk.domain.template import MaterialRef


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """A stored picture or video, its name, and the focal point (焦点) crops of it are made around."""

    material: MaterialRef
    name: str
    focal: Focal = CENTRE


@dataclass(frozen=True, slots=True)
class Moment:
    """A picture of a video that plays: when it is due in ms, and itself as JPEG."""

    at_ms: int
    jpeg: bytes


FILE: Final = "file:"
"""How the `where` of a problem begins that is about one of several files; the file's name follows."""

Added = Callable[[tuple[GalleryItem, ...]], None]
Failed = Callable[[tuple[Problem, ...]], None]


class Gallery(Protocol):
    """Pictures by content. `then` gets what was found or added, `failed` why not."""

    def find(self, text: str, then: Added, failed: Failed, *, videos: bool = False) -> None:
        """Look for pictures, or for videos, whose name holds `text`, newest first; all for an empty text."""

    def add_files(self, paths: tuple[Path, ...], then: Added, failed: Failed) -> None:
        """Check and store files; both answers may come when some were refused."""

    def cover(self, video: MaterialRef, then: Added, failed: Failed) -> None:
        """Make a cover of a stored video's first picture, as a picture of its own."""

    def play(
        self,
        video: MaterialRef,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """Hand over what a preview plays of a video, a block at a time, then say that it was all; return how to stop it."""

    def set_focal(self, material: MaterialRef, focal: Focal, failed: Failed) -> None:
        """Keep a picture's focal point."""

    def add_bytes(self, name: str, data: bytes, then: Added, failed: Failed) -> None:
        """Check and store a picture that came without a file (the clipboard)."""

    def optimise(
        self, material: MaterialRef, crop: Crop | None, max_bytes: int, then: Added, failed: Failed
    ) -> None:
        """Store a copy that fits `max_bytes` (图像优化), cropped first when a crop is given."""
