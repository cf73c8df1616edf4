# SPDX-License-Identifier: Apache-2.0
"""The row of choices above the vendor wall: view, theme, size of phone and of type."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from koodesk.editor.session import Session
from koodesk.editor.wall_look import WallLook, WallView
from koodesk.editor.words import tr
from koodesk.preview.phone_size import FONT_SCALES, PhoneSize


class WallBar(QWidget):
    """Tells every change of a choice by `changed`."""

    changed = Signal(object)
    """The `WallLook` as chosen now."""

    detach_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None, *, detachable: bool = True) -> None:
        super().__init__(parent)
        self.look = WallLook()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        self.views: dict[WallView, QToolButton] = {}
        for view, text, tip in (
            (WallView.LOOK, tr("外观"), tr("各厂商手机上的样子")),
            (
                WallView.DIFFERENCE,
                tr("差异"),
                tr("标出被截断、不显示、不支持和样式不同的地方，以及对应的规则"),
            ),
            (WallView.TEXT, tr("原文"), tr("点击“显示原文”后的样子")),
            (WallView.FALLBACK, tr("其他手机"), tr("不支持卡片的手机收到的内容（降级为普通短信时）")),
        ):
            made = QToolButton(self)
            made.setText(text)
            made.setToolTip(tip)
            made.setCheckable(True)
            made.setChecked(view is WallView.LOOK)
            made.clicked.connect(lambda _on=False, v=view: self._take(replace(self.look, view=v)))
            self._group.addButton(made)
            self.views[view] = made
            row.addWidget(made)
        row.addSpacing(4)
        self.sizes: dict[PhoneSize, QAction] = {}
        self.types: dict[float, QAction] = {}
        self.dark = QAction(tr("深色手机"), self)
        self.dark.setCheckable(True)
        self.dark.toggled.connect(lambda on: self._take(replace(self.look, dark=on)))
        self.phone = QToolButton(self)
        self.phone.setIcon(session.look.icon("smartphone"))
        self.phone.setIconSize(QSize(16, 16))
        self.phone.setToolTip(tr("手机大小、字体大小和深色"))
        self.phone.setAccessibleName(tr("手机大小、字体大小和深色"))
        self.phone.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.phone.setMenu(self._menu())
        row.addWidget(self.phone)
        if detachable:
            self.detach = QToolButton(self)
            self.detach.setToolTip(tr("在单独的窗口中显示，可移到另一块屏幕"))
            self.detach.setAccessibleName(tr("在单独的窗口中显示"))
            self.detach.setIcon(session.look.icon("external-link"))
            self.detach.setIconSize(QSize(16, 16))
            self.detach.clicked.connect(self.detach_wanted)
            row.addWidget(self.detach)

    def _menu(self) -> QMenu:
        """Phone and type: what is chosen seldom stands in a menu, so that the row has room beside the tabs."""
        menu = QMenu(self.phone)
        menu.addSection(tr("手机大小"))
        sizes = QActionGroup(self)
        for size, text in (
            (PhoneSize.SMALL, tr("小屏")),
            (PhoneSize.MIDDLE, tr("中屏")),
            (PhoneSize.LARGE, tr("大屏")),
        ):
            action = self.sizes[size] = sizes.addAction(text)
            action.setCheckable(True)
            action.setChecked(size is PhoneSize.MIDDLE)
            action.triggered.connect(lambda _on=False, s=size: self._take(replace(self.look, size=s)))
        menu.addActions(sizes.actions())
        menu.addSection(tr("字体大小"))
        types = QActionGroup(self)
        for scale in FONT_SCALES:
            action = self.types[scale] = types.addAction(tr("字号 {percent}%", percent=round(scale * 100)))
            action.setCheckable(True)
            action.setChecked(scale == 1.0)
            action.triggered.connect(lambda _on=False, s=scale: self._take(replace(self.look, font_scale=s)))
        menu.addActions(types.actions())
        menu.addSeparator()
        menu.addAction(self.dark)
        return menu

    def _take(self, look: WallLook) -> None:
        if look != self.look:
            self.look = look
            self.changed.emit(look)
