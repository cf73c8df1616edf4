# SPDX-License-Identifier: Apache-2.0
"""Scenery of posters and backgrounds: blossom, petals, a pavilion, a firework, lucky clouds, ingots."""

from __future__ import annotations

import math
import random

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    flower,
)
from scripts.samples.shapes import (
    curve,
    disc,
    joined,
    leaf,
    poly,
    rect,
    svg,
    track,
)


def branch(
    c: Canvas,
    x: float,
    y: float,
    scale: float,
    turn: float,
    flip: bool = False,
    blooms: tuple[str, str] = ("#f48aa8", "#ffe6ea"),
) -> None:
    """A branch of blossom growing to the right from (x, y)."""
    with c.at(x, y, scale, turn, flip):
        wood = Paint("#7a4a3c", "#4a2a26")
        c.line(curve([(-60, 40), (80, 10), (220, 30), (360, -10), (470, 0)]), wood, 15)
        c.line(curve([(120, 14), (210, -60), (300, -90), (360, -130)]), wood, 9)
        c.line(curve([(250, 26), (330, 80), (410, 100)]), wood, 8)
        for px, py, r, spin in (
            (360, -132, 40, 0),
            (300, -92, 46, 30),
            (222, -66, 38, 60),
            (412, 100, 42, 15),
            (338, 84, 34, 50),
            (468, 0, 46, 20),
            (380, -16, 40, 70),
            (250, 24, 44, 10),
            (140, 0, 36, 40),
            (446, -52, 30, 0),
        ):
            flower(c, px, py, r, blooms, spin)
        for px, py in ((180, -36), (496, -34), (440, 116), (390, -156), (60, 16)):
            c.fill(disc(px, py, 10), Round(blooms[1], blooms[0]))
        for px, py, spin in ((320, -40, -60), (440, 40, 40), (200, 50, 70)):
            with c.at(px, py, turn=spin):
                c.fill(leaf(44, 11), Paint("#b4d88a", "#5fa85c"))


def petals(
    c: Canvas, seed: int, count: int, colours: list[str], box: tuple[float, float, float, float]
) -> None:
    """Loose petals in the wind."""
    dice = random.Random(seed)  # noqa: S311 - the same petals in every run, no secret
    for _ in range(count):
        with c.at(
            dice.uniform(box[0], box[2]),
            dice.uniform(box[1], box[3]),
            dice.uniform(0.6, 1.3),
            dice.uniform(0, 360),
        ):
            c.fill(
                svg("M 0 0 C -10 -12 -8 -26 0 -28 C 8 -26 10 -12 0 0 Z"),
                dice.choice(colours),
                dice.uniform(0.6, 0.95),
            )


def pagoda(c: Canvas, x: float, y: float, scale: float, wall: str, roof: tuple[str, str]) -> None:
    """A pavilion of two roofs standing on (x, y)."""
    with c.at(x, y, scale):
        for base, wide, tall in ((0, 96, 64), (-108, 66, 48)):
            c.fill(rect(-wide / 2 - 14, base - tall, wide + 28, tall), wall)
            for at in (-wide / 2 - 10, -wide / 6, wide / 6, wide / 2 + 4):
                c.fill(rect(at, base - tall, 6, tall), roof[1], 0.8)
            top = base - tall
            c.fill(
                svg(
                    f"M {-wide - 14} {top + 6} C {-wide * 0.6} {top - 8} {-wide * 0.4} {top - 30} {-wide * 0.3} {top - 44} L {wide * 0.3} {top - 44} C {wide * 0.4} {top - 30} {wide * 0.6} {top - 8} {wide + 14} {top + 6} C {wide * 0.6} {top + 2} {-wide * 0.6} {top + 2} {-wide - 14} {top + 6} Z"
                ),
                Paint(*roof),
            )
        c.fill(poly((-16, -198), (0, -236), (16, -198)), roof[1])


def firework(c: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """A burst of light."""
    c.glow(x, y, radius * 1.1, colour, 0.35)
    for index in range(20):
        turn = math.radians(index * 18)
        near, far = radius * 0.3, radius * (1.0 if index % 2 else 0.78)
        c.line(
            track(
                (x + near * math.cos(turn), y + near * math.sin(turn)),
                (x + far * math.cos(turn), y + far * math.sin(turn)),
            ),
            colour,
            radius * 0.026,
            0.85,
        )
        c.fill(disc(x + far * math.cos(turn), y + far * math.sin(turn), radius * 0.035), "#fff6d8")


def swirl(c: Canvas, x: float, y: float, size: float, fill: Paint, edge: str) -> None:
    """A lucky cloud: three rings of arcs over a flat foot."""
    parts = [
        disc(x - size * 0.62, y, size * 0.42),
        disc(x, y - size * 0.22, size * 0.58),
        disc(x + size * 0.66, y, size * 0.46),
    ]
    body = joined(
        *parts, rect(x - size * 1.3, y + size * 0.1, size * 2.7, size * 0.32, size * 0.16)
    ).simplified()
    c.fill(body, fill)
    for part, radius in ((parts[0], 0.42), (parts[1], 0.58), (parts[2], 0.46)):
        centre = part.boundingRect().center()
        for share in (0.72, 0.44):
            reach = size * radius * share
            c.line(
                svg(
                    f"M {centre.x() - reach} {centre.y()} C {centre.x() - reach} {centre.y() - reach * 1.33} {centre.x() + reach} {centre.y() - reach * 1.33} {centre.x() + reach} {centre.y()}"
                ),
                edge,
                size * 0.035,
                0.8,
            )


def ingot(c: Canvas, x: float, y: float, size: float) -> None:
    """A gold ingot."""
    with c.at(x, y, size / 100):
        c.soft(disc(4, 34, 88, 14), "#5a1400", 0.5, 8)
        c.fill(disc(0, -22, 44, 32), Round("#fff6cc", "#ffc94e", "#e8922a"))
        c.fill(
            svg("M -96 -26 C -60 -8 60 -8 96 -26 C 100 10 70 38 44 38 L -44 38 C -70 38 -100 10 -96 -26 Z"),
            Paint("#ffe69a", "#f4ac38", "#d98420", angle=40),
        )
        c.soft(disc(-40, 4, 22, 10), "#ffffff", 0.6, 6)
