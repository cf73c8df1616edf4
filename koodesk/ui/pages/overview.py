# SPDX-License-Identifier: Apache-2.0
"""Overview (总览): what still stands between the user and her first send, and how the last sends went."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from koodesk import messages
from koodesk.domain.platform import Platform
from koodesk.ui import i18n, icons, states, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.balances_card import BalancesCard
from koodesk.ui.pages.engine_notice import EngineNotice
from koodesk.ui.pages.funnels import funnel_steps
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import ICON_GAP, Card, Chip, Figure, button, label, line
from koodesk.ui.widgets.charts import Funnel
from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.tables import Column, RowsModel, Table

REFRESH_MS = 2000
RECENT = 5
"""So many send tasks are listed here; the page of send tasks has all."""


class StepLine(QWidget):
    """One line of the checklist: its state, what it is, and the button that does it."""

    def __init__(self, number: int, step: Any, page: OverviewPage) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        language = i18n.language()
        chip = Chip(states.word("step", step.state.value), states.kind("step", step.state.value))
        place = QWidget()
        place.setFixedWidth(104)
        inside = QHBoxLayout(place)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(chip)
        inside.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(f"{number}. {messages.word(f'step.{step.id}.name', language)}"))
        note = messages.word(f"step.{step.id}.about", language)
        if step.state.value == "waiting" and step.due_ms:
            note = tr("预计 {when} 有结果（引擎时钟）", when=minute(step.due_ms))
        words.addWidget(label(note, "hint", wrap=True))
        row.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        texts = {
            "done": tr("查看"),
            "waiting": tr("查看进度"),
            "todo": tr("去完成"),
            "rejected": tr("查看原因并修改"),
        }
        kind = "primary" if step.id == page.next_step else "" if step.open else "quiet"
        made = button(
            texts[step.state.value], lambda: page.desk.go(step.page), kind=kind, name=f"step-{step.id}"
        )
        made.setEnabled(step.open)
        if not step.open:
            made.setToolTip(tr("先完成上面的步骤"))
        row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)


class OverviewPage(Page):
    """The first page: checklist, figures, running and recent sends, funnel of the last one."""

    page_id = "overview"
    icon = "house"
    watches: ClassVar[tuple[str, ...]] = (
        "cards",
        "filings",
        "sms",
        "campaigns",
        "reviews",
        "engine",
        "account",
    )

    def build(self) -> None:
        """Lay out the cards; everything is filled by `refresh`."""
        self.set_title(tr("总览"), tr("从这里开始：完成清单，发出第一条智能信息"))
        self.buy = button(
            tr("购买套餐包"), lambda: self.desk.go("buy_package"), icon="gift", name="buy-package"
        )
        self.add_action(self.buy, "kooMessage:package:buy")
        self.add_action(
            button(tr("新建模板"), lambda: self.desk.go("studio", choose=True), icon="plus"),
            "kooMessage:devTemplate:create",
        )
        self.send_button = button(tr("发送智能信息"), lambda: self.desk.go("send"), icon="send")
        self.add_action(self.send_button, "kooMessage:devSendTask:create")
        self.next_step = ""
        figures = QGridLayout()
        figures.setSpacing(16)
        self.figures = {
            "cards": Figure(tr("可发送的模板")),
            "signatures": Figure(tr("可用签名")),
            "templates": Figure(tr("可发送的短消息模板")),
            "reviews": Figure(tr("等待审核")),
        }
        for number, figure in enumerate(self.figures.values()):
            figures.addWidget(figure, 0, number)
        self._checklist()
        self.recent = Card(tr("最近的发送任务"))
        columns = (
            Column(tr("任务名称"), lambda r: r.name),
            Column(tr("类型"), lambda r: states.word("campaign_kind", r.kind), 120),
            Column(
                tr("状态"),
                lambda r: states.word("campaign", r.state),
                110,
                kind=lambda r: states.kind("campaign", r.state),
            ),
            Column(tr("已受理"), lambda r: f"{r.accepted:,} / {r.to_send:,}", 150, right=True),
            Column(tr("确认时间"), lambda r: minute(r.confirmed_ms), 150),
        )
        self.model = RowsModel(columns)
        self.table = Table(self.model, lambda r: self.desk.go("campaigns", campaign_id=r.id))
        self.no_sends = EmptyState(
            "send", tr("还没有发送任务"), tr("完成上面的清单后，就可以把卡片发给一份号码文件。")
        )
        self.no_sends.setFixedHeight(210)
        self.recent.body.addWidget(self.table)
        self.recent.body.addWidget(self.no_sends)
        self.table.hide()
        self.funnel_card = Card(tr("最近一次发送的漏斗"))
        self.funnel_name = label("", "second")
        self.funnel = Funnel()
        self.funnel_card.body.addWidget(self.funnel_name)
        self.funnel_card.body.addWidget(self.funnel)
        self.funnel_card.hide()
        self.body.addLayout(figures)
        self.balances = BalancesCard(self.desk)
        self.body.addWidget(self.balances)
        self.body.addWidget(self.checklist)
        self.body.addWidget(self.funnel_card)
        self.body.addWidget(self.recent)
        self.body.addStretch(1)
        self.body.insertWidget(0, self._opening())
        self.engine_notice = EngineNotice(self.desk)
        self.body.insertWidget(0, self.engine_notice)
        self._first = self.body.indexOf(self.checklist)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._asking = False

    def _opening(self) -> Card:
        """Make the line that leads to opening the service, shown while it is not opened."""
        self.opening = Card()
        inside = QHBoxLayout()
        inside.addWidget(label(tr("先开通云消息服务，再完成下面的步骤。")), 1)
        inside.addWidget(
            button(tr("去开通"), lambda: self.desk.go("account"), kind="primary", name="go-open-service")
        )
        self.opening.body.addLayout(inside)
        self.opening.hide()
        return self.opening

    def _checklist(self) -> None:
        """Make the list of steps with a head of one line, which is all that stays once every step is done."""
        self.checklist = Card()
        self.heading = label(tr("发送前的准备"), "heading")
        self.all_done = Chip(tr("全部完成"), "success")
        self.progress = label("", "second")
        self.unfold = button(tr("查看"), self._fold, kind="link", name="unfold-steps")
        for part in (self.heading, self.all_done, self.progress):
            self.checklist.head.addWidget(part)
        self.checklist.head.addStretch(1)
        self.checklist.head.addWidget(self.unfold)
        self.checklist.body.addLayout(self.checklist.head)
        self.step_box = QWidget()
        self.steps = QVBoxLayout(self.step_box)
        self.steps.setContentsMargins(0, 0, 0, 0)
        self.steps.setSpacing(4)
        self.steps.addWidget(Skeleton(6))
        self.checklist.body.addWidget(self.step_box)
        self.all_done.hide()
        self.unfold.hide()
        self._shown_steps: Any = None
        self._rows: Any = None
        self._folded = False

    def _fold(self) -> None:
        self._folded = not self._folded
        self._show_fold()

    def _show_fold(self) -> None:
        self.step_box.setVisible(not self._folded)
        self.unfold.setText(tr("查看") if self._folded else tr("收起"))

    def _show_steps(self, checklist: Any) -> None:
        """Make the lines anew, but only when a step has moved: a click must not lose its button."""
        if checklist == self._shown_steps:
            return
        was_done = self._shown_steps is not None and all(
            step.state.value == "done" for step in self._shown_steps.steps
        )
        self._shown_steps = checklist
        self.next_step = checklist.next_step
        clear(self.steps)
        for number, step in enumerate(checklist.steps, 1):
            if number > 1:
                self.steps.addWidget(line())
            self.steps.addWidget(StepLine(number, step, self))
        done = sum(step.state.value == "done" for step in checklist.steps)
        complete = done == len(checklist.steps)
        self.progress.setText(tr("{done} / {count} 步", done=done, count=len(checklist.steps)))
        self.send_button.setProperty("kind", "primary" if complete else "")
        on = "on_accent" if complete else "text_second"
        self.send_button.setIcon(icons.icon("send", on, 16, ICON_GAP))
        theme.repolish(self.send_button)
        self.all_done.setVisible(complete)
        self.unfold.setVisible(complete)
        if complete != was_done or not complete:
            self._folded = complete
        self._show_fold()
        self.body.removeWidget(self.checklist)
        place = self.body.indexOf(self.recent) + 1 if complete else self._first
        self.body.insertWidget(place, self.checklist)
        self.about_label.setText(
            tr("最近的发送和它们的结果") if complete else tr("从这里开始：完成清单，发出第一条智能信息")
        )

    def refresh(self) -> None:
        """Fetch checklist, numbers and the last funnel; again every two seconds while something runs."""
        if self._asking:
            return
        self._asking = True

        def fetch(service: Any) -> tuple[Any, Any, Any]:
            summary = service.overview.summary()
            last = next(iter(summary.running or summary.recent), None)
            return (
                service.overview.checklist(),
                summary,
                (last, service.campaigns.funnel(last.id)) if last else None,
            )

        def failed(problems: Any) -> None:
            self._asking = False
            self.show_problems(problems)

        self.run(fetch, self._show, failed)
        self.run(
            lambda service: service.engine.status(),
            self.engine_notice.show_status,
            lambda _problems: self.engine_notice.hide(),
        )
        self.run(
            lambda service: service.account.get(),
            self._show_account,
            lambda _problems: None,  # the engine keeps the account; without it nobody can tell
        )

    def _show_account(self, account: Any) -> None:
        self.opening.setVisible(not account.opened)
        if account.opened:
            self.run(lambda service: service.packages.held(), self.balances.show_held, lambda _problems: None)
        else:
            self.balances.hide()

    def _show(self, found: tuple[Any, Any, Any]) -> None:
        self._asking = False
        checklist, summary, last = found
        self.buy.setVisible(
            self.desk.platform is not Platform.CLOUD
        )  # packages there are bought in its console
        self._show_steps(checklist)
        total = tr("共 {count} 个模板", count=summary.cards)
        self.figures["cards"].show_value(f"{summary.cards_sendable:,}", total)
        self.figures["signatures"].show_value(f"{summary.signatures_usable:,}", tr("处理完毕才可用"))
        self.figures["templates"].show_value(
            f"{summary.sms_templates_sendable:,}", tr("含解析标识变量且已激活")
        )
        rejected = (
            tr("{count} 项被驳回", count=summary.rejected_reviews)
            if summary.rejected_reviews
            else tr("没有驳回")
        )
        self.figures["reviews"].show_value(f"{summary.waiting_reviews:,}", rejected)
        rows = (*summary.running, *summary.recent)[:RECENT]
        if rows != self._rows:
            self._rows = rows
            self.model.show(rows)
            self.table.fit_rows(RECENT)
            self.table.setVisible(bool(rows))
            self.no_sends.setVisible(not rows)
        self.funnel_card.setVisible(last is not None)
        if last is not None:
            campaign, funnel = last
            self.funnel_name.setText(campaign.name)
            self.funnel.show_steps(funnel_steps(funnel.total, campaign.kind))
        if summary.running and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
