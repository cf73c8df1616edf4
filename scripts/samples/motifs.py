# SPDX-License-Identifier: Apache-2.0
"""Things that stand in more than one sample picture, drawn around the canvas's origin with the light from upper left."""

from __future__ import annotations

import math
import random

from scripts.samples.canvas import Canvas, Fill, Paint, Round
from scripts.samples.shapes import (
    blossom,
    cloud,
    curve,
    disc,
    ginkgo,
    hill,
    joined,
    leaf,
    moved,
    poly,
    rect,
    star,
    svg,
    track,
)


def tree(c: Canvas, x: float, y: float, height: float, light: str, dark: str, trunk: str = "#7a5a48") -> None:
    """A round tree standing on (x, y)."""
    wide = height * 0.3
    c.fill(rect(x - height * 0.025, y - height * 0.4, height * 0.05, height * 0.4, height * 0.02), trunk)
    crown = joined(
        disc(x, y - height * 0.66, wide, height * 0.34),
    )
    c.fill(crown, Paint(light, dark, angle=50))
    with c.clip(crown):
        c.soft(disc(x + wide * 0.5, y - height * 0.5, wide * 0.8), dark, 0.55, height * 0.05)


def pine(c: Canvas, x: float, y: float, height: float, light: str, dark: str) -> None:
    """A spruce of three tiers standing on (x, y)."""
    c.fill(rect(x - height * 0.03, y - height * 0.14, height * 0.06, height * 0.14), "#6b5346")
    for low, top, half in ((0.1, 0.52, 0.27), (0.34, 0.76, 0.21), (0.58, 1.0, 0.15)):
        tier = poly(
            (x, y - height * top),
            (x + height * half, y - height * low),
            (x - height * half, y - height * low),
        )
        c.fill(tier, Paint(light, dark, angle=20))


def gift(
    c: Canvas, x: float, y: float, width: float, height: float, body: tuple[str, str], ribbon: tuple[str, str]
) -> None:
    """A gift box with a bow, standing on (x, y)."""
    left, top = x - width / 2, y - height
    c.soft(disc(x + width * 0.08, y, width * 0.6, height * 0.09), "#30000a", 0.38, width * 0.06)
    c.fill(rect(left, top, width, height, width * 0.03), Paint(*body, angle=30))
    c.fill(rect(x - width * 0.08, top, width * 0.16, height), Paint(*ribbon, angle=30))
    lid = rect(left - width * 0.05, top - height * 0.04, width * 1.1, height * 0.24, width * 0.03)
    c.soft(lid, "#30000a", 0.28, width * 0.03, 0, height * 0.05)
    c.fill(lid, Paint(*body, angle=40))
    c.fill(lid, "#ffffff", 0.12)
    c.fill(rect(x - width * 0.08, top - height * 0.04, width * 0.16, height * 0.24), Paint(*ribbon, angle=30))
    bow = svg("M 0 0 C -20 -50 -75 -62 -78 -30 C -80 -6 -35 6 0 0 Z")
    inner = svg("M -12 -6 C -28 -34 -58 -42 -62 -27 C -62 -14 -36 -6 -12 -6 Z")
    for flip in (False, True):
        with c.at(x, top - height * 0.03, width / 190, flip=flip):
            c.fill(bow, Paint(*ribbon, angle=60))
            c.fill(inner, ribbon[1])
    c.fill(rect(x - width * 0.08, top - height * 0.12, width * 0.16, height * 0.13, width * 0.05), ribbon[0])


def podium(
    c: Canvas, x: float, y: float, radius: float, tall: float, top: Fill, side: Fill, shade: str
) -> None:
    """A round stand; (x, y) is the middle of its top."""
    flat = radius * 0.2
    body = joined(
        rect(x - radius, y, 2 * radius, tall), disc(x, y + tall, radius, flat), disc(x, y, radius, flat)
    )
    c.soft(disc(x + radius * 0.1, y + tall + flat * 0.5, radius * 1.08, flat), shade, 0.45, radius * 0.08)
    c.fill(body.simplified(), side)
    c.fill(disc(x, y, radius, flat), top)


