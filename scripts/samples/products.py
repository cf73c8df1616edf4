# SPDX-License-Identifier: Apache-2.0
"""Product shots, 1:1: one thing each on a soft wall and floor, the light from upper left."""

from __future__ import annotations

from scripts.samples.canvas import Canvas, Paint, Round
from scripts.samples.motifs import flower, podium, sparkle, sprig, steam
from scripts.samples.shapes import disc, hill, joined, leaf, poly, rect, svg, track

SIZE = 1088
MID = SIZE / 2


def studio(wall: tuple[str, str], floor: tuple[str, str], light: str, level: float = 770) -> Canvas:
    """An empty studio: wall, floor, and a pool of light."""
    c = Canvas(SIZE, SIZE, Paint(*wall, angle=60))
    c.glow(380, 330, 620, light, 0.85)
    c.fill(rect(0, level, SIZE, SIZE - level), Paint(*floor))
    c.soft(rect(0, level, SIZE, 10), "#ffffff", 0.35, 8)
    return c


def arch(c: Canvas, x: float, y: float, wide: float, tall: float, fill: Paint, shade: str) -> None:
    """An arch in the wall standing on (x, y)."""
    shape = joined(
        rect(x - wide / 2, y - tall + wide / 2, wide, tall - wide / 2), disc(x, y - tall + wide / 2, wide / 2)
    ).simplified()
    c.soft(shape, shade, 0.3, 18, 10, 6)
    c.fill(shape, fill)


def tea_box() -> Canvas:
    """A tin and a box of tea."""
    c = studio(("#e9f3e2", "#cfe3c8"), ("#b9d4b2", "#dcebd4"), "#ffffff")
    arch(c, 600, 770, 560, 640, Paint("#9cc79a", "#6fa97c", angle=60), "#2f5a3c")
    podium(
        c,
        MID,
        812,
        400,
        70,
        Paint("#f7fbf2", "#dbe8d2", angle=0),
        Paint("#e6f0de", "#a9c4a2", angle=0),
        "#2f5a3c",
    )
    box = rect(470, 350, 330, 460, 8)
    side = poly((800, 350), (856, 322), (856, 778), (800, 810))
    c.soft(joined(box, side), "#16382a", 0.5, 22, 26, 20)
    c.fill(poly((470, 350), (526, 322), (856, 322), (800, 350)), "#3f8a62")
    c.fill(side, Paint("#1c5540", "#123c30"))
    c.fill(box, Paint("#2f7d58", "#1d5c44", angle=40))
    with c.clip(box):
        c.fill(hill([(460, 700), (560, 620), (660, 690), (810, 600)], 820), "#ffffff", 0.1)
        c.fill(hill([(460, 760), (580, 690), (700, 750), (810, 690)], 820), "#ffffff", 0.12)
    label = rect(556, 400, 158, 280, 79)
    c.fill(label, Paint("#fff9e6", "#f0e2bc"))
    c.line(rect(566, 410, 138, 260, 69), "#c9a55a", 2.5)
    for index, word in enumerate("云雾"):
        c.words(word, 635, 484 + index * 84, 74, "#1d5c44")
    c.words("高山绿茶", 635, 734, 30, "#f0dca4", space=8)
    sprig(c, 635, 652, 34, 0, "#7fb65a", "#3f8a4a")
    tin = rect(276, 480, 190, 340, 20)
    c.soft(tin, "#16382a", 0.45, 18, 20, 18)
    c.fill(tin, Paint("#f6ecd2", "#fffaea", "#d9c494", "#b89c66", angle=0))
    c.fill(disc(371, 818, 94, 18), Paint("#f6ecd2", "#fffaea", "#d9c494", "#b89c66", angle=0))
    c.fill(rect(272, 466, 198, 66, 14), Paint("#2f7d58", "#4fa478", "#1d5c44", "#123c30", angle=0))
    c.fill(disc(371, 470, 99, 18), Paint("#58b084", "#2f7d58", angle=20))
    c.fill(rect(276, 602, 190, 126), Paint("#2f7d58", "#47996e", "#1d5c44", angle=0))
    c.words("春芽", 371, 665, 56, "#fff4d2", space=8)
    for x, y, turn in ((880, 860, 20), (210, 880, -30), (760, 910, 70)):
        sprig(c, x, y, 74, turn)
    return c


