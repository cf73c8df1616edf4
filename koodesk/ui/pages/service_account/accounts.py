# SPDX-License-Identifier: Apache-2.0
"""Service accounts (服务号资料管理): lists of accounts, menus and home pages with their states, and what one can do with each."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QTabBar

from koodesk.domain.service_account.values import RecordKind
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.words import (
    approval_chip,
    checker,
    effect_words,
    life_chip,
    record_names,
)
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, text_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

KINDS: Final = (RecordKind.PROFILE, RecordKind.MENU, RecordKind.HOME)


class AccountsPage(Page):
    """The three lists; all show the same accounts, each the state of its own record."""

    page_id = "accounts"
    icon = "smartphone"
    watches: ClassVar[tuple[str, ...]] = ("accounts", "reviews", "engine", "filings")

    def build(self) -> None:
        """Lay out tabs, actions and the list."""
        self.set_title(tr("服务号资料管理"), tr("服务号、菜单、主页分别审核；审核通过后 24 小时内生效"))
        self._delete = self.add_action(
            button(tr("删除"), self.delete, icon="trash-2", name="account-delete"),
            "kooMessage:aimSaPub:delete",
        )
        self._urge = self.add_action(
            button(tr("催审"), self.urge, icon="clock", name="account-urge"), "kooMessage:aimSaMenu:push"
        )
        self._freeze = self.add_action(
            button(tr("冻结"), self.freeze, icon="ban", name="account-freeze"), "kooMessage:aimSaPub:freeze"
        )
        self._edit = self.add_action(button(tr("编辑"), self.edit, icon="pencil", name="account-edit"))
        self.add_action(
            button(tr("创建服务号"), self.add, kind="primary", icon="plus", name="account-create"),
            "kooMessage:aimSaPub:create",
        )
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setObjectName("account-tabs")
        for kind, text in record_names().items():
            number = self.tabs.addTab(text)
            self.tabs.setTabData(number, kind)
        self.tabs.currentChanged.connect(self._tab)
        self.body.addWidget(self.tabs)
        columns = (
            Column(tr("服务号名称"), lambda r: r.name or tr("（未命名）"), 130),
            Column(tr("内容"), self._content),
            Column(
                tr("审核状态"),
                lambda r: approval_chip(self._record(r))[0],
                140,
                kind=lambda r: approval_chip(self._record(r))[1],
                tip=lambda r: reason_lines(self._record(r).reasons) or None,
            ),
            Column(
                tr("生效状态"),
                lambda r: life_chip(self._record(r))[0],
                110,
                kind=lambda r: life_chip(self._record(r))[1],
                tip=lambda r: self._record(r).freeze_reason or None,
            ),
            Column(tr("生效时间"), lambda r: effect_words(self._record(r)), 170),
            Column(tr("通道号"), lambda r: tr("、").join(r.ports) or "—", 150),
            Column(tr("更新时间"), lambda r: minute(self._record(r).saved_ms), 140),
        )
        empty = EmptyState(
            "smartphone",
            tr("还没有服务号"),
            tr(
                "服务号把企业的名称、菜单和主页放到用户的短信界面里。先完成智能信息服务号的企业备案，再创建服务号。"
            ),
            tr("创建服务号"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:aimSaPub:create")
        self.listing = Listing(columns, empty, lambda _: self.edit())
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        self._chosen()

    def open(self, **arguments: Any) -> None:
        """Show a tab: `kind` is the value of a RecordKind; `id` selects an account."""
        wanted = arguments.get("kind")
        for number in range(self.tabs.count()):
            if self.tabs.tabData(number) == wanted:
                self.tabs.setCurrentIndex(number)
        if arguments.get("id"):
            self.listing.choose(int(arguments["id"]))

    def refresh(self) -> None:
        """Fetch the accounts."""

        def show(rows: Any) -> None:
            self.listing.show_rows(rows)
            self._chosen()

        self.run(lambda service: service.service_accounts.list(), show)

    # --- what is chosen --------------------------------------------------------------------------------------

    @property
    def kind(self) -> RecordKind:
        """Which of the three lists is shown."""
        return KINDS[max(self.tabs.currentIndex(), 0)]

    def _record(self, row: Any) -> Any:
        return row.records[KINDS.index(self.kind)]

    def _content(self, row: Any) -> str:
        record = self._record(row)
        return str(record.content.abstract) if self.kind is RecordKind.PROFILE else record.title or "—"

    def _tab(self, _number: int) -> None:
        self.listing.table.viewport().update()
        self._chosen()

    def _chosen(self) -> None:
        """Offer for the chosen account what its states allow."""
        row = self.listing.table.current()
        record = self._record(row) if row is not None else None
        frozen = row is not None and row.profile.life.value == "frozen"
        self._edit.setEnabled(row is not None)
        self._freeze.setText(tr("解冻") if frozen else tr("冻结"))
        self._freeze.setEnabled(frozen or (row is not None and row.profile.in_effect))
        urgeable = bool(
            row is not None
            and record is not None
            and record.approval.value == "waiting"
            and row.urgeable
            and record.kind is not RecordKind.PROFILE
            and not record.urged_ms
        )
        self._urge.setEnabled(urgeable)
        self._delete.setEnabled(row is not None and row.draft)
        self._urge.setToolTip("" if urgeable else tr("服务号资料通过后，审核中的菜单和主页可以催审一次"))
        self._delete.setToolTip("" if self._delete.isEnabled() else tr("只有没提交过的草稿可以删除"))
        self._freeze.setToolTip("" if self._freeze.isEnabled() else tr("已生效的服务号才能冻结"))

    # --- doing ---------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Open the wizard for a new account."""
        self.desk.go("account_wizard", new=True)

    def edit(self) -> None:
        """Open the wizard on the step of this list."""
        row = self.listing.table.current()
        if row is not None:
            self.desk.go("account_wizard", id=row.id, step=KINDS.index(self.kind))

    def _done(self, text: str) -> Any:
        def then(_: Any) -> None:
            self.desk.changed.emit("accounts")
            self.banner.tell(text, "success")
            self.refresh()

        return then

    def freeze(self) -> None:
        """Ask for a reason and freeze, or unfreeze."""
        row = self.listing.table.current()
        if row is None:
            return
        number = row.id
        if row.profile.life.value == "frozen":
            confirm(
                self,
                tr("解冻“{name}”？", name=row.name),
                tr("解冻后要重新审核，通过并生效后终端才会再显示。"),
                tr("解冻"),
                lambda: self.run(
                    lambda service: service.service_accounts.unfreeze(number),
                    self._done(tr("已提交解冻，等待重新审核。")),
                ),
                danger=False,
            )
            return
        form = Form(label_width=88)
        reason = text_edit(rows=3)
        reason.setObjectName("freeze-reason")
        limit = checker().rules.limit("profile.freeze_reason").value
        form.add("reason", tr("冻结原因"), reason, required=True, limit=limit)

        def take() -> None:
            words = reason.toPlainText()

            def done(found: Any) -> None:
                sheet.accept()
                self._done(tr("已冻结，终端不再显示这个服务号。"))(found)

            self.run(
                lambda service: service.service_accounts.freeze(number, words),
                done,
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("冻结“{name}”", name=row.name), tr("冻结"), take, width=520)
        sheet.body.addWidget(
            label(
                tr("冻结立即生效：手机不再显示它的菜单、主页和快捷键，点击不计费。解冻需要重新审核。"),
                "second",
                wrap=True,
            )
        )
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        sheet.open()
        reason.setFocus()

    def urge(self) -> None:
        """Ask the reviewer to decide sooner."""
        row = self.listing.table.current()
        if row is None:
            return
        number, menu = row.id, self.kind is RecordKind.MENU

        def work(service: Any) -> Any:
            accounts = service.service_accounts
            return accounts.urge_menu(number) if menu else accounts.urge_home(number)

        self.run(work, self._done(tr("已催审。")))

    def delete(self) -> None:
        """Delete a draft after asking."""
        row = self.listing.table.current()
        if row is None:
            return
        number = row.id
        confirm(
            self,
            tr("删除草稿“{name}”？", name=row.name or tr("（未命名）")),
            tr("资料、菜单和主页的草稿都会删除，不能撤销。"),
            tr("删除"),
            lambda: self.run(
                lambda service: service.service_accounts.delete(number), self._done(tr("已删除。"))
            ),
        )
