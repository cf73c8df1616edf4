# SPDX-License-Identifier: Apache-2.0
"""The figures of a card as SVG: the same forms that `preview.painter` fills, written down instead of painted.

Outlines of line drawings come from `resources/h5/figures.json` (`scripts/make_h5_data.py`).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import Any, Final

from koodesk import paths
from koodesk.h5.colours import darker, lighter, mixed, paint
from koodesk.h5.drawing import Drawing, num
from koodesk.preview.placement import Fill, Rect, Shape, ShapeKind

GRID: Final = 24.0
"""Line drawings are made on a grid of this side."""

_NUMBER: Final = re.compile(r"-?[0-9.]+")
_TEETH: Final = 60


@lru_cache(maxsize=1)
def _outlines() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((paths.resources() / "h5" / "figures.json").read_text("utf-8"))
    return told


def draw_shape(drawing: Drawing, shape: Shape) -> str:
    """Return one figure. What it needs besides (runs of colour, cuts) is put among the drawing's definitions."""
    match shape.kind:
        case ShapeKind.ICON:
            return _icon(shape)
        case ShapeKind.DASHES:
            rect, wide = shape.rect, shape.stroke_width
            y = num(rect.y + rect.height / 2)
            return (
                f'<line x1="{num(rect.x)}" y1="{y}" x2="{num(rect.right)}" y2="{y}" {paint("stroke", shape.stroke)} '
                f'stroke-width="{num(wide)}" stroke-dasharray="{num(3 * wide)}"/>'
            )
        case ShapeKind.GLOW:
            return f"<rect {_box(shape.rect)} {_light(drawing, shape)}/>"
        case ShapeKind.RAYS:
            return f'<path d="{_rays(shape)}" {_light(drawing, shape)}/>'
        case ShapeKind.COIN:
            return _coin(drawing, shape)
        case ShapeKind.WAVES | ShapeKind.CLOUD:
            path = _waves(shape) if shape.kind is ShapeKind.WAVES else _cloud(shape)
            ink = fill_of(drawing, shape.fill, shape.rect, "stroke")
            return f'<path d="{path}" fill="none" {ink} stroke-width="{num(shape.stroke_width)}" stroke-linecap="round"/>'
        case _:
            return _plain(drawing, shape)


def fill_of(drawing: Drawing, fill: Fill, rect: Rect, name: str = "fill") -> str:
    """Return the attributes of a fill: one colour, or a run from top to bottom over the rectangle."""
    if not fill.top:
        return f'{name}="none"'
    if not fill.bottom:
        return paint(name, fill.top)
    x = num(rect.x)
    run = drawing.define(
        f'<linearGradient id="{{id}}" gradientUnits="userSpaceOnUse" x1="{x}" y1="{num(rect.y)}" x2="{x}" '
        f'y2="{num(rect.bottom)}"><stop offset="0" {paint("stop", fill.top)}/>'
        f'<stop offset="1" {paint("stop", fill.bottom)}/></linearGradient>'
    )
    return f'{name}="url(#{run})"'


def _box(rect: Rect) -> str:
    return f'x="{num(rect.x)}" y="{num(rect.y)}" width="{num(rect.width)}" height="{num(rect.height)}"'


def _plain(drawing: Drawing, shape: Shape) -> str:
    rect = shape.rect
    ink = fill_of(drawing, shape.fill, rect)
    if shape.stroke and shape.stroke_width:
        ink += f' {paint("stroke", shape.stroke)} stroke-width="{num(shape.stroke_width)}"'
    match shape.kind:
        case ShapeKind.ELLIPSE:
            cx, cy = num(rect.x + rect.width / 2), num(rect.y + rect.height / 2)
            return (
                f'<ellipse cx="{cx}" cy="{cy}" rx="{num(rect.width / 2)}" ry="{num(rect.height / 2)}" {ink}/>'
            )
        case ShapeKind.FLAP:
            foot, middle = rect.bottom - shape.depth, rect.x + rect.width / 2
            return (
                f'<path d="M{num(rect.x)} {num(rect.y)}H{num(rect.right)}V{num(foot)}Q{num(middle)} '
                f'{num(rect.bottom + shape.depth)} {num(rect.x)} {num(foot)}Z" {ink}/>'
            )
        case ShapeKind.TICKET:
            return f'<path d="{_ticket(shape)}" {ink}/>'
        case ShapeKind.TRIANGLE:
            middle = rect.y + rect.height / 2
            return (
                f'<path d="M{num(rect.x)} {num(rect.y)}L{num(rect.right)} {num(middle)}L{num(rect.x)} '
                f'{num(rect.bottom)}Z" {ink}/>'
            )
        case _:
            radius = min(shape.radius, rect.width / 2, rect.height / 2)
            round_ = f' rx="{num(radius)}"' if radius > 0 else ""
            return f"<rect {_box(rect)}{round_} {ink}/>"


