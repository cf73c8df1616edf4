# SPDX-License-Identifier: Apache-2.0
"""What may this user do: every action with the answer and the policy that gives it."""

from __future__ import annotations

from typing import Any

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.iam.asking import of_two
from koodesk.ui.widgets.basics import label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column


class RightsSheet(Sheet):
    """Found by typing; all, allowed, or not allowed."""

    def __init__(self, page: Page, user_id: int, name: str) -> None:
        super().__init__(page, tr("{name} 能做什么", name=name), tr("关闭"), self.accept, width=1080)
        self.cancel_button.hide()
        self._rows: tuple[Any, ...] = ()
        self.search = line_edit(tr("按操作或策略搜索"), lambda _: self._show(), limit=60)
        self.search.setAccessibleName(tr("搜索"))
        self.search.setFixedWidth(240)
        self.which = choice([(tr("全部操作"), ""), (tr("能做的"), "yes"), (tr("不能做的"), "no")], self._show)
        self.which.setAccessibleName(tr("筛选"))
        self.count = label("", "second")
        self.body.addLayout(row(self.search, self.which, 1, self.count))
        columns = (
            Column(tr("操作"), lambda r: of_two(r.name_zh, r.name_en)),
            Column(
                tr("结果"),
                lambda r: tr("允许") if r.allowed else tr("不允许"),
                90,
                kind=lambda r: "success" if r.allowed else "neutral",
            ),
            Column(tr("依据"), self._reason, 210),
            Column(tr("授权项"), lambda r: r.action, 290),
        )
        self.listing = Listing(
            columns,
            EmptyState("search", tr("没有符合条件的操作"), tr("换一个词试试。")),
            key=lambda r: r.action,
        )
        self.listing.table.setAccessibleName(tr("{name} 能做什么", name=name))
        self.listing.setMinimumHeight(240)
        self.body.addWidget(self.listing, 1)
        self.fit(720)
        page.run(lambda service: service.users.rights(user_id), self._take)

    def _reason(self, right: Any) -> str:
        if right.policy:
            return str(right.policy)
        if right.missing and right.missing != right.action:
            return tr("还缺 {action}", action=right.missing)
        return tr("没有策略允许")

    def _take(self, rows: Any) -> None:
        self._rows = tuple(rows)
        self._show()

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        wanted = self.which.value
        shown = [
            r
            for r in self._rows
            if (not wanted or r.allowed is (wanted == "yes"))
            and all(w in f"{r.name_zh} {r.name_en} {r.action} {r.policy}".casefold() for w in words)
        ]
        self.listing.show_rows(shown)
        allowed = sum(r.allowed for r in self._rows)
        self.count.setText(tr("{count} 项操作，能做 {allowed} 项", count=len(self._rows), allowed=allowed))
