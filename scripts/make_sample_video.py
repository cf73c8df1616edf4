# SPDX-License-Identifier: Apache-2.0
"""Make the sample videos of `resources/samples/videos`, their covers and `index.toml`: `python -m scripts.make_sample_video [NAME ...]`.

`tea.mp4` is 16:9 and five seconds long: a tin of autumn tea turns once, and begins where it ended. `ferry.mp4` is 3:4,
for a short drama: a boat on a river at night, and lanterns rising; `car.mp4` is 16:9: an electric car in a town at dusk. Every frame is drawn anew from shapes with the
surface of `scripts.samples`; PyAV (the extra "video") only writes them down, as H.264.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import av
from av.video.stream import VideoStream
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

from scripts.samples import car_film
from scripts.samples.canvas import ROOT, Canvas, Paint, Round, outline, save
from scripts.samples.goods import cup
from scripts.samples.motifs import fall, podium, sparkle, steam
from scripts.samples.shapes import curve, disc, hill, joined, leaf, moved, poly, rect, svg

OUT: Final = ROOT / "resources" / "samples" / "videos"
MOST_BYTES: Final = 250_000
COVER_BYTES: Final = 100_000
COVER_TIMES: Final = 2
"""A cover may have to be 1088 pixels wide (facts 2.3), which is more than the films are."""
FPS: Final = 24
SECONDS: Final = 5

Draw = Callable[..., Canvas]
"""Draws a frame: how far the film has gone, from 0 to 1, and how many times the film's size."""

# --- a tin that turns ----------------------------------------------------------------------------------------------

ROUND_MID, ROUND_RADIUS, TIN_TOP, TIN_BOTTOM = 400.0, 138.0, 196.0, 556.0


def wrapped(path: QPainterPath, turn: float) -> QPainterPath:
    """Lay a flat drawing around the tin: x is the way along its side, 0 in front when `turn` is 0 (radians)."""
    whole = QPainterPath()
    whole.setFillRule(path.fillRule())
    about = 2 * math.pi * ROUND_RADIUS
    middle = path.boundingRect().center().x()
    # Once around: the copy nearest to the front is the one that may be seen.
    shift = round((middle / ROUND_RADIUS + turn) / (2 * math.pi)) * about
    for polygon in path.toSubpathPolygons(QTransform()):
        points = QPolygonF()
        for flat in (polygon.at(index) for index in range(polygon.count())):
            angle = (flat.x() - shift) / ROUND_RADIUS + turn
            angle = min(max(angle, -math.pi / 2), math.pi / 2)
            points.append(
                QPointF(ROUND_MID + ROUND_RADIUS * math.sin(angle), flat.y() + 17 * math.cos(angle))
            )
        whole.addPolygon(points)
        whole.closeSubpath()
    return whole


def along(degrees: float) -> float:
    """Return the way along the side of the tin."""
    return math.radians(degrees) * ROUND_RADIUS


