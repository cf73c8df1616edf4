# SPDX-License-Identifier: Apache-2.0
"""A placed card as an SVG drawing: the placement's own boxes, lines and cuts, text as text, and links where taps act.

Each run of text stands where it was measured and as wide as it was measured (`textLength`): a browser that draws the font
otherwise, or has another one, breaks no line and cuts no word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from koodesk.h5.colours import darker, paint, parted
from koodesk.h5.drawing import Drawing, num
from koodesk.h5.figures import draw_shape
from koodesk.preview.placement import (
    Item,
    PictureBox,
    Placement,
    Pulse,
    Rect,
    Shape,
    ShapeKind,
    SlotBox,
    TextLine,
)

MARGIN: Final = 4.0
"""Room around the card for its shadow and the rings of round pictures, in dp."""

_WITHOUT: Final = ("toggle",)
"""Roles of items that belong to the message thread and not to the card."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What lies over a slot: where it leads (`href`), how it is called, and whether it leads off the page."""

    box: SlotBox
    href: str
    label: str
    away: bool


def lines_of(placement: Placement) -> tuple[str, ...]:
    """Return the lines of text of a card in the order they are drawn: what its page must read."""
    return tuple(item.text for item in items_of(placement) if isinstance(item, TextLine) and item.text)


def items_of(placement: Placement) -> tuple[Item, ...]:
    """Return what belongs to the card itself."""
    return tuple(item for item in placement.items if getattr(item, "role", "") not in _WITHOUT)


def draw_card(
    placement: Placement,
    name: str,
    label: str,
    picture: Callable[[str], str],
    alt: Callable[[PictureBox], str],
    taps: tuple[Tap, ...],
) -> str:
    """Return the `<svg>` of a card.

    `name` begins every id in it, `label` is what assistive technology says of it; `picture` gives the address of a picture
    by its digest, empty for one that is not there.
    """
    drawing = Drawing(name)
    view = placement.card.grown(MARGIN)
    body = [_item(drawing, item, picture, alt) for item in items_of(placement)]
    body += [_tap(tap) for tap in taps]
    return (
        f'<svg viewBox="{num(view.x)} {num(view.y)} {num(view.width)} {num(view.height)}" role="group" '
        f'aria-label="{escape(label)}">{drawing.defs()}{"".join(body)}</svg>'
    )


def _item(
    drawing: Drawing, item: Item, picture: Callable[[str], str], alt: Callable[[PictureBox], str]
) -> str:
    match item:
        case TextLine():
            return drawing.clipped(_text(drawing, item), item.clips, item.rect)
        case Shape():
            return drawing.clipped(draw_shape(drawing, item), item.clips, item.rect, item.radius)
        case PictureBox():
            return _picture(drawing, item, picture(item.digest) if item.digest else "", alt(item))
        case Pulse():
            return ""  # the button at rest


def _text(drawing: Drawing, line: TextLine) -> str:
    runs = [run for run in line.runs if run.text]
    if not runs:
        return ""
    bold = ' class="b"' if line.font.bold else ""
    relief = ""
    if line.relief:
        deep = line.font.size * 0.026
        cut = drawing.define(
            f'<filter id="{{id}}"><feDropShadow dx="0" dy="{num(deep)}" stdDeviation="0" flood-color="{parted(line.relief)[0]}"/>'
            f'<feDropShadow dx="0" dy="{num(-deep)}" stdDeviation="0" flood-color="{darker(line.colour, 150)}"/></filter>'
        )
        relief = f' filter="url(#{cut})"'
    spans = "".join(
        f'<tspan x="{num(run.x)}" textLength="{num(run.width)}" lengthAdjust="spacingAndGlyphs">{escape(run.text)}</tspan>'
        if run.width > 0.005
        else f'<tspan x="{num(run.x)}">{escape(run.text)}</tspan>'
        for run in runs
    )
    return f'<text y="{num(line.baseline)}" font-size="{num(line.font.size)}" {paint("fill", line.colour)}{bold}{relief}>{spans}</text>'


def _picture(drawing: Drawing, box: PictureBox, address: str, alt: str) -> str:
    rect = box.rect
    if not address:
        return "" if box.role == "background" else _missing(drawing, box, alt)
    x, y, wide, high = _shown(box)
    natural = f'width="{box.natural[0]}" height="{box.natural[1]}"'
    hidden = ' aria-hidden="true"' if box.role == "background" else f' role="img" aria-label="{escape(alt)}"'
    body = (
        f'<svg x="{num(rect.x)}" y="{num(rect.y)}" width="{num(rect.width)}" height="{num(rect.height)}" '
        f'viewBox="{num(x)} {num(y)} {num(wide)} {num(high)}" preserveAspectRatio="none"{hidden}>'
        f'<image href="{escape(address)}" {natural} preserveAspectRatio="none"/></svg>'
    )
    if box.radius:
        body = f'<g clip-path="url(#{drawing.cut(rect, box.radius)})">{body}</g>'
    return drawing.clipped(body, box.clips, rect, box.radius)


def _shown(box: PictureBox) -> tuple[float, float, float, float]:
    """Return the part of the picture that shows, in its own pixels: its crop, or the middle in the ratio of the box."""
    width, height = box.natural
    if box.crop is not None:
        x, y = float(min(max(box.crop.x, 0), width - 1)), float(min(max(box.crop.y, 0), height - 1))
        wide, high = max(box.crop.width, 1), max(box.crop.height, 1)
        return x, y, min(float(wide), width - x), min(float(high), height - y)
    ratio = box.rect.width / box.rect.height
    wide_, high_ = min(width, height * ratio), min(height, width / ratio)
    return (width - wide_) / 2, (height - high_) / 2, wide_, high_


def _missing(drawing: Drawing, box: PictureBox, alt: str) -> str:
    rect = box.rect
    side = min(min(rect.width, rect.height) * 0.42, 40.0)
    place = Rect(rect.x + (rect.width - side) / 2, rect.y + (rect.height - side) / 2, side, side)
    radius = min(box.radius, rect.width / 2, rect.height / 2)
    tile = (
        f'<rect x="{num(rect.x)}" y="{num(rect.y)}" width="{num(rect.width)}" height="{num(rect.height)}" '
        f'rx="{num(radius)}" fill="#fff4e6"/>'
    )
    sign = draw_shape(
        drawing, Shape(ShapeKind.ICON, place, stroke="#b9823f", stroke_width=1.4, name="mountain")
    )
    body = f'<g role="img" aria-label="{escape(alt)}">{tile}{sign}</g>'
    return drawing.clipped(body, box.clips, rect, box.radius)


def _tap(tap: Tap) -> str:
    rect = tap.box.rect
    off = ' target="_blank" rel="noopener noreferrer nofollow"' if tap.away else ""
    return (
        f'<a href="{escape(tap.href)}" aria-label="{escape(tap.label)}"{off}><rect class="tap" x="{num(rect.x)}" '
        f'y="{num(rect.y)}" width="{num(rect.width)}" height="{num(rect.height)}" rx="6"/></a>'
    )
