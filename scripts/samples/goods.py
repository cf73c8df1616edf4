# SPDX-License-Identifier: Apache-2.0
"""Scenes about goods for sale, 16:9: phone, tea, coat, hot pot."""

from __future__ import annotations

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    fall,
    mountains,
    podium,
    sparkle,
    sprig,
    steam,
)
from scripts.samples.shapes import (
    curve,
    disc,
    hill,
    joined,
    leaf,
    poly,
    rect,
    ring,
    star,
    svg,
    track,
)

WIDE = (1248, 702)


def handset(c: Canvas, x: float, y: float, turn: float, back: bool) -> None:
    """A made-up phone, seen from the front or from the back."""
    with c.at(x, y, turn=turn):
        body = rect(-122, -252, 244, 504, 40)
        c.soft(body, "#0a0636", 0.55, 30, 22, 36)
        c.fill(body, Paint("#f4f1ff", "#8d84d8", "#d9d3ff", angle=20))
        if back:
            c.fill(rect(-118, -248, 236, 496, 37), Paint("#c8c2ff", "#8f9cf6", "#6f7fe6", angle=60))
            c.fill(svg("M -118 60 C -40 0 60 -40 118 -180 L 118 248 L -118 248 Z"), "#ffffff", 0.1)
            island = rect(-96, -226, 112, 190, 34)
            c.soft(island, "#2a2a80", 0.35, 10, 4, 8)
            c.fill(island, Paint("#a9a9f5", "#7681e0", angle=50))
            for down in (-178, -86):
                c.fill(disc(-40, down, 38), Paint("#e6e3ff", "#6a70c8", angle=60))
                c.fill(disc(-40, down, 33), "#12123a")
                c.fill(disc(-40, down, 20), Round("#4a63d8", "#0e0e30"))
                c.fill(disc(-49, down - 10, 6), "#cfe0ff", 0.9)
            c.fill(disc(38, -200, 9), "#fff6d8")
            return
        screen = rect(-113, -243, 226, 486, 33)
        with c.clip(screen):
            c.fill(screen, Paint("#221a6b", "#5a3fc4", "#ff8fa8", "#ffd3a0", angle=70))
            c.glow(60, -80, 170, "#ffe0c0", 0.7)
            for index, (colour, alpha) in enumerate((("#ff9db8", 0.6), ("#8d63ec", 0.75), ("#4630ae", 0.9))):
                low = 20 + index * 70
                c.fill(
                    hill([(-130, low + 40), (-50, low - 30), (30, low + 30), (130, low - 60)], 260),
                    colour,
                    alpha,
                )
            c.fill(disc(52, -84, 40), Round("#fff3d6", "#ffc58a"))
        c.words("10:28", 0, -172, 50, "#ffffff", bold=False)
        c.words("3月18日 星期三", 0, -132, 14, "#ffffff", bold=False, alpha=0.85)
        c.fill(disc(0, -225, 7), "#0d0a2c")
        c.fill(rect(-42, 226, 84, 4, 2), "#ffffff", 0.8)


def new_phone() -> Canvas:
    """Two phones on a violet stage."""
    c = Canvas(*WIDE, Paint("#241a66", "#4a37a8", "#8a6fd6", angle=50))
    c.glow(860, 300, 470, "#b9a2ff", 0.75)
    c.fill(ring(860, 330, 300, 262), "#ffffff", 0.1)
    c.fill(ring(860, 330, 372, 366), "#ffffff", 0.16)
    c.fill(disc(624, 722, 900, 150), Paint("#6a54c8", "#3a2a92"))
    podium(
        c,
        860,
        584,
        330,
        46,
        Paint("#9a86ec", "#6a55cc", angle=0),
        Paint("#7c68da", "#4a38a6", angle=0),
        "#150a4a",
    )
    handset(c, 962, 320, 9, True)
    handset(c, 776, 334, -6, False)
    c.words("新品首发", 96, 232, 92, Paint("#ffffff", "#d9ceff"), align="left", space=4)
    c.words("澄光 X1", 98, 330, 50, "#ffd9a8", align="left")
    c.words("轻薄一握，长续航", 98, 400, 32, "#ffffff", align="left", bold=False, alpha=0.85)
    pill = rect(98, 454, 212, 62, 31)
    c.soft(pill, "#160a50", 0.4, 12, 4, 8)
    c.fill(pill, Paint("#ffc48a", "#ff8f8f", angle=0))
    c.words("立即预约", 204, 485, 28, "#4a1c50")
    for x, y, r in ((566, 150, 15), (1150, 140, 20), (1112, 470, 12), (470, 560, 10)):
        sparkle(c, x, y, r, "#ffffff", 0.9)
    return c