def tin(c: Canvas, part: float) -> None:
    """Draw the tin, turned by a part of a whole turn, with a light that passes over it twice."""
    turn = part * 2 * math.pi
    body = joined(
        rect(ROUND_MID - ROUND_RADIUS, TIN_TOP, 2 * ROUND_RADIUS, TIN_BOTTOM - TIN_TOP),
        disc(ROUND_MID, TIN_BOTTOM, ROUND_RADIUS, 20),
    ).simplified()
    c.soft(disc(ROUND_MID + 20, TIN_BOTTOM + 16, ROUND_RADIUS * 1.05, 22), "#4a2208", 0.5, 12)
    c.fill(body, "#8e2f1c")
    with c.clip(body):
        for piece, fill, alpha in side():
            c.fill(wrapped(piece, turn), fill, alpha)
        # A round body: dark at both edges, lit from the left.
        shade = Paint("#b02a0a02", "#402a0a02", "#00000000", "#00000000", "#502a0a02", "#c8240802", angle=0)
        c.fill(rect(ROUND_MID - ROUND_RADIUS, TIN_TOP - 30, 2 * ROUND_RADIUS, 430), shade)
        c.soft(rect(ROUND_MID - 84, TIN_TOP - 10, 22, 420, 10), "#fff6e0", 0.34, 9)
        for start in (0.12, 0.62):
            at = (part - start) / 0.2
            if 0 < at < 1:
                x = ROUND_MID - 300 + 600 * at
                band = poly((x, 120), (x + 70, 120), (x - 40, 620), (x - 110, 620))
                c.soft(band, "#fff8e6", 0.5 * math.sin(math.pi * at), 14)
    lid = joined(
        rect(ROUND_MID - ROUND_RADIUS - 5, TIN_TOP - 34, 2 * ROUND_RADIUS + 10, 62),
        disc(ROUND_MID, TIN_TOP + 28, ROUND_RADIUS + 5, 19),
    ).simplified()
    gold = Paint("#7a5218", "#e8bf6a", "#fff0c4", "#e2b45a", "#a06f24", "#5c3a0c", angle=0)
    c.soft(lid, "#2a0a02", 0.35, 8, 0, 10)
    c.fill(lid, gold)
    c.fill(disc(ROUND_MID, TIN_TOP - 34, ROUND_RADIUS + 5, 19), Paint("#fff2cc", "#d9a94c", angle=30))
    c.fill(disc(ROUND_MID, TIN_TOP - 34, ROUND_RADIUS - 16, 14), Paint("#e6bd68", "#fbe6b0", angle=30))


def side() -> list[tuple[QPainterPath, Paint | str, float]]:
    """Return what is printed on the tin, flat: shapes, fills and how strong."""
    printed: list[tuple[QPainterPath, Paint | str, float]] = []
    whole = 2 * math.pi * ROUND_RADIUS
    # In pieces: a piece is bent around the tin as one, from its middle.
    for index in range(24):
        left = -whole / 2 + whole * index / 24
        for top, tall, fill in ((222, 12, "#e2b45a"), (520, 12, "#e2b45a")):
            printed.append((rect(left - 1, top, whole / 24 + 2, tall), fill, 1.0))
        printed.extend((moved(leaf(26, 7), left + 6, y), "#e8bf6a", 0.9) for y in (250, 504))
    for middle in (0, 180):
        x = along(middle)
        printed.append((rect(x - 66, 272, 132, 216, 66), "#e2b45a", 1.0))
        printed.append((rect(x - 60, 278, 120, 204, 60), Paint("#fff9ea", "#f3e0b4"), 1.0))
    for middle, words in ((0, "秋茶"), (180, "头采")):
        for index, word in enumerate(words):
            printed.append((outline(word, along(middle), 342 + index * 78, 68), "#7c2414", 1.0))
    for middle in (-90, 90):
        x = along(middle)
        for angle, long in ((-150, 62), (-90, 70), (-30, 62)):
            printed.append((moved(leaf(long, 15), x, 400, turn=angle), Paint("#f3d58c", "#c98f34"), 0.95))
        printed.append((outline("乌龙", x, 448, 40), "#f3d58c", 1.0))
    return printed


