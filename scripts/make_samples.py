# SPDX-License-Identifier: Apache-2.0
"""Draw the first four sample pictures of `resources/samples/materials` (made with Pillow, 640x640 PNG).

Everything is drawn at four times the size from shapes and gradients and then scaled down, so edges are smooth and the
pictures are ours. Run again after a change: `python scripts/make_samples.py`. The others are drawn by `scripts/samples`.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE = 640
TIMES = 4
FULL = SIZE * TIMES
ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "resources" / "samples" / "materials"
FONT = ROOT / "resources" / "fonts" / "NotoSansSC-Bold.ttf"

Colour = tuple[int, int, int]


def px(value: float) -> int:
    """Turn a length of the finished picture into one of the drawing."""
    return round(value * TIMES)


def box(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    """Return a rectangle of the finished picture as corners of the drawing."""
    return px(x), px(y), px(x + width), px(y + height)


def gradient(top: Colour, bottom: Colour, angle: float = 90.0) -> Image.Image:
    """Return a full-size linear gradient; 90 degrees runs from top to bottom."""
    turn = math.radians(angle)
    small = 64
    ramp = Image.new("L", (small, small))
    cos, sin = math.cos(turn), math.sin(turn)
    span = abs(cos) + abs(sin)
    for y in range(small):
        for x in range(small):
            at = ((x / (small - 1) - 0.5) * cos + (y / (small - 1) - 0.5) * sin) / span + 0.5
            ramp.putpixel((x, y), round(255 * min(max(at, 0.0), 1.0)))
    mask = ramp.resize((FULL, FULL), Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", (FULL, FULL), bottom), Image.new("RGB", (FULL, FULL), top), mask)


def paste(canvas: Image.Image, fill: Image.Image | Colour, mask: Image.Image, strength: float = 1.0) -> None:
    """Fill a mask's shape with a colour or a full-size picture."""
    if strength < 1.0:
        mask = mask.point(lambda v: round(v * strength))
    canvas.paste(fill, (0, 0, FULL, FULL), mask)


def blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty mask and the pen for it."""
    mask = Image.new("L", (FULL, FULL))
    return mask, ImageDraw.Draw(mask)


def rounded(x: float, y: float, width: float, height: float, radius: float) -> Image.Image:
    """Return the mask of a rounded rectangle."""
    mask, pen = blank()
    pen.rounded_rectangle(box(x, y, width, height), px(radius), fill=255)
    return mask


def disc(x: float, y: float, radius: float) -> Image.Image:
    """Return the mask of a disc around a point."""
    mask, pen = blank()
    pen.ellipse(box(x - radius, y - radius, 2 * radius, 2 * radius), fill=255)
    return mask


def shape(*points: tuple[float, float]) -> Image.Image:
    """Return the mask of a polygon."""
    mask, pen = blank()
    pen.polygon([(px(x), px(y)) for x, y in points], fill=255)
    return mask


def shadow(
    canvas: Image.Image, mask: Image.Image, colour: Colour, down: float, blur: float, strength: float
) -> None:
    """Lay a soft shadow of a mask on the canvas."""
    soft = ImageChops.offset(mask, 0, px(down)).resize((SIZE, SIZE)).filter(ImageFilter.GaussianBlur(blur))
    paste(canvas, colour, soft.resize((FULL, FULL), Image.Resampling.BICUBIC), strength)


def glow(canvas: Image.Image, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    """Lay a soft light on the canvas."""
    soft = disc(x, y, radius).resize((SIZE, SIZE)).filter(ImageFilter.GaussianBlur(radius / 2))
    paste(canvas, colour, soft.resize((FULL, FULL), Image.Resampling.BICUBIC), strength)


def letters(
    canvas: Image.Image, text: str, x: float, y: float, height: float, fill: Image.Image | Colour
) -> None:
    """Write text centred on a point; `height` is the font's size."""
    mask, pen = blank()
    pen.text((px(x), px(y)), text, font=ImageFont.truetype(str(FONT), px(height)), fill=255, anchor="mm")
    paste(canvas, fill, mask)


def coin(canvas: Image.Image, x: float, y: float, radius: float, sign: str = "¥") -> None:
    """Draw a gold coin."""
    face = disc(x, y, radius)
    shadow(canvas, face, (120, 30, 10), radius * 0.18, radius * 0.16, 0.40)
    paste(canvas, gradient((255, 226, 140), (240, 160, 50), 60), face)
    paste(canvas, gradient((255, 206, 96), (255, 236, 170), 60), disc(x, y, radius * 0.82))
    letters(canvas, sign, x, y, radius * 1.05, (214, 122, 24))


