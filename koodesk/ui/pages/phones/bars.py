# SPDX-License-Identifier: Apache-2.0
"""What stands above and below the phone: how the message stands and what of it is in view; and the line to write back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from koodesk.domain.phone_tap import LONGEST_REPLY
from koodesk.ui.i18n import tr
from koodesk.ui.pages.phones.screen import Screen
from koodesk.ui.widgets.basics import Chip, button, label, tool
from koodesk.ui.widgets.forms import line_edit


class StageBar(QWidget):
    """The message's state, the place among cards one swipes through, and the switch between card and text."""

    def __init__(self, swipe: Callable[[int], object], switch: Callable[[], object]) -> None:
        super().__init__()
        top = QHBoxLayout(self)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(8)
        self.state = Chip()
        self._before = tool("chevron-left", tr("上一张"), lambda: swipe(-1))
        self._after = tool("chevron-right", tr("下一张"), lambda: swipe(1))
        self._place = label("", "second")
        self.toggle = button(tr("显示原文"), switch, kind="quiet", name="phone-toggle")
        self.toggle.setToolTip(tr("在卡片和原文之间切换（Ctrl+T）"))
        top.addWidget(self.state)
        top.addStretch(1)
        for part in (self._before, self._place, self._after, self.toggle):
            top.addWidget(part)
        self.setFixedHeight(32)

    def show_screen(self, screen: Screen, item: int) -> None:
        """Show which of several cards is in view, and what the switch leads to."""
        swiped = screen.shows_card and screen.items > 1
        for part in (self._before, self._place, self._after):
            part.setVisible(swiped)
        self._before.setEnabled(item > 0)
        self._after.setEnabled(item < screen.items - 1)
        self._place.setText(f"{item + 1} / {screen.items}")
        self.toggle.setText(tr("显示原文") if screen.shows_card else tr("显示卡片"))
        self.toggle.setVisible(screen.switches)

    def show_nothing(self) -> None:
        """Show no message."""
        for part in (self.state, self._before, self._place, self._after, self.toggle):
            part.setVisible(False)


class ReplyBar(QWidget):
    """A line to write back with, and the one word that unsubscribes; `reply` takes a text, "" for what was typed."""

    def __init__(self, reply: Callable[[str], object]) -> None:
        super().__init__()
        below = QHBoxLayout(self)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        self.text = line_edit(tr("回复这条信息"), limit=LONGEST_REPLY)
        self.text.setObjectName("phone-reply-text")
        self.text.setAccessibleName(tr("回复内容"))
        self.text.returnPressed.connect(lambda: reply(""))
        below.addWidget(self.text, 1)
        below.addWidget(button(tr("回复"), lambda: reply(""), icon="send", name="phone-reply"))
        below.addWidget(button(tr("回复 R 退订"), lambda: reply("R"), name="phone-reply-r"))
