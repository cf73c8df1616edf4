# SPDX-License-Identifier: Apache-2.0
"""Scenes of travel, 16:9: beach, airport, train, coach."""

from __future__ import annotations

import math

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import (
    clouds,
    mountains,
    palm,
    pine,
    tree,
)
from scripts.samples.shapes import (
    disc,
    hill,
    poly,
    rect,
    svg,
    track,
)

WIDE = (1248, 702)


def summer_travel() -> Canvas:
    """A beach with a parasol, the sea, islands and a sail."""
    c = Canvas(*WIDE, Paint("#1a86d8", "#5cc0f0", "#dcf6f4"))
    c.glow(930, 130, 340, "#fff6c8", 0.95)
    c.fill(disc(930, 130, 62), Round("#fffbe0", "#ffe48a"))
    clouds(c, [(1130, 220, 170), (470, 330, 170), (150, 130, 140)], Paint("#ffffff", "#e6f6fc"))
    for points, fill in (
        ([(540, 392), (640, 330), (730, 352), (830, 300), (960, 392)], Paint("#6fc0b4", "#a8dcd0")),
        ([(980, 392), (1080, 330), (1180, 360), (1260, 310)], Paint("#4fae9c", "#8fd2bc")),
    ):
        c.fill(hill(points, 396), fill)
    c.fill(rect(0, 388, 1248, 320), Paint("#1f9fd8", "#2fc0dc", "#7fe4dc"))
    for x, y, w in (
        (180, 420, 120),
        (480, 446, 160),
        (1010, 430, 130),
        (760, 484, 100),
        (240, 480, 90),
        (930, 410, 60),
    ):
        c.fill(rect(x, y, w, 4, 2), "#ffffff", 0.5)
    with c.at(570, 408):
        c.fill(
            svg("M -62 0 L 62 0 C 52 24 38 30 20 30 L -30 30 C -48 28 -56 14 -62 0 Z"),
            Paint("#ffffff", "#d5e4ee"),
        )
        c.fill(rect(-2, -150, 5, 152), "#8a6a50")
        c.fill(svg("M 8 -146 C 50 -100 64 -50 66 -10 L 8 -10 Z"), Paint("#ff8f6a", "#f25a52", angle=20))
        c.fill(svg("M -8 -128 C -34 -90 -48 -46 -52 -10 L -8 -10 Z"), Paint("#fff6e4", "#f0dcc0", angle=20))
    foam = hill([(-40, 600), (180, 548), (420, 560), (700, 520), (980, 560), (1290, 500)], 760)
    c.fill(foam.translated(0, -20), "#ffffff", 0.5)
    c.fill(foam.translated(0, -8), "#ffffff", 0.85)
    c.fill(foam, Paint("#ffe9b8", "#f4cb86"))
    with c.at(980, 640):
        c.soft(disc(40, 6, 230, 26), "#8a5a1c", 0.4, 12)
        c.fill(rect(-5, -330, 10, 340, 5), Paint("#ffffff", "#c9b8a0", angle=0))
        top = svg(
            "M -220 -226 C -190 -350 -80 -400 0 -400 C 80 -400 190 -350 220 -226 C 180 -246 150 -246 128 -226 C 96 -250 66 -250 44 -226 C 16 -244 -16 -244 -44 -226 C -66 -250 -96 -250 -128 -226 C -150 -246 -180 -246 -220 -226 Z"
        )
        c.soft(top, "#6a2a10", 0.25, 14, 10, 14)
        c.fill(top, Paint("#ff8a72", "#ee4f56", angle=20))
        with c.clip(top):
            for shape in (
                svg("M 0 -402 C -60 -380 -110 -330 -128 -200 L -44 -200 C -44 -300 -20 -370 0 -402 Z"),
                svg("M 0 -402 C 60 -380 110 -330 128 -200 L 44 -200 C 44 -300 20 -370 0 -402 Z"),
            ):
                c.fill(shape, Paint("#fffaf0", "#f4e0cc", angle=20))
            c.soft(svg("M 120 -400 L 260 -400 L 260 -200 L 60 -200 Z"), "#7a1a2a", 0.3, 30)
        c.fill(disc(0, -402, 9), "#ffe0a0")
    with c.at(860, 640):
        c.soft(disc(0, 4, 120, 12), "#8a5a1c", 0.4, 8)
        for path in (svg("M -120 0 L -70 -70"), svg("M 40 0 L -70 -30"), svg("M 96 0 L 120 -16")):
            c.line(path, "#a8764a", 9)
        c.line(
            svg("M -116 -104 C -90 -40 -60 -40 20 -38 L 118 -30"), Paint("#3fa8e0", "#2478c0", angle=0), 16
        )
    with c.at(1130, 652):
        c.soft(disc(6, 34, 46, 9), "#8a5a1c", 0.45, 6)
        ball = disc(0, 0, 38)
        c.fill(ball, Round("#ffffff", "#dfe6ee"))
        with c.clip(ball):
            for turn, colour in ((0, "#ff6a5c"), (120, "#ffc23c"), (240, "#38a8e8")):
                with c.at(-4, -6, turn=turn):
                    c.fill(svg("M 0 0 C 20 -10 34 -20 40 -44 L 60 0 C 44 6 20 8 0 0 Z"), colour)
            c.soft(disc(24, 30, 26), "#20406a", 0.3, 12)
    palm(c, 60, 640, 390)
    palm(c, -40, 690, 320)
    c.words("去海边过夏天", 356, 138, 80, "#ffffff", align="left", space=3)
    c.words("机票酒店一站订齐", 360, 216, 32, "#ffffff", align="left", bold=False, space=2)
    return c