def headphones() -> Canvas:
    """Headphones leaning in the light."""
    c = studio(("#dfe4fb", "#bcc6f4"), ("#a9b4ec", "#ccd4fa"), "#ffffff")
    c.fill(disc(560, 500, 350), Paint("#8f9cf0", "#6a76d8", angle=60))
    c.fill(disc(560, 500, 280), "#ffffff", 0.09)
    podium(
        c,
        MID,
        852,
        380,
        64,
        Paint("#f2f4ff", "#cfd6fa", angle=0),
        Paint("#dfe4ff", "#8f9ae0", angle=0),
        "#2a2f78",
    )
    with c.at(552, 560, 1.04, 6):
        c.soft(disc(0, 296, 260, 22), "#1c1f5c", 0.5, 12)
        band = svg(
            "M -252 120 C -290 -210 -130 -352 0 -352 C 130 -352 290 -210 252 120 L 212 120 C 240 -180 110 -306 0 -306 C -110 -306 -240 -180 -212 120 Z"
        )
        c.soft(band, "#1c1f5c", 0.4, 14, 14, 16)
        c.fill(band, Paint("#fdfdff", "#d4daf4", "#8f99cc", angle=20))
        pad = svg("M -168 -286 C -60 -372 60 -372 168 -286 L 150 -262 C 56 -338 -56 -338 -150 -262 Z")
        c.fill(pad, Paint("#3c4486", "#23295e", angle=0))
        for sign in (-1, 1):
            with c.at(sign * 232, 130, flip=sign > 0):
                c.fill(rect(-14, -100, 28, 90, 10), Paint("#c7cdec", "#7f88bc", angle=0))
                inner = rect(20, -118, 66, 272, 33)
                c.soft(inner, "#1c1f5c", 0.4, 10, 4, 10)
                c.fill(inner, Paint("#3a4284", "#1f2556", angle=0))
                shell = svg(
                    "M 34 -138 C -40 -140 -76 -84 -78 16 C -76 116 -40 174 34 172 C 44 130 46 -96 34 -138 Z"
                )
                c.fill(shell, Paint("#ffffff", "#d8def6", "#97a1d4", angle=60))
                with c.clip(shell):
                    c.soft(disc(-6, 190, 90, 70), "#4a549c", 0.5, 24)
                c.fill(disc(-16, 16, 26, 62), Paint("#dfe4fa", "#aab4e2", angle=240))
        c.fill(disc(-248, 254, 6), "#6affc8")
    for x, y, r in ((190, 250, 20), (930, 330, 26), (860, 170, 14)):
        sparkle(c, x, y, r)
    for x, tall in ((120, 60), (146, 110), (172, 80), (198, 140), (224, 70)):
        c.fill(rect(x, 420 - tall / 2, 12, tall, 6), "#ffffff", 0.75)
    return c


