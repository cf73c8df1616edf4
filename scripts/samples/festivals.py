# SPDX-License-Identifier: Apache-2.0
"""Scenes of the year's days, 16:9 and 1:1: mid-autumn with its cakes, the week of travel, the first day of school, roses."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, Round, outline
from scripts.samples.motifs import clouds, gift, lantern, mountains, sparkle, stars, tree
from scripts.samples.products import arch, studio
from scripts.samples.products_more import rose
from scripts.samples.scenery import pagoda, petals, swirl
from scripts.samples.shapes import Path2D, curve, disc, hill, joined, leaf, poly, rect, ring, svg, track

WIDE = (1248, 702)


def cake_of_moon(c: Canvas, x: float, y: float, size: float, word: str) -> None:
    """A moon cake seen a little from above; (x, y) is the middle of its top."""
    with c.at(x, y, size / 100):
        c.soft(disc(8, 52, 104, 30), "#1c0a04", 0.5, 9)
        side = joined(
            *(
                disc(92 * math.cos(math.radians(a)), 34 + 40 * math.sin(math.radians(a)), 15, 18)
                for a in range(0, 360, 20)
            ),
            disc(0, 34, 96, 42),
        ).simplified()
        c.fill(side, Paint("#d98a3a", "#8f4a16", angle=60))
        top = joined(
            *(
                disc(92 * math.cos(math.radians(a)), 42 * math.sin(math.radians(a)), 15, 11)
                for a in range(0, 360, 20)
            ),
            disc(0, 0, 96, 45),
        ).simplified()
        c.fill(top, Paint("#ffdc8e", "#e9a548", "#c97a2a", angle=55))
        c.line(disc(0, 0, 78, 36), "#a9611f", 3.2, 0.75)
        for angle in range(0, 360, 45):
            turn = math.radians(angle)
            c.fill(disc(64 * math.cos(turn), 29 * math.sin(turn), 9, 5), "#b86f27", 0.8)
        c.line(disc(0, 0, 48, 22), "#a9611f", 2.6, 0.7)
        with c.at(0, 0):
            c.words(word, 0, -1, 34, "#8f4a16")
        c.soft(disc(-44, -18, 26, 9), "#fff6d8", 0.7, 6)


def rabbit(c: Canvas, x: float, y: float, size: float, flip: bool = False) -> None:
    """A white rabbit sitting on (x, y), looking to the left."""
    with c.at(x, y, size / 100, flip=flip):
        c.soft(disc(6, 2, 58, 9), "#08061c", 0.5, 6)
        c.fill(disc(46, -22, 15), Round("#ffffff", "#e3def2"))
        for turn, far in ((-104, 70), (-78, 66)):
            with c.at(-26, -92, turn=turn):
                c.fill(leaf(far, 15), Paint("#ffffff", "#e6e0f4", angle=20))
                c.fill(leaf(far * 0.8, 7).translated(6, 0), "#f6c4cf")
        c.fill(svg("M -30 0 C -44 -46 -16 -76 14 -66 C 52 -54 60 -20 44 0 Z"), Round("#ffffff", "#ebe6f6"))
        c.fill(disc(-26, -72, 29, 26), Round("#ffffff", "#f0ebf9"))
        c.fill(disc(-37, -77, 4), "#4a2a3c")
        c.fill(disc(-52, -68, 3.4), "#e88a9e")
        c.fill(disc(-30, -63, 7), "#f9c9d2", 0.8)
        c.fill(disc(-22, -6, 18, 9), "#ffffff")
        c.fill(disc(22, -6, 22, 10), "#f4f0fb")


def mid_autumn() -> Canvas:
    """The full moon of mid-autumn over roofs, a rabbit, moon cakes."""
    c = Canvas(*WIDE, Paint("#111a4a", "#2a3a80", "#6a5a96", "#e0a27a"))
    stars(c, 21, (0, 0, 1248, 340), 70, "#fff6dc")
    c.glow(842, 286, 470, "#ffe6b0", 0.75)
    c.fill(disc(842, 286, 212), Round("#fffef0", "#ffeeb8", "#f6cf80"))
    for dx, dy, r in ((-70, -60, 34), (50, -90, 20), (84, 30, 44), (-30, 70, 26), (-110, 30, 18)):
        c.fill(disc(842 + dx, 286 + dy, r), "#e9bd6a", 0.28)
    swirl(c, 640, 380, 62, Paint("#fff4dc", "#f0cfa6"), "#d9a56a")
    swirl(c, 1078, 250, 54, Paint("#fff4dc", "#f0cfa6"), "#d9a56a")
    mountains(
        c, 9, [(470, 46, Paint("#5a5290", "#8a6f9a")), (520, 34, Paint("#3c3a76", "#5c5288"))], 702, 170
    )
    pagoda(c, 1116, 560, 0.66, "#f6d6a0", ("#3a2a5c", "#221a44"))
    c.fill(hill([(-20, 560), (320, 584), (760, 552), (1280, 590)], 702), Paint("#2c2456", "#171236"))
    rabbit(c, 596, 586, 112)
    c.soft(disc(866, 640, 200, 20), "#05040f", 0.6, 10)
    c.fill(disc(860, 628, 196, 34), Paint("#8a4a3a", "#4c2430", angle=20))
    c.fill(disc(860, 621, 180, 27), Paint("#b86a4c", "#743844", angle=20))
    cake_of_moon(c, 778, 590, 74, "月")
    cake_of_moon(c, 944, 592, 74, "圆")
    cake_of_moon(c, 860, 560, 78, "秋")
    lantern(c, 1196, 120, 84, "", 300)
    for turn, long, x, y in ((28, 120, -16, 60), (52, 108, 40, 8), (12, 120, -20, 132), (70, 84, 116, -12)):
        with c.at(x, y, turn=turn):
            c.fill(leaf(long, 20), Paint("#7fae74", "#2f5f56"))
    for x, y in ((66, 76), (104, 52), (40, 128), (92, 104), (136, 84), (62, 172), (150, 40)):
        for dx, dy in ((0, 0), (12, 4), (4, 12), (-8, 8)):
            c.fill(disc(x + dx, y + dy, 6), Round("#fff0a8", "#f4a93c"))
    c.words("月圆人团圆", 96, 258, 82, Paint("#fff8e2", "#ffd998"), align="left", space=4)
    c.words("中秋礼盒 · 三日内送达", 100, 338, 32, "#ffeed2", align="left", bold=False, space=2)
    pill = rect(100, 392, 214, 62, 31)
    c.fill(pill, Paint("#ffe3a4", "#eda850", angle=0))
    c.words("挑选好礼", 207, 423, 28, "#5a2a1c")
    return c


def balloon(c: Canvas, x: float, y: float, size: float, colours: tuple[str, str, str]) -> None:
    """A hot-air balloon; (x, y) is the middle of its envelope."""
    light, deep, band = colours
    with c.at(x, y, size / 100):
        for at in (-26, 26):
            c.line(track((at * 1.5, 62), (at * 0.6, 122)), "#7a5a48", 2.4)
        c.fill(rect(-18, 120, 36, 26, 6), Paint("#b98450", "#7a4c2c"))
        skin = svg(
            "M 0 -104 C 74 -104 104 -46 96 0 C 88 42 44 62 34 78 L -34 78 C -44 62 -88 42 -96 0 C -104 -46 -74 -104 0 -104 Z"
        )
        c.fill(skin, Round(light, deep, x=0.34, y=0.24, reach=0.9))
        with c.clip(skin):
            for left, right in ((-96, -58), (-20, 20), (58, 96)):
                c.fill(
                    svg(
                        f"M {left * 0.2} -110 C {left} -60 {left} 20 {left * 0.4} 80 L {right * 0.4} 80 C {right} 20 {right} -60 {right * 0.2} -110 Z"
                    ),
                    band,
                    0.85,
                )
            c.soft(svg("M 30 -110 C 110 -60 110 40 40 90 L 120 90 L 120 -110 Z"), "#3a0a1a", 0.35, 20)
            c.soft(disc(-46, -52, 22, 34), "#ffffff", 0.5, 12)
        c.fill(rect(-30, 74, 60, 8, 4), band)


def golden_week() -> Canvas:
    """A week of travel: balloons over autumn mountains, a road, a lake."""
    c = Canvas(*WIDE, Paint("#3f9fe0", "#9fd8f2", "#fdf0d0"))
    c.glow(300, 150, 380, "#fff6d0", 0.9)
    c.fill(disc(1010, 150, 58), Round("#fffbe2", "#ffe08a"))
    clouds(
        c, [(1130, 260, 170), (640, 116, 150), (60, 372, 160), (430, 340, 120)], Paint("#ffffff", "#eaf6fb")
    )
    mountains(
        c,
        14,
        [
            (380, 60, Paint("#8fb8d8", "#cfe4ea")),
            (450, 50, Paint("#c88a5a", "#efc48a")),
            (520, 40, Paint("#d8632f", "#f2a24a")),
        ],
        702,
        170,
    )
    wall = curve([(690, 470), (770, 430), (850, 452), (930, 410), (1010, 436), (1110, 396), (1260, 424)])
    c.line(wall.translated(0, 10), "#8a5a3c", 24)
    c.line(wall, Paint("#f6dcae", "#d9ae78", angle=0), 22)
    for x, y in ((770, 424), (930, 404), (1110, 390)):
        c.fill(rect(x - 26, y - 52, 52, 66, 3), Paint("#f8e0b4", "#c99a64", angle=10))
        c.fill(rect(x - 9, y - 28, 18, 30, 9), "#8a5a3c")
        for step in range(-2, 3, 2):
            c.fill(rect(x + step * 11 - 6, y - 62, 12, 12), "#f8e0b4")
    c.fill(
        hill([(-20, 560), (260, 520), (620, 590), (980, 530), (1280, 570)], 702), Paint("#e9a13c", "#b9661f")
    )
    road = svg(
        "M 560 702 C 600 640 760 640 760 596 C 760 566 660 566 690 536 L 706 536 C 690 566 830 566 840 600 C 850 648 780 660 820 702 Z"
    )
    c.fill(road, Paint("#fdf0d8", "#e9cf9e"))
    for x, y, tall, light, deep in (
        (70, 640, 150, "#f4b03c", "#d96a24"), (186, 664, 118, "#e8613c", "#a83a2a"), (470, 654, 104, "#f6c04c", "#e08a2c"),
        (930, 652, 112, "#e8613c", "#a83a2a"), (1042, 668, 146, "#f4b03c", "#d96a24"), (1186, 650, 126, "#f08a3c", "#c0502a"),
    ):  # fmt: skip
        tree(c, x, y, tall, light, deep)
    balloon(c, 884, 226, 112, ("#ff8f6a", "#d8323c", "#ffe7b4"))
    balloon(c, 1124, 204, 64, ("#ffd978", "#f0942c", "#fff6e0"))
    balloon(c, 690, 318, 50, ("#7fd0ea", "#2f80c4", "#ffffff"))
    title = outline("国庆出游季", 90, 152, 92, align="left", space=4)
    c.soft(title, "#0c4a86", 0.45, 8, 2, 4)
    c.fill(title, Paint("#ffffff", "#fff4dc"))
    c.words("七天假期，说走就走", 94, 238, 34, "#175a92", align="left", space=2)
    pill = rect(94, 286, 214, 62, 31)
    c.fill(pill, Paint("#ff7a52", "#e23c3c", angle=0))
    c.words("订票立减", 201, 317, 28, "#ffffff")
    return c


def standing(
    c: Canvas, x: float, y: float, wide: float, tall: float, cover: tuple[str, str], title: str
) -> None:
    """A book standing on (x, y), its lower left corner, spine to us."""
    c.fill(rect(x, y - tall, wide, tall, 5), Paint(*cover, angle=0))
    c.fill(rect(x + wide * 0.14, y - tall, wide * 0.07, tall), "#ffffff", 0.25)
    for index, word in enumerate(title):
        c.words(word, x + wide * 0.54, y - tall + 44 + index * 40, 31, "#fffaf0")


def pencil(c: Canvas, x: float, y: float, long: float, turn: float, colours: tuple[str, str]) -> None:
    """A pencil from (x, y), its point at the far end."""
    with c.at(x, y, turn=turn):
        c.soft(rect(0, -6, long, 26), "#123a34", 0.3, 6, 2, 6)
        c.fill(rect(0, -11, long * 0.84, 22), Paint(colours[0], colours[1]))
        c.fill(rect(0, -4, long * 0.84, 6), "#ffffff", 0.3)
        c.fill(poly((long * 0.84, -11), (long, 0), (long * 0.84, 11)), "#f6dcb4")
        c.fill(poly((long * 0.95, -3.4), (long, 0), (long * 0.95, 3.4)), "#3a2a28")
        c.fill(rect(-18, -11, 20, 22, 5), "#f49aa8")


def back_to_school() -> Canvas:
    """The first day of school: a blackboard, books, a globe, an alarm clock."""
    c = Canvas(*WIDE, Paint("#fff3d6", "#ffe0a8"))
    board = rect(70, 70, 1108, 440, 18)
    c.soft(board, "#6a3f12", 0.4, 18, 8, 14)
    c.fill(board, Paint("#c98a4c", "#8f5a2a", angle=20))
    inside = rect(90, 90, 1068, 400, 8)
    c.fill(inside, Paint("#2f7a66", "#1c5a50", angle=40))
    with c.clip(inside):
        c.glow(380, 160, 520, "#7fd0b0", 0.3)
        for x, y, r in ((1010, 190, 58), (1010, 190, 40)):
            c.line(disc(x, y, r), "#e4f4e8", 3, 0.45)
        c.line(track((930, 330), (1110, 330), (1020, 240), (930, 330)), "#e4f4e8", 3, 0.45)
        c.line(svg("M 690 150 C 730 90 770 210 810 150 C 840 104 860 130 880 150"), "#ffe9a8", 4, 0.6)
        c.words("E = m c", 724, 214, 38, "#e4f4e8", bold=False, alpha=0.5)
        c.words("2", 800, 200, 24, "#e4f4e8", bold=False, alpha=0.5)
    c.words("开学装备季", 146, 208, 96, Paint("#fffbe8", "#ffe3a0"), align="left", space=4)
    c.words("书包文具，一站备齐", 150, 296, 34, "#dff3e6", align="left", bold=False, space=2)
    pill = rect(150, 348, 236, 62, 31)
    c.fill(pill, Paint("#ffb84c", "#f2862c", angle=0))
    c.words("满199减40", 268, 379, 28, "#ffffff")
    c.fill(rect(0, 590, 1248, 112), Paint("#e6a860", "#c07f3c"))
    c.fill(rect(0, 586, 1248, 10), "#ffe3b0", 0.8)
    c.soft(rect(560, 596, 620, 26), "#5a2f0c", 0.5, 12)
    for x, wide, tall, cover, title in (
        (586, 68, 232, ("#e8613c", "#b83c2a"), "语文"),
        (658, 60, 204, ("#3f8fd8", "#2463a8"), "数学"),
        (722, 74, 246, ("#f2b03c", "#d0862a"), "自然"),
    ):
        standing(c, x, 592, wide, tall, cover, title)
    with c.at(796, 592, turn=-9):
        standing(c, 14, 0, 56, 214, ("#7a5ac8", "#523a96"), "美术")
    with c.at(956, 592):
        c.fill(
            svg("M -74 0 C -60 -26 -30 -26 -10 -30 L 10 -30 C 30 -26 60 -26 74 0 Z"),
            Paint("#8a5a34", "#5a3420"),
        )
        c.fill(rect(-6, -62, 12, 40), "#8a5a34")
        c.line(
            svg("M -62 -224 C -116 -140 -76 -52 0 -52 C 40 -52 70 -72 88 -104"),
            Paint("#f6cf7a", "#c98f34"),
            9,
        )
        globe = disc(10, -150, 84)
        c.fill(globe, Round("#bfeaff", "#4aa8e0", "#1c63a8"))
        with c.clip(globe):
            for land in (
                svg(
                    "M -70 -200 C -30 -236 20 -216 14 -186 C 4 -160 -30 -170 -40 -140 C -60 -130 -90 -160 -70 -200 Z"
                ),
                svg("M 30 -160 C 70 -190 100 -150 84 -116 C 66 -80 34 -96 30 -120 Z"),
                svg("M -30 -112 C 0 -126 20 -96 6 -74 C -14 -60 -44 -80 -30 -112 Z"),
            ):
                c.fill(land, Paint("#8fd47a", "#3f9a5c"))
            c.soft(disc(44, -104, 60), "#0c2c5c", 0.4, 22)
        c.soft(disc(-18, -186, 20, 14), "#ffffff", 0.8, 8)
    with c.at(1124, 520):
        c.soft(disc(6, 74, 74, 10), "#5a2f0c", 0.5, 8)
        for flip in (False, True):
            with c.at(0, 0, flip=flip):
                c.fill(poly((30, 56), (44, 50), (56, 78), (44, 80)), "#b83c3c")
                with c.at(44, -64, turn=38):
                    c.fill(svg("M -26 10 C -26 -22 26 -22 26 10 Z"), Paint("#ff8a72", "#d8403c"))
        c.fill(disc(0, 0, 72), Paint("#ff8a72", "#c8343a", angle=50))
        c.fill(disc(0, 0, 57), Round("#ffffff", "#f4ead8"))
        for angle in range(0, 360, 30):
            turn = math.radians(angle)
            c.fill(disc(47 * math.cos(turn), 47 * math.sin(turn), 3.2), "#8a5a44")
        c.line(track((0, 0), (0, -36)), "#4a2f2a", 6)
        c.line(track((0, 0), (-26, 14)), "#4a2f2a", 6)
        c.fill(disc(0, 0, 6), "#d8403c")
    pencil(c, 150, 640, 250, -4, ("#ffd25c", "#f0a030"))
    pencil(c, 232, 668, 220, 3, ("#5cc0a0", "#2f8a72"))
    with c.at(470, 640, turn=-6):
        c.soft(rect(-64, -26, 128, 60, 8), "#5a2f0c", 0.4, 8, 4, 8)
        c.fill(rect(-64, -30, 128, 60, 8), Paint("#ffffff", "#dfe8f0"))
        c.fill(rect(-64, -30, 128, 26, 8), Paint("#4aa8e8", "#2f80c8"))
        c.words("橡皮", 0, 12, 24, "#2f6fae")
    return c


def heart(size: float) -> Path2D:
    """Return a heart around the origin, `size` wide."""
    s = size / 100
    return svg(
        f"M 0 {46 * s} C {-62 * s} {2 * s} {-52 * s} {-44 * s} {-24 * s} {-44 * s} C {-10 * s} {-44 * s} {-3 * s} {-34 * s} 0 {-24 * s} "
        f"C {3 * s} {-34 * s} {10 * s} {-44 * s} {24 * s} {-44 * s} C {52 * s} {-44 * s} {62 * s} {2 * s} 0 {46 * s} Z"
    )


def valentine() -> Canvas:
    """Roses, a letter with a heart, a gift."""
    c = Canvas(*WIDE, Paint("#fff0f0", "#ffd6dc", "#f7a9b8", angle=60))
    c.glow(880, 320, 480, "#ffffff", 0.8)
    for x, y, size, turn, alpha in (
        (540, 120, 60, -14, 0.5), (1150, 110, 90, 16, 0.55), (690, 70, 40, 8, 0.6), (1190, 330, 50, -10, 0.5),
        (470, 590, 70, 12, 0.35), (600, 250, 30, 20, 0.6),
    ):  # fmt: skip
        with c.at(x, y, turn=turn):
            c.fill(heart(size), Paint("#ff9aac", "#e8506e"), alpha)
    c.fill(hill([(-20, 640), (420, 596), (900, 624), (1280, 590)], 702), Paint("#f48aa0", "#d8506e"))
    with c.at(930, 360, turn=-6):
        letter = rect(-200, -130, 400, 270, 12)
        c.soft(letter, "#7a1030", 0.4, 20, 12, 20)
        c.fill(rect(-176, -196, 352, 220, 8), Paint("#ffffff", "#fff2ec"))
        c.words("致", -134, -156, 34, "#c84a66", align="left")
        for row in range(3):
            c.fill(rect(-134, -118 + row * 26, 230 - row * 46, 5, 2.5), "#f2c4cc")
        c.fill(letter, Paint("#ffb8c2", "#f28a9e"))
        c.fill(poly((-200, 140), (0, -20), (200, 140)), Paint("#ffc9d0", "#f49aac"))
        c.fill(
            svg(
                "M -200 -126 L 0 40 L 200 -126 C 200 -132 196 -130 188 -130 L -188 -130 C -196 -130 -200 -132 -200 -126 Z"
            ),
            Paint("#ff9fae", "#ee7288"),
        )
        seal = heart(104)
        with c.at(0, 30):
            c.soft(seal, "#7a1030", 0.5, 8, 3, 6)
            c.fill(seal, Paint("#ff5c78", "#c81e46", angle=50))
            c.soft(disc(-24, -22, 10, 8), "#ffffff", 0.7, 4)
    for turn, long, x, y in (
        (-150, 130, 690, 560),
        (-40, 120, 800, 590),
        (200, 110, 640, 610),
        (-20, 120, 1120, 590),
        (-160, 110, 1010, 600),
    ):
        with c.at(x, y, turn=turn):
            c.fill(leaf(long, 30), Paint("#8fc48a", "#3f8a68"))
    reds = ("#ff9aa8", "#e83a58", "#a0123a")
    pinks = ("#ffe0e4", "#f7a0b2", "#d85a7c")
    whites = ("#ffffff", "#ffeae4", "#eec0b8")
    for x, y, r, colours in (
        (640, 560, 66, pinks),
        (742, 580, 82, reds),
        (836, 616, 58, whites),
        (1060, 600, 64, reds),
        (1148, 590, 54, pinks),
    ):
        rose(c, x, y, r, colours)
    gift(c, 500, 640, 116, 104, ("#fff4ee", "#f6cfc8"), ("#e8506e", "#b8244c"))
    petals(c, 8, 16, ["#f48aa0", "#ffffff", "#e8506e"], (480, 90, 1220, 560))
    c.words("把喜欢", 96, 214, 88, Paint("#d8345c", "#a81c48"), align="left", space=6)
    c.words("说出口", 96, 316, 88, Paint("#d8345c", "#a81c48"), align="left", space=6)
    c.words("鲜花同城，两小时送达", 100, 398, 32, "#a83a5a", align="left", bold=False, space=1)
    pill = rect(100, 446, 200, 62, 31)
    c.fill(pill, Paint("#ff7a92", "#e03a60", angle=0))
    c.words("挑一束花", 200, 477, 28, "#ffffff")
    return c


def mooncake() -> Canvas:
    """A box of moon cakes, one cut open."""
    c = studio(("#2f3a7a", "#1a2258"), ("#141a48", "#2c3470"), "#6a78c8")
    arch(c, 620, 770, 560, 640, Paint("#f6d596", "#e0a55a", angle=60), "#0a0e30")
    c.fill(disc(620, 440, 190), Round("#fffdf0", "#ffeec0", "#f4cf88"))
    c.soft(rect(236, 640, 620, 210, 20), "#04061c", 0.6, 24, 16, 30)
    box = rect(232, 560, 620, 262, 18)
    c.fill(box, Paint("#c8343c", "#8a1628", angle=40))
    c.line(rect(250, 578, 584, 226, 12), "#f2c878", 4)
    for x in (296, 788):
        c.line(ring(x, 691, 36, 35), "#f2c878", 3, 0.7)
        c.line(ring(x, 691, 22, 21), "#f2c878", 3, 0.7)
    label = rect(412, 604, 260, 174, 20)
    c.fill(label, Paint("#fff4d8", "#f2d9a0"))
    c.words("中秋", 542, 662, 74, "#8a1628", space=6)
    c.words("八味月饼礼盒", 542, 734, 30, "#a8502c", space=2)
    for x, y, word in ((356, 506, "莲"), (542, 480, "福"), (728, 506, "枣")):
        cake_of_moon(c, x, y, 92, word)
    with c.at(812, 872):
        c.soft(disc(10, 60, 170, 26), "#04061c", 0.6, 12)
        c.fill(disc(0, 44, 170, 34), Paint("#ffffff", "#c8d0ea", angle=20))
        c.fill(disc(0, 38, 130, 24), "#e4e9f6")
        piece = svg("M -96 20 L -96 -36 C -80 -70 80 -70 96 -36 L 96 20 C 70 36 -70 36 -96 20 Z")
        c.fill(piece, Paint("#d98a3a", "#9a5520"))
        face = svg("M -82 -26 C -60 -48 60 -48 82 -26 L 82 14 C 60 26 -60 26 -82 14 Z")
        c.fill(face, Paint("#7a3a1c", "#542410"))
        c.fill(disc(0, -6, 34, 22), Round("#ffd878", "#f08c2a"))
        c.fill(svg("M -96 -36 C -80 -70 80 -70 96 -36 C 80 -50 -80 -50 -96 -36 Z"), "#f2b45c")
    for x, y, r in ((250, 250, 18), (900, 230, 24), (180, 470, 12), (940, 520, 14)):
        sparkle(c, x, y, r, "#fff2cc")
    return c
