# SPDX-License-Identifier: Apache-2.0
"""The bar below the canvas: whose phone it shows, in which light, and how large. What it asks for is done by others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QMenu, QToolButton, QWidget

from koodesk.domain.vendor import Vendor
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr
from koodesk.editor.zoom_bar import ZoomBar


class CanvasBar(ZoomBar):
    """Whose phone, whose contents, and the buttons for the canvas."""

    vendor_chosen = Signal(object)
    """A `Vendor` whose phone the canvas is to show."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.vendor = QToolButton(self)
        self.vendor.setIcon(session.look.icon("chevron-down", size=16))
        self.vendor.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft
        )  # the sign of a menu stands behind the words
        self.vendor.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.vendor.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.vendor.setToolTip(tr("换一家厂商的手机"))
        self._choices: dict[Vendor, QAction] = {}
        self.vendor.setMenu(self._vendor_menu())
        self._targets: tuple[Vendor | None, ...] = ()
        self.target = QComboBox(self)
        self.target.setAccessibleName(tr("编辑对象"))
        self.target.setToolTip(tr("修改所有厂商的内容，或者只改一家厂商的专用内容"))
        self.target.activated.connect(lambda at: session.aim(self._targets[at]))
        session.document.changed.connect(self.show_target)
        session.target_changed.connect(self.show_target)
        # The canvas keeps its height: a bar that grows would make the phone smaller.
        self.target.setFixedHeight(28)
        self._compose(session.look, self.vendor, self.target)
        self.show_target()

    def show_target(self) -> None:
        """Offer whose contents can be edited, and say whose are: all vendors', or one chosen vendor's own."""
        session = self._session
        chosen = session.document.template.vendors
        names = session.pack.vendor_names
        offered: list[tuple[str, Vendor | None]] = [(tr("编辑：全部厂商"), None)]
        offered += [
            (tr("只编辑：{vendor}", vendor=named(*names[v])), v) for v in session.takers() if v in chosen
        ]
        self._targets = tuple(vendor for _, vendor in offered)
        at = next((n for n, (_, v) in enumerate(offered) if v is session.target), 0)
        if [self.target.itemText(n) for n in range(self.target.count())] != [words for words, _ in offered]:
            self.target.clear()
            self.target.addItems([words for words, _ in offered])
        self.target.setCurrentIndex(at)

    def show_vendor(self, vendor: Vendor) -> None:
        """Say whose phone the canvas shows."""
        name = named(*self._session.pack.vendor_names[vendor])
        words = tr("画布显示：{vendor}", vendor=name)
        self.vendor.setText(words)
        self.vendor.setAccessibleName(words)
        self._choices[vendor].setChecked(True)

    def show_takers(self) -> None:
        """Offer the vendors that show the card as it is now: it has another layout."""
        old = self.vendor.menu()
        self._choices = {}
        self.vendor.setMenu(self._vendor_menu())
        if old is not None:
            old.deleteLater()

    def _vendor_menu(self) -> QMenu:
        menu = QMenu(self.vendor)
        group = QActionGroup(menu)
        for vendor in self._session.takers():
            action = menu.addAction(named(*self._session.pack.vendor_names[vendor]))
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(partial(self.vendor_chosen.emit, vendor))
            self._choices[vendor] = action
        return menu