def sneakers() -> Canvas:
    """A running shoe stepping off a ramp."""
    c = studio(("#ffe9d6", "#ffd0b4"), ("#ffb994", "#ffdcc4"), "#fff8ee")
    c.fill(disc(600, 480, 340), Paint("#ff9a6a", "#f2683f", angle=60))
    c.words("RUN", 560, 330, 260, "#ffffff", space=10, alpha=0.2)
    ramp = poly((70, 902), (1010, 738), (1010, 946), (70, 946))
    c.soft(ramp, "#7a2a10", 0.35, 16, 8, 12)
    c.fill(ramp, Paint("#fff6ec", "#f0c8aa"))
    with c.at(540, 742, 1.16, -9.8):
        c.soft(disc(10, 66, 370, 18), "#5a1c08", 0.55, 9)
        sole = svg(
            "M -352 10 C -360 48 -346 66 -310 68 L 300 68 C 346 66 366 46 360 14 C 280 0 -260 -20 -352 10 Z"
        )
        c.fill(sole, Paint("#ffffff", "#e4e0e6", "#b8b4c4"))
        c.fill(
            svg(
                "M -340 52 C -330 66 -320 68 -310 68 L 300 68 C 330 67 350 60 358 44 C 200 58 -200 60 -340 52 Z"
            ),
            "#ff6a4a",
        )
        upper = svg(
            "M -344 16 C -366 -60 -352 -140 -334 -190 C -318 -206 -286 -190 -262 -170 C -210 -140 -160 -160 -120 -214 L -60 -206 C -20 -150 70 -96 180 -74 C 270 -60 346 -44 358 18 C 220 10 -200 6 -344 16 Z"
        )
        c.fill(upper, Paint("#3a5a9c", "#24407c", "#182c5c", angle=60))
        with c.clip(upper):
            c.soft(svg("M -120 -214 C 0 -120 120 -90 330 -60 L 330 -90 L -60 -240 Z"), "#9fc0ff", 0.7, 14)
            c.fill(
                svg("M 190 -80 C 250 -50 270 -10 262 30 L 380 30 L 380 -90 Z"),
                Paint("#ffffff", "#d4d8e8", angle=60),
            )
            c.fill(
                svg("M -360 -80 C -290 -90 -250 -60 -240 20 L -380 30 Z"),
                Paint("#ff8a5c", "#f0553c", angle=60),
            )
            c.fill(
                svg("M -190 20 C -120 -10 -20 -70 40 -128 L 76 -108 C 30 -50 -30 0 -90 24 Z"), "#ffffff", 0.95
            )
            c.fill(svg("M -70 22 C -10 -10 50 -50 96 -98 L 122 -86 C 84 -40 40 0 0 24 Z"), "#ffb45c")
            c.soft(rect(-360, 0, 730, 24), "#0a1638", 0.5, 8)
        c.fill(
            svg(
                "M -120 -214 C -126 -236 -100 -250 -84 -240 L -40 -206 C -20 -172 10 -146 50 -122 L 26 -108 C -30 -132 -80 -170 -120 -214 Z"
            ),
            Paint("#ffffff", "#dfe2ee", angle=60),
        )
        for index in range(4):
            x, y = -76 + index * 33, -206 + index * 27
            c.line(svg(f"M {x - 22} {y + 18} C {x} {y - 2} {x + 18} {y - 2} {x + 34} {y + 2}"), "#ffcf5c", 9)
        c.line(
            svg("M -334 -188 C -318 -206 -286 -190 -262 -170 C -210 -140 -160 -160 -120 -214"), "#ff8a5c", 10
        )
        c.line(svg("M -346 -120 C -376 -150 -372 -190 -336 -190"), "#ff8a5c", 9)
    for x, y, w in ((80, 500, 120), (40, 548, 110), (60, 690, 70)):
        c.fill(rect(x, y, w, 8, 4), "#ffffff", 0.75)
    return c


def coffee_cup() -> Canvas:
    """A paper cup of coffee with beans and a croissant's plate."""
    c = studio(("#f4e6d6", "#e4cbb0"), ("#d2b08c", "#e9d2b6"), "#fffaf0")
    arch(c, 560, 770, 600, 620, Paint("#c98f62", "#a4683f", angle=60), "#5a2c10")
    c.soft(disc(600, 900, 300, 34), "#4a220c", 0.5, 16)
    body = svg("M 356 366 L 724 366 L 676 884 C 660 902 420 902 404 884 Z")
    c.soft(body, "#4a220c", 0.35, 20, 24, 12)
    c.fill(body, Paint("#ffffff", "#fbf4ea", "#d9c6b0", "#c0a88e", angle=0))
    with c.clip(body):
        c.fill(rect(340, 500, 400, 232), Paint("#a8683c", "#c4865a", "#8a4f2a", "#6f3c1e", angle=0))
        c.soft(rect(340, 496, 400, 8), "#3a1808", 0.35, 6)
    c.fill(disc(540, 616, 74), "#fff4e4")
    c.fill(svg("M 500 596 L 578 596 C 578 648 560 656 540 656 C 518 656 500 648 500 596 Z"), "#8a4f2a")
    c.line(svg("M 578 606 C 602 606 600 636 572 636"), "#8a4f2a", 7)
    for x in (520, 540, 560):
        c.line(svg(f"M {x} 586 C {x - 8} 578 {x + 8} 570 {x} 560"), "#8a4f2a", 5)
    c.fill(rect(332, 316, 416, 64, 24), Paint("#5a3420", "#7f5036", "#3f2212", angle=0))
    c.fill(
        svg("M 366 318 C 372 280 392 270 420 270 L 660 270 C 690 270 708 280 714 318 Z"),
        Paint("#6a4028", "#8f5f42", "#46281a", angle=0),
    )
    c.fill(disc(540, 274, 128, 14), Paint("#7f5036", "#5a3420", angle=90))
    steam(c, 540, 256, 180, alpha=0.8)
    for x, y, turn, r in (
        (250, 870, 20, 44),
        (322, 930, -30, 38),
        (170, 920, 70, 34),
        (806, 930, 10, 44),
        (884, 880, -50, 36),
        (738, 968, 60, 32),
    ):
        with c.at(x, y, turn=turn):
            c.soft(disc(6, 10, r, r * 0.68), "#4a220c", 0.45, 8)
            c.fill(disc(0, 0, r, r * 0.68), Round("#9a6440", "#5a3018", "#3a1c0c"))
            c.line(
                svg(f"M {-r * 0.86} 0 C {-r * 0.3} {-r * 0.3} {r * 0.3} {r * 0.3} {r * 0.86} 0"),
                "#2c1408",
                r * 0.11,
            )
    return c


