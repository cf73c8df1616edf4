# SPDX-License-Identifier: Apache-2.0
"""A button that offers the brand kit's words for a field; there is none while the kit offers nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from koodesk.editor.inspector.form import put_icon
from koodesk.editor.session import Session
from koodesk.editor.words import tr


class Offers(QToolButton):
    """品牌资料 as a menu; `take` gets the word that was chosen."""

    def __init__(
        self, session: Session, words: tuple[str, ...], take: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setText(tr("品牌资料"))
        put_icon(self, session.look, "badge-check", "accent", 14)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for word in words:
            menu.addAction(word.replace("&", "&&")).triggered.connect(partial(_give, take, word))
        self.setMenu(menu)
        self.setVisible(bool(words))


def _give(take: Callable[[str], object], word: str, _checked: bool = False) -> None:
    take(word)
