# SPDX-License-Identifier: Apache-2.0
"""A placed video SMS as plain data for `placement.json`: where each part lies and what it reads. Lengths in dp to a thousandth."""

from __future__ import annotations

from typing import Any

from koodesk.preview.placement import PictureBox, TextLine
from koodesk.preview.report import dp, line_as_json, rect_as_json
from koodesk.preview.video_sms_placement import ElementBox, VideoPlacement


def message_as_json(placement: VideoPlacement) -> dict[str, Any]:
    """Return a placement as JSON values. The phone around the message is left out; marks are problems and the caller's."""
    return {
        "size": [dp(placement.width), dp(placement.height)],
        "screen": rect_as_json(placement.screen),
        "thread": rect_as_json(placement.thread),
        "message": rect_as_json(placement.message),
        "offset": dp(placement.offset),
        "reach": dp(placement.reach),
        "boxes": [_box(box) for box in placement.boxes],
        "texts": [line_as_json(i) for i in placement.items if isinstance(i, TextLine) and i.content_id],
        "pictures": [_picture(i) for i in placement.items if isinstance(i, PictureBox)],
        "unknowns": [{"what": u.what, "note": u.note} for u in placement.unknowns],
    }


def _box(box: ElementBox) -> dict[str, Any]:
    return {
        "content": box.content_id,
        "kind": box.kind.value if box.kind is not None else None,
        "rect": rect_as_json(box.rect),
    }


def _picture(box: PictureBox) -> dict[str, Any]:
    return {
        "content": box.content_id,
        "role": box.role,
        "rect": rect_as_json(box.rect),
        "picture": box.digest or None,
        "natural": list(box.natural),
    }
