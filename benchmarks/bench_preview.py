# SPDX-License-Identifier: Apache-2.0
"""How long a keystroke takes until all vendors' phones are drawn again, and a frame of a crop being dragged.

Beside what one would pick instead: the same cards as rich text (QTextDocument) and with Pillow's ImageDraw for the
keystroke, and cropping and scaling the original in each frame for the drag. All in one run, in turns, so that the
machine is as noisy for one as for the other. Ends 0 when both budgets are met.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QTextDocument,
)

from koodesk import paths
from koodesk.domain.crop import Crop
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.starters import starter
from koodesk.domain.template import ButtonContent, ImageContent, MaterialRef, Picture, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import PictureBox, TextLine
from koodesk.preview.render import Renderer

ROUNDS = 200
WARM_UP = 10
KEYSTROKE_BUDGET_MS = 30.0
DRAG_BUDGET_MS = 16.0
TYPED = "30元无门槛红包已到账，今晚24点前有效，下单立减，可与会员折扣叠加使用，详情见活动页面。拒收请回复R"
DIGEST = "d" * 64
WIDTH, HEIGHT = 4000, 3000


@dataclass(frozen=True)
class Times:
    """Milliseconds of one contender."""

    p50: float
    p95: float


def photo() -> bytes:
    """A picture as a camera makes it: 12 megapixels, JPEG."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    run = QLinearGradient(0, 0, WIDTH, HEIGHT)
    run.setColorAt(0, QColor("#d8402f"))
    run.setColorAt(1, QColor("#f7c873"))
    painter.fillRect(image.rect(), run)
    for i in range(400):
        painter.fillRect(
            (i * 617) % WIDTH, (i * 389) % HEIGHT, 120, 90, QColor.fromHsv(i * 7 % 360, 160, 220)
        )
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 90)  # type: ignore[call-overload]  # the stub wants bytes, Qt takes a text
    return bytes(buffer.data().data())


