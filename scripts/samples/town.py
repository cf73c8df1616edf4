# SPDX-License-Identifier: Apache-2.0
"""Scenes of a town, 16:9: electric car, bank, restaurant, concert."""

from __future__ import annotations

import random

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    clouds,
    sparkle,
    steam,
    tree,
)
from scripts.samples.shapes import (
    curve,
    disc,
    joined,
    leaf,
    poly,
    rect,
    ring,
    svg,
    track,
)

WIDE = (1248, 702)


def skyline(
    c: Canvas, seed: int, ground: float, low: float, high: float, fill: Paint, windows: str, alpha: float
) -> None:
    """A row of tall buildings standing on a line."""
    dice = random.Random(seed)  # noqa: S311 - the same town in every run, no secret
    x = -10.0
    while x < c.width:
        wide, tall = dice.uniform(46, 96), dice.uniform(low, high)
        c.fill(rect(x, ground - tall, wide, tall, 5), fill)
        if dice.random() < 0.3:
            c.fill(rect(x + wide / 2 - 2, ground - tall - 30, 4, 32), fill)
        for column in range(int(wide // 20)):
            for row in range(int(tall // 26)):
                if dice.random() < 0.5:
                    c.fill(
                        rect(x + 9 + column * 20, ground - tall + 14 + row * 26, 8, 12, 1.5), windows, alpha
                    )
        x += wide + dice.uniform(2, 18)


def car(c: Canvas, x: float, y: float, scale: float, turn: float = 0.0) -> None:
    """A made-up electric saloon from the side, wheels on (x, y), facing right, the wheels turned by degrees."""
    with c.at(x, y, scale):
        c.soft(disc(6, 0, 320, 13), "#050a1e", 0.8, 9)
        body = svg(
            "M -306 -50 C -312 -84 -300 -108 -270 -116 C -230 -128 -196 -132 -160 -152 C -110 -182 -60 -194 4 -194 C 84 -194 134 -164 186 -128 C 236 -122 288 -110 304 -82 C 312 -66 310 -44 302 -34 L 270 -26 L -284 -26 C -298 -28 -304 -38 -306 -50 Z"
        )
        c.fill(body, Paint("#ffffff", "#dfe7f4", "#8fa4c8"))
        with c.clip(body):
            c.soft(rect(-330, -62, 660, 60), "#4a648f", 0.6, 16)
            c.soft(
                svg("M -300 -106 C -200 -124 100 -122 300 -84 L 300 -74 C 100 -108 -200 -108 -300 -92 Z"),
                "#ffffff",
                0.95,
                5,
            )
        glass = svg(
            "M -150 -132 C -110 -166 -58 -180 2 -180 C 70 -180 112 -158 160 -126 C 60 -122 -60 -122 -150 -132 Z"
        )
        c.fill(glass, Paint("#2a3f66", "#0f1c36"))
        with c.clip(glass):
            c.fill(svg("M -130 -120 L -70 -184 L -20 -184 L -80 -120 Z"), "#8fb4e8", 0.35)
            c.fill(svg("M 40 -120 L 84 -184 L 104 -184 L 60 -120 Z"), "#8fb4e8", 0.25)
            c.fill(svg("M 2 -184 L 12 -184 L 18 -118 L 6 -118 Z"), "#dfe7f4")
        c.line(svg("M 12 -118 C 22 -90 22 -60 12 -34"), "#6f86b0", 2, 0.7)
        c.line(svg("M -132 -126 C -140 -100 -136 -70 -124 -52"), "#6f86b0", 2, 0.6)
        for at in (-70, 62):
            c.fill(rect(at, -106, 34, 6, 3), "#7f96bd")
        c.fill(svg("M 268 -106 C 290 -100 300 -92 304 -82 C 290 -84 276 -92 268 -106 Z"), "#c8f6ff")
        c.glow(300, -88, 60, "#9fe8ff", 0.9)
        c.fill(rect(-307, -104, 26, 9, 4), "#ff5a5a")
        c.glow(-304, -100, 44, "#ff5a5a", 0.6)
        for at in (-190, 192):
            c.fill(disc(at, -46, 60), "#16223c")
            c.fill(disc(at, -46, 53), Round("#2c3650", "#0a1020"))
            c.fill(disc(at, -46, 37), Paint("#eef3fb", "#93a5c4", angle=50))
            for index in range(5):
                with c.at(at, -46, turn=turn + 72 * index):
                    c.fill(svg("M -5 -8 L -13 -34 C -6 -38 6 -38 13 -34 L 5 -8 Z"), "#34456a")
            c.fill(disc(at, -46, 9), "#eef3fb")


def electric_car() -> Canvas:
    """An electric car at dusk beside its charger."""
    c = Canvas(*WIDE, Paint("#1c2a5e", "#4a4f9a", "#c77a9a", "#ffc08a"))
    c.glow(900, 440, 480, "#ffd0a0", 0.75)
    skyline(c, 3, 500, 70, 210, Paint("#6a5fa0", "#a87aa4"), "#ffe2b4", 0.35)
    skyline(c, 8, 510, 30, 140, Paint("#4a4788", "#6f5a96"), "#ffdca0", 0.55)
    c.fill(rect(0, 500, 1248, 202), Paint("#34386e", "#1a1e48"))
    c.fill(rect(0, 500, 1248, 8), "#ffc9a0", 0.5)
    c.fill(rect(0, 556, 1248, 3), "#ffffff", 0.1)
    for x in range(-40, 1300, 180):
        c.fill(poly((x, 664), (x + 100, 664), (x + 92, 674), (x - 10, 674)), "#ffffff", 0.5)
    with c.at(1142, 588):
        c.soft(disc(8, 0, 56, 9), "#050a1e", 0.7, 6)
        c.fill(rect(-38, -232, 76, 232, 18), Paint("#ffffff", "#b8c6e6", angle=10))
        c.fill(rect(-26, -214, 52, 70, 8), Paint("#1c2a5e", "#0f1736"))
        bolt = poly((4, -206), (-14, -174), (-2, -174), (-6, -152), (14, -186), (2, -186))
        c.glow(0, -180, 60, "#7fffd0", 0.7)
        c.fill(bolt, "#7fffd0")
        c.fill(rect(-38, -40, 76, 8), "#38d8a8")
    c.line(svg("M 1104 470 C 1040 500 1060 640 1000 600 C 960 570 960 520 944 500"), "#0c1230", 9)
    c.line(svg("M 1104 470 C 1040 500 1060 640 1000 600 C 960 570 960 520 944 500"), "#38d8a8", 3)
    car(c, 700, 614, 1.16)
    with c.clip(rect(0, 616, 1248, 90)):
        c.soft(rect(420, 618, 560, 30), "#ffd0c0", 0.14, 16)
    c.words("一次充电，跑完整个周末", 92, 128, 50, "#ffffff", align="left", space=2)
    c.words("云栖汽车 · 全新纯电轿车", 94, 202, 31, "#ffe0c4", align="left", bold=False, space=1)
    return c


def bank_branch() -> Canvas:
    """A bank's branch in the morning."""
    c = Canvas(*WIDE, Paint("#bfe3f4", "#e4f4f2", "#fdf6e4"))
    c.glow(190, 120, 330, "#fff4c8", 0.9)
    clouds(c, [(240, 210, 180), (1080, 150, 200), (640, 110, 130)])
    skyline(c, 21, 580, 120, 300, Paint("#b4dbe0", "#d4ece8"), "#ffffff", 0.5)
    c.fill(rect(0, 574, 1248, 130), Paint("#d9e6dc", "#b9d0c6"))
    c.fill(rect(0, 640, 1248, 62), Paint("#9fb6b4", "#7f9a9c"))
    c.soft(poly((980, 580), (1120, 640), (420, 640), (330, 590)), "#31595a", 0.35, 12)
    tower = rect(474, 96, 300, 486, 10)
    c.fill(tower, Paint("#2f8a86", "#14565e", angle=20))
    with c.clip(tower):
        for row in range(8):
            for column in range(5):
                c.fill(
                    rect(490 + column * 56, 116 + row * 44, 44, 32, 3),
                    Paint("#bff0e8", "#5fb4b0", angle=40),
                    0.75,
                )
        c.fill(poly((474, 420), (474, 240), (700, 96), (774, 96)), "#ffffff", 0.12)
    base = rect(296, 336, 656, 246, 10)
    c.soft(base, "#0a3a40", 0.35, 16, 6, 6)
    c.fill(base, Paint("#fdfdf8", "#dfe8e2", angle=20))
    c.fill(rect(276, 322, 696, 78, 10), Paint("#1f7a76", "#125a60", angle=0))
    with c.at(460, 361):
        c.fill(disc(0, 0, 25), "#ffffff")
        for turn in (-120, -60):
            with c.at(0, 14, turn=turn):
                c.fill(leaf(31, 8), "#1f8a6a")
    c.words("青禾银行", 504, 361, 46, "#ffffff", align="left", space=12)
    c.words("朝阳路支行", 760, 364, 24, "#cdeee6", align="left", bold=False, space=2)
    for x in (326, 430, 760, 864):
        pane = rect(x, 426, 80, 112, 6)
        c.fill(pane, Paint("#8fd4d4", "#d4f2ea", angle=60))
        with c.clip(pane):
            c.fill(poly((x, 538), (x, 500), (x + 60, 426), (x + 80, 426)), "#ffffff", 0.4)
    c.fill(rect(536, 418, 196, 164, 6), Paint("#1a6468", "#2f8a86"))
    for x in (544, 636):
        door = rect(x, 428, 88, 154, 4)
        c.fill(door, Paint("#ffe9b8", "#fff6dc", "#cdeee6"))
        with c.clip(door):
            c.fill(poly((x, 582), (x, 520), (x + 70, 428), (x + 88, 428)), "#ffffff", 0.45)
    for x in (622, 642):
        c.fill(rect(x, 492, 5, 40, 2), "#1a6468")
    c.fill(rect(510, 582, 248, 10, 3), "#c7d6d0")
    c.fill(rect(494, 592, 280, 11, 3), "#b2c5c0")
    for x, y, h in ((200, 596, 200), (110, 606, 150), (1046, 596, 210), (1150, 606, 160)):
        c.soft(disc(x + 14, y, h * 0.3, 9), "#31595a", 0.4, 6)
        tree(c, x, y, h, "#9fd88a", "#3f9a74")
    for x in (300, 356, 880, 936):
        c.fill(disc(x, 588, 26), Paint("#7cc686", "#3f8f6c"))
    for x in range(20, 1240, 130):
        c.fill(rect(x, 668, 70, 5, 2), "#ffffff", 0.75)
    return c


def restaurant() -> Canvas:
    """A restaurant's corner at evening: lamps, table, dishes."""
    c = Canvas(*WIDE, Paint("#5a2a24", "#7a3a2c", "#8f4a34"))
    for x in (90, 486, 882):
        pane = rect(x, 84, 300, 330, 14)
        c.fill(pane, Paint("#1c2a54", "#4a3f74", "#d0786a"))
        with c.clip(pane), c.at(x, 0):
            for bx, bw, bh in ((10, 60, 120), (76, 46, 180), (128, 74, 96), (206, 50, 150), (260, 50, 110)):
                c.fill(rect(bx, 416 - bh, bw, bh), Paint("#2a2550", "#6a4468"))
                for wx in range(8, bw - 10, 16):
                    for wy in range(14, bh - 10, 26):
                        if (wx * 7 + wy * 3 + bw) % 5 < 2:
                            c.fill(rect(bx + wx, 416 - bh + wy, 7, 10), "#ffd98a", 0.8)
        c.line(pane, "#3a1814", 10)
        c.fill(rect(x + 147, 84, 6, 330), "#3a1814")
    c.fill(disc(160, 150, 22), "#fff0c8", 0.95)
    c.words("知味餐厅", 437, 44, 34, Paint("#ffe6b0", "#f0b45c"), space=6)
    c.fill(rect(0, 424, 1248, 20), "#4a201a")
    for x, drop in ((250, 186), (624, 140), (998, 186)):
        c.line(track((x, 0), (x, drop)), "#1c0c0a", 4)
        c.glow(x, drop + 70, 250, "#ffcf86", 0.6)
        c.fill(
            svg(
                f"M {x - 74} {drop + 62} C {x - 66} {drop + 16} {x - 28} {drop} {x} {drop} C {x + 28} {drop} {x + 66} {drop + 16} {x + 74} {drop + 62} Z"
            ),
            Paint("#f4a85a", "#b8522c", angle=30),
        )
        c.fill(disc(x, drop + 62, 74, 12), "#fff0c4")
    for x, flip in ((150, False), (1098, True)):
        with c.at(x, 702, flip=flip):
            c.fill(rect(-66, -330, 122, 340, 34), Paint("#3f7a6c", "#1f4a48", angle=20))
            c.fill(rect(-52, -312, 94, 120, 24), "#ffffff", 0.07)
    c.soft(disc(624, 640, 520, 84), "#1c0806", 0.6, 20)
    c.fill(disc(624, 650, 500, 134), Paint("#5a2c1c", "#3a180e"))
    c.fill(disc(624, 634, 500, 134), Paint("#d99a5c", "#b06f3a", angle=20))
    c.glow(600, 590, 420, "#ffe0a8", 0.6)

    def dish(x: float, y: float, r: float, inside: tuple[str, str]) -> None:
        c.soft(disc(x + 10, y + 14, r, r * 0.32), "#4a1c0a", 0.5, 8)
        c.fill(disc(x, y + 8, r, r * 0.34), "#c8b8a4")
        c.fill(disc(x, y, r, r * 0.34), Paint("#ffffff", "#e4d8c8", angle=20))
        c.fill(disc(x, y, r * 0.76, r * 0.24), Paint(*inside))

    dish(400, 590, 128, ("#e8603a", "#b8321c"))
    with c.at(396, 578):
        fish = svg("M -92 4 C -60 -34 20 -38 64 -6 L 92 -26 L 88 20 L 62 6 C 20 34 -60 34 -92 4 Z")
        c.soft(fish, "#4a0c06", 0.4, 5, 3, 5)
        c.fill(fish, Paint("#ffb06a", "#d0592c"))
        c.fill(disc(-66, 0, 5), "#4a1c0a")
        for x in (-34, -8, 18, 44):
            c.line(svg(f"M {x} -18 C {x + 8} -6 {x + 8} 6 {x} 16"), "#a83c1c", 3, 0.6)
        for x, y, turn in ((-20, -14, 20), (20, -8, -30), (0, 12, 10)):
            with c.at(x, y, turn=turn):
                c.fill(leaf(34, 5), "#5fae4a")
    dish(844, 592, 124, ("#7ab85a", "#3f8a3c"))
    for x, y, r in ((800, 580, 26), (846, 570, 30), (892, 582, 25), (830, 600, 24), (872, 602, 22)):
        c.fill(disc(x, y, r, r * 0.62), Round("#c4e88a", "#5fa83e"))
    for x, y in ((820, 588), (866, 586), (852, 604)):
        c.fill(disc(x, y, 7, 5), "#ff6a4a")
    dish(560, 676, 96, ("#fff4dc", "#e8cf9c"))
    for x, y in ((520, 664), (566, 656), (604, 672), (548, 684)):
        c.fill(
            svg(
                f"M {x - 28} {y + 6} C {x - 24} {y - 24} {x + 24} {y - 24} {x + 28} {y + 6} C {x + 14} {y + 14} {x - 14} {y + 14} {x - 28} {y + 6} Z"
            ),
            Paint("#fffaf0", "#ecd9b8"),
        )
    with c.at(624, 560):
        c.soft(disc(8, 24, 92, 18), "#4a1c0a", 0.5, 8)
        pot = svg("M -92 -34 C -92 16 -64 34 -30 36 L 30 36 C 64 34 92 16 92 -34 Z")
        c.fill(pot, Paint("#4a5c6a", "#24303c", angle=10))
        for sign in (-1, 1):
            c.line(svg(f"M {sign * 90} -14 C {sign * 122} -16 {sign * 122} 8 {sign * 84} 8"), "#2c3a46", 9)
        c.fill(disc(0, -34, 92, 24), "#5f7484")
        c.fill(disc(0, -33, 80, 18), Paint("#ffd27a", "#e0903a"))
        for x, y in ((-36, -36), (6, -40), (40, -32), (-8, -27)):
            c.fill(disc(x, y, 13, 7), "#fff0d0")
    steam(c, 624, 506, 150, alpha=0.7)
    for x in (724, 740):
        c.line(track((x, 644), (x + 210, 676)), "#5a1c12", 6)
    return c


def concert() -> Canvas:
    """A stage in coloured light, hands before it."""
    c = Canvas(*WIDE, Paint("#150a3a", "#3a1468", "#8a1f78"))
    c.glow(624, 400, 560, "#ff5aa8", 0.55)
    for x, lean, colour in (
        (160, 260, "#6ad0ff"),
        (380, 120, "#ff8ad8"),
        (624, 0, "#ffe0a0"),
        (868, -120, "#b08aff"),
        (1088, -260, "#6ad0ff"),
    ):
        beam = poly((x - 8, 40), (x + 8, 40), (x + lean + 110, 520), (x + lean - 110, 520))
        c.fill(beam, Paint("#b0" + colour[1:], "#00" + colour[1:]))
        c.soft(beam, colour, 0.16, 14)
    c.fill(rect(0, 22, 1248, 14), "#0c0626")
    for x in range(0, 1248, 52):
        c.line(track((x, 22), (x + 26, 36), (x + 52, 22)), "#3a2a6a", 3)
    for x, colour in (
        (160, "#c8f0ff"),
        (380, "#ffd0f0"),
        (624, "#fff4d0"),
        (868, "#e0d0ff"),
        (1088, "#c8f0ff"),
    ):
        c.fill(rect(x - 16, 32, 32, 30, 8), "#0c0626")
        c.fill(disc(x, 62, 12, 6), colour)
        c.glow(x, 62, 50, colour, 0.9)
    c.fill(ring(624, 286, 176, 166), Paint("#ff8ad8", "#6ad0ff", angle=30))
    c.glow(624, 286, 250, "#ff8ad8", 0.35)
    c.fill(disc(624, 286, 166), Paint("#2a0f5a", "#5a1a78"), 0.85)
    bars = (44, 92, 150, 96, 180, 230, 160, 210, 130, 76, 120, 60)
    for index, tall in enumerate(bars):
        c.fill(rect(528 + index * 16.4, 286 - tall / 2, 9, tall, 4.5), Paint("#ffe0a0", "#ff6ab8"))
    c.fill(rect(130, 470, 988, 50, 8), Paint("#ff9ad8", "#7a2a9a"))
    c.fill(rect(130, 470, 988, 5), "#ffe0f4")
    for x in (220, 960):
        for y in (300, 386):
            c.fill(rect(x, y, 76, 84, 8), Paint("#2a1a5a", "#120a34", angle=20))
            c.fill(disc(x + 38, y + 42, 28), "#0a0524")
            c.fill(disc(x + 38, y + 42, 20), Round("#6a4ab0", "#1a0f44"))
    with c.at(624, 470):
        figure = joined(
            disc(0, -142, 18),
            svg(
                "M -24 -118 C -10 -126 10 -126 24 -118 L 28 -60 L 20 0 L 6 0 L 0 -48 L -6 0 L -20 0 L -26 -60 Z"
            ),
            svg("M 20 -116 L 74 -176 L 82 -168 L 30 -96 Z"),
            svg("M -22 -116 C -46 -100 -40 -84 -8 -112 L -4 -120 L -10 -126 L -28 -108 Z"),
        )
        c.fill(figure, "#12062e")
        c.fill(rect(-12, -136, 6, 22, 3), "#12062e")
    for x, base in ((430, 470), (820, 470)):
        with c.at(x, base):
            c.fill(
                joined(disc(0, -112, 15), svg("M -18 -92 L 18 -92 L 24 -40 L 14 0 L -14 0 L -24 -40 Z")),
                "#12062e",
            )
            c.line(svg("M -46 -40 L 50 -76"), "#12062e", 9)
            c.fill(disc(-36, -42, 22, 18), "#12062e")
    dice = random.Random(17)  # noqa: S311 - the same crowd in every run, no secret
    for row, (level, colour) in enumerate(((560, "#4a1668"), (610, "#2c0d4c"), (664, "#14062c"))):
        at = -20.0
        while at < 1270:
            high, head = level + dice.uniform(-16, 14), 22 + row * 7
            c.fill(disc(at, high, head, head * 1.1), colour)
            c.fill(rect(at - head * 1.7, high + head * 0.95, head * 3.4, 200, head), colour)
            if dice.random() < 0.5:
                sway = dice.uniform(-18, 18)
                arm = curve(
                    [
                        (at + head, high + head * 1.6),
                        (at + head * 1.4, high - head),
                        (at + head * 1.3 + sway, high - head * 3.2),
                    ]
                )
                c.line(arm, colour, head * 0.55)
                if dice.random() < 0.45:
                    tip = (at + head * 1.3 + sway, high - head * 3.6)
                    tint = dice.choice(["#ffd0f0", "#a0e8ff", "#fff0b0"])
                    c.glow(*tip, head * 1.6, tint, 0.7)
                    c.line(
                        track((tip[0], tip[1] + head * 0.6), (tip[0] + sway * 0.3, tip[1] - head * 0.8)),
                        tint,
                        head * 0.26,
                    )
            at += head * dice.uniform(2.3, 3.2)
    for x, y, r in ((330, 160, 12), (930, 190, 14), (1130, 330, 10), (110, 300, 10)):
        sparkle(c, x, y, r, "#ffe9ff", 0.9)
    return c