def skin_care() -> Canvas:
    """A pump bottle, a jar and a dropper on pink stone, with water rings."""
    c = studio(("#fdeaea", "#f8d0d4"), ("#f4bcc4", "#fbdfe0"), "#ffffff")
    c.fill(disc(590, 470, 330), Paint("#fff6f2", "#f6b8bf", angle=60), 0.9)
    podium(
        c,
        480,
        826,
        300,
        70,
        Paint("#fff8f6", "#f8dcdc", angle=0),
        Paint("#fff0ee", "#e0a4ac", angle=0),
        "#8a3a4c",
    )
    podium(
        c,
        800,
        880,
        180,
        50,
        Paint("#fff8f6", "#f8dcdc", angle=0),
        Paint("#fff0ee", "#e0a4ac", angle=0),
        "#8a3a4c",
    )
    glassy = Paint("#fff4f0", "#f8c4c4", "#e2909c", "#f4b8be", angle=0)
    bottle = joined(rect(372, 420, 230, 410, 44))
    c.soft(bottle, "#8a3a4c", 0.4, 20, 22, 14)
    c.fill(bottle, glassy)
    with c.clip(bottle):
        c.soft(rect(396, 430, 20, 380), "#ffffff", 0.95, 8)
        c.soft(rect(570, 420, 60, 420), "#b04a5c", 0.35, 16)
    c.fill(rect(408, 522, 158, 216, 10), "#ffffff", 0.9)
    c.words("棠露", 487, 580, 52, "#b8485c", space=6)
    c.words("水润精华乳", 487, 640, 23, "#b8485c", bold=False, space=1)
    c.line(track((448, 674), (526, 674)), "#e8a0a8", 2)
    c.words("120 ml", 487, 704, 20, "#c87080", bold=False)
    gold = Paint("#fbe3c0", "#fff6e4", "#d9ac78", "#b98550", angle=0)
    c.fill(rect(440, 372, 94, 52, 8), gold)
    c.fill(rect(474, 312, 26, 64), gold)
    c.fill(
        svg(
            "M 366 286 C 366 270 380 266 396 266 L 520 266 C 536 266 540 276 540 290 L 540 322 L 440 322 L 440 312 L 392 304 L 392 324 L 370 324 Z"
        ),
        gold,
    )
    drop = rect(672, 620, 130, 262, 30)
    c.soft(drop, "#8a3a4c", 0.4, 16, 18, 12)
    c.fill(drop, Paint("#ffdcae", "#f4b06a", "#d98a48", "#f0b478", angle=0))
    with c.clip(drop):
        c.soft(rect(688, 630, 14, 240), "#ffffff", 0.9, 6)
        c.fill(rect(672, 620, 130, 60), "#ffffff", 0.25)
    c.fill(rect(694, 710, 86, 118, 6), "#ffffff", 0.88)
    c.words("焕", 737, 768, 46, "#b8683c")
    c.fill(rect(694, 566, 86, 60, 8), gold)
    c.fill(
        svg("M 708 570 L 712 500 C 714 474 760 474 762 500 L 766 570 Z"),
        Paint("#ffffff", "#f4e0e0", "#c9a8ac", angle=0),
    )
    jar = rect(818, 792, 176, 100, 22)
    c.soft(jar, "#8a3a4c", 0.4, 14, 14, 10)
    c.fill(jar, glassy)
    c.fill(rect(812, 752, 188, 52, 14), gold)
    c.fill(disc(906, 754, 90, 9), "#fff2dc")
    flower(c, 240, 880, 74, ("#f48aa0", "#ffe4e6"), 10)
    flower(c, 330, 948, 50, ("#f6a0ac", "#fff0f0"), 50)
    flower(c, 928, 300, 58, ("#f6a0ac", "#fff0f0"), -14)
    for x, y, turn in ((180, 930, -150), (978, 330, 30)):
        with c.at(x, y, turn=turn):
            c.fill(leaf(90, 22), Paint("#a9d0a0", "#5f9f7a"))
    for x, y, r in ((220, 340, 26), (280, 260, 14), (850, 190, 20), (160, 460, 12)):
        c.fill(disc(x, y, r), Round("#ffffff", "#fbd4d8", "#f0a8b4"))
        c.fill(disc(x - r * 0.3, y - r * 0.35, r * 0.2), "#ffffff")
    return c


