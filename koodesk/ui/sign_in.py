# SPDX-License-Identifier: Apache-2.0
"""The sign-in screen (登录): it stands over the whole window while nobody is signed in, and when the desk is locked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem
from koodesk.ui import icons, theme
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.banner import Banner
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.forms import Form, line_edit

CARD_WIDTH = 440


def password_edit(name: str) -> QLineEdit:
    """Make a line that hides what is typed."""
    made = line_edit(limit=128)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setObjectName(name)
    return made


class SignInScreen(QWidget):
    """A name and a password; a third line when the password must be changed. Enter goes on."""

    def __init__(self, window: QWidget, desk: Desk, name: str = "", *, locked: bool = False) -> None:
        super().__init__(window)
        self.desk = desk
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._locked = locked and bool(name)
        column = QVBoxLayout(self)
        column.addStretch(2)
        card = QFrame()
        card.setProperty("panel", "card")
        card.setFixedWidth(CARD_WIDTH)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        card.installEventFilter(self)
        self._card = card
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(14)
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        icon = "lock" if self._locked else "user"
        picture.setPixmap(icons.pixmap(icon, theme.role("accent"), 36, self.devicePixelRatioF()))
        inside.addWidget(picture)
        head = label(tr("已锁定") if self._locked else tr("登录 Koodesk"), "title")
        head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(head)
        self._about = label("", "second", wrap=True)
        self._about.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self._about)
        self.banner = Banner()
        inside.addWidget(self.banner)
        self.form = Form(label_width=72)
        self.name = line_edit(limit=128)
        self.name.setObjectName("sign-in-name")
        self.name.setText(name)
        self.password = password_edit("sign-in-password")
        self.new_password = password_edit("sign-in-new-password")
        self.again = password_edit("sign-in-again")
        self.form.add("name", tr("用户名"), self.name)
        self.form.add("password", tr("密码"), self.password)
        self.form.add("new_password", tr("新密码"), self.new_password)
        self.form.add("again", tr("再输一次"), self.again)
        inside.addWidget(self.form)
        self.enter = button(
            tr("解锁") if self._locked else tr("登录"), self._enter, kind="primary", name="sign-in"
        )
        inside.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignHCenter)
        self.other = button(tr("切换用户"), self._switch, kind="link", name="sign-in-other")
        self.as_main = button(tr("以主账号继续"), self._as_main, kind="link", name="sign-in-main")
        inside.addWidget(self.other, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self.as_main, 0, Qt.AlignmentFlag.AlignHCenter)
        self._must_change(False)
        self._say()
        desk.session_changed.connect(self._say)
        for line in (self.name, self.password, self.new_password, self.again):
            line.installEventFilter(self)
        window.installEventFilter(self)
        self.setGeometry(window.rect())

    def begin(self) -> None:
        """Come to the front with the cursor where something is to be typed."""
        self.show()
        self.raise_()
        (self.password if self.name.text() else self.name).setFocus()

    def _say(self) -> None:
        session = self.desk.session
        free = session is not None and not session.main_password
        self.as_main.setVisible(free)
        self.other.setVisible(self._locked)
        self.name.setReadOnly(self._locked)
        workspace = self.desk.workspace.root.name
        if self._locked:
            self._about.setText(tr("输入密码，回到离开时的页面"))
        elif free:
            self._about.setText(tr("工作区“{name}” · 主账号没有设置密码", name=workspace))
        else:
            self._about.setText(tr("工作区“{name}”", name=workspace))

    def _must_change(self, needed: bool) -> None:
        self.form.show_row("new_password", needed)
        self.form.show_row("again", needed)

    def _switch(self) -> None:
        self._locked = False
        self.name.clear()
        self.password.clear()
        self.enter.setText(tr("登录"))
        self._say()
        self.name.setFocus()

    def _as_main(self) -> None:
        self.desk.bridge.call(
            self,
            lambda service, _task: service.signing_in.enter_as_main(),
            self.desk.set_session,
            self._failed,
        )

    def _enter(self) -> None:
        self.form.clear_problems()
        self.banner.hide()
        name, password, new = self.name.text(), self.password.text(), self.new_password.text()
        if self.new_password.isVisible() and new != self.again.text():
            self.form.fields["again"].show_problem(tr("两次输入的密码不一样。"))
            return
        self.enter.setEnabled(False)

        def done(session: Any) -> None:
            self.enter.setEnabled(True)
            self.desk.set_session(session)

        self.desk.bridge.call(
            self, lambda service, _task: service.signing_in.sign_in(name, password, new), done, self._failed
        )

    def _failed(self, problems: tuple[Problem, ...]) -> None:
        self.enter.setEnabled(True)
        if any(p.code == "session.must_change" for p in problems):
            self._must_change(True)
        if any(p.code in ("session.wrong", "session.locked") for p in problems):
            self.password.clear()
            self.password.setFocus()
        left = self.form.show_problems(problems)
        if left:
            self.banner.tell(self.desk.say(left))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window whatever its size, and let Enter go on from every line."""
        inside = self._card.layout()
        if watched is self._card and event.type() == QEvent.Type.LayoutRequest and inside is not None:
            # A banner of two lines must not squeeze the lines to type in: as high as it has to be at this width.
            self._card.setMinimumHeight(inside.totalMinimumHeightForWidth(CARD_WIDTH))
        window = self.parentWidget()
        if window is not None and watched is window and event.type() == QEvent.Type.Resize:
            self.setGeometry(window.rect())
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            line = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QLineEdit)
            if line and self.enter.isEnabled():
                self._enter()
                return True
        return super().eventFilter(watched, event)