def cup(c: Canvas, x: float, y: float, size: float, tea: tuple[str, str] = ("#d9c24a", "#a8b23a")) -> None:
    """A white tea bowl on a saucer; (x, y) is the middle of its rim."""
    s = size / 100
    c.soft(disc(x + 14 * s, y + 92 * s, 118 * s, 18 * s), "#23402a", 0.4, 9 * s)
    c.fill(disc(x, y + 86 * s, 112 * s, 20 * s), Paint("#ffffff", "#c9d6cc", angle=20))
    c.fill(disc(x, y + 82 * s, 74 * s, 11 * s), "#c2d0c6")
    with c.at(x, y, s):
        bowl = svg("M -84 0 C -80 44 -52 84 -30 86 L 30 86 C 52 84 80 44 84 0 Z")
        c.fill(bowl, Paint("#ffffff", "#f2f6f2", "#b7c9bd", angle=10))
        with c.clip(bowl):
            c.soft(svg("M 20 100 C 70 70 84 20 90 0 L 110 0 L 110 110 Z"), "#6f9080", 0.5, 14)
        c.fill(disc(0, 0, 84, 17), Paint("#e8eee9", "#ffffff", angle=90))
        c.fill(disc(0, 3, 74, 12.5), Paint(tea[1], tea[0], angle=20))
        c.fill(disc(-24, 0, 26, 3.5), "#ffffff", 0.35)


def spring_tea() -> Canvas:
    """A bowl of spring tea before terraces in the mist."""
    c = Canvas(*WIDE, Paint("#e8f4e4", "#d4ecd2", "#f4f8e4"))
    c.glow(640, 130, 360, "#fff6d0", 0.95)
    c.fill(disc(640, 136, 52), "#fffbe8", 0.95)
    mountains(
        c, 4, [(250, 60, Paint("#bcdcc4", "#e2f1e0")), (330, 50, Paint("#93c8a4", "#d2ead0"))], 702, 190
    )
    c.fill(
        hill([(-40, 390), (300, 330), (640, 420), (980, 320), (1300, 360)], 702), Paint("#78b986", "#bfe0b0")
    )
    rows = [
        ([(-40, 450), (260, 400), (620, 500), (960, 390), (1300, 430)], "#5fa970", "#86c382"),
        ([(-40, 510), (260, 460), (600, 560), (960, 450), (1300, 490)], "#4c9a64", "#74b877"),
        ([(-40, 575), (240, 530), (600, 620), (980, 520), (1300, 560)], "#3d8a58", "#5faa69"),
        ([(-40, 645), (220, 610), (600, 680), (1000, 600), (1300, 635)], "#2f7a4d", "#4b985c"),
    ]
    for points, dark, light in rows:
        land = hill(points, 760)
        c.soft(land, "#1f5a3a", 0.25, 14, 0, -4)
        c.fill(land, Paint(light, dark))
        with c.clip(land):
            for step in range(5):
                shifted = curve([(px, py + 12 + 13 * step) for px, py in points])
                c.line(shifted, "#d9f0b8", 3, 0.34 - step * 0.06)
    for x, y, r in ((200, 420, 130), (760, 470, 160)):
        c.glow(x, y, r * 1.6, "#ffffff", 0.35)
    cup(c, 900, 420, 195)
    steam(c, 896, 392, 190, alpha=0.75)
    sprig(c, 690, 640, 120, -28)
    sprig(c, 1130, 650, 96, 34)
    with c.at(898, 424, turn=-12):
        c.fill(leaf(70, 11, -5), Paint("#a9cf58", "#5f9a3e"))
    c.words("明前春茶", 104, 246, 88, Paint("#1f5f42", "#2f7d4f"), align="left", space=8)
    c.words("一芽一叶，春山新绿", 108, 330, 32, "#2d6a48", align="left", bold=False, space=2)
    return c