def rice_cooker() -> Canvas:
    """A white rice cooker and a bowl of rice."""
    c = studio(("#e4eef0", "#c8dbe0"), ("#d9b892", "#eed6b8"), "#ffffff", 760)
    arch(c, 560, 760, 640, 600, Paint("#8fb8c0", "#6595a4", angle=60), "#24505c")
    c.soft(disc(560, 884, 340, 30), "#5a3818", 0.55, 14)
    body = svg("M 252 496 C 250 700 270 836 330 868 C 420 888 660 888 750 868 C 810 836 830 700 828 496 Z")
    c.soft(body, "#24404a", 0.35, 20, 22, 12)
    c.fill(body, Paint("#ffffff", "#f6f8f8", "#d2dce0", "#a8bac2", angle=0))
    lid = svg(
        "M 244 508 C 244 372 376 316 540 316 C 704 316 836 372 836 508 C 836 528 820 534 804 534 L 276 534 C 260 534 244 528 244 508 Z"
    )
    c.fill(lid, Paint("#ffffff", "#eef3f4", "#c2d0d6", angle=50))
    with c.clip(lid):
        c.soft(disc(420, 380, 150, 34), "#ffffff", 0.95, 22)
        c.fill(rect(230, 514, 620, 24), "#8fa4ae", 0.5)
    c.fill(rect(490, 330, 100, 40, 20), Paint("#40535c", "#22323a"))
    for x in (520, 540, 560):
        c.fill(rect(x - 3, 340, 6, 20, 3), "#8fa4ae")
    panel = rect(420, 590, 240, 214, 40)
    c.fill(panel, Paint("#2f434c", "#16242c", angle=60))
    c.fill(rect(448, 616, 184, 84, 18), "#0c161c")
    c.words("00:38", 540, 658, 52, "#8ff0dc")
    for x, word in ((490, "煮饭"), (590, "煲汤")):
        c.fill(rect(x - 42, 726, 84, 46, 23), "#4a626e" if word == "煲汤" else "#38b8a0")
        c.words(word, x, 749, 22, "#ffffff")
    for sign in (-1, 1):
        c.fill(rect(540 + sign * 292 - 18, 520, 36, 96, 16), Paint("#dfe7ea", "#9fb0b8", angle=0))
    steam(c, 540, 310, 170, alpha=0.85)
    with c.at(862, 830, 1.2):
        c.soft(disc(12, 74, 96, 14), "#5a3818", 0.5, 9)
        c.fill(hill([(-82, 0), (-50, -44), (0, -62), (52, -42), (82, 0)], 6), Paint("#ffffff", "#efe9dc"))
        for x, y in (
            (-40, -22),
            (-12, -40),
            (18, -28),
            (44, -20),
            (-22, -12),
            (8, -10),
            (30, -42),
            (-4, -54),
        ):
            c.fill(disc(x, y, 9, 5), "#ffffff")
            c.line(svg(f"M {x - 8} {y + 4} C {x} {y + 8} {x + 6} {y + 6} {x + 9} {y + 2}"), "#d8ceb8", 1.6)
        bowl = svg("M -92 0 C -88 44 -52 70 -32 72 L 32 72 C 52 70 88 44 92 0 Z")
        c.fill(bowl, Paint("#5f9ac0", "#38709c", "#24507c", angle=20))
        c.fill(svg("M -90 14 C -60 24 60 24 90 14 L 92 0 L -92 0 Z"), "#ffffff", 0.85)
        c.fill(rect(-34, 70, 68, 12, 5), "#24507c")
    for x in (180, 206):
        c.line(track((x - 40, 930), (x + 150, 860)), Paint("#a8683c", "#6f3c1e", angle=0), 12)
    return c
