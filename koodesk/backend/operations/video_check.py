# SPDX-License-Identifier: Apache-2.0
"""Looking at a video that is in no workspace: what it is, and a cover of it."""

from __future__ import annotations

from pathlib import Path

from koodesk.backend.ports.materials import Videos
from koodesk.backend.ports.progress import Cancel, never
from koodesk.backend.views.materials import VideoReport
from koodesk.domain.video_rules import video_notes


class VideoCheck:
    """Reads files and stores nothing."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos

    def probe(self, path: Path, cancel: Cancel = never) -> VideoReport:
        """Measure a video. Raises Refused("video.*") or Refused("reader.*")."""
        facts = self._videos.probe(path, cancel)
        return VideoReport(facts, video_notes(facts))

    def cover(self, path: Path, at_ms: int, cancel: Cancel = never) -> tuple[bytes, int, int]:
        """Return the picture at a time as a JPEG the platform takes for a cover, with its width and height."""
        found = self._videos.cover(path, at_ms, cancel)
        return found.data, found.width, found.height
