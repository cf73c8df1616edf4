# SPDX-License-Identifier: Apache-2.0
"""Upright posters, 48:65 and 3:4: the four seasons' campaigns, a concert, a tall poster of the shop."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    clouds,
    coin,
    confetti,
    fall,
    gift,
    lantern,
    mountains,
    pine,
    podium,
    stars,
)
from scripts.samples.products import arch
from scripts.samples.scenery import branch, firework, pagoda, petals
from scripts.samples.shapes import curve, disc, hill, joined, leaf, poly, rect, svg, track

UPRIGHT = (960, 1300)
TALL = (1080, 1440)


def poster_spring() -> Canvas:
    """Spring: a moon gate of blossom over green hills and water."""
    c = Canvas(*UPRIGHT, Paint("#fdeef0", "#fbe4e4", "#e4f2e0"))
    c.glow(480, 620, 520, "#ffffff", 0.8)
    gate = disc(480, 720, 372)
    c.soft(gate, "#b06a7a", 0.3, 22, 10, 14)
    c.fill(disc(480, 720, 386), Paint("#ffffff", "#f4d0d4", angle=50))
    with c.clip(gate):
        c.fill(gate, Paint("#bfe6ee", "#e8f6ee", "#f8fbe8"))
        c.fill(disc(620, 520, 52), Round("#fffbe4", "#ffe4a4"))
        clouds(c, [(330, 560, 150), (720, 640, 130)], "#ffffff", 0.9)
        mountains(
            c,
            6,
            [
                (700, 60, Paint("#a4d0c4", "#d8eee0")),
                (780, 44, Paint("#7fc09c", "#bfe4b8")),
                (850, 26, Paint("#5fae80", "#9fd48a")),
            ],
            1130,
            150,
        )
        pagoda(c, 336, 862, 0.72, "#fff6ea", ("#c8646a", "#8a3a48"))
        c.fill(rect(0, 912, 960, 260), Paint("#a8dce0", "#6fb8c4"))
        for x, y, w in ((300, 940, 120), (500, 970, 160), (380, 1010, 100), (600, 1030, 80)):
            c.fill(rect(x, y, w, 4, 2), "#ffffff", 0.6)
        with c.at(590, 956):
            c.fill(svg("M -84 0 C -40 18 40 18 84 -6 C 66 30 -60 34 -84 0 Z"), Paint("#8a5a44", "#5a3428"))
            c.fill(svg("M -34 6 C -34 -34 34 -34 34 4 Z"), Paint("#f4d8a8", "#c89a64"))
    c.fill(
        hill([(-20, 1130), (240, 1070), (520, 1120), (760, 1060), (980, 1110)], 1300),
        Paint("#8fcf8a", "#4f9f6c"),
    )
    branch(c, -20, 430, 1.16, 14)
    branch(c, 990, 620, 0.92, -24, True)
    petals(c, 3, 22, ["#f9a8bc", "#ffd0d8", "#ffffff"], (60, 380, 900, 1200))
    c.words("春日有礼", 480, 172, 148, Paint("#d84a72", "#a82a54"), space=14)
    c.words("赏花季 · 满额赠春日好礼", 480, 284, 40, "#a84a68", bold=False, space=2)
    pill = rect(300, 1176, 360, 76, 38)
    c.soft(pill, "#1f5a3a", 0.4, 10, 4, 8)
    c.fill(pill, Paint("#ffffff", "#fff0f0"))
    c.words("云杉商城", 480, 1214, 40, "#b8345c", space=6)
    return c


def poster_summer() -> Canvas:
    """Summer: a melon slice as a boat on cool water."""
    c = Canvas(*UPRIGHT, Paint("#0f86cc", "#3fb8e4", "#9fe6ee"))
    c.glow(700, 560, 300, "#fffbd0", 0.8)
    c.fill(disc(700, 560, 160), Round("#fffbe0", "#ffe27a"))
    clouds(
        c, [(200, 480, 220), (850, 690, 180), (130, 690, 130), (840, 420, 140)], Paint("#ffffff", "#e4f8fc")
    )
    c.words("清凉一夏", 480, 172, 148, Paint("#ffffff", "#f0fdff"), space=14)
    c.words("冰饮水果，三十分钟送到", 480, 284, 40, "#ffffff", bold=False, space=2)
    for level, fill in ((800, Paint("#3fc0dc", "#1f98cc")), (890, Paint("#2fb0d8", "#1486c0"))):
        c.fill(
            hill(
                [
                    (-40, level),
                    (160, level - 22),
                    (360, level + 14),
                    (560, level - 20),
                    (760, level + 16),
                    (1000, level - 14),
                ],
                1300,
            ),
            fill,
        )
    with c.at(470, 800, 1.06, -4):
        c.soft(disc(10, 210, 300, 30), "#0a4a7a", 0.4, 16)
        c.fill(
            svg("M -330 -30 C -320 130 -150 232 0 232 C 150 232 320 130 330 -30 Z"),
            Paint("#5fc46a", "#1f8a4c"),
        )
        c.fill(svg("M -306 -30 C -292 112 -140 204 0 204 C 140 204 292 112 306 -30 Z"), "#ecf9d4")
        c.fill(
            svg("M -288 -30 C -276 100 -132 184 0 184 C 132 184 276 100 288 -30 Z"),
            Paint("#ff7a70", "#ee4454"),
        )
        for x, y in (
            (-200, 10),
            (-120, 0),
            (-40, 12),
            (44, 0),
            (124, 12),
            (204, 2),
            (-150, 74),
            (-60, 80),
            (30, 72),
            (120, 84),
            (0, 138),
            (-90, 132),
            (80, 136),
        ):
            with c.at(x, y, turn=90 + x * 0.12):
                c.fill(leaf(24, 7.5), "#3a1418")
        with c.at(20, -30):
            c.fill(rect(-4, -330, 8, 330), Paint("#ffffff", "#c8b8a4", angle=0))
            top = svg(
                "M -190 -240 C -170 -340 -80 -390 0 -390 C 80 -390 170 -340 190 -240 C 150 -262 110 -262 64 -240 C 24 -262 -24 -262 -64 -240 C -110 -262 -150 -262 -190 -240 Z"
            )
            c.fill(top, Paint("#ffd24a", "#f8a02c", angle=20))
            with c.clip(top):
                c.fill(
                    svg("M 0 -392 C -40 -350 -62 -300 -64 -220 L 64 -220 C 62 -300 40 -350 0 -392 Z"),
                    Paint("#fffaf0", "#f4e4d0", angle=20),
                )
        with c.at(-160, -30):
            glass = svg("M -46 -140 L 46 -140 L 34 4 L -34 4 Z")
            c.line(track((10, -60), (52, -206)), "#ff6a8a", 8)
            c.fill(glass, Paint("#ffffff", "#d8f6f4", angle=0), 0.6)
            c.fill(svg("M -42 -104 L 42 -104 L 34 4 L -34 4 Z"), Paint("#ffd27a", "#ff8f4a"))
            for x, y in ((-14, -84), (14, -74), (-8, -46)):
                with c.at(x, y, turn=x * 2):
                    c.fill(rect(-11, -11, 22, 22, 4), "#ffffff", 0.5)
            c.fill(disc(-40, -140, 26), Paint("#ffe27a", "#f8b83c"))
            c.fill(disc(-40, -140, 20), "#fff4c4")
    for level, fill, alpha in (
        (960, Paint("#3fc4e4", "#1890cc"), 0.85),
        (1060, Paint("#2aa8d8", "#0f74b4"), 0.95),
    ):
        c.fill(
            hill(
                [
                    (-40, level),
                    (140, level + 20),
                    (340, level - 22),
                    (540, level + 18),
                    (740, level - 18),
                    (1000, level + 16),
                ],
                1300,
            ),
            fill,
            alpha,
        )
    for x, y, w in ((120, 1010, 140), (640, 1000, 180), (300, 1110, 200), (700, 1140, 120)):
        c.fill(rect(x, y, w, 5, 2.5), "#ffffff", 0.5)
    pill = rect(300, 1176, 360, 76, 38)
    c.soft(pill, "#0a4a7a", 0.4, 10, 4, 8)
    c.fill(pill, Paint("#ffe27a", "#ffb83c", angle=0))
    c.words("知味到家", 480, 1214, 40, "#8a4a0c", space=6)
    return c


def poster_autumn() -> Canvas:
    """Autumn: a full moon over red hills and a lake."""
    c = Canvas(*UPRIGHT, Paint("#f4b870", "#f8d8a0", "#fdeccb"))
    c.glow(480, 560, 480, "#fffbe0", 0.95)
    c.fill(disc(480, 560, 190), Round("#fffdf0", "#ffeab8"))
    c.words("秋意正浓", 480, 172, 148, Paint("#a8401c", "#702410"), space=14)
    c.words("山里的收成，到你家餐桌", 480, 284, 40, "#8a4420", bold=False, space=2)
    mountains(
        c, 12, [(660, 70, Paint("#e89a60", "#f6cc98")), (740, 54, Paint("#d8733f", "#f0aa70"))], 1300, 180
    )
    with c.at(690, 446):
        for x, y, s in ((0, 0, 1.0), (64, 34, 0.9), (128, 66, 0.8), (-60, 40, 0.9), (-120, 78, 0.8)):
            with c.at(x, y, s):
                c.line(svg("M -24 -8 C -14 -20 -6 -12 0 0 C 6 -12 14 -20 24 -8"), "#7a3a20", 4.5)
    mountains(c, 27, [(820, 34, Paint("#b8502c", "#e08a50"))], 1300, 150)
    for x, h in ((60, 120), (130, 90), (200, 130), (770, 110), (840, 140), (910, 100)):
        pine(c, x, 900, h, "#e8904a", "#a8401c")
    c.fill(rect(0, 890, 960, 410), Paint("#f0b474", "#c8743c", "#8a4426"))
    c.soft(disc(480, 1000, 130, 90), "#fff4d0", 0.85, 30)
    for x, y, w in (
        (360, 930, 240),
        (400, 964, 180),
        (330, 1004, 300),
        (420, 1046, 140),
        (120, 980, 120),
        (720, 950, 140),
        (680, 1030, 180),
    ):
        c.fill(rect(x, y, w, 5, 2.5), "#fff6dc", 0.6)
    with c.at(300, 1000):
        c.soft(disc(0, 22, 110, 12), "#4a1c0a", 0.4, 8)
        c.fill(svg("M -120 0 C -60 20 60 20 124 -14 C 100 34 -92 40 -120 0 Z"), Paint("#6a3420", "#3a180c"))
        c.fill(svg("M -10 8 C -20 -40 -10 -62 6 -66 C 22 -62 30 -40 26 6 Z"), "#2c1410")
        c.fill(svg("M -30 -60 L 8 -86 L 46 -60 Z"), "#d8a05c")
        c.line(track((40, -54), (104, -110)), "#5a2c18", 4)
    c.fill(hill([(-20, 1150), (260, 1100), (560, 1160), (980, 1090)], 1300), Paint("#7a3420", "#4a1c10"))
    for sign, x in ((False, -10), (True, 970)):
        with c.at(x, 330, flip=sign):
            c.line(curve([(-20, 10), (90, 20), (180, -6), (250, 16)]), "#5a2c1c", 11)
            c.line(curve([(80, 20), (140, 70), (180, 110)]), "#5a2c1c", 7)
    fall(
        c,
        [
            (90, 360, 40, 150),
            (180, 340, 44, 190),
            (250, 356, 36, 160),
            (180, 450, 40, 190),
            (870, 352, 40, 200),
            (780, 340, 44, 170),
            (716, 366, 34, 190),
            (780, 446, 38, 150),
            (330, 700, 26, 40),
            (640, 780, 28, -30),
            (160, 760, 24, 80),
            (820, 660, 24, 30),
        ],
        "#ffcf5c",
        "#e8862c",
    )
    pill = rect(300, 1176, 360, 76, 38)
    c.fill(pill, Paint("#ffe6b0", "#f4bc68", angle=0))
    c.words("栗子优选", 480, 1214, 40, "#6a2810", space=6)
    return c


def poster_new_year() -> Canvas:
    """New year: fireworks and lanterns over roofs."""
    c = Canvas(*UPRIGHT, Paint("#7a0c24", "#c01f30", "#ee5a3c"))
    c.glow(480, 700, 560, "#ffb05c", 0.55)
    firework(c, 250, 480, 130, "#ffd98a")
    firework(c, 700, 540, 160, "#ffb0a0")
    firework(c, 460, 640, 90, "#fff0b8")
    stars(c, 8, (40, 330, 920, 800), 60, "#ffe6b0")
    c.fill(disc(480, 1000, 320), Paint("#ffcf7a", "#f48a44"), 0.9)
    c.fill(disc(480, 1000, 272), Paint("#ffe6a8", "#ffb45c"), 0.7)
    mountains(c, 44, [(1020, 34, Paint("#b81f34", "#d8402f"))], 1300, 150)
    pagoda(c, 480, 1130, 1.5, "#ffdca0", ("#a81830", "#6a0c20"))
    pagoda(c, 190, 1150, 0.95, "#ffcf8a", ("#98142c", "#600a1c"))
    pagoda(c, 780, 1150, 1.0, "#ffcf8a", ("#98142c", "#600a1c"))
    for level, fill in ((1120, Paint("#a01830", "#7a0c24")), (1170, Paint("#7a0c24", "#4a0616"))):
        c.fill(
            hill(
                [
                    (-20, level),
                    (160, level - 30),
                    (340, level + 6),
                    (520, level - 26),
                    (720, level + 8),
                    (980, level - 22),
                ],
                1300,
            ),
            fill,
        )
    lantern(c, 120, 330, 130, "", 400)
    lantern(c, 840, 350, 140, "", 400)
    lantern(c, 60, 640, 96, "", 700)
    lantern(c, 902, 680, 100, "", 700)
    c.words("新年快乐", 480, 168, 150, Paint("#fff6d0", "#ffce78"), space=12)
    c.words("年货节 · 好运带回家", 480, 284, 42, "#ffe2b4", bold=False, space=3)
    pill = rect(300, 1196, 360, 72, 36)
    c.fill(pill, Paint("#ffe6a8", "#f4b45c", angle=0))
    c.words("云杉商城", 480, 1232, 40, "#8a1424", space=6)
    return c


def poster_concert() -> Canvas:
    """A concert: a record as a rising sun, waves of sound."""
    c = Canvas(*UPRIGHT, Paint("#1a0f4a", "#4a1a80", "#c0387a", "#ff8f6a"))
    stars(c, 5, (20, 20, 940, 620), 90, "#ffffff")
    c.glow(480, 700, 520, "#ff9ad0", 0.6)
    c.soft(disc(480, 700, 300), "#12062e", 0.5, 30, 14, 20)
    c.fill(disc(480, 700, 300), Round("#4a3a7a", "#1c1240", "#0c0626"))
    for radius in range(130, 296, 14):
        c.line(disc(480, 700, radius), "#ffffff", 1.6, 0.13)
    shine = disc(480, 700, 300)
    with c.clip(shine):
        for points in (((480, 700), (200, 330), (380, 330)), ((480, 700), (760, 1070), (580, 1070))):
            c.soft(poly(*points), "#ffffff", 0.3, 22)
    c.fill(disc(480, 700, 112), Paint("#ffd27a", "#ff6a8a", angle=55))
    c.words("山海", 480, 676, 52, "#ffffff", space=6)
    c.words("LIVE", 480, 738, 30, "#ffffff", space=4)
    c.fill(disc(480, 708, 7), "#2a1050")
    c.line(svg("M 838 380 C 840 520 800 620 700 740"), Paint("#ffffff", "#b8a8e0"), 13)
    c.fill(disc(838, 380, 34), Round("#ffffff", "#a898d0"))
    with c.at(694, 748, turn=40):
        c.fill(rect(-18, -16, 36, 58, 8), Paint("#ffffff", "#b8a8e0"))
    for level, fill, amp in (
        (960, Paint("#7a2a9a", "#4a1a7a"), 60),
        (1020, Paint("#5a2090", "#34126a"), 46),
        (1090, Paint("#3a147a", "#1c0a4a"), 40),
    ):
        c.fill(
            hill([(-60 + index * 120, level + (amp if index % 2 else -amp)) for index in range(10)], 1300),
            fill,
        )
    for index in range(33):
        tall = 30 + 70 * abs(math.sin(index * 0.7)) * (0.5 + 0.5 * abs(math.cos(index * 0.31)))
        c.fill(rect(60 + index * 26, 1086 - tall / 2, 10, tall, 5), Paint("#ffe0a0", "#ff7ab8"), 0.9)
    c.words("山海音乐会", 480, 160, 136, Paint("#ffffff", "#ffd0ec"), space=8)
    c.words("8 月 8 日 19:30 · 云间剧场", 480, 276, 42, "#ffd8a8", bold=False, space=1)
    pill = rect(280, 1176, 400, 80, 40)
    c.fill(pill, Paint("#ffd27a", "#ff7a9a", angle=0))
    c.words("立即抢票", 480, 1216, 42, "#4a104a", space=6)
    return c


def poster_tall() -> Canvas:
    """The shop's anniversary, 3:4."""
    c = Canvas(*TALL, Paint("#0f6b54", "#1f9a78", "#8fd8ac"))
    c.glow(540, 700, 640, "#d8ffe4", 0.55)
    for radius, alpha in ((520, 0.1), (400, 0.12)):
        c.fill(disc(540, 800, radius), "#ffffff", alpha)
    arch(c, 540, 1180, 700, 760, Paint("#fff6dc", "#ffe2a8", angle=60), "#0a4a3a")
    with c.clip(joined(rect(190, 770, 700, 410), disc(540, 770, 350)).simplified()):
        for index in range(9):
            with c.at(540, 1180, turn=-80 + index * 20):
                c.fill(poly((0, 0), (-40, -800), (40, -800)), "#ffffff", 0.22)
    c.fill(
        hill([(-20, 1150), (300, 1110), (560, 1150), (820, 1100), (1100, 1150)], 1440),
        Paint("#2fae84", "#0c6b50"),
    )
    for x, y, h in ((120, 1150, 300), (220, 1170, 210), (960, 1150, 320), (860, 1170, 220)):
        pine(c, x, y, h, "#4fc49a", "#0f6b54")
    podium(
        c,
        540,
        1180,
        360,
        70,
        Paint("#fff6dc", "#ffe0a4", angle=0),
        Paint("#ffe8b8", "#e0aa60", angle=0),
        "#053a2c",
    )
    gift(c, 420, 1214, 210, 186, ("#ff7a6a", "#d8384c"), ("#fff0c8", "#f4bc68"))
    gift(c, 660, 1216, 240, 240, ("#2fae84", "#0f7a5c"), ("#ffe6a8", "#f0b45c"))
    gift(c, 540, 1244, 130, 110, ("#ffc85c", "#f0982c"), ("#ffffff", "#ffe6cc"))
    for x, y, r, flat, turn in (
        (300, 760, 46, 1.0, 0),
        (770, 700, 54, 0.7, 20),
        (640, 590, 34, 0.45, -20),
        (420, 620, 38, 0.8, 10),
        (220, 900, 32, 0.5, 30),
        (860, 880, 36, 1.0, 0),
    ):
        coin(c, x, y, r, flat, turn)
    confetti(c, 22, (40, 380, 1040, 1000), 40, ["#ffe08a", "#ffffff", "#ff9a8a", "#8af0c4"])
    c.words("五周年庆", 540, 196, 172, Paint("#ffffff", "#ffeab0"), space=14)
    c.words("感谢一路同行，全场好礼相送", 540, 330, 46, "#f0ffe8", bold=False, space=2)
    pill = rect(350, 1316, 380, 84, 42)
    c.soft(pill, "#053a2c", 0.5, 12, 4, 10)
    c.fill(pill, Paint("#fff2c8", "#ffc868", angle=0))
    c.words("云杉商城", 540, 1358, 46, "#0c5a44", space=8)
    return c