def plane(c: Canvas, x: float, y: float, scale: float, turn: float) -> None:
    """A white aeroplane from the side, facing right."""
    with c.at(x, y, scale, turn):
        c.fill(svg("M 20 -26 L 84 -74 L 100 -72 L 76 -24 Z"), Paint("#b8c8de", "#8fa4c4"))
        body = svg(
            "M -262 -14 C -200 -40 -80 -44 60 -42 C 150 -42 206 -34 236 -8 C 246 2 240 14 218 20 C 150 36 -20 40 -120 28 C -190 18 -240 4 -262 -14 Z"
        )
        c.fill(body, Paint("#ffffff", "#f2f6fb", "#a9bad4"))
        with c.clip(body):
            c.fill(svg("M -270 -4 C -160 34 60 30 250 2 L 250 14 C 60 44 -160 48 -270 8 Z"), "#2a8fa8")
        c.fill(
            svg("M -254 -12 L -286 -98 L -244 -100 C -222 -74 -196 -44 -172 -36 Z"),
            Paint("#38b0b8", "#14607c", angle=70),
        )
        c.fill(svg("M -252 -60 C -240 -72 -250 -84 -262 -88 C -258 -76 -260 -68 -252 -60 Z"), "#ffffff", 0.8)
        c.fill(svg("M -232 -10 L -282 18 L -262 22 L -186 2 Z"), Paint("#dfe7f2", "#93a8c8"))
        for at in range(-120, 170, 19):
            c.fill(rect(at, -22, 8, 11, 4), "#33507a")
        c.fill(svg("M 204 -26 C 216 -22 226 -16 232 -10 L 206 -10 Z"), "#24406a")
        c.fill(rect(176, -24, 14, 32, 5), "#c7d4e6")
        wing = svg("M 30 6 C 0 6 -20 8 -40 12 L -160 96 L -130 98 L 74 22 Z")
        c.soft(wing, "#24406a", 0.3, 6, 0, 4)
        c.fill(wing, Paint("#f4f8fc", "#9fb2d0", angle=60))
        engine = rect(-44, 34, 82, 34, 17)
        c.fill(engine, Paint("#ffffff", "#8fa4c4"))
        c.fill(disc(34, 51, 7, 15), "#33507a")


