# SPDX-License-Identifier: Apache-2.0
"""Policies (权限策略): the system's with their matrix of operations, and custom ones as documents."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QTabBar

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.iam.asking import joined, of_two
from koodesk.ui.pages.iam.policy_editor import PolicyEditor
from koodesk.ui.pages.iam.policy_matrix import MatrixView
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

SYSTEM, CUSTOM, MATRIX = range(3)


class PoliciesPage(Page):
    """Three tabs: what the platform has, what one has written, and who may do what."""

    page_id = "iam_policies"
    icon = "shield-check"
    watches: ClassVar[tuple[str, ...]] = ("identity",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out tabs and lists."""
        self.set_title(tr("权限策略"), tr("系统策略和平台一致；自定义策略写成和云上相同的 JSON"))
        self._look = self.add_action(button(tr("查看策略"), self._open, icon="eye", name="policy-open"))
        self._remove = self.add_action(
            button(tr("删除"), self._delete, icon="trash-2", name="policy-delete"), "iam:policy:delete"
        )
        self.add_action(
            button(tr("创建自定义策略"), self.add, kind="primary", icon="plus", name="policy-add"),
            "iam:policy:create",
        )
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("权限策略"))
        for text in (tr("系统策略"), tr("自定义策略"), tr("操作矩阵")):
            self.tabs.addTab(text)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(self._tab)
        self.body.addWidget(self.tabs)
        self.stack = QStackedWidget()
        self.lists = (self._list(system=True), self._list(system=False))
        for part in self.lists:
            part.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
            self.stack.addWidget(part)
        self.matrix = MatrixView()
        self.stack.addWidget(self.matrix)
        self.body.addWidget(self.stack, 1)
        self._chosen()

    def _list(self, *, system: bool) -> Listing:
        columns = (
            Column(tr("策略名称"), lambda r: r.name, 340),
            Column(tr("说明"), lambda r: of_two(r.note_zh, r.note_en) or "—"),
            Column(tr("授予的用户组"), lambda r: joined(r.groups) or "—", 220),
        )
        empty = EmptyState(
            "shield-check",
            tr("还没有自定义策略"),
            tr("系统策略不够细时，自己写一条：允许或拒绝哪些操作。写好后在“用户组”里授予。"),
            "" if system else tr("创建自定义策略"),
            None if system else self.add,
        )
        self.guard(empty.button, "iam:policy:create")
        return Listing(columns, empty, lambda _row: self._open(), key=lambda r: r.name)

    def open(self, **arguments: Any) -> None:
        """Show a tab, or the editor, when asked for it."""
        if arguments.get("tab") == "matrix":
            self.tabs.setCurrentIndex(MATRIX)
        if arguments.get("add"):
            self.add()

    def refresh(self) -> None:
        """Fetch the policies and the matrix."""

        def show(found: Any) -> None:
            rows, (names, actions) = found
            self.lists[SYSTEM].show_rows([r for r in rows if r.system])
            self.lists[CUSTOM].show_rows([r for r in rows if not r.system])
            self.matrix.show_matrix(names, actions)
            self._chosen()

        self.run(lambda service: (service.policies.list(), service.policies.matrix()), show)

    def _tab(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self._chosen()

    def _current(self) -> Any:
        number = self.tabs.currentIndex()
        return None if number == MATRIX else self.lists[number].table.current()

    def _chosen(self) -> None:
        row = self._current()
        own = row is not None and not row.system
        self._look.setText(
            tr("修改策略") if own and not self.desk.why_not("iam:policy:update") else tr("查看策略")
        )
        self._look.setVisible(self.tabs.currentIndex() != MATRIX)
        self._remove.setVisible(self.tabs.currentIndex() == CUSTOM)
        for control in (self._look, self._remove):
            control.setEnabled(row is not None)
            control.setToolTip("" if row is not None else tr("先选择一条策略"))

    def add(self) -> None:
        """Open the editor for a new policy."""
        PolicyEditor(self, None).open()

    def _open(self) -> None:
        row = self._current()
        if row is not None:
            PolicyEditor(self, row).open()

    def told(self, text: str) -> None:
        """Say what was done, and show it."""
        self.banner.tell(text, "success")
        self.tabs.setCurrentIndex(CUSTOM)
        self.desk.changed.emit("identity")

    def _delete(self) -> None:
        row = self._current()
        if row is None:
            return
        confirm(
            self,
            tr("删除策略“{name}”？", name=row.name),
            tr("授予过的策略要先从用户组取消授权。不能撤销。"),
            tr("删除策略"),
            lambda: self.run(
                lambda service: service.policies.delete(row.id),
                lambda _: self.told(tr("策略“{name}”已删除。", name=row.name)),
            ),
        )