def steam(c: Canvas, x: float, y: float, height: float, colour: str = "#ffffff", alpha: float = 0.55) -> None:
    """Three wisps of steam rising from (x, y)."""
    for shift, tall in ((-0.22, 0.75), (0.0, 1.0), (0.22, 0.7)):
        at, up = x + shift * height, height * tall
        wisp = curve(
            [
                (at, y),
                (at + height * 0.07, y - up * 0.3),
                (at - height * 0.06, y - up * 0.62),
                (at + height * 0.03, y - up),
            ]
        )
        c.line(wisp, Paint("#00ffffff", colour, "#00ffffff"), height * 0.05, alpha)


def confetti(
    c: Canvas, seed: int, box: tuple[float, float, float, float], count: int, colours: list[str]
) -> None:
    """Paper bits over a box (left, top, right, bottom)."""
    dice = random.Random(seed)  # noqa: S311 - the same bits in every run, no secret
    for _ in range(count):
        x, y = dice.uniform(box[0], box[2]), dice.uniform(box[1], box[3])
        size, turn, colour = dice.uniform(5, 12), dice.uniform(0, 180), dice.choice(colours)
        with c.at(x, y, turn=turn):
            c.fill(rect(-size, -size * 0.35, 2 * size, size * 0.7, 2), colour, dice.uniform(0.6, 1.0))


def stars(c: Canvas, seed: int, box: tuple[float, float, float, float], count: int, colour: str) -> None:
    """Small stars of a night sky over a box."""
    dice = random.Random(seed)  # noqa: S311 - the same stars in every run, no secret
    for _ in range(count):
        x, y, size = dice.uniform(box[0], box[2]), dice.uniform(box[1], box[3]), dice.uniform(0.9, 2.6)
        c.fill(disc(x, y, size), colour, dice.uniform(0.35, 0.95))


def sparkle(
    c: Canvas, x: float, y: float, radius: float, colour: str = "#ffffff", alpha: float = 1.0
) -> None:
    """A four-pointed glint."""
    c.glow(x, y, radius * 1.2, colour, 0.35 * alpha)
    c.fill(star(x, y, radius, 4, 0.14), colour, alpha)


def flower(c: Canvas, x: float, y: float, radius: float, colours: tuple[str, str], turn: float = 0.0) -> None:
    """A five-petalled blossom."""
    with c.at(x, y, turn=turn):
        shape = blossom(radius)
        c.soft(shape, "#5a1030", 0.16, radius * 0.12, radius * 0.06, radius * 0.1)
        c.fill(shape, Round(colours[1], colours[0], x=0.5, y=0.5, reach=0.5))
        for index in range(5):
            turn_to = math.radians(72 * index - 90)
            tip = (math.cos(turn_to) * radius * 0.42, math.sin(turn_to) * radius * 0.42)
            c.line(track((0, 0), tip), "#fff3c4", radius * 0.035)
            c.fill(disc(*tip, radius * 0.06), "#ffd76a")
        c.fill(disc(0, 0, radius * 0.12), "#ffe9a8")


def lantern(c: Canvas, x: float, y: float, size: float, word: str = "", string: float = 400.0) -> None:
    """A red lantern hanging to a centre; `size` is its width."""
    wide, tall = size / 2, size * 0.42
    c.line(track((x, y - string), (x, y - tall)), "#f2c879", max(size * 0.015, 1.5))
    c.glow(x, y, size * 0.95, "#ffb15c", 0.42)
    body = disc(x, y, wide, tall)
    c.fill(body, Round("#ff8a5c", "#ee3f35", "#b81227", x=0.38, y=0.3, reach=0.75))
    for part in (0.72, 0.4):
        c.line(disc(x, y, wide * part, tall), "#ffc98a", size * 0.008, 0.55)
    for down in (-1, 1):
        c.fill(
            rect(x - size * 0.2, y + down * tall - size * 0.04, size * 0.4, size * 0.08, size * 0.02),
            Paint("#ffe6a6", "#e6a648", angle=0),
        )
    for strand in range(-2, 3):
        at = x + strand * size * 0.045
        c.line(
            track((at, y + tall + size * 0.05), (at, y + tall + size * (0.36 - 0.03 * abs(strand)))),
            Paint("#ffd98c", "#e08a3a"),
            size * 0.016,
        )
    if word:
        c.words(word, x, y, size * 0.42, Paint("#fff0c0", "#ffd06e"))


