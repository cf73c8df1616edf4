# SPDX-License-Identifier: Apache-2.0
"""Flat banners: 3:1 heads of notices in their sender's colours, and 21:9 banners of a sale and of tea."""

from __future__ import annotations

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.goods import cup
from scripts.samples.motifs import clouds, coin, confetti, gift, mountains, podium, sprig, steam
from scripts.samples.shapes import curve, disc, hill, joined, leaf, poly, rect, ring, svg, track
from scripts.samples.travel import plane

NOTICE = (1120, 372)
LONG = (1260, 540)


def notice(sender: str, line: str, colours: tuple[str, str, str], light: str) -> Canvas:
    """A notice's head: sender and its line on the left, room for a picture on the right."""
    c = Canvas(*NOTICE, Paint(*colours, angle=25))
    c.glow(860, 150, 420, light, 0.5)
    c.fill(disc(860, 186, 250), "#ffffff", 0.08)
    c.fill(disc(860, 186, 180), "#ffffff", 0.1)
    c.words(sender, 72, 150, 76, "#ffffff", align="left", space=4)
    c.words(line, 76, 238, 34, "#ffffff", align="left", bold=False, space=2, alpha=0.9)
    c.fill(rect(76, 290, 56, 6, 3), "#ffffff", 0.7)
    return c


def notice_bank() -> Canvas:
    """青禾银行: a bank card and a statement."""
    c = notice("青禾银行", "用心理财，稳稳生长", ("#0c5f66", "#17857f", "#3fb89a"), "#b8ffe4")
    with c.at(930, 190, turn=8):
        page = rect(-92, -128, 184, 256, 14)
        c.soft(page, "#03383c", 0.45, 12, 6, 10)
        c.fill(page, Paint("#ffffff", "#e4f4f0"))
        for index, long in enumerate((70, 128, 104, 128, 90)):
            c.fill(rect(-66, -98 + index * 30, long, 10, 5), "#9fd4c8" if index else "#17857f")
        for index, tall in enumerate((24, 40, 32, 54)):
            c.fill(rect(-62 + index * 34, 106 - tall, 20, tall, 4), Paint("#ffd98a", "#f4a84a"))
    with c.at(770, 214, turn=-10):
        card = rect(-146, -92, 292, 184, 20)
        c.soft(card, "#03383c", 0.5, 16, 10, 16)
        c.fill(card, Paint("#2fb89a", "#0f6f74", "#0a4f5c", angle=40))
        with c.clip(card):
            c.fill(ring(120, -90, 130, 96), "#ffffff", 0.1)
            c.fill(svg("M -146 40 C -60 -20 40 90 146 -10 L 146 92 L -146 92 Z"), "#ffffff", 0.08)
        c.fill(rect(-118, -50, 52, 40, 8), Paint("#ffe6a8", "#e8b860", angle=40))
        c.line(track((-118, -30), (-66, -30)), "#b8863a", 2)
        c.line(track((-92, -50), (-92, -10)), "#b8863a", 2)
        c.words("**** **** **** 0826", -118, 30, 24, "#ffffff", align="left")
        c.words("青禾银行", 118, 66, 22, "#ffffff", align="right", space=2)
    return c


def parcel(c: Canvas, x: float, y: float, size: float) -> None:
    """A parcel standing on (x, y)."""
    with c.at(x, y, size / 100):
        c.soft(disc(8, 0, 70, 12), "#5a1c00", 0.45, 8)
        top, left, right = (
            poly((0, -110), (62, -86), (0, -60), (-62, -86)),
            poly((-62, -86), (0, -60), (0, 6), (-62, -20)),
            poly((62, -86), (0, -60), (0, 6), (62, -20)),
        )
        c.fill(top, Paint("#ffe0ae", "#f4c482"))
        c.fill(left, Paint("#e8b06a", "#d0924c"))
        c.fill(right, Paint("#c88844", "#a86a30"))
        c.fill(poly((-42, -94), (-22, -102), (40, -77), (20, -68)), "#ff7a4a")
        c.fill(poly((20, -68), (40, -77), (40, -52), (20, -43)), "#d0502a")
        c.fill(rect(-52, -50, 26, 18, 3), "#ffffff", 0.8)


