# SPDX-License-Identifier: Apache-2.0
"""A placement as plain data for `placement.json`: rectangles, text runs, cuts, unknowns. Lengths in dp to a thousandth."""

from __future__ import annotations

from typing import Any

from koodesk.preview.placement import Cut, PictureBox, Placement, Rect, Run, SlotBox, TextLine


def as_json(placement: Placement) -> dict[str, Any]:
    """Return a placement as JSON values. The phone around the card is left out; marks are problems and the caller's."""
    return {
        "size": [_dp(placement.width), _dp(placement.height)],
        "screen": _rect(placement.screen),
        "card": _rect(placement.card),
        "toggle": _rect(placement.toggle),
        "show": placement.show,
        "slots": [_slot(box) for box in placement.slots],
        "texts": [_line(item) for item in placement.items if isinstance(item, TextLine)],
        "pictures": [_picture(item) for item in placement.items if isinstance(item, PictureBox)],
        "cuts": [_cut(cut) for cut in placement.cuts],
        "unknowns": [{"slot": u.slot, "what": u.what, "note": u.note} for u in placement.unknowns],
    }


def _dp(value: float) -> float:
    return round(value, 3)


def _rect(rect: Rect) -> list[float]:
    return [_dp(rect.x), _dp(rect.y), _dp(rect.width), _dp(rect.height)]


def _slot(box: SlotBox) -> dict[str, Any]:
    return {
        "slot": box.slot,
        "content": box.content_id,
        "kind": box.kind.value,
        "role": box.role,
        "rect": _rect(box.rect),
        "event": box.event.value if box.event is not None else None,
        "dynamic": box.dynamic,
    }


def _line(line: TextLine) -> dict[str, Any]:
    return {
        "slot": line.slot,
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
    crop = box.crop
    return {
        "slot": box.slot,
        "content": box.content_id,
        "role": box.role,
        "rect": _rect(box.rect),
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