def sparkle(
    canvas: Image.Image, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0
) -> None:
    """Draw a four-pointed star."""
    waist = radius * 0.18
    points = [
        (
            x + (radius if i % 2 == 0 else waist) * math.cos(i * math.pi / 4),
            y + (radius if i % 2 == 0 else waist) * math.sin(i * math.pi / 4),
        )
        for i in range(8)
    ]
    paste(canvas, colour, shape(*points), strength)


def rays(canvas: Image.Image, x: float, y: float, colour: Colour, strength: float, count: int = 18) -> None:
    """Draw a fan of light from a point."""
    mask, pen = blank()
    for i in range(count):
        first, last = (2 * math.pi * (i + off) / count for off in (0.0, 0.5))
        far = SIZE * 1.2
        pen.polygon(
            [
                (px(x), px(y)),
                *((px(x + far * math.cos(a)), px(y + far * math.sin(a))) for a in (first, last)),
            ],
            fill=255,
        )
    paste(canvas, colour, mask, strength)


def envelope(canvas: Image.Image, x: float, y: float, width: float, height: float, word: str) -> None:
    """Draw a red packet: body, curved flap, gold seal with a word."""
    body = rounded(x, y, width, height, width * 0.09)
    shadow(canvas, body, (110, 10, 10), height * 0.05, width * 0.07, 0.5)
    paste(canvas, gradient((238, 62, 48), (200, 24, 32)), body)
    flap, pen = blank()
    drop = height * 0.42
    pen.ellipse(box(x - width * 0.25, y - drop, width * 1.5, 2 * drop), fill=255)
    flap = ImageChops.multiply(flap, body)
    shade, pen = blank()
    pen.ellipse(box(x - width * 0.25, y - drop + height * 0.018, width * 1.5, 2 * drop), fill=255)
    paste(canvas, (150, 8, 20), ImageChops.multiply(shade, body), 0.55)
    paste(canvas, gradient((255, 104, 78), (226, 44, 40)), flap)
    edge, pen = blank()
    pen.ellipse(box(x - width * 0.25, y - drop, width * 1.5, 2 * drop), outline=255, width=px(width * 0.012))
    paste(canvas, (255, 200, 120), ImageChops.multiply(edge, body), 0.85)
    centre_x, centre_y, radius = x + width / 2, y + drop, width * 0.2
    seal = disc(centre_x, centre_y, radius)
    shadow(canvas, seal, (110, 10, 10), radius * 0.14, radius * 0.14, 0.55)
    paste(canvas, gradient((255, 236, 170), (246, 178, 70), 60), seal)
    paste(canvas, gradient((250, 196, 92), (255, 232, 160), 60), disc(centre_x, centre_y, radius * 0.86))
    letters(canvas, word, centre_x, centre_y, radius * 1.0, (196, 44, 24))


def red_packet() -> Image.Image:
    """The starter's picture: a red packet with coins on a warm gradient."""
    canvas = gradient((255, 196, 110), (244, 92, 56))
    rays(canvas, 320, 330, (255, 255, 255), 0.10)
    glow(canvas, 320, 320, 250, (255, 240, 200), 0.75)
    coin(canvas, 128, 420, 50)
    coin(canvas, 520, 200, 40)
    envelope(canvas, 184, 110, 272, 400, "福")
    coin(canvas, 500, 470, 62)
    coin(canvas, 176, 530, 36)
    for x, y, radius in (
        (112, 170, 22),
        (528, 330, 16),
        (90, 300, 12),
        (430, 66, 18),
        (560, 90, 11),
        (330, 560, 14),
    ):
        sparkle(canvas, x, y, radius, (255, 252, 232), 0.95)
    return canvas


