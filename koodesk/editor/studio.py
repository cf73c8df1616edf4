# SPDX-License-Identifier: Apache-2.0
"""The editor of one card, composed: layers, canvas with tools, vendor wall and problems, inspector.

What a page adds is the toolbar and the service: saving, submitting and exporting are asked for by signals. Panels can be
hidden and resized; `layout_state` is what to remember of them.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.edits import SetPicture, SetText
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.vendor import Vendor
from koodesk.editor import clipboard
from koodesk.editor.canvas.canvas_view import CanvasView
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.canvas.crop_tool import CropTool
from koodesk.editor.canvas.text_tool import TextTool
from koodesk.editor.checking import Checker
from koodesk.editor.gallery_panel import GalleryPanel
from koodesk.editor.inspector.form import plain
from koodesk.editor.inspector.inspector import Inspector
from koodesk.editor.layers import Layers
from koodesk.editor.picture_work import PictureWork
from koodesk.editor.problem_list import ProblemList
from koodesk.editor.rules_panel import RulesPanel
from koodesk.editor.session import Session
from koodesk.editor.vendor_wall import VendorWall
from koodesk.editor.words import named, tr

LAYERS_WIDTH: Final = 200
INSPECTOR_WIDTH: Final = 320


class Studio(QWidget):
    """Edits the card of a session."""

    save_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.checker = Checker(session)
        self.pictures = PictureWork(session)
        self.layers = Layers(session, self)
        self.canvas = CardCanvas(session)
        self.view = CanvasView(self.canvas, self)
        self.inspector = Inspector(session, self)
        self.wall = VendorWall(session, self)
        self.problems = ProblemList(session, self)
        self._across = QSplitter(Qt.Orientation.Horizontal, self)
        self._down = QSplitter(Qt.Orientation.Vertical, self)
        self._compose()
        self._connect()
        self._shortcuts()
        self.wall.mark(self.canvas.vendor)
        self._tell_vendor()

    # --- for the page -----------------------------------------------------------------------------------------

    def layout_state(self) -> str:
        """Return the sizes of the panels as a text to remember."""
        across, down = self._across.saveState(), self._down.saveState()
        return f"{bytes(across.toBase64().data()).decode()}:{bytes(down.toBase64().data()).decode()}"

    def restore_layout(self, state: str) -> None:
        """Give the panels the sizes that were remembered; a state that is none changes nothing."""
        across, _, down = state.partition(":")
        self._across.restoreState(QByteArray.fromBase64(across.encode()))
        self._down.restoreState(QByteArray.fromBase64(down.encode()))

    def show_layers(self, on: bool) -> None:
        """Show or hide the list on the left."""
        self.layers.setVisible(on)

    def show_inspector(self, on: bool) -> None:
        """Show or hide the form on the right."""
        self.inspector.setVisible(on)

    def show_dock(self, on: bool) -> None:
        """Show or hide the vendor wall and the problems."""
        self._dock.setVisible(on)

    def open_rules(self) -> None:
        """Show the written rules (操作规范)."""
        panel = RulesPanel(self.session, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.open()

    def optimise(self) -> None:
        """Make the selected picture, or the card's first, fit the platform's limit (图像优化)."""
        content = self.session.selection.content
        if not content or self.session.slot(content).kind is not SlotKind.IMAGE:
            content = self.pictures.first_slot() or ""
        if content:
            self.pictures.optimise(content)

    def stop(self) -> None:
        """End what runs off the window's thread; the studio is about to go."""
        self.canvas.put_down()
        self.checker.stop()
        self.wall.stop()

    # --- actions ----------------------------------------------------------------------------------------------

    def edit_in_place(self, content_id: str) -> None:
        """Edit a content where it stands: text is typed, a picture cropped, an empty slot filled from the gallery."""
        self.session.selection.select(content_id)
        if self.canvas.box(content_id) is None:
            return
        if self.session.slot(content_id).kind is not SlotKind.IMAGE:
            self.canvas.take_up(TextTool(self.session, self.canvas, content_id))
        elif self.session.picture_of(content_id) is None:
            self.open_gallery(content_id)
        else:
            self.crop_in_place(content_id)

    def crop_in_place(self, content_id: str) -> None:
        """Crop a picture where it stands (裁剪图片)."""
        self.session.selection.select(content_id)
        picture, ratio = self.session.picture_of(content_id), self.session.slot(content_id).ratio
        if picture is not None and ratio is not None and self.canvas.box(content_id) is not None:
            self.canvas.take_up(CropTool(self.session, self.canvas, content_id, picture, ratio))

    def open_gallery(self, content_id: str, vendor: str = "") -> GalleryPanel:
        """Choose a picture for a slot, or a background for a vendor; a slot's picture is cropped next."""
        panel = GalleryPanel(self.session, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def place(material: object) -> None:
            chosen = Vendor(vendor) if vendor else None
            if self.pictures.place(content_id, material, chosen) and chosen is None:  # type: ignore[arg-type]  # Signal(object)
                self.crop_in_place(content_id)

        panel.chosen.connect(place)
        panel.open()
        return panel

    def clear(self, content_id: str) -> None:
        """Empty a slot."""
        if self.session.slot(content_id).kind is SlotKind.IMAGE:
            self.session.edit(SetPicture(content_id, None))
        else:
            self.session.edit(SetText(content_id, ""))

    def copy(self) -> None:
        """Put the selected content on the clipboard."""
        content = self.session.selection.content
        if content:
            QApplication.clipboard().setMimeData(clipboard.to_mime(self.session.document.template, content))

    def paste(self) -> None:
        """Put what is on the clipboard into the selected content: a content, files, a picture, or plain text."""
        self.paste_data(QApplication.clipboard().mimeData())

    def paste_data(self, data: QMimeData) -> None:
        """Paste given data; what cannot be trusted is refused in words."""
        session = self.session
        content_id = session.selection.content
        try:
            found = clipboard.from_mime(data)
        except Refused as refusal:
            session.refused.emit(refusal.problems)
            return
        if found is not None and content_id:
            edit = clipboard.pasted(session.document.template.content(content_id), found)
            if edit is not None:
                session.edit(edit)
        elif self.pictures.take(content_id, data):
            return
        elif data.hasText() and content_id and session.slot(content_id).kind is not SlotKind.IMAGE:
            session.edit(SetText(content_id, data.text()))

    # --- composition ------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        self.layers.setMinimumWidth(160)
        self.inspector.setMinimumWidth(280)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self._canvas_bar())
        self._dock = self._make_dock()
        self._down.addWidget(middle)
        self._down.addWidget(self._dock)
        self._down.setStretchFactor(0, 1)
        self._down.setSizes([460, 260])
        self._across.addWidget(self.layers)
        self._across.addWidget(self._down)
        self._across.addWidget(self.inspector)
        self._across.setStretchFactor(1, 1)
        self._across.setSizes([LAYERS_WIDTH, 576, INSPECTOR_WIDTH])
        for splitter in (self._across, self._down):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._across)

    def _canvas_bar(self) -> QWidget:
        bar = QFrame(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)
        self._vendor = plain(style="second")
        row.addWidget(self._vendor)
        row.addStretch(1)
        self.dark = self._tool("moon", tr("深色手机"))
        self.dark.setCheckable(True)
        self.dark.toggled.connect(self.canvas.set_dark)
        self.dark.toggled.connect(self.wall.set_dark)
        row.addWidget(self.dark)
        out = self._tool("zoom-out", tr("缩小"))
        out.clicked.connect(self.view.zoom_out)
        row.addWidget(out)
        self._zoom = QPushButton("100%", bar)
        self._zoom.setProperty("kind", "link")
        self._zoom.setToolTip(tr("适合窗口"))
        self._zoom.setAccessibleName(tr("适合窗口"))
        self._zoom.clicked.connect(self.view.fit)
        row.addWidget(self._zoom)
        larger = self._tool("zoom-in", tr("放大"))
        larger.clicked.connect(self.view.zoom_in)
        row.addWidget(larger)
        return bar

    def _make_dock(self) -> QWidget:
        dock = QFrame(self)
        column = QVBoxLayout(dock)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.setSpacing(4)
        self._pages = QStackedWidget(dock)
        self._pages.addWidget(self.wall)
        self._pages.addWidget(self.problems)
        self.wall_tab = self._tab(tr("厂商预览"), 0)
        self.problems_tab = self._tab(tr("问题"), 1)
        self.wall_tab.setChecked(True)
        head.addWidget(self.wall_tab)
        head.addWidget(self.problems_tab)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        return dock

    def _tab(self, text: str, page: int) -> QToolButton:
        tab = QToolButton(self)
        tab.setText(text)
        tab.setCheckable(True)
        tab.setAutoExclusive(True)
        tab.clicked.connect(lambda: self._pages.setCurrentIndex(page))
        return tab

    def _tool(self, icon: str, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setIcon(self.session.look.icon(icon))
        made.setToolTip(name)
        made.setAccessibleName(name)
        return made

    def _connect(self) -> None:
        self.canvas.edit_wanted.connect(self.edit_in_place)
        self.canvas.picture_wanted.connect(self.open_gallery)
        self.canvas.clear_wanted.connect(self.clear)
        self.canvas.dropped.connect(self.pictures.take)
        self.inspector.gallery_wanted.connect(self.open_gallery)
        self.inspector.crop_wanted.connect(self.crop_in_place)
        self.inspector.optimise_wanted.connect(self.pictures.optimise)
        self.inspector.clear_wanted.connect(self.clear)
        self.wall.chosen.connect(self._show_vendor)
        self.view.zoomed.connect(lambda zoom: self._zoom.setText(f"{round(zoom * 100)}%"))
        self.problems.counted.connect(self._count_problems)
        self._count_problems(0, 0)

    def _shortcuts(self) -> None:
        for keys, act, name in (
            (QKeySequence.StandardKey.Copy, self.copy, tr("复制")),
            (QKeySequence.StandardKey.Paste, self.paste, tr("粘贴")),
            (QKeySequence.StandardKey.Save, self.save_requested.emit, tr("保存")),
            (QKeySequence.StandardKey.Undo, self.session.document.undo, tr("撤销")),
            (QKeySequence.StandardKey.Redo, self.session.document.redo, tr("重做")),
        ):
            action = QAction(name, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(act)
            self.addAction(action)

    def _show_vendor(self, vendor: Vendor) -> None:
        self.canvas.show_vendor(vendor)
        self.wall.mark(vendor)
        self._tell_vendor()

    def _tell_vendor(self) -> None:
        name = named(*self.session.pack.vendor_names[self.canvas.vendor])
        self._vendor.setText(tr("画布显示：{vendor}", vendor=name))

    def _count_problems(self, errors: int, warnings: int) -> None:
        parts = [tr("问题")]
        if errors:
            parts.append(tr("{count} 个错误", count=errors))
        if warnings:
            parts.append(tr("{count} 个提醒", count=warnings))
        self.problems_tab.setText(" · ".join(parts))
