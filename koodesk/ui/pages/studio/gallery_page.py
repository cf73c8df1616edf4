# SPDX-License-Identifier: Apache-2.0
"""The gallery of cards (模板): drawn thumbnails, states per vendor, search; new, open, send, duplicate, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.template import Use
from koodesk.ui import icons, states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Chip, Elided, button, label
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.forms import line_edit
from koodesk.ui.widgets.layouts import clear

TILE_WIDTH = 320
THUMB = (288, 168)
SEARCH_AFTER_MS = 200
VENDOR_LINES, VENDOR_LINE = 2, 24
"""Every tile keeps room for all six vendors, so that tiles in a row are equally high."""


class CardTile(QFrame):
    """One card: thumbnail, name, state, vendors. Enter or a click opens it; a menu has the rest."""

    def __init__(self, row: Any, page: GalleryPage) -> None:
        super().__init__()
        self.row = row
        self._page = page
        self.setProperty("panel", "tile")
        self.setFixedWidth(TILE_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(row.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        self.picture = QLabel()
        self.picture.setFixedSize(*THUMB)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.picture)
        head = QHBoxLayout()
        head.addWidget(Elided(row.name, "heading"), 1)
        more = QToolButton()
        more.setIcon(icons.icon("ellipsis"))
        more.setToolTip(tr("更多操作"))
        more.setAccessibleName(f"{tr('更多操作')} {row.name}")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self._menu())
        head.addWidget(more)
        column.addLayout(head)
        state = QHBoxLayout()
        state.addWidget(Chip(states.word("card", row.state.value), states.kind("card", row.state.value)))
        use = tr("商用") if row.use is Use.COMMERCIAL else tr("试商用")
        state.addWidget(label(use, "hint"))
        state.addStretch(1)
        state.addWidget(label(minute(row.saved_ms), "hint"))
        column.addLayout(state)
        vendors = QGridLayout()
        vendors.setSpacing(4)
        verdicts = {v.vendor: v for v in row.verdicts}
        for number, vendor in enumerate(row.vendors):
            verdict = verdicts.get(vendor)
            value = verdict.verdict.value if verdict else "none"
            chip = Chip(page.desk.word(f"vendor.{vendor.value}"), states.kind("verdict", value))
            chip.setToolTip(
                states.word("verdict", value) + (f"\n{verdict.reason}" if verdict and verdict.reason else "")
            )
            vendors.addWidget(chip, number // 3, number % 3, Qt.AlignmentFlag.AlignLeft)
        vendors.setColumnStretch(3, 1)
        for line in range(VENDOR_LINES):
            vendors.setRowMinimumHeight(line, VENDOR_LINE)
        column.addLayout(vendors)
        column.addStretch(1)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        row, page = self.row, self._page
        menu.addAction(icons.icon("pencil"), tr("编辑"), lambda: page.edit(row))
        send = menu.addAction(
            icons.icon("send"), tr("发送信息"), lambda: page.desk.go("send", card_id=row.id)
        )
        send.setEnabled(row.sendable)
        menu.addAction(icons.icon("clipboard-check"), tr("提交审核"), lambda: page.submit(row))
        menu.addAction(icons.icon("copy"), tr("复制"), lambda: page.duplicate(row))
        menu.addAction(icons.icon("download"), tr("导出卡片文件"), lambda: page.export(row))
        menu.addSeparator()
        menu.addAction(icons.icon("trash-2"), tr("删除"), lambda: page.delete(row))
        return menu

    def show_picture(self, image: QImage) -> None:
        """Show the drawn card."""
        self.picture.setPixmap(QPixmap.fromImage(image))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the card."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._page.edit(self.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the card on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._page.edit(self.row)
        else:
            super().keyPressEvent(event)


class GalleryPage(Page):
    """My templates, and the starters to begin with."""

    page_id = "studio"
    icon = "layout-template"
    watches: ClassVar[tuple[str, ...]] = ("cards", "reviews", "engine")

    def build(self) -> None:
        """Lay out search and tiles."""
        self.set_title(tr("模板"), tr("一张卡片，所有厂商的手机"))
        self.search = line_edit(tr("按名称搜索"), limit=60)
        self.search.setFixedWidth(220)
        self.search.setAccessibleName(tr("搜索模板"))
        self.head_actions.addWidget(self.search)
        self.add_action(button(tr("导入"), self.import_file, icon="upload"))
        self.add_action(
            button(
                tr("新建红包模板"),
                lambda: self.create_card("RedPacket"),
                kind="primary",
                icon="plus",
                name="new-card",
            )
        )
        self.stack = QStackedWidget()
        self.skeleton = Skeleton(8)
        self.empty = EmptyState(
            "gift",
            tr("还没有模板"),
            tr("从一张红包卡片开始：文字、图片、按钮都可以在画布上直接改。"),
            tr("新建红包模板"),
            lambda: self.create_card("RedPacket"),
        )
        self.none = EmptyState("search", tr("没有找到"), tr("换一个名称试试。"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self.grid = QGridLayout()
        self.grid.setSpacing(16)
        self.grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column.addLayout(self.grid)
        column.addStretch(1)
        self.tiles = inside
        for part in (self.skeleton, self.empty, self.none, self.tiles):
            self.stack.addWidget(part)
        self.body.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self._rows: tuple[Any, ...] = ()
        self._made: list[CardTile] = []
        self._columns = 0

    def open(self, **arguments: Any) -> None:
        """Make a new card, or open one, when asked for."""
        if arguments.get("create"):
            self.create_card(str(arguments["create"]))
        elif arguments.get("card_id"):
            self.desk.go("editor", card_id=int(arguments["card_id"]))

    def refresh(self) -> None:
        """Fetch the cards."""
        text = self.search.text().strip()
        self.run(lambda service: service.cards.list(text), self._show)

    def _show(self, rows: Any) -> None:
        if not rows:
            self._rows = ()
            self.stack.setCurrentWidget(self.none if self.search.text().strip() else self.empty)
            return
        self.stack.setCurrentWidget(self.tiles)
        if rows == self._rows:
            return
        self._rows = rows
        clear(self.grid)
        self._made = [CardTile(row, self) for row in rows]
        self._columns = 0
        self._arrange()
        for tile in self._made:
            self._draw(tile)

    def _arrange(self) -> None:
        columns = max(1, (self.width() - 48 + 16) // (TILE_WIDTH + 16))
        if columns != self._columns:
            self._columns = columns
            for number, tile in enumerate(self._made):
                self.grid.addWidget(tile, number // columns, number % columns)

    def resizeEvent(self, event: Any) -> None:
        """Keep as many tiles in a row as fit."""
        super().resizeEvent(event)
        self._arrange()

    def _draw(self, tile: CardTile) -> None:
        card_id, scale = tile.row.id, self.devicePixelRatioF()

        def work(service: Any, _task: Any) -> QImage:
            from koodesk.ui import card_images

            _, template = service.cards.open(card_id)
            return card_images.thumbnail(service, template, *THUMB, scale)

        self.desk.bridge.call(tile, work, tile.show_picture)

    def edit(self, row: Any) -> None:
        """Open a card in the editor."""
        self.desk.go("editor", card_id=row.id)

    def create_card(self, layout: str) -> None:
        """Make a card from the layout's starter and open it."""
        self.run(lambda service: service.cards.new(layout), self.edit)

    def import_file(self) -> None:
        """Take a card file in."""
        dialog = QFileDialog(self, tr("导入卡片文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{tr('卡片文件')} (*.koocard)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self.run(
                lambda service: service.cards.import_file(Path(path)), lambda _: self._changed()
            )
        )
        dialog.open()

    def export(self, row: Any) -> None:
        """Write a card file."""
        path, _ = QFileDialog.getSaveFileName(self, tr("导出卡片文件"), f"{row.name}.koocard", "*.koocard")
        if path:
            self.run(
                lambda service: service.cards.export_file(row.id, Path(path)),
                lambda _: self.banner.tell(tr("已导出。"), "success"),
            )

    def submit(self, row: Any) -> None:
        """Hand a card in for review."""

        def done(_: Any) -> None:
            self._changed()
            self.banner.tell(tr("已提交审核，每个厂商分别给出结果。"), "success")

        def failed(problems: Any) -> None:
            self.show_problems(problems)
            self._changed()

        self.run(lambda service: service.cards.submit(row.id), done, failed)

    def duplicate(self, row: Any) -> None:
        """Copy a card."""
        self.run(lambda service: service.cards.duplicate(row.id), lambda _: self._changed())

    def delete(self, row: Any) -> None:
        """Delete a card after asking."""
        confirm(
            self,
            tr("删除“{name}”？", name=row.name),
            tr("模板和它的历史版本会一起删除，不能恢复。已经发出的任务不受影响。"),
            tr("删除"),
            lambda: self.run(lambda service: service.cards.delete(row.id), lambda _: self._changed()),
        )

    def _changed(self) -> None:
        self.desk.changed.emit("cards")
