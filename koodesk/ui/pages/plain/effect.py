# SPDX-License-Identifier: Apache-2.0
"""效果预览 of a plain SMS: the text as a phone shows it, for any row of the audience, with its length and parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QScrollArea

from koodesk.domain.plain_rows import PlainText
from koodesk.domain.sms import SmsRules, count, parts
from koodesk.domain.vendor import Vendor
from koodesk.ui import card_images
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.row_preview import Job, RowPreview
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import choice

HEIGHT: Final = 448
WIDTH: Final = 231
"""What a phone with a short text just fits into, in pixels of the window."""


class PlainEffectCard(RowPreview):
    """A phone as wide as any, and as high as its text: a long one is scrolled."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, HEIGHT)
        self._text: PlainText | None = None
        self._rules: SmsRules | None = None
        self.vendor = choice([(page.desk.word(f"vendor.{v.value}"), v) for v in Vendor], self.draw)
        self.vendor.setObjectName("effect-phone")
        self.vendor.setAccessibleName(tr("手机类型"))
        self.vendor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choices.addWidget(self.vendor)
        self.choices.addStretch(1)
        self.length = label("", "second")
        self.length.setObjectName("effect-length")
        self.choices.addWidget(self.length)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFixedHeight(HEIGHT)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName(tr("滚动手机屏幕"))
        self.stage.removeWidget(self.picture)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area.setWidget(self.picture)
        self.stage.addWidget(self.area, 1)
        self.draw()

    def show_text(self, text: PlainText | None, rules: SmsRules | None) -> None:
        """Preview another text."""
        if (text, rules) != (self._text, self._rules):
            self._text, self._rules = text, rules
            self.draw()

    def show_row(self, place: int) -> None:
        """Show a row by its place among the valid ones, from 0."""
        self.row.setValue(place + 1)

    def job(self) -> Job | None:
        """Return what draws the SMS on the chosen phone."""
        text, rules, vendor = self._text, self._rules, self.vendor.value
        if text is None or rules is None:
            self.length.setText("")
            return None
        scale = self.devicePixelRatioF()

        def draw(service: Any, values: Mapping[str, str]) -> tuple[QImage, str]:
            del service
            shown = text.shown(values)
            whole = all(values.get(number) for number in text.columns)
            chars = count(shown)
            told = (
                tr("{chars} 字 · {parts} 条", chars=f"{chars:,}", parts=parts(rules, chars)) if whole else ""
            )
            return card_images.text_phone(shown, text.signature, vendor, scale=scale), told

        return draw

    def fitted(self, image: QImage, scale: float) -> QImage:
        """Return the phone as wide as there is room, however long its text is."""
        return image.scaledToWidth(round(WIDTH * scale), Qt.TransformationMode.SmoothTransformation)

    def drawn(self, found: Any) -> None:
        """Say how long this row's SMS is; a text higher than the room can be scrolled by keys."""
        self.length.setText(found)
        long = self.picture.pixmap().deviceIndependentSize().height() > HEIGHT
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if long else Qt.FocusPolicy.NoFocus)
        self.area.verticalScrollBar().setValue(0)

    def without_rows(self) -> str:
        """Say what stands for the variables while there are no numbers."""
        if self._text is None or not self._text.columns:
            return tr("每个号码收到的内容相同。")
        return tr("没有号码文件时，变量显示它的说明。")
