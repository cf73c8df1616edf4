# SPDX-License-Identifier: Apache-2.0
"""Backgrounds of a big personal red packet, 3:4.

The sender stands in the middle of the top, light lettering from 21 to 48 % of the height: the pictures are plain and dark
there. The lowest fifth carries the button: nothing that matters stands there. tests/domain/test_samples.py measures both.
"""

from __future__ import annotations

import random

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import clouds, coin, lantern, sparkle
from scripts.samples.scenery import branch, ingot, pagoda, petals, swirl
from scripts.samples.shapes import disc, hill, poly, rect, svg, track

TALL = (1080, 1440)


def redpacket_night() -> Canvas:
    """A spring festival's night: moon, lanterns, roofs under snow."""
    c = Canvas(*TALL, Paint("#4a0a1e", "#8a1226", "#b81e2c", "#7a0c1e"))
    c.glow(540, 800, 620, "#ff7a3c", 0.42)
    dice = random.Random(6)  # noqa: S311 - the same stars in every run, no secret
    for _ in range(60):
        c.fill(
            disc(dice.uniform(20, 1060), dice.uniform(16, 400), dice.uniform(1, 2.8)),
            "#ffe6b8",
            dice.uniform(0.3, 0.85),
        )
    c.glow(540, 196, 260, "#ffd890", 0.7)
    c.fill(disc(540, 196, 116), Round("#fffdf0", "#ffe6a6"))
    swirl(c, 352, 196, 66, Paint("#c83a3a", "#9c1c2c"), "#ffce88")
    swirl(c, 748, 150, 54, Paint("#c83a3a", "#9c1c2c"), "#ffce88")
    lantern(c, 150, 216, 190, "福", 400)
    lantern(c, 930, 236, 176, "春", 400)
    c.fill(disc(540, 1044, 310), Paint("#ffb45c", "#e8503a"), 0.55)
    c.fill(disc(540, 1044, 256), Paint("#ffd98a", "#f4783c"), 0.6)
    for points, fill in (
        (
            [(-20, 930), (180, 850), (360, 950), (700, 940), (900, 840), (1100, 920)],
            Paint("#a01a2e", "#8a1226"),
        ),
        ([(-20, 1020), (240, 970), (540, 1050), (840, 960), (1100, 1020)], Paint("#8a1226", "#6a0a1c")),
    ):
        c.fill(hill(points, 1440), fill)
    pagoda(c, 540, 1096, 1.55, "#ffdfa4", ("#c02338", "#7a0c1e"))
    pagoda(c, 240, 1100, 0.92, "#ffd494", ("#a81a30", "#6a0a1c"))
    pagoda(c, 850, 1100, 0.98, "#ffd494", ("#a81a30", "#6a0a1c"))
    c.fill(
        hill([(-20, 1080), (200, 1056), (420, 1100), (660, 1072), (880, 1104), (1100, 1060)], 1440),
        Paint("#7a0c20", "#4a0614"),
    )
    c.fill(hill([(-20, 1190), (300, 1150), (640, 1200), (1100, 1140)], 1440), Paint("#5e0818", "#3a040e"))
    for x, y, r in (
        (420, 90, 14),
        (690, 80, 12),
        (300, 760, 14),
        (800, 730, 16),
        (120, 780, 12),
        (960, 800, 12),
    ):
        sparkle(c, x, y, r, "#ffe6b0", 0.9)
    return c


