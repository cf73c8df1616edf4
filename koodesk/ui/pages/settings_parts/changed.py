# SPDX-License-Identifier: Apache-2.0
"""Two people have saved one record: what stands there now beside what one wanted to save. The later one decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.dialogs import Sheet

Difference = tuple[str, str, str]
"""A field: its name, what is saved now, and what one wants to save."""


class ChangedSheet(Sheet):
    """用我的 saves over the other's; 用已保存的 takes the other's into the form; 取消 leaves the form as it is."""

    def __init__(
        self,
        page: Page | QWidget,
        differences: Sequence[Difference],
        *,
        keep: Callable[[], None],
        take: Callable[[], None],
    ) -> None:
        super().__init__(page, tr("这条记录已被别人修改"), tr("用我的覆盖"), self._keep, width=620)
        self._chosen_keep, self._chosen_take = keep, take
        self.body.addWidget(
            label(
                tr("你打开之后，别人保存了另一份。什么都还没有丢：请看清差别，再决定用哪一份。"),
                "second",
                wrap=True,
            )
        )
        card = Card(panel="sunken", margins=16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, name in enumerate((tr("字段"), tr("已保存的"), tr("我的"))):
            grid.addWidget(label(name, "second"), 0, place)
        for number, difference in enumerate(differences, 1):
            for place, text in enumerate(difference):
                grid.addWidget(label(text or "—", wrap=True, selectable=place > 0), number, place)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        self.take_button = button(tr("用已保存的"), self._take, name="take-saved")
        self.body.addWidget(self.take_button)
        self.body.addStretch(1)
        self.accept_button.setDefault(False)
        self.take_button.setFocus()

    def _keep(self) -> None:
        self.accept()
        self._chosen_keep()

    def _take(self) -> None:
        self.accept()
        self._chosen_take()