def notice_express() -> Canvas:
    """A delivery company: a van and parcels."""
    c = notice("雨燕速递", "您的包裹正在路上", ("#e05a12", "#f58a22", "#ffc04c"), "#fff0b8")
    c.fill(rect(560, 306, 560, 66), Paint("#00c84a0a", "#80c84a0a", angle=0))
    for y, x, w in ((150, 500, 70), (190, 476, 60), (230, 512, 50)):
        c.fill(rect(x, y, w, 7, 3.5), "#ffffff", 0.8)
    with c.at(776, 312):
        c.soft(disc(10, 0, 190, 12), "#7a2800", 0.55, 8)
        box = rect(-176, -190, 236, 170, 16)
        c.fill(
            svg(
                "M 54 -150 L 118 -150 C 136 -150 144 -140 152 -122 L 178 -76 C 184 -66 184 -60 184 -50 L 184 -30 C 184 -22 178 -20 172 -20 L 54 -20 Z"
            ),
            Paint("#ffffff", "#ecdccc", angle=20),
        )
        c.soft(box, "#7a2800", 0.25, 8, 4, 4)
        c.fill(box, Paint("#ffffff", "#fff4e6", "#e8d0b8", angle=30))
        c.fill(rect(-176, -74, 236, 26), "#f26a2c")
        c.fill(
            svg("M 82 -132 L 116 -132 C 124 -132 128 -128 132 -120 L 150 -84 L 82 -84 Z"),
            Paint("#4a6a8a", "#24405c"),
        )
        with c.at(-60, -126, 0.8):
            c.fill(
                svg(
                    "M -56 14 C -30 -26 4 -30 20 -12 C 34 -26 54 -26 66 -18 C 48 -14 38 -4 30 10 C 18 30 -12 28 -24 8 C -34 12 -44 14 -56 14 Z"
                ),
                "#f26a2c",
            )
        c.fill(rect(168, -58, 16, 18, 6), "#ffe08a")
        for x in (-104, 116):
            c.fill(disc(x, -20, 38), "#3a2418")
            c.fill(disc(x, -20, 19), Paint("#ffffff", "#c8b8a8", angle=50))
    parcel(c, 1040, 324, 84)
    return c


def notice_power() -> Canvas:
    """A power company: pylons, a bulb, a meter."""
    c = notice("光和电力", "点亮每一个夜归人", ("#07505c", "#0f7f80", "#38b890"), "#fff4b0")
    mountains(c, 3, [(320, 20, Paint("#0c6468", "#17857f"))], 372, 150)
    for x, s in ((680, 0.8), (1050, 1.0)):
        with c.at(x, 350, s):
            for points in (
                "M -44 0 L -12 -210 L 12 -210 L 44 0",
                "M -36 -50 L 36 -50",
                "M -36 -50 L 28 -110 M 36 -50 L -28 -110",
                "M -28 -110 L 18 -160 M 28 -110 L -18 -160",
                "M -74 -160 L 74 -160",
                "M -60 -204 L 60 -204",
                "M -74 -160 L -16 -182 M 74 -160 L 16 -182",
                "M -12 -210 L 0 -240 L 12 -210",
            ):
                c.line(svg(points), "#d8fff0", 5, 0.85)
    for y1, y2 in ((222, 190), (187, 146)):
        c.line(
            svg(
                f"M 500 {y1 - 20} Q 590 {y1 + 40} 680 {y1} Q 860 {y1 + 60} 1050 {y2} Q 1100 {y2 + 22} 1140 {y2 + 8}"
            ),
            "#d8fff0",
            2.5,
            0.7,
        )
    with c.at(866, 170):
        c.glow(0, -10, 210, "#ffe88a", 0.75)
        bulb = svg(
            "M -34 64 C -34 30 -84 10 -84 -46 C -84 -94 -46 -128 0 -128 C 46 -128 84 -94 84 -46 C 84 10 34 30 34 64 Z"
        )
        c.fill(bulb, Round("#fffdea", "#ffe88a", "#ffc43c"))
        c.fill(poly((12, -90), (-34, -24), (-4, -24), (-14, 30), (36, -44), (4, -44)), "#0f7f80")
        for index, w in enumerate((64, 64, 44)):
            c.fill(rect(-w / 2, 68 + index * 20, w, 15, 7), Paint("#f4fffa", "#9fc8c0", angle=0))
    return c


