# SPDX-License-Identifier: Apache-2.0
"""A placement as plain data for `placement.json`: rectangles, text runs, cuts, unknowns. Lengths in dp to a thousandth."""

from __future__ import annotations

from typing import Any

from koodesk.preview.placement import Cut, PictureBox, Placement, Rect, Run, SlotBox, TextLine


def as_json(placement: Placement) -> dict[str, Any]:
    """Return a placement as JSON values. The phone around the card is left out; marks are problems and the caller's."""
    return {
        "size": [dp(placement.width), dp(placement.height)],
        "screen": rect_as_json(placement.screen),
        "card": rect_as_json(placement.card),
        "toggle": rect_as_json(placement.toggle),
        "show": placement.show,
        "slots": [_slot(box) for box in placement.slots],
        "texts": [_line(item) for item in placement.items if isinstance(item, TextLine)],
        "pictures": [_picture(item) for item in placement.items if isinstance(item, PictureBox)],
        "cuts": [_cut(cut) for cut in placement.cuts],
        "unknowns": [{"slot": u.slot, "what": u.what, "note": u.note} for u in placement.unknowns],
    }


def dp(value: float) -> float:
    """Return a length to a thousandth of a dp."""
    return round(value, 3)


def rect_as_json(rect: Rect) -> list[float]:
    """Return x, y, width and height."""
    return [dp(rect.x), dp(rect.y), dp(rect.width), dp(rect.height)]


def line_as_json(line: TextLine) -> dict[str, Any]:
    """Return a line's content, place, type and words, and where each run of it stands in the text."""
    return {
        "content": line.content_id,
        "role": line.role,
        "rect": rect_as_json(line.rect),
        "baseline": dp(line.baseline),
        "size": dp(line.font.size),
        "bold": line.font.bold,
        "text": line.text,
        "runs": [_run(run) for run in line.runs],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "text": run.text,
        "x": dp(run.x),
        "width": dp(run.width),
        "source": [run.start, run.end],
        "param": run.param or None,
    }


def _slot(box: SlotBox) -> dict[str, Any]:
    return {
        "slot": box.slot,
        "content": box.content_id,
        "kind": box.kind.value,
        "role": box.role,
        "rect": rect_as_json(box.rect),
        "event": box.event.value if box.event is not None else None,
        "dynamic": box.dynamic,
    }


def _line(line: TextLine) -> dict[str, Any]:
    return {"slot": line.slot, **line_as_json(line)}


def _picture(box: PictureBox) -> dict[str, Any]:
    crop = box.crop
    return {
        "slot": box.slot,
        "content": box.content_id,
        "role": box.role,
        "rect": rect_as_json(box.rect),
        "digest": box.digest or None,
        "crop": [crop.x, crop.y, crop.width, crop.height] if crop is not None else None,
    }


def _cut(cut: Cut) -> dict[str, Any]:
    limit = cut.limit.value
    return {
        "slot": cut.slot,
        "content": cut.content_id,
        "kind": cut.kind.value,
        "shown": cut.shown,
        "dropped": cut.dropped,
        "estimate": cut.estimate,
        "limit": {
            "lines": limit.lines if limit is not None else None,
            "chars": limit.chars if limit is not None else None,
            "source": cut.limit.source,
            "confidence": cut.limit.confidence.value,
        },
    }