def pouch(c: Canvas) -> None:
    """A red pouch of luck with coins and ingots, before the light."""
    c.soft(disc(540, 1080, 380, 40), "#8a2a10", 0.4, 20)
    bag = svg(
        "M 400 830 C 300 900 250 1000 290 1066 C 320 1106 760 1106 790 1066 C 830 1000 780 900 680 830 Z"
    )
    coin(c, 420, 800, 60, 1.0)
    coin(c, 660, 796, 62, 0.8, 16)
    coin(c, 540, 760, 70, 1.0)
    c.soft(bag, "#6a0c14", 0.4, 18, 10, 14)
    c.fill(bag, Round("#ff7a5c", "#e0342e", "#a0141e", x=0.34, y=0.2, reach=0.85))
    c.fill(
        svg(
            "M 386 836 C 420 806 460 832 480 812 C 510 836 570 836 600 812 C 620 832 660 806 694 836 C 660 862 420 862 386 836 Z"
        ),
        Paint("#f0503a", "#b81e2a"),
    )
    c.line(svg("M 398 846 C 460 872 620 872 682 846"), "#ffd98a", 14)
    c.fill(disc(540, 980, 76), Paint("#ffe9a8", "#f2b04c", angle=55))
    c.words("福", 540, 980, 84, "#c02a24")
    ingot(c, 250, 1062, 98)
    ingot(c, 846, 1060, 104)
    ingot(c, 716, 1096, 76)
    coin(c, 372, 1086, 42, 1.0)
    coin(c, 176, 940, 34, 0.6, -24)
    coin(c, 906, 880, 38, 0.5, 24)


def redpacket_gold() -> Canvas:
    """Gold on deep red: a curtain of gold, a pouch of coins in the light."""
    c = Canvas(*TALL, Paint("#7c0a1e", "#8e0f22", "#a81a28", "#e0703a"))
    c.glow(540, 1010, 520, "#ffcf7a", 0.9)
    c.fill(disc(540, 1000, 262), Paint("#fff0c4", "#f8c062"), 0.95)
    with c.clip(disc(540, 1000, 262)):
        for index in range(24):
            with c.at(540, 1000, turn=index * 15):
                c.fill(poly((0, -80), (-34, -280), (34, -280)), "#ffffff", 0.34)
    for at, flip in ((0, False), (1080, True)):
        with c.at(at, 0, flip=flip):
            drape = svg("M 0 0 L 420 0 C 380 96 280 120 196 160 C 112 200 56 250 0 318 Z")
            c.soft(drape, "#3a0410", 0.5, 16, 4, 12)
            c.fill(drape, Paint("#ffdf94", "#e8a848", "#c87c2c", angle=60))
            c.line(svg("M 420 0 C 380 96 280 120 196 160 C 112 200 56 250 0 318"), "#fff2cc", 6)
            for fold in (
                "M 300 0 C 262 72 176 90 112 130 C 66 160 30 196 0 228",
                "M 170 0 C 150 50 80 66 0 128",
            ):
                c.line(svg(fold), "#a85c1c", 5, 0.45)
            c.line(track((196, 160), (196, 196)), "#fff2cc", 5)
            c.fill(svg("M 184 194 L 208 194 L 216 262 L 176 262 Z"), Paint("#ffdf94", "#d08a34"))
            c.fill(disc(196, 190, 15), Round("#fff2cc", "#e0a040"))
    swirl(c, 140, 830, 62, Paint("#f0b452", "#d8863a"), "#fff0c4")
    swirl(c, 946, 800, 56, Paint("#f0b452", "#d8863a"), "#fff0c4")
    near = hill([(-20, 1130), (280, 1082), (540, 1096), (840, 1076), (1100, 1122)], 1440)
    c.fill(near, Paint("#f8bc5c", "#e08a34"))
    with c.at(0, 32):
        pouch(c)
    nearer = hill([(-20, 1270), (300, 1230), (700, 1280), (1100, 1220)], 1440)
    c.fill(nearer, Paint("#e6963c", "#b85c20"))
    for x, y, r in ((300, 770, 16), (790, 760, 18), (210, 930, 13), (886, 920, 13)):
        sparkle(c, x, y, r, "#fff2cc")
    return c