def airport() -> Canvas:
    """A departure hall at sunrise, an aeroplane rising outside."""
    c = Canvas(*WIDE, Paint("#4a8fd0", "#9fc8ea", "#ffe0c0", "#ffc49a"))
    c.glow(380, 480, 420, "#fff0c8", 0.9)
    c.fill(disc(380, 470, 60), "#fff6dc", 0.95)
    clouds(c, [(260, 220, 200), (980, 330, 230), (700, 130, 140)], Paint("#ffffff", "#ffeede"), 0.9)
    mountains(c, 15, [(470, 26, Paint("#a8b4d8", "#d8c4cc"))], 560, 150)
    c.fill(rect(0, 520, 1248, 182), Paint("#8fa4b8", "#b8c4cc"))
    with c.at(1010, 520):
        c.fill(svg("M -22 0 L -14 -170 L 14 -170 L 22 0 Z"), Paint("#f4f6fa", "#a8b8cc", angle=0))
        c.fill(svg("M -52 -200 L 52 -200 L 36 -162 L -36 -162 Z"), Paint("#33608a", "#1c4068"))
        c.fill(rect(-56, -212, 112, 14, 6), "#f4f6fa")
        c.fill(rect(-2, -262, 4, 52), "#8fa4b8")
        c.fill(disc(0, -262, 5), "#ff5a5a")
    c.fill(rect(640, 470, 330, 52, 6), Paint("#e8eef4", "#b8c6d4"))
    for x in range(656, 960, 38):
        c.fill(rect(x, 484, 26, 16, 3), "#4a7aa8", 0.8)
    c.fill(poly((120, 560), (1248, 548), (1248, 590), (60, 606)), "#6f8296")
    for x in range(160, 1248, 120):
        c.fill(rect(x, 576, 60, 4), "#ffffff", 0.7)
    c.line(svg("M 30 520 C 240 470 400 400 560 320"), "#ffffff", 5, 0.5, (1.2, 3))
    plane(c, 690, 262, 0.98, -15)
    hall = "#24405e"
    for x in (-12, 296, 612, 928, 1232):
        c.fill(rect(x, 0, 26, 702), Paint("#3f6488", hall, angle=0))
    c.fill(rect(0, 0, 1248, 36), hall)
    c.fill(rect(0, 36, 1248, 6), "#6f98bc")
    c.fill(rect(0, 612, 1248, 90), Paint("#2c4a6a", "#1c3450"))
    c.fill(rect(0, 606, 1248, 8), "#6f98bc")
    board = rect(908, 58, 300, 116, 12)
    c.soft(board, "#0a1a2c", 0.5, 10, 4, 8)
    c.fill(board, "#14273e")
    c.words("山岚航空", 930, 88, 24, "#8fe0dc", align="left", space=2)
    c.words("SL 1208", 930, 124, 22, "#ffffff", align="left")
    c.words("正在登机", 1190, 124, 22, "#8ff0a8", align="right")
    c.words("登机口 A12", 930, 154, 18, "#c8d8e8", align="left", bold=False)
    c.words("08:40", 1190, 154, 20, "#ffd98a", align="right")
    for x in (150, 226, 302, 378):
        c.fill(rect(x, 606, 66, 54, 12), Paint("#38a0a8", "#1f6a80"))
        c.fill(rect(x - 2, 652, 70, 20, 8), Paint("#4ab8bc", "#267a8c"))
    for x in (158, 290, 430):
        c.fill(rect(x, 670, 7, 32), "#8fa8c0")
    with c.at(536, 684):
        c.soft(disc(4, 4, 48, 8), "#0a1a2c", 0.6, 5)
        c.line(svg("M -18 -108 L -18 -150 L 18 -150 L 18 -108"), "#c8d8e8", 6)
        c.fill(rect(-42, -112, 84, 108, 14), Paint("#ff9a6a", "#e8604a", angle=20))
        for x in (-20, 0, 20):
            c.fill(rect(x - 2, -100, 4, 84, 2), "#b83c34", 0.6)
        for x in (-28, 28):
            c.fill(disc(x, -2, 7), "#0f1c2c")
    return c