def notice_airline() -> Canvas:
    """山岚航空: an aeroplane over clouds and hills."""
    c = notice("山岚航空", "准点出发，山海在望", ("#174a9c", "#3a80d8", "#9fd0f4"), "#ffffff")
    mountains(
        c, 5, [(300, 30, Paint("#4f90d8", "#a8d4f0")), (345, 16, Paint("#3a78c4", "#7fb4e4"))], 372, 130
    )
    clouds(
        c,
        [(640, 320, 190), (1010, 336, 240), (1050, 110, 130), (590, 110, 100)],
        Paint("#ffffff", "#e4f2fc"),
        0.95,
    )
    c.line(svg("M 480 330 C 560 310 640 286 700 250"), "#ffffff", 4, 0.6, (1.2, 3))
    plane(c, 842, 196, 0.82, -11)
    return c


def notice_rail() -> Canvas:
    """海棠铁路: the nose of a fast train coming towards us."""
    c = notice("海棠铁路", "一路花开，平安抵达", ("#8a1840", "#c83a5c", "#f48a8a"), "#ffe4d8")
    c.fill(hill([(480, 372), (640, 320), (800, 340), (960, 300), (1140, 330)], 372), "#8a1840", 0.35)
    body = svg("M 1140 84 L 900 84 C 760 84 670 150 604 232 C 586 258 596 276 630 280 L 1140 280 Z")
    c.soft(body, "#4a0820", 0.5, 16, 4, 12)
    c.fill(body, Paint("#ffffff", "#fdf2f2", "#d8b8c0"))
    with c.clip(body):
        c.fill(
            svg(
                "M 1140 216 L 800 216 C 720 216 650 232 590 256 L 590 268 C 660 246 730 236 800 236 L 1140 236 Z"
            ),
            Paint("#ff8a7a", "#d8344e", angle=0),
        )
        c.fill(rect(580, 256, 600, 30), "#a88a98", 0.45)
    glass = svg("M 842 112 C 780 124 734 156 704 192 C 750 198 810 190 846 172 C 862 160 866 108 842 112 Z")
    c.fill(glass, Paint("#4a2a48", "#1c1028", angle=50))
    c.fill(svg("M 826 122 C 786 132 752 154 732 178 L 762 178 C 790 164 816 144 826 122 Z"), "#ffd0d8", 0.35)
    for x in range(890, 1130, 66):
        c.fill(rect(x, 124, 50, 48, 9), Paint("#4a2a48", "#a8708c"))
    c.glow(630, 246, 70, "#fff4c8", 0.95)
    c.fill(disc(634, 246, 9, 6), "#fffdf0")
    c.fill(rect(520, 284, 640, 8, 4), "#fff0f0", 0.9)
    for x in range(540, 1140, 44):
        c.fill(rect(x, 292, 22, 10, 3), "#ffffff", 0.45)
    return c


def notice_coach() -> Canvas:
    """A coach line: a coach before hills at sunrise."""
    c = notice("远途客运", "城乡之间，班班相连", ("#c8481c", "#f07a34", "#ffc878"), "#fff4c8")
    c.fill(disc(960, 150, 62), Round("#fffdea", "#ffe08a"))
    c.fill(
        hill([(420, 372), (600, 290), (760, 250), (920, 300), (1140, 220)], 372),
        Paint("#ffb878", "#e8703a"),
        0.9,
    )
    c.fill(hill([(360, 372), (620, 316), (860, 330), (1140, 280)], 372), Paint("#e88a4a", "#c8501f"))
    c.fill(rect(0, 330, 1120, 42), Paint("#8a3414", "#6a240c"))
    for x in range(-20, 1120, 110):
        c.fill(rect(x, 350, 60, 5, 2.5), "#ffe0b0", 0.8)
    with c.at(826, 338, 0.66):
        c.soft(disc(6, 0, 310, 12), "#3a1000", 0.6, 8)
        body = rect(-300, -240, 600, 214, 32)
        c.fill(body, Paint("#ffffff", "#fdf4ec", "#e0ccbc"))
        with c.clip(body):
            c.fill(
                svg("M -310 -100 C -140 -100 -20 -80 80 -26 L -310 -26 Z"),
                Paint("#ffb04a", "#e8603a", angle=0),
            )
        c.fill(rect(-284, -210, 500, 82, 10), Paint("#3a4a68", "#7a90ac"))
        for x in (-162, -40, 82):
            c.fill(rect(x, -210, 6, 82), "#22304a")
        c.fill(
            svg("M 232 -210 L 276 -210 C 290 -200 298 -160 300 -110 L 232 -110 Z"),
            Paint("#3a4a68", "#9fb4cc"),
        )
        c.fill(rect(284, -86, 18, 22, 7), "#ffe89a")
        c.words("远途", 34, -92, 40, "#e8603a", space=6)
        for x in (-184, 168):
            c.fill(disc(x, -30, 44), "#2a1c1c")
            c.fill(disc(x, -30, 22), Paint("#ffffff", "#b8acac", angle=50))
    return c


