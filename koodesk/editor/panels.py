# SPDX-License-Identifier: Apache-2.0
"""Where the panels of an editor stand: a list and the canvas over the dock, the inspector beside them, all to be resized."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from koodesk.editor.canvas.canvas_view import CanvasView
from koodesk.editor.zoom_bar import ZoomBar

INSPECTOR_WIDTH: Final = 320


class Panels(QWidget):
    """An editor's panels and its shortcuts. Subclasses make the panels in their splitters, then `_compose` them."""

    save_requested = Signal()

    dock_share: ClassVar[float]
    """The dock's part of the height, until the user chooses another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Each panel is made where it stays: Qt styles a whole panel again when it gets another parent.
        self._across = QSplitter(Qt.Orientation.Horizontal, self)
        self._down = QSplitter(Qt.Orientation.Vertical, self._across)
        self._above = QSplitter(Qt.Orientation.Horizontal, self._down)
        self._chosen = False
        """Whether the user, or what is remembered of her, has settled the height of the dock."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the dock its share of the height for as long as nobody moved it."""
        super().resizeEvent(event)
        if not self._chosen:
            dock = round(self.height() * self.dock_share)
            self._down.setSizes([self.height() - dock, dock])

    def _splitters(self) -> tuple[QSplitter, ...]:
        return (self._across, self._down, self._above)

    def _sizes(self) -> tuple[str, ...]:
        """Return how large the panels are, a text for each splitter."""
        return tuple(bytes(s.saveState().toBase64().data()).decode() for s in self._splitters())

    def _restore_sizes(self, sizes: list[str]) -> None:
        """Make the panels as large as they were; a text that is no size changes nothing."""
        for splitter, size in zip(self._splitters(), sizes, strict=True):
            if splitter.restoreState(QByteArray.fromBase64(size.encode())):
                splitter.setHandleWidth(1)
        self._chosen = True

    def _keep_sizes(self) -> None:
        self._chosen = True

    def _compose(
        self, left: QWidget, middle: QWidget, dock: QWidget, inspector: QWidget, widths: tuple[int, int]
    ) -> None:
        """Put the panels beside each other; left and middle have `widths` until the user chooses others."""
        inspector.setMinimumWidth(280)
        self._above.addWidget(left)
        self._above.addWidget(middle)
        self._above.setStretchFactor(1, 1)
        self._above.setSizes(list(widths))
        self._down.addWidget(self._above)
        self._down.addWidget(dock)
        self._down.setStretchFactor(0, 1)
        self._across.addWidget(self._down)
        self._across.addWidget(inspector)
        self._across.setStretchFactor(0, 1)
        self._across.setSizes([sum(widths), INSPECTOR_WIDTH])
        for splitter in self._splitters():
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._across)
        self._down.splitterMoved.connect(self._keep_sizes)

    def _shortcut(self, keys: QKeySequence.StandardKey, act: Callable[[], object], name: str) -> None:
        action = QAction(name, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(act)
        self.addAction(action)


def put_under(view: CanvasView, bar: ZoomBar, middle: QWidget) -> None:
    """Put the bar of a canvas under its view, and let it zoom."""
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(view, 1)
    column.addWidget(bar)
    bar.smaller.clicked.connect(view.zoom_out)
    bar.larger.clicked.connect(view.zoom_in)
    bar.fit.clicked.connect(view.fit)
    view.zoomed.connect(bar.show_zoom)
