# SPDX-License-Identifier: Apache-2.0
"""The vendor wall in a window of its own (预览): whole phones, live, to be moved to a second screen while one edits."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.session import Session
from koodesk.editor.vendor_wall import VendorWall
from koodesk.editor.wall_bar import WallBar
from koodesk.editor.wall_playing import WallPlayer
from koodesk.editor.words import tr


class WallWindow(QWidget):
    """A click on a phone plays its video. Esc stops it, or closes the window when nothing plays; F11 fills the screen.

    It goes with the window it was opened from.
    """

    export_wanted = Signal(object)
    """A review sheet with the wall's `WallLook` is asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("wall-window")
        self.resize(1200, 720)
        self._session = session
        self.wall = VendorWall(session, self, whole=True)
        self.playing = WallPlayer(session, self.wall)
        self.playing.player.failed.connect(self._say)
        self.playing.player.changed.connect(self._hush)
        self.bar = WallBar(session, self, detachable=False)
        self.bar.changed.connect(self.wall.set_look)
        self.export = QPushButton(tr("导出审阅图"), self)
        put_icon(self.export, session.look, "download")
        self.export.clicked.connect(lambda: self.export_wanted.emit(self.bar.look))
        close = QPushButton(tr("关闭"), self)
        close.clicked.connect(self.close)
        self._title = plain("", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 0)
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self.bar)
        head.addWidget(self.export)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._wrong = plain(style="danger", wrap=True)
        self._wrong.setContentsMargins(16, 0, 16, 0)
        self._wrong.hide()
        column.addLayout(head)
        column.addWidget(self._wrong)
        column.addWidget(self.wall, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        QShortcut(QKeySequence(Qt.Key.Key_F11), self, self._fill_screen)
        session.document.changed.connect(self._name)
        self._name()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop painting before the window goes."""
        self.playing.player.close()
        self.wall.stop()
        super().closeEvent(event)

    def _escape(self) -> None:
        if self.playing.player.content:
            self.playing.player.stop()
        else:
            self.close()

    def _say(self, problems: tuple[Problem, ...]) -> None:
        """Say in this window, and not in the one behind, why a video does not play."""
        self._wrong.setText("\n".join(self._session.look.sentence(p) for p in problems[:2]))
        self._wrong.show()

    def _hush(self) -> None:
        if self.playing.player.content:
            self._wrong.hide()

    def _name(self, *_change: object) -> None:
        name = self._session.document.template.name
        self._title.setText(name)
        self.setWindowTitle(tr("预览 · {name}", name=name))

    def _fill_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()