def train() -> Canvas:
    """A fast train on a viaduct before green hills."""
    c = Canvas(*WIDE, Paint("#8fcdf0", "#d9f0f0", "#fdf3dc"))
    c.glow(240, 140, 320, "#fff6cc", 0.9)
    c.fill(disc(240, 150, 48), "#fffbe6")
    clouds(c, [(420, 200, 170), (960, 150, 220), (1180, 240, 130)])
    mountains(
        c, 9, [(280, 60, Paint("#a4c8dc", "#d6e8e4")), (370, 46, Paint("#7fbab4", "#bfe0cc"))], 702, 180
    )
    mountains(c, 31, [(450, 26, Paint("#6cb48c", "#9fd49a"))], 702, 160)
    for x, y, h in (
        (90, 520, 110),
        (150, 530, 84),
        (1130, 510, 120),
        (1190, 526, 90),
        (560, 520, 76),
        (612, 526, 60),
    ):
        pine(c, x, y, h, "#5fb48a", "#2a7a68")
    c.fill(rect(0, 512, 1248, 190), Paint("#8fcf86", "#4f9f6c"))
    for x in range(20, 1300, 236):
        c.soft(disc(x + 40, 690, 76, 12), "#1f4a3a", 0.4, 8)
        c.fill(
            svg(
                f"M {x - 30} 578 L {x + 66} 578 L {x + 48} 610 L {x + 44} 702 L {x - 8} 702 L {x - 12} 610 Z"
            ),
            Paint("#f2f0ea", "#b4bcc0", angle=0),
        )
    c.fill(rect(0, 552, 1248, 32), Paint("#fbf8f0", "#c4c8ca"))
    c.soft(rect(0, 584, 1248, 6), "#1f4a3a", 0.4, 6)
    for x in range(40, 1248, 208):
        c.fill(rect(x, 286, 6, 268), "#8a9aa4")
        c.fill(rect(x - 46, 296, 52, 5), "#8a9aa4")
    c.line(track((0, 310), (1248, 310)), "#7a8a94", 2)
    body = svg("M -20 366 L 720 366 C 880 366 990 420 1090 494 C 1106 508 1104 532 1080 540 L -20 540 Z")
    c.soft(body, "#123040", 0.35, 12, 4, 10)
    c.fill(body, Paint("#ffffff", "#f2f6fa", "#b9c8d6"))
    with c.clip(body):
        c.fill(
            svg(
                "M -20 486 L 800 486 C 920 486 1010 500 1110 520 L 1110 534 C 1000 516 920 506 800 506 L -20 506 Z"
            ),
            Paint("#e8506a", "#ff8a7a", angle=0),
        )
        c.fill(rect(-20, 512, 1140, 30), "#8fa0b4", 0.5)
        c.soft(
            svg(
                "M -20 366 L 720 366 C 880 366 990 420 1090 494 L 1060 494 C 960 420 860 382 720 380 L -20 380 Z"
            ),
            "#ffffff",
            0.9,
            5,
        )
    glass = svg("M 838 396 C 900 412 950 438 990 468 C 940 470 880 462 846 448 C 830 440 822 396 838 396 Z")
    c.fill(glass, Paint("#1c3a5c", "#0f2238", angle=40))
    c.fill(svg("M 852 404 C 890 414 916 428 936 442 L 900 444 C 876 436 856 424 852 404 Z"), "#8fc0e8", 0.45)
    for x in range(-6, 760, 62):
        if x in {242, 552}:
            c.fill(rect(x + 4, 398, 42, 128, 6), "#dbe4ee")
            c.fill(rect(x + 12, 410, 26, 44, 5), Paint("#24486e", "#5f8fb8"))
            continue
        window = rect(x, 408, 48, 48, 9)
        c.fill(window, Paint("#24486e", "#6fa4cc"))
        with c.clip(window):
            c.fill(poly((x, 456), (x, 440), (x + 34, 408), (x + 48, 408)), "#ffffff", 0.22)
    for x in (180, 490):
        c.fill(rect(x, 368, 4, 170), "#8fa0b4", 0.7)
    c.words("海棠铁路", 686, 474, 22, "#b83850", space=4)
    c.glow(1072, 508, 60, "#fff4c0", 0.95)
    c.fill(disc(1068, 508, 9, 6), "#fffbe0")
    for y, x, w in ((430, 1120, 100), (470, 1150, 70), (396, 1030, 120)):
        c.fill(rect(x, y, w, 4, 2), "#ffffff", 0.7)
    return c


