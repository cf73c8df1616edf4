# SPDX-License-Identifier: Apache-2.0
"""剩余额度 on the overview: what is left of each kind of package, 0 with the words that explain it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout

from koodesk.domain.billing.items import PackageKind
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.pages.billing.words import kind_word, left_note, unit
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.layouts import clear

SHOWN = (PackageKind.PROMOTION, PackageKind.VIDEO, PackageKind.CLICK)


class BalancesCard(Card):
    """A column a kind. Hidden until the engine has told."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("剩余额度"))
        self.head.addWidget(
            button(tr("查看套餐包"), lambda: desk.go("packages"), kind="link", name="see-packages")
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self.body.addLayout(self._grid)
        self._shown: Any = None
        self.hide()

    def show_held(self, held: Any) -> None:
        """Show what is left."""
        self.show()
        if held.balances == self._shown:
            return
        self._shown = held.balances
        clear(self._grid)
        own = [one for one in held.balances if one.kind in SHOWN or one.bought]
        for column, one in enumerate(own):
            for number, made in enumerate(
                (
                    label(kind_word(one.kind), "second", wrap=True),
                    label(unit(one.kind, one.left), "heading"),
                    label(left_note(one.left, one.bought), "hint", wrap=True),
                )
            ):
                self._grid.addWidget(made, number, column)
            self._grid.setColumnStretch(column, 1)
