# SPDX-License-Identifier: Apache-2.0
"""The gallery of cards (模板): my templates and the public ones, search and vendors; new, open, send, duplicate, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu, QStackedWidget, QTabBar

from koodesk.ui import icons
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.resolve.phone_sheet import PhoneSheet
from koodesk.ui.pages.studio.layout_palette import LayoutPalette
from koodesk.ui.pages.studio.own_gallery import draw_own, own_tiles
from koodesk.ui.pages.studio.public_gallery import PublicGallery, vendor_filter
from koodesk.ui.pages.studio.public_preview import PublicPreview
from koodesk.ui.pages.studio.tile_pictures import TilePictures
from koodesk.ui.pages.studio.tiles import TileList
from koodesk.ui.widgets.basics import button, row
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.file_dialogs import ask_for_file, ask_where_to_save
from koodesk.ui.widgets.forms import line_edit

SEARCH_AFTER_MS = 200
EDGE = 24
OWN, PUBLIC = 0, 1
"""The tabs, in order."""


class GalleryPage(Page):
    """My templates (我的模板) and the public ones (公共模板), and the layouts to begin with."""

    page_id = "studio"
    icon = "layout-template"
    watches: ClassVar[tuple[str, ...]] = ("cards", "reviews", "engine")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out search, tabs and tiles."""
        self.set_title(tr("模板"), tr("一张卡片，所有厂商的手机"))
        self.search = line_edit(tr("按名称搜索"), limit=60)
        self.search.setFixedWidth(220)
        self.search.setAccessibleName(tr("搜索模板"))
        self.head_actions.addWidget(self.search)
        self.add_action(button(tr("导入"), self.import_file, icon="upload"), "kooMessage:devTemplate:create")
        self.add_action(
            button(
                tr("新建模板"),
                self.open_layouts,
                kind="primary",
                icon="plus",
                name="new-card",
            ),
            "kooMessage:devTemplate:create",
        )
        self.tabs = QTabBar()
        self.tabs.setObjectName("studio-tabs")
        self.tabs.setAccessibleName(tr("模板"))
        self.tabs.addTab(tr("我的模板"))
        self.tabs.addTab(tr("公共模板"))
        self.vendor = vendor_filter(self.desk)
        self.vendor.currentIndexChanged.connect(lambda _: self._narrow())
        self.tabs.setUsesScrollButtons(False)
        self.tabs.currentChanged.connect(
            lambda _: self.tabs.updateGeometry()
        )  # the chosen one is bold and wider
        head = row(self.tabs, 1, self.vendor)
        head.setContentsMargins(0, 0, EDGE, 0)
        self.body.addLayout(head)
        # The lists' scroll bar stands at the window's edge, as on pages that scroll as a whole.
        self.body.setContentsMargins(EDGE, 8, 0, EDGE)
        self.list = TileList(TilePictures(self.desk.bridge, draw_own, self), tr("我的模板"), menu=True)
        self.list.opened.connect(self.edit)
        self.list.menu_wanted.connect(self._open_menu)
        self.skeleton = Skeleton(8)
        self.empty = EmptyState(
            "gift",
            tr("还没有模板"),
            tr(
                "选一个版式，从一张写好的卡片开始：文字、图片、按钮都可以在画布上直接改。也可以从公共模板复制一张。"
            ),
            tr("新建模板"),
            self.open_layouts,
        )
        self.guard(self.empty.button, "kooMessage:devTemplate:create")
        self.none = EmptyState("search", tr("没有找到"), tr("换一个名称或厂商试试。"))
        self.own = QStackedWidget()
        for part in (self.skeleton, self.empty, self.none, self.list):
            self.own.addWidget(part)
        self.public = PublicGallery(self)
        self.public.chosen.connect(self.preview)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.own)
        self.stack.addWidget(self.public)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.body.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._narrow)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self._rows: tuple[Any, ...] | None = None

    def open(self, **arguments: Any) -> None:
        """Make a new card, let a layout be chosen for one, or open one, when asked for."""
        if arguments.get("create"):
            self.create_card(str(arguments["create"]))
        elif arguments.get("choose"):
            self.open_layouts()
        elif arguments.get("public"):
            self.tabs.setCurrentIndex(PUBLIC)
        elif arguments.get("card_id"):
            self.desk.go("editor", card_id=int(arguments["card_id"]))

    def refresh(self) -> None:
        """Fetch the cards."""
        self.run(lambda service: service.cards.list(), self._came)
        if self.tabs.currentIndex() == PUBLIC:
            self.public.refresh()

    def _came(self, rows: Any) -> None:
        self._rows = rows
        self._narrow()

    def _tab_chosen(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        if tab == PUBLIC:
            self.public.refresh()

    def _narrow(self) -> None:
        """Show what search and vendor leave, on both tabs."""
        text, vendor = self.search.text().strip(), self.vendor.value
        self.public.narrow(text, vendor)
        if self._rows is None:
            return
        found = [
            row
            for row in self._rows
            if text.casefold() in row.name.casefold() and (vendor is None or vendor in row.vendors)
        ]
        self.list.show_tiles(own_tiles(found, self.desk))
        nothing = self.none if self._rows else self.empty
        self.own.setCurrentWidget(self.list if found else nothing)

    def _open_menu(self, row: Any, at: QPoint) -> None:
        menu = self.menu(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self, row: Any) -> QMenu:
        """Make the menu of what can be done with a card."""
        menu = QMenu(self)
        menu.addAction(icons.icon("pencil"), tr("编辑"), lambda: self.edit(row))
        send = menu.addAction(
            icons.icon("send"), tr("发送信息"), lambda: self.desk.go("send", card_id=row.id)
        )
        send.setEnabled(row.sendable)
        links = menu.addAction(
            icons.icon("link"),
            tr("生成解析标识"),
            lambda: self.desk.go("resolve_tasks", card_id=row.id),
        )
        links.setEnabled(row.sendable)
        menu.addAction(icons.icon("smartphone"), tr("在手机上看"), lambda: self.on_phone(row))
        submit = menu.addAction(icons.icon("clipboard-check"), tr("提交审核"), lambda: self.submit(row))
        copy = menu.addAction(icons.icon("copy"), tr("复制"), lambda: self.duplicate(row))
        menu.addAction(icons.icon("download"), tr("导出卡片文件"), lambda: self.export(row))
        menu.addSeparator()
        delete = menu.addAction(icons.icon("trash-2"), tr("删除"), lambda: self.delete(row))
        for entry, verb in ((submit, "submit"), (copy, "create"), (delete, "delete")):
            self.guard_entry(entry, f"kooMessage:devTemplate:{verb}")
        self.guard_entry(send, "kooMessage:devSendTask:create")
        self.guard_entry(links, "kooMessage:devResolveTask:create")
        return menu

    def on_phone(self, row: Any) -> PhoneSheet:
        """Show a card's preview on a real phone."""
        sheet = PhoneSheet(self, row.name, row.vendors, lambda service: service.cards.open(row.id)[1])
        sheet.open()
        return sheet

    def edit(self, row: Any) -> None:
        """Open a card in the editor."""
        self.desk.go("editor", card_id=row.id)

    def open_layouts(self) -> LayoutPalette:
        """Let a layout be chosen for a new card."""
        palette = LayoutPalette(self.desk, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.chosen.connect(self.create_card)
        palette.open()
        return palette

    def create_card(self, layout: str) -> None:
        """Make a card from the layout's starter and open it."""
        self.run(lambda service: service.cards.new(layout), self._made)

    def preview(self, row: Any) -> PublicPreview:
        """Show a public template on a phone, with the way to copy it."""
        sheet = PublicPreview(self, row)
        sheet.taken.connect(self.copy_public)
        sheet.open()
        return sheet

    def copy_public(self, row: Any) -> None:
        """Make a card of a public template and open it."""
        self.run(lambda service: service.cards.new_from_public(row.name), self._made)

    def _made(self, row: Any) -> None:
        self._changed()
        self.edit(row)
        if row.left_open:
            self.desk.notice(self.desk.say(row.left_open), "warning")

    def import_file(self) -> None:
        """Take a card file in."""

        def take(path: Path) -> None:
            self.run(lambda service: service.cards.import_file(path), lambda _: self._changed())

        ask_for_file(self, tr("导入卡片文件"), take, f"{tr('卡片文件')} (*.koocard)")

    def export(self, row: Any) -> None:
        """Write a card file."""

        def save(path: Path) -> None:
            self.run(
                lambda service: service.cards.export_file(row.id, path),
                lambda _: self.banner.tell(tr("已导出。"), "success"),
            )

        ask_where_to_save(
            self, tr("导出卡片文件"), f"{row.name}.koocard", save, f"{tr('卡片文件')} (*.koocard)"
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