def tea(part: float, times: int = 1) -> Canvas:
    """Draw one frame of the tea film, so many times its size; `part` of it has gone by, and 1 is 0 again."""
    c = Canvas(640 * times, 360 * times, Paint("#fdf1dc", "#f4d3a0", angle=60))
    with c.at(0, 0, 0.5 * times):
        c.glow(250, 120, 700, "#fffaf0", 0.95)
        c.fill(rect(0, 560, 1280, 160), Paint("#e9b978", "#f6d9ab"))
        c.soft(rect(0, 560, 1280, 8), "#ffffff", 0.4, 8)
        arch = joined(rect(150, 330, 500, 240), disc(400, 330, 250)).simplified()
        c.soft(arch, "#8a4a14", 0.25, 18, 10, 6)
        c.fill(arch, Paint("#f2b96a", "#d98a3c", angle=60))
        c.glow(400, 300, 260, "#ffe6b4", 0.6)
        podium(
            c, 400, 590, 250, 46, Paint("#fff8ea", "#f0d8ae"), Paint("#fbe8c6", "#c99450", angle=0), "#6a3608"
        )
        tin(c, part)
        cup(c, 640, 540, 62, ("#c9762a", "#e2a24a"))
        sway = 0.12 * math.sin(2 * math.pi * part)
        steam(c, 640 + 40 * sway, 526, 110, "#ffffff", 0.75 + sway)
        title = outline("秋茶上新", 980, 280, 112, space=6)
        c.soft(title, "#8a4a14", 0.3, 8, 3, 5)
        c.fill(title, Paint("#9a3218", "#6d1c0c"))
        with c.clip(title):
            x = 600 + 1500 * ((part + 0.8) % 1)
            c.soft(poly((x, 200), (x + 60, 200), (x, 360), (x - 60, 360)), "#ffe9b0", 0.9, 10)
        c.fill(rect(796, 362, 368, 3, 1.5), "#c98f34")
        c.words("头采乌龙 · 山场直送", 980, 408, 38, "#7c4a20", bold=False, space=3)
        fall(c, [drifting(part, *leaf_at) for leaf_at in LEAVES])
        for x, y, start in ((1190, 196, 0.15), (250, 150, 0.45), (566, 250, 0.75)):
            bright = math.sin(math.pi * ((part - start) % 1) / 0.3) if (part - start) % 1 < 0.3 else 0.0
            if bright > 0:
                sparkle(c, x, y, 24 * bright, "#fffdf4", bright)
    return c


LEAVES: Final = (
    (96, 0.0, 24.0, 30.0), (700, 0.36, 18.0, 100.0), (1212, 0.62, 26.0, 200.0),
    (60, 0.85, 15.0, 300.0), (212, 0.55, 14.0, 160.0),
)  # fmt: skip
"""Falling leaves: where across, where in the fall, radius, turn."""


def drifting(
    part: float, x: float, start: float, radius: float, turn: float
) -> tuple[float, float, float, float]:
    """Return where a leaf is: it falls through once while the film runs, swinging."""
    fallen = (part + start) % 1
    swing = math.sin(2 * math.pi * (2 * fallen + start))
    return x + 46 * swing, -60 + 840 * fallen, radius, turn + 50 * swing


# --- a river at night ----------------------------------------------------------------------------------------------


def sky_lantern(c: Canvas, x: float, y: float, size: float, flicker: float) -> None:
    """Draw a paper lantern that rises; (x, y) is the middle of its mouth."""
    c.glow(x, y - size * 0.6, size * 2.1, "#ffb050", 0.42 + 0.1 * flicker)
    with c.at(x, y, size / 100):
        paper = svg("M -46 0 C -70 -60 -62 -128 0 -140 C 62 -128 70 -60 46 0 C 20 10 -20 10 -46 0 Z")
        c.fill(paper, Paint("#f2883a", "#ffc46a", "#fff0b8"))
        with c.clip(paper):
            c.line(svg("M 0 -140 C -26 -100 -26 -40 -20 8"), "#c85a1c", 3, 0.4)
            c.line(svg("M 0 -140 C 26 -100 26 -40 20 8"), "#c85a1c", 3, 0.4)
        c.fill(disc(0, 0, 46, 9), "#b8501c")
        c.fill(disc(0, -2, 20, 6), "#fffbe0")


