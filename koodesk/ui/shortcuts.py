# SPDX-License-Identifier: Apache-2.0
"""The keys of the window in one place: which page each number opens, and the sheet (F1) that lists them all."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.navigation import AREAS, name_of
from koodesk.ui.widgets.basics import label, row
from koodesk.ui.widgets.dialogs import Sheet


def page_keys(pages: Container[str]) -> tuple[tuple[str, str], ...]:
    """Return (key, page id) of the first nine pages of the rail, of those there are."""
    shown = [entry.page_id for area in AREAS for entry in area.pages if entry.page_id in pages]
    return tuple((f"Ctrl+{number}", page) for number, page in enumerate(shown[:9], 1))


class ShortcutsSheet(Sheet):
    """Two columns: pages, and everything else."""

    def __init__(self, parent: QWidget, pages: Container[str]) -> None:
        super().__init__(parent, tr("快捷键"), tr("关闭"), self.accept, width=720)
        self.cancel_button.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(2, 24)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        left = [(key, tr(name_of(page))) for key, page in page_keys(pages)]
        right = [
            ("Ctrl+K", tr("搜索页面、模板、任务或命令")),
            ("Ctrl+N", tr("新建模板")),
            ("F5", tr("刷新这一页")),
            ("F6", tr("键盘在导航和页面之间切换")),
            ("Ctrl+Shift+L", tr("切换浅色和深色")),
            ("Ctrl+Z", tr("撤销（编辑器）")),
            ("Ctrl+Shift+Z", tr("重做（编辑器）")),
            ("Ctrl+S", tr("保存（编辑器）")),
            ("Enter", tr("打开选中的一行；在对话框里确认")),
            ("Esc", tr("关闭对话框；取消画布上的修改")),
            ("Ctrl+Alt+L", tr("锁定")),
            ("F1", tr("显示这张表")),
        ]
        for column, entries in ((0, left), (3, right)):
            for number, (key, text) in enumerate(entries):
                cap = row(1, label(key, "key"))
                grid.addLayout(cap, number, column)
                grid.addWidget(label(text), number, column + 1, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(grid)
        self.body.addStretch(1)
