# SPDX-License-Identifier: Apache-2.0
"""Scenes of the year's sales and its account, 16:9: the middle of the year, double twelve, what a year was."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, outline
from scripts.samples.motifs import coin, confetti, gift, podium, sparkle, stars
from scripts.samples.shapes import Path2D, curve, disc, hill, poly, rect, svg, track

WIDE = (1248, 702)


def solid(c: Canvas, shape: Path2D, deep: int, side: str, face: Paint, edge: str, shade: str) -> None:
    """Letters as bodies: a shadow, a side of so many pixels, a face with a lit edge."""
    c.soft(shape, shade, 0.5, 16, 12, 20)
    for step in range(deep, 0, -1):
        c.fill(shape.translated(step, step * 0.6), side)
    c.fill(shape, face)
    c.line(shape, edge, 2.5, 0.9)


def bag(c: Canvas, x: float, y: float, wide: float, colours: tuple[str, str], mark: str) -> None:
    """A shopping bag standing on (x, y)."""
    tall = wide * 1.12
    c.soft(disc(x + wide * 0.08, y, wide * 0.58, wide * 0.08), "#1c0a4a", 0.5, wide * 0.06)
    for shift in (0.0, wide * 0.1):
        c.line(
            svg(
                f"M {x - wide * 0.2 + shift} {y - tall * 0.92} C {x - wide * 0.2 + shift} {y - tall * 1.32} {x + wide * 0.16 + shift} {y - tall * 1.32} {x + wide * 0.16 + shift} {y - tall * 0.92}"
            ),
            "#fff2d8",
            wide * 0.035,
        )
    body = poly(
        (x - wide * 0.46, y - tall), (x + wide * 0.46, y - tall), (x + wide * 0.5, y), (x - wide * 0.5, y)
    )
    c.fill(body, Paint(*colours, angle=50))
    c.fill(
        poly(
            (x + wide * 0.28, y - tall),
            (x + wide * 0.46, y - tall),
            (x + wide * 0.5, y),
            (x + wide * 0.34, y),
        ),
        "#000000",
        0.12,
    )
    c.words(mark, x - wide * 0.06, y - tall * 0.46, wide * 0.36, "#ffffff")


def mid_year() -> Canvas:
    """6.18 on a violet stage between bags and coins."""
    c = Canvas(*WIDE, Paint("#3a1aa0", "#7a2cc8", "#f05a9a", angle=60))
    for index in range(16):
        first, last = (math.radians(index * 22.5 + off) for off in (4, 14))
        c.fill(
            poly((760, 330), *((760 + 1100 * math.cos(a), 330 + 1100 * math.sin(a)) for a in (first, last))),
            "#ffffff",
            0.05,
        )
    c.glow(800, 300, 480, "#ff9ac8", 0.6)
    confetti(c, 31, (420, 20, 1230, 480), 34, ["#ffe08a", "#ffffff", "#7ae8ff", "#ff9ad0"])
    for radius in (236, 300):
        c.line(disc(800, 300, radius), "#ffd9f0", 3, 0.35, (6, 14))
    c.fill(disc(800, 706, 640, 130), Paint("#a83ad0", "#5a1c9a"))
    podium(
        c,
        800,
        548,
        380,
        48,
        Paint("#ffe0f0", "#f59ad0", angle=0),
        Paint("#f08ac8", "#8a2cb0", angle=0),
        "#1c0a4a",
    )
    solid(
        c,
        outline("618", 790, 356, 320, space=2),
        18,
        "#c0267a",
        Paint("#fffdf2", "#ffe69a", "#ffb04c"),
        "#fff8dc",
        "#1c0a4a",
    )
    bag(c, 470, 616, 132, ("#4ac8e8", "#2a7ad8"), "惠")
    bag(c, 1136, 626, 150, ("#ffb43c", "#f2702c"), "购")
    gift(c, 1000, 640, 104, 90, ("#ff7a9a", "#e03a70"), ("#fff2d0", "#ffd080"))
    gift(c, 590, 648, 92, 78, ("#8a6af0", "#5a34c8"), ("#ffe0f0", "#ffa8d0"))
    for x, y, r, flat, turn in (
        (560, 170, 34, 0.7, -20),
        (1080, 130, 42, 0.5, 30),
        (1180, 320, 30, 0.8, 12),
        (470, 360, 26, 0.6, 40),
    ):
        coin(c, x, y, r, flat, turn)
    c.words("年中", 92, 206, 112, Paint("#ffffff", "#ffe0f4"), align="left", space=8)
    c.words("大促", 92, 328, 112, Paint("#ffffff", "#ffe0f4"), align="left", space=8)
    c.words("每满300减50", 98, 424, 34, "#ffe9b0", align="left", space=1)
    pill = rect(98, 472, 206, 62, 31)
    c.fill(pill, Paint("#ffe08a", "#ffb03c", angle=0))
    c.words("马上开抢", 201, 503, 28, "#6a1c80")
    return c


def double_twelve() -> Canvas:
    """12.12 as a lit sign on a winter's street: the year's last sale."""
    c = Canvas(*WIDE, Paint("#0d3a4a", "#12616a", "#1f8a80", angle=70))
    stars(c, 44, (0, 0, 1248, 420), 50, "#e9fff6")
    c.glow(624, 300, 560, "#5ce0c0", 0.4)
    c.fill(hill([(-20, 590), (320, 552), (700, 590), (1280, 548)], 702), Paint("#e9f8f4", "#a9dcd4"))
    for x, wide, tall, wall, roof in (
        (40, 150, 190, ("#1c6a70", "#124a54"), "#ffffff"),
        (180, 130, 250, ("#17585f", "#0e3c46"), "#f2fffb"),
        (966, 140, 240, ("#17585f", "#0e3c46"), "#f2fffb"),
        (1096, 150, 180, ("#1c6a70", "#124a54"), "#ffffff"),
    ):
        c.fill(rect(x, 582 - tall, wide, tall), Paint(*wall))
        c.fill(poly((x - 16, 588 - tall), (x + wide / 2, 528 - tall), (x + wide + 16, 588 - tall)), roof)
        for row in range(int(tall // 62)):
            for column in range(3):
                at = (x + 18 + column * (wide - 36) / 3, 610 - tall + row * 54)
                c.fill(rect(*at, 22, 30, 4), "#ffe0a0" if (row + column) % 2 else "#ffc46a", 0.9)
    confetti(c, 17, (20, 20, 1230, 560), 40, ["#ffffff", "#e0fff6", "#ffffff"])
    board = rect(300, 170, 648, 330, 40)
    c.soft(board, "#04202a", 0.6, 24, 8, 22)
    c.fill(board, Paint("#e83c44", "#b01838", angle=30))
    c.line(rect(318, 188, 612, 294, 28), "#ffd98a", 3)
    for index in range(34):
        far = index / 34 * 2 * (612 + 294)
        if far < 612:
            bulb: tuple[float, float] = (318 + far, 188)
        elif far < 906:
            bulb = (930, 188 + far - 612)
        elif far < 1518:
            bulb = (930 - (far - 906), 482)
        else:
            bulb = (318, 482 - (far - 1518))
        c.glow(*bulb, 20, "#ffe9a8", 0.7)
        c.fill(disc(*bulb, 7), "#fff8dc")
    solid(
        c,
        outline("12.12", 618, 306, 188, space=2),
        10,
        "#7a0c28",
        Paint("#ffffff", "#ffe6a4", "#ffc05c"),
        "#fffbe8",
        "#4a0418",
    )
    c.words("年终答谢 · 会员折上折", 624, 432, 40, "#ffe9c0", space=3)
    for x in (360, 888):
        c.line(track((x, 0), (x, 172)), "#ffd98a", 5)
    for x, y, wide, colours in (
        (424, 640, 116, ("#ffb43c", "#f07a2c")),
        (830, 640, 126, ("#f05a6a", "#b8244c")),
    ):
        gift(c, x, y, wide, wide * 0.86, colours, ("#fff6e0", "#f6d9a0"))
    gift(c, 540, 664, 84, 70, ("#3fb8a0", "#1c8078"), ("#fff6e0", "#f6d9a0"))
    for x, tall in ((270, 150), (1000, 168), (1180, 130), (70, 140)):
        for low, top, half in ((0.1, 0.52, 0.27), (0.34, 0.76, 0.21), (0.58, 1.0, 0.15)):
            c.fill(
                poly(
                    (x, 628 - tall * top),
                    (x + tall * half, 628 - tall * low),
                    (x - tall * half, 628 - tall * low),
                ),
                Paint("#ffffff", "#8fd0c4", "#4aa898", angle=70),
            )
    return c


def year_review() -> Canvas:
    """What a year was: a ring of months, bars, a rising line."""
    c = Canvas(*WIDE, Paint("#0c2a5a", "#164a8a", "#2a86b8", angle=60))
    c.glow(900, 320, 500, "#6ad0f0", 0.45)
    stars(c, 12, (0, 0, 1248, 320), 34, "#ffffff")
    for x in range(0, 1248, 78):
        c.fill(rect(x, 0, 1, 702), "#ffffff", 0.05)
    for y in range(0, 702, 78):
        c.fill(rect(0, y, 1248, 1), "#ffffff", 0.05)
    board = rect(560, 110, 600, 480, 34)
    c.soft(board, "#04122e", 0.6, 26, 12, 26)
    c.fill(board, Paint("#f9fdff", "#dcecf8"))
    middle = (740, 288)
    for start, share, colour, light in (
        (0, 0.42, "#2463d8", "#5a9af8"),
        (0.42, 0.25, "#f2a23c", "#ffc870"),
        (0.67, 0.2, "#1fa890", "#5cd8bc"),
        (0.87, 0.13, "#e8506e", "#ff90a4"),
    ):
        points: list[tuple[float, float]] = [(middle[0], middle[1])]
        for step in range(41):
            turn = math.radians(-90 + 360 * (start + share * step / 40))
            points.append((middle[0] + 128 * math.cos(turn), middle[1] + 128 * math.sin(turn)))
        piece = poly(*points).subtracted(disc(*middle, 78))
        c.fill(piece, Paint(light, colour, angle=60))
        c.line(piece, "#f4faff", 4)
    c.words("1068", middle[0], middle[1] - 12, 50, "#123a74")
    c.words("笔消费", middle[0], middle[1] + 32, 24, "#5a7494", bold=False)
    for row, (colour, long) in enumerate(
        (("#2463d8", 156), ("#f2a23c", 112), ("#1fa890", 92), ("#e8506e", 64))
    ):
        y = 208 + row * 52
        c.fill(disc(924, y, 9), colour)
        c.fill(rect(946, y - 7, 176, 14, 7), "#d0e0ee")
        c.fill(rect(946, y - 7, long, 14, 7), colour)
    base = 556
    heights = (34, 52, 46, 70, 62, 88, 74, 96, 82, 110, 98, 124)
    for index, tall in enumerate(heights):
        x = 604 + index * 44
        c.fill(
            rect(x, base - tall, 26, tall, 6),
            Paint("#7ab8f8", "#2463d8") if index != 11 else Paint("#ffc870", "#f2862c"),
        )
    rise = curve([(617 + i * 44, base - tall - 18) for i, tall in enumerate(heights)])
    c.line(rise, "#e8506e", 4)
    c.fill(disc(617 + 11 * 44, base - 142, 9), "#e8506e")
    c.fill(disc(617 + 11 * 44, base - 142, 4), "#ffffff")
    coin(c, 1150, 168, 46, 0.8, 16)
    coin(c, 562, 560, 38, 0.7, -18)
    for x, y, r in ((512, 168, 16), (1196, 330, 20), (500, 420, 12)):
        sparkle(c, x, y, r, "#e4f8ff")
    c.words("年度账单", 84, 232, 96, Paint("#ffffff", "#cfeaff"), align="left", space=4)
    c.words("这一年，每一笔都算数", 88, 322, 34, "#d8efff", align="left", bold=False, space=1)
    pill = rect(88, 376, 206, 62, 31)
    c.fill(pill, Paint("#ffd98a", "#f6ac4c", angle=0))
    c.words("点击查看", 191, 407, 28, "#123a74")
    return c
