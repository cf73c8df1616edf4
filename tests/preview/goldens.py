# SPDX-License-Identifier: Apache-2.0
"""The golden phones: which pictures there are, how they are made, and how two pictures are compared.

`python -m tests.preview.goldens` writes them again into tests/golden. Look at every one before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QColor, QImage

from koodesk.domain.samples import sample_starter
from koodesk.domain.template import ButtonContent, ImageContent, MaterialRef, Picture, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import Show, arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, png
from tests.preview.arithmetic import RESOURCES, TAKERS, layout, pack, phones

FOLDER = Path(__file__).resolve().parents[1] / "golden"
KEPT = Path(__file__).resolve().parents[2] / "build" / "golden"
"""Where a picture that differs is kept."""

SAME = 10
"""How far a channel (0 to 255) may differ in a pixel that still counts as the same."""
OTHERS = 0.0005
"""The share of pixels that may differ by more: rasterisers of other processors round edges in another way."""


@dataclass(frozen=True)
class Golden:
    """One picture: a name, a vendor, a theme and what is changed in the starter."""

    name: str
    vendor: Vendor
    dark: bool = False
    change: Callable[[Template], Template] = lambda template: template
    show: Show = "card"
    phase: float = 0.0


def _dynamic(template: Template) -> Template:
    return replace(template, sub_type=2)


def _long(template: Template) -> Template:
    texts = {
        "merchant": "云杉商城官方旗舰店新春年货节会场（全国连锁）",
        "title": "尊敬的${name}会员，您的新春惊喜大红包已经到账，请尽快领取",
        "body": "30元无门槛红包已到账，今晚24点前有效，下单立减，可与店铺满减、会员折扣叠加使用，每人限领一张，"
        "详情见活动页面。更多惊喜尽在会场。拒收请回复R",
    }
    for slot, text in texts.items():
        content = template.by_slot(slot)
        assert isinstance(content, TextContent)
        template = template.with_content(replace(content, text=text))
    button = template.by_slot("button")
    assert isinstance(button, ButtonContent)
    return template.with_content(replace(button, text="立即领取红包并前往新春会场逛逛"))


def _no_picture(template: Template) -> Template:
    content = template.by_slot("picture")
    assert isinstance(content, ImageContent)
    return template.with_content(replace(content, picture=None))


def _backgrounds(template: Template) -> Template:
    content = template.by_slot("picture")
    assert isinstance(content, ImageContent)
    lantern = QImage(str(RESOURCES / "samples" / "materials" / "lantern.png"))
    own = Picture(MaterialRef("lantern", lantern.width(), lantern.height(), 1))
    return template.with_content(replace(content, backgrounds=((Vendor.OPPO, own), (Vendor.VIVO, own))))


GOLDENS = (
    *(Golden(f"{v.lower()}-light", v) for v in TAKERS),
    *(Golden(f"{v.lower()}-dark", v, dark=True) for v in TAKERS),
    Golden("huawei-long", Vendor.HUAWEI, change=_long),
    Golden("xiaomi-long", Vendor.XIAOMI, change=_long),
    Golden("huawei-moving", Vendor.HUAWEI, change=_dynamic, phase=0.4),
    Golden("samsung-no-picture", Vendor.SAMSUNG, change=_no_picture),
    Golden("oppo-background", Vendor.OPPO, change=_backgrounds),
    Golden("vivo-background", Vendor.VIVO, dark=True, change=_backgrounds),
    Golden("xiaomi-text", Vendor.XIAOMI, show="text"),
)


def draw(golden: Golden, scale: float = 1.0) -> QImage:
    """Draw one golden picture anew. Needs a QGuiApplication."""
    folder = RESOURCES / "samples" / "materials"
    template, materials = sample_starter(layout(), RESOURCES)
    files = {**materials, "lantern": (folder / "lantern.png").read_bytes()}
    faces = fonts.load(RESOURCES / "fonts")
    placement = arrange(
        golden.change(template),
        layout(),
        golden.vendor,
        pack(),
        phones()[golden.vendor],
        {},
        FontMeasure(faces),
        dark=golden.dark,
        show=golden.show,
    )
    return Renderer(PictureSource(files.get), faces).paint(placement, scale, golden.phase)


def differing(one: QImage, other: QImage) -> tuple[float, QImage]:
    """Return the share of pixels that differ, and a picture of them in red on a faded first picture."""
    form = QImage.Format.Format_RGBA8888
    a, b = one.convertToFormat(form), other.convertToFormat(form)
    marked = a.copy()
    left, right = bytes(a.constBits()), bytes(b.constBits())
    count = 0
    for at in range(0, len(left), 4):
        if left[at : at + 4] != right[at : at + 4] and (
            max(abs(x - y) for x, y in zip(left[at : at + 4], right[at : at + 4], strict=True)) > SAME
        ):
            count += 1
            pixel = at // 4
            marked.setPixelColor(pixel % a.width(), pixel // a.width(), QColor("red"))
    return count / (a.width() * a.height()), marked


def compare(found: QImage, folder: Path, name: str, maker: str) -> None:
    """Fail when a picture differs from its golden one; both it and the difference are kept to be looked at."""
    wanted = QImage(str(folder / f"{name}.png"))
    assert not wanted.isNull(), f"no such picture: python -m tests.preview.{maker}, then look at it"
    assert found.size() == wanted.size()
    share, marked = differing(wanted, found)
    if share > OTHERS:
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{name}.png").write_bytes(png(found))
        (KEPT / f"{name}-diff.png").write_bytes(png(marked))
    assert share <= OTHERS, f"{share:.2%} of the pixels differ: see {KEPT}"


def main() -> int:
    """Write every golden picture."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    for golden in GOLDENS:
        (FOLDER / f"{golden.name}.png").write_bytes(png(draw(golden)))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