def _ticket(shape: Shape) -> str:
    rect, deep = shape.rect, shape.depth
    r = min(shape.radius, rect.width / 2, rect.height / 2)
    y = rect.y + rect.height * shape.at
    corner, notch = f"A{num(r)} {num(r)} 0 0 1 ", f"A{num(deep)} {num(deep)} 0 0 0 "
    left, top, right, foot = rect.x, rect.y, rect.right, rect.bottom
    return (
        f"M{num(left + r)} {num(top)}H{num(right - r)}{corner}{num(right)} {num(top + r)}V{num(y - deep)}"
        f"{notch}{num(right)} {num(y + deep)}V{num(foot - r)}{corner}{num(right - r)} {num(foot)}H{num(left + r)}"
        f"{corner}{num(left)} {num(foot - r)}V{num(y + deep)}{notch}{num(left)} {num(y - deep)}V{num(top + r)}"
        f"{corner}{num(left + r)} {num(top)}Z"
    )


def _icon(shape: Shape) -> str:
    rect = shape.rect
    factor = min(rect.width, rect.height) / GRID
    return (
        f'<path d="{_outlines()["icons"][shape.name]}" transform="translate({num(rect.x)} {num(rect.y)}) '
        f'scale({factor:.5g})" fill="none" {paint("stroke", shape.stroke)} stroke-width="{num(shape.stroke_width / factor)}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _light(drawing: Drawing, shape: Shape) -> str:
    rect = shape.rect
    cx, cy = rect.x + rect.width / 2, rect.y + rect.height / 2
    flat = ""
    if shape.kind is ShapeKind.GLOW and rect.height < rect.width:
        flat = f' gradientTransform="translate(0 {num(cy)}) scale(1 {rect.height / rect.width:.5g}) translate(0 {num(-cy)})"'
    inner = paint("stop", shape.fill.top)
    outer = f'stop-color="{shape.fill.top if len(shape.fill.top) == 7 else "#" + shape.fill.top[3:]}" stop-opacity="0"'
    run = drawing.define(
        f'<radialGradient id="{{id}}" gradientUnits="userSpaceOnUse" cx="{num(cx)}" cy="{num(cy)}" '
        f'r="{num(max(rect.width, rect.height) / 2)}"{flat}><stop offset="0" {inner}/><stop offset="1" {outer}/>'
        "</radialGradient>"
    )
    return f'fill="url(#{run})"'


def _rays(shape: Shape) -> str:
    rect = shape.rect
    cx, cy = rect.x + rect.width / 2, rect.y + rect.height / 2
    reach = max(rect.width, rect.height) / 2
    parts = []
    for ray in range(shape.count):
        turn, half = 2 * pi * ray / shape.count, pi / shape.count / 2
        a, b = turn - half, turn + half
        parts.append(
            f"M{num(cx)} {num(cy)}L{num(cx + reach * cos(a))} {num(cy + reach * sin(a))}"
            f"L{num(cx + reach * cos(b))} {num(cy + reach * sin(b))}Z"
        )
    return "".join(parts)


def _coin(drawing: Drawing, shape: Shape) -> str:
    """A struck coin. The turning sheen of its rim is a run from corner to corner here: SVG has no conical one."""
    light, dark = shape.fill.top, shape.fill.bottom or shape.fill.top
    deep = shape.stroke or darker(dark, 160)
    rect = shape.rect
    radius = min(rect.width, rect.height) / 2
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2

    def slope(*stops: tuple[float, str]) -> str:
        told = "".join(f'<stop offset="{at:g}" {paint("stop", colour)}/>' for at, colour in stops)
        return drawing.define(
            f'<linearGradient id="{{id}}" gradientUnits="userSpaceOnUse" x1="{num(x - radius * 0.6)}" '
            f'y1="{num(y - radius)}" x2="{num(x + radius * 0.6)}" y2="{num(y + radius)}">{told}</linearGradient>'
        )

    def disc(size: float, ink: str, up: float = 0.0) -> str:
        return f'<circle cx="{num(x)}" cy="{num(y + up)}" r="{num(size)}" fill="url(#{ink})"/>'

    below = y + radius * 0.06
    shadow = drawing.define(
        f'<radialGradient id="{{id}}" gradientUnits="userSpaceOnUse" cx="{num(x)}" cy="{num(below)}" '
        f'r="{num(radius * 1.14)}"><stop offset="0.8" stop-color="#460600" stop-opacity="0.47"/>'
        '<stop offset="1" stop-color="#460600" stop-opacity="0"/></radialGradient>'
    )
    rim = slope((0, lighter(light, 108)), (1, deep))
    sheen = slope(
        (0, lighter(light, 106)),
        (0.3, mixed(light, dark)),
        (0.5, dark),
        (0.75, mixed(light, dark)),
        (1, light),
    )
    groove = slope((0, deep), (1, lighter(light, 112)))
    face = drawing.define(
        f'<radialGradient id="{{id}}" gradientUnits="userSpaceOnUse" cx="{num(x)}" cy="{num(y)}" '
        f'r="{num(radius * 1.2)}" fx="{num(x - radius * 0.28)}" fy="{num(y - radius * 0.4)}">'
        f'<stop offset="0" {paint("stop", lighter(light, 106))}/><stop offset="0.5" {paint("stop", light)}/>'
        f'<stop offset="1" {paint("stop", dark)}/></radialGradient>'
    )
    around = 2 * pi * radius * 0.9
    teeth = (
        f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius * 0.9)}" fill="none" {paint("stroke", deep)} '
        f'stroke-opacity="0.38" stroke-width="{num(radius * 0.05)}" '
        f'stroke-dasharray="{radius * 0.03:.4g} {around / _TEETH - radius * 0.03:.4g}"/>'
    )
    parts = (
        disc(radius * 1.14, shadow, radius * 0.06),
        disc(radius, rim),
        disc(radius * 0.965, sheen),
        teeth,
        disc(radius * 0.835, groove),
        disc(radius * 0.805, face),
        _gleam(drawing, x, y, radius * 0.805),
    )
    return f"<g>{''.join(parts)}</g>"


