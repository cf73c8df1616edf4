# SPDX-License-Identifier: Apache-2.0
"""Bounds of videos and their covers, and what is worth saying of one that is within them.

The platform's bounds are of the material upload (facts 1.7: mp4, at most 7 MB, recommended at most 33 s; cover png, jpg or
jpeg, at most 100 KB). It publishes no codec, frame rate or resolution: those are unknown, and Koodesk's own bounds here
only keep off what no phone plays. Opening videos is a reader's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from koodesk.domain.problem import Problem, Severity, problem

MEDIA_TYPE: Final = "video/mp4"

PLATFORM_BYTES: Final = 7 * 1_048_576
"""Largest video a card may hold, 7 MB (facts 1.7); a larger one is not imported."""

SOURCE_BYTES: Final = 2 * 1_073_741_824
"""Largest video that is opened to be fitted, 2 GB; Koodesk's own."""

RECOMMENDED_MS: Final = 33_000
"""Length the platform recommends not to exceed, in ms (facts 1.7). A longer one is warned of, not refused."""

COVER_BYTES: Final = 100_000
"""Largest cover Koodesk makes. The facts say 100 KB and not which kilobyte: this is below either."""

LEAST_FPS: Final = 1.0
MOST_FPS: Final = 240.0
"""Frame rates that are taken; Koodesk's own bounds."""

HEADER_SLACK_MS: Final = 1_000
"""How far the length a file claims may be from what it plays, in ms, or a tenth of it if that is more; Koodesk's own."""

SOURCE: Final = "SDK"

CodecOnPlatform = Literal["unknown"]


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video is, measured from its packets and frames and not taken from its header's word.

    `width` and `height` are pixels as shown: upright, square. `duration_ms` is the end of the last picture or sound,
    `picture_ms` that of the last picture. `rotation` is how far the stored picture is turned clockwise to be upright.
    `codec` and `sound_codec` are FFmpeg's names ("h264", "hevc", "vp9", "av1", "mpeg4"; "aac"), `sound_codec` "" without
    sound. `bits` is the depth of a colour channel. `undecodable` counts packets the decoder took exception to, as far
    as it was asked.
    """

    width: int
    height: int
    duration_ms: int
    picture_ms: int
    frames: int
    fps: float
    rotation: int
    codec: str
    profile: str
    bits: int
    sound_codec: str
    size: int
    undecodable: int = 0

    @property
    def has_sound(self) -> bool:
        """Tell whether there is a sound track."""
        return bool(self.sound_codec)

    @property
    def codec_on_platform(self) -> CodecOnPlatform:
        """Say whether the platform takes the codec: it names mp4 and nothing more, so nobody knows."""
        return "unknown"


def video_notes(facts: VideoFacts) -> tuple[Problem, ...]:
    """Return what a marketer should know of a video that may be used: longer than recommended, or an uncommon codec."""
    notes = []
    if facts.duration_ms > RECOMMENDED_MS:
        notes.append(
            problem(
                "video.long",
                severity=Severity.WARNING,
                source=SOURCE,
                limit=RECOMMENDED_MS // 1000,
                actual=round(facts.duration_ms / 1000, 1),
            )
        )
    if facts.codec != "h264" or facts.bits > 8:
        notes.append(
            problem("video.codec_unlisted", severity=Severity.WARNING, codec=facts.codec, bits=facts.bits)
        )
    return tuple(notes)


def duration_is_honest(claimed_ms: int, measured_ms: int) -> bool:
    """Tell whether the length a file claims is near enough to the length it plays."""
    return abs(claimed_ms - measured_ms) <= max(HEADER_SLACK_MS, measured_ms // 10)