def boat(c: Canvas, x: float, y: float, tilt: float) -> None:
    """Draw a covered boat with a lamp and two who sit in it; (x, y) is the middle of its side at the water."""
    with c.at(x, y, 1.25, tilt):
        c.fill(svg("M -236 -40 C -150 6 150 6 236 -46 C 214 14 160 40 90 44 L -96 44 C -160 38 -214 14 -236 -40 Z"),
               Paint("#3a2a3c", "#171226"))  # fmt: skip
        c.line(svg("M -236 -40 C -150 6 150 6 236 -46"), "#e0a060", 4, 0.55)
        roof = svg("M -128 -14 C -126 -112 -86 -136 -30 -136 C 26 -136 62 -112 64 -10 Z")
        c.fill(roof, Paint("#4a3444", "#211730"))
        with c.clip(roof):
            for shift in range(-110, 70, 22):
                c.line(svg(f"M {shift} -140 L {shift} 0"), "#0f0b1c", 3, 0.45)
            c.soft(disc(64, -30, 60), "#ffb45c", 0.6, 20)
        for px, flip, robe in ((130, False, ("#f4efe6", "#a89cb0")), (186, True, ("#d8504a", "#7c1c2c"))):
            with c.at(px, -8, flip=flip):
                c.fill(svg("M -30 0 C -28 -50 -20 -74 0 -76 C 20 -74 30 -44 32 0 Z"), Paint(*robe, angle=30))
                c.fill(disc(3, -92, 19, 21), Paint("#f6d2b0", "#d8a084", angle=20))
                c.fill(
                    svg(
                        "M -20 -92 C -22 -120 20 -124 24 -98 C 10 -104 0 -104 -6 -90 C -8 -76 -16 -70 -20 -66 Z"
                    ),
                    "#15101f",
                )
        c.line(svg("M 40 -122 L 84 -122 L 84 -104"), "#15101f", 4)
        c.glow(84, -88, 120, "#ffc070", 0.75)
        c.fill(disc(84, -88, 13, 17), Paint("#fff2c0", "#ff9a3c"))


def ferry(part: float, times: int = 1) -> Canvas:
    """Draw one frame of the river film, so many times its size."""
    c = Canvas(480 * times, 640 * times, Paint("#0b1233", "#1d2a62", "#4a3f7e", "#8a5a86"))
    wave = 2 * math.pi * part
    with c.at(0, 0, 0.5 * times):
        dice = random.Random(5)  # noqa: S311 - the same sky in every run, no secret
        for index in range(70):
            x, y, size = dice.uniform(0, 960), dice.uniform(0, 560), dice.uniform(1.2, 3.0)
            c.fill(disc(x, y, size), "#fff8e8", 0.5 + 0.35 * math.sin(wave * (1 + index % 2) + index))
        c.glow(700, 210, 330, "#ffe9c0", 0.5)
        c.fill(disc(700, 210, 92), Round("#fffdf0", "#fbeac0", "#efd49a"))
        c.fill(
            hill([(-40, 690), (150, 560), (330, 650), (520, 540), (760, 660), (1000, 590)], 800),
            Paint("#5a4a86", "#7c5c8c"),
        )
        c.fill(
            hill([(-40, 720), (200, 660), (420, 730), (660, 650), (1000, 720)], 800),
            Paint("#33305e", "#54447a"),
        )
        c.fill(rect(0, 776, 960, 504), Paint("#5a4678", "#232a5c", "#0d1230"))
        c.soft(disc(700, 820, 120, 40), "#ffe2b0", 0.4, 26)
        for index in range(17):
            y = 800 + 26 * index
            swing = math.sin(wave * 2 + index * 1.7)
            c.fill(
                disc(700 + 14 * swing, y, 96 - 3.4 * index + 18 * swing, 3.4), "#ffe8bc", 0.55 - 0.022 * index
            )
        for index, (x, start, size) in enumerate(SKY_LANTERNS):
            risen = (part + start) % 1
            away = 1 - 0.45 * risen
            fade = min(1.0, risen * 8, (1 - risen) * 5)
            if fade > 0.02:
                sway = 16 * math.sin(wave + index * 2)
                sky_lantern(
                    c,
                    x + sway,
                    800 - 860 * risen,
                    size * away * (0.6 + 0.4 * fade),
                    math.sin(wave * 3 + index),
                )
                c.fill(disc(x + sway, 880 + 120 * risen, size * 0.5, 4), "#ffb45c", 0.4 * fade * (1 - risen))
        bob = 7 * math.sin(wave * 2)
        c.soft(disc(430, 1010, 330, 22), "#05071a", 0.6, 12)
        c.soft(disc(540, 1050, 90, 70), "#ffb45c", 0.34, 24)
        boat(c, 430, 968 + bob, 1.4 * math.sin(wave * 2 + 1))
        for index in range(9):
            y, swing = 1030 + 20 * index, math.sin(wave * 2 + index * 1.3)
            c.fill(disc(536 + 20 * swing, y, 60 - 4 * index + 12 * swing, 3), "#ffc070", 0.5 - 0.045 * index)
        c.line(
            curve(
                [(0, 1180 + bob), (240, 1168 - bob), (480, 1182 + bob), (720, 1168 - bob), (960, 1180 + bob)]
            ),
            "#8f86c4",
            3,
            0.35,
        )
        c.fill(rect(0, 1060, 960, 220), Paint("#00060918", "#e0060918"))
        title = outline("星河渡口", 480, 1130, 124, space=14)
        c.soft(title, "#05071a", 0.7, 10, 2, 4)
        c.fill(title, Paint("#fffaf0", "#f6cf8e"))
        c.words("短剧 · 第 1 集", 480, 1222, 36, "#dfe2f8", bold=False, space=4)
    return c


