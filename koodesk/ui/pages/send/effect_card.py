# SPDX-License-Identifier: Apache-2.0
"""效果预览 of a smart message: the card as a vendor's phone shows it, or the original text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.row_preview import Job, RowPreview
from koodesk.ui.widgets.forms import choice

HEIGHT = 448


class EffectCard(RowPreview):
    """Draws the card off the window's thread."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, HEIGHT)
        self._card: Any = None
        self.vendor = choice([], self.draw)
        self.vendor.setObjectName("effect-phone")
        self.vendor.setAccessibleName(tr("手机类型"))
        self.vendor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.show_as = choice([(tr("显示卡片"), "card"), (tr("显示原文"), "text")], self.draw)
        self.show_as.setObjectName("effect-show")
        self.show_as.setAccessibleName(tr("显示方式"))
        self.choices.addWidget(self.vendor)
        self.choices.addWidget(self.show_as)
        self.choices.addStretch(1)
        self.show_card(None)

    def show_card(self, card: Any) -> None:
        """Preview another template."""
        if card is not None and self._card is not None and card.digest == self._card.digest:
            return
        self._card = card
        vendors = card.vendors if card is not None else ()
        self.vendor.put([(self._page.desk.word(f"vendor.{v.value}"), v) for v in vendors], self.vendor.value)
        self.draw()

    def show_sms(self, template: Any) -> None:
        """Follow another SMS template; the original text is the card's own 短信原文 where it has one."""
        del template
        self.draw()

    def job(self) -> Job | None:
        """Return what draws the card on the chosen phone."""
        if self._card is None or self.vendor.value is None:
            return None
        card_id, vendor = self._card.id, self.vendor.value
        show, scale = self.show_as.value, self.devicePixelRatioF()

        def draw(service: Any, values: Mapping[str, str]) -> tuple[QImage, None]:
            from koodesk.ui import card_images

            _, template = service.cards.open(card_id)
            return card_images.phone(service, template, vendor, values, show=show, scale=scale), None

        return draw
