# SPDX-License-Identifier: Apache-2.0
"""The files the journey hands in: papers of the made-up company, and a number file with a few dirty rows."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from typing import Final

PAPERS: Final = ("licence", "material_letter", "signature_letter", "relation_letter")
SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
)
GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰喆玥祎垚堃梓萱子涵浩宇欣怡"
PREFIXES: Final = (
    134,
    135,
    136,
    137,
    138,
    139,
    150,
    151,
    152,
    158,
    159,
    186,
    187,
    188,
    130,
    131,
    132,
    155,
    189,
    133,
)
MOSTLY_MOBILE: Final = (135, 136, 137, 138, 139, 150, 151, 152, 158, 159, 186, 189, 130, 188, 187, 182)
"""Segments of which China Mobile has four of five: what a three-carrier package of video SMS asks for."""
DIRTY: Final = (
    "1380013",
    "１３８００１３８０００",
    "+86 139 0013 9000",
    "13900139000",
    "12345678901",
    "138001380ab",
    "13700137000/13600136000",
)
"""Cells as people type them: too short, full-width digits, with country code, a duplicate of the one before, no such
segment, letters, two numbers in a cell."""
SPELT: Final = frozenset({"13800138000", "13900139000"})
"""The good numbers among them, once they are read as people meant them."""


def paper(path: Path, title: str, company: str = "云杉商城（示例）有限公司") -> Path:
    """Draw one paper as a picture or, where the name ends so, as a PDF; return its path."""
    from PIL import Image, ImageDraw, ImageFont

    from koodesk import paths

    page = Image.new("RGB", (900, 1200), "#FFFDF8")
    draw = ImageDraw.Draw(page)
    fonts = paths.resources() / "fonts"
    big = ImageFont.truetype(str(fonts / "NotoSansSC-Bold.ttf"), 44)
    small = ImageFont.truetype(str(fonts / "NotoSansSC-Regular.ttf"), 24)
    draw.rectangle((40, 40, 860, 1160), outline="#B08D57", width=4)
    draw.text((450, 140), title, font=big, fill="#3A2E1F", anchor="mm")
    for number, line in enumerate(
        (f"企业名称：{company}", "统一社会信用代码：91440300MA0000000X", "示例文件，仅供演示")
    ):
        draw.text((120, 280 + number * 60), line, font=small, fill="#3A2E1F")
    draw.ellipse((560, 880, 780, 1100), outline="#C22F2F", width=6)
    draw.text((670, 990), "示例印章", font=small, fill="#C22F2F", anchor="mm")
    page.save(path)
    return path


def numbers(
    path: Path,
    params: tuple[str, ...],
    count: int,
    seed: int,
    *,
    dirty: bool = True,
    prefixes: tuple[int, ...] = PREFIXES,
) -> Path:
    """Write a number file with `count` good recipients, each number once, spread over the segments `prefixes`.

    The dirty rows of `DIRTY` stand at its end; the good numbers among them count.
    """
    from openpyxl import Workbook

    chance = random.Random(seed)  # noqa: S311 - sample data that must come out the same again
    book = Workbook(write_only=True)
    sheet = book.create_sheet("号码")
    sheet.append(["手机号", *params])
    span = 10**8
    step = chance.randrange(1, span, 2) | 1
    while step % 5 == 0:
        step += 2
    start = chance.randrange(span)
    dirty = dirty and count >= len(SPELT)
    clean = count - len(SPELT) if dirty else count
    walk = (
        # Meets every tail once: no number comes twice.
        f"{prefixes[place % len(prefixes)]}{(start + place * step) % span:08d}"
        for place in range(span)
    )
    for number in islice((n for n in walk if n not in SPELT), clean):
        sheet.append([number, *_values(params, chance)])
    if dirty:
        for cell in DIRTY:
            sheet.append([cell, *_values(params, chance)])
    book.save(path)
    return path


def _values(params: tuple[str, ...], chance: random.Random) -> list[str]:
    values = []
    for name in params:
        if name.lower() in ("name", "姓名", "p_1"):
            values.append(chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2)))))
        else:
            values.append(str(chance.choice((6, 8, 18, 28, 66, 88, 188))))
    return values


def sample(name: str) -> Path:
    """Return one of the pictures that ship."""
    from koodesk import paths

    return paths.resources() / "samples" / "materials" / name


def backdrop(path: Path, size: tuple[int, int], words: str) -> Path:
    """Draw a wide picture for the head of a home page: hills at dusk, and whose page it is."""
    from PIL import Image, ImageDraw, ImageFont

    from koodesk import paths

    width, height = size
    picture = Image.linear_gradient("L").resize(size)
    sky = Image.composite(Image.new("RGB", size, "#F6C28B"), Image.new("RGB", size, "#2E5E8C"), picture)
    draw = ImageDraw.Draw(sky)
    for level, colour in ((0.62, "#3F6F6B"), (0.74, "#2C5350"), (0.86, "#1B3A3A")):
        top = int(height * level)
        draw.polygon(
            [
                (0, height),
                *((x, top + int(height * 0.08 * ((x // 160) % 2))) for x in range(0, width + 160, 160)),
                (width, height),
            ],
            fill=colour,
        )
    font = ImageFont.truetype(str(paths.resources() / "fonts" / "NotoSansSC-Bold.ttf"), height // 9)
    draw.text((width // 2, height // 3), words, font=font, fill="white", anchor="mm")
    sky.save(path)
    return path