def notice_hospital() -> Canvas:
    """A hospital: its building, a heart with a pulse."""
    c = notice("青杏医院", "温暖守护每一次就诊", ("#1f6fb8", "#3aa0d8", "#a4e0f0"), "#ffffff")
    clouds(c, [(640, 120, 120), (1060, 96, 130)], "#ffffff", 0.7)
    c.fill(hill([(480, 372), (700, 326), (900, 340), (1140, 318)], 372), Paint("#7fd0b0", "#4fae94"))
    for x, y, w, h in ((690, 160, 120, 178), (912, 160, 120, 178), (780, 104, 162, 234)):
        wall = rect(x, y, w, h, 8)
        c.soft(wall, "#0f3f6a", 0.3, 10, 4, 4)
        c.fill(wall, Paint("#ffffff", "#dcecf6", angle=20))
        c.fill(rect(x - 6, y - 8, w + 12, 14, 5), "#2a88cc")
    for x in (706, 746, 950, 990):
        for y in (186, 232, 278):
            c.fill(rect(x, y, 26, 30, 4), Paint("#7fc4e8", "#c4e8f8"))
    for x in (800, 842, 884):
        for y in (196, 236):
            c.fill(rect(x, y, 36, 26, 4), Paint("#7fc4e8", "#c4e8f8"))
    c.fill(rect(832, 282, 58, 56, 6), Paint("#2a88cc", "#1f6fb8"))
    c.fill(rect(859, 286, 4, 52), "#ffffff", 0.7)
    c.fill(disc(861, 150, 32), Paint("#5fd0a8", "#2fa884", angle=55))
    c.fill(joined(rect(854, 130, 14, 40, 4), rect(841, 143, 40, 14, 4)), "#ffffff")
    with c.at(1032, 288):
        heart = svg(
            "M 0 50 C -70 4 -64 -52 -28 -52 C -10 -52 -2 -40 0 -32 C 2 -40 10 -52 28 -52 C 64 -52 70 4 0 50 Z"
        )
        c.soft(heart, "#0f3f6a", 0.4, 8, 4, 8)
        c.fill(heart, Round("#ff9a9a", "#f0566a", x=0.3, y=0.2))
        c.line(track((-42, -2), (-18, -2), (-8, -24), (6, 20), (16, -2), (40, -2)), "#ffffff", 6)
    for x, y, r in ((650, 330, 30), (690, 340, 22), (1098, 346, 22)):
        c.fill(disc(x, y - r * 0.5, r), Paint("#8fdcb4", "#3f9a84", angle=50))
    return c


def banner_sale() -> Canvas:
    """A season's sale: a megaphone of gifts and coupons."""
    c = Canvas(*LONG, Paint("#ff7a4a", "#f23c54", "#b81a6a", angle=20))
    for radius in (260, 350, 440):
        c.fill(disc(900, 290, radius), "#ffffff", 0.06)
    c.glow(900, 270, 420, "#ffd08a", 0.6)
    c.fill(disc(900, 560, 520, 110), Paint("#ff8a6a", "#c01f5a"))
    podium(
        c,
        900,
        440,
        280,
        44,
        Paint("#ffe0b0", "#ffa86a", angle=0),
        Paint("#ff9a6a", "#c8305a", angle=0),
        "#5a0020",
    )
    for x, y, turn, word, small in ((770, 190, -12, "100", "满 500 减"), (1040, 176, 11, "50", "满 299 减")):
        with c.at(x, y, turn=turn):
            ticket = rect(-112, -70, 224, 140, 18).subtracted(disc(-112, 0, 18)).subtracted(disc(112, 0, 18))
            c.soft(ticket, "#5a0020", 0.4, 12, 6, 10)
            c.fill(ticket, Paint("#fffaf0", "#ffe8cc"))
            c.line(track((-84, 20), (84, 20)), "#f4a894", 2.5, 1.0, (2.4, 2.4))
            c.words("¥" + word, 0, -20, 66, "#e2344a")
            c.words(small, 0, 45, 24, "#a8384a", space=1)
    gift(c, 800, 462, 150, 128, ("#7a3ad0", "#4c1c98"), ("#ffe0a0", "#f0aa50"))
    gift(c, 980, 464, 170, 156, ("#ff7a5c", "#d8283c"), ("#fff0c8", "#f4bc68"))
    gift(c, 896, 490, 96, 80, ("#ffc85c", "#f0962c"), ("#ffffff", "#ffe6cc"))
    coin(c, 660, 330, 34, 0.8, -14)
    coin(c, 1150, 310, 40, 0.6, 20)
    coin(c, 910, 74, 28, 1.0)
    confetti(c, 7, (560, 20, 1240, 400), 30, ["#ffe08a", "#ffffff", "#ff9ac0", "#9a6af0"])
    c.words("换季大促", 84, 200, 118, Paint("#ffffff", "#ffe6b0"), align="left", space=6)
    c.words("全场低至五折，先领券再下单", 88, 306, 36, "#fff0dc", align="left", bold=False)
    pill = rect(88, 364, 230, 68, 34)
    c.soft(pill, "#5a0020", 0.4, 12, 4, 8)
    c.fill(pill, Paint("#fff0b8", "#ffc45c", angle=0))
    c.words("马上抢券", 203, 398, 32, "#a81840", space=1)
    return c


