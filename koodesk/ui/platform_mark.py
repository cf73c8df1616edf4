# SPDX-License-Identifier: Apache-2.0
"""The mark of the platform: on every page of the window, in a colour that cannot be overlooked, and the way to the switch.

At the head of the rail stands a button with the platform's name, green for the local engine and red for the real cloud. While
the cloud is spoken to, a red strip lies over the whole window besides; where another platform was chosen since the window
was opened, the strip says so and opens it anew.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from koodesk.domain.platform import Platform
from koodesk.ui import icons, theme
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.rail import ICON_GAP
from koodesk.ui.widgets.basics import button, label


def platform_name(platform: Platform) -> str:
    """Return what a platform is called."""
    return tr("真实云平台") if platform is Platform.CLOUD else tr("本地引擎")


class PlatformButton(QToolButton):
    """The platform's name at the head of the rail; it opens the switch."""

    def __init__(self, desk: Desk, ask: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("platform")
        self.setIconSize(QSize(18 + ICON_GAP, 18))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: ask())
        desk.platform_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        platform = self._desk.platform
        self.setEnabled(platform is not None)
        cloud = platform is Platform.CLOUD
        name = "" if platform is None else platform_name(platform)
        self.setProperty("platform", "" if platform is None else platform.value)
        theme.repolish(self)
        self.setIcon(
            icons.icon("send" if cloud else "server", "on_accent" if cloud else "success", gap=ICON_GAP)
        )
        self.setText(name)
        self.setAccessibleName(tr("发送平台：{name}", name=name))
        self.setToolTip(
            tr("发送会到达真实手机并计费；点击切换") if cloud else tr("不会发出真实短信；点击切换")
        )


class PlatformStrip(QFrame):
    """Lies over the window while something about the platform must not be overlooked."""

    def __init__(self, desk: Desk, ask: Callable[[], None], reopen: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("platformStrip")
        inside = QHBoxLayout(self)
        inside.setContentsMargins(16, 0, 8, 0)
        inside.setSpacing(10)
        self.setFixedHeight(34)
        self._icon = QLabel()
        self.text = label("")
        self.ask_button = button(tr("发送平台…"), ask, name="platform-open")
        self.reopen_button = button(tr("重新打开"), reopen, name="platform-reopen")
        inside.addWidget(self._icon)
        inside.addWidget(self.text, 1)
        inside.addWidget(self.ask_button)
        inside.addWidget(self.reopen_button)
        desk.platform_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        platform, chosen = self._desk.platform, self._desk.platform_chosen
        stale = platform is not None and chosen is not None and chosen is not platform
        cloud = platform is Platform.CLOUD
        self.setVisible(stale or cloud)
        if not (stale or cloud):
            return
        self._icon.setPixmap(
            icons.pixmap("triangle-alert", theme.role("on_accent"), 16, self.devicePixelRatioF())
        )
        if stale:
            assert chosen is not None
            self.text.setText(
                tr(
                    "工作区已经切换到{name}，这里是切换之前打开的：只能查看，不能再写入。",
                    name=platform_name(chosen),
                )
            )
        else:
            self.text.setText(tr("真实云平台：发送会到达真实手机，并按合同计费"))
        self.setAccessibleName(self.text.text())
        self.ask_button.setVisible(not stale)
        self.reopen_button.setVisible(stale)


def marked(desk: Desk) -> QWidget | None:
    """Return a line for a sheet or a card that is about to send: nothing while nothing real is sent."""
    if desk.platform is not Platform.CLOUD:
        return None
    return money_mark(tr("这会经过真实云平台：到达真实手机，并按合同计费。"))


def money_mark(text: str) -> QFrame:
    """Make the red panel that says that something real happens."""
    made = QFrame()
    made.setObjectName("moneyMark")
    inside = QHBoxLayout(made)
    inside.setContentsMargins(12, 8, 12, 8)
    inside.setSpacing(10)
    picture = QLabel()
    picture.setPixmap(icons.pixmap("triangle-alert", theme.role("on_accent"), 16, made.devicePixelRatioF()))
    inside.addWidget(picture)
    inside.addWidget(label(text, wrap=True), 1)
    made.setAccessibleName(text)
    return made