def brand() -> Image.Image:
    """The logo of the made-up shop 云杉商城: a spruce over its name."""
    canvas = gradient((244, 250, 245), (222, 240, 228))
    tile = rounded(170, 96, 300, 300, 72)
    shadow(canvas, tile, (20, 80, 50), 14, 16, 0.35)
    paste(canvas, gradient((34, 150, 96), (10, 104, 74), 60), tile)
    for top, half, bottom, shade in ((150, 62, 236, 255), (196, 82, 290, 242), (246, 102, 346, 228)):
        paste(canvas, (shade, 255, shade), shape((320, top), (320 + half, bottom), (320 - half, bottom)))
    paste(canvas, (228, 255, 228), rounded(306, 340, 28, 34, 4))
    letters(canvas, "云杉商城", 320, 482, 84, (16, 92, 64))
    letters(canvas, "好物 · 自然来", 320, 562, 36, (88, 138, 112))
    return canvas


def coupon() -> Image.Image:
    """A coupon of 30 yuan on coral."""
    canvas = gradient((255, 122, 98), (232, 52, 70), 60)
    glow(canvas, 500, 120, 200, (255, 190, 150), 0.55)
    glow(canvas, 110, 560, 190, (255, 150, 120), 0.45)
    body = rounded(84, 164, 472, 312, 34)
    holes = ImageChops.lighter(disc(84, 372, 22), disc(556, 372, 22))
    ticket = ImageChops.subtract(body, holes)
    shadow(canvas, ticket, (120, 10, 30), 16, 18, 0.45)
    paste(canvas, gradient((255, 253, 246), (255, 240, 222)), ticket)
    dashes, pen = blank()
    for i in range(13):
        pen.rounded_rectangle(box(120 + i * 31.4, 370, 18, 4), px(2), fill=255)
    paste(canvas, (240, 170, 150), dashes)
    letters(canvas, "¥", 206, 280, 84, (226, 52, 58))
    letters(canvas, "30", 336, 262, 176, (226, 52, 58))
    letters(canvas, "无门槛红包", 320, 424, 50, (150, 60, 50))
    sparkle(canvas, 486, 224, 26, (255, 186, 90))
    sparkle(canvas, 126, 118, 18, (255, 236, 200), 0.9)
    sparkle(canvas, 540, 540, 22, (255, 236, 200), 0.9)
    return canvas


def lantern() -> Image.Image:
    """A spring-festival night with lanterns: a background and second motif."""
    canvas = gradient((122, 14, 30), (206, 40, 42))
    glow(canvas, 320, 300, 230, (255, 150, 90), 0.5)
    for x, y, size in ((320, 322, 1.0), (122, 210, 0.52), (520, 236, 0.58)):
        string, pen = blank()
        pen.rectangle(box(x - 2, 0, 4, y), fill=255)
        paste(canvas, (255, 205, 120), string)
        width, height = 250 * size, 210 * size
        glow(canvas, x, y, 150 * size, (255, 170, 90), 0.45)
        body, pen = blank()
        pen.ellipse(box(x - width / 2, y - height / 2, width, height), fill=255)
        paste(canvas, gradient((255, 110, 66), (222, 32, 36)), body)
        for inner in (0.68, 0.34):
            rib, pen = blank()
            across = width * inner
            pen.ellipse(box(x - across / 2, y - height / 2, across, height), outline=255, width=px(3 * size))
            paste(canvas, (255, 190, 110), rib, 0.8)
        for at in (-1, 1):
            cap = rounded(x - 48 * size, y + at * height / 2 - 11 * size, 96 * size, 22 * size, 8 * size)
            paste(canvas, gradient((255, 222, 140), (240, 168, 66)), cap)
        for strand in (-2, -1, 0, 1, 2):
            top = y + height / 2 + 11 * size
            line = rounded(
                x + strand * 14 * size - 2.5 * size, top, 5 * size, (64 - 8 * abs(strand)) * size, 2 * size
            )
            paste(canvas, (255, 200, 110), line)
    letters(canvas, "福", 320, 322, 128, (255, 226, 150))
    for x, y, radius in (
        (232, 96, 14),
        (420, 110, 18),
        (90, 420, 16),
        (548, 470, 14),
        (226, 560, 18),
        (420, 540, 12),
    ):
        sparkle(canvas, x, y, radius, (255, 226, 160), 0.9)
    return canvas


def main() -> None:
    """Draw and save every picture."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, draw in {
        "red-packet": red_packet,
        "brand": brand,
        "coupon": coupon,
        "lantern": lantern,
    }.items():
        picture = draw().resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        picture.save(OUT / f"{name}.png", optimize=True)
        print(f"{name}.png {(OUT / f'{name}.png').stat().st_size} bytes")


if __name__ == "__main__":
    main()
