# SPDX-License-Identifier: Apache-2.0
"""What is said of a video that may be used, and how far a header may be off."""

from dataclasses import replace

import pytest

from koodesk.domain.problem import Severity
from koodesk.domain.video_rules import RECOMMENDED_MS, VideoFacts, duration_is_honest, video_notes

PLAIN = VideoFacts(
    width=1280,
    height=720,
    duration_ms=5_000,
    picture_ms=5_000,
    frames=125,
    fps=25.0,
    rotation=0,
    codec="h264",
    profile="High",
    bits=8,
    sound_codec="",
    size=100_000,
)


def test_a_plain_video_needs_no_word() -> None:
    assert video_notes(PLAIN) == ()
    assert video_notes(replace(PLAIN, duration_ms=RECOMMENDED_MS)) == ()


def test_a_long_one_is_warned_of_and_not_refused() -> None:
    (note,) = video_notes(replace(PLAIN, duration_ms=RECOMMENDED_MS + 1))
    assert (note.code, note.severity, note.param("limit")) == ("video.long", Severity.WARNING, 33)


@pytest.mark.parametrize(("codec", "bits"), [("hevc", 8), ("vp9", 8), ("h264", 10)])
def test_a_codec_nobody_promised_is_warned_of(codec: str, bits: int) -> None:
    (note,) = video_notes(replace(PLAIN, codec=codec, bits=bits))
    assert (note.code, note.severity) == ("video.codec_unlisted", Severity.WARNING)


@pytest.mark.parametrize(
    ("claimed", "measured", "honest"),
    [(5_000, 5_000, True), (6_000, 5_000, True), (6_001, 5_000, False), (0, 1_001, False),
     (33_000, 30_000, True), (33_001, 30_000, False), (27_000, 30_000, True)],
)  # fmt: skip
def test_a_header_may_be_off_by_a_second_or_a_tenth(claimed: int, measured: int, honest: bool) -> None:
    assert duration_is_honest(claimed, measured) is honest
