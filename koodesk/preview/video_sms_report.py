# SPDX-License-Identifier: Apache-2.0
"""A placed video SMS as plain data for `placement.json`: where each part lies and what it reads. Lengths in dp to a thousandth."""

from __future__ import annotations

from typing import Any

from koodesk.preview.placement import PictureBox, Rect, Run, TextLine
from koodesk.preview.video_sms_placement import ElementBox, VideoPlacement


def message_as_json(placement: VideoPlacement) -> dict[str, Any]:
    """Return a placement as JSON values. The phone around the message is left out; marks are problems and the caller's."""
    return {
        "size": [_dp(placement.width), _dp(placement.height)],
        "screen": _rect(placement.screen),
        "thread": _rect(placement.thread),
        "message": _rect(placement.message),
        "offset": _dp(placement.offset),
        "reach": _dp(placement.reach),
        "boxes": [_box(box) for box in placement.boxes],
        "texts": [_line(i) for i in placement.items if isinstance(i, TextLine) and i.content_id],
        "pictures": [_picture(i) for i in placement.items if isinstance(i, PictureBox)],
        "unknowns": [{"what": u.what, "note": u.note} for u in placement.unknowns],
    }


def _dp(value: float) -> float:
    return round(value, 3)


def _rect(rect: Rect) -> list[float]:
    return [_dp(rect.x), _dp(rect.y), _dp(rect.width), _dp(rect.height)]


def _box(box: ElementBox) -> dict[str, Any]:
    return {
        "content": box.content_id,
        "kind": box.kind.value if box.kind is not None else None,
        "rect": _rect(box.rect),
    }


def _line(line: TextLine) -> dict[str, Any]:
    return {
        "content": line.content_id,
        "role": line.role,
        "rect": _rect(line.rect),
        "baseline": _dp(line.baseline),
        "size": _dp(line.font.size),
        "bold": line.font.bold,
        "text": line.text,
        "runs": [_run(run) for run in line.runs],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "text": run.text,
        "x": _dp(run.x),
        "width": _dp(run.width),
        "source": [run.start, run.end],
        "param": run.param or None,
    }


def _picture(box: PictureBox) -> dict[str, Any]:
    return {
        "content": box.content_id,
        "role": box.role,
        "rect": _rect(box.rect),
        "picture": box.digest or None,
        "natural": list(box.natural),
    }
