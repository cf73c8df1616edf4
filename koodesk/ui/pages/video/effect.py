# SPDX-License-Identifier: Apache-2.0
"""效果预览 of a video SMS: the message on three systems, from the number of each carrier, for any row of the audience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QScrollBar

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.row_preview import Job, RowPreview
from koodesk.ui.pages.video import message_images
from koodesk.ui.pages.video.carriers import name
from koodesk.ui.widgets.forms import choice

HEIGHT: Final = 496
NOTCH_DP: Final = 48
"""How far a notch of the wheel moves the message."""
_NOTCH: Final = 120
"""What Qt counts for a notch."""


class VideoEffectCard(RowPreview):
    """A phone whose screen scrolls as the real one does: a message may be longer than it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, HEIGHT)
        self._template: Any = None
        self._painter: Any = None
        self.phone = choice(
            [(text, kind) for kind, text in message_images.phone_names().items()], self._from_top
        )
        self.phone.setAccessibleName(tr("手机类型"))
        self.carrier = choice([(name(page.desk, c.value), c) for c in THREE_CARRIERS], self.draw)
        self.carrier.setAccessibleName(tr("运营商"))
        self.choices.addWidget(self.phone)
        self.choices.addWidget(self.carrier)
        self.choices.addStretch(1)
        self.slider = QScrollBar(Qt.Orientation.Vertical)
        self.slider.setAccessibleName(tr("滚动手机屏幕"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.setSingleStep(NOTCH_DP)
        self.slider.valueChanged.connect(lambda _: self.draw())
        self.slider.hide()
        self.stage.addWidget(self.slider)
        self.picture.installEventFilter(self)
        self.draw()

    def show_template(self, template: Any) -> None:
        """Preview another template."""
        if template == self._template:
            return
        if template is None or self._template is None or template.digest != self._template.digest:
            self._painter = None
        self._template = template
        self._from_top()

    def _from_top(self) -> None:
        """Draw anew from the beginning of the message."""
        self.slider.blockSignals(True)
        self.slider.setValue(0)
        self.slider.blockSignals(False)
        self.draw()

    def job(self) -> Job | None:
        """Return what draws the message on the chosen phone."""
        if self._template is None:
            return None
        row, kind, scale = self._template, self.phone.value, self.devicePixelRatioF()
        carrier: Carrier = self.carrier.value
        offset, kept = float(self.slider.value()), self._painter

        def draw(service: Any, values: Mapping[str, str]) -> tuple[QImage, Any]:
            _, template = service.video_templates.open(row.id)
            painter = kept or message_images.renderer(service)
            image, placement = message_images.phone(
                painter, template, row.signature_name, kind, carrier, values, offset=offset, scale=scale
            )
            return image, (row, painter, round(placement.reach), placement.thread.height)

        return draw

    def drawn(self, found: Any) -> None:
        """Let the screen be scrolled as far as the message reaches."""
        row, painter, reach, page = found
        if row == self._template:
            self._painter = painter
        self.slider.blockSignals(True)
        self.slider.setRange(0, reach)
        self.slider.setPageStep(round(page))
        self.slider.blockSignals(False)
        self.slider.setVisible(reach > 0)

    def without_rows(self) -> str:
        """Say what stands for the parameters while there are no numbers."""
        return tr("没有号码文件时，参数显示它的名称。")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scroll the phone's screen with the wheel over it, as long as it can be scrolled further."""
        if watched is self.picture and isinstance(event, QWheelEvent) and not self.slider.isHidden():
            before = self.slider.value()
            self.slider.setValue(round(before - event.angleDelta().y() / _NOTCH * NOTCH_DP))
            return self.slider.value() != before
        return super().eventFilter(watched, event)
