# SPDX-License-Identifier: Apache-2.0
"""A frame of the film of a made-up electric car, 16:9: it drives along a river front at dusk, and the town goes by.

`scripts.make_sample_video` writes the frames down. The film ends where it began: everything moves by whole rounds.
"""

from __future__ import annotations

import math
import random
from typing import Final

from scripts.samples.canvas import Canvas, Paint, Round, outline
from scripts.samples.shapes import disc, hill, poly, rect
from scripts.samples.town import car

ROUND: Final = 1280.0
"""Width of the scenery before it repeats: that of the picture, in the film's own pixels twice over."""


def street(seed: int, low: float, high: float) -> list[tuple[float, float, float, int]]:
    """Return houses from 0 to `ROUND`: left edge, width, height, and a seed for their windows."""
    dice = random.Random(seed)  # noqa: S311 - the same street in every frame, no secret
    houses = []
    x = 0.0
    while x < ROUND - 40:
        wide = min(dice.uniform(50, 104), ROUND - x)
        houses.append((x, wide, dice.uniform(low, high), dice.randrange(1 << 20)))
        x += wide + dice.uniform(4, 22)
    return houses


def houses_by(
    c: Canvas,
    houses: list[tuple[float, float, float, int]],
    shift: float,
    ground: float,
    fill: Paint,
    lit: float,
) -> None:
    """Draw a street moved to the left by `shift`, and again behind its end."""
    for left, wide, tall, seed in houses:
        for again in (0.0, ROUND):
            x = left - shift % ROUND + again
            if x > ROUND or x + wide < 0:
                continue
            c.fill(rect(x, ground - tall, wide, tall + 4, 5), fill)
            dice = random.Random(seed)  # noqa: S311 - the same windows in every frame, no secret
            for column in range(int(wide // 22)):
                for row in range(int(tall // 30)):
                    if dice.random() < 0.45:
                        at = rect(x + 10 + column * 22, ground - tall + 16 + row * 30, 9, 13, 2)
                        c.fill(at, "#ffe2b0", lit)


FAR: Final = street(3, 90, 240)
NEAR: Final = street(11, 40, 150)


def drive(part: float, times: int = 1) -> Canvas:
    """Draw one frame, so many times the film's size; `part` of it has gone by, and 1 is 0 again."""
    c = Canvas(640 * times, 360 * times, Paint("#18245a", "#4a4c9c", "#c87a9c", "#ffc48c"))
    wave = 2 * math.pi * part
    with c.at(0, 0, 0.5 * times):
        c.glow(980, 440, 460, "#ffd6a4", 0.8)
        c.fill(disc(980, 420, 70), Round("#fff6dc", "#ffdca4"))
        houses_by(c, FAR, part * ROUND, 520, Paint("#6c60a2", "#a87aa6"), 0.3)
        houses_by(c, NEAR, part * ROUND * 2, 528, Paint("#45447f", "#6a5a94"), 0.5)
        c.fill(hill([(-20, 522), (1300, 522)], 560), Paint("#8a6a9c", "#4a3f78"))
        c.fill(rect(0, 530, 1280, 190), Paint("#34386e", "#171a42"))
        c.fill(rect(0, 530, 1280, 7), "#ffcaa2", 0.55)
        for index in range(10):
            x = index * 160 - (part * 160 * 16) % 160
            c.fill(poly((x, 672), (x + 96, 672), (x + 86, 684), (x - 12, 684)), "#ffffff", 0.55)
        for index in range(6):
            x = index * 256 - (part * 256 * 10) % 256
            c.fill(rect(x, 470, 7, 66, 3), "#2a2a60")
            c.fill(rect(x - 4, 462, 30, 9, 4), "#2a2a60")
            c.glow(x + 22, 470, 46, "#ffe2a8", 0.6)
        bob = 2.4 * math.sin(wave * 5)
        beam = poly((1000, 566 + bob), (1280, 540), (1280, 664), (1000, 586 + bob))
        c.soft(beam, "#c8f6ff", 0.3, 16)
        with c.clip(rect(0, 634, 1280, 90)):
            c.soft(rect(380, 640, 640, 34), "#ffd0c0", 0.2, 16)
        for index, (y, long, start) in enumerate(
            ((430, 190, 0.1), (500, 150, 0.55), (580, 220, 0.8), (640, 160, 0.35))
        ):
            x = 1280 - ((part * (4 + index % 2) + start) % 1) * (1280 + long)
            c.fill(rect(x, y, long, 3, 1.5), Paint("#00ffffff", "#ffffff", angle=180), 0.4)
        car(c, 690 + 10 * math.sin(wave), 636 + bob, 1.16, turn=part * 72 * 20)
        title = outline("云栖汽车", 84, 112, 80, align="left", space=6)
        c.soft(title, "#0a0e30", 0.5, 8, 2, 4)
        c.fill(title, Paint("#ffffff", "#ffe6cc"))
        with c.clip(title):
            x = -200 + 900 * part
            c.soft(poly((x, 50), (x + 60, 50), (x, 170), (x - 60, 170)), "#ffffff", 0.9, 10)
        c.words("新一代纯电轿车 · 今晚上市", 88, 190, 38, "#ffe4cc", align="left", bold=False, space=2)
    return c
