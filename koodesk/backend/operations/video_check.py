# SPDX-License-Identifier: Apache-2.0
"""Looking at a video that is in no workspace: what it is, a cover of it, and itself, fitted into a video SMS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from koodesk.backend.ports.materials import Videos
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.views.materials import FitReport, VideoReport
from koodesk.domain.problem import Refused, Severity, problem
from koodesk.domain.video_fit import FitGoal, VideoCut
from koodesk.domain.video_rules import VideoFacts, video_notes


class VideoCheck:
    """Reads files and stores nothing."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos

    def probe(self, path: Path, cancel: Cancel = never) -> VideoReport:
        """Measure a video. Raises Refused("video.*") or Refused("reader.*")."""
        facts = self._videos.probe(path, cancel)
        return VideoReport(facts, video_notes(facts))

    def probe_any(self, path: Path, cancel: Cancel = never) -> VideoReport:
        """Measure a video as a card takes it, else as one that may be fitted: then what a card refuses of it is a warning.

        Raises Refused for a video that is of no use to either.
        """
        try:
            return self.probe(path, cancel)
        except Refused as refusal:
            (found,) = refusal.problems
            if found.code not in ("video.format", "video.too_large"):
                raise
        try:
            facts = self._videos.probe_source(path, cancel)
        except Refused as refusal:
            if any(p.code == "video.source_format" for p in refusal.problems):
                raise Refused(found) from refusal
            raise
        fit_first = problem("video.fit_first", severity=Severity.WARNING, file=path.name)
        return VideoReport(facts, (replace(found, severity=Severity.WARNING), fit_first))

    def probe_source(self, path: Path, cancel: Cancel = never) -> VideoFacts:
        """Measure a video that may be fitted: of more kinds and sizes than a card takes. Raises Refused as `probe`."""
        return self._videos.probe_source(path, cancel)

    def fit(
        self, path: Path, cut: VideoCut, goal: FitGoal, progress: Report = silent, cancel: Cancel = never
    ) -> FitReport:
        """Cut and encode a video until it fits; see `Materials.fit_video`. Nothing is stored."""
        found = self._videos.fit(path, cut, goal, cancel, progress)
        return FitReport(found.data, found.facts, found.media_type)

    def cover(self, path: Path, at_ms: int, cancel: Cancel = never) -> tuple[bytes, int, int]:
        """Return the picture at a time as a JPEG the platform takes for a cover, with its width and height."""
        found = self._videos.cover(path, at_ms, cancel)
        return found.data, found.width, found.height
