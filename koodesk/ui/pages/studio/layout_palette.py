# SPDX-License-Identifier: Apache-2.0
"""The palette of layouts (新建模板): every layout as its starter looks, chosen to begin a new card.

The starters are drawn on a thread of the bridge and kept for as long as the program runs; they are files of our own.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from koodesk import paths
from koodesk.domain.problem import Refused
from koodesk.domain.samples import sample_starter
from koodesk.editor.card_picture import card_picture
from koodesk.editor.layout_list import THUMB, LayoutList
from koodesk.preview.arrange import arrange
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer
from koodesk.ui import card_images
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.empty import Skeleton

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_drawing: Final = threading.Lock()


@lru_cache(maxsize=128)
def _starter_picture(known: card_images.Drawing, layout: str, scale: float) -> QImage | None:
    spec = known.pack.layouts[layout]
    try:
        template, files = sample_starter(spec, paths.resources())
    except Refused:
        return None
    takers = card_images.takers(template)
    if not takers:
        return None
    vendor = takers[0]
    placed = arrange(template, spec, vendor, known.pack, known.phones[vendor], {}, known.measure)
    renderer = Renderer(PictureSource(files.get), known.measure.faces)
    return card_picture(renderer, placed, THUMB, scale)


def starter_picture(layout: str, scale: float) -> QImage | None:
    """Return a layout's starter as a small picture, None when there is none. Off the window's thread only."""
    with _drawing:
        return _starter_picture(card_images.drawing(), layout, scale)


class LayoutPalette(QDialog):
    """Opened with `open()`; Esc closes it and nothing is made."""

    chosen = Signal(str)
    """The layout of the card to make."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.list: LayoutList | None = None
        self.drawn = False
        """Whether every layout shows its picture, where it has one."""
        self.setWindowTitle(tr("新建模板"))
        self.setObjectName("layout-palette")
        self.resize(1100, 720)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)
        self._column.addWidget(label(tr("选一个版式，从一张写好的卡片开始；以后可以随时更换。"), "second"))
        self._skeleton = Skeleton(6)
        self._column.addWidget(self._skeleton, 1)
        self.make = button(tr("新建"), self._take, kind="primary", icon="plus", name="layout-palette-make")
        self.make.setEnabled(False)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for made in (button(tr("取消"), self.reject), self.make):
            made.setAutoDefault(False)  # Enter is the list's
            foot.addWidget(made)
        self._column.addLayout(foot)
        # Rules, phones and fonts are read on the first call only, off this thread.
        desk.bridge.call(self, lambda _service, _task: card_images.drawing(), self._fill)

    def _fill(self, known: card_images.Drawing) -> None:
        found = LayoutList(known.pack, WindowLook(), self)
        self.list = found
        found.marked.connect(lambda layout: self.make.setEnabled(bool(layout)))
        found.chosen.connect(self._choose)
        self._column.replaceWidget(self._skeleton, found)
        self._skeleton.hide()
        self._skeleton.deleteLater()
        found.show()  # before the layout does: what is not in sight cannot have the keyboard
        found.search.setFocus()
        found.filled.connect(lambda: self._draw(list(found.tiles)))

    def _draw(self, left: list[str]) -> None:
        """Draw the first of what is left, then the others: one at a time, so that other calls get a thread."""
        if not left:
            self.drawn = True
            return
        layout, scale = left[0], self.devicePixelRatioF()

        def work(_service: Service, _task: Any) -> QImage | None:
            return starter_picture(layout, scale)

        def show(image: QImage | None) -> None:
            if image is not None and self.list is not None:
                self.list.show_picture(layout, image)
            self._draw(left[1:])

        self._desk.bridge.call(self, work, show)

    def _take(self) -> None:
        if self.list is not None:
            self._choose(self.list.current)

    def _choose(self, layout: str) -> None:
        if layout:
            self.chosen.emit(layout)
            self.accept()