def coin(c: Canvas, x: float, y: float, radius: float, flat: float = 1.0, turn: float = 0.0) -> None:
    """A gold coin, seen from the side when `flat` is below 1."""
    with c.at(x, y, turn=turn):
        thick = radius * 0.16 * (1.2 - flat)
        c.soft(disc(0, 0, radius * flat, radius), "#5a1400", 0.35, radius * 0.16, radius * 0.08, radius * 0.2)
        c.fill(disc(thick, 0, radius * flat, radius), "#c9781f")
        c.fill(disc(0, 0, radius * flat, radius), Paint("#ffe9a3", "#f0a637", angle=60))
        c.fill(disc(0, 0, radius * flat * 0.8, radius * 0.8), Paint("#f7bd55", "#ffe9a8", angle=60))
        c.fill(rect(-radius * flat * 0.24, -radius * 0.24, radius * flat * 0.48, radius * 0.48, 2), "#d98a26")


def fall(
    c: Canvas, spots: list[tuple[float, float, float, float]], light: str = "#ffd873", dark: str = "#eda52f"
) -> None:
    """Ginkgo leaves in the air: x, y, radius, turn."""
    for x, y, radius, turn in spots:
        with c.at(x, y, turn=turn):
            shape = ginkgo(radius)
            c.soft(shape, "#7a3c00", 0.18, radius * 0.18, radius * 0.08, radius * 0.2)
            c.fill(shape, Paint(light, dark))
            for angle in (-50, -25, 25, 50):
                turn_to = math.radians(angle - 90)
                c.line(
                    track(
                        (0, radius * 0.35),
                        (math.cos(turn_to) * radius * 0.72, math.sin(turn_to) * radius * 0.72),
                    ),
                    "#fff2c2",
                    radius * 0.03,
                    0.5,
                )


def sprig(
    c: Canvas, x: float, y: float, size: float, turn: float, light: str = "#9fce63", dark: str = "#4b9440"
) -> None:
    """A tip of tea: two leaves and a bud."""
    with c.at(x, y, turn=turn):
        c.line(curve([(0, size * 0.5), (size * 0.02, size * 0.2), (0, 0)]), dark, size * 0.06)
        for angle, long in ((-150, 0.85), (-32, 0.95), (-88, 0.72)):
            with c.at(0, 0, turn=angle):
                wide = size * (0.1 if angle == -88 else 0.19)
                c.fill(leaf(size * long, wide), Paint(light, dark, angle=70))
                c.line(track((size * 0.06, 0), (size * long * 0.86, 0)), "#e4f4c4", size * 0.02, 0.7)


def mountains(
    c: Canvas, seed: int, layers: list[tuple[float, float, Fill]], bottom: float, step: float = 130.0
) -> None:
    """Ranges of hills from back to front: height of the line, how much it rises and falls, fill."""
    dice = random.Random(seed)  # noqa: S311 - the same hills in every run, no secret
    for level, rise, fill in layers:
        points = []
        x = -step
        while x < c.width + 2 * step:
            points.append((x, level + dice.uniform(-rise, rise)))
            x += step * dice.uniform(0.8, 1.25)
        c.fill(hill(points, bottom), fill)


def clouds(
    c: Canvas, spots: list[tuple[float, float, float]], fill: Fill = "#ffffff", alpha: float = 0.9
) -> None:
    """Clouds: x, y of the base, width."""
    for x, y, width in spots:
        c.fill(cloud(x, y, width), fill, alpha)


def palm(c: Canvas, x: float, y: float, size: float, flip: bool = False) -> None:
    """A palm standing on (x, y)."""
    with c.at(x, y, size / 100, flip=flip):
        c.fill(
            svg("M -5 0 C -4 -30 2 -60 22 -88 L 27 -85 C 12 -58 6 -30 6 0 Z"),
            Paint("#b98a5e", "#8a5f40", angle=0),
        )
        for turn, long in (
            (172, 46),
            (200, 52),
            (232, 46),
            (-72, 42),
            (-38, 50),
            (-8, 52),
            (24, 46),
            (146, 40),
        ):
            with c.at(24, -88, turn=turn):
                c.fill(leaf(long, 8.5, 15 if -90 < turn < 90 else -15), Paint("#57b36b", "#1f7a5c", angle=40))
        for dx, dy in ((18, -82), (27, -80), (23, -76)):
            c.fill(disc(dx, dy, 4), Round("#b5794a", "#6f4229"))
        c.fill(moved(disc(0, 0, 1), 24, -88), "#1f7a5c")
