# SPDX-License-Identifier: Apache-2.0
"""A public template on a phone, before it is copied: the vendor can be changed, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from koodesk.domain.vendor import Vendor
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, theme
from koodesk.ui.i18n import tr
from koodesk.ui.pages.studio.public_gallery import title_of
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import choice

if TYPE_CHECKING:
    from koodesk.backend.views.cards import PublicCardRow
    from koodesk.ui.page import Page

WIDTH, HEIGHT = 260, 520


def listed(words: Iterable[str]) -> str:
    """Return words as a list in the language in force."""
    return ("、" if i18n.language() == "zh" else ", ").join(words)


class PublicPreview(Sheet):
    """Opened with `open()`. `taken` says that the template is wanted; whoever opened the sheet makes the copy."""

    taken = Signal(object)

    def __init__(self, page: Page, row: PublicCardRow) -> None:
        super().__init__(page, title_of(row), tr("用这个模板"), self._take, width=660)
        self._page, self._row = page, row
        self.setObjectName("public-preview")
        words = page.desk.word
        self.phone = QLabel()
        self.phone.setFixedSize(WIDTH, HEIGHT)
        self.phone.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.phone.setAccessibleName(tr("效果预览"))
        self.vendor = choice([(words(f"vendor.{v.value}"), v) for v in row.vendors], self._draw)
        self.vendor.setAccessibleName(tr("厂商"))
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(label(tr("厂商"), "hint"))
        side.addWidget(self.vendor)
        side.addSpacing(8)
        side.addWidget(label(tr("可以发给"), "hint"))
        side.addWidget(label(listed(words(f"vendor.{v.value}") for v in row.vendors), wrap=True))
        side.addSpacing(8)
        if row.params:
            side.addWidget(label(tr("动态参数"), "hint"))
            side.addWidget(label("  ".join(f"${{{name}}}" for name in row.params), wrap=True))
            side.addSpacing(8)
        if row.tags:
            side.addWidget(label(tr("标签"), "hint"))
            side.addWidget(label(listed(words(f"template_tag.{tag}") for tag in row.tags), wrap=True))
            side.addSpacing(8)
        side.addWidget(
            label(
                tr("会复制成一张新的卡片，文字、图片和链接都可以再改；公共模板本身不会变。"),
                "second",
                wrap=True,
            )
        )
        side.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self.phone, 0, Qt.AlignmentFlag.AlignTop)
        both.addLayout(side, 1)
        self.body.addLayout(both)
        self._draw()

    def _take(self) -> None:
        self.taken.emit(self._row)
        self.accept()

    def _draw(self) -> None:
        vendor: Vendor = self.vendor.value
        name, density, dark = self._row.name, self.devicePixelRatioF(), theme.is_dark()

        def work(service: Any, _task: Any) -> QImage:
            from koodesk.ui import card_images

            template, files = service.cards.open_public(name)
            return card_images.phone_of(
                PictureSource(files.get), template, vendor, {}, dark=dark, scale=2 * density
            )

        def show(image: QImage) -> None:
            if self.vendor.value is vendor:
                room = self.phone.size() * density
                small = image.scaled(
                    room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
                small.setDevicePixelRatio(density)
                self.phone.setPixmap(QPixmap.fromImage(small))

        self._page.desk.bridge.call(self, work, show, self._page.show_problems)