def redpacket_spring() -> Canvas:
    """Spring: blossom above, hills and a pavilion below."""
    c = Canvas(*TALL, Paint("#0b4744", "#0f564e", "#1f7a66", "#7cc49a"))

    branch(c, -40, 126, 0.94, -4)
    branch(c, 1120, 96, 0.88, 6, True)
    c.glow(600, 872, 230, "#fff0b8", 0.75)
    c.fill(disc(600, 850, 84), Round("#fffdf0", "#ffe0a0"))
    clouds(c, [(190, 800, 150), (900, 780, 170)], "#dff4e4", 0.75)
    for points, fill in (
        (
            [(-20, 910), (170, 820), (330, 890), (520, 840), (760, 910), (930, 820), (1100, 880)],
            Paint("#a8d4c4", "#dcf0dc"),
        ),
        (
            [(-20, 980), (200, 920), (440, 980), (700, 926), (920, 980), (1100, 916)],
            Paint("#84c4a0", "#bce4b4"),
        ),
    ):
        c.fill(hill(points, 1440), fill)
    pagoda(c, 300, 1056, 1.1, "#fff6ea", ("#d86a78", "#9a3e50"))
    c.fill(
        hill([(-20, 1060), (260, 1040), (560, 1090), (840, 1020), (1100, 1060)], 1440),
        Paint("#6cb684", "#4a9a70"),
    )
    for x, y, r in ((760, 1020, 70), (850, 990, 90), (940, 1020, 72)):
        c.fill(rect(x - 5, y, 10, 70, 4), "#7a4a3c")
        c.soft(disc(x, y, r * 0.86), "#8a2a4a", 0.25, 10, 6, 8)
        c.fill(disc(x, y - r * 0.2, r * 0.86), Round("#ffe0e6", "#f6a4b8", "#e47c9c"))
    c.fill(hill([(-20, 1160), (300, 1120), (640, 1170), (1100, 1110)], 1440), Paint("#4a9a70", "#2f7d60"))
    petals(c, 9, 16, ["#f9a8bc", "#ffd0d8"], (60, 740, 1020, 1120))

    return c


