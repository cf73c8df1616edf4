# SPDX-License-Identifier: Apache-2.0
"""Who is signed in, at the foot of the rail: lock, switch user, one's own account with its password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from koodesk.domain.problem import Problem
from koodesk.ui import icons
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.sign_in import password_edit
from koodesk.ui.widgets.basics import button, label, line
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, choice, line_edit

ICON_GAP: Final = 6
LOCK_CHOICES: Final = (0, 5, 15, 30, 60)


class AccountButton(QToolButton):
    """The name of whoever is signed in, and a menu."""

    def __init__(
        self, desk: Desk, lock: Callable[[], None], switch: Callable[[], None], idle: Callable[[], None]
    ) -> None:
        super().__init__()
        self.desk = desk
        self._idle = idle
        self.setObjectName("account")
        self.setIcon(icons.icon("user", gap=ICON_GAP))
        self.setIconSize(QSize(18 + ICON_GAP, 18))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.own = self._entry(menu, "settings", tr("我的账号…"), self.open_sheet)
        self.lock = self._entry(menu, "lock", tr("锁定"), lock)
        self.switch = self._entry(menu, "log-out", tr("切换用户…"), switch)
        menu.setToolTipsVisible(True)
        self.setMenu(menu)
        desk.session_changed.connect(self._say)
        self._say()

    def _entry(self, menu: QMenu, icon: str, text: str, then: Callable[[], None]) -> QAction:
        made = menu.addAction(icons.icon(icon), text)
        made.triggered.connect(lambda: then())
        return made

    def _say(self) -> None:
        session = self.desk.session
        name = "" if session is None else session.name
        nameless = session is None or (session.main and session.user_id == 0)
        shown = tr("主账号") if nameless else name
        self.setText(self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, 112))
        self.setAccessibleName(tr("当前用户：{name}", name=shown))
        self.setToolTip(
            tr("主账号没有设置密码：打开程序的人就是主账号")
            if nameless
            else tr("当前用户：{name}", name=shown)
        )
        self.lock.setEnabled(not nameless)
        self.lock.setToolTip(tr("先为主账号设置密码，才能锁定") if nameless else "")
        others = session is not None and (session.users > 0 or session.main_password)
        self.switch.setEnabled(others)
        self.switch.setToolTip("" if others else tr("还没有别的用户"))

    def open_sheet(self) -> None:
        """Open one's own account."""
        if self.desk.session is not None:
            AccountSheet(self.window(), self.desk, self._idle).open()


class AccountSheet(Sheet):
    """One's own password, and after how long the desk locks itself. The main account gives itself its first password here."""

    def __init__(self, parent: QWidget, desk: Desk, idle: Callable[[], None]) -> None:
        self.desk = desk
        session = desk.session
        assert session is not None
        self._first = session.main and session.user_id == 0
        accept = tr("设置密码") if self._first else tr("修改密码")
        super().__init__(parent, tr("我的账号"), accept, self._save, width=520)
        self._idle = idle
        form = self.form = Form(label_width=96)
        self.name = line_edit(limit=80)
        self.name.setObjectName("account-name")
        self.old = password_edit("account-old")
        self.new = password_edit("account-new")
        self.again = password_edit("account-again")
        if self._first:
            self.body.addWidget(
                label(
                    tr(
                        "主账号还没有密码：打开这个工作区的人就是主账号，什么都可以做。设置密码后，每个人都要登录。"
                    ),
                    "second",
                    wrap=True,
                )
            )
            self.name.setText("admin")
            form.add("name", tr("主账号名称"), self.name, required=True, hint=tr("登录时用的名称。"))
        else:
            who = tr("主账号 {name}", name=session.name) if session.main else session.name
            self.body.addWidget(label(who, "heading"))
            form.add("old", tr("原密码"), self.old, required=True)
        form.add(
            "new_password",
            tr("新密码"),
            self.new,
            required=True,
            hint=tr("8–64 个字符，大写、小写、数字、其他符号至少三种，不含用户名。"),
        )
        form.add("again", tr("再输一次"), self.again, required=True)
        self.body.addWidget(form)
        if session.main and not self._first:
            self.body.addWidget(
                button(tr("取消主账号密码…"), self._remove, kind="link", name="account-remove"),
                0,
                Qt.AlignmentFlag.AlignLeft,
            )
        if not self._first:
            self.body.addWidget(line())
            words = {0: tr("从不")} | {m: tr("{minutes} 分钟", minutes=m) for m in LOCK_CHOICES if m}
            self.minutes = choice([(words[m], m) for m in LOCK_CHOICES], self._change_idle)
            self.minutes.choose(desk.settings.value.lock_minutes)
            self.minutes.setObjectName("account-idle")
            other = Form(label_width=96)
            other.add(
                "idle", tr("无操作时锁定"), self.minutes, hint=tr("立即生效，只对这台电脑上的这个工作区。")
            )
            self.body.addWidget(other)
        self.body.addStretch(1)
        (self.new if self._first else self.old).setFocus()

    def _save(self) -> None:
        self.form.clear_problems()
        if self.new.text() != self.again.text():
            self.form.fields["again"].show_problem(tr("两次输入的密码不一样。"))
            return
        name, old, new = self.name.text().strip(), self.old.text(), self.new.text()

        def done(session: Any) -> None:
            if session is not None:
                self.desk.set_session(session)
            self.accept()
            self.desk.notice(tr("密码已设置，下次打开要登录。") if self._first else tr("密码已修改。"))

        if self._first:
            self.desk.bridge.call(
                self,
                lambda service, _task: service.signing_in.set_main_password(name, new),
                done,
                self._failed,
            )
        else:
            self.desk.bridge.call(
                self, lambda service, _task: service.signing_in.change_password(old, new), done, self._failed
            )

    def _failed(self, problems: tuple[Problem, ...]) -> None:
        placed = tuple(replace(p, where="new_password") if p.where == "password" else p for p in problems)
        left = self.form.show_problems(placed)
        if left:
            self.banner.tell(self.desk.say(left))

    def _remove(self) -> None:
        """Take the main account's password away: the old one is needed for it."""
        old = self.old.text()
        if not old:
            self.form.fields["old"].show_problem(tr("请先输入原密码。"))
            self.old.setFocus()
            return

        def done(session: Any) -> None:
            self.desk.set_session(session)
            self.accept()
            self.desk.notice(tr("主账号不再需要密码。"))

        def failed(problems: tuple[Problem, ...]) -> None:
            self._failed(tuple(replace(p, where="old") for p in problems))

        self.desk.bridge.call(
            self, lambda service, _task: service.signing_in.remove_main_password(old), done, failed
        )

    def _change_idle(self) -> None:
        minutes = int(self.minutes.value)
        self.desk.bridge.call(
            self,
            lambda _service, _task: self.desk.settings.change(lock_minutes=minutes),
            lambda _: self._idle(),
        )