def coach() -> Canvas:
    """A long-distance coach on a road through fields."""
    c = Canvas(*WIDE, Paint("#ffd9a0", "#ffeccc", "#fff8ea"))
    c.glow(900, 200, 380, "#fff4c4", 0.95)
    c.fill(disc(900, 190, 66), Round("#fffbe2", "#ffd77a"))
    clouds(c, [(300, 160, 190), (1120, 220, 160)], "#ffffff", 0.85)
    mountains(
        c,
        41,
        [
            (330, 60, Paint("#f0b890", "#f8dcb8")),
            (400, 46, Paint("#dba86c", "#f2d29a")),
            (470, 30, Paint("#a8b45c", "#d4cf86")),
        ],
        702,
        190,
    )
    c.fill(hill([(-30, 540), (400, 500), (820, 530), (1280, 490)], 702), Paint("#8fae54", "#6f9a4c"))
    for x, y, h in ((70, 556, 170), (170, 546, 120), (1110, 530, 180), (1196, 540, 130)):
        tree(c, x, y, h, "#f4b85a", "#c8703a")
    c.fill(rect(0, 572, 1248, 130), Paint("#5c6070", "#454858"))
    c.fill(rect(0, 572, 1248, 7), "#f4ead2")
    for x in range(-20, 1280, 170):
        c.fill(poly((x, 660), (x + 96, 660), (x + 88, 670), (x - 8, 670)), "#ffe9b0")
    with c.at(620, 640):
        c.soft(disc(10, -2, 400, 16), "#1c1c2a", 0.7, 10)
        body = rect(-380, -300, 768, 272, 36)
        c.fill(body, Paint("#ffffff", "#f4f2ee", "#c4c8d4"))
        with c.clip(body):
            c.fill(
                svg("M -390 -120 C -200 -120 -60 -90 40 -28 L -390 -28 Z"),
                Paint("#ff9a4a", "#e8603a", angle=0),
            )
            c.fill(svg("M -390 -96 C -230 -96 -120 -76 -40 -28 L -390 -28 Z"), "#c8443a")
            c.fill(rect(-390, -304, 790, 22), "#ffffff")
        band = svg(
            "M -364 -262 L 296 -262 L 296 -168 L -364 -168 C -372 -168 -376 -174 -376 -182 L -376 -250 C -376 -258 -372 -262 -364 -262 Z"
        )
        c.fill(band, Paint("#2a4666", "#5f86a8"))
        with c.clip(band):
            for x in (-330, -190, -20, 140):
                c.fill(poly((x, -160), (x + 80, -270), (x + 130, -270), (x + 50, -160)), "#ffffff", 0.14)
        for x in (-250, -124, 2, 128):
            c.fill(rect(x, -262, 7, 94), "#16283e")
        screen = svg("M 308 -262 L 350 -262 C 372 -256 384 -220 388 -150 L 388 -128 L 308 -128 Z")
        c.fill(screen, Paint("#24405e", "#7fa8c8"))
        c.fill(rect(218, -246, 76, 206, 8), Paint("#3a5878", "#8fb0c8"))
        c.fill(rect(254, -246, 4, 206), "#e4e6ec")
        c.fill(rect(364, -104, 26, 26, 8), "#fff4c0")
        c.glow(386, -92, 70, "#fff4c0", 0.85)
        c.fill(rect(-382, -110, 10, 40, 4), "#ff4a4a")
        c.line(svg("M 372 -276 C 404 -276 410 -256 410 -226"), "#2a2c38", 7)
        c.fill(rect(400, -232, 20, 40, 8), "#2a2c38")
        c.words("远途客运", 34, -106, 34, "#e8603a", space=8)
        for at in (-238, 160):
            c.fill(disc(at, -36, 58), "#2c2e3c")
            c.fill(disc(at, -34, 50), Round("#3a3d4e", "#16171f"))
            c.fill(disc(at, -34, 28), Paint("#f4f4f8", "#9fa4b4", angle=50))
            for index in range(6):
                turn = math.radians(index * 60)
                c.fill(disc(at + 16 * math.cos(turn), -34 + 16 * math.sin(turn), 4), "#5c6070")
    return c