def _gleam(drawing: Drawing, x: float, y: float, radius: float) -> str:
    own = radius * 0.95
    whole = f"M{num(x - own)} {num(y)}a{num(own)} {num(own)} 0 1 0 {num(2 * own)} 0a{num(own)} {num(own)} 0 1 0 {num(-2 * own)} 0Z"
    rx, ry = radius * 1.06, radius
    ax, ay = x + radius * 0.16 - rx, y + radius * 0.3
    away = f"M{num(ax)} {num(ay)}a{num(rx)} {num(ry)} 0 1 0 {num(2 * rx)} 0a{num(rx)} {num(ry)} 0 1 0 {num(-2 * rx)} 0Z"
    cut = drawing.define(f'<clipPath id="{{id}}"><path d="{whole}"/></clipPath>')
    run = drawing.define(
        f'<linearGradient id="{{id}}" gradientUnits="userSpaceOnUse" x1="{num(x)}" y1="{num(y - radius)}" x2="{num(x)}" '
        f'y2="{num(y + radius * 0.4)}"><stop offset="0" stop-color="#fff" stop-opacity="0.59"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>'
    )
    # Even-odd inside the face: what of the whole does not lie under the other ellipse.
    return f'<path d="{whole}{away}" fill="url(#{run})" fill-rule="evenodd" clip-path="url(#{cut})"/>'


# --- lines ---------------------------------------------------------------------------------------------------------


def _waves(shape: Shape) -> str:
    rect, count = shape.rect, max(shape.count, 1)
    radius = rect.width / count / 2
    step = radius / 2
    parts: list[str] = []
    for row in range(int(rect.height / step) + 1):
        y = rect.y + radius + row * step
        start = rect.x + (radius if row % 2 == 0 else 0.0)
        for column in range(count + 1):
            x = start + column * 2 * radius
            if x - radius <= rect.right:
                _scale(parts, x, y, radius)
    return "".join(parts)


def _scale(parts: list[str], x: float, y: float, radius: float) -> None:
    """Add the part of one scale that the scales of the next two rows leave open."""
    over = ((x - radius, y + radius / 2), (x + radius, y + radius / 2), (x, y + radius))
    for share in (1.0, 0.7, 0.4):
        pen_down = False
        for piece in range(21):
            turn = pi + pi * piece / 20
            px, py = x + radius * share * cos(turn), y + radius * share * sin(turn)
            hidden = any(hypot(px - cx, py - cy) < radius - 1e-6 for cx, cy in over)
            if not hidden:
                parts.append(f"{'L' if pen_down else 'M'}{num(px)} {num(py)}")
            pen_down = not hidden


def _cloud(shape: Shape) -> str:
    rect, mirrored = shape.rect, shape.depth < 0
    wide, high = rect.width / 100, rect.height / 50
    at = 0

    def placed(found: re.Match[str]) -> str:
        nonlocal at
        at += 1
        value = float(found.group())
        if at % 2:
            return num(rect.right - value * wide if mirrored else rect.x + value * wide)
        return num(rect.y + value * high)

    return _NUMBER.sub(placed, str(_outlines()["cloud"]))