def drama_night() -> Canvas:
    """Cover of a made-up short drama: a lane in the rain, one umbrella."""
    c = Canvas(*TALL, Paint("#0f1a3c", "#1c2f5e", "#3a4a7c", "#20284e"))
    c.glow(540, 560, 460, "#ffb46a", 0.55)
    c.fill(disc(760, 330, 96), Round("#fffbe8", "#f4e0b0"))
    c.glow(760, 330, 240, "#ffe9b8", 0.5)
    for sign, x in ((False, 0), (True, 1080)):
        with c.at(x, 0, flip=sign):
            c.fill(poly((0, 330), (210, 470), (210, 1000), (0, 1160)), Paint("#1c2448", "#0f1630", angle=0))
            c.fill(
                poly((210, 520), (350, 610), (350, 920), (210, 1000)), Paint("#2a3460", "#1c2448", angle=0)
            )
            for roof in (
                svg("M -20 290 C 110 330 200 400 264 500 L 214 486 L -20 350 Z"),
                svg("M 196 486 C 280 520 350 570 400 640 L 352 624 L 196 542 Z"),
            ):
                c.fill(roof, Paint("#0c1128", "#060918"))
            for points, alpha in (
                (((40, 560), (150, 610), (150, 820), (40, 850)), 1.0),
                (((244, 640), (312, 672), (312, 800), (244, 826)), 0.9),
            ):
                pane = poly(*points)
                c.soft(pane, "#ffb45c", 0.5, 20)
                c.fill(pane, Paint("#ffe0a0", "#f09a4a"), alpha)
                (ax, ay), (bx, by), (_, cy), (_, dy) = points
                c.line(track(((ax + bx) / 2, (ay + by) / 2), ((ax + bx) / 2, (cy + dy) / 2)), "#3a2438", 5)
                c.line(track((ax, (ay + dy) / 2), (bx, (by + cy) / 2)), "#3a2438", 5)
    for x, y, s in ((206, 620, 66), (874, 620, 66)):
        lantern(c, x, y, s, "", 90)
    c.fill(
        poly((350, 920), (730, 920), (1080, 1160), (1080, 1440), (0, 1440), (0, 1160)),
        Paint("#4a4468", "#1c1c3c", "#0f1228"),
    )
    c.soft(poly((480, 920), (600, 920), (700, 1300), (380, 1300)), "#ffb46a", 0.42, 36)
    for x, y, w in (
        (300, 1030, 120),
        (620, 1010, 140),
        (420, 1110, 160),
        (700, 1150, 190),
        (180, 1180, 190),
        (520, 1230, 220),
        (840, 1260, 150),
    ):
        c.fill(disc(x + w / 2, y, w / 2, 4), "#ffd8a8", 0.28)
    with c.at(540, 1080, 1.32):
        c.soft(disc(0, 60, 46, 120), "#060918", 0.5, 12, 0, 60)
        c.fill(svg("M -26 0 L -24 -60 L 24 -60 L 26 0 L 10 0 L 4 -40 L -4 -40 L -10 0 Z"), "#0c1024")
        c.fill(
            svg("M -34 -190 C -16 -204 16 -204 34 -190 L 54 -34 C 20 -22 -20 -22 -54 -34 Z"),
            Paint("#f4efe6", "#a8a4b8", angle=0),
        )
        c.fill(
            svg(
                "M -22 -252 C -26 -226 -24 -190 -30 -160 C -10 -150 10 -150 30 -160 C 24 -190 26 -226 22 -252 Z"
            ),
            "#141428",
        )
        c.fill(disc(0, -234, 25, 28), "#141428")
        c.line(track((30, -150), (34, -340)), "#2a1a24", 5)
        top = svg(
            "M -150 -256 C -140 -350 -60 -384 14 -384 C 92 -384 168 -350 180 -256 C 150 -274 122 -274 98 -256 C 70 -276 42 -276 14 -256 C -14 -276 -42 -276 -68 -256 C -94 -274 -122 -274 -150 -256 Z"
        )
        c.soft(top, "#060918", 0.5, 14, 6, 12)
        c.fill(top, Paint("#ff6a5c", "#d02a3c", "#8a1428", angle=20))
        with c.clip(top):
            for rib in (
                "M 14 -386 C -40 -350 -64 -310 -68 -250",
                "M 14 -386 L 14 -250",
                "M 14 -386 C 70 -350 94 -310 98 -250",
            ):
                c.line(svg(rib), "#7a1024", 3, 0.6)
    dice = random.Random(31)  # noqa: S311 - the same rain in every run, no secret
    for _ in range(120):
        left, height, long = dice.uniform(-20, 1090), dice.uniform(-20, 1300), dice.uniform(24, 64)
        c.line(
            track((left, height), (left - long * 0.16, height + long)), "#cfe0ff", 2, dice.uniform(0.12, 0.4)
        )
    c.fill(rect(0, 1080, 1080, 360), Paint("#0006091a", "#e6060918"))
    c.words("长街听雨", 540, 1244, 176, Paint("#fff6e0", "#f4c88a"), space=10)
    c.words("短剧 · 全 24 集", 560, 1358, 40, "#dfe4f8", bold=False, space=2)
    return c


