# SPDX-License-Identifier: Apache-2.0
"""The storage place (存储位置): where the workspace is, moving it, and what a move has left at the old place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.file_dialogs import ask_for_folder

MOVE = "koodesk:workspace:move"


class PlaceCard(Card):
    """The folder, and the two things one does with it."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("存储位置"))
        self._page = page
        self._old = ""
        self.body.addWidget(
            label(tr("数据库、图库、备案材料、备份和本地引擎的记录都在这个文件夹里。"), "second", wrap=True)
        )
        self.place = label("", selectable=True, wrap=True)
        self.open_button = button(tr("打开文件夹"), self._open, kind="link", icon="external-link")
        self.body.addWidget(self.place)
        self.move_button = button(tr("移动到…"), self.ask, icon="arrow-right", name="move-workspace")
        page.guard(self.move_button, MOVE)
        self.body.addLayout(row(self.move_button, self.open_button, 1))
        self.left = QWidget()
        self.left_text = label("", "second", wrap=True, selectable=True)
        self.remove_button = button(tr("删除旧位置的文件"), self.remove, name="remove-old-place")
        page.guard(self.remove_button, MOVE)
        inside = row(self.left_text, self.remove_button)
        inside.setStretch(0, 1)
        self.left.setLayout(inside)
        self.left.hide()
        self.body.addWidget(self.left)

    def refresh(self) -> None:
        """Ask where the workspace is."""
        self._page.run(lambda service: service.place.get(), self._show)

    def _show(self, view: Any) -> None:
        self.place.setText(view.folder)
        self._old = view.old
        self.left.setVisible(bool(view.old))
        self.left_text.setText(
            tr("旧位置 {folder} 还留着 {size}，已经不用了。", folder=view.old, size=size(view.old_size))
        )

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.place.text()))

    def ask(self) -> None:
        """Ask for a folder."""
        ask_for_folder(self, tr("选择空文件夹"), self.prepare)

    def prepare(self, folder: Path) -> None:
        """Look whether the workspace can go there, and ask once more."""
        self._page.run(lambda service: service.place.prepare_move(folder), self._confirm)

    def _confirm(self, view: Any) -> None:
        sheet = Sheet(
            self._page,
            tr("移动工作区？"),
            tr("开始移动"),
            lambda: self._move(sheet, Path(view.target)),
            width=560,
        )
        for text in (
            tr("到 {new}", new=view.target),
            tr(
                "{count} 个文件，{size}；那里还有 {free}。",
                count=f"{view.files:,}",
                size=size(view.size),
                free=size(view.free),
            ),
            tr(
                "会先停止发送和本地引擎，移动之后再启动；没发完的任务接着发，不会重发。旧位置的文件会留着，之后可以删除。"
            ),
        ):
            sheet.body.addWidget(label(text, "second", wrap=True, selectable=True))
        sheet.body.addStretch(1)
        sheet.open()

    def _move(self, sheet: Sheet, target: Path) -> None:
        sheet.accept()
        self._page.desk.move_asked.emit(target)

    def remove(self) -> None:
        """Ask, then delete what is left at the old place."""

        def done(_removed: Any) -> None:
            self._page.banner.tell(tr("旧位置的文件已删除。"), "success")
            self.refresh()

        confirm(
            self,
            tr("删除旧位置的文件？"),
            tr("{folder} 里的文件将被删除，不能恢复；现在用的工作区不受影响。", folder=self._old),
            tr("删除"),
            lambda: self._page.run(lambda service: service.place.remove_left(), done),
        )
