# SPDX-License-Identifier: Apache-2.0
"""The few dialogs there are: a form in a sheet over the window, and a confirmation of what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.widgets.banner import Banner
from koodesk.ui.widgets.basics import button, label

SHADE_ALPHA = 96
MARGIN = 40
"""What a sheet leaves of the window above and below itself, in pixels."""


class Shade(QWidget):
    """A veil over the window while a sheet is open."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the veil."""
        del event
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, SHADE_ALPHA))


class Sheet(QDialog):
    """A window-modal sheet with a heading, a body that scrolls, and one way forward.

    It is opened with `open()`, never `exec()`. `accept_action` does the work and closes the sheet itself when it is
    done, so that a refusal can be shown inside.
    """

    def __init__(
        self,
        parent: QWidget,
        heading: str,
        accept: str,
        accept_action: Callable[[], object],
        *,
        width: int = 640,
    ) -> None:
        super().__init__(parent.window(), Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowTitle(heading)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        panel = QFrame()
        panel.setObjectName("sheet")
        around.addWidget(panel)
        column = QVBoxLayout(panel)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(label(heading, "title"))
        self.banner = Banner()
        column.addWidget(self.banner)
        self._inside = inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(12)
        inside.installEventFilter(self)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area = area
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.cancel_button = button(tr("取消"), self.reject)
        self.accept_button = button(accept, accept_action, kind="primary", name="sheet-accept")
        self.accept_button.setDefault(True)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.accept_button)
        column.addLayout(foot)
        self._shade: Shade | None = None
        self._before = QApplication.focusWidget()
        self._room = min(720, parent.window().height() - 2 * MARGIN)
        self._fitted = False
        self.resize(width, self._room)

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in the middle of the window, which is shaded meanwhile."""
        super().showEvent(event)
        self._fit_content()
        window = self.parentWidget()
        if window is not None:
            self._shade = Shade(window)
        self._centre()

    def _centre(self) -> None:
        window = self.parentWidget()
        if window is not None:
            middle = window.mapToGlobal(window.rect().center())
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the window its light back."""
        super().hideEvent(event)
        if self._shade is not None and shiboken6.isValid(self._shade):
            self._shade.deleteLater()
        self._shade = None
        # Back to where the keyboard was, when that is still there: not every window system does it by itself.
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible() and before.isEnabled():
            before.activateWindow()
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with the content: a field that says what is wrong needs a line more."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside and self.isVisible():
            QTimer.singleShot(0, self, self._fit_content)
        return super().eventFilter(watched, event)

    def _fit_content(self) -> None:
        """Be as high as the content needs, as far as the window has room; longer content scrolls."""
        layout = self._inside.layout()
        if layout is None or self._fitted:
            return
        layout.activate()
        width = self._area.viewport().width()
        needed = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        around = self.height() - self._area.height()
        height = max(160, min(around + needed + 4, self._room))
        if height != self.height():
            self.resize(self.width(), height)
            self._keep_inside()

    def _keep_inside(self) -> None:
        """Move up what has grown beyond the window's lower edge: an answer may bring more than was there to begin with."""
        window = self.parentWidget()
        if window is None or not self.isVisible():
            return
        lowest = window.mapToGlobal(QPoint(0, window.height())).y() - MARGIN
        if self.y() + self.height() > lowest:
            self.move(self.x(), lowest - self.height())

    def fit(self, height: int) -> None:
        """Take this height: for a sheet whose content grows and shrinks while it is open."""
        self._fitted = True
        self.resize(self.width(), min(height, self._room))
        if self.isVisible():
            self._centre()


def confirm(
    parent: QWidget,
    heading: str,
    text: str,
    accept: str,
    action: Callable[[], object],
    *,
    danger: bool = True,
) -> Sheet:
    """Ask before something that cannot be undone; the safe button has the focus."""

    def take() -> None:
        sheet.accept()
        action()

    sheet = Sheet(parent, heading, accept, take, width=460)
    sheet.body.addWidget(label(text, wrap=True))
    sheet.body.addStretch(1)
    sheet.accept_button.setProperty("kind", "danger" if danger else "primary")
    sheet.cancel_button.setFocus()
    sheet.open()
    return sheet
