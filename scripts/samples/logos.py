# SPDX-License-Identifier: Apache-2.0
"""Logos of made-up senders, 1:1, full to the edge; the mark stays within the circle that some phones cut out."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint
from scripts.samples.shapes import curve, disc, joined, leaf, poly, rect, ring, svg, track

SIZE = 320


def ground(light: str, dark: str) -> Canvas:
    """A tile lit from the upper left."""
    c = Canvas(SIZE, SIZE, Paint(light, dark, angle=55))
    c.glow(70, 40, 260, "#ffffff", 0.2)
    return c


def logo_shop() -> Canvas:
    """云杉商城: a spruce on a shopping bag."""
    c = ground("#2fae78", "#0c6b50")
    bag = svg("M 88 124 L 232 124 L 246 244 C 246 256 238 262 228 262 L 92 262 C 82 262 74 256 74 244 Z")
    c.line(svg("M 122 130 C 122 62 198 62 198 130"), "#ffffff", 13)
    c.soft(bag, "#04382a", 0.4, 9, 4, 7)
    c.fill(bag, Paint("#ffffff", "#e4f4ea"))
    for top, half, low in ((138, 26, 178), (160, 36, 208), (184, 46, 236)):
        c.fill(poly((160, top), (160 + half, low), (160 - half, low)), Paint("#2fae78", "#12805c", angle=30))
    c.fill(rect(153, 234, 14, 16, 3), "#12805c")
    return c


def logo_bank() -> Canvas:
    """青禾银行: an old coin whose square grows three leaves."""
    c = ground("#1f9a94", "#0a5560")
    shape = disc(160, 160, 104).subtracted(rect(116, 116, 88, 88, 10))
    c.soft(shape, "#02303a", 0.4, 9, 4, 7)
    c.fill(shape, Paint("#fff7e0", "#f2cf86", angle=55))
    c.line(disc(160, 160, 90), "#c99a4a", 3, 0.7)
    c.line(track((160, 204), (160, 146)), "#ffffff", 7)
    for turn, long in ((-90, 42), (-146, 38), (-34, 38)):
        with c.at(160, 172 if turn != -90 else 158, turn=turn):
            c.fill(leaf(long, 11), Paint("#ffffff", "#bff0dc", angle=0))
    return c


def logo_airline() -> Canvas:
    """山岚航空: a wing that is a mountain ridge."""
    c = ground("#3f7fe0", "#173a94")
    c.fill(disc(214, 104, 26), "#ffd98a")
    for shape, fill in (
        (
            svg("M 50 214 C 96 176 128 116 150 86 C 168 122 196 152 272 170 C 208 180 130 186 50 214 Z"),
            Paint("#ffffff", "#c9dcff", angle=20),
        ),
        (
            svg("M 66 236 C 130 204 200 196 262 186 C 216 214 150 226 66 236 Z"),
            Paint("#9fc4ff", "#d4e6ff", angle=0),
        ),
        (
            svg("M 96 252 C 140 238 190 228 232 212 C 200 240 150 250 96 252 Z"),
            Paint("#7fd8e8", "#bff4f4", angle=0),
        ),
    ):
        c.soft(shape, "#08205c", 0.3, 6, 2, 5)
        c.fill(shape, fill)
    return c


def logo_rail() -> Canvas:
    """海棠铁路: a begonia with a track running into its middle."""
    c = ground("#e8506a", "#a01c44")
    for turn in (0, 90, 180, 270):
        with c.at(160, 160, turn=turn + 45):
            petal = svg("M 0 -18 C -62 -34 -66 -112 0 -116 C 66 -112 62 -34 0 -18 Z")
            c.soft(petal, "#5a0c28", 0.28, 7, 2, 5)
            c.fill(petal, Paint("#ffffff", "#ffd0d6"))
    c.fill(disc(160, 160, 52), Paint("#ffd98a", "#f0a848", angle=55))
    with c.clip(disc(160, 160, 52)):
        for y, wide in ((136, 26), (152, 36), (171, 48), (194, 64)):
            c.fill(rect(160 - wide / 2, y, wide, 7, 3), "#a01c44")
        for sign in (-1, 1):
            c.line(track((160 + sign * 7, 112), (160 + sign * 24, 214)), "#a01c44", 8)
    return c


def logo_coach() -> Canvas:
    """远途客运: the front of a coach on a road."""
    c = ground("#ffa24a", "#e0562c")
    body = rect(86, 74, 148, 160, 30)
    for x in (100, 188):
        c.fill(rect(x, 222, 32, 32, 9), "#5a2410")
    for x in (66, 236):
        c.fill(rect(x, 116, 18, 42, 8), "#ffffff")
    c.soft(body, "#7a2408", 0.4, 9, 4, 8)
    c.fill(body, Paint("#ffffff", "#f4e6dc"))
    c.fill(rect(102, 104, 116, 70, 14), Paint("#3a5a7c", "#1c344e", angle=50))
    c.fill(poly((116, 174), (156, 104), (182, 104), (142, 174)), "#ffffff", 0.2)
    c.fill(rect(126, 84, 68, 11, 5), "#e0562c")
    for x in (116, 204):
        c.fill(disc(x, 200, 12), Paint("#ffe9a8", "#ffc04a"))
    c.fill(rect(140, 194, 40, 12, 6), "#e0562c")
    return c


def logo_restaurant() -> Canvas:
    """知味餐厅: a bowl, chopsticks, a curl of steam."""
    c = ground("#c8503c", "#7a1f20")
    for x, y in ((196, 62), (222, 70)):
        c.line(track((x, y), (158 + (x - 196) * 0.4, 152)), "#f4cf8a", 9)
    bowl = svg("M 66 150 C 70 212 108 246 136 248 L 184 248 C 212 246 250 212 254 150 Z")
    c.soft(bowl, "#3a0808", 0.45, 9, 4, 8)
    c.fill(bowl, Paint("#fff9ee", "#f4dcbc", angle=30))
    c.fill(rect(56, 140, 208, 20, 10), "#ffffff")
    c.fill(rect(128, 246, 64, 14, 6), "#f4cf8a")
    c.line(curve([(86, 186), (124, 198), (160, 186), (196, 198), (234, 184)]), "#c8503c", 8)
    for x in (100, 132):
        c.line(svg(f"M {x} 124 C {x - 16} 106 {x + 16} 94 {x} 72"), "#ffe6c4", 8, 0.9)
    return c


def logo_bookstore() -> Canvas:
    """朗读书店: an open book with a speech bubble's tail."""
    c = ground("#5a6ad8", "#2a2f8c")
    c.fill(disc(160, 96, 30), Paint("#ffe6a8", "#ffb84c", angle=55))
    for flip in (False, True):
        with c.at(160, 0, flip=flip):
            page = svg("M 0 152 C -30 126 -72 122 -104 132 L -104 226 C -72 216 -30 222 0 246 Z")
            c.soft(page, "#0f1450", 0.35, 8, 3, 6)
            c.fill(page, Paint("#ffffff", "#d4dafa", angle=20 if flip else 0))
            for y in (158, 178, 198):
                c.line(svg(f"M -84 {y - 4} C -60 {y - 8} -38 {y - 4} -20 {y + 8}"), "#8f9ae8", 5, 0.8)
    c.line(track((160, 154), (160, 246)), "#2a2f8c", 5)
    c.fill(poly((148, 244), (172, 244), (160, 266)), "#ffb84c")
    return c


