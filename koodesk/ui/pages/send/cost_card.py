# SPDX-License-Identifier: Apache-2.0
"""费用预估: what a send is expected to cost and at most, against the packages; and the field of the budget (预算上限)."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit

from koodesk.domain.billing.money import read_yuan
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.problem import Problem, Refused
from koodesk.ui.i18n import tr
from koodesk.ui.pages.billing.words import item_word, money
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, line_edit


def add_budget(form: Form) -> tuple[QLineEdit, QLabel]:
    """Add the fields of budget and forecast to a send form; return the edit, and the label that `say_cost` fills."""
    edit = line_edit(tr("不限"))
    edit.setObjectName("budget")
    form.add(
        "budget",
        tr("预算上限（元）"),
        edit,
        hint=tr("选填。按单价计算，套餐包抵扣的也算在内；下一批可能超过时自动暂停。"),
    )
    told = label("", wrap=True)
    told.setObjectName("estimate")
    form.add("estimate", tr("费用预估"), told)
    say_cost(told, None)
    return edit, told


def say_cost(told: QLabel, forecast: Any) -> None:
    """Write a forecast in a line; without one, when there will be one."""
    if forecast is None:
        told.setText(tr("填好内容和号码后显示"))
        return
    told.setText(
        tr(
            "扣除套餐包后预计 {expected}，最多 {most}",
            expected=money(forecast.expected),
            most=money(forecast.most),
        )
    )


def budget_of(edit: QLineEdit) -> int:
    """Return the budget that is filled in, 0 for none or for what is no amount (`budget_problems` says so)."""
    try:
        return read_yuan(edit.text(), "budget") if edit.text().strip() else 0
    except Refused:
        return 0


def budget_problems(edit: QLineEdit) -> tuple[Problem, ...]:
    """Return what is wrong with the budget that is filled in."""
    try:
        read_yuan(edit.text() if edit.text().strip() else "0", "budget")
    except Refused as refused:
        return refused.problems
    return ()


class CostCard(Card):
    """The forecast of a confirmation: a line an item, then the sums."""

    def __init__(self, confirmation: Any) -> None:
        super().__init__(panel="sunken", margins=16)
        forecast = confirmation.forecast
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        heads = (tr("费用预估"), tr("预计"), tr("最多"), tr("其中套餐包"), tr("单价"))
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "second"), 0, column, _side(column))
        for number, part in enumerate(forecast.parts, 1):
            cells = (
                item_word(part.item),
                f"{part.expected:,}",
                f"{part.most:,}",
                f"{part.most_packaged:,}",
                money(part.price),
            )
            for column, cell in enumerate(cells):
                grid.addWidget(label(cell), number, column, _side(column))
        self.body.addLayout(grid)
        self.sum = label(
            tr(
                "扣除套餐包后预计 {expected}，最多 {most}",
                expected=money(forecast.expected),
                most=money(forecast.most),
            ),
            "heading",
        )
        self.body.addWidget(self.sum)
        most = money(forecast.ceiling)
        notes = [
            tr("最多是全部送达、卡片全部解析；不用套餐包时最多 {ceiling}。", ceiling=most)
            if confirmation.kind == CampaignKind.SMART
            else tr("最多是全部送达，每条都按最长的内容计；不用套餐包时最多 {ceiling}。", ceiling=most)
            if confirmation.kind == CampaignKind.PLAIN
            else tr("最多是全部送达；不用套餐包时最多 {ceiling}。", ceiling=most)
        ]
        if forecast.ceiling is None:
            notes.append(tr("有的单价平台没有公布，录入合同价后才能预估。"))
        if confirmation.budget:
            notes.append(
                tr("预算上限 {budget}，下一批可能超过时自动暂停。", budget=money(confirmation.budget))
            )
        self.body.addWidget(label("\n".join(notes), "hint", wrap=True))


def _side(column: int) -> Any:
    from PySide6.QtCore import Qt

    return Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