def banner_tea() -> Canvas:
    """Tea: a clay pot, two cups, hills in ink."""
    c = Canvas(*LONG, Paint("#f2ead8", "#e6e2c8", "#cfdcb8", angle=20))
    c.glow(860, 160, 330, "#fffbe4", 0.95)
    c.fill(disc(980, 130, 66), "#f4a86a", 0.75)
    mountains(
        c, 14, [(270, 60, Paint("#a9bfa4", "#dfe6cc")), (350, 40, Paint("#83a68a", "#c4d4b0"))], 540, 170
    )
    c.fill(rect(0, 436, 1260, 104), Paint("#a87a50", "#7a5234"))
    c.fill(rect(0, 436, 1260, 6), "#d4aa7a")
    with c.at(840, 366, 1.12):
        c.soft(disc(10, 92, 170, 14), "#2a1608", 0.55, 9)
        c.line(svg("M -96 -34 C -176 -50 -176 60 -86 44"), Paint("#8a4a34", "#5a2a1e"), 20)
        c.fill(
            svg("M 92 -10 C 130 -14 140 -60 172 -78 L 196 -70 C 172 -40 160 40 92 50 Z"),
            Paint("#9a5840", "#6a3424"),
        )
        pot = svg("M -66 -62 L 66 -62 C 116 -36 124 50 76 88 L -76 88 C -124 50 -116 -36 -66 -62 Z")
        c.fill(pot, Round("#c4805c", "#96543c", "#5e2c1e", x=0.34, y=0.2, reach=0.85))
        c.fill(svg("M -70 -62 C -60 -92 60 -92 70 -62 Z"), Paint("#b06c4c", "#7a4030"))
        c.fill(rect(-76, -66, 152, 12, 6), "#6a3626")
        c.fill(disc(0, -92, 15), Round("#c4805c", "#6a3626"))
        c.soft(disc(-44, -8, 26, 40), "#ffe0c4", 0.4, 14)
        c.words("云雾", 0, 22, 38, "#f4d8b8", space=6, alpha=0.75)
    cup(c, 1096, 400, 62, ("#c8a83c", "#9a8a2c"))
    cup(c, 640, 410, 54, ("#c8a83c", "#9a8a2c"))
    steam(c, 1096, 384, 96, alpha=0.9)
    sprig(c, 980, 480, 66, 60)
    sprig(c, 736, 494, 54, -70)
    for flip, x in ((True, 1290),):
        with c.at(x, -20, flip=flip):
            for turn, base in ((24, 0), (38, 40), (12, 20)):
                with c.at(0, base, turn=turn):
                    c.line(curve([(0, 0), (120, 8), (230, -6)]), "#5f8f58", 6)
                    for at, spin in ((60, -30), (100, 34), (140, -32), (180, 30), (220, -4)):
                        with c.at(at, 0, turn=spin):
                            c.fill(leaf(86, 14, 4), Paint("#8fbf72", "#4f8a52", angle=20))
    c.words("一盏好茶", 88, 186, 112, Paint("#3a5a38", "#24422c"), align="left", space=10)
    c.words("高山云雾，手工炒制", 92, 288, 36, "#4a6644", align="left", bold=False, space=3)
    seal = rect(92, 336, 62, 62, 8)
    c.fill(seal, Paint("#d0503c", "#a8342a"))
    c.words("茶", 123, 367, 40, "#fff0e0")
    c.words("栗子优选", 176, 367, 32, "#3a5a38", align="left", space=3)
    return c