def autumn_coat() -> Canvas:
    """A camel coat before an arch, ginkgo leaves falling."""
    c = Canvas(*WIDE, Paint("#f7e9d8", "#f0d6b8", angle=60))
    c.fill(rect(0, 596, 1248, 106), Paint("#d9ae85", "#e9c6a0", angle=0))
    arch = joined(rect(640, 250, 420, 346), disc(850, 250, 210)).simplified()
    c.soft(arch, "#8a4a20", 0.25, 16, 8, 6)
    c.fill(arch, Paint("#d98a52", "#b8623a", angle=70))
    with c.clip(arch):
        c.glow(760, 180, 330, "#ffcf96", 0.6)
    c.soft(disc(868, 612, 190, 20), "#5a2c10", 0.4, 12)
    c.fill(rect(846, 96, 8, 500, 4), Paint("#5a3c2a", "#3c261a", angle=0))
    c.fill(svg("M 780 610 L 846 586 L 854 586 L 920 610 L 908 614 L 850 596 L 792 614 Z"), "#3c261a")
    c.line(svg("M 850 122 C 850 96 882 100 876 78 C 870 62 848 66 850 82"), "#3c261a", 6)
    with c.at(850, 120):
        left = svg(
            "M -8 8 C -60 20 -104 40 -116 60 L -168 300 C -150 316 -128 318 -112 312 L -92 220 L -112 428 C -60 448 -30 446 0 440 L 0 8 Z"
        )
        right = svg(
            "M 8 8 C 60 20 104 40 116 60 L 168 300 C 150 316 128 318 112 312 L 92 220 L 112 428 C 60 448 30 446 -6 440 L -6 8 Z"
        )
        c.soft(joined(left, right), "#401a08", 0.4, 18, 14, 12)
        c.fill(right, Paint("#d9a670", "#b47c48", angle=10))
        c.fill(left, Paint("#efc795", "#cf9a62", angle=20))
        c.fill(poly((-30, 6), (30, 6), (6, 170), (-6, 170)), Paint("#fff4e6", "#ead4bc"))
        c.fill(
            svg("M -34 4 L -62 34 L -44 108 L -66 116 L -4 236 L -4 190 Z"),
            Paint("#f6d4a6", "#d8a46c", angle=20),
        )
        c.fill(
            svg("M 34 4 L 62 34 L 44 108 L 66 116 L 4 236 L 4 190 Z"), Paint("#e2b27c", "#b98450", angle=20)
        )
        belt = svg("M -98 226 C -40 242 40 242 98 226 L 101 254 C 40 272 -40 272 -101 254 Z")
        c.soft(belt, "#5a2c10", 0.35, 6, 0, 5)
        c.fill(belt, Paint("#c78d55", "#99632f", angle=0))
        c.fill(rect(-22, 232, 40, 36, 6), "#5a3418")
        c.fill(rect(-14, 240, 24, 20, 3), "#b57a44")
        for sign in (-1, 1):
            c.line(
                svg(f"M {sign * 92} 70 C {sign * 98} 130 {sign * 96} 180 {sign * 92} 222"), "#8a5426", 3, 0.4
            )
            c.fill(rect(sign * 62 - 24, 300, 48, 12, 4), "#a9713d", 0.75)
        for x, y in ((-26, 290), (26, 290), (-26, 360), (26, 360)):
            c.fill(disc(x, y, 7), Round("#8a5630", "#54300f"))
    c.soft(rect(1078, 560, 120, 46, 10), "#5a2c10", 0.3, 10, 6, 8)
    c.fill(rect(1082, 506, 112, 98, 6), Paint("#a85a3c", "#843e26", angle=20))
    c.line(svg("M 1112 506 C 1112 470 1164 470 1164 506"), "#e8c49c", 6)
    c.words("云杉", 1138, 556, 26, "#f8dcb8")
    fall(
        c,
        [
            (610, 130, 32, 30),
            (1120, 150, 36, -24),
            (560, 470, 26, 70),
            (1020, 620, 26, -60),
            (620, 632, 30, 24),
            (1176, 330, 24, 50),
        ],
    )
    fall(c, [(712, 60, 20, 110)], "#f2ac5c", "#d9722f")
    c.words("秋装上新", 98, 258, 92, Paint("#8a3f1c", "#5f2810"), align="left", space=6)
    c.words("暖意正好，出门看秋", 102, 346, 32, "#8a4c28", align="left", bold=False, space=2)
    c.fill(rect(102, 392, 64, 6, 3), "#d9722f")
    return c


def plate(c: Canvas, x: float, y: float, radius: float) -> None:
    """A plate seen from above."""
    c.soft(disc(x, y, radius), "#06161c", 0.5, radius * 0.1, radius * 0.08, radius * 0.12)
    c.fill(disc(x, y, radius), Paint("#ffffff", "#d5dde0", angle=50))
    c.fill(disc(x, y, radius * 0.78), Paint("#dfe7ea", "#f8fbfc", angle=50))