def drama_city() -> Canvas:
    """Cover of a made-up short drama: two people on a roof above the city."""
    c = Canvas(*TALL, Paint("#2a2f7c", "#7a4aa0", "#f0788a", "#ffc08a"))
    c.glow(540, 760, 520, "#ffe4b0", 0.8)
    c.fill(disc(540, 700, 230), Round("#fff8dc", "#ffd890", x=0.5, y=0.3))
    clouds(
        c,
        [(170, 480, 240), (900, 440, 210), (980, 620, 180), (90, 660, 150)],
        Paint("#ffd0c8", "#f09aa8"),
        0.55,
    )
    dice = random.Random(14)  # noqa: S311 - the same city in every run, no secret
    for ground, low, high, fill, glow, alpha in (
        (1120, 220, 520, Paint("#b8648f", "#e88a8c"), "#ffe4b0", 0.4),
        (1140, 140, 440, Paint("#6a3f88", "#a8588c"), "#ffe0a0", 0.65),
        (1160, 80, 330, Paint("#3a2a68", "#5a3878"), "#ffd98a", 0.85),
    ):
        x = -30.0
        while x < 1080:
            wide = dice.uniform(70, 140)
            middle = abs(x + wide / 2 - 540) / 540
            tall = low + (high - low) * (0.25 + 0.75 * middle) * dice.uniform(0.6, 1.0)
            c.fill(rect(x, ground - tall, wide, tall + 300, 6), fill)
            if dice.random() < 0.3:
                c.fill(rect(x + wide / 2 - 3, ground - tall - 50, 6, 54), fill)
            for column in range(int(wide // 26)):
                for row in range(int(tall // 34)):
                    if dice.random() < 0.42:
                        c.fill(
                            rect(x + 12 + column * 26, ground - tall + 18 + row * 34, 11, 16, 2), glow, alpha
                        )
            x += wide + dice.uniform(0, 14)
    c.fill(rect(0, 1080, 1080, 360), Paint("#2a1a50", "#140a30"))
    c.fill(rect(0, 1080, 1080, 8), "#ffb08a", 0.7)
    for x in range(-10, 1100, 90):
        c.fill(rect(x, 1010, 6, 74), "#1c103c")
    c.fill(rect(0, 1004, 1080, 9, 4), "#1c103c")
    c.fill(rect(0, 1042, 1080, 5), "#1c103c")
    ink = Paint("#3a1a4c", "#160a30", angle=0)
    with c.at(452, 1090, 1.5):
        c.soft(disc(12, 4, 60, 7), "#0a0420", 0.6, 6)
        for x in (-14, 6):
            c.fill(rect(x, -44, 10, 46, 4), "#c8786c")
            c.fill(rect(x - 1, -6, 13, 9, 4), "#160a30")
        c.fill(
            svg(
                "M -24 -200 C -10 -208 10 -208 24 -200 L 22 -132 L 50 -40 C 24 -26 -26 -26 -52 -40 L -22 -132 Z"
            ),
            Paint("#8a2450", "#e8586c", angle=0),
        )
        c.line(svg("M -24 -190 C -36 -160 -40 -140 -38 -112"), "#e09a86", 11)
        c.line(svg("M 26 -190 C 40 -160 52 -136 60 -112"), "#e09a86", 11)
        c.fill(
            svg(
                "M -27 -240 C -28 -274 28 -274 27 -240 C 28 -212 30 -186 22 -160 C 8 -152 -10 -152 -24 -160 C -32 -186 -28 -212 -27 -240 Z"
            ),
            ink,
        )
    with c.at(612, 1090, 1.5):
        c.soft(disc(12, 4, 60, 7), "#0a0420", 0.6, 6)
        c.fill(
            svg("M -28 -110 L 28 -110 L 26 2 L 5 2 L 0 -84 L -5 2 L -26 2 Z"),
            Paint("#2a1a4c", "#120828", angle=0),
        )
        c.fill(
            svg("M -36 -216 C -20 -230 20 -230 36 -216 L 34 -100 L -34 -100 Z"),
            Paint("#4a5aa8", "#262c70", angle=0),
        )
        c.line(svg("M -36 -206 C -46 -170 -48 -140 -46 -114"), Paint("#4a5aa8", "#3a4690"), 15)
        c.line(svg("M 36 -206 C 46 -170 46 -140 42 -112"), "#262c70", 15)
        c.fill(rect(-9, -236, 18, 20), "#c8786c")
        c.fill(disc(0, -254, 25, 28), ink)
    for x, y, s in ((760, 560, 1.1), (830, 530, 0.8), (700, 520, 0.7)):
        with c.at(x, y, s):
            c.line(svg("M -26 -8 C -16 -20 -6 -14 0 0 C 6 -14 16 -20 26 -8"), "#2a1a50", 4, 0.8)
    c.words("云端来信", 540, 176, 176, Paint("#ffffff", "#ffe0c4"), space=10)
    c.words("都市短剧 · 每晚八点更新", 540, 300, 42, "#ffe4d4", bold=False, space=2)
    c.words("第 1 集", 540, 1300, 40, "#ffd8c4", bold=False, space=4)
    c.line(track((440, 1350), (640, 1350)), "#f0788a", 5)
    return c
