# SPDX-License-Identifier: Apache-2.0
"""The database of the workspace (数据库): its file, or a team's PostgreSQL; and moving the one into the other."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit

MOVE = "koodesk:backup:restore"
EXAMPLE = "postgresql+psycopg://koodesk@db.example.com/koodesk"


class DatabaseCard(Card):
    """Where the database is, who says so, and the way to a team's."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("数据库"))
        self._page = page
        self.kind = label("")
        self.place = label("", selectable=True, wrap=True)
        self.about = label("", "second", wrap=True)
        for part in (self.kind, self.place, self.about):
            self.body.addWidget(part)
        self.move_button = button(tr("迁移到团队数据库…"), self.ask, icon="server", name="move-to-team")
        page.guard(self.move_button, MOVE)
        self.workers_button = button(
            tr("看发送程序"), lambda: page.desk.go("workers"), kind="link", name="see-workers"
        )
        self.body.addLayout(row(self.move_button, self.workers_button, 1))

    def refresh(self) -> None:
        """Ask where the database is."""
        self._page.run(lambda service: service.database.get(), self._show)

    def _show(self, found: Any) -> None:
        team = bool(found.address)
        self.kind.setText(tr("团队数据库（PostgreSQL）") if team else tr("本机的文件（SQLite）"))
        self.place.setText(found.address or found.file)
        self.move_button.setVisible(not team)
        self.about.setText(
            {
                "variable": tr(
                    "地址来自环境变量 KOODESK_DATABASE_URL，它优先于设置里的地址；这里不显示密码。"
                ),
                "settings": tr(
                    "地址保存在工作区里，不含密码；密码在系统的密钥库里，或由 .pgpass、PGPASSWORD 提供。设置了环境变量 KOODESK_DATABASE_URL 时以它为准。"
                ),
            }.get(
                found.source,
                tr(
                    "一个人、一台机器用文件就够了。要在几台机器上一起工作，可以迁移到 PostgreSQL；数据逐行核对，文件留在备份里。"
                ),
            )
        )

    def ask(self) -> None:
        """Ask for the address and the password of an empty database."""
        sheet = Sheet(
            self._page,
            tr("迁移到团队数据库"),
            tr("检查"),
            lambda: self._check(sheet, form, url, password),
            width=640,
        )
        sheet.body.addWidget(
            label(
                tr("填写一个空的 PostgreSQL 数据库的地址。先检查能否连接、是不是空的，确认之后才开始迁移。"),
                "second",
                wrap=True,
            )
        )
        form = Form(label_width=72)
        url = line_edit(EXAMPLE)
        url.setObjectName("team-url")
        password = line_edit()
        password.setEchoMode(QLineEdit.EchoMode.Password)
        password.setObjectName("team-password")
        form.add("url", tr("地址"), url, hint=tr("postgresql+psycopg://用户名@主机/数据库名"))
        form.add(
            "password",
            tr("密码"),
            password,
            hint=tr("保存在系统的密钥库里，不写进任何文件；没有密钥库时只保留到程序退出。不需要密码就留空。"),
        )
        sheet.body.addWidget(form)
        sheet.open()
        url.setFocus()

    def _check(self, sheet: Sheet, form: Form, url: QLineEdit, password: QLineEdit) -> None:
        """Look at the database, and ask once more."""
        address, secret = url.text().strip(), password.text()
        form.clear_problems()
        sheet.banner.hide()
        sheet.accept_button.setEnabled(False)

        def found(target: Any) -> None:
            sheet.accept()
            self._confirm(address, secret, target)

        def refused(problems: tuple[Problem, ...]) -> None:
            sheet.accept_button.setEnabled(True)
            sheet.banner.tell(self._page.desk.say(problems), "danger")

        self._page.run(lambda service: service.database.prepare_move(address, secret), found, refused)

    def _confirm(self, url: str, password: str, target: Any) -> None:
        sheet = Sheet(
            self._page,
            tr("开始迁移？"),
            tr("开始迁移"),
            lambda: self._begin(sheet, url, password, target.place),
            width=560,
        )
        for text in (
            tr(
                "连接成功：{place}，PostgreSQL {version}，是空的。",
                place=target.place,
                version=target.version,
            ),
            tr("{tables} 张表，{rows} 行。", tables=target.tables, rows=f"{target.rows:,}"),
            tr(
                "会先停止发送程序，窗口关闭片刻；没发完的任务接着发，不会重发。迁移可以取消，取消后一切照旧。图库、备案材料仍在这个工作区的文件夹里，其他机器要共享它。"
            ),
        ):
            sheet.body.addWidget(label(text, "second", wrap=True, selectable=True))
        sheet.body.addStretch(1)
        sheet.open()

    def _begin(self, sheet: Sheet, url: str, password: str, place: str) -> None:
        sheet.accept()
        self._page.desk.team_asked.emit(url, password, place)