def winter_hotpot() -> Canvas:
    """A hot pot with two broths seen from above, dishes around it."""
    c = Canvas(*WIDE, Paint("#1f4a52", "#17353f", angle=40))
    for index in range(1, 6):
        c.fill(rect(0, index * 117 - 1.5, 1248, 3), "#0c242c", 0.35)
    c.glow(624, 330, 620, "#ffb46a", 0.36)
    c.soft(disc(624, 351, 270), "#041016", 0.65, 24, 16, 26)
    for sign in (-1, 1):
        c.fill(rect(624 + sign * 262 - 44, 311, 88, 80, 34), Paint("#d49a5a", "#8a5528"))
        c.fill(rect(624 + sign * 268 - 26, 329, 52, 44, 18), "#17353f")
    c.fill(disc(624, 351, 258), Paint("#f2c483", "#a8682f", angle=50))
    c.fill(disc(624, 351, 238), Paint("#9a5c28", "#e0a763", angle=50))
    pot = disc(624, 351, 226)
    with c.clip(pot):
        c.fill(pot, Round("#f25a2c", "#c22a17", x=0.6, y=0.4))
        white = svg(
            "M 624 125 C 500 125 398 226 398 351 C 398 476 500 577 624 577 C 690 540 700 440 624 351 C 548 262 560 160 624 125 Z"
        )
        c.fill(white, Round("#fff7e2", "#efd9ac", x=0.3, y=0.3))
        c.line(
            svg("M 624 125 C 560 160 548 262 624 351 C 700 440 690 540 624 577"),
            Paint("#f2c483", "#b8793c"),
            14,
        )
        for x, y, r in (
            (740, 220, 22),
            (800, 300, 30),
            (760, 400, 24),
            (720, 470, 18),
            (690, 250, 14),
            (800, 420, 13),
            (730, 330, 16),
        ):
            c.fill(disc(x, y, r), "#ff9a4a", 0.45)
        for x, y, turn in ((770, 262, 20), (725, 400, -40), (800, 360, 70), (700, 520, 10), (690, 190, 40)):
            with c.at(x, y, turn=turn):
                c.fill(leaf(48, 8, 4), Paint("#ff5a36", "#8f0f12"))
        for x, y in ((760, 180), (822, 330), (740, 520), (675, 300)):
            c.fill(disc(x, y, 6), "#5a1a0c")
        for x, y, turn in ((480, 300, 10), (540, 440, -50), (590, 500, 30)):
            with c.at(x, y, turn=turn):
                c.fill(leaf(58, 14), Paint("#9ad06a", "#4c9a4a"))
        for x, y in ((520, 240), (470, 400), (600, 400)):
            c.fill(disc(x, y, 26), Paint("#f4e3c4", "#c79a66", angle=60))
            c.fill(star(x, y, 15, 3, 0.3), "#fff6e6")
        for x, y in ((560, 330), (500, 480), (575, 190)):
            c.fill(disc(x, y, 11), Round("#ff7a5c", "#d42f22"))
        c.soft(disc(560, 250, 120), "#ffffff", 0.22, 40)
    plate(c, 216, 180, 128)
    for index in range(9):
        with c.at(216, 180, turn=index * 40):
            roll = svg("M 24 -20 C 50 -34 86 -26 92 -4 C 84 14 48 18 26 10 Z")
            c.fill(roll, Paint("#ff9c8c", "#e0514a", angle=0))
            c.line(svg("M 32 -12 C 52 -20 74 -16 84 -4"), "#ffe3da", 5)
    c.fill(disc(216, 180, 22), "#7ab55a")
    plate(c, 188, 530, 122)
    for index in range(10):
        with c.at(188, 530, turn=index * 36):
            c.fill(leaf(84, 20), Paint("#c8e88a", "#58a83e", angle=0))
            c.line(track((8, 0), (66, 0)), "#f2fbd8", 4)
    plate(c, 1040, 186, 128)
    for x, y in ((1000, 150), (1062, 138), (1098, 190), (1060, 236), (996, 226), (1042, 188)):
        c.soft(disc(x, y, 30), "#5a3a2a", 0.3, 6, 3, 5)
        c.fill(disc(x, y, 30), Round("#fff4ec", "#e8b9a0"))
    plate(c, 1066, 534, 122)
    for x, y, turn in ((1030, 500, 20), (1090, 490, -30), (1112, 552, 60), (1062, 588, 0), (1016, 560, -50)):
        with c.at(x, y, turn=turn):
            c.fill(rect(-38, -26, 76, 52, 8), Paint("#fffbea", "#ecd9a2", angle=40))
            c.fill(rect(-30, -19, 60, 38, 6), "#ffffff", 0.5)
    for shift in (0, 30):
        stick = svg(f"M {716 + shift} 430 L {721 + shift} 426 L {958 + shift} 708 L {940 + shift} 714 Z")
        c.soft(stick, "#000000", 0.4, 8, 12, 10)
        c.fill(stick, Paint("#8a3a24", "#5a1f14", angle=0))
    return c