SKY_LANTERNS: Final = (
    (150, 0.30, 74), (330, 0.62, 58), (520, 0.10, 46), (820, 0.48, 66), (640, 0.82, 54), (240, 0.92, 40),
    (900, 0.20, 44), (440, 0.44, 36),
)  # fmt: skip
"""Rising lanterns: where across, where in the rise, size."""

# --- writing -------------------------------------------------------------------------------------------------------


def frames(draw: Draw) -> list[Image.Image]:
    """Draw every frame of a film."""
    count = FPS * SECONDS
    return [draw(number / count).finished() for number in range(count)]


def encode(pictures: list[Image.Image], path: Path) -> None:
    """Write a film as H.264 in mp4, in the best quality that fits. SystemExit when none does."""
    for quality in range(20, 36):
        # By name, because the index is moved to the front afterwards.
        with av.open(str(path), "w", format="mp4", container_options={"movflags": "+faststart"}) as file:
            stream = file.add_stream("libx264", rate=FPS)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = pictures[0].size
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": str(quality), "preset": "slow", "profile": "high"}
            for picture in pictures:
                frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]  # typed in part
                for packet in stream.encode(frame):
                    file.mux(packet)
            for packet in stream.encode():
                file.mux(packet)
        if path.stat().st_size <= MOST_BYTES:
            print(f"{path.name} {path.stat().st_size} bytes at quality {quality}")
            return
    path.unlink()
    raise SystemExit(f"{path.name}: more than {MOST_BYTES} bytes in the lowest quality")


def index() -> str:
    """Return what `index.toml` says: every film with its size and length, so that nothing has to be decoded to show a card."""
    rows = ["# SPDX-License-Identifier: Apache-2.0", "# Written by scripts/make_sample_video.py"]
    for path in sorted(OUT.glob("*.mp4")):
        with av.open(str(path)) as file:
            stream = file.streams.video[0]
            assert stream.duration is not None
            assert stream.time_base is not None
            length = round(stream.duration * stream.time_base * 1000)
            rows += ["", f'["{path.name}"]', f"width = {stream.width}", f"height = {stream.height}"]
            rows += [f"duration_ms = {length}"]
    return "\n".join(rows) + "\n"


def main(wanted: list[str]) -> None:
    """Make the films whose names were given, or all, with their covers, and the list of all."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, draw in (("tea", tea), ("ferry", ferry), ("car", car_film.drive)):
        if wanted and name not in wanted:
            continue
        pictures = frames(draw)
        encode(pictures, OUT / f"{name}.mp4")
        cover = OUT / f"{name}-cover.jpg"
        print(f"{cover.name} {save(draw(0.0, COVER_TIMES).finished(), cover, COVER_BYTES, 90)} bytes")
    (OUT / "index.toml").write_text(index(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
