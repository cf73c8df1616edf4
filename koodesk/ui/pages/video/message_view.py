# SPDX-License-Identifier: Apache-2.0
"""A message that was handed in, as the phone of a chosen system shows it: for the reviewer, who has the desk's files."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.carrier import Carrier
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.video import message_images
from koodesk.ui.pages.video.submitted import is_what_was_handed_in
from koodesk.ui.widgets.forms import choice

WIDTH: Final = 236
MOST: Final = 440
"""The picture is as wide as this and shown up to this height; a longer message scrolls."""


class MessagePhones(QWidget):
    """Draws the desk's template when it has the very contents that were handed in, and shows nothing otherwise."""

    def __init__(self, page: Page, row: Any, body: dict[str, Any]) -> None:
        super().__init__()
        self._page, self._row, self._submitted = page, row, body
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.phone = choice([(text, kind) for kind, text in message_images.phone_names().items()], self._draw)
        self.phone.setAccessibleName(tr("手机类型"))
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.picture)
        self.area.setFixedHeight(MOST)
        self.area.setAccessibleName(tr("效果预览"))
        column.addWidget(self.phone)
        column.addWidget(self.area)
        self.hide()
        self._draw()

    def _draw(self) -> None:
        kind, scale, row, submitted = self.phone.value, self.devicePixelRatioF(), self._row, self._submitted

        def work(service: Any, _task: Any) -> QImage | None:
            _, template = service.video_templates.open(int(row.ref))
            if not is_what_was_handed_in(template, submitted):
                return None
            painter = message_images.renderer(service)
            image, _ = message_images.phone(
                painter, template, str(submitted.get("sign")), kind, Carrier.CMCC, {}, whole=True, scale=scale
            )
            smooth = Qt.TransformationMode.SmoothTransformation
            fitted = image.scaledToWidth(round(WIDTH * scale), smooth)
            fitted.setDevicePixelRatio(scale)
            return fitted

        def show(image: QImage | None) -> None:
            if kind is self.phone.value and image is not None:
                self.picture.setPixmap(QPixmap.fromImage(image))
                high: QSize = image.deviceIndependentSize().toSize()
                self.area.setFixedHeight(min(MOST, high.height() + 8))
                self.show()

        self._page.desk.bridge.call(self, work, show, lambda _: None)
