# SPDX-License-Identifier: Apache-2.0
"""效果预览: what a chosen phone shows to any row of the audience. Drawn off the window's thread; the latest wish wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox

from koodesk.domain.recipient import AudienceBucket
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import padded

Job = Callable[[Any, Mapping[str, str]], tuple[QImage, Any]]
"""Draws: service, the row's values -> the picture, and what else the form wants to know of it."""


class RowPreview(Card):
    """The choices of a form, a row of the audience, the picture, and whose row it is."""

    def __init__(self, page: Page, height: int) -> None:
        super().__init__(tr("效果预览"))
        self._page = page
        self._height = height
        self._audience: Any = None
        self._wish = 0
        self.choices = QHBoxLayout()
        self.choices.setSpacing(8)
        self.body.addLayout(self.choices)
        self.row = padded(QSpinBox())
        self.row.setRange(1, 1)
        self.row.setPrefix(tr("第 "))
        self.row.setSuffix(tr(" 个号码"))
        self.row.setEnabled(False)
        self.row.setAccessibleName(tr("预览哪个号码"))
        self.row.valueChanged.connect(lambda _: self.draw())
        self.body.addWidget(self.row)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(height)
        self.stage = QHBoxLayout()
        self.stage.setSpacing(4)
        self.stage.addWidget(self.picture, 1)
        self.body.addLayout(self.stage)
        self.note = label("", "hint", wrap=True)
        self.body.addWidget(self.note)

    def job(self) -> Job | None:
        """Return what draws the form as it is now, None while there is nothing to draw."""
        raise NotImplementedError

    def fitted(self, image: QImage, scale: float) -> QImage:
        """Return a picture as large as there is room for it; runs off the window's thread."""
        return image.scaledToHeight(round(self._height * scale), Qt.TransformationMode.SmoothTransformation)

    def drawn(self, found: Any) -> None:
        """Take what else the drawing found."""

    def show_audience(self, audience: Any) -> None:
        """Offer the rows of an audience."""
        if audience is self._audience:
            return
        self._audience = audience
        self.row.blockSignals(True)
        self.row.setEnabled(audience is not None and audience.valid > 0)
        self.row.setRange(1, max(1, audience.valid if audience is not None else 1))
        self.row.setValue(1)
        self.row.blockSignals(False)
        self.draw()

    def draw(self) -> None:
        """Draw anew."""
        job = self.job()
        self._wish += 1
        if job is None:
            self.picture.setText(tr("选择模板后，这里显示收到的样子。"))
            self.note.setText("")
            return
        wish, scale = self._wish, self.devicePixelRatioF()
        audience = self._audience.id if self._audience is not None and self._audience.valid else 0
        place = self.row.value() - 1

        def work(service: Any) -> tuple[QImage, Mapping[str, str], str, Any]:
            values: Mapping[str, str] = {}
            number = ""
            if audience:
                found = service.audiences.rows(audience, AudienceBucket.VALID, place, 1)
                if found:
                    values, number = found[0].params, found[0].number
            image, more = job(service, values)
            fitted = self.fitted(image, scale)
            fitted.setDevicePixelRatio(scale)
            return fitted, values, number, more

        def done(found: tuple[QImage, Mapping[str, str], str, Any]) -> None:
            if wish != self._wish:
                return
            image, values, number, more = found
            self.picture.setPixmap(QPixmap.fromImage(image))
            filled = "，".join(f"{name}={value}" for name, value in values.items())
            self.note.setText(f"{number}  {filled}".strip() or self.without_rows())
            self.drawn(more)

        def failed(problems: Any) -> None:
            if wish == self._wish:
                self.picture.setText(self._page.desk.say(problems))

        self._page.run(work, done, failed)

    def without_rows(self) -> str:
        """Say what stands for the parameters while there are no numbers."""
        return tr("没有号码文件时，参数显示示例值。")