class Bench:
    """The card, its phones, and the contenders."""

    def __init__(self) -> None:
        resources = paths.resources()
        self.pack = read_pack_folder(resources / "rules")
        self.layout = self.pack.layouts["RedPacket"]
        self.phones = read_phones(resources / "phones")
        self.faces = fonts.load(resources / "fonts")
        self.measure = FontMeasure(self.faces)
        self.data = photo()
        self.renderer = Renderer(PictureSource(lambda _: self.data), self.faces)
        self.vendors = [v for v in Vendor if self.layout.takes(v)]
        picture = Picture(MaterialRef(DIGEST, WIDTH, HEIGHT, len(self.data)), Crop(0, 0, 3000, 3000))
        card = starter(self.layout, resources / "templates" / "starters")
        shown = card.by_slot("picture")
        assert isinstance(shown, ImageContent)
        self.template = card.with_content(replace(shown, picture=picture))
        for path in (resources / "fonts").glob("*.ttf"):
            QFontDatabase.addApplicationFont(str(path))
        self.pillow = {
            (size, bold): ImageFont.truetype(str(resources / "fonts" / fonts.FILES[bold]), size)
            for size in range(10, 24)
            for bold in (False, True)
        }
        self.original = QImage.fromData(QByteArray(self.data)).convertToFormat(
            QImage.Format.Format_ARGB32_Premultiplied
        )
        self.logo = self.original.copy(0, 0, 3000, 3000).scaled(
            72, 72, mode=Qt.TransformationMode.SmoothTransformation
        )

    def typed(self, step: int) -> Template:
        """The card after one more character; from the beginning again when the text is whole."""
        body = self.template.by_slot("body")
        assert isinstance(body, TextContent)
        text = TYPED[: 1 + step % len(TYPED)] + str(step)
        return self.template.with_content(replace(body, text=text))

    def keystroke(self, step: int) -> None:
        """Ours: all phones anew."""
        template = self.typed(step)
        for vendor in self.vendors:
            placement = arrange(
                template, self.layout, vendor, self.pack, self.phones[vendor], {}, self.measure
            )
            self.renderer.paint(placement)

    def rich_text(self, step: int) -> None:
        """The same words as HTML in a QTextDocument a vendor, painted on a phone-sized picture."""
        template = self.typed(step)
        words = {c.slot: c.text for c in template.contents() if isinstance(c, TextContent | ButtonContent)}
        for vendor in self.vendors:
            image = QImage(352, 680, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(QColor("#f1f3f5"))
            document = QTextDocument()
            document.addResource(QTextDocument.ResourceType.ImageResource.value, "logo", self.logo)
            document.setHtml(
                "<body style='font-family:\"Noto Sans SC\"'><table width='304' bgcolor='#d9302a' cellpadding='16'>"
                "<tr><td align='center'><img src='logo' width='72' height='72'><br>"
                f"<span style='font-size:13px;color:#fff6e6'>{words['merchant']}</span><br>"
                f"<b style='font-size:20px;color:#ffeebf'>{words['title']}</b><br>"
                f"<span style='font-size:13px;color:#fff0dc'>{words['body']}</span></td></tr>"
                f"<tr><td align='center' bgcolor='#f7c873'><b style='font-size:16px'>{words['button']}</b></td></tr>"
                f"</table><p>{vendor}</p></body>"
            )
            document.setTextWidth(320)
            painter = QPainter(image)
            painter.translate(16, 130)
            document.drawContents(painter, QRectF(0, 0, 320, 500))
            painter.end()

    def image_draw(self, step: int) -> None:
        """The same lines and rectangles with Pillow; the line breaks are given, so it only draws."""
        template = self.typed(step)
        for vendor in self.vendors:
            placement = arrange(
                template, self.layout, vendor, self.pack, self.phones[vendor], {}, self.measure
            )
            image = Image.new("RGBA", (352, 680), "#f1f3f5")
            brush = ImageDraw.Draw(image)
            card = placement.card
            brush.rounded_rectangle((card.x, card.y, card.right, card.bottom), 18, "#d9302a")
            for item in (*placement.shell, *placement.items, *placement.front):
                if isinstance(item, TextLine):
                    font = self.pillow[round(item.font.size), item.font.bold]
                    brush.text((item.rect.x, item.baseline), item.text, "#fff0dc", font, anchor="ls")
                elif not isinstance(item, PictureBox) and getattr(item, "role", "") == "button":
                    r = item.rect
                    brush.rounded_rectangle((r.x, r.y, r.right, r.bottom), 20, "#f7c873")

    def dragged(self, step: int) -> Crop:
        """The crop a few pixels on, as the mouse moves."""
        return Crop(step * 5 % 1400, step * 3 % 900, 2000, 2000)

    def drag(self, step: int) -> None:
        """Ours: the canvas's phone at twice scale with another crop."""
        content = self.template.by_slot("picture")
        assert isinstance(content, ImageContent)
        assert content.picture is not None
        picture = replace(content.picture, crop=self.dragged(step))
        template = self.template.with_content(replace(content, picture=picture))
        placement = arrange(
            template, self.layout, Vendor.HUAWEI, self.pack, self.phones[Vendor.HUAWEI], {}, self.measure
        )
        self.renderer.paint(placement, 2.0)

    def crop_and_scale(self, step: int) -> None:
        """The crop cut out of the original and scaled smoothly in each frame; the rest of the phone is free."""
        crop = self.dragged(step)
        self.original.copy(crop.x, crop.y, crop.width, crop.height).scaled(
            144, 144, mode=Qt.TransformationMode.SmoothTransformation
        )


def in_turns(*contenders: Callable[[int], None]) -> list[Times]:
    """Time the contenders one after the other in each round."""
    taken: list[list[float]] = [[] for _ in contenders]
    for step in range(WARM_UP + ROUNDS):
        for times, contender in zip(taken, contenders, strict=True):
            start = time.perf_counter()
            contender(step)
            if step >= WARM_UP:
                times.append((time.perf_counter() - start) * 1000)
    return [Times(statistics.median(t), statistics.quantiles(t, n=20)[18]) for t in taken]


def report(name: str, ours: Times, others: dict[str, Times], budget: float) -> bool:
    """Print one JSON line and one for a person; tell whether the budget was met."""
    met = ours.p95 <= budget
    line = {
        "bench": f"preview.{name}",
        "unit": "ms",
        "ours": {"p50": round(ours.p50, 2), "p95": round(ours.p95, 2)},
        "other": {k: {"p50": round(t.p50, 2), "p95": round(t.p95, 2)} for k, t in others.items()},
        "ratio": {k: round(t.p50 / ours.p50, 2) for k, t in others.items()},
        "budget": budget,
        "met": met,
    }
    print(json.dumps(line))
    beside = ", ".join(f"{k} {t.p50:.1f} ({t.p50 / ours.p50:.1f} x ours)" for k, t in others.items())
    verdict = "met" if met else "MISSED"
    print(f"{name}: p50 {ours.p50:.1f} ms, p95 {ours.p95:.1f} ms, budget {budget:.0f} ms {verdict}; {beside}")
    return met


def main() -> int:
    """Run both."""
    application = QGuiApplication([])
    bench = Bench()
    key, rich, pillow = in_turns(bench.keystroke, bench.rich_text, bench.image_draw)
    met = report("keystroke", key, {"QTextDocument": rich, "Pillow.ImageDraw": pillow}, KEYSTROKE_BUDGET_MS)
    drag, scaled = in_turns(bench.drag, bench.crop_and_scale)
    met &= report("crop_drag", drag, {"QImage.copy.scaled": scaled}, DRAG_BUDGET_MS)
    del application
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
