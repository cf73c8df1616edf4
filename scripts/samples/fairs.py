# SPDX-License-Identifier: Apache-2.0
"""Scenes of campaigns, 16:9: fruit, books, members' day, double eleven."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    clouds,
    confetti,
    gift,
    podium,
    sparkle,
    steam,
)
from scripts.samples.shapes import (
    curve,
    disc,
    hill,
    leaf,
    poly,
    rect,
    ring,
    svg,
)

WIDE = (1248, 702)


def slice_of_orange(
    c: Canvas, x: float, y: float, radius: float, colours: tuple[str, str, str], turn: float = 0
) -> None:
    """The cut face of a citrus fruit: skin, pith, flesh."""
    skin, flesh, deep = colours
    c.soft(disc(x, y, radius), "#7a3a00", 0.35, radius * 0.12, radius * 0.08, radius * 0.14)
    c.fill(disc(x, y, radius), Paint(skin, deep, angle=60))
    c.fill(disc(x, y, radius * 0.9), "#fff4dc")
    for index in range(9):
        with c.at(x, y, turn=turn + index * 40):
            c.fill(
                svg(
                    f"M {radius * 0.1} 0 C {radius * 0.3} {-radius * 0.3} {radius * 0.8} {-radius * 0.36} {radius * 0.82} 0 C {radius * 0.8} {radius * 0.2} {radius * 0.3} {radius * 0.16} {radius * 0.1} 0 Z"
                ),
                Paint(flesh, deep, angle=200),
            )
    c.fill(disc(x, y, radius * 0.08), "#fff4dc")


def fruit(c: Canvas, x: float, y: float, radius: float, colours: tuple[str, str, str]) -> None:
    """A round fruit with a light and a leaf."""
    c.soft(
        disc(x + radius * 0.1, y + radius * 0.9, radius * 0.85, radius * 0.2), "#4a2a00", 0.4, radius * 0.12
    )
    c.fill(disc(x, y, radius), Round(*colours))
    c.soft(
        disc(x - radius * 0.38, y - radius * 0.42, radius * 0.2, radius * 0.13), "#ffffff", 0.7, radius * 0.07
    )
    c.line(curve([(x, y - radius * 0.8), (x + radius * 0.06, y - radius * 1.15)]), "#6a4a2a", radius * 0.07)
    with c.at(x + radius * 0.04, y - radius * 0.98, turn=-24):
        c.fill(leaf(radius * 0.72, radius * 0.2), Paint("#9ad65a", "#3f9140"))


def fresh_fruit() -> Canvas:
    """Fruit on a table of light."""
    c = Canvas(*WIDE, Paint("#d9f3c9", "#f6f6c0", "#ffe08a", angle=60))
    c.fill(disc(260, 120, 300), "#ffffff", 0.28)
    c.glow(860, 240, 460, "#ffffff", 0.8)
    c.fill(hill([(-20, 560), (340, 520), (760, 560), (1270, 510)], 702), Paint("#ffcf5c", "#ffb347"))
    melon = svg("M 560 372 C 572 540 676 612 776 612 C 876 612 980 540 992 372 Z")
    c.soft(melon, "#7a3a00", 0.4, 16, 10, 18)
    c.fill(melon, Paint("#63bb5a", "#2c8a48"))
    c.fill(svg("M 580 372 C 594 520 688 588 776 588 C 864 588 958 520 972 372 Z"), "#e9f7cf")
    c.fill(
        svg("M 594 372 C 608 506 694 570 776 570 C 858 570 944 506 958 372 Z"), Paint("#ff7a6a", "#ee3f4c")
    )
    for x, y in (
        (650, 420),
        (720, 410),
        (790, 420),
        (862, 408),
        (690, 476),
        (756, 486),
        (828, 474),
        (900, 440),
        (776, 536),
        (720, 530),
        (838, 526),
    ):
        with c.at(x, y, turn=90 + (x - 776) * 0.12):
            c.fill(leaf(18, 5.5), "#3a1418")
    fruit(c, 1044, 452, 104, ("#ffd27a", "#ff9a2e", "#e56a12"))
    fruit(c, 620, 560, 82, ("#ff9a86", "#e8413c", "#b01c2c"))
    slice_of_orange(c, 950, 582, 88, ("#ffb13d", "#ffc04a", "#f58a1f"), 12)
    for row, count in enumerate((4, 3, 2, 1)):
        for index in range(count):
            gx, gy = 1118 - row * 4 + (index - (count - 1) / 2) * 50, 560 + row * 38
            c.fill(disc(gx, gy, 28), Round("#c9a0f0", "#7a44b8", "#4c2286"))
            c.soft(disc(gx - 9, gy - 10, 6), "#ffffff", 0.7, 3)
    with c.at(1118, 528, turn=-160):
        c.fill(leaf(70, 24), Paint("#9ad65a", "#3f9140"))
    slice_of_orange(c, 756, 642, 46, ("#b7dd4a", "#d9ef7a", "#8fc43a"), 0)
    with c.at(520, 640, turn=-12):
        c.fill(leaf(84, 22), Paint("#9ad65a", "#3f9140"))
    c.words("鲜果到家", 94, 236, 92, Paint("#2f8a3c", "#1f6a3a"), align="left", space=4)
    c.words("当日采摘，次日送达", 98, 322, 32, "#3c7a34", align="left", bold=False, space=2)
    pill = rect(98, 374, 236, 62, 31)
    c.fill(pill, Paint("#ff8a3c", "#f2552c", angle=0))
    c.words("满 59 元包邮", 216, 405, 28, "#ffffff")
    return c


def book(
    c: Canvas, x: float, y: float, width: float, height: float, cover: tuple[str, str], title: str = ""
) -> None:
    """A lying book with its spine to us; (x, y) is its lower left corner."""
    c.fill(rect(x + width * 0.02, y - height * 0.94, width, height * 0.88, 4), "#f4ead6")
    for index in range(1, 4):
        c.fill(rect(x + width * 0.02, y - height * index / 4.2, width, 1.6), "#d9c7a8")
    c.fill(rect(x, y - height, width * 0.94, height, height * 0.16), Paint(*cover, angle=80))
    c.fill(rect(x + width * 0.06, y - height, width * 0.02, height), "#ffffff", 0.28)
    c.fill(rect(x + width * 0.84, y - height, width * 0.02, height), "#ffffff", 0.28)
    if title:
        c.words(title, x + width * 0.46, y - height / 2, height * 0.46, "#ffffff", space=4, alpha=0.92)


def book_fair() -> Canvas:
    """An open book from which a paper landscape rises, books beside it."""
    c = Canvas(*WIDE, Paint("#14365c", "#27568a", "#f0b98a", angle=75))
    c.glow(800, 330, 420, "#ffdfa8", 0.7)
    c.fill(rect(0, 588, 1248, 114), Paint("#7a4a34", "#5a3224"))
    for x, w, h, cover in (
        (1082, 38, 250, ("#e8925a", "#c8643a")),
        (1122, 46, 292, ("#3f8f8a", "#256a6c")),
        (1170, 34, 230, ("#f0c66a", "#d99a3c")),
        (1206, 44, 272, ("#c8555a", "#983644")),
    ):
        c.fill(rect(x, 588 - h, w, h, 4), Paint(*cover, angle=0))
        c.fill(rect(x, 588 - h + 26, w, 8), "#fff0d0", 0.75)
        c.fill(rect(x, 560, w, 6), "#fff0d0", 0.75)
    c.soft(disc(790, 606, 290, 24), "#1a0a06", 0.6, 14)
    c.fill(
        svg("M 510 566 C 600 530 720 540 790 580 C 860 540 980 530 1070 566 L 1078 606 L 502 606 Z"),
        Paint("#b8503c", "#8a3228"),
    )
    left = svg("M 522 556 C 600 512 720 520 790 568 L 790 598 C 720 566 610 566 520 590 Z")
    right = svg("M 1058 556 C 980 512 860 520 790 568 L 790 598 C 860 566 970 566 1060 590 Z")
    c.fill(right, Paint("#fff6e4", "#e4cfac", angle=10))
    c.fill(left, Paint("#fffdf6", "#f4e4c8", "#d9bf98", angle=0))
    with c.at(790, 556):
        c.fill(disc(96, -250, 58), Round("#fff2c8", "#ffc870"))
        for points, low, high in (
            (
                [(-210, -30), (-130, -190), (-60, -110), (20, -240), (110, -100), (200, -30)],
                "#7fb0b8",
                "#cfe6e2",
            ),
            (
                [(-190, -18), (-110, -90), (-30, -60), (60, -130), (140, -60), (196, -18)],
                "#3f8a8a",
                "#8cc4b4",
            ),
        ):
            ridge = hill(points, 0, 0.7)
            c.soft(ridge, "#0a2a3a", 0.3, 10, 8, 8)
            c.fill(ridge, Paint(high, low))
        for x, tall in ((-140, 84), (-98, 60), (120, 76), (84, 52)):
            for foot, top, half in ((0, 0.6, 0.3), (0.35, 1.0, 0.22)):
                c.fill(
                    poly(
                        (x, -tall * top - 8),
                        (x + tall * half, -tall * foot - 8),
                        (x - tall * half, -tall * foot - 8),
                    ),
                    Paint("#3c9a78", "#1c6650", angle=20),
                )
        c.fill(svg("M -40 -8 L -40 -54 L 0 -86 L 40 -54 L 40 -8 Z"), Paint("#fff0d8", "#e6c49a", angle=10))
        c.fill(svg("M -52 -50 L 0 -94 L 52 -50 L 42 -46 L 0 -78 L -42 -46 Z"), "#c8503c")
        c.fill(rect(-10, -36, 20, 28, 10), "#8a4a34")
    clouds(c, [(610, 250, 120), (1000, 200, 96)], "#ffffff", 0.85)
    for x, y in ((520, 196), (690, 130), (880, 120), (1060, 300), (560, 380)):
        sparkle(c, x, y, 9, "#fff2c8", 0.9)
    book(c, 96, 588, 300, 54, ("#3f8f8a", "#256a6c"), "山海集")
    book(c, 120, 534, 256, 46, ("#e0a04a", "#c07a2c"), "一日三餐")
    book(c, 108, 488, 272, 50, ("#b8505a", "#8c3444"), "星河漫游")
    with c.at(236, 438):
        c.fill(
            svg("M -34 0 C -40 -34 -30 -52 0 -52 C 30 -52 40 -34 34 0 Z"),
            Paint("#fffaf0", "#e0c8a4", angle=10),
        )
        c.line(svg("M 34 -40 C 62 -44 62 -10 32 -12"), "#ecd8b8", 8)
    steam(c, 236, 380, 84, alpha=0.7)
    c.words("书香节", 92, 160, 104, Paint("#fff6e0", "#ffd9a0"), align="left", space=10)
    c.words("好书五折起 · 朗读书店", 96, 254, 34, "#ffffff", align="left", bold=False, space=1, alpha=0.92)
    return c


def member_day() -> Canvas:
    """A gold member card between gifts."""
    c = Canvas(*WIDE, Paint("#2a1a3c", "#4a2748", "#7a3a4e", angle=55))
    c.glow(850, 290, 480, "#ffb88a", 0.5)
    for radius in (250, 330, 410):
        c.fill(ring(850, 320, radius, radius - 2), "#ffdcae", 0.22)
    c.fill(disc(850, 690, 560, 110), Paint("#8a4656", "#4a2346"))
    podium(
        c,
        850,
        548,
        320,
        52,
        Paint("#f6d9ae", "#c79a6c", angle=0),
        Paint("#c99a6a", "#7a4a3c", angle=0),
        "#160818",
    )
    with c.at(858, 310, turn=-8):
        card = rect(-230, -142, 460, 284, 30)
        c.soft(card, "#12040e", 0.6, 26, 18, 32)
        c.fill(card, Paint("#fff0cf", "#f0c888", "#d9a05c", "#f6d8a0", angle=35))
        with c.clip(card):
            c.fill(svg("M -230 70 C -100 -40 60 140 230 -60 L 230 142 L -230 142 Z"), "#ffffff", 0.16)
            c.fill(ring(190, -120, 150, 112), "#ffffff", 0.18)
        crown = svg("M -190 -62 L -182 -104 L -164 -82 L -150 -112 L -136 -82 L -118 -104 L -110 -62 Z")
        c.fill(crown, "#8a4f22")
        c.fill(rect(-190, -56, 80, 9, 4), "#8a4f22")
        c.words("金卡会员", -190, 18, 54, "#6f3a18", align="left", space=3)
        c.words("云杉商城", 196, 100, 26, "#8a4f22", align="right")
        c.words("8866 2026 0808", -190, 100, 24, "#8a4f22", align="left", bold=False)
    gift(c, 620, 588, 128, 112, ("#e8606a", "#b8324a"), ("#ffe0a8", "#e8a860"))
    gift(c, 1098, 600, 148, 132, ("#8a5ac0", "#5a348e"), ("#ffd9c0", "#f0a080"))
    gift(c, 982, 632, 92, 76, ("#f6b868", "#de8a3c"), ("#fff4dc", "#f0cfa0"))
    for x, y, r in ((560, 160, 16), (1140, 120, 20), (1180, 330, 12), (600, 360, 11)):
        sparkle(c, x, y, r, "#ffe9c4")
    confetti(c, 5, (540, 40, 1220, 460), 26, ["#ffd9a0", "#ff8f8f", "#c79aff", "#ffffff"])
    c.words("会员日", 94, 246, 118, Paint("#fff4da", "#f2c488"), align="left", space=8)
    c.words("每月 8 日，专享双倍积分", 98, 346, 32, "#ffe6cc", align="left", bold=False, space=1)
    pill = rect(98, 400, 220, 62, 31)
    c.fill(pill, Paint("#ffe2b0", "#eab070", angle=0))
    c.words("去看权益", 208, 431, 28, "#5a2a20")
    return c


def double_eleven() -> Canvas:
    """Four raised ones on a red stage with gifts."""
    c = Canvas(*WIDE, Paint("#ff5a4a", "#e62448", "#a80f4c", angle=65))
    for index in range(20):
        first, last = (math.radians(index * 18 + off) for off in (0, 9))
        c.fill(
            poly((624, 340), *((624 + 1000 * math.cos(a), 340 + 1000 * math.sin(a)) for a in (first, last))),
            "#ffffff",
            0.05,
        )
    c.glow(624, 300, 520, "#ffb36a", 0.65)
    c.fill(disc(624, 720, 760, 150), Paint("#ff7a5c", "#c21a4a"))
    podium(
        c,
        624,
        560,
        430,
        54,
        Paint("#ffd9a0", "#ff9a5c", angle=0),
        Paint("#ff8a5a", "#c22a4a", angle=0),
        "#5a001e",
    )
    confetti(c, 12, (30, 20, 1220, 480), 46, ["#ffe08a", "#ffffff", "#ff9ac0", "#8a5af0"])
    one = svg("M -70 -140 L -6 -190 L 46 -190 L 46 180 L -26 180 L -26 -96 L -70 -64 Z")
    for x in (392, 520, 736, 864):
        with c.at(x + 4, 364, 0.98):
            c.soft(one, "#5a001e", 0.5, 16, 14, 18)
            for depth in range(16, 0, -1):
                c.fill(one.translated(depth, depth * 0.5), "#c8502c" if depth > 1 else "#ffd48a")
            c.fill(one, Paint("#fffbe6", "#ffd980", "#ffb04c"))
            c.line(one, "#fff6d8", 3, 0.9)
    c.soft(disc(624, 516, 30), "#5a001e", 0.5, 10, 10, 12)
    c.fill(disc(630, 516, 30), "#c8502c")
    c.fill(disc(624, 512, 30), Round("#fffbe6", "#ffb04c"))
    gift(c, 216, 612, 158, 142, ("#7a3ad0", "#4c1c98"), ("#ffe0a0", "#f0aa50"))
    gift(c, 330, 652, 100, 84, ("#ffb84c", "#f0862c"), ("#ffffff", "#ffe0c0"))
    gift(c, 1030, 616, 150, 150, ("#ff8a6a", "#e03a4c"), ("#fff0c8", "#f4bc68"))
    gift(c, 930, 654, 96, 78, ("#4aa8e8", "#2a6ac0"), ("#ffffff", "#d0e8ff"))
    ribbon = rect(404, 74, 440, 74, 37)
    c.soft(ribbon, "#5a001e", 0.4, 12, 4, 10)
    c.fill(ribbon, Paint("#8a1458", "#b81e5a", angle=0))
    c.words("全年好价 · 限时抢", 624, 111, 36, "#ffe9b8", space=2)
    for x, y, r in ((140, 300, 20), (1110, 260, 22), (300, 160, 14), (960, 170, 14)):
        sparkle(c, x, y, r, "#fff4c8")
    return c
