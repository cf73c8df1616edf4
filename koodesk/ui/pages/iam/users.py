# SPDX-License-Identifier: Apache-2.0
"""Users (用户): the list, a sheet for one, her password, and what she may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QCheckBox, QMenu

from koodesk.backend.views.identity import UserDraft
from koodesk.ui import icons
from koodesk.ui.i18n import tr
from koodesk.ui.pages.iam.asking import joined, run_asking
from koodesk.ui.pages.iam.check_list import CheckList
from koodesk.ui.pages.iam.user_rights import RightsSheet
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.sign_in import password_edit
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


def state_of(row: Any) -> tuple[str, str]:
    """Return a user's state in a word, and its kind."""
    if row.main:
        return tr("主账号"), "accent"
    if not row.enabled:
        return tr("已停用"), "neutral"
    if row.locked_until_ms:
        return tr("输错密码，已锁定"), "danger"
    if not row.has_password:
        return tr("没有密码"), "warning"
    return (tr("首次登录改密码"), "warning") if row.must_change else (tr("正常"), "success")


class UsersPage(RecordsPage):
    """Who may sign in besides the main account."""

    page_id = "iam_users"
    icon = "user"
    watches: ClassVar[tuple[str, ...]] = ("identity",)
    told_of = "identity"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("用户"), tr("权限来自用户组，不在组里什么都不能做"))
        self._rights = self.add_action(
            button(tr("查看权限"), self._show_rights, icon="shield-check", name="user-rights")
        )
        self._edit = self.add_action(
            button(tr("修改用户"), self._change, icon="pencil", name="user-edit"), "iam:user:update"
        )
        self._more = self.add_action(button(tr("更多"), self._open_menu, icon="ellipsis", name="user-more"))
        self.add_action(
            button(tr("创建用户"), self.add, kind="primary", icon="plus", name="user-add"), "iam:user:create"
        )
        columns = (
            Column(tr("用户名"), lambda r: r.name, 160),
            Column(
                tr("状态"), lambda r: state_of(r)[0], 140, kind=lambda r: state_of(r)[1], tip=self._state_tip
            ),
            Column(tr("用户组"), lambda r: joined(name for _, name in r.groups) or "—"),
            Column(tr("描述"), lambda r: r.note or "—"),
            Column(tr("访问密钥"), lambda r: str(r.keys), 80, right=True),
            Column(tr("最近登录"), lambda r: minute(r.signed_in_ms), 150),
        )
        empty = EmptyState(
            "users",
            tr("还没有用户"),
            tr(
                "现在只有主账号。先在“用户组”创建一个组并授权，再创建用户加入它；用户登录后只能做组里允许的事。"
            ),
            tr("创建用户"),
            self.add,
        )
        self.guard(empty.button, "iam:user:create")
        self.add_list(columns, empty, lambda _row: self._change())

    def fetch(self, service: Service) -> Any:
        """Return the users."""
        return service.users.list()

    def _state_tip(self, row: Any) -> str | None:
        if row.locked_until_ms:
            return tr("{time} 之前不能登录；重置密码可以立即解锁", time=minute(row.locked_until_ms))
        return None

    def chosen(self) -> None:
        """Offer what can be done with the chosen user."""
        row = self.row
        why = tr("先选择一个用户") if row is None else ""
        own = tr("主账号由本人在左下角“我的账号”修改") if row is not None and row.main else why
        for control, reason in ((self._rights, why), (self._edit, own), (self._more, own)):
            control.setEnabled(not reason)
            control.setToolTip(reason)

    # --- doing -----------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Open the sheet for a new user."""
        self._sheet(None)

    def _change(self) -> None:
        row = self.row
        if row is not None and not row.main and not self.desk.why_not("iam:user:update"):
            self._sheet(row)

    def _show_rights(self) -> None:
        row = self.row
        if row is not None:
            RightsSheet(self, row.id, row.name).open()

    def _open_menu(self) -> None:
        row = self.row
        if row is not None:
            menu = self.menu(row)
            menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def menu(self, row: Any) -> QMenu:
        """Make the menu of what can be done with a user."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        reset = menu.addAction(icons.icon("key"), tr("重置密码…"), lambda: self._reset(row))
        word = tr("停用") if row.enabled else tr("重新启用")
        toggle = menu.addAction(icons.icon("ban"), word, lambda: self._toggle(row))
        menu.addSeparator()
        delete = menu.addAction(icons.icon("trash-2"), tr("删除…"), lambda: self._delete(row))
        self.guard_entry(reset, "iam:user:update")
        self.guard_entry(toggle, "iam:user:update")
        self.guard_entry(delete, "iam:user:delete")
        return menu

    def _toggle(self, row: Any) -> None:
        enabled = not row.enabled
        done = (
            tr("用户 {name} 已启用。", name=row.name)
            if enabled
            else tr("用户 {name} 已停用。", name=row.name)
        )
        run_asking(
            self,
            lambda service, sure: service.users.set_enabled(row.id, enabled, sure=sure),
            lambda _: self.told(done),
            self.show_problems,
        )

    def _delete(self, row: Any) -> None:
        confirm(
            self,
            tr("删除用户 {name}？", name=row.name),
            tr("该用户不能再登录，访问密钥立即失效；做过的事仍留在审计日志里。不能撤销。"),
            tr("删除用户"),
            lambda: run_asking(
                self,
                lambda service, sure: service.users.delete(row.id, sure=sure),
                lambda _: self.told(tr("用户 {name} 已删除。", name=row.name)),
                self.show_problems,
            ),
        )

    def _reset(self, row: Any) -> None:
        form = Form(label_width=96)
        password = password_edit("user-password")
        must = QCheckBox(tr("首次登录时必须修改"))
        must.setChecked(True)
        form.add("password", tr("新密码"), password, required=True, hint=password_rule())
        form.add("must_change", "", must)

        def done(_: Any) -> None:
            sheet.accept()
            self.told(tr("用户 {name} 的密码已重置，锁定也已解除。", name=row.name))

        def save() -> None:
            text, change = password.text(), must.isChecked()
            self.run(
                lambda service: service.users.set_password(row.id, text, change),
                done,
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("重置 {name} 的密码", name=row.name), tr("重置密码"), save, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        password.setFocus()
        sheet.open()

    def _sheet(self, row: Any) -> None:
        """Open the sheet once the groups to choose from are known."""
        if self.desk.why_not("iam:group:list"):
            self._open_sheet(row, ())
            return
        self.run(lambda service: service.groups.list(), lambda groups: self._open_sheet(row, groups))

    def _open_sheet(self, row: Any, known: tuple[Any, ...]) -> None:
        form = Form(label_width=96)
        name, note, password = line_edit(limit=80), line_edit(limit=280), password_edit("user-password")
        name.setObjectName("user-name")
        chosen = tuple(g for g, _ in row.groups) if row is not None else ()
        groups = CheckList([(g.id, g.name, joined(g.policies)) for g in known], chosen)
        groups.setObjectName("user-groups")
        must = QCheckBox(tr("首次登录时必须修改"))
        must.setChecked(True)
        if row is not None:
            name.setText(row.name)
            note.setText(row.note)
        form.add(
            "name",
            tr("用户名"),
            name,
            required=True,
            limit=64,
            hint=tr("文字、字母、数字、空格和 - _ .；登录时不分大小写。"),
        )
        form.add("note", tr("描述"), note, limit=255)
        if row is None:
            form.add(
                "password",
                tr("初始密码"),
                password,
                hint=tr("留空则暂时不能登录。{rule}", rule=password_rule()),
            )
            form.add("must_change", "", must)
        form.add(
            "groups",
            tr("用户组"),
            groups,
            hint=tr("权限由用户组决定，可以加入多个组。")
            if known
            else tr("还没有用户组：先创建用户组并授权，再回来加入。"),
        )

        def done(_: Any) -> None:
            sheet.accept()
            text = (
                tr("用户 {name} 已创建。", name=name.text())
                if row is None
                else tr("用户 {name} 已修改。", name=name.text())
            )
            self.told(text)

        def save() -> None:
            draft = UserDraft(name.text(), note.text(), groups.chosen if known else chosen)
            refused = self.refusals(sheet, form)
            if row is None:
                text, change = password.text(), must.isChecked()
                self.run(lambda service: service.users.create(draft, text, change), done, refused)
            else:
                run_asking(
                    self,
                    lambda service, sure: service.users.change(row.id, draft, row.revision, sure=sure),
                    done,
                    refused,
                )

        sheet = Sheet(self, tr("创建用户") if row is None else tr("修改用户"), tr("确定"), save, width=600)
        sheet.body.addWidget(form)
        if row is None:
            sheet.body.addWidget(label(tr("用户在这台电脑的同一个工作区登录。"), "hint"))
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()


def password_rule() -> str:
    """Say what a password must be."""
    return tr("8–64 个字符，大写、小写、数字、其他符号至少三种，不含用户名。")
