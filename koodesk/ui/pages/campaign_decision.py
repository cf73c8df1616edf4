# SPDX-License-Identifier: Apache-2.0
"""Deciding about calls of unknown outcome: what it means and risks, the reason, then a confirmation bound to what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from koodesk.domain.unknown_call import REASON_LIMIT, Decision
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Chip, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit


class DecisionSheet(Sheet):
    """First the reason, then the summary with its digest; only the second step decides."""

    def __init__(self, page: Page, campaign: Any, decision: Decision, calls: Sequence[int]) -> None:
        sent = decision is Decision.SENT
        heading = tr("认定为已发送") if sent else tr("认定为未发送")
        super().__init__(page, heading, tr("下一步"), self._forward, width=560)
        self._page = page
        self._campaign = campaign
        self._decision = decision
        self._calls = tuple(calls)
        self._prepared: Any = None
        self.body.addLayout(
            row(
                Chip(
                    tr("这个任务不会再发给这些号码") if sent else tr("再次发送有重复的风险"),
                    "accent" if sent else "warning",
                ),
                1,
            )
        )
        self.body.addWidget(
            label(
                tr(
                    "没有回答的号码会记为“已受理”，注明是由人认定、没有平台的消息编号；"
                    "这个任务不会再发给他们。后来的状态报告会证实它，或与它矛盾，都会显示出来。"
                )
                if sent
                else tr(
                    "没有回答的号码会记为“未受理”，注明是由人认定；它们可以导出，另建任务再次发送。"
                    "如果平台其实已经受理，再次发送会让这些人收到两条。请先向平台核实。"
                ),
                wrap=True,
            )
        )
        self.form = Form(label_width=96)
        self.reason = line_edit(limit=REASON_LIMIT)
        self.form.add(
            "reason",
            tr("认定的理由"),
            self.reason,
            required=True,
            hint=tr("向谁核实、看到了什么。谁、何时、为什么认定会记入审计。"),
        )
        self.body.addWidget(self.form)
        self.summary = label("", wrap=True)
        self.digest = label("", "hint", selectable=True)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.digest)
        self.body.addStretch(1)
        for part in (self.summary, self.digest):
            part.hide()
        self.reason.textChanged.connect(lambda _: self._back())
        self.reason.setFocus()

    def _back(self) -> None:
        """Another reason is another decision: it is summed up anew."""
        if self._prepared is not None:
            self._prepared = None
            self.summary.hide()
            self.digest.hide()
            self.accept_button.setText(tr("下一步"))

    def _forward(self) -> None:
        number, prepared = self._campaign.id, self._prepared
        if prepared is None:
            what, calls, reason = self._decision, self._calls, self.reason.text()
            self._page.run(
                lambda service: service.unknown.prepare(number, what, calls, reason),
                self._sum_up,
                self._failed,
            )
            return

        def done(_: Any) -> None:
            self.accept()
            self._page.desk.changed.emit("campaigns")

        self._page.run(lambda service: service.unknown.decide(number, prepared), done, self._failed)

    def _sum_up(self, prepared: Any) -> None:
        self.banner.hide()
        self._prepared = prepared
        told = {
            "count": f"{prepared.numbers:,}",
            "calls": f"{len(prepared.calls):,}",
            "name": self._campaign.name,
        }
        self.summary.setText(
            tr("“{name}”的 {calls} 次调用、{count} 个号码将认定为已发送。", **told)
            if self._decision is Decision.SENT
            else tr("“{name}”的 {calls} 次调用、{count} 个号码将认定为未发送。", **told)
        )
        self.digest.setText(tr("这次认定的摘要：{digest}", digest=prepared.digest[:16]))
        self.summary.show()
        self.digest.show()
        self.accept_button.setText(tr("确认认定"))

    def _failed(self, problems: Any) -> None:
        self._back()
        left = self.form.show_problems(problems)
        if left:
            self.banner.tell(self._page.desk.say(left))
