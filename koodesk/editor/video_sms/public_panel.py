# SPDX-License-Identifier: Apache-2.0
"""Ready templates (公共模板): chosen from a list with the phone beside it; using one replaces subject and frames, as one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
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

from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor.inspector.form import plain
from koodesk.editor.video_sms.words import size_word
from koodesk.editor.words import tr

_HEIGHT: Final = 420
_THUMB: Final = 56


@dataclass(frozen=True, slots=True)
class ReadyTemplate:
    """A public template and how it looks on a phone."""

    key: str
    name: str
    about: str
    template: VideoTemplate
    picture: QImage


class PublicPanel(QDialog):
    """Chooses a ready template."""

    chosen = Signal(str)
    """The key of the template to use."""

    def __init__(
        self, ready: tuple[ReadyTemplate, ...], replaces: bool, parent: QWidget | None = None
    ) -> None:
        """`replaces` says that there is something in the message that would go."""
        super().__init__(parent)
        self._ready = ready
        self.setWindowTitle(tr("公共模板"))
        self.resize(720, 560)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("公共模板"))
        self.list.setIconSize(QSize(_THUMB, _THUMB))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for one in ready:
            item = QListWidgetItem(QIcon(QPixmap.fromImage(_top(one.picture))), f"{one.name}\n{one.about}")
            item.setToolTip(one.about)
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(lambda _item: self._use())
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._about = plain(style="second", wrap=True)
        self.use = QPushButton(tr("使用"), self)
        self.use.setProperty("kind", "primary")
        self.use.setDefault(True)
        self.use.setEnabled(bool(ready))
        self.use.clicked.connect(self._use)
        cancel = QPushButton(tr("取消"), self)
        cancel.clicked.connect(self.reject)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.list, 1)
        side = QVBoxLayout()
        side.addWidget(self._picture, 1)
        side.addWidget(self._about)
        body.addLayout(side, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(plain(tr("使用后替换现在的主题和各帧，可以撤销。") if replaces else "", "hint"), 1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(body, 1)
        column.addLayout(foot)
        self.list.setCurrentRow(0 if ready else -1)

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._ready):
            return
        one = self._ready[row]
        ratio = self.devicePixelRatioF()
        image = one.picture.scaledToHeight(round(_HEIGHT * ratio), Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setAccessibleName(one.name)
        facts = tr("{frames} 帧 · {size}", frames=len(one.template.frames), size=size_word(one.template.size))
        self._about.setText(f"{one.about}\n{facts}")

    def _use(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._ready):
            self.chosen.emit(self._ready[row].key)
            self.accept()


def _top(picture: QImage) -> QImage:
    """Return the upper, square part of a phone, below its bars."""
    width = picture.width()
    side = round(width * 0.84)
    return picture.copy(round(width * 0.06), round(width * 0.38), side, side)
