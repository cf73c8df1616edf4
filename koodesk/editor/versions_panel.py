# SPDX-License-Identifier: Apache-2.0
"""The saved versions of a card (版本): each with its picture, beside the card as it is now, to be taken back as one step.

The versions come from the page; pictures are painted off the window's thread by the canvas's own painter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.digest import template_digest
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import plain
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.restoring import can_restore, restoring
from koodesk.editor.session import Session
from koodesk.editor.words import tr
from koodesk.preview.arrange import arrange

MOST: Final = 60
"""How many versions are shown, the newest first."""
_SIDE: Final = QSize(330, 430)
_THUMB: Final = QSize(64, 64)
_NOW: Final = -1


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version: when, in words, whether this very content was handed in, and the card."""

    saved: str
    submitted: bool
    template: Template


class VersionsPanel(QDialog):
    """Opened with `open()`; Esc closes it and changes nothing."""

    def __init__(
        self, session: Session, vendor: Vendor, versions: tuple[Version, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._vendor = vendor
        self._versions = versions
        self._now = session.document.template
        self._painted: dict[int, QImage] = {}
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._show)
        self.setWindowTitle(tr("版本"))
        self.resize(980, 600)
        self.list = QListWidget(self)
        self.list.setIconSize(_THUMB)
        self.list.setFixedWidth(232)
        self.list.setAccessibleName(tr("保存过的版本"))
        for version in versions:
            self.list.addItem(QListWidgetItem(self._words(version)))
        self.list.currentRowChanged.connect(lambda _row: self._compare())
        self._then_head, self._then = plain(style="heading"), QLabel(self)
        self._now_picture = QLabel(self)
        self.restore = QPushButton(tr("恢复这个版本"), self)
        self.restore.setProperty("kind", "primary")
        self.restore.clicked.connect(self._restore)
        close = QPushButton(tr("关闭"), self)
        close.clicked.connect(self.reject)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(self._side(self._then_head, self._then))
        both.addLayout(self._side(plain(tr("现在的卡片"), "heading"), self._now_picture))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(plain(tr("恢复是一步，可以撤销；现在的卡片不会丢。"), "hint"), 1)
        foot.addWidget(close)
        foot.addWidget(self.restore)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addLayout(both, 1)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(self.list)
        whole.addLayout(right, 1)
        self.list.setCurrentRow(0)
        self._paint()

    @property
    def busy(self) -> bool:
        """Tell whether pictures are being painted."""
        return self._latest.busy

    def done(self, result: int) -> None:
        """Stop painting before the panel goes."""
        self._latest.stop()
        super().done(result)

    @staticmethod
    def _side(head: QLabel, picture: QLabel) -> QVBoxLayout:
        picture.setFixedSize(_SIDE)
        picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(picture)
        column.addStretch(1)
        return column

    @staticmethod
    def _words(version: Version) -> str:
        lines = [version.saved, version.template.name]
        return "\n".join((*lines, tr("提交过审核")) if version.submitted else lines)

    def _paint(self) -> None:
        """Paint the card as it is now and then every version, off the window's thread."""
        session, vendor, ratio = self._session, self._vendor, self.devicePixelRatioF()
        wanted = ((_NOW, self._now), *((n, v.template) for n, v in enumerate(self._versions)))
        around, layout = session.around, session.layout

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            for number, template in wanted:
                if not alive():
                    return
                if template.layout != layout.id:
                    continue
                placed = arrange(
                    template, layout, vendor, session.pack, around.phones[vendor], {}, around.measure
                )
                card = placed.card
                scale = ratio * min(_SIDE.width() / card.width, _SIDE.height() / card.height)
                place = (card.x, card.y, card.width, card.height)
                x, y, width, height = (round(length * scale) for length in place)
                image = session.patient_renderer.paint(placed, scale).copy(QRect(x, y, width, height))
                image.setDevicePixelRatio(ratio)
                tell((number, image))

        self._latest.run(job)

    def _show(self, painted: tuple[int, QImage]) -> None:
        number, image = painted
        self._painted[number] = image
        picture = QPixmap.fromImage(image)
        if number == _NOW:
            self._now_picture.setPixmap(picture)
        else:
            self.list.item(number).setIcon(_thumb(image))
        if number == self.list.currentRow():
            self._compare()

    def _compare(self) -> None:
        """Show the chosen version beside the card as it is now."""
        number = self.list.currentRow()
        if number < 0:
            self.restore.setEnabled(False)
            return
        version = self._versions[number]
        self._then_head.setText(version.saved)
        image = self._painted.get(number)
        self._then.setPixmap(QPixmap() if image is None else QPixmap.fromImage(image))
        same = template_digest(version.template) == template_digest(self._now)
        self.restore.setEnabled(not same and can_restore(self._now, version.template))

    def _restore(self) -> None:
        version = self._versions[self.list.currentRow()]
        if self._session.edit(restoring(self._now, version.template)):
            self.accept()


def _thumb(image: QImage) -> QIcon:
    """Return a card in the middle of a square, so that the words of all entries begin at one place."""
    ratio = image.devicePixelRatio()
    small = image.scaled(
        _THUMB * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    square = QPixmap(_THUMB * ratio)
    square.fill(Qt.GlobalColor.transparent)
    square.setDevicePixelRatio(ratio)
    small.setDevicePixelRatio(ratio)
    painter = QPainter(square)
    size = small.deviceIndependentSize()
    painter.drawImage(
        QPointF((_THUMB.width() - size.width()) / 2, (_THUMB.height() - size.height()) / 2), small
    )
    painter.end()
    icon = QIcon(square)
    icon.addPixmap(square, QIcon.Mode.Selected)  # chosen, it keeps its colours
    return icon
