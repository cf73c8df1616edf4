# SPDX-License-Identifier: Apache-2.0
"""Raising the budget (预算上限) of a send task that was paused by it: a confirmation of its own."""

from __future__ import annotations

from typing import Any

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.words import money
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit

REACHED = "budget"
"""The reason of a campaign that its budget has paused."""


class BudgetSheet(Sheet):
    """Shows what is allowed and committed; takes a higher budget and resumes."""

    def __init__(self, page: Page, row: Any) -> None:
        super().__init__(page, tr("提高预算上限"), tr("提高并继续"), self._take, width=560)
        self._page = page
        self._row = row
        self.facts = label("", "second", wrap=True)
        self.body.addWidget(self.facts)
        self.form = Form()
        self.amount = line_edit()
        self.form.add(
            "budget",
            tr("新的预算上限（元）"),
            self.amount,
            required=True,
            hint=tr("谁、何时提高会记下来。按单价计算，套餐包抵扣的也算在内。"),
        )
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.amount.setFocus()
        page.run(lambda service: service.campaigns.budget(row.id), self._show)

    def _show(self, budget: Any) -> None:
        self.facts.setText(
            tr(
                "现在的上限 {amount}，已发出的最多 {committed}；全部发完最多 {most}。",
                amount=money(budget.amount),
                committed=money(budget.committed),
                most=money(budget.most),
            )
        )

    def _take(self) -> None:
        number, text = self._row.id, self.amount.text()

        def work(service: Any) -> None:
            service.campaigns.raise_budget(number, text)
            service.campaigns.resume(number)

        def done(_: Any) -> None:
            self.accept()
            self._page.desk.changed.emit("campaigns")

        def failed(problems: Any) -> None:
            left = self.form.show_problems(problems)
            if left:
                self.banner.tell(self._page.desk.say(left))

        self._page.run(work, done, failed)
