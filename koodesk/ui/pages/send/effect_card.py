# SPDX-License-Identifier: Apache-2.0
"""效果预览: the card as a chosen phone shows it, with any row of the audience, or the original text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox

from koodesk.domain.recipient import AudienceBucket
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import choice, padded

HEIGHT = 448


class EffectCard(Card):
    """Draws off the window's thread; the latest wish wins."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("效果预览"))
        self._page = page
        self._card: Any = None
        self._audience: Any = None
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.vendor = choice([], self._draw)
        self.vendor.setAccessibleName(tr("手机类型"))
        self.show_as = choice([(tr("显示卡片"), "card"), (tr("显示原文"), "text")], self._draw)
        self.show_as.setAccessibleName(tr("显示方式"))
        self.row = padded(QSpinBox())
        self.row.setRange(1, 1)
        self.row.setPrefix(tr("第 "))
        self.row.setSuffix(tr(" 个号码"))
        self.row.setEnabled(False)
        self.row.setAccessibleName(tr("预览哪个号码"))
        self.row.valueChanged.connect(lambda _: self._draw())
        self.vendor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        bar.addWidget(self.vendor)
        bar.addWidget(self.show_as)
        bar.addStretch(1)
        self.body.addLayout(bar)
        self.body.addWidget(self.row)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(HEIGHT)
        self.body.addWidget(self.picture)
        self.note = label("", "hint", wrap=True)
        self.body.addWidget(self.note)
        self._wish = 0
        self.show_card(None)

    def show_card(self, card: Any) -> None:
        """Preview another template."""
        if card is not None and self._card is not None and card.digest == self._card.digest:
            return
        self._card = card
        vendors = card.vendors if card is not None else ()
        self.vendor.put([(self._page.desk.word(f"vendor.{v.value}"), v) for v in vendors], self.vendor.value)
        self._draw()

    def show_sms(self, template: Any) -> None:
        """Follow another SMS template; the original text is the card's own 短信原文 where it has one."""
        del template
        self._draw()

    def show_audience(self, audience: Any) -> None:
        """Offer the rows of an audience."""
        self._audience = audience
        self.row.blockSignals(True)
        self.row.setEnabled(audience is not None and audience.valid > 0)
        self.row.setRange(1, max(1, audience.valid if audience is not None else 1))
        self.row.setValue(1)
        self.row.blockSignals(False)
        self._draw()

    def _draw(self) -> None:
        if self._card is None or self.vendor.value is None:
            self.picture.setText(tr("选择模板后，这里显示收到的样子。"))
            self.note.setText("")
            return
        self._wish += 1
        wish, card_id, vendor = self._wish, self._card.id, self.vendor.value
        show, scale = self.show_as.value, self.devicePixelRatioF()
        audience = self._audience.id if self._audience is not None and self._audience.valid else 0
        place = self.row.value() - 1

        def work(service: Any) -> tuple[QImage, Mapping[str, str], str]:
            from koodesk.ui import card_images

            _, template = service.cards.open(card_id)
            values: Mapping[str, str] = {}
            number = ""
            if audience:
                found = service.audiences.rows(audience, AudienceBucket.VALID, place, 1)
                if found:
                    values, number = found[0].params, found[0].number
            image = card_images.phone(service, template, vendor, values, show=show, scale=scale)
            fitted = image.scaledToHeight(round(HEIGHT * scale), Qt.TransformationMode.SmoothTransformation)
            fitted.setDevicePixelRatio(scale)
            return fitted, values, number

        def done(found: tuple[QImage, Mapping[str, str], str]) -> None:
            if wish != self._wish:
                return
            image, values, number = found
            self.picture.setPixmap(QPixmap.fromImage(image))
            filled = "，".join(f"{name}={value}" for name, value in values.items())
            self.note.setText(f"{number}  {filled}".strip() or tr("没有号码文件时，参数显示示例值。"))

        def failed(problems: Any) -> None:
            if wish == self._wish:
                self.picture.setText(self._page.desk.say(problems))

        self._page.run(work, done, failed)
