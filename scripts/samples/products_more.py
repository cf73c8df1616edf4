# SPDX-License-Identifier: Apache-2.0
"""More product shots, 1:1: backpack, cake, bouquet, watch."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import flower, podium, sparkle
from scripts.samples.products import MID, arch, studio
from scripts.samples.shapes import curve, disc, joined, leaf, moved, poly, rect, ring, svg, track


def backpack() -> Canvas:
    """A school backpack with front pocket."""
    c = studio(("#e2f0ea", "#bfe0d4"), ("#a4cfc0", "#d0e8de"), "#ffffff")
    c.fill(disc(570, 480, 350), Paint("#ffd27a", "#f7ae4a", angle=60))
    c.soft(disc(570, 896, 290, 28), "#14453c", 0.55, 14)
    for sign in (-1, 1):
        with c.at(544, 0, flip=sign < 0):
            c.line(svg("M 190 330 C 330 420 322 700 250 850"), Paint("#1f6a62", "#124a48"), 44)
    c.line(svg("M 478 236 C 478 142 610 142 610 236"), "#14504c", 26)
    body = svg(
        "M 300 470 C 300 290 400 208 544 208 C 688 208 788 290 788 470 L 800 800 C 800 872 764 896 700 896 L 388 896 C 324 896 288 872 288 800 Z"
    )
    c.soft(body, "#0c3834", 0.4, 22, 20, 14)
    c.fill(body, Paint("#4fb8a4", "#2f9486", "#1c6c68", angle=50))
    with c.clip(body):
        c.soft(svg("M 330 470 C 330 330 400 250 480 240 L 440 220 L 280 300 L 280 500 Z"), "#c8fff0", 0.6, 22)
        c.soft(rect(740, 260, 90, 660), "#0c4440", 0.5, 34)
    c.line(svg("M 330 540 C 330 340 410 262 544 262 C 678 262 758 340 758 540"), "#14504c", 9)
    c.line(svg("M 330 540 C 330 340 410 262 544 262 C 678 262 758 340 758 540"), "#8fe0d0", 2.5, 0.8, (2, 3))
    c.fill(rect(742, 520, 22, 66, 8), Paint("#ffe0a0", "#e0a040"))
    pocket = rect(352, 588, 384, 262, 54)
    c.soft(pocket, "#0c3834", 0.45, 12, 4, 10)
    c.fill(pocket, Paint("#3fa898", "#227c74", angle=50))
    flap = svg(
        "M 352 642 C 352 606 376 588 406 588 L 682 588 C 712 588 736 606 736 642 L 736 664 C 680 716 408 716 352 664 Z"
    )
    c.soft(flap, "#0c3834", 0.4, 8, 0, 8)
    c.fill(flap, Paint("#ffc25c", "#f09a38", angle=50))
    c.line(svg("M 366 660 C 420 700 668 700 722 660"), "#fff0cc", 3, 0.9, (3, 3))
    buckle = rect(516, 668, 56, 76, 14)
    c.fill(buckle, Paint("#fff8ec", "#dcc8a8"))
    c.fill(rect(530, 700, 28, 26, 6), "#227c74")
    c.fill(rect(462, 410, 164, 92, 20), Paint("#fff8ec", "#f0dcc0"))
    peak = poly((478, 486), (526, 430), (548, 456), (564, 440), (610, 486))
    c.fill(peak, "#2f9486")
    c.fill(disc(590, 434, 10), "#f7ae4a")
    for sign in (-1, 1):
        side = svg("M 252 650 C 286 640 300 660 302 690 L 306 850 C 280 860 262 850 258 830 Z")
        with c.at(544, 0, flip=sign > 0), c.at(-544, 0):
            c.fill(side, Paint("#227c74", "#14504c"))
    bottle = rect(816, 520, 64, 160, 18)
    c.fill(bottle, Paint("#ffffff", "#cfe6f4", "#8fb8d4", angle=0))
    c.fill(rect(826, 494, 44, 32, 8), "#f0553c")
    c.fill(
        svg(
            "M 836 650 C 802 640 788 660 786 690 L 782 850 C 808 860 846 860 872 840 L 884 668 C 870 648 850 650 836 650 Z"
        ),
        Paint("#2f9486", "#14504c"),
    )
    for x, y, r in ((180, 300, 20), (920, 250, 24), (160, 600, 12)):
        sparkle(c, x, y, r)
    return c


def cake() -> Canvas:
    """A strawberry cream cake on a stand."""
    c = studio(("#fff0e6", "#ffdcd2"), ("#ffc8be", "#ffe6dc"), "#ffffff")
    arch(c, 544, 770, 700, 650, Paint("#ffb8a8", "#f48c86", angle=60), "#8a3230")
    c.soft(disc(570, 962, 240, 24), "#7a2a2a", 0.5, 12)
    c.fill(
        svg("M 484 800 L 604 800 C 600 880 640 940 700 956 L 388 956 C 448 940 488 880 484 800 Z"),
        Paint("#ffffff", "#f4e6e4", "#c8b0b0", angle=0),
    )
    c.fill(disc(544, 956, 156, 18), Paint("#ffffff", "#d9c4c4", angle=0))
    plate = joined(disc(544, 800, 372, 54))
    c.soft(plate, "#7a2a2a", 0.3, 12, 6, 18)
    c.fill(disc(544, 812, 372, 54), "#d9c4c4")
    c.fill(plate, Paint("#ffffff", "#f6e8e6", angle=20))
    low = joined(rect(264, 570, 560, 220), disc(544, 790, 280, 40))
    c.soft(disc(570, 806, 290, 36), "#7a2a2a", 0.35, 12)
    c.fill(low.simplified(), Paint("#fff6ea", "#ffffff", "#f6dcd0", "#dcb4ac", angle=0))
    with c.clip(low.simplified()):
        c.fill(
            svg("M 250 668 C 400 712 690 712 840 668 L 840 704 C 690 750 400 750 250 704 Z"),
            Paint("#ff8a8a", "#ffa8a0", "#e86a74", angle=0),
        )
    c.fill(disc(544, 570, 280, 42), Paint("#fffaf2", "#f8e6dc", angle=20))
    cream = "M 264 560 "
    for index in range(8):
        x = 264 + index * 70
        cream += f"C {x} {630 + (index * 37) % 50} {x + 70} {630 + (index * 37) % 50} {x + 70} 566 "
    drip = svg(cream + "C 824 520 264 520 264 560 Z")
    c.soft(drip, "#a84a4a", 0.3, 8, 0, 8)
    c.fill(drip, Paint("#ff9a98", "#f4707c"))
    c.fill(disc(544, 560, 280, 40), Paint("#ffb4b0", "#f98a90", angle=20))
    top = joined(rect(368, 400, 352, 150), disc(544, 550, 176, 26), disc(544, 400, 176, 26)).simplified()
    c.soft(disc(562, 560, 186, 26), "#8a2a3a", 0.4, 10)
    c.fill(top, Paint("#fff6ea", "#ffffff", "#f6dcd0", "#dcb4ac", angle=0))
    with c.clip(top):
        c.fill(
            svg("M 360 470 C 460 500 630 500 730 470 L 730 490 C 630 520 460 520 360 490 Z"),
            Paint("#ffc24a", "#ffd98a", "#e8a03a", angle=0),
        )
    c.fill(disc(544, 400, 176, 26), Paint("#ffffff", "#f8e6dc", angle=20))
    for x, y, s in ((420, 400, 0.9), (668, 400, 0.9), (482, 416, 1.05), (608, 416, 1.05), (544, 424, 1.15)):
        with c.at(x, y, s):
            c.fill(disc(0, 6, 40, 12), Paint("#ffffff", "#f0d8d0"))
            berry = svg(
                "M 0 -70 C 30 -70 44 -46 38 -24 C 32 0 14 10 0 10 C -14 10 -32 0 -38 -24 C -44 -46 -30 -70 0 -70 Z"
            )
            c.fill(berry, Round("#ff7a6a", "#e8323f", "#b0162c"))
            for dx, dy in ((-16, -42), (6, -48), (18, -26), (-8, -22), (-22, -14), (8, -6)):
                c.fill(disc(dx, dy, 2.6, 4), "#ffe0a0")
            for turn in (-150, -90, -30, -120, -60):
                with c.at(0, -66, turn=turn):
                    c.fill(leaf(26, 7), Paint("#8fd06a", "#3f9a4a"))
    for x, colour in ((450, "#ffd27a"), (544, "#8fd0f0"), (638, "#ffb0c4")):
        c.fill(rect(x - 7, 262, 14, 104, 5), Paint("#ffffff", colour, angle=0))
        for y in (282, 308, 334):
            c.line(track((x - 6, y + 8), (x + 6, y)), colour, 5)
        c.line(track((x, 262), (x, 248)), "#6a4a3a", 3)
        c.glow(x, 228, 62, "#ffd070", 0.8)
        c.fill(
            svg(f"M {x} 196 C {x + 22} 226 {x + 14} 250 {x} 250 C {x - 14} 250 {x - 22} 226 {x} 196 Z"),
            Paint("#fff6c0", "#ffb02e", "#ff7a2a"),
        )
    for index in range(9):
        x = 292 + index * 63
        c.fill(disc(x, 786 + 26 * math.sin(math.pi * index / 8), 24, 20), Round("#ffffff", "#f4d8d0"))
    for x, y, r in ((170, 300, 16), (920, 280, 22), (880, 470, 12)):
        sparkle(c, x, y, r, "#ffffff")
    return c


def rose(c: Canvas, x: float, y: float, r: float, colours: tuple[str, str, str]) -> None:
    """A rose seen from above and a little from the side."""
    light, middle, deep = colours
    with c.at(x, y):
        c.soft(disc(0, 0, r), "#5a1030", 0.3, r * 0.15, r * 0.08, r * 0.14)
        for index in range(5):
            with c.at(0, 0, turn=72 * index + 10):
                c.fill(
                    disc(0, -r * 0.5, r * 0.58, r * 0.52), Round(light, middle, deep, x=0.4, y=0.2, reach=0.9)
                )
        c.soft(disc(0, r * 0.04, r * 0.6), deep, 0.55, r * 0.1)
        for index in range(4):
            with c.at(0, 0, turn=90 * index + 40):
                c.fill(
                    disc(0, -r * 0.26, r * 0.42, r * 0.36),
                    Round(light, middle, deep, x=0.4, y=0.15, reach=0.9),
                )
        c.fill(disc(0, 0, r * 0.34), Paint(middle, deep))
        c.line(
            svg(
                f"M {-r * 0.2} {r * 0.05} C {-r * 0.2} {-r * 0.26} {r * 0.24} {-r * 0.24} {r * 0.2} {r * 0.06} C {r * 0.16} {r * 0.24} {-r * 0.08} {r * 0.2} {-r * 0.06} {r * 0.02} C {-r * 0.02} {-r * 0.08} {r * 0.08} {-r * 0.06} {r * 0.08} {r * 0.02}"
            ),
            light,
            r * 0.06,
        )


def bouquet() -> Canvas:
    """A wrapped bouquet of roses."""
    c = studio(("#f2e8f6", "#dccbea"), ("#c8b0dc", "#e8daf2"), "#ffffff")
    c.fill(disc(560, 470, 370), Paint("#fff4fa", "#e2b8dc", angle=60), 0.85)
    c.soft(disc(590, 966, 150, 20), "#3a1c50", 0.5, 12)
    for turn, long in (
        (-150, 250),
        (-128, 300),
        (-108, 330),
        (-88, 330),
        (-68, 320),
        (-48, 300),
        (-28, 250),
        (-168, 200),
        (-12, 200),
    ):
        with c.at(546, 560, turn=turn):
            c.fill(leaf(long, 46, 16), Paint("#a4cfa4", "#4f8f78", angle=30))
            c.line(track((40, 3), (long * 0.8, 12)), "#d4ecd0", 3, 0.7)
    back = svg("M 240 520 L 380 400 L 546 360 L 716 400 L 850 520 L 610 900 L 480 900 Z")
    c.soft(back, "#3a1c50", 0.3, 16, 10, 12)
    c.fill(back, Paint("#fff6f2", "#f0d4de", angle=20))
    pinks = ("#ffd4dc", "#f48aa4", "#c84a72")
    creams = ("#fffaf0", "#fbe0c8", "#e4b090")
    purples = ("#e8d0f8", "#b88ae0", "#7a4ab0")
    for x, y, r, colours in (
        (400, 400, 74, purples),
        (690, 396, 74, creams),
        (546, 330, 80, pinks),
        (330, 494, 70, creams),
        (764, 490, 70, pinks),
        (470, 470, 86, pinks),
        (624, 466, 86, purples),
        (396, 574, 72, pinks),
        (700, 572, 72, creams),
        (546, 580, 90, creams),
    ):
        rose(c, x, y, r, colours)
    for x, y in ((470, 370), (622, 372), (546, 416), (340, 420), (756, 416), (470, 560), (626, 556)):
        for dx, dy in ((0, 0), (16, -10), (-14, -12), (4, -24)):
            c.fill(disc(x + dx, y + dy, 8), Round("#ffffff", "#f0e4f4"))
    left = svg("M 214 500 C 300 640 420 680 560 700 L 600 900 C 560 916 510 916 478 900 Z")
    right = svg("M 878 500 C 800 640 690 690 530 712 L 488 900 C 530 916 590 916 614 900 Z")
    for paper, folds in ((right, ("#f8d0d8", "#d994a8")), (left, ("#fff0f0", "#f0bcc8"))):
        c.soft(paper, "#5a1c40", 0.35, 12, 4, 4)
        c.fill(paper, Paint(*folds, angle=30))
    c.fill(
        svg("M 490 896 L 604 896 L 640 968 C 600 980 500 980 456 968 Z"),
        Paint("#f8d0d8", "#c87c98", angle=20),
    )
    c.fill(rect(478, 874, 138, 34, 14), Paint("#b87ad8", "#7a4ab0", angle=0))
    bow = svg("M 0 0 C -30 -66 -110 -70 -112 -30 C -112 8 -50 10 0 0 Z")
    tail = svg("M -6 4 C -20 40 -50 70 -76 96 L -44 98 L -34 120 C -10 80 4 40 6 4 Z")
    for flip in (False, True):
        with c.at(546, 888, flip=flip):
            c.fill(tail, Paint("#9a5ec8", "#6a3a9c"))
            c.soft(bow, "#3a1c50", 0.3, 6, 0, 6)
            c.fill(bow, Paint("#d0a0ee", "#8a54c0", angle=60))
    c.fill(rect(526, 868, 40, 40, 14), Paint("#c090e4", "#7a4ab0"))
    with c.at(806, 690, turn=12):
        card = rect(-70, -46, 140, 92, 8)
        c.soft(card, "#3a1c50", 0.35, 10, 4, 8)
        c.fill(card, "#fffaf4")
        c.words("赠予你", 0, 0, 32, "#9a4a7c", space=2)
    flower(c, 186, 900, 44, ("#f48aa4", "#ffe4ea"), 20)
    flower(c, 906, 930, 36, ("#b88ae0", "#f2e4fc"), 50)
    return c


def watch() -> Canvas:
    """A watch standing on stone, strap of leather."""
    c = studio(("#2f3d58", "#1c2740"), ("#141d32", "#2c3a58"), "#6f8fc8")
    c.fill(ring(544, 520, 400, 396), "#ffd9a0", 0.28)
    c.fill(disc(544, 520, 350), Paint("#5a7ab0", "#24365c", angle=60), 0.55)
    podium(
        c,
        MID,
        906,
        330,
        80,
        Paint("#4a5c84", "#2c3a5c", angle=0),
        Paint("#3f5078", "#141d34", angle=0),
        "#04070f",
    )
    strap = Paint("#b8744a", "#8f5230", "#6a381c", angle=0)
    upper = svg("M 436 330 L 452 108 C 456 88 632 88 636 108 L 652 330 Z")
    lower = svg("M 436 710 L 452 900 C 480 926 608 926 636 900 L 652 710 Z")
    for part in (upper, lower):
        c.soft(part, "#000000", 0.5, 16, 14, 10)
        c.fill(part, strap)
    for points in (
        "M 454 320 L 470 112",
        "M 634 320 L 618 112",
        "M 454 720 L 468 900",
        "M 634 720 L 620 900",
    ):
        c.line(svg(points), "#f4cfa0", 3, 0.7, (3, 2.4))
    for y in (140, 184, 228):
        c.fill(disc(544, y, 9, 6), "#3f1e0c")
    gold = Paint("#fff0cc", "#e8bf84", "#a8743c", "#f0cf98", angle=50)
    for sign in (-1, 1):
        for y in (300, 716):
            c.fill(rect(544 + sign * 106 - 22, y, 44, 56, 12), gold)
    case = disc(544, 528, 242)
    c.soft(case, "#000000", 0.6, 22, 18, 20)
    c.fill(rect(772, 506, 46, 46, 12), gold)
    for y in (512, 522, 532, 542):
        c.fill(rect(780, y, 36, 3), "#8f5f2c", 0.6)
    c.fill(case, gold)
    c.fill(disc(544, 528, 222), Paint("#a8743c", "#fff0cc", angle=50))
    face = disc(544, 528, 210)
    c.fill(face, Round("#fffdf6", "#f2ece0", "#d4cabb", x=0.36, y=0.3, reach=0.85))
    for index in range(60):
        with c.at(544, 528, turn=index * 6):
            if index % 15 == 0:
                c.fill(rect(-6, -190, 12, 40, 3), gold)
            elif index % 5 == 0:
                c.fill(rect(-4, -188, 8, 28, 2), "#b98550")
            else:
                c.fill(rect(-1.2, -188, 2.4, 11), "#8a8478")
    c.words("时序", 544, 444, 30, "#3a4258", space=6)
    c.words("自动机械", 544, 630, 17, "#6a6f80", bold=False, space=3)
    c.fill(rect(650, 510, 48, 36, 5), "#ffffff")
    c.line(rect(650, 510, 48, 36, 5), "#b98550", 2)
    c.words("18", 674, 528, 24, "#2c3652")
    hand = poly((-7, 20), (-4, -118), (0, -130), (4, -118), (7, 20))
    for turn, scale in ((305, 0.86), (54, 1.24)):
        shape = moved(hand, 544, 528, scale, turn)
        c.soft(shape, "#2a2010", 0.4, 5, 5, 7)
        c.fill(shape, Paint("#2c3a5c", "#16203a", angle=0))
    c.line(track((544 - 20, 528 + 46), (544 + 76, 528 - 150)), "#d0563c", 3.5)
    c.fill(disc(544, 528, 12), gold)
    with c.clip(face):
        c.fill(svg("M 330 620 C 380 500 480 380 640 310 L 520 310 L 320 400 Z"), "#ffffff", 0.22)
    c.line(curve([(370, 420), (420, 350), (500, 316)]), "#ffffff", 6, 0.7)
    for x, y, r in ((220, 260, 20), (880, 300, 26), (850, 700, 14)):
        sparkle(c, x, y, r, "#ffe6c0")
    return c
