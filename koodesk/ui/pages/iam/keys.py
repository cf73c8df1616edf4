# SPDX-License-Identifier: Apache-2.0
"""Access keys (访问密钥): what programs sign in with. The secret is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label, row
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class KeysPage(RecordsPage):
    """One's own keys; with the right for it, everybody's."""

    page_id = "iam_keys"
    icon = "key"
    watches: ClassVar[tuple[str, ...]] = ("identity",)
    told_of = "identity"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("访问密钥"), tr("程序用 AK/SK 登录；每人最多两个，SK 只显示一次"))
        self._toggle = self.add_action(button(tr("停用"), self._set_enabled, icon="ban", name="key-toggle"))
        self._remove = self.add_action(button(tr("删除"), self._delete, icon="trash-2", name="key-delete"))
        self._add = self.add_action(
            button(tr("创建访问密钥"), self.add, kind="primary", icon="plus", name="key-add"),
            "iam:ownCredential:manage",
        )
        columns = (
            Column(tr("用户名"), lambda r: r.user, 140),
            Column(
                tr("访问密钥 ID（AK）"),
                lambda r: r.ak,
                210,
                tip=lambda r: tr("创建于 {time}", time=minute(r.created_ms)),
            ),
            Column(
                tr("状态"),
                lambda r: tr("正常") if r.enabled else tr("已停用"),
                96,
                kind=lambda r: "success" if r.enabled else "neutral",
            ),
            Column(
                tr("SK 保存在"),
                lambda r: self.desk.word(f"state.key_kept.{r.kept}"),
                130,
                kind=lambda r: {"session": "warning", "lost": "danger"}.get(r.kept, ""),
            ),
            Column(tr("描述"), lambda r: r.note or "—"),
            Column(tr("最近使用"), lambda r: minute(r.used_ms), 140),
        )
        self.empty = EmptyState(
            "key",
            tr("还没有访问密钥"),
            tr("在命令行或自己的程序里使用 Koodesk 时创建一个：设置环境变量 KOODESK_AK 和 KOODESK_SK。"),
            tr("创建访问密钥"),
            self.add,
        )
        self.guard(self.empty.button, "iam:ownCredential:manage")
        self.add_list(columns, self.empty, lambda _row: None)

    @property
    def _all(self) -> bool:
        """Tell whether other users' keys may be seen and managed."""
        return not self.desk.why_not("iam:credential:list") and not self.desk.why_not("iam:credential:manage")

    def refresh(self) -> None:
        """Fetch the keys one may see."""
        self._every = self._all
        super().refresh()

    def fetch(self, service: Service) -> Any:
        """Return the keys."""
        return service.access_keys.list() if self._every else service.access_keys.own()

    def chosen(self) -> None:
        """Offer what can be done with the chosen key."""
        chosen = self.row
        why = tr("先选择一个访问密钥") if chosen is None else ""
        self._toggle.setText(tr("停用") if chosen is None or chosen.enabled else tr("重新启用"))
        for control in (self._toggle, self._remove):
            control.setEnabled(not why)
            control.setToolTip(why)

    def _mine(self, key: Any) -> bool:
        return self.desk.session is not None and key.user_id == self.desk.session.user_id

    def _set_enabled(self) -> None:
        key = self.row
        if key is None:
            return
        mine, enabled = self._mine(key), not key.enabled
        done = tr("访问密钥已启用。") if enabled else tr("访问密钥已停用，用它的程序立即不能登录。")
        self.run(
            lambda service: (
                service.access_keys.set_own_enabled(key.id, enabled)
                if mine
                else service.access_keys.set_enabled(key.id, enabled)
            ),
            lambda _: self.told(done),
        )

    def _delete(self) -> None:
        key = self.row
        if key is None:
            return
        mine = self._mine(key)
        confirm(
            self,
            tr("删除访问密钥 {ak}？", ak=key.ak),
            tr("用它的程序立即不能登录。不能撤销。"),
            tr("删除访问密钥"),
            lambda: self.run(
                lambda service: (
                    service.access_keys.delete_own(key.id) if mine else service.access_keys.delete(key.id)
                ),
                lambda _: self.told(tr("访问密钥已删除。")),
            ),
        )

    # --- a new one -------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for whom, where there is a choice, and what for."""
        if self._all and not self.desk.why_not("iam:user:list"):
            self.run(lambda service: service.users.list(), self._sheet)
        else:
            self._sheet(())

    def _sheet(self, users: Any) -> None:
        session = self.desk.session
        own = 0 if session is None else session.user_id
        form = Form(label_width=96)
        choices = [(u.name, u.id) for u in users]
        who = choice(choices)
        who.setObjectName("key-user")
        who.choose(own)
        note = line_edit(limit=280)
        note.setObjectName("key-note")
        if choices:
            form.add("user", tr_one("用户"), who, required=True)
        form.add("note", tr("描述"), note, limit=255, hint=tr("例如哪个程序用它。"))

        def done(made: Any) -> None:
            sheet.accept()
            self.desk.changed.emit("identity")
            self._show_once(made)

        def save() -> None:
            text, user = note.text(), int(who.value or 0)
            refused = self.refusals(sheet, form)
            if user and user != own:
                self.run(lambda service: service.access_keys.create(user, text), done, refused)
            else:
                self.run(lambda service: service.access_keys.create_own(text), done, refused)

        sheet = Sheet(self, tr("创建访问密钥"), tr("创建"), save, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        note.setFocus()
        sheet.open()

    def _show_once(self, made: Any) -> None:
        """Show the secret, the only time."""
        sheet = Sheet(self, tr("访问密钥已创建"), tr("我已保存"), lambda: sheet.accept(), width=560)
        sheet.cancel_button.hide()
        sheet.body.addWidget(
            label(tr("SK 只显示这一次，关闭后不能再查看。请现在复制到安全的地方。"), wrap=True)
        )
        form = Form(label_width=48)
        for name, value, where in (("AK", made.row.ak, "ak"), ("SK", made.sk, "sk")):
            shown = QLineEdit(value)
            shown.setReadOnly(True)
            shown.setObjectName(f"key-{where}")
            form.add(where, name, shown)
        sheet.body.addWidget(form)
        copy = button(tr("复制 AK 和 SK"), lambda: self._copy(made), icon="copy", name="key-copy")
        sheet.body.addLayout(row(copy, 1))
        kept = {
            "keystore": tr("SK 已存入系统密钥库，用来校验以后的请求签名。"),
            "session": tr(
                "这台电脑没有系统密钥库：SK 只留在本次运行的内存里，程序退出后不能再校验签名；登录仍然可以。"
            ),
        }[made.row.kept]
        sheet.body.addWidget(label(kept, "hint" if made.row.kept == "keystore" else "warning", wrap=True))
        sheet.body.addStretch(1)
        sheet.open()

    def _copy(self, made: Any) -> None:
        QGuiApplication.clipboard().setText(f"{made.row.ak}\n{made.sk}")