def logo_car() -> Canvas:
    """云栖汽车: a ring of metal with a cloud for a wing."""
    c = ground("#3a4668", "#141c34")
    metal = Paint("#ffffff", "#c4d0e4", "#7f8fb0", "#e8eef8", angle=55)
    c.soft(ring(160, 160, 108, 90), "#000000", 0.5, 9, 4, 7)
    c.fill(ring(160, 160, 108, 90), metal)
    wing = svg(
        "M 84 186 C 62 186 58 156 82 152 C 84 124 120 118 134 136 C 148 104 200 106 206 142 C 238 138 254 172 232 186 C 200 176 120 176 84 186 Z"
    )
    c.soft(wing, "#000000", 0.45, 7, 3, 6)
    c.fill(wing, metal)
    c.fill(
        svg("M 104 212 C 136 198 184 198 216 212 C 184 206 136 206 104 212 Z"),
        Paint("#6fe4ff", "#3fa8f0", angle=0),
    )
    return c


def logo_power() -> Canvas:
    """A power company: a bolt in a drop of light, and its net."""
    c = ground("#1fae8c", "#07606c")
    for radius, alpha in ((112, 0.22), (92, 0.4)):
        c.line(disc(160, 160, radius), "#ffffff", 7, alpha)
    for turn in range(0, 360, 60):
        x, y = 160 + 112 * math.cos(math.radians(turn - 30)), 160 + 112 * math.sin(math.radians(turn - 30))
        c.fill(disc(x, y, 10), "#ffffff", 0.9)
    bolt = poly((178, 68), (100, 178), (152, 178), (138, 252), (222, 138), (168, 138))
    c.soft(bolt, "#033a40", 0.5, 9, 4, 7)
    c.fill(bolt, Paint("#fffbe0", "#ffd04a"))
    return c


def logo_express() -> Canvas:
    """A delivery company: a parcel in flight."""
    c = ground("#ffb52e", "#f07a16")
    for y, x, long in ((128, 44, 48), (162, 34, 50), (196, 52, 36)):
        c.fill(rect(x, y, long, 12, 6), "#ffffff", 0.9)
    top, left, right = (
        poly((184, 78), (268, 116), (184, 156), (100, 116)),
        poly((100, 116), (184, 156), (184, 250), (100, 210)),
        poly((268, 116), (184, 156), (184, 250), (268, 210)),
    )
    c.soft(joined(top, left, right), "#8a3c00", 0.45, 10, 5, 9)
    c.fill(top, Paint("#ffffff", "#fff2dc"))
    c.fill(left, Paint("#fff2dc", "#f4d4a4"))
    c.fill(right, Paint("#e4b478", "#c88a48"))
    c.fill(poly((128, 103), (150, 93), (234, 132), (212, 142)), "#e8503c")
    c.fill(poly((212, 142), (234, 132), (234, 166), (212, 176)), "#b8342c")
    return c
