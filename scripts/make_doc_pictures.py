# SPDX-License-Identifier: Apache-2.0
"""Draw the pictures of the README: all layouts on one sheet, and one card on every vendor's phone with its differences.

Run again when a drawing changes: `python -m scripts.make_doc_pictures`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from koodesk import messages, paths
from koodesk.domain.digest import template_digest
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, png
from koodesk.preview.review import review
from koodesk.preview.sheet import sheet

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
COLUMNS = 8
SCALE = 0.85
GAP = 14
GROUND = "#eef1f4"
LONG = "云杉商城：明前采摘、七日到家，新客立减30元；会员再享第二件半价，满三百包邮到家，今晚二十四点截止。拒收请回复R"


def layouts(columns: int = COLUMNS) -> QImage:
    """Return every layout's starter on its first vendor, in columns of about the same height."""
    resources = paths.resources()
    pack, phones = read_pack_folder(resources / "rules"), read_phones(resources / "phones")
    faces = fonts.load(resources / "fonts")
    measure = FontMeasure(faces)
    cards: list[QImage] = []
    for spec in pack.layouts.values():
        template, files = sample_starter(spec, resources)
        vendor = next(v for v in Vendor if spec.takes(v))
        placed = arrange(template, spec, vendor, pack, phones[vendor], {}, measure)
        whole = Renderer(PictureSource(files.get), faces).paint(placed, SCALE)
        part = placed.card.grown(2)
        box = QRect(*(round(v * SCALE) for v in (part.x, part.y, part.width, part.height)))
        cards.append(whole.copy(box))
    width = max(card.width() for card in cards)
    heights = [GAP] * columns
    places: list[tuple[int, int, QImage]] = []
    for card in cards:
        column = heights.index(min(heights))
        places.append((GAP + column * (width + GAP), heights[column], card))
        heights[column] += card.height() + GAP
    image = QImage(GAP + columns * (width + GAP), max(heights), QImage.Format.Format_RGB32)
    image.fill(QColor(GROUND))
    painter = QPainter(image)
    for x, y, card in places:
        painter.drawImage(QPointF(x, y), card)
    painter.end()
    return image


def wall() -> QImage:
    """Return one card on every vendor's phone, with what each cuts and changes marked."""
    resources = paths.resources()
    pack, phones = read_pack_folder(resources / "rules"), read_phones(resources / "phones")
    faces = fonts.load(resources / "fonts")
    template, files = sample_starter(pack.layouts["StandardImageAndText"], resources)
    body = template.by_slot("body")
    assert isinstance(body, TextContent)
    template = template.with_content(replace(body, text=LONG))
    made = review(
        template,
        pack,
        phones,
        list(Vendor),
        FontMeasure(faces),
        lambda found: messages.sentence(found, "en").what,
        lambda vendor: pack.vendor_names[vendor][1],
        numbered=True,
    )
    footing = messages.word(
        "preview.drawn", "en", pack=pack.id, date=pack.date, digest=template_digest(template)[:12]
    )
    renderer = Renderer(PictureSource(files.get), faces)
    return sheet([one.column for one in made], template.name, footing, renderer)


def main() -> int:
    """Write both."""
    application = QGuiApplication([])
    # JPEG: a page of photographs-like drawings is a tenth of the size, and nothing is measured on it.
    layouts().save(str(OUT / "layouts.jpg"), "JPEG", 86)  # type: ignore[call-overload]  # the stub wants bytes
    (OUT / "phones.png").write_bytes(png(wall()))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
