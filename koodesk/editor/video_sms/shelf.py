# SPDX-License-Identifier: Apache-2.0
"""What this editor asks of the store of media (图库): pictures, gifs, sounds and videos. The page answers with the workspace's.

Every call returns at once and answers later on the window's thread: files from outside are read by other processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.gallery import Moment

Failed = Callable[[tuple[Problem, ...]], None]


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """A stored file as an element would hold it, and its name. `codec` is empty where the store does not tell it."""

    media: Media
    name: str
    codec: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of this machine that is not stored yet: its length in ms and size in bytes, 0 where unknown."""

    duration_ms: int
    size: int


Found = Callable[[tuple[ShelfItem, ...]], None]


class MediaShelf(Protocol):
    """Media by content."""

    def find(self, kind: ResourceKind, text: str, then: Found, failed: Failed) -> None:
        """Look for media of a kind whose name holds `text`, newest first; all for an empty text."""

    def add(self, path: Path, then: Found, failed: Failed) -> Callable[[], None]:
        """Check and store one file, by what it holds and not by its name; return how to stop it."""

    def probe(self, path: Path, then: Callable[[FileFacts], None], failed: Failed) -> None:
        """Look at a video of this machine without storing it."""

    def about(self, media: Media, then: Found, failed: Failed) -> None:
        """Return the stored file of an element, nothing when it is gone."""

    def compress(self, media: Media, max_bytes: int, then: Found, failed: Failed) -> None:
        """Make a picture of at most so many bytes of a stored one, which stays; return the new one."""

    def play(
        self,
        media: Media,
        got: Callable[[tuple[Moment, ...]], None],
        then: Callable[[], None],
        failed: Failed,
    ) -> Callable[[], None]:
        """Hand over what a preview plays of a video or gif, a block at a time, then say that it was all; return how to stop."""
